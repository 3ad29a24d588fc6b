"""Data maps over HTTP: who is let in, what is refused, and what comes out as document, table and notice."""

import csv
import io
import json
from dataclasses import fields, replace
from datetime import timedelta

import pypdf
import pytest
from chalice.test import Client
from openpyxl import load_workbook

from functions.data_map import app as map_app
from functions.data_map import service, wiring
from selfie.domain.data_map import MOST_TOOLS, Kind, Prompt, Tool
from selfie.http.coordinators import COOKIE, Entrance
from selfie_reporting.data_map_view import data_map_view
from tests.support.data_maps import COMPLETE, NOON, worksheet_system
from tests.support.plans import signed_in_logins
from tests.support.reports import SCHOOL

SITE = "https://selfie.example"
BASE = f"/api/schools/{SCHOOL.id}/data-map"
SENT = {
    each.name: value if not isinstance(value := getattr(COMPLETE, each.name), tuple) else list(value)
    for each in fields(Tool)
    if each.name not in {"number", "rules_since", "version"}
} | {"agreement_from": "2025-09-01", "agreement_until": "2028-08-31"}


@pytest.fixture
def it(monkeypatch):
    """A school without a map, and a signed-in coordinator."""
    made = worksheet_system()
    monkeypatch.setattr(wiring, "worksheet", lambda: made.worksheet)
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(signed_in_logins(made.now), SITE, lambda: made.now))
    return made


def sending(client, cookie="mine"):
    """Call routes as a page does; the status comes first."""

    def calling(method, path, body=None, **headers):
        sent = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        sent |= {"X-CSRF-Token": "csrf", "Content-Type": "application/json", **headers}
        answer = client.http.request(method, path, headers=sent, body=json.dumps(body).encode())
        return answer.status_code, answer.json_body if b"{" in answer.body[:1] else answer.body

    return calling


@pytest.fixture
def call(it):
    """Call as a coordinator."""
    with Client(map_app.app) as client:
        yield sending(client)


@pytest.fixture
def colleague(it):
    """Call as somebody who has not signed in."""
    with Client(map_app.invited) as client:
        yield sending(client, cookie=None)


def invite(call, days=30):
    """Make a link and return what stands in it."""
    version = call("GET", BASE)[1]["version"]
    status, made = call("PUT", f"{BASE}/link", {"version": version, "days": days})
    assert status == 200, made
    return made["token"]


def test_a_tool_is_listed_with_little_and_filled_until_nothing_is_open(call):
    status, saved = call("POST", f"{BASE}/tools?locale=en", {"name": "Platform", "kind": "cloud"})
    assert (status, saved["tool"]["number"], saved["tool"]["kind_name"]) == (201, 1, "Cloud services")
    assert "Whose data are in it?" in [gap["text"] for gap in saved["gaps"]]
    body = {"version": saved["tool"]["version"], "tool": SENT}
    status, saved = call("PUT", f"{BASE}/tools/1?locale=en", body)
    assert (status, saved["gaps"]) == (200, [])
    assert {name: saved["tool"][name] for name in SENT} == SENT
    seen = call("GET", f"{BASE}?locale=fr")[1]
    assert seen["tools"][0]["name"] == "Learning platform"
    assert {"key": "cameras", "name": "Caméras"} in seen["open_prompts"]
    assert call("PUT", f"{BASE}/tools/1", body)[0] == 409
    assert call("DELETE", f"{BASE}/tools/1?version=5")[0] == 409
    assert call("DELETE", f"{BASE}/tools/1?version={saved['tool']['version']}")[0] == 204
    assert call("DELETE", f"{BASE}/tools/1?version=0")[0] == 404


def test_what_was_meant_for_a_deleted_tool_is_not_written_over_the_next_one(call, it):
    old = call("POST", f"{BASE}/tools", {"name": "Old", "kind": "paper"})[1]["tool"]
    call("DELETE", f"{BASE}/tools/1?version={old['version']}")
    it.now += timedelta(seconds=1)
    new = call("POST", f"{BASE}/tools", {"name": "New", "kind": "paper"})[1]["tool"]
    assert new["number"] == old["number"]
    assert call("PUT", f"{BASE}/tools/1", {"version": old["version"], "tool": SENT})[1]["code"] == "changed_meanwhile"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"kind": "magic"}, "kind", "invalid"),
        ({"data": ["pupil", "dreams"]}, "data.1", "invalid"),
        ({"pupils": ["Ada"]}, "pupils", "unknown_field"),
        ({"name": ""}, "name", "missing"),
        ({"note": "x" * 10_000}, "note", "too_long"),
        ({"agreement_from": "2028-09-01"}, "agreement_until", "before_first_day"),
        ({"agreement_from": 1_700_000_000}, "agreement_from", "invalid"),
        ({"kept_months": "12"}, "kept_months", "invalid"),
        ({"people": ["pupils"] * 41}, "people", "invalid"),
    ],
)
def test_bad_input_is_named_and_not_repeated(call, change, field, code):
    status, problem = call("POST", f"{BASE}/tools", SENT | change)
    assert (status, problem["errors"]) == (422, [{"field": field, "code": code}])
    assert call("GET", BASE)[1]["tools"] == []


def test_the_two_hundred_and_first_tool_is_refused(call, it):
    for number in range(1, MOST_TOOLS + 1):
        it.maps.add_tool(SCHOOL.id, replace(COMPLETE, number=number))
    assert call("POST", f"{BASE}/tools", SENT)[1]["code"] == "too_many_tools"


def test_somebody_else_who_lists_a_tool_at_the_same_time_is_no_problem(call, it, monkeypatch):
    seen = it.maps.tools
    early = iter([(), ()])
    it.maps.add_tool(SCHOOL.id, replace(COMPLETE, number=1))
    # Twice the number was taken in between.
    monkeypatch.setattr(it.maps, "tools", lambda school: next(early, seen(school)))
    assert call("POST", f"{BASE}/tools", SENT)[1]["tool"]["number"] == 2


def test_rules_are_stored_whole_and_on_their_version(call):
    sent = {
        "version": 0,
        "absent": ["tags"],
        "images": [{"channel": "press", "asked": True, "withdrawable": False}],
        "rights": ["see"],
        "contact": "office",
        "officer": "officer",
        "approval": {"body": "Council", "day": "2026-11-28", "reference": "Minutes 1"},
    }
    status, seen = call("PUT", f"{BASE}?locale=en", sent)
    assert (status, seen["version"], seen["rules_changed_on"]) == (200, 1, "2026-11-28")
    assert {**seen["rules"], "version": 0} == {**sent, "no_images": False, "no_council": False}
    assert "Whoever withdraws a permission must see the images taken down: Press." in [g["text"] for g in seen["gaps"]]
    assert call("PUT", BASE, sent)[1]["code"] == "changed_meanwhile"
    late = sent | {"version": 1, "approval": {"body": "", "day": "2026-11-29", "reference": ""}}
    assert {error["field"] for error in call("PUT", BASE, late)[1]["errors"]} == {
        "approval.body",
        "approval.day",
        "approval.reference",
    }


def test_a_colleague_adds_and_changes_tools_and_sees_nothing_else(call, colleague):
    call("POST", f"{BASE}/tools", SENT)
    token = invite(call)
    status, seen = colleague("POST", "/api/data-map-links?locale=en", {"token": token})
    assert (status, seen["school"], seen["last_day"]) == (200, SCHOOL.name, "2026-12-28")
    assert set(seen) == {"school", "last_day", "tools", "kinds", "open_prompts", "gaps"}
    status, saved = colleague("POST", "/api/data-map-links/tools", {"token": token, "tool": {**SENT, "name": "Mine"}})
    assert (status, saved["tool"]["number"]) == (201, 2)
    change = {"token": token, "version": saved["tool"]["version"], "tool": {**SENT, "name": "Ours"}}
    assert colleague("PUT", "/api/data-map-links/tools/2", change)[1]["tool"]["name"] == "Ours"
    assert colleague("PUT", "/api/data-map-links/tools/2", change)[1]["code"] == "changed_meanwhile"
    assert colleague("PUT", "/api/data-map-links/tools/9", change)[0] == 404
    for method in ("DELETE", "GET"):
        assert colleague(method, "/api/data-map-links/tools/2")[0] == 405


@pytest.mark.parametrize("path", ["/api/data-map-links", "/api/data-map-links/tools", "/api/data-map-links/tools/1"])
def test_a_link_that_is_wrong_taken_back_or_over_opens_nothing(call, colleague, it, path):
    call("POST", f"{BASE}/tools", SENT)
    token = invite(call)
    method = "PUT" if path.endswith("/1") else "POST"
    body = {"token": token, **({} if path.endswith("links") else {"tool": SENT})}
    body |= {"version": 1} if method == "PUT" else {}
    for wrong in ("", "x", token[:-1] + "x", token.replace(SCHOOL.id, "zzzzzzzzzzzz"), "x" * 10_000):
        assert colleague(method, path, body | {"token": wrong})[1]["code"] == "unknown"
    it.now += timedelta(days=31)
    assert colleague(method, path, body)[1]["code"] == "invitation_over"
    it.now = NOON
    newer = invite(call)
    assert colleague(method, path, body)[0] == 404
    version = call("GET", BASE)[1]["version"]
    assert call("DELETE", f"{BASE}/link?version={version}")[1]["invitation"] is None
    assert colleague(method, path, body | {"token": newer})[0] == 404


def test_a_link_changes_so_much_in_a_day_and_no_more(call, colleague, it, monkeypatch):
    monkeypatch.setattr(service, "MOST_CHANGES_A_DAY", 1)
    body = {"token": invite(call), "tool": SENT}
    assert [colleague("POST", "/api/data-map-links/tools", body)[0] for _ in range(2)] == [201, 429]
    assert colleague("POST", "/api/data-map-links", {"token": body["token"]})[0] == 200
    it.now += timedelta(days=1)
    assert colleague("POST", "/api/data-map-links/tools", body)[0] == 201


ROUTES = (
    ("GET", BASE),
    ("PUT", BASE),
    ("POST", f"{BASE}/tools"),
    ("PUT", f"{BASE}/tools/1"),
    ("DELETE", f"{BASE}/tools/1?version=1"),
    ("PUT", f"{BASE}/link"),
    ("DELETE", f"{BASE}/link?version=1"),
    ("GET", f"{BASE}/register"),
    ("GET", f"{BASE}/notice"),
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_map_is_for_coordinators_of_the_school_only(it, method, path):
    with Client(map_app.app) as client:
        assert sending(client, cookie=None)(method, path, {})[0] == 401
        assert sending(client, cookie="another")(method, path, {})[0] == 403
        if method != "GET":
            for forged in ({"X-CSRF-Token": "guessed"}, {"Origin": "https://elsewhere.example"}):
                assert sending(client)(method, path, {}, **forged)[0] == 403


def filled(it):
    """Give the school a tool with everything, one with nothing, and one whose name looks like a formula."""
    it.maps.add_tool(SCHOOL.id, replace(COMPLETE, number=1))
    it.maps.add_tool(SCHOOL.id, Tool("=1+1", Kind.PAPER, number=2))
    it.maps.add_tool(SCHOOL.id, Tool("<b>كاميرات</b>", Kind.PREMISES, (Prompt.CAMERAS,), number=3))


@pytest.mark.parametrize("locale", ["en", "fr", "ar"])
def test_the_register_is_a_pdf_a_workbook_and_a_table(call, it, locale):
    filled(it)
    status, pdf = call("GET", f"{BASE}/register?locale={locale}&format=pdf")
    assert (status, pdf[:5]) == (200, b"%PDF-")
    book = load_workbook(io.BytesIO(call("GET", f"{BASE}/register?locale={locale}&format=xlsx")[1]))
    register = list(book.worksheets[1].iter_rows(values_only=True))
    assert [row[0] for row in register[1:]] == ["Learning platform", "=1+1", "<b>كاميرات</b>"]
    assert {cell.data_type for row in book.worksheets[1].iter_rows() for cell in row if cell.value} == {"s"}
    gaps = list(book.worksheets[3].iter_rows(values_only=True))[1:]
    assert len(gaps) == len(data_map_view(it.maps.get(SCHOOL.id), it.maps.tools(SCHOOL.id), NOON.date(), "en")["gaps"])
    text = call("GET", f"{BASE}/register?locale={locale}&format=csv")[1].decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [next(iter(row.values())) for row in table] == [SCHOOL.name] * 3
    assert "'=1+1" in table[1].values()
    assert len(table[0]) == len(register[0]) + 3
    assert call("GET", f"{BASE}/register?format=doc")[0] == 422


def test_the_overview_of_the_register_is_a_table_to_screen_readers(call, it):
    filled(it)
    for number in range(4, 40):
        it.maps.add_tool(SCHOOL.id, replace(COMPLETE, number=number))
    reader = pypdf.PdfReader(io.BytesIO(call("GET", f"{BASE}/register?format=pdf")[1]))
    document = reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object()
    tables = [kid.get_object() for kid in document["/K"] if kid.get_object()["/S"] == "/Table"]
    rows = [[[cell.get_object() for cell in row.get_object()["/K"]] for row in table["/K"]] for table in tables]
    assert len(tables) > 1  # one a page, each begun by its headings
    assert sum(map(len, rows)) == len(tables) + 39
    for head, *tools in rows:
        assert [cell["/A"]["/Scope"] for cell in head] == ["/Column"] * 5
        assert all([cell["/S"] for cell in tool] == ["/TH", *["/TD"] * 4] for tool in tools)


def test_the_notice_to_parents_says_what_the_map_says_and_leaves_out_what_is_about_staff(call, it):
    filled(it)
    it.maps.add_tool(SCHOOL.id, Tool("Payroll", Kind.CLOUD, people=(COMPLETE.people[1],), number=4))
    rules = {
        "version": 0,
        "absent": ["tags"],
        "images": [{"channel": "press", "asked": True, "withdrawable": True}],
        "rights": ["see", "remove"],
        "contact": "office@school.example",
        "approval": {"body": "Council", "day": "2026-11-28", "reference": "Minutes 1"},
    }
    call("PUT", BASE, rules)
    status, made = call("GET", f"{BASE}/notice?locale=en")
    assert status == 200
    for said in (
        f"{SCHOOL.name} is responsible for the data of your child and of you.",
        "We have no tool for: Chips and tags (RFID).",
        "Whose data: Pupils; Staff",
        "How long: 12 months after the school year",
        "The provider gets code names only.",
        "We ask for your permission for each of these by itself: Press.",
        "You can withdraw a permission at any time.",
        "You can ask us to: See the data; Have data removed.",
        "On 28 November 2026 the participation council (Council) agreed to these rules.",
    ):
        assert said in made["text"]
    assert "Payroll" not in made["text"]
    assert call("GET", f"{BASE}/notice?locale=ar&format=pdf")[1][:5] == b"%PDF-"


def test_an_empty_map_prints_too(call):
    for path in ("register?format=pdf", "register?format=xlsx", "register?format=csv", "notice", "notice?format=pdf"):
        assert call("GET", f"{BASE}/{path}")[0] == 200, path
