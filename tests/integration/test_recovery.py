"""The recovery of the runbook, rehearsed on DynamoDB Local: the Exercises table as it was at a moment, erasures done
again, exercises closed again, documents made again, tallies restored from what had been copied."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.close_session.service import ClosingService
from functions.copies.service import Done, TallyCopying
from functions.privacy.service import Privacy
from functions.report.service import ReportService
from infra.local.dynamodb import Database, make_tables
from selfie.adapters import keys
from selfie.adapters.documents import AwsDocuments
from selfie.adapters.dynamodb_companies import DynamoCompanies
from selfie.adapters.dynamodb_copies import DynamoCopies
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_leaving import DynamoLeaving
from selfie.adapters.dynamodb_logins import DynamoLogins
from selfie.adapters.dynamodb_open_tallies import DynamoOpenTallies
from selfie.adapters.dynamodb_public_counters import DynamoPublicCounters
from selfie.adapters.dynamodb_results import DynamoResults
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.adapters.dynamodb_tallies import DynamoTallies
from selfie.adapters.dynamodb_totals import DynamoTotals
from selfie.adapters.s3_due_lists import S3DueLists
from selfie.adapters.whole_school import AwsWholeSchool
from selfie.adapters.wrapping import FileWrapping
from selfie.catalogue import catalogue
from selfie.domain import deadlines
from selfie.domain.errors import Unknown
from selfie.domain.exercise import Exercise, State
from selfie.domain.school import EducationLevel, Identity
from selfie.ports import DocumentState
from tests.support.memory import MemoryMailboxes, MemoryMailer, MemoryReportBuilding, StoppedClock
from tests.support.reports import (
    CALENDAR,
    COORDINATOR,
    LOCALES,
    SCHOOL,
    STUDENT,
    TEACHER,
    another,
    exercise,
    send,
)

# Days to come: what had expired by the real clock, DynamoDB Local would delete.
ENDED = replace(exercise(), first_day=date(2046, 11, 5), last_day=date(2046, 11, 18))
CLOSED_AT = deadlines.closes_at(date(2046, 11, 18))
RUNNING = replace(
    another(ENDED, EducationLevel.PRIMARY),
    last_day=ENDED.last_day + timedelta(days=10),  # type: ignore[operator]  # it has one
    links={group: f"running-{group}" for group in ENDED.groups},
)
GONE = replace(SCHOOL, id="gonegonegone", name="Gone School", emails=("office@gone.example",))


@dataclass
class Stage:
    """All that is deployed, on tables of given names; what a deployment changes after a restore is ``exercises``."""

    database: Database
    s3: Any
    bucket: str
    clock: StoppedClock
    key: Path

    def __post_init__(self) -> None:
        client, table = self.database.client(), self.database.exercises
        self.exercises, self.companies = DynamoExercises(client, table), DynamoCompanies(client, table)
        self.tallies = DynamoTallies(client, self.database.counters)
        self.schools, self.published = DynamoSchools(client, table), DynamoResults(client, table)
        self.documents = AwsDocuments(client, table, self.s3, self.bucket)
        self.leaving = DynamoLeaving(client, table, self.database.counters)
        self.copies = DynamoCopies(client, table, self.database.keys, FileWrapping(self.key))
        self.copying = TallyCopying(
            self.exercises,
            self.companies,
            DynamoOpenTallies(client, self.database.counters),
            self.copies,
            self.clock,
        )
        self.closing = ClosingService(
            self.exercises,
            self.companies,
            self.tallies,
            self.copies,
            self.published,
            self.documents,
            self.schools,
            self.clock,
            catalogue,
            lambda exercise_id, locale, attempt: f"report-{exercise_id}-{locale}-{attempt}",
            LOCALES,
            DynamoTotals(client, self.database.counters),
            counters := DynamoPublicCounters(client, table),
            S3DueLists(self.s3, self.bucket),
        )
        mailer = MemoryMailer()
        whole = AwsWholeSchool(
            client, table, self.database.counters, self.database.keys, self.s3, self.bucket, "research"
        )
        self.privacy = Privacy(
            self.schools,
            whole,
            self.leaving,
            mailer,
            LOCALES,
            "https://selfie.example",
            self.clock,
            counters,
            DynamoLogins(client, table),
        )
        self.reports = ReportService(
            self.exercises,
            self.published,
            self.documents,
            MemoryReportBuilding(),
            self.schools,
            mailer,
            self.clock,
            CALENDAR,
            LOCALES,
            "https://selfie.example",
            MemoryMailboxes(),
        )

    def night(self, exercise_id: str) -> None:
        """Close an exercise and go on to the day on which its results may be seen."""
        self.closing.close(exercise_id)
        self.closing.finish(exercise_id)
        self.clock.instant += timedelta(minutes=2)


@pytest.fixture
def stage(dynamodb: Database, tmp_path: Path) -> Iterator[Stage]:
    """Two schools; of one an exercise has ended and another one runs."""
    key = tmp_path / "copies-key.txt"
    key.write_text("a2V5" * 10 + "a2U=")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        for bucket in ("reports", "research", "new-reports"):
            s3.create_bucket(Bucket=bucket)
        made = Stage(dynamodb, s3, "reports", StoppedClock(CLOSED_AT - timedelta(days=1)), key)
        for school, who in ((SCHOOL, COORDINATOR), (GONE, Identity("https://login.example", "gone"))):
            made.schools.add(school, who)
            made.leaving.signed_in(school.id, deadlines.day_of(made.clock()))
        for each in (ENDED, RUNNING):
            made.exercises.add(each)
            made.tallies.open(each)
        send(made.tallies, ENDED, {TEACHER: 12, STUDENT: 14}, at=CLOSED_AT - timedelta(days=2))
        yield made


def image(database: Database) -> list[dict[str, Any]]:
    """Take the Exercises table as it is now, as point-in-time recovery can later."""
    pages = database.client().get_paginator("scan").paginate(TableName=database.exercises)
    return [item for page in pages for item in page["Items"]]


def restored(stage: Stage, items: list[dict[str, Any]]) -> Stage:
    """Make a table beside the old one with what was in it at a moment, and deploy the stage with its name."""
    beside = make_tables(stage.database.endpoint, prefix=f"restored-{stage.database.exercises[:8]}-")
    for item in items:
        beside.client().put_item(TableName=beside.exercises, Item=item)
    database = replace(stage.database, exercises=beside.exercises)
    return Stage(database, stage.s3, stage.bucket, stage.clock, stage.key)


def counted(stage: Stage, of: Exercise) -> dict[str, int]:
    """Say how many submissions were published."""
    results = stage.published.get(of.id)
    assert results
    return {entry.group: entry.submitted for entry in results.participation}


def test_the_exercises_table_as_it_was_a_day_ago_becomes_what_it_was(stage: Stage) -> None:
    before = image(stage.database)
    # After that moment: one school was erased, an exercise was closed and its report sent.
    stage.leaving.remember_erased(GONE.id, CLOSED_AT + timedelta(days=36))
    stage.privacy.whole.erase(GONE.id)
    stage.clock.instant = CLOSED_AT
    stage.night(ENDED.id)
    as_published = stage.published.get(ENDED.id)

    after = restored(stage, before)
    assert after.schools.get(GONE.id) == GONE
    assert after.exercises.get(ENDED.id).state is State.ACTIVATED
    # First of all, before anybody signs in.
    assert after.privacy.replay() == 1
    with pytest.raises(Unknown):
        after.schools.get(GONE.id)
    assert [item for item in image(after.database) if GONE.id in str(item)] == []
    # The exercise is due again, its sealed tallies are still there, and the results are the same.
    assert after.closing.due().exercises == (ENDED.id,)
    after.night(ENDED.id)
    assert after.published.get(ENDED.id) == as_published
    assert after.closing.due().number == 0
    assert after.schools.get(SCHOOL.id) == SCHOOL


def test_documents_are_made_again_from_results_when_their_bucket_is_lost(stage: Stage) -> None:
    stage.clock.instant = CLOSED_AT
    stage.night(ENDED.id)
    stage.reports.render(ENDED.id, "fr")
    stage.documents.set_state(ENDED.id, "fr", DocumentState.READY)
    assert stage.reports.document(ENDED.id, "fr").startswith(b"%PDF-")
    anew = Stage(stage.database, stage.s3, "new-reports", stage.clock, stage.key)
    with pytest.raises(Unknown):
        anew.reports.document(ENDED.id, "fr")
    assert anew.reports.request(ENDED.id, "fr").state is DocumentState.WAITING  # «ready» before, and asked for again
    anew.reports.render(ENDED.id, "fr")
    assert anew.reports.document(ENDED.id, "fr").startswith(b"%PDF-")


def test_tallies_come_back_from_copies_and_the_exercise_goes_on_to_its_results(stage: Stage) -> None:
    send(stage.tallies, RUNNING, {TEACHER: 3, STUDENT: 11}, at=stage.clock() - timedelta(hours=5))
    assert stage.copying.copy(RUNNING.id) == Done(1, 0)
    a_day_ago = image(stage.database)
    send(stage.tallies, RUNNING, {STUDENT: 12}, seed=8, at=stage.clock() - timedelta(hours=4))
    assert stage.copying.copy(RUNNING.id) == Done(1, 0)
    send(stage.tallies, RUNNING, {STUDENT: 4}, seed=9, at=stage.clock() - timedelta(hours=3))
    stage.clock.instant += timedelta(hours=8)

    # Both are lost: the counts, and a day of the Exercises table.
    client = stage.database.client()
    client.delete_table(TableName=stage.database.counters)
    make_tables(stage.database.endpoint, prefix=stage.database.counters.removesuffix("counters"))
    after = restored(stage, a_day_ago)
    with pytest.raises(Unknown):
        send(after.tallies, RUNNING, {STUDENT: 1}, seed=10, at=stage.clock())
    assert sum((after.copying.restore(of) for of in after.copying.activated()), Done()) == Done(6, 0)
    assert after.tallies.submitted(RUNNING.id, RUNNING.groups)[STUDENT] == 11

    # What the backup held was a copy of 23. The next one is made when 33 have submitted, so no two differ by fewer than
    # ten, whichever table they are in.
    send(after.tallies, RUNNING, {STUDENT: 21}, seed=11, at=stage.clock())
    assert after.copying.copy(RUNNING.id) == Done(0, 0)
    send(after.tallies, RUNNING, {STUDENT: 1}, seed=12, at=stage.clock())
    assert after.copying.copy(RUNNING.id) == Done(1, 0)

    assert RUNNING.last_day
    stage.clock.instant = deadlines.closes_at(RUNNING.last_day)
    after.night(RUNNING.id)
    assert counted(after, RUNNING) == {"school_leader": 0, "teacher": 0, "student": 33}
    # Nothing can be read from either table any more.
    for table in (after.database.exercises, stage.database.exercises):
        copies = DynamoCopies(client, table, stage.database.keys, FileWrapping(stage.key))
        assert all(copies.find(RUNNING.id, keys.read_place(group)) is None for group in RUNNING.groups)
    assert [item for item in image(stage.database) if keys.kind(item) == "COPY/TALLY"]
