"""Compare the published results of two exercises of the same level (guide, figures 39 to 41)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from selfie.domain.disclosure import Unit
from selfie.domain.errors import NotComparable
from selfie.domain.results import Figure, Results
from selfie.domain.school import RespondentGroup


class Direction(StrEnum):
    """How the left result stands to the right one, after rounding."""

    RISEN = "risen"
    FALLEN = "fallen"
    SAME = "same"
    NOT_POSSIBLE = "not_possible"


class Hindrance(StrEnum):
    """Why two figures cannot be compared."""

    OWN_STATEMENT = "own_statement"
    NOT_ASKED = "not_asked"
    NOT_SHOWN = "not_shown"
    OTHER_GROUPS = "other_groups"


@dataclass(frozen=True, slots=True)
class Change:
    """``by`` is left minus right; None where they cannot be compared. ``unit`` is None for the overall mean."""

    code: str
    unit: Unit | None
    left: Decimal | None
    right: Decimal | None
    hindrance: Hindrance | None = None

    @property
    def by(self) -> Decimal | None:
        """The difference of the rounded figures."""
        if self.hindrance or self.left is None or self.right is None:
            return None
        return self.left - self.right

    @property
    def direction(self) -> Direction:
        """Which of the four symbols applies."""
        if self.by is None:
            return Direction.NOT_POSSIBLE
        if self.by == 0:
            return Direction.SAME
        return Direction.RISEN if self.by > 0 else Direction.FALLEN


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
        missing = None if other else Hindrance.NOT_ASKED if entry.area else Hindrance.OWN_STATEMENT
        mine, theirs = entry.result.overall, other.overall if other else None
        hindrance = missing or _hindrance_of_overall(left, right, entry.result.asked)
        changes.append(_change(code, None, mine, theirs, hindrance))
        for unit in left.units:
            figure, then = entry.result.of(unit), other.of(unit) if other else None
            if figure or then:
                changes.append(_change(code, unit, _mean(figure), _mean(then), missing))
    return tuple(changes)


def _mean(figure: Figure | None) -> Decimal | None:
    return figure.mean if figure else None


def _change(
    code: str, unit: Unit | None, left: Decimal | None, right: Decimal | None, hindrance: Hindrance | None
) -> Change:
    not_shown = Hindrance.NOT_SHOWN if left is None or right is None else None
    return Change(code, unit, left, right, hindrance or not_shown)


def _hindrance_of_overall(left: Results, right: Results, asked: Sequence[RespondentGroup]) -> Hindrance | None:
    """Refuse to compare a mean over «staff» with one over leaders and teachers: they weigh people differently."""
    staff = {RespondentGroup.SCHOOL_LEADER, RespondentGroup.TEACHER}
    together = Unit.STAFF in left.units, Unit.STAFF in right.units
    return Hindrance.OTHER_GROUPS if together[0] != together[1] and staff <= set(asked) else None
