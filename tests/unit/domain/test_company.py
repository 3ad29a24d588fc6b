"""What companies see of their own trainers, and that nobody can subtract their way to a few of the others."""

from itertools import chain, combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfie.domain import company as rules
from selfie.domain.company import CompanyTally, make_company_results
from selfie.domain.disclosure import Unit
from selfie.domain.errors import ExerciseClosed, Invalid, SessionOver, Unknown
from selfie.domain.results import Results, make_results
from selfie.domain.school import EducationLevel
from selfie.domain.submission import counter
from selfie.domain.tally import Tally, pooled
from tests.support.examples import (
    CALENDAR,
    CATALOGUE,
    LEADER,
    STUDENT,
    TEACHER,
    TRAINER,
    at,
    exercise,
    own_statement,
    set_up_only,
)

WBL = EducationLevel.UPPER_SECONDARY_VOCATIONAL
OWN = (own_statement(1, TRAINER), own_statement(2, TEACHER))
CODES = ("C3", "own1", "relevance")
NUMBERS = {LEADER: 5, TEACHER: 45, STUDENT: 200, TRAINER: 4}
SESSION = CALENDAR.by_id("2026-1")


def answers(people: list[dict[str, str]]) -> Tally:
    """Count what trainers answered."""
    counts: dict[str, int] = {}
    for person in people:
        for code, option in person.items():
            counts[counter(code, option)] = counts.get(counter(code, option), 0) + 1
    return Tally(TRAINER, len(people), counts)


def company(name: str, people: list[dict[str, str]], invited: int | None = None) -> CompanyTally:
    """Return a company whose trainers answered."""
    return CompanyTally(f"company-{name}", len(people) if invited is None else invited, answers(people))


def people(count: int, **given_answers: str) -> list[dict[str, str]]:
    """Return people who all gave the same answers."""
    return [given_answers] * count


def publish(own: Tally, companies: list[CompanyTally]) -> tuple[Results, dict[str, Results]]:
    """Make what the school and what the companies see."""
    made = exercise(NUMBERS, level=WBL, own=OWN)
    nobody = {group: Tally(group, 9, {}) for group in (LEADER, TEACHER, STUDENT)}
    whole = pooled(TRAINER, own, *(entry.tally for entry in companies))
    school = make_results(made, CATALOGUE, {**nobody, TRAINER: whole}, sum(entry.invited for entry in companies))
    return school, dict(make_company_results(made, CATALOGUE, own, companies))


def figures(results: Results) -> dict[str, tuple[int, bool]]:
    """Return how many answered each question that is shown of trainers, and whether there is a breakdown."""
    found = [entry.result for entry in results.statements] + list(results.experience)
    return {
        result.code: (figure.answered, figure.shares is not None)
        for result in found
        if (figure := result.of(Unit.IN_COMPANY_TRAINER))
    }


_PERSON = st.fixed_dictionaries({}, optional={code: st.sampled_from(("1", "4", "5", "na")) for code in CODES})


@st.composite
def exercises(draw):
    """Draw the trainers of a school's own link and of up to five companies, small ones and padded ones among them."""
    own = answers(draw(st.lists(_PERSON, max_size=4)))
    sizes = draw(st.lists(st.integers(0, 9), min_size=1, max_size=5))
    companies = [
        company(
            str(place),
            draw(st.lists(_PERSON, min_size=size, max_size=size)),
            draw(st.sampled_from((max(size, 1), 1, 2, 12))),
        )
        for place, size in enumerate(sizes)
    ]
    return own, companies


@given(exercises())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whoever_subtracts_is_left_with_nobody_or_with_enough(drawn) -> None:
    own, companies = drawn
    school, seen = publish(own, companies)
    whole, tallies = figures(school), {entry.company_id: entry for entry in companies}
    shown = {company_id: figures(results) for company_id, results in seen.items() if results.viewable}
    everybody = own.submissions + sum(entry.tally.submissions for entry in companies)
    for company_id, found in shown.items():
        entry = tallies[company_id]
        # The law: the company is not small itself, and the others number nobody or at least three.
        assert min(entry.invited, entry.tally.submissions) >= 3
        assert everybody - entry.tally.submissions not in {1, 2}
        assert all(answered >= 3 for answered, _ in found.values())
        assert all(not broken or entry.tally.submissions >= 5 for _, broken in found.values())
    # Said anew, so that a mistake in the rule is not repeated here: companies tell each other what they see.
    for together in chain.from_iterable(combinations(shown, count) for count in range(1, len(shown) + 1)):
        left = everybody - sum(tallies[company_id].tally.submissions for company_id in together)
        assert left == 0 or left >= 3
        for code, (answered, broken) in whole.items():
            if all(code in shown[company_id] for company_id in together):
                rest = answered - sum(shown[company_id][code][0] for company_id in together)
                assert left == 0 or rest >= 3
                if broken and all(shown[company_id][code][1] for company_id in together):
                    assert left == 0 or left >= 5


@given(exercises())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_company_sees_its_own_figures_and_no_others(drawn) -> None:
    own, companies = drawn
    _, seen = publish(own, companies)
    for entry in companies:
        _, alone = publish(Tally(TRAINER, 0, {}), [entry])
        full = alone[entry.company_id]
        for statement in seen[entry.company_id].statements:
            figure = statement.result.of(Unit.IN_COMPANY_TRAINER)
            if figure is not None:
                whole = full.statement(statement.result.code)
                assert whole
                expected = whole.of(Unit.IN_COMPANY_TRAINER)
                assert expected
                assert (figure.answered, figure.mean, figure.not_applicable) == (
                    expected.answered,
                    expected.mean,
                    expected.not_applicable,
                )
                assert figure.shares in (None, expected.shares)
        assert seen[entry.company_id].units_with_open_answers == ()


def test_a_company_by_itself_sees_what_the_school_sees() -> None:
    school, seen = publish(Tally(TRAINER, 0, {}), [company("a", people(6, C3="4", own1="2"))])
    assert seen["company-a"].viewable
    assert figures(seen["company-a"]) == figures(school) == {"C3": (6, True), "own1": (6, True)}
    # Nothing of other groups is in it.
    assert [statement.result.code for statement in seen["company-a"].statements] == ["C3", "own1"]
    assert [entry.group for entry in seen["company-a"].participation] == [TRAINER]


def test_the_school_sees_trainers_of_all_companies_and_its_own_together() -> None:
    own = answers(people(1, C3="1"))
    school, _ = publish(own, [company("a", people(2, C3="5")), company("b", people(1, C3="3"), invited=7)])
    trainers = next(entry for entry in school.participation if entry.group is TRAINER)
    assert (trainers.invited, trainers.submitted) == (4 + 2 + 7, 4)
    statement = school.statement("C3")
    assert statement
    figure = statement.of(Unit.IN_COMPANY_TRAINER)
    assert figure
    assert (figure.answered, str(figure.mean)) == (4, "3.5")


@pytest.mark.parametrize("others", [1, 2])
def test_one_or_two_others_hide_a_company(others: int) -> None:
    _, seen = publish(Tally(TRAINER, 0, {}), [company("a", people(8, C3="4")), company("b", people(others, C3="1"))])
    assert not seen["company-a"].viewable
    assert seen["company-a"].hidden == (TRAINER,)
    assert seen["company-a"].statements == ()


def test_trainers_of_the_schools_own_link_count_as_others() -> None:
    _, seen = publish(answers(people(2, C3="4")), [company("a", people(8, C3="4"))])
    assert not seen["company-a"].viewable
    _, seen = publish(answers(people(3, C3="4")), [company("a", people(8, C3="4"))])
    assert figures(seen["company-a"]) == {"C3": (8, False)}  # three others: means, but no breakdown
    _, seen = publish(answers(people(5, C3="4")), [company("a", people(8, C3="4"))])
    assert figures(seen["company-a"]) == {"C3": (8, True)}


def test_two_companies_that_compare_cannot_find_a_third_one_of_one() -> None:
    three = [company("a", people(5, C3="4")), company("b", people(6, C3="4")), company("c", people(1, C3="1"))]
    _, seen = publish(Tally(TRAINER, 0, {}), three)
    # Each has six or seven others; only together they would be left with one.
    assert [company_id for company_id, results in seen.items() if results.viewable] == ["company-b"]


def test_a_question_that_hardly_anybody_else_answered_has_no_figure() -> None:
    others = [*people(1, C3="1"), *people(5, own1="4")]
    _, seen = publish(Tally(TRAINER, 0, {}), [company("a", people(8, C3="4", own1="3")), company("b", others)])
    assert set(figures(seen["company-a"])) == {"own1"}


def test_a_padded_company_stays_small() -> None:
    _, seen = publish(Tally(TRAINER, 0, {}), [company("a", people(4, C3="4"), invited=2)])
    assert not seen["company-a"].viewable


def test_codes_are_read_however_they_are_typed() -> None:
    code = rules.new_code()
    assert len({rules.new_code() for _ in range(50)}) == 50
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')}\n"):
        assert rules.read_code(typed) == code
    for typed, fault in (("", "missing"), (" - ", "missing"), ("ABCD", "no_code"), ("ABCD-EFGH-0O1I", "no_code")):
        with pytest.raises(Invalid) as refused:
            rules.read_code(typed)
        assert [error.code for error in refused.value.errors] == [fault]


@pytest.mark.parametrize(("trainers", "fault"), [(0, "too_few"), (-1, "too_few"), (501, "too_many")])
def test_a_company_invites_between_one_and_five_hundred(trainers: int, fault: str) -> None:
    assert rules.checked_trainers(500) == 500
    with pytest.raises(Invalid) as refused:
        rules.checked_trainers(trainers)
    assert [error.code for error in refused.value.errors] == [fault]


def test_companies_join_while_an_exercise_with_trainers_is_not_over() -> None:
    made = exercise(NUMBERS, level=WBL)
    for moment in ("2026-10-20", "2026-11-02T12:00", "2026-11-15T22:58"):
        rules.check_joinable(made, SESSION, at(moment))
    with pytest.raises(ExerciseClosed):
        rules.check_joinable(made, SESSION, at("2026-11-15T22:59"))
    with pytest.raises(Unknown):
        rules.check_joinable(exercise(level=WBL), SESSION, at("2026-11-02T12:00"))
    only = set_up_only(level=WBL, numbers=NUMBERS)
    rules.check_joinable(only, SESSION, at("2026-11-02T12:00"))
    with pytest.raises(SessionOver):
        rules.check_joinable(only, SESSION, at("2027-01-10T12:00"))


def test_a_code_lives_as_long_as_the_exercise_or_before_its_dates_as_the_session() -> None:
    now = at("2026-10-20T12:00")
    assert rules.code_expires_at(exercise(NUMBERS, level=WBL), SESSION, now) == at("2026-11-15T22:59")
    assert rules.code_expires_at(set_up_only(level=WBL), SESSION, now) == at("2026-12-18T23:00")
    assert rules.code_expires_at(set_up_only(level=WBL), None, now) == now
