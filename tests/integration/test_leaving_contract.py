"""What the store of ending accounts promises, held against the in-memory fake and against DynamoDB Local."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from selfie.adapters.dynamodb_leaving import DynamoLeaving
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain.errors import Unknown
from selfie.domain.retention import Access, Due, Erasure, LastLogin, Step
from selfie.domain.school import Identity, School
from selfie.ports import Leaving
from tests.support.examples import at
from tests.support.memory import MemoryLeaving

OAK, ELM, GONE = "oakoakoakoak", "elmelmelmelm", "gonegonegone"
NOON = at("2026-11-10 11:00:00")
TODAY = date(2026, 11, 10)
WISH = Erasure(OAK, TODAY, "ABC123")


@pytest.fixture(params=["memory", "dynamodb"])
def leaving(request: pytest.FixtureRequest) -> Leaving:
    """Give a test a store of each kind that knows two schools."""
    if request.param == "memory":
        return MemoryLeaving({OAK, ELM}.__contains__)
    database = request.getfixturevalue("dynamodb")
    client = database.client()
    for school in (OAK, ELM):
        account = School(school, school.title(), "FR", "fr", (f"{school}@example.org",))
        DynamoSchools(client, database.exercises).add(account, Identity("https://login.example", school))
    return DynamoLeaving(client, database.exercises, database.counters)


def ours(found: Sequence[Due]) -> list[Due]:
    """Leave out what other tests left in the same tables."""
    return [due for due in found if due.school_id in {OAK, ELM, GONE}]


def test_a_wish_is_kept_once_due_after_two_weeks_and_can_be_taken_back(leaving: Leaving) -> None:
    assert leaving.erasure(OAK) is None
    assert leaving.ask(WISH)
    assert not leaving.ask(Erasure(OAK, TODAY, "DEF456"))
    assert leaving.erasure(OAK) == WISH
    assert ours(leaving.due(TODAY + timedelta(days=13))) == []
    assert ours(leaving.due(TODAY + timedelta(days=14))) == [Due(OAK, Step.ERASE, date(2026, 11, 24))]
    assert leaving.take_back(OAK)
    assert not leaving.take_back(OAK)
    assert leaving.erasure(OAK) is None
    assert ours(leaving.due(date(2027, 1, 1))) == []


def test_nothing_begins_for_a_school_that_is_gone(leaving: Leaving) -> None:
    assert not leaving.ask(Erasure(GONE, TODAY, "ABC123"))
    leaving.signed_in(GONE, TODAY)
    assert leaving.last_login(GONE) is None
    with pytest.raises(Unknown):
        leaving.note_access(GONE, Access(NOON, "a question"))


def test_steps_come_when_nobody_signs_in_and_begin_anew_when_somebody_does(leaving: Leaving) -> None:
    leaving.signed_in(ELM, TODAY)
    login = leaving.last_login(ELM)
    assert login == LastLogin(ELM, TODAY)
    assert ours(leaving.due(date(2029, 8, 9))) == []
    assert ours(leaving.due(date(2029, 8, 10))) == [Due(ELM, Step.REMIND, date(2029, 8, 10))]
    assert leaving.step_taken(login)
    assert not leaving.step_taken(login)
    leaving.step_not_taken(login)
    assert leaving.last_login(ELM) == login
    assert leaving.step_taken(login)
    assert ours(leaving.due(date(2029, 10, 10))) == [Due(ELM, Step.REMIND_AGAIN, date(2029, 10, 10))]
    again = leaving.last_login(ELM)
    assert again
    assert leaving.step_taken(again)
    assert ours(leaving.due(date(2029, 11, 10))) == [Due(ELM, Step.CLOSE, date(2029, 11, 10))]
    leaving.signed_in(ELM, date(2029, 11, 1))
    leaving.step_not_taken(again)  # too late: somebody signed in
    assert ours(leaving.due(date(2029, 11, 10))) == []
    assert ELM in set(leaving.schools())


def test_a_school_that_asked_to_go_is_not_reminded_too(leaving: Leaving) -> None:
    leaving.signed_in(OAK, date(2023, 1, 1))
    assert leaving.ask(WISH)
    assert [due.step for due in ours(leaving.due(TODAY + timedelta(days=14))) if due.school_id == OAK] == [Step.ERASE]


def test_an_erased_school_is_known_by_a_hash_alone(leaving: Leaving) -> None:
    assert not leaving.was_erased(GONE)
    leaving.remember_erased(GONE, NOON)
    assert leaving.was_erased(GONE)
    assert not leaving.was_erased(OAK)


def test_looks_of_support_are_listed_newest_first(leaving: Leaving) -> None:
    looks = [Access(NOON + timedelta(minutes=minute), f"question {minute}") for minute in range(3)]
    for look in looks:
        leaving.note_access(ELM, look)
    assert list(leaving.accesses(ELM)) == looks[::-1]
    assert list(leaving.accesses(OAK)) == []
