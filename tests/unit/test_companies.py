"""Companies in a school's exercise: codes, joining, links, what the school sees of them, and the closing."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from functions.close_session.service import ClosingService
from functions.exercise import wiring
from functions.report.service import ReportService
from functions.survey.service import Survey
from selfie.catalogue import catalogue
from selfie.domain import deadlines
from selfie.domain.disclosure import Unit
from selfie.domain.errors import NotViewable, TokenInvalid, Unknown
from selfie.domain.exercise import Exercise
from selfie.domain.school import Identity, School
from selfie_reporting.row_charts import charts_of
from tests.support.examples import LEADER, SCHOOL, STUDENT, TEACHER, TRAINER
from tests.support.memory import (
    MemoryCopies,
    MemoryDocuments,
    MemoryDueLists,
    MemoryMailboxes,
    MemoryMailer,
    MemoryPublicCounters,
    MemoryReportBuilding,
    MemoryResults,
    MemoryTotals,
)
from tests.unit.test_exercise_routes import COOKIE, KEYS, LIST, OTHER_COOKIE, World, world

__all__ = ["world"]

VOCATIONAL = f"{SCHOOL}-2026-1-upper_secondary_vocational"
BASE = f"/api/exercises/{VOCATIONAL}"
STEEL, BREAD = "company-steelsteelst", "company-breadbreadbr"
STEEL_COOKIE, BREAD_COOKIE = "cookie-of-steel", "cookie-of-bread"


@pytest.fixture
def town(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A school with a vocational set-up that asks five trainers itself, and two companies."""
    it = wiring.Training(
        world.exercises, world.companies, world.tallies, world.schools, world.set_up.calendar, world.clock
    )
    monkeypatch.setattr(wiring, "training", lambda: it)
    for account, name, cookie in ((STEEL, "Steel & Sons", STEEL_COOKIE), (BREAD, "Bread Ltd", BREAD_COOKIE)):
        world.schools.add(School(account, name, "BE", "en", (f"office@{name[:5].lower()}.example",)), who(name))
        world.sign_in(cookie, account)
    numbers = {"school_leader": 5, "teacher": 45, "student": 200, "in_company_trainer": 5}
    status, _ = world.call("POST", LIST, {"level": "upper_secondary_vocational", "numbers": numbers})
    assert status == 201
    return world


def who(name: str) -> Identity:
    """Name a coordinator."""
    return Identity("issuer", name)


def stay_signed_in(town: World, instant: str) -> None:
    """Move the clock; everybody signs in anew."""
    town.move_to(instant)
    for cookie, account in ((STEEL_COOKIE, STEEL), (BREAD_COOKIE, BREAD)):
        town.sign_in(cookie, account)


def activate(town: World) -> Exercise:
    """Activate the school's exercise from today to 7 December."""
    version = town.exercises.get(VOCATIONAL).version
    days = {"version": version, "first_day": "2026-11-24", "last_day": "2026-12-07"}
    assert town.call("PUT", f"{BASE}/dates", days)[0] == 200
    assert town.call("POST", f"{BASE}/activation", {"version": version + 1, "informed": True})[0] == 200
    return town.exercises.get(VOCATIONAL)


def code(town: World) -> str:
    """Let the school make a code."""
    status, said = town.call("POST", f"{BASE}/company-codes")
    assert status == 201
    return str(said["code"])


def join(town: World, company: str = STEEL, cookie: str = STEEL_COOKIE, trainers: int = 6, **body: Any) -> Any:
    """Let a company join by a fresh code."""
    given = {"code": code(town), "trainers": trainers} | body
    return town.call("POST", f"/api/companies/{company}/exercises", given, cookie=cookie)


def new_link(town: World, company: str = STEEL, cookie: str = STEEL_COOKIE) -> Any:
    """Let a company ask for its link."""
    return town.call("POST", f"/api/companies/{company}/exercises/{VOCATIONAL}/link", cookie=cookie)


def survey(town: World) -> Survey:
    """Return what respondents can do."""
    return Survey(town.exercises, town.tallies, town.schools, catalogue, lambda: KEYS, town.clock, MemoryTotals())


def answer(town: World, link: str, option: str = "4", text: str = "") -> None:
    """Let one person answer every statement the same way."""
    invitation, token = survey(town).begin(link.removeprefix("/s/"))
    answers = {code: [option] for code, q in invitation.questionnaire.questions.items() if option in q.options}
    if text:
        answers |= {"open": [text]}
    survey(town).record_submission(link.removeprefix("/s/"), token, answers)


def test_a_company_joins_by_a_code_and_gets_its_own_link_once_the_school_has_activated(town: World) -> None:
    status, entry = join(town)
    assert status == 201
    assert entry == {
        "exercise": VOCATIONAL,
        "school": "Riverside",
        "session_id": "2026-1",
        "state": "set_up",
        "first_day": None,
        "last_day": None,
        "trainers": 6,
        "submitted": 0,
        "link": None,
    }
    status, problem = new_link(town)
    assert (status, problem["code"]) == (409, "not_yet_activated")
    activate(town)
    status, entry = new_link(town)
    assert (status, entry["state"]) == (200, "running")
    found = town.exercises.find_link(entry["link"].removeprefix("/s/"))
    assert (found.exercise_id, found.group, found.company_id) == (VOCATIONAL, TRAINER, STEEL)
    answer(town, entry["link"])
    _, listed = town.call("GET", f"/api/companies/{STEEL}/exercises", cookie=STEEL_COOKIE)
    assert [(e["trainers"], e["submitted"]) for e in listed["exercises"]] == [(6, 1)]


def test_a_code_works_once_and_until_the_exercise_is_over(town: World) -> None:
    once = code(town)
    joins = {"code": once.lower().replace("-", " "), "trainers": 3}
    assert town.call("POST", f"/api/companies/{STEEL}/exercises", joins, cookie=STEEL_COOKIE)[0] == 201
    status, problem = town.call("POST", f"/api/companies/{BREAD}/exercises", joins, cookie=BREAD_COOKIE)
    assert (status, problem["code"]) == (404, "unknown")
    # Whoever has joined keeps a second code for somebody else.
    again = code(town)
    twice = {"code": again, "trainers": 3}
    status, problem = town.call("POST", f"/api/companies/{STEEL}/exercises", twice, cookie=STEEL_COOKIE)
    assert (status, problem["code"]) == (409, "already_joined")
    assert town.call("POST", f"/api/companies/{BREAD}/exercises", twice, cookie=BREAD_COOKIE)[0] == 201
    activate(town)
    late = code(town)
    stay_signed_in(town, "2026-12-07T22:59")
    status, _ = town.call(
        "POST", f"/api/companies/{STEEL}/exercises", {"code": late, "trainers": 3}, cookie=STEEL_COOKIE
    )
    assert status == 404
    status, problem = town.call("POST", f"{BASE}/company-codes")
    assert (status, problem["code"]) == (410, "exercise_closed")


@pytest.mark.parametrize(
    ("body", "field", "fault"),
    [
        ({"code": ""}, "code", "missing"),
        ({"code": "<b>"}, "code", "no_code"),
        ({"trainers": 0}, "trainers", "too_few"),
        ({"trainers": 501}, "trainers", "too_many"),
        ({"trainers": "6"}, "trainers", "invalid"),
    ],
)
def test_what_does_not_fit_is_named_and_leaves_the_code_unused(
    town: World, body: dict[str, Any], field: str, fault: str
) -> None:
    kept = code(town)
    given = {"code": kept, "trainers": 6} | body
    status, problem = town.call("POST", f"/api/companies/{STEEL}/exercises", given, cookie=STEEL_COOKIE)
    assert (status, problem["errors"]) == (422, [{"field": field, "code": fault}])
    fits = {"code": kept, "trainers": 6}
    assert town.call("POST", f"/api/companies/{STEEL}/exercises", fits, cookie=STEEL_COOKIE)[0] == 201


def test_before_its_link_a_company_changes_its_number_or_leaves_and_afterwards_it_does_not(town: World) -> None:
    join(town)
    path = f"/api/companies/{STEEL}/exercises/{VOCATIONAL}"
    assert town.call("PUT", path, {"trainers": 9}, cookie=STEEL_COOKIE)[1]["trainers"] == 9
    assert town.call("DELETE", path, cookie=STEEL_COOKIE)[0] == 204
    assert town.call("GET", f"/api/companies/{STEEL}/exercises", cookie=STEEL_COOKIE)[1] == {"exercises": []}
    assert town.call("DELETE", path, cookie=STEEL_COOKIE)[0] == 404
    join(town)
    activate(town)
    new_link(town)
    for method, body in (("PUT", {"trainers": 9}), ("DELETE", None)):
        status, problem = town.call(method, path, body, cookie=STEEL_COOKIE)
        assert (status, problem["code"]) == (409, "link_in_use")


def test_a_link_that_leaked_dies_and_what_was_counted_stays(town: World) -> None:
    join(town)
    activate(town)
    first = new_link(town)[1]["link"]
    answer(town, first)
    second = new_link(town)[1]
    assert (second["link"] != first, second["submitted"]) == (True, 1)
    with pytest.raises(Unknown):
        survey(town).begin(first.removeprefix("/s/"))
    answer(town, second["link"])
    assert new_link(town)[1]["submitted"] == 2
    # A questionnaire that was opened by the school's own link is worth nothing at the company's.
    own = town.exercises.get(VOCATIONAL).links
    assert own
    _, token = survey(town).begin(own[TRAINER])
    companys = new_link(town)[1]["link"].removeprefix("/s/")
    with pytest.raises(TokenInvalid):
        survey(town).resume(companys, token)


def test_the_school_sees_companies_by_name_and_their_trainers_together(town: World) -> None:
    join(town, trainers=6)
    join(town, BREAD, BREAD_COOKIE, trainers=4)
    activate(town)
    steel = new_link(town)[1]["link"]
    for _ in range(3):
        answer(town, steel)
    own = town.exercises.get(VOCATIONAL).links
    assert own
    answer(town, own[TRAINER])
    _, said = town.call("GET", f"{BASE}/companies")
    assert said == {
        "companies": [{"name": "Bread Ltd", "has_link": False}, {"name": "Steel & Sons", "has_link": True}],
        "trainers": 6,
    }
    _, participation = town.call("GET", f"{BASE}/participation")
    trainers = next(group for group in participation["groups"] if group["group"] == "in_company_trainer")
    assert (trainers["invited"], trainers["submitted"]) == (5 + 6, 4)


def test_nobody_reaches_what_is_not_theirs(town: World) -> None:
    join(town)
    activate(town)
    link = new_link(town)[1]["link"]
    one = f"/api/companies/{STEEL}/exercises/{VOCATIONAL}"
    routes: list[tuple[str, str, Any]] = [
        ("GET", f"/api/companies/{STEEL}/exercises", None),
        ("POST", f"/api/companies/{STEEL}/exercises", {"code": code(town), "trainers": 3}),
        ("PUT", one, {"trainers": 3}),
        ("DELETE", one, None),
        ("POST", f"{one}/link", None),
    ]
    for method, path, body in routes:
        for cookie, status in ((None, 401), (BREAD_COOKIE, 403), (COOKIE, 403), (OTHER_COOKIE, 403)):
            assert town.call(method, path, body, cookie=cookie)[0] == status
            # A school is no company, whoever asks.
            assert town.call(method, path.replace(STEEL, SCHOOL), body, cookie=cookie)[0] in {401, 403}
        if method != "GET":
            forged = {"X-CSRF-Token": "forged"}
            assert town.call(method, path, body, cookie=STEEL_COOKIE, headers=forged)[0] == 403
    for method, path in (("POST", f"{BASE}/company-codes"), ("GET", f"{BASE}/companies"), ("GET", BASE)):
        assert town.call(method, path, cookie=STEEL_COOKIE)[0] == 403
        assert town.call(method, path, cookie=OTHER_COOKIE)[0] == 403
        assert town.call(method, path, cookie=None)[0] == 401
    # A company has no exercises of its own.
    begins = {"level": "primary", "numbers": {"school_leader": 1, "teacher": 1, "student": 1}}
    assert town.call("POST", f"/api/schools/{STEEL}/exercises", begins, cookie=STEEL_COOKIE)[0] == 404
    assert town.exercises.find_link(link.removeprefix("/s/")).company_id == STEEL


def test_only_exercises_with_trainers_have_codes(town: World) -> None:
    town.begun()
    status, _ = town.call("POST", f"/api/exercises/{SCHOOL}-2026-1-lower_secondary/company-codes")
    assert status == 404


def test_a_withdrawn_set_up_can_be_left(town: World) -> None:
    join(town)
    version = town.exercises.get(VOCATIONAL).version
    assert town.call("DELETE", f"{BASE}?version={version}")[0] == 204
    _, listed = town.call("GET", f"/api/companies/{STEEL}/exercises", cookie=STEEL_COOKIE)
    assert [entry["state"] for entry in listed["exercises"]] == ["withdrawn"]
    path = f"/api/companies/{STEEL}/exercises/{VOCATIONAL}"
    assert town.call("DELETE", path, cookie=STEEL_COOKIE)[0] == 204


def closing(town: World, published: MemoryResults) -> ClosingService:
    """Return the steps of a night."""
    return ClosingService(
        town.exercises,
        town.companies,
        town.tallies,
        MemoryCopies(),
        published,
        MemoryDocuments(),
        town.schools,
        town.clock,
        catalogue,
        lambda *_: "report",
        ("en", "fr"),
        MemoryTotals(),
        MemoryPublicCounters(),
        MemoryDueLists(),
    )


def test_the_closing_pools_trainers_for_the_school_and_stores_what_each_company_may_see(town: World) -> None:
    join(town, trainers=6)
    join(town, BREAD, BREAD_COOKIE, trainers=4)
    exercise = activate(town)
    assert exercise.links
    steel, bread = new_link(town)[1]["link"], new_link(town, BREAD, BREAD_COOKIE)[1]["link"]
    for _ in range(6):
        answer(town, steel, "4", "More time at the machines.")
    answer(town, bread, "1", "A word from the bakery.")
    for group in (LEADER, TEACHER, STUDENT):
        for _ in range(5):
            answer(town, exercise.links[group])
    published = MemoryResults()
    stay_signed_in(town, "2026-12-07T22:59")
    night = closing(town, published)
    assert night.close(VOCATIONAL).report_name
    results = published.get(VOCATIONAL)
    assert results
    trainers = next(entry for entry in results.participation if entry.group is TRAINER)
    assert (trainers.invited, trainers.submitted) == (5 + 6 + 4, 7)
    statement = next(s.result for s in results.statements if s.result.of(Unit.IN_COMPANY_TRAINER))
    figure = statement.of(Unit.IN_COMPANY_TRAINER)
    assert figure
    assert (figure.answered, str(figure.mean)) == (7, "3.6")
    assert len(published.open_answers(VOCATIONAL)["in_company_trainer"]) == 7
    # One other trainer answered: neither of the two companies sees figures, and they are not stored either.
    for company in (STEEL, BREAD):
        seen = published.of_company(VOCATIONAL, company)
        assert seen
        assert (seen.viewable, seen.statements) == (False, ())
    # A night that is cut off can be done again, and what was published stays.
    night.close(VOCATIONAL)
    assert published.get(VOCATIONAL) == results


def test_an_exercise_that_nobody_may_see_shows_nothing_to_companies(town: World) -> None:
    join(town, trainers=6)
    activate(town)
    link = new_link(town)[1]["link"]
    for _ in range(4):
        answer(town, link)
    published = MemoryResults()
    town.clock.instant = deadlines.closes_at(town.exercises.get(VOCATIONAL).last_day or town.set_up.today())
    town.clock.instant += timedelta(seconds=1)
    closing(town, published).close(VOCATIONAL)
    results = published.get(VOCATIONAL)
    assert results
    assert not results.viewable
    assert published.of_company(VOCATIONAL, STEEL) is None


def test_a_joined_company_without_its_link_has_no_tally_to_close(town: World) -> None:
    join(town, trainers=6)
    exercise = activate(town)
    assert exercise.links
    for _ in range(5):
        answer(town, exercise.links[STUDENT])
    published = MemoryResults()
    stay_signed_in(town, "2026-12-07T22:59")
    closing(town, published).close(VOCATIONAL)
    results = published.get(VOCATIONAL)
    assert results
    assert results.viewable
    trainers = next(entry for entry in results.participation if entry.group is TRAINER)
    assert (trainers.invited, trainers.submitted) == (5, 0)


def reports(town: World, published: MemoryResults) -> ReportService:
    """Return what schools and companies get of results."""
    return ReportService(
        town.exercises,
        published,
        MemoryDocuments(),
        MemoryReportBuilding(),
        town.schools,
        MemoryMailer(),
        town.clock,
        town.set_up.calendar,
        ("en", "ar"),
        "https://selfie.example",
        MemoryMailboxes(),
    )


def test_a_company_gets_its_figures_as_page_workbook_and_charts_and_nothing_of_anybody_else(town: World) -> None:
    join(town, trainers=6)
    exercise = activate(town)
    assert exercise.links
    link = new_link(town)[1]["link"]
    for _ in range(6):
        answer(town, link, "4", "More time at the machines.")
    for _ in range(5):
        answer(town, exercise.links[STUDENT], "2")
    published = MemoryResults()
    stay_signed_in(town, "2026-12-07T22:59")
    closing(town, published).close(VOCATIONAL)
    it = reports(town, published)
    asked = (
        lambda company: it.view_of_company(VOCATIONAL, company, "en"),
        lambda company: it.workbook_of_company(VOCATIONAL, company, "en"),
        lambda company: it.chart_of_company(VOCATIONAL, company, "areas", "en"),
        lambda company: it.chart_page_of_company(VOCATIONAL, company, "areas", "en"),
    )
    for ask in asked:
        with pytest.raises(NotViewable):
            ask(STEEL)
    stay_signed_in(town, "2026-12-07T23:00")
    for ask in asked:
        with pytest.raises(NotViewable):
            ask(BREAD)
        assert ask(STEEL)

    view = it.view_of_company(VOCATIONAL, STEEL, "en")
    assert [group["group"] for group in view["participation"]["groups"]] == ["in_company_trainer"]
    assert view["open_answers"] == []
    book = load_workbook(BytesIO(it.workbook_of_company(VOCATIONAL, STEEL, "en").content))
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "In-company trainers: mean" in cells
    # Students, what people wrote and the school's level of participation are not in it.
    assert 4 in cells
    assert not {"More time at the machines.", "No participation", "Students: mean", "Students"} & set(cells)
    for chart in charts_of(view):
        assert it.chart_of_company(VOCATIONAL, STEEL, chart, "ar").startswith("<svg")
    # A line over all exercises is drawn from what the school may see, and is the school's alone.
    for chart in ("development-A", "wheel-student", "nonsense"):
        with pytest.raises(Unknown):
            it.chart_of_company(VOCATIONAL, STEEL, chart, "en")
        with pytest.raises(Unknown):
            it.chart_page_of_company(VOCATIONAL, STEEL, chart, "en")
