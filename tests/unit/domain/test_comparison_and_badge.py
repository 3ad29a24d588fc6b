"""Two exercises side by side, and the school's badge."""

from decimal import Decimal

import pytest

from selfie.domain.badge import Criterion, unmet_criteria
from selfie.domain.comparison import Direction, compare
from selfie.domain.disclosure import Unit
from selfie.domain.errors import NotComparable
from selfie.domain.participation import GroupParticipation
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel
from tests.support.examples import CATALOGUE, LEADER, STUDENT, TEACHER, TRAINER, exercise, own_statement, tally


def results(session: str = "2026-1", level=EducationLevel.LOWER_SECONDARY, students=(0, 0, 40), optional=(), own=()):
    from dataclasses import replace

    made = replace(exercise(level=level, optional=optional, own=own), session_id=session)
    given = {
        LEADER: tally(LEADER, 5, A1=[0, 0, 5], A4=[0, 5], own1=[0, 5]),
        TEACHER: tally(TEACHER, 30, A1=[0, 30], A4=[0, 30]),
        STUDENT: tally(STUDENT, 120, C3=list(students)),
    }
    return make_results(made, CATALOGUE, given)


def test_a_figure_rises_falls_or_stays_after_rounding() -> None:
    later, earlier = results(students=(0, 0, 0, 40)), results("2025-1")
    by_key = {(entry.code, entry.unit): entry for entry in compare(later, earlier)}
    assert by_key["C3", Unit.STUDENT].direction is Direction.RISEN
    assert by_key["C3", Unit.STUDENT].by == Decimal(1)
    assert by_key["A1", None].direction is Direction.SAME
    back = {(entry.code, entry.unit): entry for entry in compare(earlier, later)}
    assert back["C3", Unit.STUDENT].direction is Direction.FALLEN


def test_a_statement_that_was_not_asked_then_cannot_be_compared() -> None:
    by_key = {(e.code, e.unit): e for e in compare(results(optional=("A4",)), results("2025-1"))}
    assert by_key["A4", None].direction is Direction.NOT_POSSIBLE


def test_own_statements_of_two_exercises_are_never_compared() -> None:
    own = (own_statement(1, LEADER),)
    by_key = {(e.code, e.unit): e for e in compare(results(own=own), results("2025-1", own=own))}
    assert by_key["own1", Unit.SCHOOL_LEADER].direction is Direction.NOT_POSSIBLE


def test_only_viewable_results_of_one_level_are_comparable() -> None:
    with pytest.raises(NotComparable):
        compare(results(), results("2025-1", level=EducationLevel.POST_SECONDARY))
    with pytest.raises(NotComparable):
        compare(results(), results())
    few = make_results(exercise(), CATALOGUE, {g: tally(g, 1) for g in (LEADER, TEACHER, STUDENT)})
    with pytest.raises(NotComparable):
        compare(results("2025-1"), few)


def participation(leaders: int, teachers: int, students: int, trainers: int = 0) -> list[GroupParticipation]:
    sent = {LEADER: leaders, TEACHER: teachers, STUDENT: students, TRAINER: trainers}
    return [GroupParticipation(group, 50, count) for group, count in sent.items()]


@pytest.mark.parametrize(
    ("sent", "unmet"),
    [
        ((1, 1, 9), ()),
        ((1, 1, 8), (Criterion.MORE_THAN_TEN,)),
        ((0, 6, 20), (Criterion.ALL_THREE_GROUPS,)),
        ((0, 1, 2), (Criterion.ALL_THREE_GROUPS, Criterion.MORE_THAN_TEN)),
        ((1, 1, 8, 30), (Criterion.MORE_THAN_TEN,)),
    ],
)
def test_the_badge_names_what_is_missing(sent, unmet) -> None:
    assert unmet_criteria(participation(*sent)) == unmet
