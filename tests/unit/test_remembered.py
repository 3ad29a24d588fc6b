"""Respondents' requests read a running exercise and its school once a minute, and what may change each time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.dynamodb import make_tables
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.adapters.remembered import REMEMBERED_SECONDS, RememberedExercises, RememberedSchools
from selfie.domain.errors import Unknown
from selfie.domain.exercise import Addressees, closed, with_numbers, with_replaced_link
from selfie.domain.school import Identity, School
from tests.support.examples import LEADER, SCHOOL, STUDENT, TEACHER, exercise, set_up_only

SOMEBODY = Identity("https://provider.example.org", "somebody")
LINKS = {LEADER: "leaders", TEACHER: "teachers", STUDENT: "students"}


@dataclass
class Timer:
    """Seconds that pass only when told."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        make_tables("")
        yield boto3.client("dynamodb", "eu-west-1")


def test_a_running_exercise_is_read_again_after_a_minute(client: Any) -> None:
    timer = Timer()
    stored, seen = DynamoExercises(client, "exercises"), RememberedExercises(client, "exercises", timer)
    stored.add(replace(exercise(), links=LINKS))
    running = seen.get(exercise().id)
    ended = stored.change(running, closed(running))
    timer.now = REMEMBERED_SECONDS - 1
    assert seen.get(running.id) == running
    timer.now = REMEMBERED_SECONDS
    assert seen.get(running.id) == ended


def test_a_replaced_link_is_dead_at_once(client: Any) -> None:
    stored, seen = DynamoExercises(client, "exercises"), RememberedExercises(client, "exercises", Timer())
    stored.add(replace(exercise(), links=LINKS))
    running = seen.get(exercise().id)
    stored.change(running, with_replaced_link(running, TEACHER, "replaced"))
    with pytest.raises(Unknown):
        seen.find_link("teachers")
    assert seen.find_link("replaced") == Addressees(running.id, TEACHER)


def test_every_change_of_a_set_up_is_seen(client: Any) -> None:
    stored, seen = DynamoExercises(client, "exercises"), RememberedExercises(client, "exercises", Timer())
    stored.add(set_up_only())
    begun = seen.get(set_up_only().id)
    changed = stored.change(begun, with_numbers(begun, {LEADER: 6, TEACHER: 40, STUDENT: 210}))
    assert seen.get(begun.id) == changed


def test_an_exercise_that_was_not_there_is_looked_for_again(client: Any) -> None:
    stored, seen = DynamoExercises(client, "exercises"), RememberedExercises(client, "exercises", Timer())
    with pytest.raises(Unknown):
        seen.get(exercise().id)
    stored.add(replace(exercise(), links=LINKS))
    assert seen.get(exercise().id).links == LINKS


def test_a_school_is_read_again_after_a_minute(client: Any) -> None:
    timer = Timer()
    stored, seen = DynamoSchools(client, "exercises"), RememberedSchools(client, "exercises", timer)
    school = School(SCHOOL, "Riverside School", "BE", "en", ("office@example.org",))
    stored.add(school, SOMEBODY)
    assert seen.get(SCHOOL) == school
    renamed = replace(school, name="Riverside College")
    stored.add(renamed, SOMEBODY)
    assert seen.get(SCHOOL) == school
    timer.now = REMEMBERED_SECONDS
    assert seen.get(SCHOOL) == renamed


def test_no_more_is_remembered_than_fits(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfie.adapters.remembered.MOST_REMEMBERED", 2)
    stored, seen = DynamoSchools(client, "exercises"), RememberedSchools(client, "exercises", Timer())
    schools = [School(f"school{n}", f"School {n}", "BE", "en", (f"{n}@example.org",)) for n in range(3)]
    for school in schools:
        stored.add(school, SOMEBODY)
        assert seen.get(school.id) == school
    renamed = replace(schools[0], name="Renamed meanwhile")
    stored.add(renamed, SOMEBODY)
    assert seen.get(renamed.id) == renamed
