"""An adversary with a solver tries to find a small group's exact counts in everything that is published.

It reads the results as the page gets them, and every cell bounds whole numbers: people answer once, shares and means
are rounded, overall means and area means are means of those. A count that can have one value only has been disclosed.
Workbook, documents and charts hold the cells of the page and no others (``tests/unit/test_report_figures_agree.py``);
that comparison, development and insights add none either is held here.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import optimize

from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import ScaleKind
from selfie.domain.results import Results, make_results
from selfie.domain.school import RespondentGroup
from selfie.domain.submission import ANY_TICK, read_submission
from selfie.domain.tally import Tally
from selfie_reporting.comparison_view import comparison_view, development_view, insights_view
from selfie_reporting.results_view import FigureView, ResultsView, results_view
from tests.support.examples import own_statement
from tests.support.reports import LEADER, STUDENT, TEACHER, exercise

NA = "na"
CONFIDENCE = "teacher_confidence.confidence_preparing"  # put to teachers alone
ADOPTION = "technology_adoption.technology_adoption"
HINDERS = "inhibiting_factors"
FUNDING, SPACE = "lack_of_funding", "lack_of_space"
YEARS = "teaching_experience"
OWN = (own_statement(1, LEADER), own_statement(2, TEACHER, STUDENT), own_statement(3, LEADER, TEACHER))
Person = dict[str, list[str]]
Cell = tuple[str, str, str]


@dataclass
class Adversary:
    """Knows the questionnaire and what is published; looks for counts that nothing else fits."""

    exercise: Exercise
    view: ResultsView
    places: dict[Cell, int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sent = {entry["group"]: entry["submitted"] for entry in self.view["participation"]["groups"]}
        self.groups_in = {unit["unit"]: unit["groups"] for unit in self.view["units"]}
        self.figures = dict(published_figures(self.view))
        self.asked: dict[str, list[str]] = {}
        for group in self.exercise.groups:
            for code, question in self.exercise.questionnaire(catalogue(), group).questions.items():
                if self.figures.get(code):
                    self.asked.setdefault(code, []).append(group)
                    self.add_unknowns(code, group, question.kind is ScaleKind.TICK_ALL, question.options)
        for code, figures in self.figures.items():
            for figure in figures:
                self.read(code, figure)
        self.read_means_of_means()

    def know(self, terms: dict[int, float], least: float, most: float) -> None:
        """Note bounds on a weighted sum of counts."""
        self.rows.append((terms, least, most))

    def add_unknowns(self, code: str, group: str, ticks: bool, options: tuple[str, ...]) -> None:
        """Give each option an unknown count, within what a group of this size can send."""
        all_options = [*options, ANY_TICK] if ticks else options
        for option in all_options:
            self.places[code, group, option] = len(self.places)
        places = {option: self.places[code, group, option] for option in all_options}
        if not ticks:
            self.know(dict.fromkeys(places.values(), 1.0), 0, self.sent[group])
            return
        anybody = places.pop(ANY_TICK)
        silent = places.pop(NA, None)
        self.know({anybody: 1.0} | ({} if silent is None else {silent: 1.0}), 0, self.sent[group])
        for place in places.values():
            self.know({place: 1.0, anybody: -1.0}, -self.sent[group], 0)
        self.know(dict.fromkeys(places.values(), 1.0) | {anybody: -1.0}, 0, len(places) * self.sent[group])

    def pool(self, code: str, unit: str, option: str) -> list[int]:
        """Return the unknowns behind a cell of a unit."""
        found = (self.places.get((code, group, option)) for group in self.groups_in[unit])
        return [place for place in found if place is not None]

    def options(self, code: str) -> list[str]:
        """Return what counts as an answer."""
        group = self.asked[code][0]
        return [o for c, g, o in self.places if c == code and g == group and o not in {NA, ANY_TICK}]

    def read(self, code: str, figure: FigureView) -> None:
        """Read answers, N/A, mean and shares."""
        unit, answered = figure["unit"], figure["answered"]
        ticks = (code, self.asked[code][0], ANY_TICK) in self.places
        counted = [ANY_TICK] if ticks else self.options(code)
        self.know({place: 1.0 for o in counted for place in self.pool(code, unit, o)}, answered, answered)
        silent = self.pool(code, unit, NA)
        if silent:
            self.know(dict.fromkeys(silent, 1.0), figure["not_applicable"], figure["not_applicable"])
        if figure["mean"] is not None:
            self.mean(self.rated(code, unit, 1 / answered), figure["mean"])
        for share in figure["shares"] or ():
            cell = dict.fromkeys(self.pool(code, unit, share["option"]), 100 / answered)
            # Ticks are rounded half up; the largest remainder never moves a share by a whole percent.
            off = 0.5 if ticks else 0.999
            self.know(cell, share["percent"] - off, share["percent"] + off)

    def rated(self, code: str, unit: str, weight: float) -> dict[int, float]:
        """Return the sum of ratings of a unit, each times a weight."""
        options = enumerate(self.options(code), start=1)
        return {place: weight * rating for rating, o in options for place in self.pool(code, unit, o)}

    def read_means_of_means(self) -> None:
        """Read overall means and area means."""
        for statement in self.view["statements"]:
            if statement["overall"] is not None:
                self.mean_of([(statement["code"], f) for f in statement["figures"]], statement["overall"])
        for area in self.view["areas"]:
            of_area = [s for s in self.view["statements"] if s["area"] == area["code"]]
            for entry in area["units"]:
                if entry["mean"] is not None:
                    shown = [(s["code"], f) for s in of_area for f in s["figures"] if f["unit"] == entry["unit"]]
                    self.mean_of(shown, entry["mean"])

    def mean_of(self, figures: list[tuple[str, FigureView]], rounded: float) -> None:
        """Note the mean of several figures' means."""
        terms: dict[int, float] = {}
        for code, figure in figures:
            terms |= self.rated(code, figure["unit"], 1 / figure["answered"] / len(figures))
        self.mean(terms, rounded)

    def mean(self, terms: dict[int, float], rounded: float) -> None:
        """Note a mean that was rounded half up to one decimal."""
        self.know(terms, rounded - 0.05 - 1e-9, rounded + 0.05)

    @cached_property
    def bounds(self) -> optimize.LinearConstraint:
        """Return all that is known."""
        matrix = [[row.get(column, 0.0) for column in range(len(self.places))] for row, _, _ in self.rows]
        return optimize.LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])

    def extreme(self, terms: dict[int, int], sign: int) -> int:
        """Return the least (sign 1) or largest (sign -1) sum of counts that fits everything published."""
        aim = [sign * terms.get(column, 0) for column in range(len(self.places))]
        found = optimize.milp(aim, constraints=self.bounds, integrality=[1] * len(self.places))
        assert found.status == 0, found.message  # the true counts fit, so there is a solution
        return sign * round(found.fun)

    def finds(self, code: str, group: str, chosen: set[str]) -> bool:
        """Tell whether the count of an option that was chosen is certain, or that a group chose none at all.

        ``chosen`` spares the solver the other options: a certain count is the true one.
        """
        cells = [self.places[code, group, option] for option in chosen]
        if not cells:
            everything = [place for (c, g, _), place in self.places.items() if (c, g) == (code, group)]
            return self.extreme(dict.fromkeys(everything, 1), -1) == 0
        return any(self.extreme({place: 1}, 1) == self.extreme({place: 1}, -1) for place in cells)


def published_figures(view: ResultsView):
    """Name every figure of the page by its question."""
    for entry in (*view["statements"], *(item for area in view["other_areas"] for item in area["items"])):
        yield entry["code"], entry["figures"]
    for entry in (*view["experience"], *view["background"]):
        yield entry["key"], entry["figures"]


def publish(numbers, answers, *, own=(), session_id: str = "2024-1") -> tuple[Exercise, Results, ResultsView]:
    """Publish what each person of a group answered."""
    made = replace(exercise(numbers, session_id=session_id), optional=("A4", "C10"), own=own)
    tallies = {}
    for group in made.groups:
        questionnaire = made.questionnaire(catalogue(), group)
        counts: Counter[str] = Counter()
        for person in answers[group]:
            given_answers = {code: options for code, options in person.items() if code in questionnaire.questions}
            if any(given_answers.values()):
                counts.update(read_submission(questionnaire, given_answers).counters)
        tallies[group] = Tally(group, len(answers[group]), dict(counts))
    results = make_results(made, catalogue(), tallies)
    return made, results, results_view(results, made, texts(CURRENT, made.family, "en"), {}, "en")


def disclosed(made: Exercise, view: ResultsView, answers) -> list[tuple[str, str]]:
    """Let the adversary look for every small group that somebody answered for."""
    adversary = Adversary(made, view)
    # Said anew, so that a mistake in the rule is not repeated here.
    participation = view["participation"]["groups"]
    small = [e["group"] for e in participation if e["submitted"] and (e["invited"] < 3 or e["submitted"] < 3)]
    return [
        (code, group)
        for code, groups in adversary.asked.items()
        for group in groups
        if group in small
        and adversary.finds(
            code, group, {o for person in answers[RespondentGroup(group)] for o in person.get(code, ())}
        )
    ]


CODES = ("A1", "A4", "C3", "C10", "own1", "own2", "own3", CONFIDENCE, ADOPTION, YEARS, "relevance")
# Few options make equal answers, and with them certain counts, far more likely than in a school.
_ONE = st.sampled_from((["4"], ["4"], ["4"], ["3"], ["1"], [NA], []))
_BAND = st.sampled_from((["under_3"], ["under_3"], ["over_20"], [NA], []))
_TICKS = st.sampled_from(([FUNDING], [FUNDING], [FUNDING, SPACE], [SPACE], [NA], []))
_OPINIONS = st.fixed_dictionaries({**dict.fromkeys(CODES, _ONE), YEARS: _BAND, HINDERS: _TICKS})
_AGREED: Person = {**{code: ["4"] for code in CODES}, YEARS: ["under_3"], HINDERS: [FUNDING]}
# Everybody agrees on most things; one or two are seen differently.
_AGREEING = st.dictionaries(st.sampled_from(CODES), st.just([]), max_size=2).flatmap(
    lambda left_out: st.sampled_from((_AGREED, _AGREED | {HINDERS: [FUNDING, SPACE]})).map(lambda o: o | left_out)
)


@st.composite
def schools(draw):
    """Draw a school in which groups are often small, often padded, often of one mind."""
    numbers = {LEADER: draw(st.integers(1, 4)), TEACHER: draw(st.integers(1, 8)), STUDENT: draw(st.integers(1, 12))}
    person = _AGREEING if draw(st.booleans()) else _OPINIONS
    answers = {
        group: draw(st.lists(person, min_size=0, max_size=min(number + 5, 8))) for group, number in numbers.items()
    }
    return numbers, answers


@given(schools())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_solver_finds_the_counts_of_a_small_group(school) -> None:
    numbers, answers = school
    made, results, view = publish(numbers, answers, own=OWN)
    if results.viewable:
        assert disclosed(made, view, answers) == []


@given(schools(), schools())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_comparing_exercises_publishes_no_figure_that_the_results_lack(one, other) -> None:
    _, left, left_view = publish(*one, own=OWN)
    _, right, right_view = publish(*other, own=OWN, session_id="2024-2")
    if not (left.viewable and right.viewable):
        return
    published = [
        {(code, f["unit"], f["mean"]) for code, fs in published_figures(v) for f in fs} for v in (left_view, right_view)
    ]
    for cells, view in zip(published, (left_view, right_view), strict=True):
        cells |= {(s["code"], None, s["overall"]) for s in view["statements"]}
    for statement in comparison_view(left, right, left_view)["statements"]:
        for change in statement["changes"]:
            for side, cells in zip(("left", "right"), published, strict=True):
                assert change[side] is None or (statement["code"], change["unit"], change[side]) in cells
    names = {area["code"]: area["name"] for area in left_view["areas"]}
    for area in development_view([left, right], names, "en")["areas"]:
        for line in area["lines"]:
            for mean, view in zip(line["means"], (left_view, right_view), strict=True):
                shown = {u["unit"]: u["mean"] for a in view["areas"] if a["code"] == area["code"] for u in a["units"]}
                assert mean == shown.get(line["unit"])
    found = insights_view(left, right, "en")
    for ranked in found["highest"] + found["lowest"]:
        assert (ranked["code"], None, ranked["mean"]) in published[0]
    for gap in found["gaps"]:
        assert {(gap["code"], gap["high"], gap["high_mean"]), (gap["code"], gap["low"], gap["low_mean"])} <= published[
            0
        ]
    for moved in found["moved"]:
        assert (moved["code"], None, moved["left"]) in published[0]
        assert (moved["code"], None, moved["right"]) in published[1]


def people(count: int, **answers: str) -> list[Person]:
    """Return people who all gave the same answers."""
    return [{code: [option] for code, option in answers.items()}] * count


# The traps that are known, each as the numbers invited and the answers given.
TRAPS = {
    "one leader with two invented ones": (
        {LEADER: 1, TEACHER: 20, STUDENT: 50},
        {LEADER: people(3, A1="2"), TEACHER: people(12, A1="4", C3="3"), STUDENT: people(20, C3="4")},
    ),
    "staff of one mind, its only leader included": (
        {LEADER: 1, TEACHER: 20, STUDENT: 50},
        {LEADER: people(1, A1="5", C3="4"), TEACHER: people(12, A1="5", C3="3"), STUDENT: people(20, C3="4")},
    ),
    "everybody ticks one thing, and some another": (
        {LEADER: 1, TEACHER: 20, STUDENT: 50},
        {
            LEADER: [{HINDERS: [FUNDING, SPACE]}],
            TEACHER: [*people(6, **{HINDERS: FUNDING}), *([{HINDERS: [FUNDING, SPACE]}] * 6)],
            STUDENT: people(20, C3="4"),
        },
    ),
    "an area mean over a statement that is not shown": (
        {LEADER: 2, TEACHER: 20, STUDENT: 50},
        {
            LEADER: people(2, A1="5", A4="1"),
            TEACHER: [*people(10, A1="5", A4="4"), *people(3, A1="5", A4="2")],
            STUDENT: people(20, C3="4"),
        },
    ),
    "own statements that tell leaders from teachers": (
        {LEADER: 2, TEACHER: 20, STUDENT: 50},
        {
            LEADER: people(2, own1="1", own3="1", A1="1"),
            TEACHER: people(12, own2="5", own3="5", A1="5"),
            STUDENT: people(20, own2="3", C3="4"),
        },
    ),
    "two teachers among the staff": (
        {LEADER: 5, TEACHER: 20, STUDENT: 50},
        {LEADER: people(4, A1="3"), TEACHER: people(2, A1="4", **{CONFIDENCE: "2"}), STUDENT: people(20, C3="4")},
    ),
    "two students beside all staff": (
        {LEADER: 5, TEACHER: 20, STUDENT: 50},
        {LEADER: people(4, C3="3"), TEACHER: people(12, C3="4"), STUDENT: people(2, C3="1", own2="2")},
    ),
}


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


def test_the_adversary_would_find_a_group_that_is_published_by_itself() -> None:
    answers = {LEADER: people(3, A1="2"), TEACHER: people(12, A1="4", C3="3"), STUDENT: people(20, C3="4")}
    made, _, view = publish({LEADER: 5, TEACHER: 20, STUDENT: 50}, answers)
    adversary = Adversary(made, view)
    assert adversary.finds("A1", TEACHER, {"4"})
    assert adversary.finds("C3", STUDENT, {"4"})


def test_the_adversary_would_find_an_only_leader_in_staff_of_one_mind() -> None:
    numbers, answers = TRAPS["staff of one mind, its only leader included"]
    made, _, view = publish(numbers, answers)
    for code, figure in (
        ("A1", {"unit": "staff", "answered": 13, "not_applicable": 0, "mean": 5.0, "shares": None}),
        (
            HINDERS,
            {
                "unit": "staff",
                "answered": 13,
                "not_applicable": 0,
                "mean": None,
                "shares": [{"option": FUNDING, "percent": 100}, {"option": SPACE, "percent": 54}],
            },
        ),
    ):
        entries = [*view["statements"], *(item for area in view["other_areas"] for item in area["items"])]
        next(entry for entry in entries if entry["code"] == code)["figures"].append(figure)
    adversary = Adversary(made, view)
    assert adversary.finds("A1", LEADER, {"5"})
    assert adversary.finds(HINDERS, LEADER, {FUNDING})
