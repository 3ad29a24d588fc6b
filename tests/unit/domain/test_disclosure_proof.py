"""An adversary with a solver tries to find a small group's exact counts in what the page, comparison and insights say.

That workbook and PDF give nothing else away either, and companies nothing of one another, is held in
``tests/unit/test_everything_published.py``.
"""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from selfie.domain import disclosure
from selfie.domain import results as domain_results
from selfie.domain.disclosure import Disclosure
from selfie.domain.exercise import Exercise
from selfie_reporting.comparison_view import comparison_view, development_view, insights_view
from selfie_reporting.results_view import ResultsView
from tests.support.adversary import Adversary, Fact, Kind
from tests.support.published import asked_in, in_comparison, in_development, in_insights, on_the_page
from tests.support.reports import LEADER, STUDENT, TEACHER
from tests.support.small_schools import HINDERS, OWN, TRAPS, answered, people, publish, schools


def disclosed(made: Exercise, view: ResultsView, answers) -> list[tuple[str, ...]]:
    """Let the adversary look for every small group in what one exercise's page shows."""
    return Adversary([asked_in(made, view)], on_the_page(view)).all_found({made.id: answered(answers)})


@given(schools())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_solver_finds_the_counts_of_a_small_group(school) -> None:
    numbers, answers = school
    made, results, view = publish(numbers, answers, own=OWN)
    if results.viewable:
        assert disclosed(made, view, answers) == []


@given(schools(), schools())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nor_does_comparing_two_exercises_of_a_level_help(one, other) -> None:
    left, results, view = publish(*one, own=OWN)
    right, before, view_before = publish(*other, own=OWN, session_id="2024-2")
    if not (results.viewable and before.viewable):
        return
    names = {area["code"]: area["name"] for area in view["areas"]}
    facts = on_the_page(view) | on_the_page(view_before)
    facts |= in_comparison(comparison_view(results, before, view))
    facts |= in_development(development_view([before, results], names, "en"))
    facts |= in_insights(insights_view(results, before, "en"), left.id)
    adversary = Adversary([asked_in(left, view), asked_in(right, view_before)], facts)
    assert adversary.all_found({left.id: answered(one[1]), right.id: answered(other[1])}) == []


@pytest.mark.parametrize("trap", TRAPS)
def test_no_known_trap_gives_a_small_group_away(trap: str) -> None:
    numbers, answers = TRAPS[trap]
    made, results, view = publish(numbers, answers, own=OWN)
    assert results.viewable
    assert disclosed(made, view, answers) == []


def test_what_all_the_staff_chose_has_no_figure_and_the_rest_has() -> None:
    _, results, _ = publish(*TRAPS["staff of one mind, its only leader included"])
    assert results.statement("A1").figures == ()
    assert results.statement("C3").figures != ()
    _, results, _ = publish(*TRAPS["everybody ticks one thing, and some another"])
    hinders = next(area for area in results.other_areas if area.key == HINDERS)
    assert hinders.items[0].figures == ()


def test_own_statements_of_one_of_two_pooled_groups_are_not_shown() -> None:
    _, results, _ = publish(*TRAPS["own statements that tell leaders from teachers"], own=OWN)
    assert [entry.result.code for entry in results.statements if entry.area is None] == ["own3"]


# --- the adversary finds what rules that let something through would publish ------------------------------------------


def only_who_sent_counts(monkeypatch) -> None:
    """A group that was padded passes."""
    monkeypatch.setattr(disclosure, "is_small", lambda _invited, submitted: submitted < 3)


def unanimity_is_shown(monkeypatch) -> None:
    """What all the staff chose has a figure."""
    monkeypatch.setattr(domain_results, "_is_unanimous", lambda *_: False)


def statements_of_one_of_two_are_shown(monkeypatch) -> None:
    """Staff stands for a question that a small group alone was asked."""
    monkeypatch.setattr(domain_results, "_only_one_of_staff", lambda _: False)
    monkeypatch.setattr(Disclosure, "covers", lambda _, entry, asked: bool(set(entry.groups) & set(asked)))


LEAKS = (
    ("one leader with two invented ones", only_who_sent_counts, LEADER, {"A1"}),
    ("staff of one mind, its only leader included", unanimity_is_shown, LEADER, {"A1"}),
    ("everybody ticks one thing, and some another", unanimity_is_shown, LEADER, {HINDERS}),
    ("own statements that tell leaders from teachers", statements_of_one_of_two_are_shown, LEADER, {"own1"}),
)


@pytest.mark.parametrize(("trap", "leak", "group", "codes"), LEAKS, ids=[f"{t}, {r.__name__}" for t, r, *_ in LEAKS])
def test_the_adversary_finds_what_a_missing_rule_lets_through(monkeypatch, trap, leak, group, codes) -> None:
    leak(monkeypatch)
    numbers, answers = TRAPS[trap]
    made, _, view = publish(numbers, answers, own=OWN)
    assert {(made.id, code, group) for code in codes} <= set(disclosed(made, view, answers))


@pytest.mark.parametrize(
    ("students", "decimals"),
    [("1", 1), ("12", 1), ("11112", 4)],
    ids=["one student, rounded", "two students, rounded", "five padded students, hardly rounded"],
)
def test_the_adversary_finds_students_behind_an_overall_mean(monkeypatch, students, decimals) -> None:
    """An overall mean published although one of its groups is not shown gives that group away."""
    numbers = {LEADER: 5, TEACHER: 20, STUDENT: 2}
    answers = {LEADER: people(4, C3="3"), TEACHER: people(12, C3="4"), STUDENT: [{"C3": [rated]} for rated in students]}
    made, _, view = publish(numbers, answers)

    def found(*more: Fact) -> list[tuple[str, ...]]:
        adversary = Adversary([asked_in(made, view)], on_the_page(view) | set(more))
        return adversary.all_found({made.id: answered(answers)})

    monkeypatch.setattr(disclosure, "is_small", lambda *_: False)
    monkeypatch.setattr(domain_results, "FEWEST_PEOPLE", 1)
    monkeypatch.setattr(domain_results, "one_decimal", lambda mean: round(Decimal(float(mean)), decimals))
    without_rules = on_the_page(publish(numbers, answers)[2])
    (leaked,) = (fact for fact in without_rules if (fact.kind, fact.code) == (Kind.OVERALL, "C3"))
    assert found() == []
    assert found(leaked) == [(made.id, "C3", STUDENT)]
