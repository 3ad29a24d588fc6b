"""Results of an exercise: every figure that may ever be shown, made once from sealed tallies by the disclosure rules.

All rounding is here. Means have one decimal, rounded half up; shares are whole percents.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from selfie.domain import deadlines
from selfie.domain.disclosure import (
    FEWEST_FOR_RESULTS,
    FEWEST_PEOPLE,
    Disclosure,
    Shown,
    Unit,
    disclose,
)
from selfie.domain.exercise import Exercise, Phase
from selfie.domain.participation import GroupParticipation, ParticipationLevel, participation_level
from selfie.domain.questionnaire import (
    NOT_APPLICABLE,
    Catalogue,
    OtherAreaKind,
    Question,
    ScaleKind,
    Status,
    item_question,
    items_of,
)
from selfie.domain.school import EducationLevel, Family, RespondentGroup
from selfie.domain.session import Session
from selfie.domain.submission import ANY_TICK, counter
from selfie.domain.tally import Tally


@dataclass(frozen=True, slots=True)
class Share:
    """Whole percent of one option."""

    option: str
    percent: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What one unit says to one question.

    ``answered`` counts those who gave an answer other than N/A (for ticks: who ticked anything), ``not_applicable`` the
    others who answered. ``mean`` exists for ratings. ``shares`` exist from five submissions of the unit on; those of
    ticks need not add up to 100.
    """

    unit: Unit
    answered: int
    not_applicable: int
    mean: Decimal | None = None
    shares: tuple[Share, ...] | None = None


# Makes a unit's figure of a question with its exact mean, or nothing where none may be shown.
FigureMaker = Callable[[Shown, Question], tuple[Figure | None, Fraction | None]]


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question: its shown figures, whom it was put to, and the overall mean where every group asked is shown."""

    code: str
    asked: tuple[RespondentGroup, ...]
    figures: tuple[Figure, ...]
    overall: Decimal | None = None

    def of(self, unit: Unit) -> Figure | None:
        """Return a unit's figure."""
        return next((figure for figure in self.figures if figure.unit is unit), None)


@dataclass(frozen=True, slots=True)
class StatementResult:
    """A statement's result; own statements have no area."""

    status: Status
    area: str | None
    result: QuestionResult


@dataclass(frozen=True, slots=True)
class UnitMean:
    """The mean of an area for one unit that was asked ``statements`` statements; None when no figure is shown."""

    unit: Unit
    statements: int
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class AreaResult:
    """One of the eight areas (guide, «Overview of areas»)."""

    area: str
    means: tuple[UnitMean, ...]


@dataclass(frozen=True, slots=True)
class OtherAreaResult:
    """One of the ten areas outside the eight."""

    number: int
    key: str
    kind: OtherAreaKind
    items: tuple[QuestionResult, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """All published figures of one exercise; ``viewable`` is False when fewer than five submissions came in.

    Those that were ``imported`` were counted by a former system, whose statements were worded differently.
    """

    exercise_id: str
    school_id: str
    session_id: str
    level: EducationLevel
    family: Family
    catalogue_version: str
    first_day: date
    last_day: date
    participation: tuple[GroupParticipation, ...]
    participation_level: ParticipationLevel
    viewable: bool
    imported: bool = False
    units: tuple[Unit, ...] = ()
    hidden: tuple[RespondentGroup, ...] = ()
    units_with_open_answers: tuple[Unit, ...] = ()
    areas: tuple[AreaResult, ...] = ()
    statements: tuple[StatementResult, ...] = ()
    other_areas: tuple[OtherAreaResult, ...] = ()
    background: tuple[QuestionResult, ...] = ()
    experience: tuple[QuestionResult, ...] = ()

    def statement(self, code: str) -> QuestionResult | None:
        """Find a statement's result."""
        return next((entry.result for entry in self.statements if entry.result.code == code), None)


def make_results(
    exercise: Exercise, catalogue: Catalogue, tallies: Mapping[RespondentGroup, Tally], companies_trainers: int = 0
) -> Results:
    """Make everything that will be published of an exercise from its sealed tallies, one per group.

    ``companies_trainers`` is how many trainers companies invited, beside those whom the school invited itself; the
    trainers' tally holds what all of them answered.
    """
    if exercise.first_day is None or exercise.last_day is None:
        raise ValueError("an exercise without dates has no results")
    numbers = {group: exercise.numbers[group] for group in exercise.groups}
    if RespondentGroup.IN_COMPANY_TRAINER in numbers:
        numbers[RespondentGroup.IN_COMPANY_TRAINER] += companies_trainers
    participation = tuple(GroupParticipation(g, n, tallies[g].submissions) for g, n in numbers.items())
    head = Results(
        exercise_id=exercise.id,
        school_id=exercise.school_id,
        session_id=exercise.session_id,
        level=exercise.level,
        family=exercise.family,
        catalogue_version=exercise.catalogue_version,
        first_day=exercise.first_day,
        last_day=exercise.last_day,
        participation=participation,
        participation_level=participation_level(participation),
        viewable=sum(entry.submitted for entry in participation) >= FEWEST_FOR_RESULTS,
        imported=exercise.imported,
    )
    if not head.viewable:
        return head
    return with_figures(head, exercise, catalogue, disclose(numbers, tallies), figures_of_unit)


def with_figures(
    head: Results, exercise: Exercise, catalogue: Catalogue, disclosure: Disclosure, make_figure: FigureMaker
) -> Results:
    """Add all figures of the units that may be shown; everything that is derived is made of those figures alone."""
    asked: dict[str, list[RespondentGroup]] = {}
    questions: dict[str, Question] = {}
    for group in exercise.groups:
        for code, question in exercise.questionnaire(catalogue, group).questions.items():
            asked.setdefault(code, []).append(group)
            questions.setdefault(code, question)
    exact: dict[tuple[str, Unit], Fraction] = {}

    def result(code: str, *, overall: bool = True) -> QuestionResult:
        groups = tuple(asked[code])
        figures = []
        for entry in disclosure.shown:
            if disclosure.covers(entry, groups) and not _is_unanimous(disclosure, entry, groups, questions[code]):
                figure, mean = make_figure(entry, questions[code])
                if figure is not None:
                    figures.append(figure)
                if mean is not None:
                    exact[code, entry.unit] = mean
        units = disclosure.units_asked(groups) if overall else None
        means = [exact.get((code, entry.unit)) for entry in units or ()]
        complete = [mean for mean in means if mean is not None]
        together = _mean(complete) if complete and len(complete) == len(means) else None
        return QuestionResult(code, groups, tuple(figures), _one_decimal(together))

    statements = [
        StatementResult(statement.status, statement.area, result(statement.code))
        for statement in catalogue.statements
        if statement.code in asked
    ]
    statements += [
        StatementResult(Status.OWN, None, result(own.code))
        for own in exercise.own
        if not (disclosure.merges_staff and _only_one_of_staff(own.groups))
    ]
    return replace(
        head,
        units=tuple(entry.unit for entry in disclosure.shown),
        hidden=disclosure.hidden,
        units_with_open_answers=tuple(entry.unit for entry in disclosure.shown if entry.has_breakdowns),
        areas=tuple(
            AreaResult(area, tuple(_area_mean(entry, area, statements, exact) for entry in disclosure.shown))
            for area in catalogue.areas
        ),
        statements=tuple(statements),
        other_areas=tuple(
            OtherAreaResult(
                area.number,
                area.key,
                area.kind,
                (result(area.key, overall=False),)
                if area.kind is OtherAreaKind.TICKS
                else tuple(
                    result(item_question(area.key, item.code), overall=False)
                    for item in items_of(area, exercise.family)
                ),
            )
            for area in catalogue.other_areas
            if set(area.groups) & set(exercise.groups)
        ),
        background=tuple(result(b.key, overall=False) for b in catalogue.background if b.key in asked),
        experience=tuple(result(key, overall=False) for key in catalogue.experience),
    )


def _only_one_of_staff(groups: Sequence[RespondentGroup]) -> bool:
    staff = {RespondentGroup.SCHOOL_LEADER, RespondentGroup.TEACHER}
    return len(staff & set(groups)) == 1


def _is_unanimous(disclosure: Disclosure, entry: Shown, asked: Sequence[RespondentGroup], question: Question) -> bool:
    """Tell whether everybody in «staff» with a small group in it chose the same option.

    It would tell what the small group chose; any other spread leaves that open (docs/adr/0008-staff-of-one-mind.md).
    """
    part = [group for group in entry.groups if group in asked]
    if len(part) == 1 or not disclosure.small & set(part):
        return False
    counts = entry.tally.counts
    return any(counts.get(counter(question.code, option), 0) == entry.submissions for option in question.ratings)


def figures_of_unit(entry: Shown, question: Question) -> tuple[Figure | None, Fraction | None]:
    """Make a unit's figure with its exact mean; nothing when fewer than three answered."""
    counts = entry.tally.counts
    chosen = [counts.get(counter(question.code, option), 0) for option in question.ratings]
    not_applicable = counts.get(counter(question.code, NOT_APPLICABLE), 0)
    if question.kind is ScaleKind.TICK_ALL:
        answered = counts.get(counter(question.code, ANY_TICK), 0)
        if answered < FEWEST_PEOPLE or not entry.has_breakdowns:
            return None, None
        shares = tuple(
            Share(option, percent(count, answered)) for option, count in zip(question.ratings, chosen, strict=True)
        )
        return Figure(entry.unit, answered, not_applicable, None, shares), None
    answered = sum(chosen)
    rated = question.kind is ScaleKind.RATING
    if answered < FEWEST_PEOPLE or not (rated or entry.has_breakdowns):
        return None, None
    breakdown = tuple(map(Share, question.ratings, whole_percents(chosen))) if entry.has_breakdowns else None
    mean = mean_of_options(chosen) if rated else None
    return Figure(entry.unit, answered, not_applicable, _one_decimal(mean), breakdown), mean


def _area_mean(
    entry: Shown, area: str, statements: Sequence[StatementResult], exact: Mapping[tuple[str, Unit], Fraction]
) -> UnitMean:
    codes = [s.result.code for s in statements if s.area == area and set(s.result.asked) & set(entry.groups)]
    means = [exact[code, entry.unit] for code in codes if (code, entry.unit) in exact]
    return UnitMean(entry.unit, len(codes), _one_decimal(_mean(means)) if means else None)


def mean_of_options(counts: Sequence[int]) -> Fraction:
    """Return the exact mean of ratings 1, 2, … given how many chose each; somebody must have."""
    return Fraction(sum(rating * count for rating, count in enumerate(counts, start=1)), sum(counts))


def one_decimal(value: Fraction) -> Decimal:
    """Round to one decimal, half up."""
    tenths = (value * 10 + Fraction(1, 2)).__floor__()
    return Decimal(tenths).scaleb(-1)


def percent(part: int, whole: int) -> int:
    """Return a whole percent, rounded half up."""
    return (200 * part + whole) // (2 * whole)


def whole_percents(counts: Sequence[int]) -> list[int]:
    """Share 100 among options by the largest remainder; ties go to the lower option."""
    total = sum(counts)
    shares = [count * 100 // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda place: (-(counts[place] * 100 % total), place))
    for place in by_remainder[: 100 - sum(shares)]:
        shares[place] += 1
    return shares


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _one_decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else one_decimal(value)


class ListingState(StrEnum):
    """What the list of results says of one level in one session."""

    VIEWABLE = "viewable"
    COMPLETION_TOO_LOW = "completion_too_low"
    BEING_MADE = "being_made"
    RUNNING_UNTIL = "running_until"
    NOT_STARTED = "not_started"
    NOT_PARTICIPATING = "not_participating"


_LISTING: Final = {
    Phase.RUNNING: ListingState.RUNNING_UNTIL,
    Phase.CLOSING: ListingState.RUNNING_UNTIL,
    Phase.WAITING: ListingState.NOT_STARTED,
    Phase.SET_UP: ListingState.NOT_STARTED,
    Phase.GONE: ListingState.NOT_PARTICIPATING,
}


def listing_state(
    exercise: Exercise | None, viewable: bool | None, session: Session | None, now: datetime
) -> ListingState:
    """Say what the list shows (guide, figures 25 and 28); ``viewable`` is None while no results are stored."""
    if exercise is None:
        return ListingState.NOT_PARTICIPATING
    phase = exercise.phase(now, session)
    if phase is not Phase.OVER:
        return _LISTING[phase]
    if viewable is None:
        return ListingState.BEING_MADE
    return ListingState.VIEWABLE if viewable else ListingState.COMPLETION_TOO_LOW


def may_be_seen(results: Results, now: datetime) -> bool:
    """Tell whether results may be shown: the day after the last day has come and enough people answered."""
    return results.viewable and now >= deadlines.results_at(results.last_day)
