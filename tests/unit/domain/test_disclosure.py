"""Nobody can be recognised: small groups, padded groups, staff together, and what is derived from them."""

from hypothesis import given
from hypothesis import strategies as st

from selfie.domain.disclosure import Unit, disclose, is_small
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel, RespondentGroup
from tests.support.examples import CATALOGUE, LEADER, STUDENT, TEACHER, TRAINER, exercise, own_statement, tally

ALL = {"A1": [1, 1, 1, 1, 1], "A4": [1, 1, 1, 1, 1], "C3": [1, 1, 1, 1, 1], "C10": [1, 1, 1, 1, 1]}


def results(numbers: dict[RespondentGroup, int], submitted: dict[RespondentGroup, int], **choices):
    level = EducationLevel.UPPER_SECONDARY_VOCATIONAL if TRAINER in numbers else EducationLevel.LOWER_SECONDARY
    made = exercise(numbers, level=level, **choices)
    spread = {"own1": [0, 0, 3], "own2": [0, 0, 3]} | ALL
    teachers_only = {"confidence.preparing": [1, 1, 1]}
    tallies = {
        g: tally(g, submitted.get(g, 0), **spread, **(teachers_only if g is TEACHER else {})) for g in made.groups
    }
    return make_results(made, CATALOGUE, tallies)


def test_three_invited_and_three_submitted_are_not_small() -> None:
    assert not is_small(3, 3)
    assert is_small(2, 3)
    assert is_small(3, 2)


def test_a_small_group_of_leaders_is_shown_only_with_the_teachers() -> None:
    shown = results({LEADER: 2, TEACHER: 20, STUDENT: 50}, {LEADER: 2, TEACHER: 15, STUDENT: 40})
    assert shown.units == (Unit.STAFF, Unit.STUDENT)
    figure = shown.statement("A1").of(Unit.STAFF)
    assert figure.answered == 10  # five of each group, pooled


def test_padding_a_group_does_not_make_it_shown() -> None:
    shown = results({LEADER: 1, TEACHER: 20, STUDENT: 50}, {LEADER: 3, TEACHER: 15, STUDENT: 40})
    assert Unit.SCHOOL_LEADER not in shown.units
    assert Unit.TEACHER not in shown.units


def test_few_teachers_are_shown_only_with_the_leaders() -> None:
    shown = results({LEADER: 5, TEACHER: 2, STUDENT: 50}, {LEADER: 4, TEACHER: 2, STUDENT: 40})
    assert shown.units == (Unit.STAFF, Unit.STUDENT)


def test_staff_of_whom_only_a_small_group_answered_are_not_shown() -> None:
    shown = results({LEADER: 1, TEACHER: 2, STUDENT: 50}, {LEADER: 0, TEACHER: 3, STUDENT: 40})
    assert shown.units == (Unit.STUDENT,)


def test_staff_that_are_still_small_are_not_shown() -> None:
    shown = results({LEADER: 1, TEACHER: 1, STUDENT: 50}, {LEADER: 1, TEACHER: 1, STUDENT: 40})
    assert shown.units == (Unit.STUDENT,)
    assert set(shown.hidden) == {LEADER, TEACHER}
    assert shown.statement("C3").overall is None


def test_few_students_are_not_shown() -> None:
    shown = results({LEADER: 5, TEACHER: 20, STUDENT: 50}, {LEADER: 4, TEACHER: 15, STUDENT: 2})
    assert Unit.STUDENT not in shown.units
    assert shown.statement("C3").overall is None
    assert shown.statement("A1").overall is not None


def test_own_statements_for_one_of_the_two_are_not_shown_when_staff_are_together() -> None:
    own = (own_statement(1, LEADER), own_statement(2, LEADER, TEACHER))
    shown = results({LEADER: 2, TEACHER: 20, STUDENT: 50}, {LEADER: 2, TEACHER: 15, STUDENT: 40}, own=own)
    assert shown.statement("own1") is None
    assert shown.statement("own2").of(Unit.STAFF) is not None


def test_an_area_asked_of_teachers_alone_stays_when_only_the_leaders_are_few() -> None:
    few_leaders = results({LEADER: 2, TEACHER: 20, STUDENT: 50}, {LEADER: 2, TEACHER: 15, STUDENT: 40})
    assert few_leaders.other_areas[0].items[0].of(Unit.STAFF).answered == 3
    few_teachers = results({LEADER: 5, TEACHER: 2, STUDENT: 50}, {LEADER: 4, TEACHER: 2, STUDENT: 40})
    assert few_teachers.other_areas[0].items[0].figures == ()


def test_breakdowns_and_open_answers_need_five_submissions() -> None:
    shown = results({LEADER: 4, TEACHER: 20, STUDENT: 50}, {LEADER: 4, TEACHER: 5, STUDENT: 40})
    assert shown.statement("A1").of(Unit.SCHOOL_LEADER).shares is None
    assert shown.statement("A1").of(Unit.SCHOOL_LEADER).mean is not None
    assert shown.statement("A1").of(Unit.TEACHER).shares is not None
    assert shown.units_with_open_answers == (Unit.TEACHER, Unit.STUDENT)


def test_trainers_never_enter_an_overall_figure() -> None:
    numbers = {LEADER: 5, TEACHER: 20, STUDENT: 50, TRAINER: 10}
    with_trainers = results(numbers, {LEADER: 4, TEACHER: 15, STUDENT: 40, TRAINER: 8})
    assert Unit.IN_COMPANY_TRAINER in with_trainers.units
    assert with_trainers.statement("C3").of(Unit.IN_COMPANY_TRAINER) is not None
    hidden = results(numbers, {LEADER: 4, TEACHER: 15, STUDENT: 40, TRAINER: 2})
    assert Unit.IN_COMPANY_TRAINER not in hidden.units
    assert hidden.statement("C3").overall == with_trainers.statement("C3").overall


_SIZES = st.fixed_dictionaries({LEADER: st.integers(1, 6), TEACHER: st.integers(1, 12), STUDENT: st.integers(1, 30)})
_SENT = st.fixed_dictionaries({LEADER: st.integers(0, 11), TEACHER: st.integers(0, 17), STUDENT: st.integers(0, 35)})


@given(_SIZES, _SENT)
def test_no_figure_ever_rests_on_a_small_group_alone(numbers, submitted) -> None:
    own = (own_statement(1, LEADER), own_statement(2, TEACHER, STUDENT))
    shown = results(numbers, submitted, own=own)
    small = {group for group in numbers if is_small(numbers[group], submitted[group])}
    questions = [entry.result for entry in shown.statements] + [i for a in shown.other_areas for i in a.items]
    questions += [*shown.background, *shown.experience]
    for question in questions:
        for figure in question.figures:
            behind = {LEADER, TEACHER} if figure.unit is Unit.STAFF else {RespondentGroup(figure.unit)}
            answered = [group for group in behind & set(question.asked) if submitted[group]]
            people = sum(numbers[group] for group in answered), sum(submitted[group] for group in answered)
            assert not is_small(*people)
            assert figure.answered >= 3
            if figure.shares is not None:
                assert sum(submitted[group] for group in behind) >= 5
    for group in small:
        assert group not in {str(unit) for unit in shown.units}


@given(_SIZES, _SENT)
def test_every_group_is_shown_once_or_not_at_all(numbers, submitted) -> None:
    outcome = disclose(numbers, {group: tally(group, submitted[group]) for group in numbers})
    visible = [group for entry in outcome.shown for group in entry.groups]
    assert sorted([*visible, *outcome.hidden]) == sorted(numbers)
