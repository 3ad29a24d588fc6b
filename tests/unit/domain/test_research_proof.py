"""An adversary with a solver tries to find one school's percentages in everything that ever leaves.

It knows which schools are behind every row, how many exactly, and all that one of the schools answered. It reads the
rows of countries and regions in two sessions and those of the linked study between them. A percentage that it can
narrow down to less than ``LEAST_OPEN`` points has been disclosed.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import optimize

from selfie.domain import research
from selfie.domain.disclosure import Unit
from selfie.domain.research import LEAST_OPEN, REST, Cut, Percentages, Row, Totals
from selfie.domain.school import EducationLevel

KEY = (Unit.STUDENT, "C3")
BEFORE, AFTER = "2026-1", "2026-2"
OPTIONS: Final = ("1", "2", "3")
HALF_A_TENTH: Final = 0.05
Answers = Mapping[str, int]


@dataclass(frozen=True)
class Taking:
    """A school in two sessions: its region and its percentages in each, None where it took no part."""

    regions: tuple[str, str]
    answers: tuple[Answers | None, Answers | None]

    @property
    def twin(self) -> tuple[str, str, bool, bool]:
        """What schools have in common that no row tells apart."""
        return (*self.regions, self.answers[0] is None, self.answers[1] is None)


def cut(session: int) -> Cut:
    """Name a session's cut."""
    return Cut((BEFORE, AFTER)[session], "IE", EducationLevel.PRIMARY, "v_test")


def totals(schools: Iterable[Taking], session: int) -> dict[str, Totals]:
    """Add a session's schools up by region, as the job does."""
    found: dict[str, Totals] = {}
    for school in schools:
        if answers := school.answers[session]:
            found.setdefault(school.regions[session], Totals()).add(Percentages(*KEY, 20, answers))
    return found


def published(schools: list[Taking]) -> list[Row]:
    """Make everything that leaves of these schools."""
    cells = [research.cell(KEY, totals(schools, session)) for session in (0, 1)]
    rows = [row for session, cell in enumerate(cells) if cell for row in research.rows(cut(session), [cell])]
    both = [school for school in schools if None not in school.answers]
    if cells[0] and cells[1]:
        linked = [totals(both, session) for session in (0, 1)]
        rows += research.linked_rows(cut(1), (cells[0], linked[0]), (cells[1], linked[1]), BEFORE)
    return rows


@dataclass(frozen=True)
class Block:
    """Schools that no row tells apart, of which only the sums of their percentages matter; a single one is a target."""

    like: Taking
    size: int
    is_target: bool = False


class Adversary:
    """Turns rows into bounds on sums of percentages and asks the solver how far each school is bounded."""

    def __init__(self, schools: list[Taking], rows: Iterable[Row], insider: int) -> None:
        self.blocks = [Block(schools[insider], 1)]
        others = [school for index, school in enumerate(schools) if index != insider]
        for twin in dict.fromkeys(school.twin for school in others):
            alike = [school for school in others if school.twin == twin]
            self.blocks += [Block(alike[0], 1, is_target=True), Block(alike[0], len(alike) - 1)]
        places = (
            (number, session, option)
            for number, block in enumerate(self.blocks)
            for session in (0, 1)
            if block.like.answers[session] is not None
            for option in OPTIONS
        )
        self.places = {place: number for number, place in enumerate(places)}
        self.bounds: list[tuple[dict[int, float], float, float]] = []
        for number, session, _option in list(self.places)[:: len(OPTIONS)]:
            whole = 100.0 * self.blocks[number].size
            self.bounds.append(({self.places[number, session, option]: 1.0 for option in OPTIONS}, whole, whole))
        for number, session, option in self.places:
            if number == 0:
                known = float((schools[insider].answers[session] or {})[option])
                self.bounds.append(({self.places[0, session, option]: 1.0}, known, known))
        for row in rows:
            self._read(row)

    def _read(self, row: Row) -> None:
        session = int(row.cut.session_id == AFTER)
        behind = [
            number
            for number, block in enumerate(self.blocks)
            if block.like.answers[session] is not None
            and row.region in (REST, block.like.regions[session])
            and (not row.since or block.like.answers[0] is not None)
        ]
        schools = sum(self.blocks[number].size for number in behind)
        terms = {self.places[number, session, row.option]: 1 / schools for number in behind}
        if row.since:
            terms |= {self.places[number, 0, row.option]: -1 / schools for number in behind}
        self.bounds.append((terms, float(row.value) - HALF_A_TENTH, float(row.value) + HALF_A_TENTH))

    def narrowest(self) -> float:
        """Return the fewest points within which some percentage of another school must lie."""
        matrix = np.zeros((len(self.bounds), len(self.places)))
        for line, (terms, _, _) in enumerate(self.bounds):
            for place, weight in terms.items():
                matrix[line, place] = weight
        rules = optimize.LinearConstraint(
            matrix, [low for _, low, _ in self.bounds], [high for _, _, high in self.bounds]
        )
        targets = [place for (number, _, _), place in self.places.items() if self.blocks[number].is_target]
        return min(self._reach(place, -1, rules) - self._reach(place, 1, rules) for place in targets)

    def _reach(self, place: int, sign: int, rules: optimize.LinearConstraint) -> float:
        aim = [0.0] * len(self.places)
        aim[place] = sign
        found = optimize.milp(aim, constraints=rules)
        assert found.success, found.message
        return float(sign * found.fun)


def insider(schools: list[Taking], session: int, option: str) -> int:
    """Return the school that says most of an option: it knows what leaves least to the others."""
    return max(
        (index for index, school in enumerate(schools) if school.answers[session]),
        key=lambda index: (schools[index].answers[session] or {})[option],
    )


def answers(chance: random.Random, weights: tuple[float, ...]) -> Answers:
    """Draw a school's percentages, whole and adding up to 100."""
    drawn = chance.choices(OPTIONS, weights, k=20)
    return {option: 5 * drawn.count(option) for option in OPTIONS}


def country(chance: random.Random) -> list[Taking]:
    """Draw a country whose classes are about as large, and whose answers about as alike, as the rules allow."""
    schools = []
    tastes = [tuple(chance.choice((0.002, 0.02, 0.1, 1)) + 0.001 for _ in OPTIONS) for _ in range(2)]
    for region in chance.choice((("",), ("N", ""), ("N", "S"), ("N", "S", ""))):
        for taking, size in zip(
            ((1, 1), (1, 0), (0, 1)), (chance.choice((0, 9, 10, 12)) for _ in range(3)), strict=True
        ):
            for _ in range(size):
                drawn = [answers(chance, taste) if part else None for part, taste in zip(taking, tastes, strict=True)]
                moved = "N" if chance.random() < 0.02 else region
                schools.append(Taking((region, moved), (drawn[0], drawn[1])))
    return schools


def taking_part(schools: list[Taking], session: int) -> int:
    """Count the schools of a session."""
    return sum(school.answers[session] is not None for school in schools)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_no_schools_percentage_can_be_found_in_all_that_leaves(seed: int) -> None:
    schools = country(random.Random(seed))
    rows = published(schools) if all(taking_part(schools, session) for session in (0, 1)) else []
    if rows:
        knowing = insider(schools, seed % 2, OPTIONS[seed % len(OPTIONS)])
        assert Adversary(schools, rows, knowing).narrowest() >= LEAST_OPEN - 0.01


def test_the_countries_above_give_rows_of_every_kind() -> None:
    rows = [row for seed in range(40) for row in published(country(random.Random(seed)))]
    assert {bool(row.region) for row in rows if not row.since} == {True, False}
    assert any(row.since for row in rows)


EVEN: Answers = {"1": 40, "2": 30, "3": 30}


def whole_country(regions: Mapping[str, int]) -> list[Taking]:
    """Return schools of one session that answer alike."""
    return [Taking((region, region), (EVEN, None)) for region, size in regions.items() for _ in range(size)]


def two_sessions(both: int, before: int, after: int) -> list[Taking]:
    """Return schools of which so many took part in both sessions or in one of them."""
    made = [Taking(("", ""), (EVEN, EVEN))] * both
    return made + [Taking(("", ""), (EVEN, None))] * before + [Taking(("", ""), (None, EVEN))] * after


def _all_regions(by_region: Mapping[str, Totals]) -> research.Cell:
    return research.Cell(*KEY, OPTIONS, dict(by_region))


@pytest.mark.parametrize(
    ("schools", "broken"),
    [
        # A region's only school what the others leave of their country.
        (whole_country({"N": 12, "S": 11, "W": 1}), "regions"),
        # One school took part in the earlier session alone.
        (two_sessions(both=12, before=1, after=0), "linked"),
        # Nobody chose an option: then nobody did in any school.
        ([Taking(("", ""), ({"1": 0, "2": 50, "3": 50}, None))] * 12, "options"),
    ],
)
def test_the_solver_finds_what_leaks_when_a_rule_is_left_out(
    schools: list[Taking], broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not (rows := published(schools)) or Adversary(schools, rows, insider=0).narrowest() >= LEAST_OPEN - 0.01
    without: Mapping[str, tuple[str, Callable[..., object]]] = {
        "regions": ("cell", lambda key, by_region: _all_regions(by_region) if by_region else None),
        "linked": ("_may_be_linked", lambda _frozen, _linked: True),
        "options": ("shown_options", lambda whole: tuple(whole.totals)),
    }
    monkeypatch.setattr(research, *without[broken])
    assert Adversary(schools, published(schools), insider=0).narrowest() < LEAST_OPEN
