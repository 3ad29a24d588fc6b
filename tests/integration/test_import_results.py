"""A former system's results, imported by the command into DynamoDB Local, as the school then sees them."""

import json
from datetime import date
from pathlib import Path

import boto3
import pytest

from functions.report.service import ReportService
from infra.local.dynamodb import Database
from scripts import import_results
from selfie.adapters.dynamodb_exercises import DynamoExercises
from selfie.adapters.dynamodb_results import DynamoResults
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain.results import ListingState
from selfie.domain.school import EducationLevel, Identity
from selfie.domain.session import Calendar, Session
from tests.support.examples import at
from tests.support.former_results import LIME, row
from tests.support.memory import MemoryDocuments, MemoryMailboxes, MemoryMailer, MemoryReportBuilding, StoppedClock

ANNA = Identity("https://login.example", "anna")


def test_an_associated_school_finds_its_old_results_in_list_page_comparison_and_line(
    dynamodb: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = dynamodb.client()
    monkeypatch.setattr(boto3, "client", lambda *_arguments, **_options: client)
    exercises = DynamoExercises(client, dynamodb.exercises)
    schools = DynamoSchools(client, dynamodb.exercises)
    schools.admit(LIME)
    assert schools.adopt(LIME, LIME, ANNA)
    file, refused = tmp_path / "results.jsonl", tmp_path / "refused.jsonl"
    earlier = row(session="2025-2", first_day="2026-02-02", last_day="2026-02-16", percent=True)
    rows = (earlier, row(), row(email="nobody@nowhere.example"))
    file.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    command = [str(file), "--table", dynamodb.exercises, "--report", str(refused)]
    assert import_results.main(command) == 1
    assert capsys.readouterr().err == "imported: 2, renewed: 0, left_alone: 0, refused: 1\n"
    assert json.loads(refused.read_text(encoding="utf-8")) == {
        "line": 3,
        "outcome": "refused",
        "reasons": [{"field": "email", "code": "no_such_school"}],
    }
    assert import_results.main(command) == 1
    assert capsys.readouterr().err == "imported: 0, renewed: 0, left_alone: 2, refused: 1\n"

    results, new = DynamoResults(client, dynamodb.exercises), f"{LIME.id}-2025-3-primary"
    right = row()
    right["groups"]["student"]["submitted"] = 41
    file.write_text(json.dumps(right), encoding="utf-8")
    assert import_results.main([*command, "--replace", "--dry-run"]) == 0
    assert capsys.readouterr().err == "nothing was written; imported: 0, renewed: 1, left_alone: 0, refused: 0\n"
    assert json.loads(refused.read_text(encoding="utf-8")) == {"line": 1, "outcome": "renewed", "reasons": []}
    submitted = []
    for more in ([], ["--replace"]):
        assert import_results.main([*command, *more]) == 0
        published = results.get(new)
        assert published
        submitted.append(published.participation[-1].submitted)
    assert submitted == [40, 41]
    capsys.readouterr()

    reports = ReportService(
        exercises,
        DynamoResults(client, dynamodb.exercises),
        MemoryDocuments(),
        MemoryReportBuilding(),
        schools,
        MemoryMailer(),
        StoppedClock(at("2026-11-24T08:00")),
        Calendar.of([Session(date(2026, 8, 17), date(2026, 12, 18), 2026, 1)]),
        ("en", "fr"),
        "https://selfie.example.org",
        MemoryMailboxes(),
    )
    listed = {entry.session_id: {level.level: level for level in entry.levels} for entry in reports.listing(LIME.id)}
    assert {session: listed[session][EducationLevel.PRIMARY].state for session in ("2025-3", "2025-2")} == {
        "2025-3": ListingState.VIEWABLE,
        "2025-2": ListingState.VIEWABLE,
    }
    old = f"{LIME.id}-2025-2-primary"
    view = reports.view(new, "en")
    assert str(view["participation"]["caution"]).startswith("These results come from the former system.")
    assert [unit["unit"] for unit in view["units"]] == ["staff", "student"]
    assert reports.comparison(new, old, "en")["right"]["imported"]
    compared = [change for entry in reports.comparison(new, old, "en")["statements"] for change in entry["changes"]]
    assert {change["direction"] for change in compared} == {"same"}
    assert [entry["exercise"] for entry in reports.development(new, "en")["exercises"]] == [old, new]
    assert reports.workbook(new, "en").content[:2] == b"PK"
