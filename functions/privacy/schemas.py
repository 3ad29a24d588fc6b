"""What pages, state machine and operators hand to the function."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from selfie.domain.retention import Due, Step
from selfie.http.requests import Incoming

Short = Annotated[str, StringConstraints(max_length=500)]


class ErasureWanted(Incoming):
    """Asks for an erasure; the school's name is typed so that nobody does it by mistake."""

    name: Short = ""


class NoticeQuery(BaseModel):
    """What a notice is to say; ``format`` is ``json`` or ``pdf``."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)

    reader: Short = ""
    locale: Short = ""
    controller: Short = ""
    authority: Short = ""
    contact: Short = ""
    officer: Short = ""
    country: Short = ""
    format: Literal["json", "pdf"] = "json"


class Given(BaseModel):
    """What a task is given; nothing of it is repeated in an error."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)


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
