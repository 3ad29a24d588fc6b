"""A new exercise that begins with the statements of an earlier one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from functions.exercise.service import SetUp
from selfie.adapters import lifetimes
from selfie.catalogue import CURRENT, catalogue
from selfie.domain.errors import Unknown
from selfie.domain.exercise import Exercise, Phase
from selfie.domain.questionnaire import OwnText
from selfie.domain.school import EducationLevel
from selfie.domain.session import Calendar, Session
from tests.support.examples import CALENDAR, LEADER, SCHOOL, STUDENT, TEACHER, TRAINER, at
from tests.support.memory import MemoryCompanies, MemoryExercises, MemorySchools, MemoryTallies, StoppedClock

NUMBERS = {LEADER: 5, TEACHER: 45, STUDENT: 200}
VOCATIONAL = EducationLevel.UPPER_SECONDARY_VOCATIONAL
OTHER_SCHOOL = "otherotherot"


@pytest.fixture
def set_up() -> SetUp:
    exercises = MemoryExercises()
    return SetUp(
        exercises,
        MemoryTallies(),
        CALENDAR,
        catalogue,
        CURRENT,
        lambda: [b"k" * 32],
        ("en", "fr"),
        lifetimes.counted_until,
        StoppedClock(at("2026-11-24T08:00")),
        MemorySchools(),
        MemoryCompanies(exercises),
        (),
    )


def earlier(set_up: SetUp, school: str = SCHOOL, session: str = "2025-3") -> Exercise:
    """Store a vocational set-up of an earlier session that was never activated."""
    begun = set_up.begin(school, VOCATIONAL, NUMBERS | {TRAINER: 12})
    begun = set_up.choose_optional(begun.id, begun.version, ["A4", "C10"])
    both = {TEACHER: OwnText("We plan together.", "Every week."), TRAINER: OwnText("We plan with the school.")}
    begun = set_up.add_own(begun.id, begun.version, "fr", both)
    begun = set_up.add_own(begun.id, begun.version, "en", {TRAINER: OwnText("Tablets are at work too.")})
    set_up.remove(begun.id, begun.version)
    kept = replace(begun, session_id=session)
    set_up.exercises.add(kept)
    return kept


def test_a_set_up_that_was_never_activated_can_be_copied_when_it_is_gone_from_the_list(set_up: SetUp) -> None:
    template = earlier(set_up)
    assert set_up.phase(template) is Phase.GONE
    assert list(set_up.listed(SCHOOL)) == []
    assert list(set_up.templates(SCHOOL)) == [template]
    copy = set_up.begin(SCHOOL, VOCATIONAL, NUMBERS | {TRAINER: 3}, template.id)
    assert copy.optional == ("A4", "C10")
    assert [(own.number, own.locale, dict(own.texts)) for own in copy.own] == [
        (own.number, own.locale, dict(own.texts)) for own in template.own
    ]
    assert (copy.session_id, copy.numbers[TRAINER], copy.first_day, copy.links) == ("2026-1", 3, None, None)
    assert {own.created_on for own in copy.own} == {set_up.today()}


def test_own_texts_for_a_group_that_does_not_take_part_stay_behind(set_up: SetUp) -> None:
    copy = set_up.begin(SCHOOL, EducationLevel.PRIMARY, NUMBERS, earlier(set_up).id)
    (own,) = copy.own
    assert dict(own.texts) == {TEACHER: OwnText("We plan together.", "Every week.")}


def test_a_copy_can_be_changed_and_leaves_the_earlier_one_as_it_was(set_up: SetUp) -> None:
    template = earlier(set_up)
    copy = set_up.begin(SCHOOL, EducationLevel.PRIMARY, NUMBERS, template.id)
    copy = set_up.remove_own(copy.id, copy.version, 1)
    copy = set_up.add_own(copy.id, copy.version, "en", {TEACHER: OwnText("New.")})
    assert [own.number for own in copy.own] == [2]
    assert set_up.get(template.id) == template


def test_a_statement_that_the_questionnaire_has_no_more_is_left_out(set_up: SetUp) -> None:
    template = replace(earlier(set_up, session="2025-2"), session_id="2025-3", optional=("A4", "Z9"))
    set_up.exercises.add(template)
    assert set_up.begin(SCHOOL, EducationLevel.PRIMARY, NUMBERS, template.id).optional == ("A4",)


@pytest.mark.parametrize("copy_of", ["", "nonsense", f"{SCHOOL}-2025-2-primary"])
def test_what_is_not_there_cannot_be_copied(set_up: SetUp, copy_of: str) -> None:
    with pytest.raises(Unknown):
        set_up.begin(SCHOOL, EducationLevel.PRIMARY, NUMBERS, copy_of)
    assert list(set_up.templates(SCHOOL)) == []


def test_another_school_s_set_up_cannot_be_copied(set_up: SetUp) -> None:
    theirs = earlier(set_up, OTHER_SCHOOL)
    assert list(set_up.templates(SCHOOL)) == []
    with pytest.raises(Unknown):
        set_up.begin(SCHOOL, EducationLevel.PRIMARY, NUMBERS, theirs.id)


def test_templates_are_kept_for_two_school_years(set_up: SetUp) -> None:
    kept, too_old = earlier(set_up, session="2024-1"), earlier(set_up, session="2023-3")
    assert list(set_up.templates(SCHOOL)) == [kept]
    with pytest.raises(Unknown):
        set_up.begin(SCHOOL, EducationLevel.PRIMARY, NUMBERS, too_old.id)


@pytest.mark.parametrize(
    ("session", "last_instant"),
    [
        # A session of the calendar ends on 18 December 2026; one that it has no more ended with its school year.
        ("2026-1", "2028-12-17T22:59:59"),
        ("2024-3", "2027-07-31T21:59:59"),
    ],
)
def test_the_last_day_of_a_template_is_two_years_after_its_session_in_brussels(
    set_up: SetUp, session: str, last_instant: str
) -> None:
    kept, clock = earlier(set_up, session="2023-1"), StoppedClock(at(last_instant))
    set_up.exercises.remove(kept)
    kept = replace(kept, session_id=session)
    set_up.exercises.add(kept)
    running = [
        Session(date(2027, 7, 20), date(2027, 8, 20), 2027, 1),
        Session(date(2028, 12, 1), date(2028, 12, 31), 2028, 1),
    ]
    later = replace(set_up, clock=clock, calendar=Calendar.of([*CALENDAR.sessions, *running]))
    assert list(later.templates(SCHOOL)) == [kept]
    assert later.begin(SCHOOL, EducationLevel.PRIMARY, NUMBERS, kept.id).optional == kept.optional
    clock.instant += timedelta(seconds=1)
    assert kept not in later.templates(SCHOOL)
    with pytest.raises(Unknown):
        later.begin(SCHOOL, EducationLevel.LOWER_SECONDARY, NUMBERS, kept.id)
