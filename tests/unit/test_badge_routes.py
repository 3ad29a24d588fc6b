"""The routes of badges: coordinators ask, visitors look and verify, the operator revokes."""

import json
from datetime import timedelta

import pytest
from chalice.test import Client

from functions.badge import app as badge_app
from functions.badge import wiring
from functions.badge.pages import Pages
from selfie.domain.errors import TryAgain
from selfie.http.coordinators import COOKIE, Entrance
from selfie.ports import CoordinatorSession
from tests.support.badges import SITE, credential_in_svg, issuing
from tests.support.memory import MemoryLogins
from tests.support.reports import COORDINATOR, SCHOOL, SHOWN_AT

LOCALES = ("en", "fr", "ar")
LIST = f"/api/schools/{SCHOOL.id}/badges"
ASK = f"/api/schools/{SCHOOL.id}/sessions/2024-1/badge"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def it(monkeypatch, tmp_path):
    """A school with a closed exercise on the day after, and a signed-in coordinator."""
    made = issuing(tmp_path)
    logins = MemoryLogins()
    later = SHOWN_AT + timedelta(hours=8)
    for cookie, schools in (("mine", (SCHOOL.id,)), ("another", ("zzzzzzzzzzzz",))):
        logins.open(CoordinatorSession(cookie, COORDINATOR, schools, "csrf", later, later))
    monkeypatch.setattr(wiring, "service", lambda: made.service)
    monkeypatch.setattr(wiring, "pages", lambda: Pages("/static/x", LOCALES, SITE, made.issuer))
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(logins, SITE, made.clock))
    monkeypatch.setattr(wiring, "locales", lambda: LOCALES)
    return made


@pytest.fixture
def client(it):
    """Calls routes as API Gateway does."""
    with Client(badge_app.app) as calling:
        yield calling.http


@pytest.fixture
def badge(it):
    """An issued badge."""
    return it.service.ask(SCHOOL.id, "2024-1", "en")


def signed_in(cookie="mine", **headers):
    """Return the headers of a coordinator's request."""
    return {"Cookie": f"{COOKIE}={cookie}", "Content-Type": "application/json", "X-CSRF-Token": "csrf", **headers}


def test_badges_are_asked_for_by_coordinators_of_the_school_only(client):
    body = json.dumps({"locale": "en"})
    for method, path in ((client.get, LIST), (lambda p, headers: client.post(p, headers=headers, body=body), ASK)):
        assert method(path, headers={"Content-Type": "application/json"}).status_code == 401
        assert method(path, headers=signed_in("another")).status_code == 403
    assert client.post(ASK, headers=signed_in() | {"X-CSRF-Token": "other"}, body=body).status_code == 403


def test_a_coordinator_sees_the_criteria_asks_and_gets_the_badge(client):
    (before,) = client.get(LIST, headers=signed_in()).json_body["sessions"]
    assert before["earned"]
    assert before["badge"] is None
    assert before["levels"][0]["criteria"] == {"all_three_groups": True, "more_than_ten": True}
    answer = client.post(ASK, headers=signed_in(), body=json.dumps({"locale": "fr"}))
    assert answer.status_code == 201
    assert answer.json_body["address"] == f"{SITE}/badges/{answer.json_body['id']}"
    assert answer.json_body["issued_on"] == "2024-11-18"
    (after,) = client.get(LIST, headers=signed_in()).json_body["sessions"]
    assert after["badge"] == answer.json_body


def test_a_session_without_an_exercise_has_no_badge(client):
    answer = client.post(ASK.replace("2024-1", "2024-2"), headers=signed_in(), body='{"locale":"en"}')
    assert (answer.status_code, answer.json_body["code"]) == (409, "criteria_unmet")
    assert client.post(ASK, headers=signed_in(), body='{"locale":"en","score":5}').status_code == 422


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("credential.json", "application/vc+ld+json; charset=utf-8"),
        ("credential.jwt", "application/jwt; charset=utf-8"),
        ("badge.png", "image/png"),
        ("badge.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_files_of_a_badge_may_be_fetched_from_anywhere(client, badge, file, kind):
    answer = client.get(f"/badges/{badge.id}/{file}", headers={"Accept": "*/*"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"].startswith("public")
    assert client.get(f"/badges/{badge.id}/results.xlsx").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["{badge}", "{badge}/badge.png", "{badge}/credential.jwt", "did.json", "emblem.png", "status/1", "achievement/fr"],
)
def test_whoever_only_checks_a_link_gets_the_same_headers(client, badge, path):
    address = f"/badges/{path.format(badge=badge.id)}"
    asked, checked = (client.request(method, address, headers={"Accept": "*/*"}) for method in ("GET", "HEAD"))
    assert (asked.status_code, asked.headers) == (checked.status_code, checked.headers) == (200, asked.headers)
    assert client.request("HEAD", f"/badges/{'a' * 12}-2024-1-{'b' * 16}", headers={"Accept": "*/*"}).status_code == 404


def test_the_drawing_holds_the_credential_and_runs_nothing(client, it, badge):
    answer = client.get(f"/badges/{badge.id}/badge.svg", headers={"Accept": "*/*"})
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert credential_in_svg(answer.body.decode()) == it.service.show(badge.id).issued.credential


def test_a_program_gets_the_credential_at_the_address_of_the_page(client, it, badge):
    asked = {"Accept": "application/vc+ld+json, application/json"}
    assert client.get(f"/badges/{badge.id}", headers=asked).json_body["id"] == f"{SITE}/badges/{badge.id}"
    assert "<h1>" in client.get(f"/badges/{badge.id}", headers={"Accept": BROWSER}).body.decode()


@pytest.mark.parametrize(
    ("query", "accepted", "locale"), [("", "fr-BE,fr", "fr"), ("?lang=ar", "fr", "ar"), ("?lang=xx", "", "en")]
)
def test_the_page_comes_in_the_visitors_language(client, badge, query, accepted, locale):
    answer = client.get(f"/badges/{badge.id}{query}", headers={"Accept": BROWSER, "Accept-Language": accepted})
    assert answer.headers["Content-Language"] == locale
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'<html lang="{locale}"' in answer.body.decode()
    assert SCHOOL.name in answer.body.decode()


def test_keys_lists_definition_and_emblem_are_public(client, badge):
    did = client.get("/badges/did.json").json_body
    assert did["id"] == "did:web:selfie.example:badges"
    assert len(did["assertionMethod"]) == 2
    assert client.get("/badges/status/1").json_body["type"][1] == "BitstringStatusListCredential"
    assert client.get("/badges/achievement/fr").json_body["inLanguage"] == "fr"
    assert client.get("/badges/emblem.png").body.startswith(b"\x89PNG")
    digits = "9" * 5000
    for unknown in ("status/2", "status/one", "status/²", f"status/{digits}", "achievement/xx"):
        assert client.get(f"/badges/{unknown}").status_code == 404


def test_what_is_no_badge_is_a_page_that_says_so(client, badge):
    for name in (badge.id[:-16] + "a" * 16, "nothing", "%2e%2e"):
        answer = client.get(f"/badges/{name}?lang=en", headers={"Accept": BROWSER})
        assert answer.status_code == 404
        assert "There is no badge here" in answer.body.decode()


def test_the_operator_revokes_a_badge(client, badge):
    assert badge_app.revoke_badge({"badge": badge.id}, None) == {"revoked": badge.id}
    page = client.get(f"/badges/{badge.id}?lang=en", headers={"Accept": BROWSER})
    assert page.status_code == 200
    assert "This badge was revoked" in page.body.decode()
    for file in ("badge.png", "credential.json"):
        answer = client.get(f"/badges/{badge.id}/{file}")
        assert (answer.status_code, answer.json_body["code"]) == (410, "revoked")
    assert client.get(f"/badges/{badge.id}", headers={"Accept": "application/json"}).status_code == 410
    (session,) = client.get(LIST, headers=signed_in()).json_body["sessions"]
    assert session["badge"]["revoked"]


@pytest.mark.parametrize(("error", "status"), [(TryAgain(), 503), (RuntimeError("secret"), 500)])
def test_a_failure_is_a_page_without_detail(client, badge, monkeypatch, error, status):
    def fail(*_):
        raise error

    monkeypatch.setattr(type(wiring.service().badges), "find", fail)
    answer = client.get(f"/badges/{badge.id}?lang=en", headers={"Accept": BROWSER})
    assert answer.status_code == status
    assert "Something went wrong on our side" in answer.body.decode()
    assert "secret" not in answer.body.decode()
