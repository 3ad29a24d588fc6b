"""What coordinators' pages send about an action plan."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StrictInt, StringConstraints

from selfie.domain.action_plan import (
    Activity,
    ActivityStatus,
    Aim,
    Measurement,
    Objective,
    PlannedStatement,
    Target,
)
from selfie.domain.disclosure import Unit
from selfie.http.requests import Incoming

# Far above what the rules allow: they name what is too long or too much, this only ends what nobody types.
LONGEST_TEXT = 20_000
MOST_PARTS = 200

Typed = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Code = Annotated[str, StringConstraints(max_length=60)]
Number = Annotated[StrictInt, Field(ge=0)]
# An ISO day and nothing else: pydantic would also take seconds since 1970.
Day = Annotated[date, Field(strict=True)]
Figure = Annotated[Decimal, Field(max_digits=9)]


class SentTarget(Incoming):
    """A bound; without options it is one for the mean."""

    question: Code
    unit: Unit
    options: Annotated[tuple[Code, ...], Field(max_length=MOST_PARTS)] = ()
    aim: Aim
    value: Figure


class SentMeasurement(Incoming):
    """A measurement; a new one has the number 0."""

    number: Number = 0
    note: Typed = ""
    target: SentTarget


class SentActivity(Incoming):
    """An activity; a new one has the number 0."""

    number: Number = 0
    text: Typed
    resources: Typed = ""
    budget: Typed = ""
    persons: Typed = ""
    first_day: Day | None = None
    last_day: Day | None = None
    status: ActivityStatus = ActivityStatus.PLANNED


class SentObjective(Incoming):
    """An objective with all that hangs on it; a new one has the number 0."""

    number: Number = 0
    text: Typed
    measurements: Annotated[tuple[SentMeasurement, ...], Field(max_length=MOST_PARTS)] = ()
    activities: Annotated[tuple[SentActivity, ...], Field(max_length=MOST_PARTS)] = ()


class SentStatement(Incoming):
    """A statement that the school works on."""

    code: Code
    objectives: Annotated[tuple[SentObjective, ...], Field(max_length=MOST_PARTS)] = ()


class NewPlan(Incoming):
    """Begins a plan from the results of an exercise."""

    exercise: Typed
    school_year: StrictInt
    area: Code
    statements: Annotated[tuple[Code, ...], Field(max_length=MOST_PARTS)]


class PlanChange(Incoming):
    """The whole plan as it should be, made on the version that was seen."""

    version: StrictInt
    statements: Annotated[tuple[SentStatement, ...], Field(max_length=MOST_PARTS)]

    @property
    def planned(self) -> list[PlannedStatement]:
        """The plan as the domain knows it."""
        return [
            PlannedStatement(statement.code, tuple(map(_objective, statement.objectives)))
            for statement in self.statements
        ]


class SharingChange(Incoming):
    """What the school community may see beside the plan itself."""

    version: StrictInt
    persons: bool
    budget: bool


def _objective(sent: SentObjective) -> Objective:
    return Objective(
        sent.number,
        sent.text,
        tuple(Measurement(each.number, each.note, _target(each.target)) for each in sent.measurements),
        tuple(Activity(**each.model_dump()) for each in sent.activities),
    )


def _target(sent: SentTarget) -> Target:
    return Target(sent.question, sent.unit, sent.options, sent.aim, sent.value)
