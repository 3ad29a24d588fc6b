"""What the state machine and the operator hand to the tasks."""

from typing import Annotated

from pydantic import StringConstraints

from selfie.domain.research import Purpose, Wanted
from selfie.domain.school import EducationLevel
from selfie.http.requests import Incoming

SessionId = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[1-3]$")]


class OneExercise(Incoming):
    """Names the exercise that contributes."""

    exercise: str


class ReleaseTask(Incoming):
    """Says what is released, to whom and what for; what is left out means all. ``since`` asks for a linked study."""

    session: SessionId
    recipient: str
    purpose: Purpose
    since: SessionId | None = None
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = None
    region: Annotated[str, StringConstraints(pattern="^[A-Z0-9]{2,5}$")] | None = None
    levels: tuple[EducationLevel, ...] = ()

    @property
    def wanted(self) -> Wanted:
        """As the domain knows it."""
        return Wanted(
            self.session,
            self.recipient,
            self.purpose,
            self.since or "",
            self.country or "",
            self.region or "",
            self.levels,
        )
