"""The routes of results: who may see them, and what they answer."""

import base64
import json
from datetime import timedelta
from io import BytesIO

import pytest
from chalice.test import Client
from openpyxl import load_workbook

from functions.report import app as report_app
from functions.report import wiring
from selfie.adapters.memory import MemoryLogins
from selfie.http.coordinators import COOKIE
from selfie.ports import CoordinatorSession, DocumentState
from selfie_reporting.words import words
from tests.support.reports import COORDINATOR, SCHOOL, SHOWN_AT, system

SITE = "https://selfie.example"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def it(monkeypatch):
    """A closed exercise on the day after, and a signed-in coordinator of its school."""
    made = system()
    made.closing.close(made.exercise.id)
    made.clock.instant = SHOWN_AT
    logins = MemoryLogins()
    later = SHOWN_AT + timedelta(hours=8)
    for cookie, schools in (("mine", (SCHOOL.id,)), ("another", ("zzzzzzzzzzzz",))):
        logins.open(CoordinatorSession(cookie, COORDINATOR, schools, "csrf", later, later))
    monkeypatch.setattr(wiring, "service", lambda: made.reports)
    monkeypatch.setattr(wiring, "logins", lambda: logins)
    monkeypatch.setattr(wiring, "site_url", lambda: SITE)
    monkeypatch.setattr(wiring, "now", made.clock)
    monkeypatch.setattr(wiring, "words", lambda locale: words(locale or "en"))
    return made


@pytest.fixture
def client(it):
    """Calls routes as API Gateway does."""
    with Client(report_app.app) as calling:
        yield calling.http


def signed_in(cookie="mine", **headers):
    """Return the headers of a coordinator's request."""
    return {"Cookie": f"{COOKIE}={cookie}", "Accept": BROWSER, **headers}


PATHS = (
    "/api/schools/{school}/results",
    "/api/exercises/{exercise}/results",
    "/api/exercises/{exercise}/workbook",
    "/api/exercises/{exercise}/charts/areas",
    "/api/exercises/{exercise}/documents",
    "/api/exercises/{exercise}/documents/fr",
)


@pytest.mark.parametrize("path", PATHS)
def test_results_are_for_coordinators_of_the_school_only(client, it, path):
    path = path.format(school=SCHOOL.id, exercise=it.exercise.id)
    assert client.get(path, headers={"Accept": BROWSER}).status_code == 401
    assert client.get(path, headers=signed_in("another")).status_code == 403


def test_results_come_as_json_in_the_language_asked_for(client, it):
    answer = client.get(f"/api/exercises/{it.exercise.id}/results?locale=en", headers=signed_in())
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json_body == it.reports.view(it.exercise.id, "en")


def test_results_before_their_day_are_not_found(client, it):
    it.clock.instant = SHOWN_AT - timedelta(seconds=1)
    answer = client.get(f"/api/exercises/{it.exercise.id}/results", headers=signed_in())
    assert (answer.status_code, json.loads(answer.body)["code"]) == (404, "not_viewable")


def test_the_list_names_sessions_levels_and_states(client, it):
    sessions = client.get(f"/api/schools/{SCHOOL.id}/results?locale=en", headers=signed_in()).json_body["sessions"]
    assert [(s["id"], s["school_year"], s["number"], s["name"]) for s in sessions] == [
        ("2024-1", 2024, 1, "2024–2025, session 1")
    ]
    assert {
        "level": "lower_secondary",
        "level_name": "Lower secondary",
        "state": "viewable",
        "exercise": it.exercise.id,
        "until": None,
    } in sessions[0]["levels"]


def test_a_browser_that_follows_the_link_gets_the_workbook(client, it):
    answer = client.get(f"/api/exercises/{it.exercise.id}/workbook?locale=en", headers=signed_in())
    assert answer.status_code == 200
    assert 'filename="results-2024-1-lower_secondary-en.xlsx"' in answer.headers["Content-Disposition"]
    assert "Statements" in load_workbook(BytesIO(answer.body)).sheetnames


def test_files_go_through_api_gateway_in_base64(it):
    it.reports.render(it.exercise.id, "fr")
    path = f"/api/exercises/{it.exercise.id}/documents/fr"
    event = {
        "resource": "/api/exercises/{exercise}/documents/{locale}",
        "path": path,
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": "/api/exercises/{exercise}/documents/{locale}",
            "identity": {},
        },
        "multiValueHeaders": {name: [value] for name, value in signed_in().items()},
        "headers": signed_in(),
        "pathParameters": {"exercise": it.exercise.id, "locale": "fr"},
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    answer = report_app.app(event, None)
    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]) == it.documents.fetch(it.exercise.id, "fr")


def test_charts_are_svg_that_runs_nothing(client, it):
    answer = client.get(f"/api/exercises/{it.exercise.id}/charts/participation", headers=signed_in())
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.body.startswith(b"<svg")
    assert client.get(f"/api/exercises/{it.exercise.id}/charts/wheel", headers=signed_in()).status_code == 404


def test_asking_for_a_document_needs_the_sessions_own_token(client, it):
    path, body = f"/api/exercises/{it.exercise.id}/documents", json.dumps({"locale": "en"})
    assert client.post(path, headers=signed_in(), body=body).status_code == 403
    assert it.building.started == []
    headers = signed_in(**{"X-CSRF-Token": "csrf", "Origin": SITE, "Content-Type": "application/json"})
    answer = client.post(path, headers=headers, body=body)
    assert (answer.status_code, answer.json_body) == (202, {"locale": "en", "state": "waiting"})
    assert it.building.started == [(it.exercise.id, "en", 1)]
    it.reports.record(it.exercise.id, "en", DocumentState.FAILED)
    listed = client.get(path, headers=signed_in()).json_body["documents"]
    assert {"locale": "en", "state": "failed"} in listed


def test_a_language_that_is_not_offered_is_named_as_invalid(client, it):
    headers = signed_in(**{"X-CSRF-Token": "csrf", "Origin": SITE, "Content-Type": "application/json"})
    path = f"/api/exercises/{it.exercise.id}/documents"
    answer = client.post(path, headers=headers, body=json.dumps({"locale": "xx"}))
    assert answer.status_code == 422
    assert json.loads(answer.body)["errors"] == [{"field": "locale", "code": "unknown_locale"}]


def test_the_instant_to_wait_for_is_written_as_state_machines_read_it(it):
    task = report_app.wait_for_results({"exercise": it.exercise.id, "locale": "fr"}, None)
    assert task == {"at": "2024-11-17T23:00:00Z"}
