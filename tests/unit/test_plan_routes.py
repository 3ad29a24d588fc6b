"""The routes of action plans: who may write, what comes back, and what the school community sees."""

import json
from io import BytesIO

import pytest
from chalice.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from functions.plan import app as plan_app
from functions.plan import wiring
from functions.plan.pages import Pages
from selfie.domain.errors import TryAgain
from selfie.http.coordinators import COOKIE, Entrance
from tests.support.plans import EXAMPLE, NEXT, ask_again, planning_system, signed_in_logins, target
from tests.support.reports import SCHOOL

SITE = "https://selfie.example"
PLAN = f"{SCHOOL.id}-2024-lower_secondary-C"


@pytest.fixture
def it(monkeypatch):
    """A school with results, and a signed-in coordinator."""
    made = planning_system()
    monkeypatch.setattr(wiring, "planning", lambda: made.planning)
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(signed_in_logins(made.clock()), SITE, made.clock))
    monkeypatch.setattr(wiring, "pages", lambda: Pages("/static/x", ("en", "fr", "ar")))
    monkeypatch.setattr(wiring, "locales", lambda: ("en", "fr", "ar"))
    return made


@pytest.fixture
def call(it):
    """Call a route as a page does; the status comes first."""
    with Client(plan_app.app) as client:

        def calling(method, path, body=None, cookie="mine", **headers):
            sent = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
            sent |= {"X-CSRF-Token": "csrf", "Content-Type": "application/json", **headers}
            answer = client.http.request(method, path, headers=sent, body=json.dumps(body).encode())
            return answer.status_code, answer.json_body if b"{" in answer.body[:1] else answer.body

        yield calling


@pytest.fixture
def read(it):
    """Open a link as somebody who has not signed in."""
    with Client(plan_app.community) as client:
        yield client.http.get


def begin(call, it, **changes):
    """Begin the plan of the guide's example."""
    body = {"exercise": it.exercise.id, "school_year": 2024, "area": "C", "statements": ["C10"], **changes}
    return call("POST", f"/api/schools/{SCHOOL.id}/plans", body)


def with_example(call, it):
    """Write the guide's example down and return the plan."""
    assert begin(call, it)[0] == 201
    status, plan = call("PUT", f"/api/plans/{PLAN}?locale=en", {"version": 0, "statements": EXAMPLE})
    assert status == 200, plan
    return plan


ROUTES = (
    ("GET", "/api/schools/{school}/plans", None),
    ("POST", "/api/schools/{school}/plans", {}),
    ("GET", "/api/plans/{plan}", None),
    ("PUT", "/api/plans/{plan}", {}),
    ("DELETE", "/api/plans/{plan}?version=1", None),
    ("PUT", "/api/plans/{plan}/link", {}),
    ("DELETE", "/api/plans/{plan}/link?version=1", None),
    ("GET", "/api/plans/{plan}/document", None),
    ("GET", "/api/plans/{plan}/workbook", None),
    ("GET", "/api/exercises/{exercise}/plans", None),
)


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_plans_are_for_coordinators_of_the_school_only(call, it, method, path, body):
    with_example(call, it)
    path = path.format(school=SCHOOL.id, plan=PLAN, exercise=it.exercise.id)
    assert call(method, path, body, cookie=None)[0] == 401
    assert call(method, path, body, cookie="another")[0] == 403
    if method != "GET":
        for forged in ({"X-CSRF-Token": "guessed"}, {"Origin": "https://elsewhere.example"}):
            assert (call(method, path, body, **forged)[0], it.plans.get(PLAN).version) == (403, 1)


def test_a_plan_can_start_from_results_of_ones_own_school_only(call, it):
    other = it.exercise.id.replace(SCHOOL.id, "zzzzzzzzzzzz")
    assert begin(call, it, exercise=other)[0] == 403


def test_the_guides_example_is_entered_whole_and_comes_back(call, it):
    plan = with_example(call, it)
    ((statement,), progress) = plan["statements"], plan["progress"]
    (objective,) = statement["objectives"]
    (measured,) = objective["measurements"]
    assert (statement["code"], plan["area"]["name"]) == ("C10", "Infrastructure and equipment")
    assert [a["persons"] for a in objective["activities"]] == ["Ada Quill", "ICT team", "Head", "", ""]
    assert (measured["said"], measured["start_said"], measured["outcome"]) == ("at least 80%", "35%", None)
    assert progress == {"activities": 5, "done": 0, "targets": 1, "measured": 0, "met": 0}
    assert call("GET", f"/api/plans/{PLAN}?locale=en") == (200, plan)


def test_the_next_exercise_says_whether_the_target_was_met(call, it):
    with_example(call, it)
    ask_again(it)
    _, checked = call("GET", f"/api/exercises/{NEXT}/plans?locale=en")
    (plan,) = checked["plans"]
    (measured,) = plan["statements"][0]["objectives"][0]["measurements"]
    assert (measured["said"], measured["start_said"], measured["now_said"]) == ("at least 80%", "35%", "85%")
    assert (measured["outcome"], measured["outcome_name"]) == ("met", "Target met")
    assert plan["statements"][0]["objectives"][0]["activities"] == []
    _, whole = call("GET", f"/api/plans/{PLAN}?locale=en")
    assert whole["latest"] == {"exercise": NEXT, "name": "2024–2025, session 2"}
    assert whole["progress"]["met"] == 1
    assert call("GET", f"/api/exercises/{it.exercise.id}/plans")[1] == {"plans": []}


def test_a_group_too_small_to_be_shown_gives_no_figure(call, it):
    with_example(call, it)
    ask_again(it, {"own": 2})
    _, plan = call("GET", f"/api/plans/{PLAN}?locale=en")
    (measured,) = plan["statements"][0]["objectives"][0]["measurements"]
    assert (measured["now"], measured["now_said"], measured["outcome"]) == (None, "No figure", "no_figure")


def test_a_second_plan_for_the_same_area_is_refused(call, it):
    begin(call, it)
    status, answer = begin(call, it)
    assert (status, answer["code"]) == (409, "plan_exists")


def test_two_coordinators_never_overwrite_each_other(call, it):
    with_example(call, it)
    status, answer = call("PUT", f"/api/plans/{PLAN}", {"version": 0, "statements": []})
    assert (status, answer["code"], it.plans.get(PLAN).version) == (409, "changed_meanwhile", 1)


def test_what_does_not_fit_is_named_field_by_field(call, it):
    begin(call, it)
    objective = {
        "text": " ",
        "measurements": [{"target": target(("own",), 101)}, {"target": target((), 3)}],
        "activities": [{"text": "x", "first_day": "2025-02-01", "last_day": "2025-01-01"}],
    }
    statements = [{"code": "C10", "objectives": [objective]}]
    status, answer = call("PUT", f"/api/plans/{PLAN}", {"version": 0, "statements": statements})
    at = "statements.0.objectives.0"
    assert status == 422
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [
        (f"{at}.text", "missing"),
        (f"{at}.measurements.0.target.value", "too_many"),
        (f"{at}.measurements.1.target.options", "missing"),
        (f"{at}.activities.0.last_day", "before_first_day"),
    ]


def test_plans_are_listed_with_what_new_ones_can_be_made_from(call, it):
    with_example(call, it)
    _, listed = call("GET", f"/api/schools/{SCHOOL.id}/plans?locale=en")
    assert [(plan["id"], plan["progress"]["targets"]) for plan in listed["plans"]] == [(PLAN, 1)]
    assert "Ada Quill" not in json.dumps(listed)
    assert [(source["exercise"], source["session_name"]) for source in listed["sources"]] == [
        (it.exercise.id, "2024–2025, session 1")
    ]
    assert listed["school_years"] == [2024, 2025]


def test_a_plan_is_deleted_for_good(call, it):
    with_example(call, it)
    assert call("DELETE", f"/api/plans/{PLAN}?version=0")[0] == 409
    assert call("DELETE", f"/api/plans/{PLAN}?version=1")[0] == 204
    assert call("GET", f"/api/plans/{PLAN}")[0] == 404


def test_pdf_and_workbook_hold_the_whole_plan(call, it):
    with_example(call, it)
    ask_again(it)
    pages = PdfReader(BytesIO(call("GET", f"/api/plans/{PLAN}/document?locale=en")[1])).pages
    text = " ".join(page.extract_text() for page in pages)
    book = load_workbook(BytesIO(call("GET", f"/api/plans/{PLAN}/workbook?locale=en")[1]))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    for said in ("Ada Quill", "12 000 €", "Buy the tablets", "at least 80%", "Target met", "Riverside School"):
        assert said in " ".join(text.split()), said
        assert said in cells, said
    (row,) = book["Targets"].iter_rows(min_row=2, values_only=True)
    assert row[7:10] == (80, 35, 85)


def test_whoever_has_the_link_reads_the_plan_without_names_and_money(call, read, it):
    with_example(call, it)
    ask_again(it)
    _, plan = call("PUT", f"/api/plans/{PLAN}/link", {"version": 1, "persons": False, "budget": False})
    path = plan["sharing"]["path"]
    answer = read(path, headers={"Accept-Language": "en"})
    page = answer.body.decode()
    assert answer.status_code == 200
    assert (answer.headers["X-Robots-Tag"], answer.headers["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in page
    for shown in ("Buy the tablets", "at least 80%", "85%", "Target met", "Riverside School"):
        assert shown in page, shown
    for kept in ("Ada Quill", "12 000 €", "secret-1"):
        assert kept not in page, kept
    _, plan = call("PUT", f"/api/plans/{PLAN}/link", {"version": 2, "persons": True, "budget": True})
    assert plan["sharing"]["path"] == path
    page = read(f"{path}?lang=ar").body.decode()
    assert 'dir="rtl"' in page
    assert "Ada Quill" in page
    assert "12 000 €" in page


@pytest.mark.parametrize("path", [f"/plan/{PLAN}/guessed", "/plan/nothing/secret-1", f"/plan/{PLAN}/sécret"])
def test_a_link_that_leads_nowhere_says_so_plainly(call, read, it, path):
    with_example(call, it)
    call("PUT", f"/api/plans/{PLAN}/link", {"version": 1, "persons": False, "budget": False})
    answer = read(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "This link leads nowhere" in answer.body.decode()


def test_who_reads_while_the_store_is_busy_is_asked_to_come_again(read, it, monkeypatch):
    def fail(*_):
        raise TryAgain

    monkeypatch.setattr(type(it.planning.plans), "get", fail)
    answer = read(f"/plan/{PLAN}/secret-1", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Something went wrong" in answer.body.decode()


def test_a_revoked_link_is_dead_at_once_and_a_new_one_is_another(call, read, it):
    with_example(call, it)
    _, plan = call("PUT", f"/api/plans/{PLAN}/link", {"version": 1, "persons": False, "budget": False})
    path = plan["sharing"]["path"]
    _, plan = call("DELETE", f"/api/plans/{PLAN}/link?version=2")
    assert plan["sharing"] is None
    assert read(path).status_code == 404
    _, plan = call("PUT", f"/api/plans/{PLAN}/link", {"version": 3, "persons": False, "budget": False})
    assert plan["sharing"]["path"] != path
    assert read(path).status_code == 404


def test_nothing_of_a_plan_is_logged(call, read, it, capfd):
    with_example(call, it)
    _, plan = call("PUT", f"/api/plans/{PLAN}/link", {"version": 1, "persons": True, "budget": True})
    read(plan["sharing"]["path"])
    read(f"/plan/{PLAN}/guessed")
    call("PUT", f"/api/plans/{PLAN}", {"version": 2, "statements": [{"code": "Ada Quill"}]})
    out, err = capfd.readouterr()
    for kept in ("Ada", "Quill", "12 000", "secret-1", SCHOOL.id, "guessed"):
        assert kept not in out + err, kept
