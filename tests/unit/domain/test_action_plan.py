"""Action plans: what fits into one, and whether a target is met, from published figures only."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfie.domain import action_plan as rules
from selfie.domain.action_plan import (
    MOST_ACTIVITIES,
    Activity,
    Aim,
    Measurement,
    Objective,
    Outcome,
    PlannedStatement,
    Target,
    figure,
    outcome,
    with_statements,
)
from selfie.domain.disclosure import Unit
from selfie.domain.errors import Invalid, Unknown
from selfie.domain.questionnaire import OwnText
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel
from tests.support.action_plans import BEGAN, DEVICE, known, plan, whole_plan
from tests.support.examples import CATALOGUE, LEADER, STUDENT, TEACHER, exercise, own_statement, tally

BOTTOM = Target("C3", Unit.TEACHER, (), Aim.AT_LEAST, Decimal("3.5"))


def planned(*measured: Target, activities: tuple[Activity, ...] = (), text: str = "x") -> list[PlannedStatement]:
    """Return a statement with one objective that is measured by these targets."""
    measurements = tuple(Measurement(0, "", target) for target in measured)
    return [PlannedStatement("C10", (Objective(0, text, measurements, activities),))]


def refusals(statements: list[PlannedStatement]) -> list[tuple[str, str]]:
    """Return what is said against a plan, by the end of the field's name."""
    with pytest.raises(Invalid) as refused:
        with_statements(plan(), statements, known())
    return [(error.field.removeprefix("statements.0.objectives.0."), error.code) for error in refused.value.errors]


def results(of=BEGAN, **students):
    """Publish results in which ten teachers and the students given answered."""
    teachers = students.pop("teachers", 10)
    given = tally(TEACHER, teachers, C3=[0, 0, 4, 6, 0])
    spread = {f"device_access:{option}": count for option, count in students.items()}
    counted = replace(tally(STUDENT, sum(students.values()), own1=[0, 0, 0, sum(students.values()), 0]), counts=spread)
    return make_results(of, CATALOGUE, {LEADER: tally(LEADER, 4), TEACHER: given, STUDENT: counted})


def test_new_parts_get_numbers_and_known_ones_keep_theirs():
    kept = plan().statements[0].objectives[0]
    wanted = [PlannedStatement("C10", (replace(kept, activities=(*kept.activities, Activity(0, "Ask again"))),))]
    read = with_statements(plan(), wanted, known())
    assert [activity.number for activity in read.objectives[0].activities] == [3, 4]
    assert (read.objectives[0].number, read.numbers_used) == (1, 4)


def test_a_number_that_the_plan_never_gave_is_refused():
    assert refusals([PlannedStatement("C10", (Objective(9, "x"),))]) == [("number", "not_offered")]
    twice = Activity(3, "x")
    assert refusals(planned(activities=(twice, twice))) == [("activities.1.number", "not_offered")]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (replace(DEVICE, question="D99"), ("question", "not_offered")),
        (replace(DEVICE, question="open"), ("question", "not_offered")),
        (replace(DEVICE, question="age_band"), ("question", "not_offered")),
        (replace(DEVICE, unit=Unit.TEACHER), ("unit", "not_asked")),
        (replace(DEVICE, unit=Unit.IN_COMPANY_TRAINER), ("unit", "not_asked")),
        (replace(DEVICE, options=("na",)), ("options", "not_offered")),
        (replace(DEVICE, options=()), ("options", "missing")),
        (replace(DEVICE, value=Decimal(101)), ("value", "too_many")),
        (replace(DEVICE, value=Decimal(-1)), ("value", "too_few")),
        (replace(DEVICE, value=Decimal("79.5")), ("value", "too_exact")),
        (replace(BOTTOM, value=Decimal("0.9")), ("value", "too_few")),
        (replace(BOTTOM, value=Decimal("5.1")), ("value", "too_many")),
        (replace(BOTTOM, value=Decimal("3.55")), ("value", "too_exact")),
        (replace(BOTTOM, value=Decimal("NaN")), ("value", "too_few")),
        (Target("inhibiting", Unit.STAFF, ("funding", "internet"), Aim.AT_MOST, Decimal(9)), ("options", "one_only")),
    ],
)
def test_a_target_that_cannot_be_measured_is_refused(target, code):
    field, said = code
    assert refusals(planned(target)) == [(f"measurements.0.target.{field}", said)]


@pytest.mark.parametrize(
    "target",
    [
        DEVICE,
        BOTTOM,
        replace(BOTTOM, question="C10", unit=Unit.STUDENT),  # optional, and left out of the exercise
        replace(BOTTOM, question="own1", unit=Unit.STUDENT),
        replace(BOTTOM, question="confidence.preparing"),
        replace(BOTTOM, unit=Unit.STAFF),
        Target("inhibiting", Unit.STAFF, ("funding",), Aim.AT_MOST, Decimal(20)),
        Target("C3", Unit.STUDENT, ("5", "4"), Aim.AT_LEAST, Decimal(60)),
    ],
)
def test_means_and_sums_of_shares_of_any_statement_or_other_area_can_be_targets(target):
    (read,) = with_statements(plan(), planned(target), known()).targets
    assert sorted(read.options) == sorted(target.options)
    assert replace(read, options=target.options) == target


def test_statements_of_another_area_belong_to_another_plan():
    assert refusals([PlannedStatement("A1")]) == [("statements.0.code", "other_area")]
    assert refusals([PlannedStatement("own7")]) == [("statements.0.code", "not_offered")]
    assert refusals([PlannedStatement("C10"), PlannedStatement("C10")]) == [("statements", "exists")]
    assert refusals([]) == [("statements", "missing")]


def test_texts_and_counts_have_bounds():
    assert whole_plan("x").numbers_used > MOST_ACTIVITIES
    too_long = replace(Activity(0, "x"), persons="x" * 201, budget="x" * 101)
    assert refusals(planned(activities=(too_long,), text=" ")) == [
        ("text", "missing"),
        ("activities.0.budget", "too_long"),
        ("activities.0.persons", "too_long"),
    ]
    assert refusals(planned(activities=(Activity(0, "x"),) * 41)) == [("activities", "too_many_activities")]


def test_days_lie_around_the_school_year_and_in_order():
    def days(first, last):
        return planned(activities=(Activity(0, "x", first_day=first, last_day=last),))

    assert with_statements(plan(), days(date(2026, 6, 1), date(2027, 12, 31)), known())
    assert refusals(days(date(2025, 12, 31), None)) == [("activities.0.first_day", "outside_school_year")]
    assert refusals(days(date(2027, 2, 2), date(2027, 2, 1))) == [("activities.0.last_day", "before_first_day")]


def test_what_was_typed_is_cleaned():
    read = with_statements(plan(), planned(text="  one\u202e  two \r\n three\x00 "), known())
    assert read.objectives[0].text == "one two\nthree"


def test_a_plan_begins_from_results_of_its_own_or_an_earlier_school_year():
    begun = rules.begin(2026, "C", ["C3"], BEGAN, known(), CATALOGUE.areas)
    assert begun.id == "abcdefgh2345-2026-lower_secondary-C"
    with pytest.raises(Invalid) as refused:
        rules.begin(2025, "Z", ["C3"], BEGAN, known(), CATALOGUE.areas)
    assert {(error.field, error.code) for error in refused.value.errors} == {
        ("area", "not_offered"),
        ("school_year", "not_offered"),
    }


@pytest.mark.parametrize(
    "text", ["", "x", "abcdefgh2345-2026-nursery-C", "abcdefgh2345-2026-primary-c", "abcdefgh2345-2026-primary-C\n"]
)
def test_what_is_no_id_of_a_plan_is_unknown(text):
    with pytest.raises(Unknown):
        rules.parse_plan_id(text)


def test_an_id_says_school_year_level_and_area():
    assert rules.parse_plan_id(plan().id) == ("abcdefgh2345", 2026, EducationLevel.LOWER_SECONDARY, "C")


def test_exercises_of_this_and_the_next_school_year_measure_a_plan():
    # Made from the last exercise of the school year before.
    assert plan().following_sessions == ("2027-3", "2027-2", "2027-1", "2026-3", "2026-2", "2026-1")


def test_a_figure_is_the_mean_or_the_sum_of_published_shares():
    published = results(none=2, unsuitable=3, shared_not_free=8, shared_free=3, own=4)
    assert figure(DEVICE, published, BEGAN, BEGAN) == 35
    assert figure(BOTTOM, published, BEGAN, BEGAN) == Decimal("3.6")


def test_what_may_not_be_shown_is_no_figure():
    assert figure(DEVICE, None, None, BEGAN) is None
    assert figure(DEVICE, results(own=2), BEGAN, BEGAN) is None
    # Four submitted: a mean, but no shares.
    assert figure(DEVICE, results(own=4), BEGAN, BEGAN) is None
    # Too few teachers: they appear with the leaders only.
    assert figure(BOTTOM, results(own=9, teachers=2), BEGAN, BEGAN) is None


def test_an_own_statement_is_found_again_by_its_words_and_not_by_its_number():
    target = Target("own1", Unit.STUDENT, (), Aim.AT_LEAST, Decimal(4))
    other = replace(own_statement(1, STUDENT), texts={STUDENT: OwnText("Something else.")})
    moved = replace(BEGAN.own[0], number=2)
    later = exercise(own=(other, moved))
    tallies = {
        LEADER: tally(LEADER, 4),
        TEACHER: tally(TEACHER, 10),
        STUDENT: tally(STUDENT, 6, own1=[6, 0, 0, 0, 0], own2=[0, 0, 0, 0, 6]),
    }
    published = make_results(later, CATALOGUE, tallies)
    assert figure(target, published, later, BEGAN) == 5
    without = exercise(own=(other,))
    assert figure(target, make_results(without, CATALOGUE, tallies), without, BEGAN) is None


@pytest.mark.parametrize(
    ("aim", "start", "now", "said"),
    [
        (Aim.AT_LEAST, 35, 80, Outcome.MET),
        (Aim.AT_LEAST, 35, 85, Outcome.MET),
        (Aim.AT_LEAST, 35, 79, Outcome.CLOSER),
        (Aim.AT_LEAST, 35, 35, Outcome.NOT_MET),
        (Aim.AT_LEAST, 35, 20, Outcome.NOT_MET),
        (Aim.AT_LEAST, None, 79, Outcome.NOT_MET),
        (Aim.AT_LEAST, 35, None, Outcome.NO_FIGURE),
        (Aim.AT_LEAST, 90, 79, Outcome.NOT_MET),
        (Aim.AT_MOST, 90, 80, Outcome.MET),
        (Aim.AT_MOST, 90, 85, Outcome.CLOSER),
        (Aim.AT_MOST, 90, 95, Outcome.NOT_MET),
    ],
)
def test_a_target_is_met_or_closer_or_not(aim, start, now, said):
    target = replace(DEVICE, aim=aim)
    as_figure = {value: Decimal(value) for value in (start, now) if value is not None}
    assert outcome(target, as_figure.get(start), as_figure.get(now)) is said


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100), st.sampled_from(Aim))
def test_an_outcome_never_says_more_than_the_figures(value, start, now, aim):
    target = replace(DEVICE, value=Decimal(value), aim=aim)
    said = outcome(target, Decimal(start), Decimal(now))
    assert (said is Outcome.MET) == (now >= value if aim is Aim.AT_LEAST else now <= value)
    if said is Outcome.CLOSER:
        assert abs(now - value) < abs(start - value)


def test_the_community_sees_no_name_and_no_money_unless_somebody_chose_so():
    for persons, budget in ((False, False), (True, False), (False, True)):
        made = rules.with_sharing(plan(), "secret", persons=persons, budget=budget)
        (activity,) = rules.shared(made, "secret").objectives[0].activities
        assert (bool(activity.persons), bool(activity.budget)) == (persons, budget)
        assert (activity.text, activity.resources) == ("Buy tablets", "A cupboard")


def test_a_link_leads_to_its_own_plan_while_it_is_not_revoked():
    made = rules.with_sharing(plan(), "secret", persons=False, budget=False)
    assert rules.with_sharing(made, "another", persons=True, budget=True).sharing.secret == "secret"
    for closed, secret in ((made, "guessed"), (made, ""), (made, "sécret"), (rules.without_sharing(made), "secret")):
        with pytest.raises(Unknown):
            rules.shared(closed, secret)
