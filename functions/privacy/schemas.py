"""What pages, state machine and operators hand to the function."""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from selfie.domain.retention import Due, Step
from selfie.http.requests import Given, Incoming

Short = Annotated[str, StringConstraints(max_length=500)]


class ErasureWanted(Incoming):
    """Asks for an erasure; the school's name is typed so that nobody does it by mistake."""

    name: Short = ""


class NoticeQuery(Given):
    """What a notice is to say; ``format`` is ``json`` or ``pdf``."""

    reader: Short = ""
    locale: Short = ""
    controller: Short = ""
    authority: Short = ""
    contact: Short = ""
    officer: Short = ""
    country: Short = ""
    format: Literal["json", "pdf"] = "json"


class OneStep(Given):
    """One step with one account."""

    school: str
    step: Step
    day: date

    @property
    def due(self) -> Due:
        """The step as the rules know it."""
        return Due(self.school, self.step, self.day)


class Look(Given):
    """What support does with an account, and why."""

    school: str
    reason: str
