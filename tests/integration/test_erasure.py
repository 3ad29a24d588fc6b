"""Whoever is erased is nowhere any more: a school with all that hangs on it, or a company, wherever it was cut off."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.dynamodb import Database
from selfie.adapters import keys
from selfie.adapters.dynamodb_companies import DynamoCompanies
from selfie.adapters.dynamodb_copies import DynamoCopies
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_results import DynamoResults
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.adapters.whole_school import AwsWholeSchool
from selfie.adapters.wrapping import FileWrapping
from selfie.domain import deadlines
from selfie.domain.account import Role
from selfie.domain.company import Joined
from selfie.domain.copies import Copy, Place
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel, Identity, School
from selfie.domain.tally import Tally
from tests.support.examples import CATALOGUE, LEADER, SCHOOL, STUDENT, TEACHER, TRAINER, at, exercise

COMPANY, OTHER = "company-steelsteelst", "company-breadbreadbr"
NUMBERS = {LEADER: 5, TEACHER: 45, STUDENT: 200, TRAINER: 3}
# Days to come: what had expired by the real clock, DynamoDB Local would delete.
RUNNING = replace(
    exercise(NUMBERS, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL),
    first_day=date(2046, 11, 2),
    last_day=date(2046, 11, 15),
)
NIGHT = at("2046-11-11 00:30:00")


class CutOff(Exception):
    """The function died."""


@dataclass
class DyingClient:
    """A client that dies after so many deletions."""

    client: Any
    left: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def delete_item(self, **request: Any) -> Any:
        if self.left == 0:
            raise CutOff
        self.left -= 1
        return self.client.delete_item(**request)


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        for bucket in ("reports", "research"):
            client.create_bucket(Bucket=bucket)
        yield client


@pytest.fixture
def database(dynamodb: Database, tmp_path: Path) -> Database:
    """A school with an exercise that runs, two companies in it, codes, copies and results."""
    client, table = dynamodb.client(), dynamodb.exercises
    for school in (SCHOOL, COMPANY, OTHER):
        account = School(school, f"Name of {school}", "FR", "fr", (f"{school}@example.org",))
        DynamoSchools(client, table).add(account, Identity("https://login.example", school))
    DynamoExercises(client, table).add(RUNNING)
    tallies, companies = DynamoTallies(client, dynamodb.counters), DynamoCompanies(client, table)
    tallies.open(RUNNING)
    file = tmp_path / "key.txt"
    file.write_text("a2V5" * 10 + "a2U=")
    copies = DynamoCopies(client, table, dynamodb.keys, FileWrapping(file))
    for company in (COMPANY, OTHER):
        companies.offer(f"code of {company}", RUNNING.id, NIGHT)
        before = Joined(RUNNING.id, company, 12)
        assert companies.join(f"code of {company}", before)
        companies.change(before, replace(before, link=f"link-of-{company}"), RUNNING)
        tallies.open_for_company(RUNNING, before)
        place, copy = Place(TRAINER, company), Copy(b"opening1", Tally(TRAINER, 10, {}), frozenset(), NIGHT)
        assert RUNNING.last_day
        assert copies.keep(RUNNING.id, place, copy, None, deadlines.closes_at(RUNNING.last_day))
    companies.offer("another code", RUNNING.id, NIGHT)
    results = make_results(RUNNING, CATALOGUE, {group: Tally(group, 9, {}) for group in NUMBERS})
    DynamoResults(client, table).add(results, {"student": ["More time."]}, {COMPANY: results, OTHER: results})
    return dynamodb


def whole(database: Database, s3: Any, client: Any) -> AwsWholeSchool:
    return AwsWholeSchool(client, database.exercises, database.counters, database.keys, s3, "reports", "research")


def everything(database: Database) -> list[dict[str, Any]]:
    client = database.client()
    tables = (database.exercises, database.counters, database.keys)
    return [item for table in tables for item in client.scan(TableName=table)["Items"]]


def kinds(items: list[dict[str, Any]], mark: str) -> set[str]:
    return {keys.kind(item) for item in items if mark in str(item)}


@pytest.mark.parametrize("who", [SCHOOL, COMPANY])
def test_an_erasure_that_dies_after_any_deletion_is_ended_by_the_next(database: Database, s3: Any, who: str) -> None:
    assert kinds(everything(database), who)
    client = database.client()
    # Each goes as far as the one before, and one deletion further.
    for further in range(1000):
        try:
            whole(database, s3, DyingClient(client, further)).erase(who)
        except CutOff:
            continue
        break
    assert kinds(everything(database), who) == set()


@dataclass
class BusyClient:
    """A client whose first deletion finds somebody taking a role in the same moment."""

    client: Any
    schools: DynamoSchools
    newcomer: Identity
    done: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def delete_item(self, **request: Any) -> Any:
        if not self.done:
            self.done, school = True, self.schools.get(SCHOOL)
            held = {**self.schools.coordinators(SCHOOL), Role.SECONDARY: self.schools.code(self.newcomer)}
            self.schools.coordinate(school, school, held)
        return self.client.delete_item(**request)


def test_whoever_takes_a_role_while_a_school_is_erased_keeps_none_and_can_still_sign_in(
    database: Database, s3: Any
) -> None:
    client, newcomer = database.client(), Identity("https://login.example", "newcomer")
    schools = DynamoSchools(client, database.exercises)
    whole(database, s3, BusyClient(client, schools, newcomer)).erase(SCHOOL)
    assert "IDENTITY/SCHOOL" not in kinds(everything(database), SCHOOL)
    assert kinds(everything(database), schools.code(newcomer)) == set()
    # Where an identity was left with a school that is gone, its other schools are still there.
    client.put_item(TableName=database.exercises, Item=keys.school_of_identity(schools.code(newcomer), SCHOOL))
    client.put_item(TableName=database.exercises, Item=keys.school_of_identity(schools.code(newcomer), COMPANY))
    assert [school.id for school in schools.of_identity(newcomer)] == [COMPANY]


def test_a_school_takes_codes_copies_and_keys_along_and_leaves_companies_their_accounts(
    database: Database, s3: Any
) -> None:
    before = everything(database)
    assert {"CODE/CODE", "COMPANIES/CODE", "COPY/TALLY", "KEY/KEY", "SCHOOL/JOINED"} <= kinds(before, SCHOOL)
    whole(database, s3, database.client()).erase(SCHOOL)
    left = everything(database)
    assert {keys.kind(item) for item in left} == {
        "SCHOOL/PROFILE",
        "SCHOOL/COORDINATOR",
        "IDENTITY/SCHOOL",
        "EMAIL/EMAIL",
    }
    assert kinds(left, COMPANY) == {keys.kind(item) for item in left}


def test_a_company_takes_what_its_trainers_said_along_and_nothing_of_others(database: Database, s3: Any) -> None:
    client = database.client()
    before = everything(database)
    assert {
        "COMPANIES/COMPANY",
        "LINK/LINK",
        "EXERCISE/COMPANYRESULTS",
        "COPY/TALLY",
        "KEY/KEY",
        "TALLY/TALLY",
    } <= kinds(before, COMPANY)
    others = [item for item in before if COMPANY not in str(item)]
    whole(database, s3, client).erase(COMPANY)
    left = everything(database)
    assert kinds(left, COMPANY) == set()
    assert [item for item in others if item not in left] == []
    # Of the other company the key still knows what was copied.
    (key,) = (item for item in left if keys.kind(item) == "KEY/KEY")
    assert list(key["copied"]["M"]) == [f"in_company_trainer#{OTHER}"]
