"""Measure what a submission costs in write units, on DynamoDB Local, through the adapter that counts it.

Run as ``python -m bench.write_units``; exits with 1 when a budget is passed.
"""

import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from infra.local.dynamodb import Database, dynamodb_local, make_tables
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.catalogue import CURRENT, catalogue
from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import (
    Catalogue,
    OwnStatement,
    OwnText,
    Question,
    ScaleKind,
    SectionKind,
)
from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.domain.submission import Submission, read_submission
from selfie.domain.tokens import TIME_TO_ANSWER, Purpose, new_token

LEADER, TEACHER, STUDENT, _ = RespondentGroup
STATEMENTS: Final = 45
OPEN_TEXT: Final = "It would help if the tablets were charged in the morning and the network reached the workshop."
FIRST_HOUR: Final = datetime(2026, 11, 3, 8, tzinfo=UTC)
LAST_DAY: Final = date(2026, 11, 15)


@dataclass(frozen=True, slots=True)
class Pace:
    """How one group's submissions come in: so many in each of these hours, counted from the first."""

    name: str
    group: RespondentGroup
    budget: int
    per_hour: dict[int, int]
    within_s: int = 3600

    def instants(self) -> Iterator[datetime]:
        """Return when each submission is sent, evenly over its hour."""
        for hour, number in self.per_hour.items():
            for place in range(number):
                yield FIRST_HOUR + timedelta(hours=hour, seconds=self.within_s * place / number)


USUAL, RUSH = 8, 20
THREE_HOURS: Final = {0: 500, 1: 500, 2: 500}
PACES: Final = (
    Pace("45 in one staff meeting", TEACHER, USUAL, {0: 45}),
    Pace("two classes of 25 a day", STUDENT, USUAL, {24 * day + hour: 25 for day in range(4) for hour in range(2)}),
    Pace("1,500 in three hours", TEACHER, RUSH, THREE_HOURS),
    Pace("1,500 in three hours", STUDENT, RUSH, THREE_HOURS),
    # A large school that answers all at once, on one tally.
    Pace("1,500 in ten minutes", STUDENT, RUSH, {0: 1500}, within_s=600),
)


@dataclass(slots=True)
class Meter:
    """Adds up what DynamoDB says its writes cost, open texts included."""

    units: float = 0

    def watch(self, client: Any) -> None:
        """Ask for the cost of every write of a client."""
        for operation in ("UpdateItem", "PutItem"):
            client.meta.events.register(f"provide-client-params.dynamodb.{operation}", _ask_for_cost)
            client.meta.events.register(f"after-call.dynamodb.{operation}", self._add)

    def _add(self, parsed: Any, **_: Any) -> None:
        self.units += parsed["ConsumedCapacity"]["CapacityUnits"]


def _ask_for_cost(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {**params, "ReturnConsumedCapacity": "TOTAL"}


def main() -> int:
    """Print a table of all paces and say whether the budgets hold."""
    with (
        tempfile.TemporaryDirectory() as folder,
        dynamodb_local(log=Path(folder) / "dynamodb.txt") as endpoint,
    ):
        print(f"{'pace':26}{'group':>9}{'sent':>7}{'answers':>9}{'mean':>7}{'most':>7}{'budget':>8}")
        within = [_measure(make_tables(endpoint, prefix=f"{place}-"), pace) for place, pace in enumerate(PACES)]
    return 0 if all(within) else 1


def _measure(database: Database, pace: Pace) -> bool:
    published = catalogue(CURRENT)
    exercise = _exercise(published, pace.group)
    client, meter = database.client(), Meter()
    tallies = DynamoTallies(client, database.counters)
    tallies.open(exercise)
    meter.watch(client)
    chance = random.Random(45)
    units, answered = [], []
    for now in pace.instants():
        submission = _submission(exercise, published, pace.group, chance)
        meter.units = 0
        # Who sends now opened the questionnaire a quarter of an hour ago.
        opened = now - timedelta(minutes=15)
        token = new_token(Purpose.SUBMIT, exercise.id, pace.group, opened, opened + TIME_TO_ANSWER)
        tallies.record(token, submission, now)
        units.append(meter.units)
        answered.append(len(submission.counters))
    mean, most = statistics.mean(units), max(units)
    print(
        f"{pace.name:26}{pace.group:>9}{len(units):>7}{statistics.mean(answered):>9.0f}"
        f"{mean:>7.1f}{most:>7.1f}{pace.budget:>8}"
    )
    return most <= pace.budget


def _exercise(published: Catalogue, group: RespondentGroup) -> Exercise:
    """Set up so many optional statements that a group is asked 45, three of the school's own among them."""
    own = tuple(
        OwnStatement(number, "en", date(2026, 10, 1), {group: OwnText("Our club meets every week.")})
        for number in (1, 2, 3)
    )
    exercise = Exercise(
        school_id="abcdefgh2345",
        session_id="2026-1",
        level=EducationLevel.LOWER_SECONDARY,
        catalogue_version=CURRENT,
        numbers={LEADER: 10, TEACHER: 2000, STUDENT: 2000},
        own=own,
        first_day=date(2026, 11, 2),
        last_day=LAST_DAY,
    )
    optional = [s.code for s in published.statements if s.code in published.optional_codes and group in s.groups]
    return replace(exercise, optional=tuple(optional[: STATEMENTS - _statements(exercise, published, group)]))


def _statements(exercise: Exercise, published: Catalogue, group: RespondentGroup) -> int:
    sections = exercise.questionnaire(published, group).sections
    return sum(len(s.questions) for s in sections if s.kind in {SectionKind.AREA, SectionKind.OWN})


def _submission(exercise: Exercise, published: Catalogue, group: RespondentGroup, chance: random.Random) -> Submission:
    questionnaire = exercise.questionnaire(published, group)
    answers = {code: _answer(question, chance) for code, question in questionnaire.questions.items()}
    return read_submission(questionnaire, answers)


def _answer(question: Question, chance: random.Random) -> list[str]:
    if question.kind is ScaleKind.OPEN_TEXT:
        return [OPEN_TEXT] if chance.random() < 0.5 else []
    if question.kind is ScaleKind.TICK_ALL:
        return [option for option in question.ratings if chance.random() < 0.4]
    return [chance.choice(question.options)]


if __name__ == "__main__":
    sys.exit(main())
