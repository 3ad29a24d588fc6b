"""Means, breakdowns and lists of results: the guide's own examples and the rules of rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfie.domain import exercise as exercises
from selfie.domain.disclosure import Unit
from selfie.domain.results import (
    ListingState,
    Share,
    listing_state,
    make_results,
    may_be_seen,
    mean_of_options,
    one_decimal,
    percent,
    whole_percents,
)
from selfie.domain.tally import Tally
from tests.support.examples import (
    CALENDAR,
    CATALOGUE,
    LEADER,
    STUDENT,
    TEACHER,
    at,
    exercise,
    own_statement,
    set_up_only,
    tally,
)

COUNTS = st.lists(st.integers(0, 5000), min_size=2, max_size=6).filter(sum)


@pytest.mark.parametrize(
    ("counts", "mean"),
    [([2, 2, 4, 5, 0], "2.9"), ([1, 1, 2, 0, 0], "2.3"), ([1, 1, 0, 0, 0], "1.5"), ([19, 1, 0, 0, 0], "1.1")],
)
def test_the_mean_has_one_decimal_rounded_half_up(counts, mean) -> None:
    assert one_decimal(mean_of_options(counts)) == Decimal(mean)


@pytest.mark.parametrize(
    ("counts", "shares"),
    [([2, 2, 4, 5, 0], [15, 15, 31, 39, 0]), ([1, 2, 5, 5, 0], [8, 15, 39, 38, 0]), ([1, 1, 1], [34, 33, 33])],
)
def test_breakdowns_follow_the_largest_remainder_with_ties_to_the_lower_option(counts, shares) -> None:
    assert whole_percents(counts) == shares


@given(COUNTS)
def test_a_breakdown_adds_up_to_a_hundred_and_no_share_is_off_by_one(counts) -> None:
    shares = whole_percents(counts)
    assert sum(shares) == 100
    assert all(abs(share - Fraction(count * 100, sum(counts))) < 1 for share, count in zip(shares, counts, strict=True))


@given(COUNTS, st.integers(1, 1000))
def test_figures_do_not_depend_on_how_many_answered_alike(counts, times) -> None:
    many = [count * times for count in counts]
    assert whole_percents(many) == whole_percents(counts)
    assert mean_of_options(many) == mean_of_options(counts)


@given(st.fractions(1, 5))
def test_rounding_moves_by_half_a_tenth_at_most_and_up_at_the_half(value) -> None:
    rounded = Fraction(one_decimal(value))
    assert Fraction(-1, 20) <= rounded - value <= Fraction(1, 20)
    assert rounded - value != Fraction(-1, 20)


def test_percents_of_ticks_round_half_up() -> None:
    assert [percent(1, 8), percent(3, 5), percent(0, 5), percent(5, 5)] == [13, 60, 0, 100]


def tallies(**changes: Tally) -> dict:
    base = {
        "leader": tally(LEADER, 5, A1=[0, 0, 2, 2, 1], C3=[0, 0, 0, 5, 0]),
        "teacher": tally(
            TEACHER,
            30,
            A1=[10, 10, 10],
            C3=[0, 30],
            **{"confidence.preparing": [1, 1, 2], "confidence.teaching": [0, 0, 2]},
        ),
        "student": tally(STUDENT, 120, C3=[2, 2, 4, 5, 0, 7]),
    } | changes
    return {LEADER: base["leader"], TEACHER: base["teacher"], STUDENT: base["student"]}


def test_the_guides_thirteen_students_give_its_mean_and_breakdown() -> None:
    figure = make_results(exercise(), CATALOGUE, tallies()).statement("C3").of(Unit.STUDENT)
    assert (figure.answered, figure.not_applicable, figure.mean) == (13, 7, Decimal("2.9"))
    assert [share.percent for share in figure.shares] == [15, 15, 31, 39, 0]


def test_the_guides_four_teachers_give_two_point_three() -> None:
    area = make_results(exercise(), CATALOGUE, tallies()).other_areas[0]
    assert area.items[0].of(Unit.TEACHER).mean == Decimal("2.3")


def test_fewer_than_three_answers_give_no_figure_at_all() -> None:
    area = make_results(exercise(), CATALOGUE, tallies()).other_areas[0]
    assert area.items[1].figures == ()


def test_the_overall_bar_is_the_mean_of_the_groups_not_of_all_people() -> None:
    results = make_results(exercise(), CATALOGUE, tallies())
    assert results.statement("A1").overall == Decimal("2.9")  # (3.8 + 2.0) / 2
    assert results.statement("C3").overall == Decimal("3.0")  # (4 + 2 + 38/13) / 3 = 2.97…


def test_there_is_no_overall_bar_when_a_group_that_was_asked_has_no_figure() -> None:
    few = tally(STUDENT, 120, C3=[0, 0, 1, 1, 0])
    results = make_results(exercise(), CATALOGUE, tallies(student=few))
    assert results.statement("C3").overall is None
    assert {figure.unit for figure in results.statement("C3").figures} == {Unit.SCHOOL_LEADER, Unit.TEACHER}


def test_an_areas_mean_is_that_of_its_statements_exact_means_rounded_last() -> None:
    one, two = [15, 5, 0, 0, 0], [16, 3, 1, 0, 0]  # 1.25 and 1.25
    given_counts = tally(TEACHER, 30, C3=one, C10=two)
    results = make_results(exercise(optional=("C10",)), CATALOGUE, tallies(teacher=given_counts))
    area = next(entry for entry in results.areas if entry.area == "C")
    mean = next(entry for entry in area.means if entry.unit is Unit.TEACHER)
    assert (mean.statements, mean.mean) == (2, Decimal("1.3"))


def test_rounding_statements_first_would_give_another_area_mean() -> None:
    one, two = [19, 1, 0, 0, 0], [18, 1, 1, 0, 0]  # 1.05 → 1.1 and 1.15 → 1.2 (mean 1.15 → 1.2); exactly 1.10 → 1.1
    results = make_results(exercise(optional=("C10",)), CATALOGUE, tallies(teacher=tally(TEACHER, 30, C3=one, C10=two)))
    area = next(entry for entry in results.areas if entry.area == "C")
    assert next(entry.mean for entry in area.means if entry.unit is Unit.TEACHER) == Decimal("1.1")


def test_an_area_counts_the_statements_that_each_group_was_asked() -> None:
    results = make_results(exercise(optional=("A4", "C10")), CATALOGUE, tallies())
    asked = {area.area: {entry.unit: entry.statements for entry in area.means} for area in results.areas}
    assert asked == {
        "A": {Unit.SCHOOL_LEADER: 2, Unit.TEACHER: 2, Unit.STUDENT: 0},
        "C": {Unit.SCHOOL_LEADER: 2, Unit.TEACHER: 2, Unit.STUDENT: 2},
    }


def test_ticks_are_percents_of_those_who_ticked_anything() -> None:
    ticks = {"inhibiting:funding": 3, "inhibiting:internet": 5, "inhibiting:any": 5, "inhibiting:na": 2, "A1:3": 7}
    results = make_results(exercise(), CATALOGUE, tallies(teacher=Tally(TEACHER, 30, ticks)))
    figure = results.other_areas[1].items[0].of(Unit.TEACHER)
    assert (figure.answered, figure.not_applicable, figure.mean) == (5, 2, None)
    assert figure.shares == (Share("funding", 60), Share("internet", 100), Share("nothing", 0))


def test_options_are_shares_without_a_mean() -> None:
    access = {"device_access:none": 1, "device_access:unsuitable": 2, "device_access:shared_not_free": 5}
    access |= {"device_access:shared_free": 5}
    results = make_results(exercise(), CATALOGUE, tallies(student=Tally(STUDENT, 13, access)))
    figure = results.other_areas[3].items[0].of(Unit.STUDENT)
    assert figure.mean is None
    assert [share.percent for share in figure.shares] == [8, 15, 39, 38, 0]


def test_own_statements_have_results_too() -> None:
    made = exercise(own=(own_statement(2, LEADER, TEACHER, STUDENT),))
    own = make_results(made, CATALOGUE, tallies(leader=tally(LEADER, 5, own2=[0, 0, 0, 0, 5]))).statement("own2")
    assert own.of(Unit.SCHOOL_LEADER).mean == Decimal(5)
    assert own.overall is None


def test_with_fewer_than_five_submissions_there_are_no_figures() -> None:
    few = {g: tally(g, n, C3=[n]) for g, n in ((LEADER, 1), (TEACHER, 1), (STUDENT, 2))}
    results = make_results(exercise(), CATALOGUE, few)
    assert (results.viewable, results.statements, results.units) == (False, (), ())
    assert [entry.submitted for entry in results.participation] == [1, 1, 2]


def test_an_exercise_without_dates_has_no_results() -> None:
    with pytest.raises(ValueError, match="dates"):
        make_results(set_up_only(), CATALOGUE, tallies())


def test_results_appear_at_midnight_after_the_last_day_and_never_earlier() -> None:
    results = make_results(exercise(), CATALOGUE, tallies())
    assert not may_be_seen(results, at("2026-11-15T22:59:59"))
    assert may_be_seen(results, at("2026-11-15T23:00:00"))


SESSION = CALENDAR.sessions[0]


@pytest.mark.parametrize(
    ("made", "viewable", "now", "state"),
    [
        (None, None, "2026-11-05T12:00:00", ListingState.NOT_PARTICIPATING),
        (set_up_only(), None, "2026-11-05T12:00:00", ListingState.NOT_STARTED),
        (set_up_only(), None, "2026-12-20T12:00:00", ListingState.NOT_PARTICIPATING),
        (exercise(), None, "2026-11-01T12:00:00", ListingState.NOT_STARTED),
        (exercise(), None, "2026-11-05T12:00:00", ListingState.RUNNING_UNTIL),
        (exercise(), True, "2026-11-15T22:59:30", ListingState.RUNNING_UNTIL),
        (exercise(), None, "2026-11-16T12:00:00", ListingState.BEING_MADE),
        (exercises.closed(exercise()), True, "2026-11-16T12:00:00", ListingState.VIEWABLE),
        (exercises.closed(exercise()), False, "2026-11-16T12:00:00", ListingState.COMPLETION_TOO_LOW),
    ],
)
def test_the_list_says_the_first_state_that_fits(made, viewable, now, state) -> None:
    assert listing_state(made, viewable, SESSION, at(now)) is state
