"""What stands out: the right statements, in order, flagged where few answered."""

from dataclasses import replace
from decimal import Decimal

from selfie.domain.disclosure import Unit
from selfie.domain.insights import insights
from selfie.domain.results import make_results
from tests.support.examples import CATALOGUE, LEADER, STUDENT, TEACHER, exercise, tally


def results(session: str = "2026-1", *, leaders: int = 5, students=(0, 0, 40), teachers=(0, 0, 0, 0, 30)):
    """Make results in which leaders give 4 to A1 and 2 to C3, teachers and students what they are told to C3."""
    made = replace(exercise(optional=("A4",)), session_id=session)
    given = {
        LEADER: tally(LEADER, 5, A1=[0, 0, 0, leaders], A4=[0, leaders], C3=[0, leaders]),
        TEACHER: tally(TEACHER, 30, A1=[0, 0, 0, 30], A4=[0, 30], C3=list(teachers)),
        STUDENT: tally(STUDENT, 60, C3=list(students)),
    }
    return make_results(made, CATALOGUE, given)


def test_the_highest_and_the_lowest_never_share_a_statement() -> None:
    found = insights(results(), None)
    assert [(entry.code, entry.mean) for entry in found.highest] == [("A1", Decimal("4.0"))]
    assert [(entry.code, entry.mean) for entry in found.lowest] == [("A4", Decimal("2.0"))]


def test_a_gap_names_who_sees_it_best_and_worst() -> None:
    (gap,) = insights(results(), None).gaps
    assert (gap.code, gap.high, gap.low, gap.by) == ("C3", Unit.TEACHER, Unit.SCHOOL_LEADER, Decimal("3.0"))


def test_groups_less_than_one_apart_are_no_gap() -> None:
    near = results(teachers=(0, 15, 15), students=(0, 40))
    assert insights(near, None).gaps == ()
    exactly_one = results(teachers=(0, 0, 30), students=(0, 40))
    assert [gap.by for gap in insights(exactly_one, None).gaps] == [Decimal("1.0")]


def test_figures_of_few_answers_are_flagged() -> None:
    assert not any(entry.few for entry in insights(results(), None).highest)
    few = insights(results(leaders=4), None)
    assert all(entry.few for entry in (*few.highest, *few.lowest, *few.gaps))


def test_changes_since_the_exercise_before_need_half_a_point() -> None:
    now, before = results(), results("2025-1", students=(0, 40))
    assert insights(now, None).moved == ()
    assert [m.change.code for m in insights(now, before).moved] == []  # a third of a point, through the students
    long_ago = results("2025-1", students=(40,), teachers=(30,))
    (moved,) = insights(now, long_ago).moved
    assert (moved.change.code, moved.few) == ("C3", False)
    assert moved.change.by is not None
    assert moved.change.by > 0


def test_what_is_not_shown_stands_out_nowhere() -> None:
    hidden = results(leaders=2)  # two of five leaders answered: no figure, so no overall mean
    found = insights(hidden, None)
    assert (found.highest, found.lowest) == ((), ())
    assert [gap.low for gap in found.gaps] == [Unit.STUDENT]
