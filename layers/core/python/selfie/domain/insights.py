"""What stands out in published results: an indication of where to look, never a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from selfie.domain.comparison import Change, compare
from selfie.domain.disclosure import Unit
from selfie.domain.results import QuestionResult, Results

# How many statements each list names.
MOST: Final = 5
# Groups that are at least this far apart see something differently.
GAP: Final = Decimal("1.0")
# Smaller changes are told apart from chance by nobody.
CHANGE: Final = Decimal("0.5")
# A mean of fewer answers is flagged.
FEW: Final = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """A statement with its overall mean; ``few`` when a mean behind it comes from few answers."""

    code: str
    mean: Decimal
    few: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A statement that two units see differently, and who sees it best and worst."""

    code: str
    high: Unit
    high_mean: Decimal
    low: Unit
    low_mean: Decimal
    few: bool

    @property
    def by(self) -> Decimal:
        """How far they are apart."""
        return self.high_mean - self.low_mean


@dataclass(frozen=True, slots=True)
class Moved:
    """A statement whose overall mean has changed since an earlier exercise."""

    change: Change
    few: bool


@dataclass(frozen=True, slots=True)
class Insights:
    """Lists of statements, the most striking first; ties stay in position order."""

    highest: tuple[Ranked, ...]
    lowest: tuple[Ranked, ...]
    gaps: tuple[Gap, ...]
    moved: tuple[Moved, ...]


def insights(results: Results, earlier: Results | None) -> Insights:
    """Find what stands out; ``earlier`` is a viewable exercise of the same level, if there is one."""
    rated = [entry.result for entry in results.statements]
    ranked = [Ranked(result.code, result.overall, _few(result)) for result in rated if result.overall is not None]
    # Of few statements none is among the highest and the lowest at once.
    most = min(MOST, len(ranked) // 2)
    lowest = sorted(ranked, key=lambda entry: entry.mean)[:most]
    highest = sorted(ranked, key=lambda entry: -entry.mean)[:most]
    highest = [entry for entry in highest if entry not in lowest]
    gaps = sorted((gap for gap in map(_gap, rated) if gap), key=lambda gap: -gap.by)
    return Insights(
        tuple(highest), tuple(lowest), tuple(gaps[:MOST]), _moved(results, earlier, rated) if earlier else ()
    )


def _moved(results: Results, earlier: Results, rated: Sequence[QuestionResult]) -> tuple[Moved, ...]:
    then = {entry.result.code: entry.result for entry in earlier.statements}
    now = {result.code: result for result in rated}
    changes = [(change.by, change) for change in compare(results, earlier) if change.unit is None]
    large = [(by, change) for by, change in changes if by is not None and abs(by) >= CHANGE]
    large.sort(key=lambda entry: -abs(entry[0]))
    return tuple(Moved(change, _few(now[change.code]) or _few(then[change.code])) for _, change in large[:MOST])


def _gap(result: QuestionResult) -> Gap | None:
    means = [(figure.mean, figure) for figure in result.figures if figure.mean is not None]
    if not means:
        return None
    high_mean, high = max(means, key=lambda entry: entry[0])
    low_mean, low = min(means, key=lambda entry: entry[0])
    if high_mean - low_mean < GAP:
        return None
    return Gap(result.code, high.unit, high_mean, low.unit, low_mean, min(high.answered, low.answered) < FEW)


def _few(result: QuestionResult) -> bool:
    """Tell whether a mean behind the overall mean comes from few answers; trainers are no part of it."""
    return any(f.answered < FEW for f in result.figures if f.unit is not Unit.IN_COMPANY_TRAINER)
