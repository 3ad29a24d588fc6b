"""An adversary with a solver tries to find a small group's exact counts in everything that is published.

The solver gets each published cell as bounds on whole numbers: people answer once, shares and means are rounded,
overall means and area means are means of those. If only one set of counts fits, the group has been disclosed. Two
exercises share no answer, so comparing them adds no bound, and every document is made from these same cells.
"""

from dataclasses import dataclass, field
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import OtherAreaKind
from selfie.domain.results import Results, make_results
from selfie.domain.school import RespondentGroup
from selfie.domain.submission import counter
from selfie.domain.tally import Tally
from selfie_reporting.results_view import groups_in
from tests.support.examples import CATALOGUE, FIVE, LEADER, STUDENT, TEACHER, exercise, own_statement

optimize = pytest.importorskip("scipy.optimize", reason="the adversary needs a solver")

GROUPS = (LEADER, TEACHER, STUDENT)
OPTIONS = FIVE[:5]
# Put to teachers alone.
CONFIDENCE = "confidence.preparing"
Cell = tuple[str, RespondentGroup, str]


@dataclass
class Adversary:
    """Knows the rules, who was asked what, and what is published; looks for counts that nothing else fits."""

    exercise: Exercise
    published: Results
    places: dict[Cell, int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sent = {entry.group: entry.submitted for entry in self.published.participation}
        rated = [item for area in self.published.other_areas if area.kind is OtherAreaKind.MEAN for item in area.items]
        self.questions = [entry.result for entry in self.published.statements] + rated
        self.asked = {question.code: question.asked for question in self.questions}
        for code, groups in self.asked.items():
            for group, option in product(groups, FIVE):
                self.places[code, group, option] = len(self.places)
        for code, groups in self.asked.items():
            for group in groups:
                self.know({self.places[code, group, option]: 1 for option in FIVE}, 0, self.sent[group])
        self.read_figures()
        self.read_means_of_means()

    def know(self, terms: dict[int, float], least: float, most: float) -> None:
        """Note bounds on a weighted sum of counts."""
        self.rows.append((terms, least, most))

    def pool(self, code: str, unit, option: str) -> list[int]:
        """Return the unknowns behind a cell of a unit."""
        return [self.places[code, group, option] for group in groups_in(unit) if group in self.asked[code]]

    def rated(self, code: str, unit, weight: float) -> dict[int, float]:
        """Return the sum of ratings of a unit, each times a weight."""
        return {place: weight * int(o) for o in OPTIONS for place in self.pool(code, unit, o)}

    def read_figures(self) -> None:
        """Read answers, N/A, means and shares."""
        for question in self.questions:
            code = question.code
            for figure in question.figures:
                everybody = {place: 1.0 for o in OPTIONS for place in self.pool(code, figure.unit, o)}
                self.know(everybody, figure.answered, figure.answered)
                silent = dict.fromkeys(self.pool(code, figure.unit, "na"), 1.0)
                self.know(silent, figure.not_applicable, figure.not_applicable)
                self.mean(self.rated(code, figure.unit, 1 / figure.answered), figure.mean)
                for share in figure.shares or ():
                    cell = dict.fromkeys(self.pool(code, figure.unit, share.option), 100 / figure.answered)
                    # The largest remainder never moves a share by a whole percent.
                    self.know(cell, share.percent - 0.999, share.percent + 0.999)

    def read_means_of_means(self) -> None:
        """Read overall means and area means."""
        results = {entry.result.code: entry.result for entry in self.published.statements}
        for code, result in results.items():
            if result.overall is not None:
                terms: dict[int, float] = {}
                for figure in result.figures:
                    terms |= self.rated(code, figure.unit, 1 / figure.answered / len(result.figures))
                self.mean(terms, result.overall)
        for area in self.published.areas:
            for entry in area.means:
                shown = [
                    (s.result.code, figure)
                    for s in self.published.statements
                    if s.area == area.area and (figure := s.result.of(entry.unit))
                ]
                if entry.mean is not None:
                    terms = {}
                    for code, figure in shown:
                        terms |= self.rated(code, entry.unit, 1 / figure.answered / len(shown))
                    self.mean(terms, entry.mean)

    def mean(self, terms: dict[int, float], rounded) -> None:
        """Note a mean that was rounded half up to one decimal."""
        self.know(terms, float(rounded) - 0.05 - 1e-9, float(rounded) + 0.05)

    def extreme(self, place: int, sign: int) -> int:
        """Return the least or largest count that fits everything published."""
        matrix = [[terms.get(column, 0.0) for column in range(len(self.places))] for terms, _, _ in self.rows]
        bounds = optimize.LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])
        aim = [sign if column == place else 0 for column in range(len(self.places))]
        found = optimize.milp(aim, constraints=bounds, integrality=[1] * len(self.places))
        assert found.status == 0, found.message  # the true counts fit, so there is a solution
        return round(found.x[place])

    def finds(self, code: str, group: RespondentGroup) -> bool:
        """Tell whether only one set of counts of a group fits."""
        cells = [self.places[code, group, option] for option in FIVE]
        return all(self.extreme(place, 1) == self.extreme(place, -1) for place in cells)


def publish(numbers, answers, own=()) -> tuple[Exercise, Results]:
    """Make results of the answers that each person of a group gave: one option per statement, or none."""
    made = exercise(numbers, optional=("A4", "C10"), own=own)
    codes = [*(s.code for s in CATALOGUE.statements), *(statement.code for statement in own), CONFIDENCE]
    tallies = {}
    for group in made.groups:
        asked = made.questionnaire(CATALOGUE, group).questions
        counts: dict[str, int] = {}
        for code in (code for code in codes if code in asked):
            for given_answers in answers[group]:
                if (option := given_answers.get(code)) is not None:
                    counts[counter(code, option)] = counts.get(counter(code, option), 0) + 1
        tallies[group] = Tally(group, len(answers[group]), counts)
    return made, make_results(made, CATALOGUE, tallies)


def disclosed(made: Exercise, results: Results) -> list[tuple[str, RespondentGroup]]:
    """Let the adversary look for every small group that somebody answered for."""
    adversary = Adversary(made, results)
    # Said anew, so that a mistake in the rule is not repeated here.
    small = [e.group for e in results.participation if e.submitted and (e.invited < 3 or e.submitted < 3)]
    return [(c, g) for c, groups in adversary.asked.items() for g in groups if g in small and adversary.finds(c, g)]


CODES = ("A1", "A4", "C3", "C10", "own1", "own2", "own3", CONFIDENCE)
OWN = (own_statement(1, LEADER), own_statement(2, TEACHER, STUDENT), own_statement(3, LEADER, TEACHER))
# Few options make equal answers, and with them exact counts, far more likely than in a school.
_PERSON = st.fixed_dictionaries({code: st.sampled_from(("5", "5", "5", "4", "1", "na", None)) for code in CODES})
_AGREEING = st.fixed_dictionaries({code: st.just("5") for code in CODES})


@st.composite
def schools(draw):
    """Draw a school in which at least one group is small, often padded, often of one mind."""
    numbers = {LEADER: draw(st.integers(1, 4)), TEACHER: draw(st.integers(1, 8)), STUDENT: draw(st.integers(1, 12))}
    person = _AGREEING if draw(st.booleans()) else _PERSON
    answers = {
        group: draw(st.lists(person, min_size=0, max_size=min(number + 5, 9))) for group, number in numbers.items()
    }
    return numbers, answers


@given(schools())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_solver_finds_the_counts_of_a_small_group(school) -> None:
    made, results = publish(*school, own=OWN)
    if results.viewable:
        assert disclosed(made, results) == []


def people(count: int, **answers: str) -> list[dict[str, str]]:
    """Return people who all gave the same answers."""
    return [answers] * count


def test_one_leader_with_two_invented_ones_stays_hidden() -> None:
    answers = {LEADER: people(3, A1="2"), TEACHER: people(12, A1="4", C3="3"), STUDENT: people(20, C3="4")}
    made, results = publish({LEADER: 1, TEACHER: 20, STUDENT: 50}, answers)
    assert disclosed(made, results) == []


def test_staff_of_one_mind_do_not_give_away_their_only_leader() -> None:
    answers = {LEADER: people(1, A1="5", C3="4"), TEACHER: people(12, A1="5", C3="3"), STUDENT: people(20, C3="4")}
    made, results = publish({LEADER: 1, TEACHER: 20, STUDENT: 50}, answers)
    assert results.statement("A1").figures == ()
    assert results.statement("C3").figures != ()
    assert disclosed(made, results) == []


def test_an_area_mean_does_not_hold_the_statement_that_was_left_out() -> None:
    answers = {
        LEADER: people(2, A1="5", A4="1"),
        TEACHER: [*people(10, A1="5", A4="4"), *people(3, A1="5", A4="2")],
        STUDENT: people(20, C3="4"),
    }
    made, results = publish({LEADER: 2, TEACHER: 20, STUDENT: 50}, answers)
    assert disclosed(made, results) == []


def test_own_statements_do_not_tell_leaders_from_teachers() -> None:
    answers = {
        LEADER: people(2, own1="1", own3="1", A1="1"),
        TEACHER: people(12, own2="5", own3="5", A1="5"),
        STUDENT: people(20, own2="3", C3="4"),
    }
    made, results = publish({LEADER: 2, TEACHER: 20, STUDENT: 50}, answers, own=OWN)
    assert results.statement("own1") is None
    assert disclosed(made, results) == []


def test_what_only_teachers_are_asked_does_not_show_two_teachers_among_the_staff() -> None:
    answers = {
        LEADER: people(4, A1="3"),
        TEACHER: people(2, **{"A1": "4", CONFIDENCE: "2"}),
        STUDENT: people(20, C3="4"),
    }
    made, results = publish({LEADER: 5, TEACHER: 20, STUDENT: 50}, answers)
    assert disclosed(made, results) == []


def test_the_adversary_would_find_a_group_that_is_published_by_itself() -> None:
    answers = {LEADER: people(3, A1="2"), TEACHER: people(12, A1="4", C3="3"), STUDENT: people(20, C3="4")}
    made, results = publish({LEADER: 5, TEACHER: 20, STUDENT: 50}, answers)
    adversary = Adversary(made, results)
    assert adversary.finds("A1", TEACHER)
    assert adversary.finds("C3", STUDENT)
