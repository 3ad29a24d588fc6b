"""Accounts that nobody uses end by the shipped state machine on DynamoDB Local, as months go by."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import boto3
import pytest

from functions.privacy import app as privacy_app
from functions.privacy import wiring
from functions.privacy.service import Privacy
from infra.functions import FUNCTIONS
from infra.local.dynamodb import Database
from selfie.adapters import keys
from selfie.adapters.documents import AwsDocuments
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_leaving import DynamoLeaving
from selfie.adapters.dynamodb_logins import DynamoLogins
from selfie.adapters.dynamodb_public_counters import DynamoPublicCounters
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.adapters.whole_school import AwsWholeSchool
from selfie.domain.errors import TryAgain
from selfie.domain.school import Identity
from tests.support.examples import at
from tests.support.memory import MemoryMailer, StoppedClock
from tests.support.reports import SCHOOL, exercise
from tests.support.state_machines import StateMachines, state_machines

# A day to come: what had expired by the real clock, DynamoDB Local would delete.
LAST_LOGIN = date(2040, 11, 24)
BUSY = replace(SCHOOL, id="busybusybusy", name="Busy School", emails=("office@busy.example",))


@dataclass
class System:
    """A school that nobody signs in for and one that somebody does, and the nights."""

    database: Database
    machines: StateMachines
    leaving: DynamoLeaving
    mailer: MemoryMailer
    clock: StoppedClock
    s3: Any
    deleted: list[dict[str, int]] = field(default_factory=list)

    def night(self, day: str) -> tuple[str, list[str]]:
        """Let the state machine run in the night of a day; say how it ended and what it did."""
        self.clock.instant = at(f"{day} 02:30:00")
        before = len(self.machines.called("end_account"))
        ended = self.machines.run("end_accounts", {}, name=f"night-{day}-{before}")
        return ended["status"], [given["step"] for given in self.machines.called("end_account")[before:]]

    def mail(self) -> list[str]:
        """Return the subjects of what was sent."""
        return [message.subject for message in self.mailer.sent]

    def kinds(self, school_id: str) -> set[str]:
        """Say what is stored anywhere of a school, by kind."""
        client, tables = self.database.client(), (self.database.exercises, self.database.counters, self.database.keys)
        items = [item for table in tables for item in client.scan(TableName=table)["Items"]]
        return {keys.kind(item) for item in items if school_id in str(item)}


@pytest.fixture
def it(dynamodb: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    client, mailer, clock = dynamodb.client(), MemoryMailer(), StoppedClock(at("2040-11-24 12:00:00"))
    tasks = {f.name: getattr(privacy_app, f.handler) for f in FUNCTIONS if f.folder == "privacy" and not f.serves_http}
    with state_machines(tasks, clock) as machines:
        s3 = boto3.client("s3", region_name="us-east-1")
        for bucket in ("reports", "research"):
            s3.create_bucket(Bucket=bucket)
        schools, leaving = (
            DynamoSchools(client, dynamodb.exercises),
            DynamoLeaving(client, dynamodb.exercises, dynamodb.counters),
        )
        for school in (SCHOOL, BUSY):
            schools.add(school, Identity("https://login.example", school.id))
            leaving.signed_in(school.id, LAST_LOGIN)
        DynamoExercises(client, dynamodb.exercises).add(exercise())
        DynamoTallies(client, dynamodb.counters).open(exercise())
        documents = AwsDocuments(client, dynamodb.exercises, s3, "reports")
        documents.request(exercise().id, "fr", clock())
        documents.put(exercise().id, "fr", b"%PDF-")
        whole = AwsWholeSchool(client, dynamodb.exercises, dynamodb.counters, dynamodb.keys, s3, "reports", "research")
        counters = DynamoPublicCounters(client, dynamodb.exercises)
        logins = DynamoLogins(client, dynamodb.exercises)
        site = "https://selfie.example"
        service = Privacy(schools, whole, leaving, mailer, ("en", "fr"), site, clock, counters, logins)
        made = System(dynamodb, machines, leaving, mailer, clock, s3)
        monkeypatch.setattr(wiring, "service", lambda: service)
        monkeypatch.setattr(
            privacy_app, "log", lambda _message, **fields: made.deleted.extend(filter(None, [fields.get("deleted")]))
        )
        yield made


def test_an_account_is_reminded_after_33_and_35_months_and_erased_after_36(it: System) -> None:
    assert it.night("2043-08-23") == ("SUCCEEDED", [])
    assert it.night("2043-08-24") == ("SUCCEEDED", ["remind", "remind"])
    assert len(it.mail()) == 2
    assert it.night("2043-08-24") == ("SUCCEEDED", [])
    it.leaving.signed_in(BUSY.id, date(2043, 9, 1))
    assert it.night("2043-10-23") == ("SUCCEEDED", [])
    assert it.night("2043-10-24") == ("SUCCEEDED", ["remind_again"])
    assert it.night("2043-11-23") == ("SUCCEEDED", [])
    assert it.deleted == []
    assert it.kinds(SCHOOL.id)
    assert it.night("2043-11-24") == ("SUCCEEDED", ["close"])
    assert len(it.mail()) == 4
    assert it.mailer.sent[-1].to == SCHOOL.emails
    # The proof of what was deleted: how many of which kind, and nothing else.
    (counts,) = it.deleted
    assert counts == {
        "SCHOOL/PROFILE": 1,
        "SCHOOL/COORDINATOR": 1,
        "SCHOOL/EXERCISE": 1,
        "SCHOOL/LASTLOGIN": 1,
        "IDENTITY/SCHOOL": 1,
        "EMAIL/EMAIL": 2,
        "LINK/LINK": 3,
        "EXERCISE/DOCUMENT": 1,
        "document": 1,
    }
    assert it.kinds(SCHOOL.id) == set()
    assert it.s3.list_objects_v2(Bucket="reports")["KeyCount"] == 0
    assert it.leaving.was_erased(SCHOOL.id)
    assert it.kinds(BUSY.id)
    assert it.night("2043-11-25") == ("SUCCEEDED", [])


def test_an_account_that_cannot_be_erased_fails_the_run_and_goes_the_next_night(it: System) -> None:
    end = it.machines.tasks["end_account"]

    def refuse(_event: dict[str, Any], _context: None) -> Any:
        raise TryAgain

    for day in ("2043-08-24", "2043-10-24"):
        it.night(day)
    it.machines.tasks["end_account"] = refuse
    assert it.night("2043-11-24")[0] == "FAILED"
    assert it.kinds(SCHOOL.id)
    it.machines.tasks["end_account"] = end
    assert it.night("2043-11-25") == ("SUCCEEDED", ["close", "close"])
    assert it.kinds(SCHOOL.id) | it.kinds(BUSY.id) == set()
