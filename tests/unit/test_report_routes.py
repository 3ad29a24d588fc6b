"""The routes of results: who may see them, and what they answer."""

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree

import pytest
from chalice.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from functions.report import app as report_app
from functions.report import wiring
from selfie.domain.school import EducationLevel
from selfie.http.coordinators import COOKIE, Entrance
from selfie.i18n import locales
from selfie.ports import CoordinatorSession, DocumentState
from selfie_reporting.coordinator_certificate import Coordination, coordinator_certificate
from selfie_reporting.words import words
from tests.support.memory import MemoryLogins
from tests.support.reports import (
    COORDINATOR,
    LEADER,
    SCHOOL,
    SHOWN_AT,
    STUDENT,
    TEACHER,
    add_closed,
    another,
    exercise,
    system,
)

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
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(logins, SITE, made.clock))
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
    "/api/exercises/{exercise}/comparison?with={exercise}",
    "/api/exercises/{exercise}/development",
    "/api/exercises/{exercise}/insights",
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
    for unknown in ("wheel", "wheel-staff", "area-Z"):
        assert client.get(f"/api/exercises/{it.exercise.id}/charts/{unknown}", headers=signed_in()).status_code == 404


def test_slides_are_for_the_school_alone_and_in_the_language_asked_for(client, it):
    path = f"/api/exercises/{it.exercise.id}/slides?locale=fr"
    assert client.get(path).status_code == 401
    answer = client.get(path, headers=signed_in())
    assert answer.headers["Content-Type"] == "application/pdf"
    assert 'filename="slides-results-2024-1-lower_secondary-fr.pdf"' in answer.headers["Content-Disposition"]
    reader = PdfReader(BytesIO(answer.body))
    assert str(reader.trailer["/Root"]["/Lang"]) == "fr"
    assert SCHOOL.name in reader.pages[0].extract_text()


def test_every_chart_comes_as_svg_and_as_a_page_to_print(client, it):
    view = it.reports.view(it.exercise.id, "en")
    names = ["participation", "areas", *(f"area-{area['code']}" for area in view["areas"])]
    names += [f"wheel-{unit['unit']}" for unit in view["units"]]
    assert len(names) == 13
    for name in names:
        path = f"/api/exercises/{it.exercise.id}/charts/{name}?locale=en"
        drawn = client.get(path, headers=signed_in())
        assert drawn.body.startswith(b"<svg"), name
        page = client.get(f"{path}&format=pdf", headers=signed_in())
        assert page.headers["Content-Type"] == "application/pdf"
        assert f'filename="{name}-results-2024-1-lower_secondary-en.pdf"' in page.headers["Content-Disposition"]
        reader = PdfReader(BytesIO(page.body))
        assert len(reader.pages) == 1
        said = reader.pages[0].extract_text()
        assert SCHOOL.name in said
        for label in ElementTree.fromstring(drawn.body).iter("{http://www.w3.org/2000/svg}text"):
            assert label.text.replace(" ", "") in said.replace(" ", "").replace("\n", ""), (name, label.text)


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


@pytest.fixture
def earlier(it):
    """An exercise of the same level a session earlier, closed and viewable; its leaders are shown with the teachers."""
    before = replace(
        exercise({LEADER: 2, TEACHER: 45, STUDENT: 200}, session_id="2023-3"),
        optional=(),
        first_day=date(2024, 5, 6),
        last_day=date(2024, 5, 17),
    )
    add_closed(it, before, {LEADER: 2, TEACHER: 12, STUDENT: 20})
    return before.id


def test_two_exercises_are_compared_by_their_published_figures(client, it, earlier):
    path = f"/api/exercises/{it.exercise.id}/comparison?locale=en&with={earlier}"
    compared = client.get(path, headers=signed_in()).json_body
    assert compared["left"]["exercise"] == it.exercise.id
    assert compared["right"]["session"]["name"] == "2023–2024, session 3"
    now, then = it.reports.view(it.exercise.id, "en"), it.reports.view(earlier, "en")
    students = 0
    for statement in compared["statements"]:
        for change in statement["changes"]:
            assert change["left"] == published(now, statement["code"], change["unit"])
            if statement["area"]:
                assert change["right"] == published(then, statement["code"], change["unit"])
            if change["direction"] == "not_possible":
                assert change["by"] is None
                assert change["hindrance"]
            else:
                assert change["by"] == pytest.approx(change["left"] - change["right"])
                students += change["unit"] == "student"
    assert students > 10
    hindrances = {c["hindrance"] for s in compared["statements"] for c in s["changes"]}
    assert hindrances == {None, "own_statement", "not_asked", "not_shown", "other_groups"}


def published(view, code, unit):
    """Return the mean that the results show, None where they show none."""
    statement = next((entry for entry in view["statements"] if entry["code"] == code), None)
    if statement is None:
        return None
    if unit is None:
        return statement["overall"]
    return next((figure["mean"] for figure in statement["figures"] if figure["unit"] == unit), None)


def test_only_exercises_of_one_level_and_school_are_compared(client, it, earlier):
    other_level = another(it.exercise, EducationLevel.PRIMARY)
    add_closed(it, other_level, {LEADER: 4, TEACHER: 12, STUDENT: 20})
    base = f"/api/exercises/{it.exercise.id}/comparison?with="
    for other, status, code in (
        (other_level.id, 409, "not_comparable"),
        (it.exercise.id, 409, "not_comparable"),
        (earlier.replace(SCHOOL.id, "zzzzzzzzzzzz"), 403, "other_school"),
        (earlier.replace("2023-3", "2023-2"), 404, "unknown"),
        ("", 404, "unknown"),
    ):
        answer = client.get(base + other, headers=signed_in())
        assert (answer.status_code, json.loads(answer.body)["code"]) == (status, code), other


def test_the_line_over_all_exercises_has_their_published_area_means(client, it, earlier):
    line = client.get(f"/api/exercises/{it.exercise.id}/development?locale=en", headers=signed_in()).json_body
    assert [entry["exercise"] for entry in line["exercises"]] == [earlier, it.exercise.id]
    assert [unit["unit"] for unit in line["units"]] == ["school_leader", "teacher", "staff", "student"]
    views = [it.reports.view(exercise_id, "en") for exercise_id in (earlier, it.exercise.id)]
    for area in line["areas"]:
        for drawn in area["lines"]:
            assert drawn["means"] == [area_mean(view, area["code"], drawn["unit"]) for view in views]
    chart = client.get(f"/api/exercises/{it.exercise.id}/charts/development-C?locale=en", headers=signed_in())
    titles = [node.text for node in ElementTree.fromstring(chart.body).iter("{http://www.w3.org/2000/svg}title")]
    lines = next(area["lines"] for area in line["areas"] if area["code"] == "C")
    assert len(titles) == len([mean for drawn in lines for mean in drawn["means"] if mean is not None])


def area_mean(view, code, unit):
    """Return the mean of an area that the results show."""
    area = next(area for area in view["areas"] if area["code"] == code)
    return next((entry["mean"] for entry in area["units"] if entry["unit"] == unit), None)


def test_insights_name_what_the_results_show(client, it, earlier):
    found = client.get(f"/api/exercises/{it.exercise.id}/insights?locale=en", headers=signed_in()).json_body
    view = it.reports.view(it.exercise.id, "en")
    assert found["since"]["exercise"] == earlier
    for entry in found["highest"] + found["lowest"]:
        assert entry["mean"] == published(view, entry["code"], None)
    for gap in found["gaps"]:
        assert gap["by"] >= 1
        assert gap["high_mean"] == published(view, gap["code"], gap["high"])
        assert gap["low_mean"] == published(view, gap["code"], gap["low"])
    assert found["gaps"]


def certificate_of(client, body, session="2024-1", **headers):
    """Ask for a coordinator's certificate."""
    path = f"/api/schools/{SCHOOL.id}/sessions/{session}/certificate"
    return client.post(path, headers=signed_in(**headers), body=json.dumps(body))


SAME_ORIGIN = {"X-CSRF-Token": "csrf", "Origin": SITE, "Content-Type": "application/json"}


def test_a_coordinator_gets_a_certificate_with_the_name_typed(client, it):
    answer = certificate_of(client, {"name": "Zoë Ångström", "locale": "en"}, **SAME_ORIGIN)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    reader = PdfReader(BytesIO(answer.body))
    said = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    for text in ("Zoë Ångström", SCHOOL.name, "2024–2025, session 1", "Lower secondary"):
        assert text in said


@pytest.mark.parametrize("locale", locales())
def test_a_coordinators_certificate_comes_in_every_language_with_names_in_its_script(locale):
    names = {
        "ar": ("ليلى حداد", "مدرسة النهر"),
        "el": ("Ελευθερία Παπά", "3ο Γυμνάσιο «Ελύτης»"),
        "uk": ("Ґалина Їжакевич", "Ліцей № 5"),
    }
    name, school = names.get(locale, ("Zoë Lefèvre", "École de la Rivière"))
    levels = list(EducationLevel)
    made = coordinator_certificate(Coordination(name, school, "2024-1", levels, locale))
    (page,) = PdfReader(BytesIO(made)).pages
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert any("Arabic" in font for font in fonts) == (locale == "ar")
    if locale != "ar":  # letters that are joined are not read back as they were written
        said = " ".join(page.extract_text().split())
        in_words = words(locale)
        for text in (name, school, in_words.session("2024-1"), *(in_words.levels[level] for level in levels)):
            assert " ".join(text.split()) in said


def test_a_name_on_a_certificate_is_stored_and_logged_nowhere(client, it, capsys):
    certificate_of(client, {"name": "Xaverine Quill", "locale": "en"}, **SAME_ORIGIN)
    kept = repr([vars(store) for store in (it.exercises, it.published, it.documents, it.schools, it.mailer)])
    said = capsys.readouterr()
    assert "Quill" not in kept + said.out + said.err


def test_there_is_no_certificate_of_a_session_that_is_not_over_or_had_no_exercise(client, it):
    for session in ("2024-2", "nonsense"):
        assert certificate_of(client, {"name": "", "locale": "en"}, session, **SAME_ORIGIN).status_code == 404
    it.clock.instant = SHOWN_AT - timedelta(days=1)
    assert certificate_of(client, {"name": "", "locale": "en"}, **SAME_ORIGIN).status_code == 404


def test_a_certificate_needs_our_own_page_and_a_name_that_fits(client, it):
    assert certificate_of(client, {"name": "", "locale": "en"}).status_code == 403
    assert certificate_of(client, {"name": "", "locale": "en"}, **SAME_ORIGIN).status_code == 200
    refused = certificate_of(client, {"name": "x" * 81, "locale": "en"}, **SAME_ORIGIN)
    assert (refused.status_code, json.loads(refused.body)["code"]) == (422, "invalid")


def test_the_workbook_compares_with_the_exercise_before(client, it, earlier):
    path = f"/api/exercises/{it.exercise.id}"
    compared = client.get(f"{path}/comparison?locale=en&with={earlier}", headers=signed_in()).json_body
    book = load_workbook(BytesIO(client.get(f"{path}/workbook?locale=en", headers=signed_in()).body))
    names = {unit["unit"]: unit["name"] for unit in compared["units"]} | {None: "All groups"}
    rows = [[row[0], *row[2:6]] for row in book["Comparison"].iter_rows(min_row=2, values_only=True)]
    changes = [(s["code"], change) for s in compared["statements"] for change in s["changes"]]
    expected = [[code, names[c["unit"]], c["left"], c["right"], c["by"]] for code, c in changes]
    assert sorted(rows, key=str) == sorted(expected, key=str)
    alone = load_workbook(BytesIO(client.get(f"/api/exercises/{earlier}/workbook?locale=en", headers=signed_in()).body))
    assert "Comparison" not in alone.sheetnames
