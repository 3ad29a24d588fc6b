"""What coordinators' pages send about an exercise."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictInt, StringConstraints

from selfie.domain.informing import Approval, Informing
from selfie.domain.questionnaire import OwnText
from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.http.requests import Incoming

# Far above what the rules allow: they name the field that is too long, this only ends what nobody types.
LONGEST_TEXT = 20_000
MOST_CODES = 200

Numbers = dict[RespondentGroup, StrictInt]
Typed = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Code = Annotated[str, StringConstraints(max_length=10)]
# An ISO day and nothing else: pydantic would also take seconds since 1970.
Day = Annotated[date, Field(strict=True)]


class NewExercise(Incoming):
    """Begins a set-up; ``copy_of`` is an earlier exercise whose statements are taken over."""

    level: EducationLevel
    numbers: Numbers
    copy_of: Typed | None = None


class Change(Incoming):
    """Every change names the version that it was made on."""

    version: StrictInt


class NumbersChange(Change):
    """How many of each group take part."""

    numbers: Numbers


class OptionalStatementsChange(Change):
    """The optional statements that are asked, all of them."""

    codes: Annotated[list[Code], Field(max_length=MOST_CODES)]


class Wording(Incoming):
    """An own statement in one group's words."""

    text: Typed
    help: Typed = ""


class OwnStatementChange(Change):
    """An own statement in the words of all groups it addresses."""

    locale: Code
    texts: dict[RespondentGroup, Wording]

    @property
    def worded(self) -> dict[RespondentGroup, OwnText]:
        """The texts as the domain knows them."""
        return {group: OwnText(wording.text, wording.help) for group, wording in self.texts.items()}


class DatesChange(Change):
    """First and last day, both included."""

    first_day: Day
    last_day: Day


class CouncilApproval(Incoming):
    """The agreement of a participation council."""

    body: Typed
    day: Day
    reference: Typed


class Activation(Change):
    """Freezes the set-up; what the coordinator confirms with it is kept."""

    informed: bool = False
    approval: CouncilApproval | None = None

    @property
    def confirmed(self) -> Informing:
        """What is confirmed, as the domain knows it."""
        given = self.approval
        return Informing(self.informed, Approval(given.body, given.day, given.reference) if given else None)


class CodesChange(Change):
    """The groups that answer with one-time codes, all of them."""

    groups: Annotated[list[RespondentGroup], Field(max_length=len(RespondentGroup))]


class TrainersChange(Incoming):
    """How many trainers a company invites."""

    trainers: StrictInt


class CompanyJoins(TrainersChange):
    """Joins an exercise by a code."""

    code: Typed
