"""An adversary who reads all that is published and has a solver: which counts does it leave no doubt about?

Every published figure bounds whole numbers: people answer once, shares and means are rounded, overall means and area
means are means of those. A count that can have one value only has been disclosed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np
from scipy import optimize, sparse
from scipy.sparse import csgraph

from selfie.domain.questionnaire import NOT_APPLICABLE, Question, ScaleKind
from selfie.domain.submission import ANY_TICK

# Who never is part of an overall figure, as the pages say.
TRAINERS: Final = "in_company_trainer"
Place = tuple[str, str, str, str]
Terms = dict[int, float]


class Kind(StrEnum):
    """What a published figure says; the first two of a group, those of an area or a question of a unit."""

    INVITED = "invited"
    SENT = "sent"
    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    MEAN = "mean"
    SHARE = "share"
    OVERALL = "overall"
    AREA = "area"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Fact:
    """A published figure as it was read: 3.4286 says more than 3.4."""

    kind: Kind
    exercise: str
    value: Decimal
    code: str = ""
    unit: str = ""
    option: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What everybody knows of an exercise before looking at a figure.

    A source is what is counted by itself: a respondent group, or the trainers of one company. ``units`` are made of
    sources, and ``questions`` says of each which sources were asked; ``areas`` is where a statement belongs.
    """

    exercise: str
    units: Mapping[str, Sequence[str]]
    questions: Mapping[str, tuple[Question, Sequence[str]]]
    areas: Mapping[str, str]


@dataclass
class Adversary:
    """Knows what was asked and what is published."""

    asked: Sequence[Asked]
    facts: Collection[Fact]
    places: dict[Place, int] = field(default_factory=dict)
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.of_exercise = {entry.exercise: entry for entry in self.asked}
        of_groups = [fact for fact in self.facts if fact.kind in {Kind.INVITED, Kind.SENT}]
        self.numbers = {(f.kind, f.exercise, f.unit): int(f.value) for f in of_groups}
        self.answered = {(f.exercise, f.code, f.unit): int(f.value) for f in self.facts if f.kind is Kind.ANSWERED}
        self.of_area: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for fact in self.facts:
            if fact.kind is Kind.MEAN and (area := self.of_exercise[fact.exercise].areas.get(fact.code)):
                self.of_area[fact.exercise, area, fact.unit].add(fact.code)
        for exercise, code in sorted({(f.exercise, f.code) for f in self.facts if f.code and f.kind is not Kind.AREA}):
            question, sources = self.of_exercise[exercise].questions[code]
            for source in sources:
                self.add_unknowns(exercise, question, source)
        self.with_hidden: list[Fact] = []
        read: dict[Kind, Callable[[Fact], None]] = {
            Kind.ANSWERED: self.read_answered,
            Kind.NOT_APPLICABLE: self.read_not_applicable,
            Kind.MEAN: self.read_mean,
            Kind.SHARE: self.read_share,
            Kind.OVERALL: self.read_overall,
            Kind.AREA: self.read_area,
        }
        for fact in self.facts:
            if fact.kind in read:
                read[fact.kind](fact)
        self.read_changes()

    def know(self, terms: Terms, least: float, most: float) -> None:
        """Note bounds on a weighted sum of counts."""
        if terms:
            self.rows.append((terms, least, most))

    def sent(self, exercise: str, source: str) -> int:
        """Return how many of a source sent answers."""
        return self.numbers[Kind.SENT, exercise, source]

    def add_unknowns(self, exercise: str, question: Question, source: str) -> None:
        """Give each option an unknown count, within what a source of this size can send."""
        ticks = question.kind is ScaleKind.TICK_ALL
        options = [*question.options, ANY_TICK] if ticks else list(question.options)
        for option in options:
            self.places[exercise, question.code, source, option] = len(self.places)
        places = {option: self.places[exercise, question.code, source, option] for option in options}
        sent = self.sent(exercise, source)
        if not ticks:
            self.know(dict.fromkeys(places.values(), 1.0), 0, sent)
            return
        anybody, silent = places.pop(ANY_TICK), places.pop(NOT_APPLICABLE)
        self.know({anybody: 1.0, silent: 1.0}, 0, sent)
        for place in places.values():
            self.know({place: 1.0, anybody: -1.0}, -sent, 0)
        self.know(dict.fromkeys(places.values(), 1.0) | {anybody: -1.0}, 0, len(places) * sent)

    def question(self, exercise: str, code: str) -> Question:
        """Return what was asked."""
        return self.of_exercise[exercise].questions[code][0]

    def pool(self, exercise: str, code: str, unit: str, option: str) -> list[int]:
        """Return the unknowns behind a cell of a unit."""
        sources = self.of_exercise[exercise].units[unit]
        found = (self.places.get((exercise, code, source, option)) for source in sources)
        return [place for place in found if place is not None]

    def everybody(self, exercise: str, code: str, unit: str) -> list[int]:
        """Return the unknowns whose sum is the number of a unit that gave an answer."""
        question = self.question(exercise, code)
        options = [ANY_TICK] if question.kind is ScaleKind.TICK_ALL else question.ratings
        return [place for option in options for place in self.pool(exercise, code, unit, option)]

    def rated(self, exercise: str, code: str, unit: str, weight: float = 1) -> Terms:
        """Return the sum of ratings of a unit, each times a weight."""
        options = enumerate(self.question(exercise, code).ratings, start=1)
        return {p: weight * rating for rating, o in options for p in self.pool(exercise, code, unit, o)}

    def mean_terms(self, exercise: str, code: str, unit: str, weight: float = 1) -> Terms:
        """Return a unit's mean times a weight."""
        return self.rated(exercise, code, unit, weight / self.answered[exercise, code, unit])

    # --- what figures say -------------------------------------------------------------------------------------------

    def read_answered(self, fact: Fact) -> None:
        """So many gave an answer."""
        places = self.everybody(fact.exercise, fact.code, fact.unit)
        self.know(dict.fromkeys(places, 1.0), float(fact.value), float(fact.value))

    def read_not_applicable(self, fact: Fact) -> None:
        """So many others chose N/A."""
        places = self.pool(fact.exercise, fact.code, fact.unit, NOT_APPLICABLE)
        self.know(dict.fromkeys(places, 1.0), float(fact.value), float(fact.value))

    def read_mean(self, fact: Fact) -> None:
        """The ratings of a unit, divided by however many gave one."""
        ratings = self.rated(fact.exercise, fact.code, fact.unit)
        least, most = self.around(fact.value)
        sent = sum(self.sent(fact.exercise, source) for source in self.of_exercise[fact.exercise].units[fact.unit])
        self.know({place: rating - least for place, rating in ratings.items()}, 0, 9 * sent)
        self.know({place: rating - most for place, rating in ratings.items()}, -9 * sent, 0)

    def read_share(self, fact: Fact) -> None:
        """A share of those who answered, in percent."""
        answered = self.answered[fact.exercise, fact.code, fact.unit]
        places = self.pool(fact.exercise, fact.code, fact.unit, fact.option)
        ticks = self.question(fact.exercise, fact.code).kind is ScaleKind.TICK_ALL
        # Ticks are rounded half up; the largest remainder never moves a share by a whole percent.
        off = (0.5 if ticks else 0.999) * 10.0 ** int(fact.value.as_tuple().exponent)
        self.know(dict.fromkeys(places, 100 / answered), float(fact.value) - off, float(fact.value) + off)

    def read_overall(self, fact: Fact) -> None:
        """The mean of the groups' means; where one of them is not shown, it stands for an unknown number."""
        units, hidden = self.in_overall(fact.exercise, fact.code)
        if hidden:
            self.with_hidden.append(fact)
        elif all((fact.exercise, fact.code, unit) in self.answered for unit in units):
            self.know(self.overall_terms(fact.exercise, fact.code), *self.around(fact.value))

    def in_overall(self, exercise: str, code: str) -> tuple[list[str], list[str]]:
        """Name the units and the hidden sources that an overall mean is made of."""
        sources = [source for source in self.of_exercise[exercise].questions[code][1] if source != TRAINERS]
        units = self.of_exercise[exercise].units
        shown = [unit for unit, inside in units.items() if set(inside) & set(sources)]
        return shown, [source for source in sources if not any(source in units[unit] for unit in shown)]

    def overall_terms(self, exercise: str, code: str) -> Terms:
        """Return an overall mean of shown units."""
        units, _ = self.in_overall(exercise, code)
        return {p: w for unit in units for p, w in self.mean_terms(exercise, code, unit, 1 / len(units)).items()}

    def read_area(self, fact: Fact) -> None:
        """The mean of a unit's means that are shown."""
        codes = self.of_area[fact.exercise, fact.code, fact.unit]
        if all((fact.exercise, code, fact.unit) in self.answered for code in codes):
            terms: Terms = {}
            for code in codes:
                terms |= self.mean_terms(fact.exercise, code, fact.unit, 1 / len(codes))
            self.know(terms, *self.around(fact.value))

    def read_changes(self) -> None:
        """How a mean stands to the one of the exercise before; ``asked`` has the later exercise first."""
        for fact in (fact for fact in self.facts if fact.kind is Kind.CHANGE):
            terms: Terms = {}
            for sign, entry in zip((1, -1), self.asked, strict=True):
                if fact.unit:
                    mean = self.mean_terms(entry.exercise, fact.code, fact.unit)
                else:
                    mean = self.overall_terms(entry.exercise, fact.code)
                terms |= {place: sign * weight for place, weight in mean.items()}
            # With one decimal it is the difference of two rounded means.
            off = 0.1 + 1e-9 if exact_to(fact.value) == 1 else 0.5 * 10.0 ** -exact_to(fact.value)
            self.know(terms, float(fact.value) - off, float(fact.value) + off)

    def around(self, value: Decimal) -> tuple[float, float]:
        """Return what is rounded half up to a mean as it was read."""
        off = 0.5 * 10.0 ** -exact_to(value)
        return float(value) - off - 1e-9, float(value) + off

    # --- what follows from them -------------------------------------------------------------------------------------

    @cached_property
    def matrix(self) -> sparse.csr_matrix:
        """Return the weights of all rows."""
        at = [(row, column, weight) for row, (terms, _, _) in enumerate(self.rows) for column, weight in terms.items()]
        rows, columns, weights = zip(*at, strict=True)
        return sparse.csr_matrix((weights, (rows, columns)), shape=(len(self.rows), len(self.places)))

    @cached_property
    def parts(self) -> np.ndarray:
        """Number the unknowns by what has to do with one another."""
        together = self.matrix.T @ self.matrix
        return csgraph.connected_components(together, directed=False)[1]

    def extreme(self, terms: Terms, sign: int, more: Sequence[tuple[Terms, float, float]] = ()) -> int | None:
        """Return the least (sign 1) or largest (sign -1) sum of counts that fits everything; None when nothing does."""
        mine = {self.parts[place] for place in terms} | {self.parts[p] for row, _, _ in more for p in row}
        columns = np.flatnonzero(np.isin(self.parts, list(mine)))
        place_of = {int(column): place for place, column in enumerate(columns)}
        rows = [row for row in self.rows if next(iter(row[0])) in place_of] + list(more)
        matrix = np.zeros((len(rows), len(columns)))
        for number, (row, _, _) in enumerate(rows):
            for column, weight in row.items():
                matrix[number, place_of[column]] = weight
        bounds = optimize.LinearConstraint(matrix, [row[1] for row in rows], [row[2] for row in rows])
        aim = np.zeros(len(columns))
        for place, weight in terms.items():
            aim[place_of[place]] = sign * weight
        found = optimize.milp(aim, constraints=bounds, integrality=np.ones(len(columns)))
        return sign * round(found.fun) if found.status == 0 else None

    def is_certain(self, terms: Terms, exercise: str, code: str) -> bool:
        """Tell whether a sum of counts can have one value only."""
        possible: set[int] = set()
        for more in self.hidden_numbers(exercise, code):
            least = self.extreme(terms, 1, more)
            if least is not None:
                possible |= {least, self.extreme(terms, -1, more)}  # type: ignore[arg-type]
        assert possible, f"no counts fit what is published of {code}"  # the true ones do, so something else is in it
        return len(possible) == 1

    def hidden_numbers(self, exercise: str, code: str) -> Iterator[Sequence[tuple[Terms, float, float]]]:
        """Yield for each number of hidden people that can have rated a question what an overall mean then says."""
        facts = [fact for fact in self.with_hidden if (fact.exercise, fact.code) == (exercise, code)]
        if not facts:
            yield ()
            return
        fact = facts[0]
        units, hidden = self.in_overall(exercise, code)
        share = 1 / (len(units) + len(hidden))
        ratings = self.question(exercise, code).ratings
        for numbers in product(*(range(1, self.sent(exercise, source) + 1) for source in hidden)):
            terms: Terms = {}
            for unit in units:
                terms |= self.mean_terms(exercise, code, unit, share)
            more: list[tuple[Terms, float, float]] = []
            for source, number in zip(hidden, numbers, strict=True):
                places = [self.places[exercise, code, source, option] for option in ratings]
                terms |= {place: share * rating / number for rating, place in enumerate(places, start=1)}
                more.append((dict.fromkeys(places, 1.0), number, number))
            yield [*more, (terms, *self.around(fact.value))]

    def finds(self, exercise: str, code: str, sources: Sequence[str], chosen: Collection[str]) -> bool:
        """Tell whether the count of an option that was chosen is certain, or that the sources chose none at all.

        ``chosen`` spares the solver the other options: a certain count is the true one.
        """
        if not chosen:
            mine = [place for (e, c, s, _), place in self.places.items() if (e, c) == (exercise, code) and s in sources]
            return self.extreme(dict.fromkeys(mine, 1.0), -1) == 0
        cells = [[self.places[exercise, code, source, option] for source in sources] for option in sorted(chosen)]
        return any(self.is_certain(dict.fromkeys(cell, 1.0), exercise, code) for cell in cells)

    def small_groups(self, exercise: str) -> list[str]:
        """Name the groups that must not be shown by themselves; said anew, so that no mistake in the rule repeats."""
        found = [group for kind, of, group in self.numbers if (kind, of) == (Kind.INVITED, exercise)]
        return [
            g for g in found if self.sent(exercise, g) and min(self.sent(exercise, g), self.invited(exercise, g)) < 3
        ]

    def invited(self, exercise: str, group: str) -> int:
        """Return how many of a group were invited."""
        return self.numbers[Kind.INVITED, exercise, group]

    def all_found(
        self, answers: Mapping[str, Mapping[str, Sequence[Mapping[str, Sequence[str]]]]]
    ) -> list[tuple[str, ...]]:
        """Look for every small group that somebody answered for; ``answers`` are the true ones of each exercise."""
        return [
            (exercise, code, group)
            for exercise, code in sorted({(exercise, code) for exercise, code, _, _ in self.places})
            for group in self.small_groups(exercise)
            if (exercise, code, group) in {place[:3] for place in self.places}
            and self.finds(exercise, code, [group], {o for p in answers[exercise][group] for o in p.get(code, ())})
        ]


def exact_to(value: Decimal) -> int:
    """Return how many decimals a mean was read with; one at least, which a whole number in a table has lost."""
    return max(1, -int(value.as_tuple().exponent))
