"""Compare the published results of two exercises of the same level (guide, figures 39 to 41)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from selfie.domain.disclosure import Unit
from selfie.domain.errors import NotComparable
from selfie.domain.results import Results


class Direction(StrEnum):
    """How the left result stands to the right one, after rounding."""

    RISEN = "risen"
    FALLEN = "fallen"
    SAME = "same"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Change:
    """``by`` is left minus right; None where either figure is not shown. ``unit`` is None for the overall mean."""

    code: str
    unit: Unit | None
    left: Decimal | None
    right: Decimal | None

    @property
    def by(self) -> Decimal | None:
        """The difference of the rounded figures."""
        return None if self.left is None or self.right is None else self.left - self.right

    @property
    def direction(self) -> Direction:
        """Which of the four symbols applies."""
        if self.by is None:
            return Direction.NOT_POSSIBLE
        if self.by == 0:
            return Direction.SAME
        return Direction.RISEN if self.by > 0 else Direction.FALLEN


class Order(StrEnum):
    """The six orders of a comparison; a single report has the last four."""

    GREATEST_RISE = "greatest_rise"
    GREATEST_FALL = "greatest_fall"
    HIGHEST = "highest"
    LOWEST = "lowest"
    POSITION_UP = "position_up"
    POSITION_DOWN = "position_down"


def compare(left: Results, right: Results) -> tuple[Change, ...]:
    """Compare every statement of the left exercise, overall and per shown unit.

    Raise NotComparable unless both are viewable, of the same school and level, and different exercises.
    """
    same_kind = left.level is right.level and left.school_id == right.school_id
    if not (same_kind and left.viewable and right.viewable and left.exercise_id != right.exercise_id):
        raise NotComparable
    changes = []
    for entry in left.statements:
        code = entry.result.code
        # Own statements of two exercises share numbers, not texts.
        other = right.statement(code) if entry.area else None
        changes.append(Change(code, None, entry.result.overall, other.overall if other else None))
        for unit in left.units:
            mine = entry.result.of(unit)
            theirs = other.of(unit) if other else None
            if mine or theirs:
                changes.append(Change(code, unit, mine.mean if mine else None, theirs.mean if theirs else None))
    return tuple(changes)


def in_order(changes: Sequence[Change], order: Order) -> tuple[Change, ...]:
    """Sort changes given in position order; those without the figure asked for come last, in position order."""
    if order is Order.POSITION_UP:
        return tuple(changes)
    if order is Order.POSITION_DOWN:
        return tuple(reversed(changes))
    by_change = order in {Order.GREATEST_RISE, Order.GREATEST_FALL}
    descending = order in {Order.GREATEST_RISE, Order.HIGHEST}

    def key(change: Change) -> tuple[bool, Decimal]:
        value = change.by if by_change else change.left
        return (value is None, (-value if descending else value) if value is not None else Decimal(0))

    return tuple(sorted(changes, key=key))
