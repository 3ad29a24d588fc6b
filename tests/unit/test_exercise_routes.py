"""Every route of the exercise function: what it answers, and whom and what it refuses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from chalice.test import Client

from functions.exercise import wiring
from functions.exercise.app import app
from functions.exercise.service import SetUp
from selfie.adapters import lifetimes
from selfie.catalogue import CURRENT, catalogue
from selfie.domain import deadlines, tokens
from selfie.domain.errors import ChangedMeanwhile, Unknown
from selfie.domain.exercise import Addressees, Exercise, State
from selfie.domain.informing import Informing
from selfie.domain.public_counts import PublicCounts
from selfie.domain.school import EducationLevel, Identity, School
from selfie.domain.submission import Submission
from selfie.domain.tally import cap
from selfie.domain.tokens import Purpose
from selfie.http.coordinators import Entrance
from selfie.ports import CoordinatorSession
from tests.support.examples import CALENDAR, LEADER, SCHOOL, STUDENT, TEACHER, TRAINER, at
from tests.support.memory import (
    MemoryCompanies,
    MemoryExercises,
    MemoryLogins,
    MemoryPublicCounters,
    MemorySchools,
    MemoryTallies,
    StoppedClock,
)

SITE = "https://selfie.example.org"
COOKIE = "cookie-of-the-coordinator"
OTHER_COOKIE = "cookie-of-another-school"
CSRF = "token-of-the-session"
KEYS = (b"a key of thirty-two bytes, newest",)
NUMBERS = {"school_leader": 5, "teacher": 45, "student": 200}
ID = f"{SCHOOL}-2026-1-lower_secondary"
BASE = f"/api/exercises/{ID}"
LIST = f"/api/schools/{SCHOOL}/exercises"

Answer = tuple[int, Any]


@dataclass
class World:
    """The function over memory fakes, on 24 November 2026, 9 o'clock in Brussels."""

    clock: StoppedClock = field(default_factory=lambda: StoppedClock(at("2026-11-24T08:00")))
    exercises: MemoryExercises = field(default_factory=MemoryExercises)
    tallies: MemoryTallies = field(default_factory=MemoryTallies)
    logins: MemoryLogins = field(default_factory=MemoryLogins)
    schools: MemorySchools = field(default_factory=MemorySchools)

    def __post_init__(self) -> None:
        self.companies = MemoryCompanies(self.exercises)

    @property
    def set_up(self) -> SetUp:
        """The use cases."""
        return SetUp(
            self.exercises,
            self.tallies,
            CALENDAR,
            catalogue,
            CURRENT,
            lambda: KEYS,
            ("en", "fr"),
            lifetimes.counted_until,
            self.clock,
            self.schools,
            self.companies,
            {"NL"},
        )

    def sign_in(self, cookie: str, *school_ids: str) -> None:
        """Open a coordinator's session, long enough for any test."""
        ends = at("2030-01-01T00:00")
        self.logins.open(CoordinatorSession(cookie, Identity("issuer", cookie), school_ids, CSRF, ends, ends))

    def move_to(self, instant: str) -> None:
        """Move the clock; the coordinator signs in anew."""
        self.clock.instant = at(instant)
        self.sign_in(COOKIE, SCHOOL)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        cookie: str | None = COOKIE,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask as a coordinator's page does."""
        sent = {"Content-Type": "application/json", "X-CSRF-Token": CSRF, "Origin": SITE}
        if cookie:
            sent["Cookie"] = f"__Host-session={cookie}"
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        answer = Client(app).http.request(method, path, headers=sent | dict(headers or {}), body=content)
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status_code, answer.json_body

    def begun(self, level: str = "lower_secondary", **numbers: int) -> Any:
        """Begin a set-up and return it."""
        status, exercise = self.call("POST", LIST, {"level": level, "numbers": NUMBERS | numbers})
        assert status == 201, exercise
        return exercise

    def activated(self) -> Any:
        """Set an exercise up from today to 7 December and activate it."""
        self.begun()
        self.call("PUT", f"{BASE}/dates", {"version": 1, "first_day": "2026-11-24", "last_day": "2026-12-07"})
        status, exercise = self.call("POST", f"{BASE}/activation", {"version": 2, "informed": True})
        assert status == 200, exercise
        return exercise

    def count_one(self, exercise: Exercise, group: Any) -> None:
        """Let one person of a group answer."""
        now = self.clock()
        token = tokens.new_token(Purpose.SUBMIT, exercise.id, group, now, now + timedelta(hours=1))
        self.tallies.record(token, Submission(frozenset({"C3:5"}), {}), now)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    made.schools.add(School(SCHOOL, "Riverside", "BE", "en", ("school@example.org",)), Identity("issuer", COOKIE))
    made.sign_in(COOKIE, SCHOOL)
    made.sign_in(OTHER_COOKIE, "zzzzzzzz2345")
    monkeypatch.setattr(wiring, "set_up", lambda: made.set_up)
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(made.logins, SITE, made.clock))
    return made


def own(text: str = "Our club meets weekly.", version: int = 1, help: str = "", group: str = "teacher") -> Any:
    return {"version": version, "locale": "en", "texts": {group: {"text": text, "help": help}}}


def codes_of(answer: Answer) -> set[tuple[str, str]]:
    """Return fields and codes of a refusal."""
    status, problem = answer
    assert (status, problem["code"]) == (422, "invalid"), problem
    return {(entry["field"], entry["code"]) for entry in problem["errors"]}


# Set-up


def test_the_calendar_is_open_to_everybody(world: World) -> None:
    status, calendar = world.call("GET", "/api/calendar", cookie=None)
    assert status == 200
    assert calendar["today"] == "2026-11-24"
    assert calendar["current"] == {
        "id": "2026-1",
        "school_year": 2026,
        "number": 1,
        "first_day": "2026-08-17",
        "last_day": "2026-12-18",
    }
    assert calendar["next"]["id"] == "2026-2"
    assert [session["id"] for session in calendar["sessions"]] == ["2026-1", "2026-2", "2026-3"]
    assert calendar["levels"][1] == {"level": "lower_secondary", "isced": 2, "short": "LSGE"}
    assert calendar["council_countries"] == ["NL"]


def test_the_public_counts_are_open_to_everybody_rounded_down_and_kept_for_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = MemoryPublicCounters()
    monkeypatch.setattr(wiring, "public_counters", lambda: counters)
    answer = Client(app).http.get("/api/counts")
    assert json.loads(answer.body) == {"schools": None, "people": None, "countries": None}
    counters.add(PublicCounts(schools=61, people=7_400, countries={"IE": 40, "FR": 21}))
    answer = Client(app).http.get("/api/counts")
    assert json.loads(answer.body) == {"schools": 50, "people": 5_000, "countries": 2}
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_between_sessions_the_calendar_names_the_next_one(world: World) -> None:
    world.move_to("2026-12-24T08:00")
    _, calendar = world.call("GET", "/api/calendar")
    assert calendar["current"] is None
    assert calendar["next"]["first_day"] == "2027-01-04"


def test_a_new_set_up_is_shown_as_documented(world: World) -> None:
    assert world.begun() == {
        "id": ID,
        "school_id": SCHOOL,
        "session_id": "2026-1",
        "level": "lower_secondary",
        "family": "general",
        "catalogue_version": CURRENT,
        "state": "set_up",
        "version": 1,
        "numbers": NUMBERS,
        "required": {"school_leader": 4, "teacher": 22, "student": 80},
        "optional_statements": [],
        "own_statements": [],
        "first_day": None,
        "last_day": None,
        "closes_at": None,
        "informing": None,
        "slips": {},
        "links": None,
    }
    assert world.call("GET", BASE) == (200, world.call("GET", LIST)[1]["exercises"][0])


def test_trainers_have_no_minimum(world: World) -> None:
    exercise = world.begun("upper_secondary_vocational", in_company_trainer=12)
    assert exercise["family"] == "wbl"
    assert exercise["required"]["in_company_trainer"] is None


def test_a_level_is_set_up_once_per_session(world: World) -> None:
    world.begun()
    status, problem = world.call("POST", LIST, {"level": "lower_secondary", "numbers": NUMBERS})
    assert (status, problem["code"]) == (409, "exercise_exists")
    assert world.begun("primary")["family"] == "primary"


def test_nothing_is_set_up_between_sessions(world: World) -> None:
    world.move_to("2026-12-24T08:00")
    status, problem = world.call("POST", LIST, {"level": "primary", "numbers": NUMBERS})
    assert (status, problem["code"]) == (409, "no_session_running")


def test_numbers_outside_the_bounds_are_named(world: World) -> None:
    answer = world.call(
        "POST", LIST, {"level": "primary", "numbers": {"school_leader": 0, "teacher": 2001, "in_company_trainer": 1}}
    )
    assert codes_of(answer) == {
        ("numbers.school_leader", "too_few"),
        ("numbers.teacher", "too_many"),
        ("numbers.student", "too_few"),
        ("numbers.in_company_trainer", "not_at_this_level"),
    }


@pytest.mark.parametrize("number", [4.0, "5", True, None, 1e30, [5]])
def test_a_number_is_a_whole_number(world: World, number: object) -> None:
    answer = world.call("POST", LIST, {"level": "primary", "numbers": NUMBERS | {"teacher": number}})
    assert codes_of(answer) == {("numbers.teacher", "invalid")}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"level": "primary"}', b'{"numbers": {}}'])
def test_a_body_that_is_no_set_up_is_refused(world: World, body: bytes) -> None:
    assert world.call("POST", LIST, body)[1]["code"] == "invalid"


def test_a_body_that_is_not_utf8_is_refused(world: World) -> None:
    assert codes_of(world.call("POST", LIST, b'{"level": "\xff"}')) == {("body", "not_utf8")}


def test_an_unknown_field_is_refused(world: World) -> None:
    body = {"level": "primary", "numbers": NUMBERS, "state": "activated"}
    assert codes_of(world.call("POST", LIST, body)) == {("state", "unknown_field")}


def test_a_refusal_never_repeats_what_was_sent(world: World) -> None:
    world.begun()
    secret = "Anna Schmidt is ill"
    answers = [
        world.call("POST", LIST, {"level": secret, "numbers": NUMBERS}),
        world.call("POST", f"{BASE}/own-statements", own(secret * 100)),
        world.call("PUT", f"{BASE}/dates", {"version": 1, "first_day": secret, "last_day": secret}),
        world.call("GET", f"{BASE}/questionnaire?locale=Schmidt"),
    ]
    assert {status for status, _ in answers} == {422}
    assert "Schmidt" not in json.dumps(answers)


def test_a_huge_body_is_refused(world: World) -> None:
    status, problem = world.call("POST", LIST, b" " * (256 * 1024 + 1))
    assert (status, problem["code"]) == (413, "too_large")


def test_numbers_change_and_with_them_the_minimum(world: World) -> None:
    world.begun()
    status, exercise = world.call("PUT", f"{BASE}/numbers", {"version": 1, "numbers": NUMBERS | {"teacher": 46}})
    assert (status, exercise["version"]) == (200, 2)
    assert exercise["required"]["teacher"] == 15


def test_own_texts_go_with_the_group_they_were_for(world: World) -> None:
    world.begun("upper_secondary_vocational", in_company_trainer=3)
    path = f"/api/exercises/{SCHOOL}-2026-1-upper_secondary_vocational"
    world.call("POST", f"{path}/own-statements", own(group="in_company_trainer"))
    both = own(version=2) | {"texts": {"teacher": {"text": "One"}, "in_company_trainer": {"text": "Two"}}}
    world.call("POST", f"{path}/own-statements", both)
    none = {"version": 3, "numbers": NUMBERS | {"in_company_trainer": 0}}
    status, exercise = world.call("PUT", f"{path}/numbers", none)
    assert status == 200
    assert [(entry["number"], set(entry["texts"])) for entry in exercise["own_statements"]] == [(2, {"teacher"})]


def test_optional_statements_are_chosen_all_at_once(world: World) -> None:
    world.begun()
    path = f"{BASE}/optional-statements"
    _, exercise = world.call("PUT", path, {"version": 1, "codes": ["H10", "A4", "A4"]})
    assert exercise["optional_statements"] == ["A4", "H10"]
    _, exercise = world.call("PUT", path, {"version": 2, "codes": []})
    assert exercise["optional_statements"] == []


@pytest.mark.parametrize("code", ["A1", "Z9", "own1", ""])
def test_only_optional_statements_can_be_chosen(world: World, code: str) -> None:
    world.begun()
    answer = world.call("PUT", f"{BASE}/optional-statements", {"version": 1, "codes": [code]})
    assert codes_of(answer) == {("codes", "unknown_statement")}


# Own statements


def test_an_own_statement_is_added_changed_and_deleted(world: World) -> None:
    world.begun()
    status, exercise = world.call("POST", f"{BASE}/own-statements", own(help="Choose 5 if it really does."))
    assert status == 201
    assert exercise["own_statements"] == [
        {
            "number": 1,
            "created_on": "2026-11-24",
            "locale": "en",
            "texts": {"teacher": {"text": "Our club meets weekly.", "help": "Choose 5 if it really does."}},
        }
    ]
    changed = own("Notre club se réunit.", 2, group="student") | {"locale": "fr"}
    status, exercise = world.call("PUT", f"{BASE}/own-statements/1", changed)
    assert status == 200
    assert exercise["own_statements"][0]["texts"] == {"student": {"text": "Notre club se réunit.", "help": ""}}
    assert exercise["own_statements"][0]["locale"] == "fr"
    status, exercise = world.call("DELETE", f"{BASE}/own-statements/1?version=3")
    assert (status, exercise["own_statements"], exercise["version"]) == (200, [], 4)


def test_a_number_is_not_used_again(world: World) -> None:
    world.begun()
    world.call("POST", f"{BASE}/own-statements", own())
    world.call("DELETE", f"{BASE}/own-statements/1?version=2")
    _, exercise = world.call("POST", f"{BASE}/own-statements", own(version=3))
    assert [entry["number"] for entry in exercise["own_statements"]] == [2]


def test_the_eleventh_own_statement_is_refused(world: World) -> None:
    world.begun()
    for version in range(1, 11):
        assert world.call("POST", f"{BASE}/own-statements", own(version=version))[0] == 201
    status, problem = world.call("POST", f"{BASE}/own-statements", own(version=11))
    assert (status, problem["code"]) == (409, "too_many_own_statements")


@pytest.mark.parametrize(
    ("text", "code"), [("", "missing"), (" \n\t ", "missing"), ("\u202e\x00", "missing"), ("x" * 10_000, "too_long")]
)
def test_a_statement_says_something_and_not_too_much(world: World, text: str, code: str) -> None:
    world.begun()
    assert codes_of(world.call("POST", f"{BASE}/own-statements", own(text))) == {("texts.teacher.text", code)}


def test_a_text_that_nobody_types_is_refused_before_it_is_looked_at(world: World) -> None:
    world.begun()
    assert codes_of(world.call("POST", f"{BASE}/own-statements", own("x" * 20_001))) == {
        ("texts.teacher.text", "too_long")
    }


def test_a_help_text_is_not_too_long(world: World) -> None:
    world.begun()
    answer = world.call("POST", f"{BASE}/own-statements", own(help="x" * 601))
    assert codes_of(answer) == {("texts.teacher.help", "too_long")}


def test_control_characters_are_kept_out(world: World) -> None:
    world.begun()
    _, exercise = world.call("POST", f"{BASE}/own-statements", own("Our\x00 club\u202e meets\r\n weekly\x1b."))
    assert exercise["own_statements"][0]["texts"]["teacher"]["text"] == "Our club meets weekly."


def test_html_is_just_text(world: World) -> None:
    world.begun()
    text = "<script>alert('&amp;')</script>"
    _, exercise = world.call("POST", f"{BASE}/own-statements", own(text))
    assert exercise["own_statements"][0]["texts"]["teacher"]["text"] == text


def test_a_statement_addresses_groups_that_take_part(world: World) -> None:
    world.begun()
    trainers = own(group="in_company_trainer")
    assert codes_of(world.call("POST", f"{BASE}/own-statements", trainers)) == {
        ("texts.in_company_trainer", "not_asked")
    }
    nobody = {"version": 1, "locale": "en", "texts": {}}
    assert codes_of(world.call("POST", f"{BASE}/own-statements", nobody)) == {("texts", "missing")}


def test_a_statement_is_written_in_a_language_that_pages_can_show(world: World) -> None:
    world.begun()
    for locale in ("xx", "en_GB", ""):
        answer = world.call("POST", f"{BASE}/own-statements", own() | {"locale": locale})
        assert codes_of(answer) == {("locale", "not_offered")}


@pytest.mark.parametrize("number", ["2", "0", "x", "-1", "１", "9" * 5000])
def test_an_unknown_own_statement_is_not_found(world: World, number: str) -> None:
    world.begun()
    world.call("POST", f"{BASE}/own-statements", own())
    assert world.call("PUT", f"{BASE}/own-statements/{number}", own(version=2))[1]["code"] == "unknown"
    assert world.call("DELETE", f"{BASE}/own-statements/{number}?version=2")[1]["code"] == "unknown"


# Dates


def dates(world: World, first: str, last: str, version: int = 1) -> Answer:
    return world.call("PUT", f"{BASE}/dates", {"version": version, "first_day": first, "last_day": last})


@pytest.mark.parametrize(("last", "closes"), [("2026-11-30", "2026-11-30"), ("2026-12-14", "2026-12-14")])
def test_an_exercise_lasts_one_to_three_weeks_and_closes_a_minute_before_midnight(
    world: World, last: str, closes: str
) -> None:
    world.begun()
    status, exercise = dates(world, "2026-11-24", last)
    assert (status, exercise["first_day"], exercise["last_day"]) == (200, "2026-11-24", last)
    assert exercise["closes_at"] == f"{closes}T22:59:00+00:00"


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("2026-11-24", "2026-11-29", {("last_day", "too_short")}),
        ("2026-11-24", "2026-12-15", {("last_day", "too_long")}),
        ("2026-11-23", "2026-12-01", {("first_day", "in_the_past")}),
        ("2026-12-14", "2026-12-20", {("last_day", "outside_session")}),
        ("2027-01-04", "2027-01-10", {("first_day", "outside_session"), ("last_day", "outside_session")}),
        ("2026-12-07", "2026-11-30", {("last_day", "too_short")}),
    ],
)
def test_dates_that_do_not_fit_are_named(world: World, first: str, last: str, wrong: set[tuple[str, str]]) -> None:
    world.begun()
    assert codes_of(dates(world, first, last)) == wrong


@pytest.mark.parametrize("day", ["24.11.2026", "2026-11-24T00:00:00", "2026-02-30", 1_790_000_000, "", None])
def test_a_day_is_an_iso_day(world: World, day: object) -> None:
    world.begun()
    answer = world.call("PUT", f"{BASE}/dates", {"version": 1, "first_day": day, "last_day": "2026-12-07"})
    assert codes_of(answer) == {("first_day", "invalid")}


# Versions


def test_a_change_of_an_older_version_overwrites_nothing(world: World) -> None:
    world.begun()
    dates(world, "2026-11-24", "2026-12-07")
    world.call("POST", f"{BASE}/own-statements", own(version=2))
    late: list[Answer] = [
        world.call("PUT", f"{BASE}/numbers", {"version": 1, "numbers": NUMBERS}),
        world.call("PUT", f"{BASE}/optional-statements", {"version": 1, "codes": ["A4"]}),
        world.call("POST", f"{BASE}/own-statements", own(version=1)),
        world.call("PUT", f"{BASE}/own-statements/1", own("Other", version=2)),
        world.call("DELETE", f"{BASE}/own-statements/1?version=2"),
        dates(world, "2026-11-25", "2026-12-07", version=2),
        world.call("POST", f"{BASE}/activation", {"version": 2, "informed": True}),
        world.call("DELETE", f"{BASE}?version=2"),
    ]
    assert {(status, problem["code"]) for status, problem in late} == {(409, "changed_meanwhile")}
    _, exercise = world.call("GET", BASE)
    assert (exercise["version"], exercise["first_day"]) == (3, "2026-11-24")
    assert exercise["own_statements"][0]["texts"]["teacher"]["text"] == "Our club meets weekly."


@pytest.mark.parametrize("query", ["", "?version=", "?version=one", "?version=1.5"])
def test_a_deletion_names_the_version_it_means(world: World, query: str) -> None:
    world.begun()
    assert codes_of(world.call("DELETE", f"{BASE}{query}")) == {("version", "invalid")}


def test_a_set_up_can_be_deleted_and_begun_again(world: World) -> None:
    world.begun()
    assert world.call("DELETE", f"{BASE}?version=1") == (204, None)
    assert world.call("GET", BASE)[0] == 404
    assert world.begun()["version"] == 1


# Activation


def test_activation_gives_every_group_a_link_that_answers(world: World) -> None:
    exercise = world.activated()
    assert exercise["state"] == "running"
    assert set(exercise["links"]) == {"school_leader", "teacher", "student"}
    for group, path in exercise["links"].items():
        link = path.removeprefix("/s/")
        assert world.exercises.find_link(link) == Addressees(ID, group)
        # 128 random bits in URL-safe base64.
        assert len(link) == 22
    assert len(set(exercise["links"].values())) == 3


def test_activation_makes_tallies_that_count(world: World) -> None:
    world.activated()
    world.count_one(world.exercises.get(ID), STUDENT)
    assert world.tallies.submitted(ID, (STUDENT,)) == {STUDENT: 1}


def test_activation_needs_dates(world: World) -> None:
    world.begun()
    status, problem = world.call("POST", f"{BASE}/activation", {"version": 1, "informed": True})
    assert (status, problem["code"]) == (409, "incomplete")


def test_dates_that_have_passed_must_be_chosen_again(world: World) -> None:
    world.begun()
    dates(world, "2026-11-24", "2026-12-07")
    world.move_to("2026-11-24T23:00")  # midnight in Brussels
    assert codes_of(world.call("POST", f"{BASE}/activation", {"version": 2, "informed": True})) == {
        ("first_day", "in_the_past")
    }


APPROVAL = {"body": "Participation council", "day": "2026-11-20", "reference": "minutes 12, item 3"}


def ready(world: World, country: str = "BE") -> int:
    """Set up with dates in a country; return the version."""
    world.begun()
    dates(world, "2026-11-24", "2026-12-07")
    world.schools.change(world.schools.get(SCHOOL), replace(world.schools.get(SCHOOL), country=country))
    return 2


@pytest.mark.parametrize("informed", [{}, {"informed": False}])
def test_links_go_out_only_after_people_were_informed(world: World, informed: Any) -> None:
    version = ready(world)
    refused = world.call("POST", f"{BASE}/activation", {"version": version, **informed})
    assert codes_of(refused) == {("informed", "missing")}
    assert world.call("GET", BASE)[1]["links"] is None


def test_the_agreement_of_a_council_is_kept_with_the_exercise(world: World) -> None:
    given = {**APPROVAL, "body": " School\u202e\ncouncil "}
    body = {"version": ready(world), "informed": True, "approval": given}
    status, exercise = world.call("POST", f"{BASE}/activation", body)
    assert status == 200
    assert exercise["informing"] == {"informed": True, "approval": {**APPROVAL, "body": "School council"}}
    assert world.call("GET", BASE)[1]["informing"] == exercise["informing"]


def test_where_the_country_asks_for_it_a_council_must_have_agreed(world: World) -> None:
    version = ready(world, "NL")
    refused = world.call("POST", f"{BASE}/activation", {"version": version, "informed": True})
    assert codes_of(refused) == {("approval", "missing")}
    body = {"version": version, "informed": True, "approval": APPROVAL}
    assert world.call("POST", f"{BASE}/activation", body)[0] == 200


def test_where_councils_have_to_agree_is_for_the_deployment_to_say(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "set_up", lambda: replace(world.set_up, council_countries=("BE", "DE")))
    refused = world.call("POST", f"{BASE}/activation", {"version": ready(world, "DE"), "informed": True})
    assert codes_of(refused) == {("approval", "missing")}
    assert world.call("GET", "/api/calendar")[1]["council_countries"] == ["BE", "DE"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"body": " "}, ("approval.body", "missing")),
        ({"reference": "\u202e"}, ("approval.reference", "missing")),
        ({"reference": "x" * 10_000}, ("approval.reference", "too_long")),
        ({"day": "2026-11-25"}, ("approval.day", "in_the_future")),
        ({"day": "yesterday"}, ("approval.day", "invalid")),
    ],
)
def test_an_agreement_names_body_day_and_reference(world: World, changed: Any, code: tuple[str, str]) -> None:
    body = {"version": ready(world), "informed": True, "approval": {**APPROVAL, **changed}}
    assert codes_of(world.call("POST", f"{BASE}/activation", body)) == {code}


def test_who_comes_too_late_is_told_so_and_not_to_try_again(world: World) -> None:
    world.activated()
    for method, path, body in [
        ("POST", "activation", {"version": 2, "informed": True}),
        ("PUT", "numbers", {"version": 1, "numbers": NUMBERS}),
    ]:
        assert world.call(method, f"{BASE}/{path}", body)[1]["code"] == "exercise_frozen"


def test_after_activation_nothing_changes(world: World) -> None:
    world.begun()
    world.call("POST", f"{BASE}/own-statements", own())
    dates(world, "2026-11-24", "2026-12-07", version=2)
    _, before = world.call("POST", f"{BASE}/activation", {"version": 3, "informed": True})
    version = before["version"]
    refused: list[Answer] = [
        world.call("PUT", f"{BASE}/numbers", {"version": version, "numbers": NUMBERS}),
        world.call("PUT", f"{BASE}/optional-statements", {"version": version, "codes": []}),
        world.call("POST", f"{BASE}/own-statements", own(version=version)),
        world.call("PUT", f"{BASE}/own-statements/1", own(version=version)),
        world.call("DELETE", f"{BASE}/own-statements/1?version={version}"),
        dates(world, "2026-11-25", "2026-12-07", version=version),
        world.call("POST", f"{BASE}/activation", {"version": version, "informed": True}),
        world.call("DELETE", f"{BASE}?version={version}"),
    ]
    assert {(status, problem["code"]) for status, problem in refused} == {(409, "exercise_frozen")}
    assert world.call("GET", BASE) == (200, before)


def test_a_set_up_of_a_past_session_is_neither_listed_nor_changed_nor_activated(world: World) -> None:
    world.begun()
    dates(world, "2026-12-10", "2026-12-17")
    world.move_to("2027-01-10T08:00")
    assert world.call("GET", LIST) == (200, {"exercises": []})
    assert world.call("GET", BASE)[1]["state"] == "gone"
    refused: list[Answer] = [
        world.call("PUT", f"{BASE}/numbers", {"version": 2, "numbers": NUMBERS}),
        dates(world, "2027-01-11", "2027-01-20", version=2),
        world.call("POST", f"{BASE}/activation", {"version": 2, "informed": True}),
    ]
    assert {(status, problem["code"]) for status, problem in refused} == {(409, "session_over")}


@pytest.mark.parametrize(
    ("instant", "state"),
    [
        ("2026-11-24T08:00", "waiting"),
        ("2026-11-24T23:00", "running"),
        ("2026-12-07T22:58:59", "running"),
        ("2026-12-07T22:59", "closing"),
        ("2026-12-07T23:00", "over"),
    ],
)
def test_the_state_is_what_the_clock_makes_of_it(world: World, instant: str, state: str) -> None:
    world.begun()
    dates(world, "2026-11-25", "2026-12-07")
    world.call("POST", f"{BASE}/activation", {"version": 2, "informed": True})
    world.move_to(instant)
    assert world.call("GET", BASE)[1]["state"] == state


def test_a_replaced_link_dies_at_once_and_what_was_counted_stays(world: World) -> None:
    before = world.activated()
    world.count_one(world.exercises.get(ID), TEACHER)
    status, after = world.call("POST", f"{BASE}/links/teacher/replacement")
    assert status == 200
    assert after["links"]["teacher"] != before["links"]["teacher"]
    assert after["links"]["student"] == before["links"]["student"]
    with pytest.raises(Unknown):
        world.exercises.find_link(before["links"]["teacher"].removeprefix("/s/"))
    assert world.exercises.find_link(after["links"]["teacher"].removeprefix("/s/")) == Addressees(ID, TEACHER)
    assert world.tallies.submitted(ID, (TEACHER,)) == {TEACHER: 1}


@pytest.mark.parametrize("group", ["in_company_trainer", "parent", ""])
def test_only_a_link_that_exists_is_replaced(world: World, group: str) -> None:
    world.activated()
    assert world.call("POST", f"{BASE}/links/{group or '-'}/replacement")[1]["code"] == "unknown"


def test_before_activation_there_is_no_link_to_replace(world: World) -> None:
    world.begun()
    assert world.call("POST", f"{BASE}/links/teacher/replacement")[1]["code"] == "unknown"


def test_groups_that_answer_with_codes_are_chosen_before_activation_and_frozen_by_it(world: World) -> None:
    made = world.begun()
    status, chosen = world.call("PUT", f"{BASE}/codes", {"version": made["version"], "groups": ["student", "teacher"]})
    assert (status, chosen["slips"]) == (200, {"teacher": cap(NUMBERS["teacher"]), "student": cap(NUMBERS["student"])})
    status, fewer = world.call("PUT", f"{BASE}/codes", {"version": chosen["version"], "groups": ["student"]})
    assert list(fewer["slips"]) == ["student"]
    wrong = {"version": fewer["version"], "groups": ["in_company_trainer"]}
    assert world.call("PUT", f"{BASE}/codes", wrong)[1]["errors"] == [
        {"field": "groups.in_company_trainer", "code": "not_asked"}
    ]
    days = {"version": fewer["version"], "first_day": "2026-11-24", "last_day": "2026-12-07"}
    dated = world.call("PUT", f"{BASE}/dates", days)[1]
    _, active = world.call("POST", f"{BASE}/activation", {"version": dated["version"], "informed": True})
    assert list(active["slips"]) == ["student"]
    status, refused = world.call("PUT", f"{BASE}/codes", {"version": active["version"], "groups": []})
    assert (status, refused["code"]) == (409, "exercise_frozen")


class InterruptedExercises(MemoryExercises):
    """Loses the connection once, at the first change that brings links."""

    interrupted = False

    def change(self, before: Exercise, after: Exercise) -> Exercise:
        if after.links and not self.interrupted:
            self.interrupted = True
            raise ConnectionError
        return super().change(before, after)


def test_an_activation_that_was_cut_off_is_done_again_with_other_dates(world: World) -> None:
    world.exercises = InterruptedExercises()
    world.begun()
    dates(world, "2026-11-24", "2026-12-07")
    assert world.call("POST", f"{BASE}/activation", {"version": 2, "informed": True})[0] == 500
    assert world.call("GET", BASE)[1]["links"] is None
    dates(world, "2026-11-24", "2026-12-14", version=2)
    assert world.call("POST", f"{BASE}/activation", {"version": 3, "informed": True})[0] == 200
    # The tallies close with the dates that were activated, not with those of the first try.
    world.move_to("2026-12-14T22:58")
    world.count_one(world.exercises.get(ID), LEADER)


class OvertakenExercises(MemoryExercises):
    """Lets somebody else choose later dates and activate just before the first change that brings links."""

    overtaken_by: SetUp

    def change(self, before: Exercise, after: Exercise) -> Exercise:
        if not after.links or before.last_day != deadlines.day_of(at("2026-12-07T12:00")):
            return super().change(before, after)
        first, last = (deadlines.day_of(at(f"{day}T12:00")) for day in ("2026-11-24", "2026-12-14"))
        chosen = self.overtaken_by.choose_dates(before.id, before.version, first, last)
        self.overtaken_by.activate(chosen.id, chosen.version, Informing(True))
        # What the slower one did to the tallies came last.
        self.overtaken_by.tallies.open(after)
        raise ChangedMeanwhile


def test_whoever_is_overtaken_at_activation_leaves_the_tallies_as_the_faster_one_needs_them(world: World) -> None:
    exercises = OvertakenExercises()
    world.exercises = exercises
    exercises.overtaken_by = world.set_up
    world.begun()
    dates(world, "2026-11-24", "2026-12-07")
    assert world.call("POST", f"{BASE}/activation", {"version": 2, "informed": True})[1]["code"] == "changed_meanwhile"
    assert world.call("GET", BASE)[1]["last_day"] == "2026-12-14"
    world.move_to("2026-12-14T22:58")
    world.count_one(world.exercises.get(ID), LEADER)


# Questionnaire, previews, participation


def test_the_questionnaire_shows_what_can_be_asked_and_what_is(world: World) -> None:
    world.begun()
    world.call("PUT", f"{BASE}/optional-statements", {"version": 1, "codes": ["A4"]})
    world.call("POST", f"{BASE}/own-statements", own(version=2))
    status, shown = world.call("GET", f"{BASE}/questionnaire?locale=en")
    assert status == 200
    assert [area["code"] for area in shown["areas"]] == list("ABCDEFGH")
    leadership = {entry["code"]: entry for entry in shown["areas"][0]["statements"]}
    assert list(leadership) == ["A1", "A2", "A3", "A4", "A5"]
    assert (leadership["A1"]["status"], leadership["A1"]["groups"]) == ("core", ["school_leader", "teacher"])
    assert {code for code, entry in leadership.items() if entry["chosen"]} == {"A4"}
    assert set(leadership["A1"]["texts"]) == {"school_leader", "teacher"}
    assert all(text["text"] and text["help"] for text in leadership["A1"]["texts"].values())
    assert [option["code"] for option in shown["scale"]["teacher"]] == ["1", "2", "3", "4", "5", "na"]
    assert shown["own_statements"][0]["number"] == 1
    assert len(shown["library"]) > 5
    by_number = {area["number"]: area for area in shown["other_areas"]}
    assert sorted(by_number) == list(range(1, 11))
    assert (by_number[5]["kind"], by_number[5]["options"], by_number[5]["groups"]) == (
        "ticks",
        {},
        ["school_leader", "teacher"],
    )
    assert by_number[9]["options"]["student"][-1]["code"] == "na"
    assert all(area["questions"] and area["items"] for area in shown["other_areas"])
    assert set(shown["minutes"]) == set(NUMBERS)


def test_a_longer_questionnaire_takes_longer(world: World) -> None:
    world.begun()
    _, core = world.call("GET", f"{BASE}/questionnaire?locale=en")
    optional = [
        entry["code"] for area in core["areas"] for entry in area["statements"] if entry["status"] == "optional"
    ]
    world.call("PUT", f"{BASE}/optional-statements", {"version": 1, "codes": optional})
    _, full = world.call("GET", f"{BASE}/questionnaire?locale=en")
    assert all(full["minutes"][group] > core["minutes"][group] for group in core["minutes"])
    assert core["minutes"]["student"] <= 20
    assert max(core["minutes"].values()) <= 40


def test_trainers_questions_are_shown_where_trainers_take_part(world: World) -> None:
    world.begun("upper_secondary_vocational", in_company_trainer=3)
    _, shown = world.call("GET", f"/api/exercises/{SCHOOL}-2026-1-upper_secondary_vocational/questionnaire?locale=en")
    statements = [entry for area in shown["areas"] for entry in area["statements"]]
    assert any("in_company_trainer" in entry["texts"] for entry in statements)
    assert all(set(entry["texts"]) == set(entry["groups"]) for entry in statements)


@pytest.mark.parametrize("query", ["", "?locale=", "?locale=xx", "?locale=../en"])
def test_a_questionnaire_is_shown_in_a_language_that_is_offered(world: World, query: str) -> None:
    world.begun()
    assert codes_of(world.call("GET", f"{BASE}/questionnaire{query}")) == {("locale", "not_offered")}


@pytest.mark.parametrize("activate", [False, True])
def test_a_preview_can_be_seen_for_an_hour_before_and_after_activation(world: World, activate: bool) -> None:
    _ = world.activated() if activate else world.begun()
    status, preview = world.call("POST", f"{BASE}/previews/student")
    assert status == 201
    text = preview["path"].removeprefix("/api/previews/")
    token = tokens.read(text, Purpose.PREVIEW, KEYS, world.clock() + timedelta(minutes=59))
    assert (token.exercise_id, token.group) == (ID, STUDENT)
    assert token.expires_at == world.clock() + timedelta(hours=1)


@pytest.mark.parametrize("group", ["in_company_trainer", "parent"])
def test_there_is_no_preview_for_a_group_that_is_not_asked(world: World, group: str) -> None:
    world.begun()
    assert world.call("POST", f"{BASE}/previews/{group}")[1]["code"] == "unknown"


def test_participation_is_shown_once_dates_are_chosen(world: World) -> None:
    world.begun()
    status, problem = world.call("GET", f"{BASE}/participation")
    assert (status, problem["code"]) == (409, "incomplete")
    dates(world, "2026-11-24", "2026-12-07")
    status, participation = world.call("GET", f"{BASE}/participation")
    assert (status, participation["level"]) == (200, "none")
    assert [entry["submitted"] for entry in participation["groups"]] == [0, 0, 0]


def test_participation_is_counted_live(world: World) -> None:
    world.activated()
    for _ in range(4):
        world.count_one(world.exercises.get(ID), LEADER)
    world.count_one(world.exercises.get(ID), TEACHER)
    _, participation = world.call("GET", f"{BASE}/participation")
    assert participation == {
        "level": "incomplete",
        "groups": [
            {"group": "school_leader", "invited": 5, "submitted": 4, "required": 4, "rate": 80},
            {"group": "teacher", "invited": 45, "submitted": 1, "required": 22, "rate": 2},
            {"group": "student", "invited": 200, "submitted": 0, "required": 80, "rate": 0},
        ],
    }


def test_once_the_tallies_are_gone_nobody_is_told_that_nobody_took_part(world: World) -> None:
    world.activated()
    world.move_to("2027-01-06T22:58")
    assert world.call("GET", f"{BASE}/participation")[0] == 200
    world.move_to("2027-01-06T22:59")
    assert world.call("GET", f"{BASE}/participation")[1]["code"] == "unknown"


def test_a_list_has_the_newest_session_first_and_keeps_what_is_over(world: World) -> None:
    world.activated()
    world.move_to("2027-01-10T08:00")
    world.begun("primary")
    _, listed = world.call("GET", LIST)
    assert [(entry["session_id"], entry["state"]) for entry in listed["exercises"]] == [
        ("2026-2", "set_up"),
        ("2026-1", "over"),
    ]


# Who may ask

EVERY_ROUTE = [
    (
        method,
        path.replace("{school}", SCHOOL)
        .replace("{exercise}", ID)
        .replace("{group}", "teacher")
        .replace("{number}", "1"),
    )
    for path, methods in app.routes.items()
    for method in methods
    if path not in {"/api/calendar", "/api/counts"}
]
CHANGES = [(method, path) for method, path in EVERY_ROUTE if method != "GET"]


def test_the_routes_are_those_of_the_architecture() -> None:
    assert {(method, path) for path, methods in app.routes.items() for method in methods} == {
        ("GET", "/api/calendar"),
        ("GET", "/api/counts"),
        ("GET", "/api/schools/{school}/exercises"),
        ("POST", "/api/schools/{school}/exercises"),
        ("GET", "/api/schools/{school}/templates"),
        ("GET", "/api/exercises/{exercise}"),
        ("DELETE", "/api/exercises/{exercise}"),
        ("PUT", "/api/exercises/{exercise}/numbers"),
        ("PUT", "/api/exercises/{exercise}/optional-statements"),
        ("POST", "/api/exercises/{exercise}/own-statements"),
        ("PUT", "/api/exercises/{exercise}/own-statements/{number}"),
        ("DELETE", "/api/exercises/{exercise}/own-statements/{number}"),
        ("PUT", "/api/exercises/{exercise}/dates"),
        ("PUT", "/api/exercises/{exercise}/codes"),
        ("POST", "/api/exercises/{exercise}/activation"),
        ("POST", "/api/exercises/{exercise}/links/{group}/replacement"),
        ("GET", "/api/exercises/{exercise}/questionnaire"),
        ("POST", "/api/exercises/{exercise}/previews/{group}"),
        ("GET", "/api/exercises/{exercise}/participation"),
        ("POST", "/api/exercises/{exercise}/company-codes"),
        ("GET", "/api/exercises/{exercise}/companies"),
        ("GET", "/api/companies/{company}/exercises"),
        ("POST", "/api/companies/{company}/exercises"),
        ("PUT", "/api/companies/{company}/exercises/{exercise}"),
        ("DELETE", "/api/companies/{company}/exercises/{exercise}"),
        ("POST", "/api/companies/{company}/exercises/{exercise}/link"),
    }


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
@pytest.mark.parametrize("cookie", [None, "made-up", ""])
def test_a_stranger_is_turned_away(world: World, method: str, path: str, cookie: str | None) -> None:
    world.begun()
    status, problem = world.call(method, path, cookie=cookie)
    assert (status, problem["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
def test_a_coordinator_of_another_school_is_turned_away(world: World, method: str, path: str) -> None:
    world.begun()
    status, problem = world.call(method, path, cookie=OTHER_COOKIE)
    assert (status, problem["code"]) == (403, "other_school")


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "another"},
        {"Origin": "https://elsewhere.example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_that_our_own_pages_did_not_ask_for_is_refused(
    world: World, method: str, path: str, headers: dict[str, str]
) -> None:
    before = world.begun()
    status, problem = world.call(method, path, headers=headers)
    assert (status, problem["code"]) == (403, "cross_site_request")
    assert world.call("GET", BASE) == (200, before)


@pytest.mark.parametrize("exercise", ["x", "abcdefgh2345-2026-4-primary", "abcdefgh2345-2026-1-university", "%2e%2e"])
def test_what_is_no_exercise_is_not_found(world: World, exercise: str) -> None:
    assert world.call("GET", f"/api/exercises/{exercise}")[1]["code"] == "unknown"


def test_an_exercise_that_was_never_set_up_is_not_found(world: World) -> None:
    assert world.call("GET", BASE)[0] == 404


def test_requests_are_logged_without_ids_or_texts(world: World, caplog: pytest.LogCaptureFixture) -> None:
    exercise = world.activated()
    world.call("POST", f"{BASE}/links/teacher/replacement")
    world.call("GET", f"{BASE}/questionnaire?locale=en")
    logged = [vars(record) for record in caplog.records]
    assert [(entry["method"], entry["route"], entry["status"]) for entry in logged[-2:]] == [
        ("POST", "/api/exercises/{exercise}/links/{group}/replacement", 200),
        ("GET", "/api/exercises/{exercise}/questionnaire", 200),
    ]
    for secret in (SCHOOL, COOKIE, CSRF, *exercise["links"].values()):
        assert secret not in str(logged)


def test_a_closed_exercise_keeps_its_participation(world: World) -> None:
    world.activated()
    exercise = world.exercises.get(ID)
    world.count_one(exercise, LEADER)
    world.exercises.change(exercise, replace(exercise, state=State.CLOSED))
    _, participation = world.call("GET", f"{BASE}/participation")
    assert participation["groups"][0]["submitted"] == 1


def test_every_level_can_be_set_up(world: World) -> None:
    for level in EducationLevel:
        trainers = {TRAINER: 3} if level is EducationLevel.UPPER_SECONDARY_VOCATIONAL else {}
        assert world.begun(level, **trainers)["level"] == level
