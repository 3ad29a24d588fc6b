"""What nightly deletions find and take away, held against the in-memory fakes and against DynamoDB Local."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from functions.privacy.leftovers import Deleted, Deletions
from infra.local.dynamodb import Database, expire
from selfie.adapters import keys
from selfie.adapters.dynamodb_companies import DynamoCompanies
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_leftovers import DynamoLeftovers
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.domain.company import Joined
from selfie.domain.copies import Place
from selfie.domain.errors import Unknown
from selfie.domain.exercise import State, activated, closed
from selfie.domain.school import EducationLevel
from selfie.domain.session import Calendar, Session
from selfie.domain.submission import Submission
from selfie.domain.tokens import Purpose, new_token
from selfie.ports import Companies, KeptExercises, Leftovers
from tests.support.examples import LEADER, STUDENT, TEACHER, TRAINER, at, exercise
from tests.support.memory import MemoryCompanies, MemoryExercises, MemoryLeftovers, StoppedClock

NUMBERS = {LEADER: 5, TEACHER: 45, STUDENT: 200, TRAINER: 3}
# Days to come: what had expired by the real clock, DynamoDB Local would delete.
CALENDAR = Calendar.of([Session(date(2046, 8, 20), date(2046, 12, 18), 2046, 1)])
RUNNING = replace(
    exercise(NUMBERS, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL),
    links=None,
    session_id="2046-1",
    first_day=date(2046, 11, 2),
    last_day=date(2046, 11, 15),
)
SET_UP = replace(RUNNING, state=State.SET_UP, first_day=None, last_day=None, activated_on=None)
STEEL = Joined(RUNNING.id, "company-steelsteelst", 6)


@dataclass(frozen=True, slots=True)
class Stores:
    """One implementation of each store."""

    exercises: KeptExercises
    companies: Companies
    leftovers: Leftovers
    clock: StoppedClock
    calendar: Calendar = CALENDAR

    def night(self, day: str) -> Deleted:
        """Let the night of a day do its work."""
        self.clock.instant = at(f"{day} 03:30:00")
        return Deletions(self.exercises, self.companies, self.leftovers, self.calendar, self.clock).delete_overdue()


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give a test empty stores of each kind."""
    clock = StoppedClock(at("2046-11-10 11:00:00"))
    if request.param == "memory":
        exercises = MemoryExercises()
        return Stores(exercises, MemoryCompanies(exercises), MemoryLeftovers(), clock)
    return on(request.getfixturevalue("dynamodb"), clock)


def on(database: Database, clock: StoppedClock) -> Stores:
    """Return the stores on a database."""
    client = database.client()
    return Stores(
        DynamoExercises(client, database.exercises),
        DynamoCompanies(client, database.exercises),
        DynamoLeftovers(client, database.exercises, database.counters, database.keys),
        clock,
    )


def test_set_ups_that_were_never_activated_are_found_by_their_school_year(stores: Stores) -> None:
    old, older = (replace(SET_UP, session_id=session) for session in ("2044-3", "2043-2"))
    ran = replace(RUNNING, session_id="2044-1")
    for each in (old, older, SET_UP, ran):
        stores.exercises.add(each)
    assert list(stores.exercises.set_ups_until(2044)) == [older.id, old.id]
    assert list(stores.exercises.set_ups_until(2043)) == [older.id]
    links = {group: f"a-link-of-{group}" for group in NUMBERS}
    dated = replace(SET_UP, first_day=RUNNING.first_day, last_day=RUNNING.last_day)
    stores.exercises.change(SET_UP, activated(dated, links, CALENDAR, date(2046, 11, 1)))
    assert list(stores.exercises.set_ups_until(2046)) == [older.id, old.id]


def test_a_set_up_that_was_never_activated_goes_two_years_after_its_session(stores: Stores) -> None:
    stores.exercises.add(SET_UP)  # its session ends on 18 December 2046
    stores.companies.offer("code", SET_UP.id, at("2046-12-18 12:00:00"))
    assert stores.companies.join("code", STEEL)
    assert stores.night("2048-12-17") == Deleted(0, 0)
    assert stores.exercises.get(SET_UP.id) == SET_UP
    assert stores.night("2048-12-18") == Deleted(1, 0)
    with pytest.raises(Unknown):
        stores.exercises.get(SET_UP.id)
    assert list(stores.companies.of_company(STEEL.company_id)) == []
    assert stores.night("2048-12-19").set_ups == 0


def test_what_was_activated_stays(stores: Stores) -> None:
    stores.exercises.add(RUNNING)
    stores.exercises.change(RUNNING, closed(RUNNING))
    assert stores.night("2052-01-01") == Deleted(0, 0)
    assert stores.exercises.get(RUNNING.id).state is State.CLOSED


def test_a_closed_exercise_is_looked_after_until_its_counts_are_gone(stores: Stores) -> None:
    stores.exercises.add(RUNNING)
    assert RUNNING.last_day
    assert list(stores.exercises.counted_until(RUNNING.last_day)) == []
    stores.exercises.change(RUNNING, closed(RUNNING))
    assert list(stores.exercises.counted_until(RUNNING.last_day - timedelta(days=1))) == []
    assert list(stores.exercises.counted_until(RUNNING.last_day)) == [RUNNING.id]
    before = stores.exercises.get(RUNNING.id)
    for _ in range(2):
        stores.exercises.nothing_counted_left(RUNNING.id)
    assert list(stores.exercises.counted_until(RUNNING.last_day)) == []
    assert stores.exercises.get(RUNNING.id) == before
    assert stores.exercises.due(at("2047-01-01 00:00:00")) == ()
    # Of one that was erased nothing is written again.
    stores.exercises.nothing_counted_left(SET_UP.id.replace("2046-1", "2046-2"))
    with pytest.raises(Unknown):
        stores.exercises.get(SET_UP.id.replace("2046-1", "2046-2"))


def test_counts_that_outlived_their_time_are_deleted_counted_and_looked_for_no_more(dynamodb: Database) -> None:
    stores, client = on(dynamodb, StoppedClock(at("2046-11-10 11:00:00"))), dynamodb.client()
    tallies = DynamoTallies(client, dynamodb.counters)
    stores.exercises.add(RUNNING)
    stores.companies.offer("code", RUNNING.id, at("2046-12-18 12:00:00"))
    assert stores.companies.join("code", STEEL)
    tallies.open(RUNNING)
    tallies.open_for_company(RUNNING, STEEL)
    now = stores.clock()
    token = new_token(Purpose.SUBMIT, RUNNING.id, TEACHER, now, now + timedelta(hours=2))
    tallies.record(token, Submission(frozenset({"C3:4"}), {"open": "More time."}), now)
    for table, key in (
        (dynamodb.exercises, keys.copy(RUNNING.id, Place(TEACHER))),
        (dynamodb.keys, keys.copy_key(RUNNING.id)),
    ):
        client.put_item(TableName=table, Item=key)
    stores.exercises.change(RUNNING, closed(RUNNING))
    # They may go 30 days after 15 November, and must be gone four days later.
    assert stores.night("2046-12-19") == Deleted(0, 0)
    assert tallies.submitted(RUNNING.id, [TEACHER]) == {TEACHER: 1}
    assert stores.night("2046-12-20") == Deleted(0, 4 + 1 + 1 + 1 + 1)
    left = [item for table in (dynamodb.counters, dynamodb.keys) for item in client.scan(TableName=table)["Items"]]
    assert {keys.kind(item) for item in left} == {"EXPIRY/EXPIRY"}
    assert stores.night("2046-12-21").overdue == 0


def test_a_night_sees_whether_what_expires_is_really_deleted(dynamodb: Database) -> None:
    stores = on(dynamodb, StoppedClock(at("2046-11-10 11:00:00")))
    assert [stores.night(f"2046-11-{day}").overdue for day in (10, 11, 12, 13, 14)] == [0] * 5
    # That of the 10th lived until the 11th; four days later it is still there, in all three tables.
    assert [stores.night(f"2046-11-{day}").overdue for day in (15, 16)] == [3, 6]
    expire(dynamodb, stores.clock())
    assert stores.night("2046-11-17").overdue == 0


def test_a_night_with_nothing_to_do_deletes_nothing(stores: Stores) -> None:
    assert stores.night("2046-11-10") == Deleted(0, 0)
