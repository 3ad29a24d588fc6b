"""Setting up, freezing and closing an exercise."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from selfie.domain import exercise as exercises
from selfie.domain.errors import (
    ExerciseFrozen,
    Incomplete,
    Invalid,
    NoSessionRunning,
    SelfieError,
    SessionOver,
    TooManyOwnStatements,
    Unknown,
)
from selfie.domain.exercise import Phase, State
from selfie.domain.questionnaire import OwnText
from selfie.domain.school import EducationLevel, Family
from tests.support.examples import (
    CALENDAR,
    CATALOGUE,
    LEADER,
    SCHOOL,
    STUDENT,
    TEACHER,
    TRAINER,
    at,
    exercise,
    set_up_only,
)

TODAY = date(2026, 11, 1)
NUMBERS = {LEADER: 5, TEACHER: 45, STUDENT: 200}
SESSION = CALENDAR.sessions[0]


def set_up(level=EducationLevel.LOWER_SECONDARY, numbers=NUMBERS, today=TODAY):
    return exercises.set_up(SCHOOL, level, numbers, "v_test", CALENDAR, today)


def codes(error: Invalid) -> dict[str, str]:
    return {entry.field: entry.code for entry in error.errors}


def test_an_exercise_is_named_by_school_session_and_level() -> None:
    made = set_up()
    assert made.id == f"{SCHOOL}-2026-1-lower_secondary"
    assert exercises.parse_exercise_id(made.id) == (SCHOOL, "2026-1", EducationLevel.LOWER_SECONDARY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        f"{SCHOOL}-2026-4-primary",
        f"{SCHOOL}-2026-1-nursery",
        f"{SCHOOL}-2026-1-primary\n",
        f"../{SCHOOL}-2026-1-primary",
    ],
)
def test_what_is_not_an_id_is_unknown(text) -> None:
    with pytest.raises(Unknown):
        exercises.parse_exercise_id(text)


def test_between_sessions_nothing_can_be_set_up() -> None:
    with pytest.raises(NoSessionRunning):
        set_up(today=date(2026, 12, 24))


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        ({LEADER: 0, TEACHER: 45, STUDENT: 200}, ("numbers.school_leader", "too_few")),
        ({LEADER: 201, TEACHER: 45, STUDENT: 200}, ("numbers.school_leader", "too_many")),
        ({LEADER: 1, TEACHER: 2001, STUDENT: 200}, ("numbers.teacher", "too_many")),
        ({LEADER: 1, TEACHER: 1, STUDENT: 20_001}, ("numbers.student", "too_many")),
        ({LEADER: 1, TEACHER: 1}, ("numbers.student", "too_few")),
        ({**NUMBERS, TRAINER: 3}, ("numbers.in_company_trainer", "not_at_this_level")),
    ],
)
def test_numbers_outside_the_bounds_are_refused(numbers, fault) -> None:
    with pytest.raises(Invalid) as caught:
        set_up(numbers=numbers)
    assert codes(caught.value) == dict([fault])


def test_trainers_are_asked_only_where_there_are_any() -> None:
    vocational = EducationLevel.UPPER_SECONDARY_VOCATIONAL
    assert TRAINER not in set_up(vocational).groups
    with_trainers = set_up(vocational, {**NUMBERS, TRAINER: 12})
    assert TRAINER in with_trainers.groups
    assert with_trainers.family is Family.WBL


def test_optional_statements_are_kept_in_the_catalogues_order() -> None:
    assert exercises.with_optional(set_up(), ["C10", "A4", "C10"], CATALOGUE).optional == ("A4", "C10")


@pytest.mark.parametrize("code", ["C3", "Z1", ""])
def test_only_optional_statements_can_be_chosen(code) -> None:
    with pytest.raises(Invalid):
        exercises.with_optional(set_up(), [code], CATALOGUE)


def test_own_statements_are_numbered_and_a_number_is_never_used_again() -> None:
    made = set_up()
    for _ in range(3):
        made = exercises.with_own_statement(made, "en", {TEACHER: OwnText("We share.")}, TODAY)
    made = exercises.without_own_statement(made, 3)
    made = exercises.with_own_statement(made, "fr", {STUDENT: OwnText("On partage.", "Choisis 5 si …")}, TODAY)
    assert [(own.number, own.locale, own.created_on) for own in made.own] == [
        (1, "en", TODAY),
        (2, "en", TODAY),
        (4, "fr", TODAY),
    ]
    assert made.own[-1].code == "own4"


def test_an_eleventh_own_statement_is_refused() -> None:
    made = set_up()
    for _ in range(10):
        made = exercises.with_own_statement(made, "en", {TEACHER: OwnText("We share.")}, TODAY)
    with pytest.raises(TooManyOwnStatements):
        exercises.with_own_statement(made, "en", {TEACHER: OwnText("We share.")}, TODAY)


def test_a_changed_own_statement_keeps_number_and_day() -> None:
    made = exercises.with_own_statement(set_up(), "en", {TEACHER: OwnText("We share.")}, TODAY)
    changed = exercises.with_changed_own_statement(made, 1, "fr", {STUDENT: OwnText("On partage.")})
    assert (changed.own[0].number, changed.own[0].created_on, changed.own[0].groups) == (1, TODAY, (STUDENT,))
    with pytest.raises(Unknown):
        exercises.with_changed_own_statement(made, 2, "fr", {STUDENT: OwnText("On partage.")})


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ({}, {"texts": "missing"}),
        ({TEACHER: OwnText(" \n ")}, {"texts.teacher.text": "missing"}),
        ({TEACHER: OwnText("x" * 301)}, {"texts.teacher.text": "too_long"}),
        ({TEACHER: OwnText("x", "y" * 601)}, {"texts.teacher.help": "too_long"}),
        ({TRAINER: OwnText("x")}, {"texts.in_company_trainer": "not_asked"}),
    ],
)
def test_own_texts_that_do_not_fit_are_refused(texts, fault) -> None:
    with pytest.raises(Invalid) as caught:
        exercises.with_own_statement(set_up(), "en", texts, TODAY)
    assert codes(caught.value) == fault


def test_own_texts_lose_control_and_override_characters() -> None:
    made = exercises.with_own_statement(set_up(), "en", {TEACHER: OwnText("We\u202e share\x07\n all")}, TODAY)
    assert made.own[0].texts[TEACHER].text == "We share all"


def test_texts_for_a_group_that_is_gone_go_with_it() -> None:
    made = set_up(EducationLevel.UPPER_SECONDARY_VOCATIONAL, {**NUMBERS, TRAINER: 4})
    made = exercises.with_own_statement(made, "en", {TRAINER: OwnText("A.")}, TODAY)
    made = exercises.with_own_statement(made, "en", {TRAINER: OwnText("B."), TEACHER: OwnText("C.")}, TODAY)
    without = exercises.with_numbers(made, {**NUMBERS, TRAINER: 0})
    assert [(own.number, own.groups) for own in without.own] == [(2, (TEACHER,))]


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        (date(2026, 11, 2), date(2026, 11, 7), {"last_day": "too_short"}),
        (date(2026, 11, 2), date(2026, 11, 23), {"last_day": "too_long"}),
        (date(2026, 10, 31), date(2026, 11, 8), {"first_day": "in_the_past"}),
        (date(2026, 12, 14), date(2026, 12, 20), {"last_day": "outside_session"}),
        (date(2027, 1, 4), date(2027, 1, 14), {"first_day": "outside_session", "last_day": "outside_session"}),
    ],
)
def test_dates_that_do_not_fit_are_refused(first, last, fault) -> None:
    with pytest.raises(Invalid) as caught:
        exercises.with_dates(set_up(), first, last, CALENDAR, TODAY)
    assert codes(caught.value) == fault


@pytest.mark.parametrize("days", [7, 21])
def test_one_to_three_weeks_from_today_fit(days) -> None:
    made = exercises.with_dates(set_up(), TODAY, TODAY + timedelta(days=days - 1), CALENDAR, TODAY)
    assert (made.first_day, made.last_day) == (TODAY, TODAY + timedelta(days=days - 1))


def test_a_set_up_of_an_earlier_session_gets_no_dates() -> None:
    with pytest.raises(SessionOver):
        exercises.with_dates(set_up(), date(2027, 1, 11), date(2027, 1, 20), CALENDAR, date(2027, 1, 10))


LINKS = {LEADER: "l1", TEACHER: "l2", STUDENT: "l3"}


def dated():
    return exercises.with_dates(set_up(), date(2026, 11, 2), date(2026, 11, 15), CALENDAR, TODAY)


def test_activation_needs_dates() -> None:
    with pytest.raises(Incomplete):
        exercises.activated(set_up(), LINKS, CALENDAR, TODAY)


def test_activation_after_the_first_day_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        exercises.activated(dated(), LINKS, CALENDAR, date(2026, 11, 3))
    assert codes(caught.value) == {"first_day": "in_the_past"}


def test_activation_gives_each_group_its_link() -> None:
    with pytest.raises(ValueError, match="each group"):
        exercises.activated(dated(), {LEADER: "l1"}, CALENDAR, TODAY)
    made = exercises.activated(dated(), LINKS, CALENDAR, TODAY)
    assert (made.state, made.links, made.activated_on) == (State.ACTIVATED, LINKS, TODAY)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: exercises.with_numbers(e, NUMBERS),
        lambda e: exercises.with_optional(e, [], CATALOGUE),
        lambda e: exercises.with_own_statement(e, "en", {TEACHER: OwnText("x")}, TODAY),
        lambda e: exercises.with_changed_own_statement(e, 1, "en", {TEACHER: OwnText("x")}),
        lambda e: exercises.without_own_statement(e, 1),
        lambda e: exercises.with_dates(e, TODAY, TODAY + timedelta(days=7), CALENDAR, TODAY),
        lambda e: exercises.activated(e, LINKS, CALENDAR, TODAY),
    ],
)
def test_after_activation_nothing_changes(change) -> None:
    with pytest.raises(ExerciseFrozen):
        change(exercise())
    with pytest.raises(ExerciseFrozen):
        change(exercises.closed(exercise()))


def test_a_leaked_link_is_replaced_while_the_exercise_runs_and_only_then() -> None:
    replaced = exercises.with_replaced_link(exercise(), STUDENT, "new")
    assert replaced.links is not None
    assert (replaced.links[STUDENT], replaced.links[TEACHER]) == ("new", "link-teacher")
    for other in (set_up_only(), exercises.closed(exercise())):
        with pytest.raises(Unknown):
            exercises.with_replaced_link(other, STUDENT, "new")
    with pytest.raises(Unknown):
        exercises.with_replaced_link(exercise(), TRAINER, "new")


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        ("2026-11-01T22:59:59", Phase.WAITING),
        ("2026-11-01T23:00:00", Phase.RUNNING),
        ("2026-11-15T22:58:59", Phase.RUNNING),
        ("2026-11-15T22:59:00", Phase.CLOSING),
        ("2026-11-15T22:59:59", Phase.CLOSING),
        ("2026-11-15T23:00:00", Phase.OVER),
    ],
)
def test_the_phase_of_an_activated_exercise_follows_the_clock_in_brussels(now, phase) -> None:
    assert exercise().phase(at(now), SESSION) is phase
    assert exercises.closed(exercise()).phase(at(now), SESSION) is phase


def test_a_set_up_never_activated_is_gone_after_its_session() -> None:
    assert set_up_only().phase(at("2026-12-18T12:00:00"), SESSION) is Phase.SET_UP
    assert set_up_only().phase(at("2026-12-19T12:00:00"), SESSION) is Phase.GONE
    assert replace(set_up_only(), first_day=TODAY, last_day=TODAY).phase(at("2026-12-19T12:00:00"), None) is Phase.GONE


def test_every_error_has_a_code_of_its_own() -> None:
    kinds = SelfieError.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(kind.code != SelfieError.code for kind in kinds)
