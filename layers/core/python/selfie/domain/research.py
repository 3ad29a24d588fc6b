"""Research data: what of a school's published results enters totals over many schools, and which totals may leave.

A total is the unweighted mean, over schools, of the percentage that chose an option. Every session has one table, made
once from a frozen set of schools; a release is a part of it. Nothing is kept back by chance: whatever leaves, of
levels, regions and changes over time, can be computed from sums over classes of schools, each school in one class of a
session, and every class is safe by itself (docs/adr/0017-research-data.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from selfie.domain import deadlines
from selfie.domain.disclosure import Unit
from selfie.domain.errors import Invalid, SelfieError
from selfie.domain.questionnaire import OtherAreaKind, Status, item_question
from selfie.domain.results import Figure, Results, one_decimal
from selfie.domain.school import EducationLevel, School
from selfie.domain.session import Session

# Domain page, «Research data»: a row needs at least ten schools.
FEWEST_SCHOOLS: Final = 10
# Whoever knows the answers of one school of a class, as that school does, cannot narrow those of another down to less
# than this many percentage points.
LEAST_OPEN: Final = 50
# «Largest ≤ 50 % of respondents»: no school has more than half of the persons behind a row.
LARGEST_PART: Final = Fraction(1, 2)
SCHOOLS_ROUNDED_TO: Final = 5
TICKED, NOT_TICKED = "ticked", "not_ticked"
# All schools of a country whose region is not shown by itself.
REST: Final = ""
LONGEST_RECIPIENT: Final = 200


class Purpose(StrEnum):
    """What a release may be for; marketing and judging schools or persons are not among them, and nothing else is."""

    SCIENTIFIC_RESEARCH = "scientific_research"
    EDUCATION_POLICY = "education_policy"
    PUBLIC_REPORT = "public_report"
    QUALITY_OF_SERVICE = "quality_of_service"


class SessionNotOver(SelfieError):
    """Exercises of the session may still be answered or closed, so its set of schools cannot be frozen."""

    code = "session_not_over"


class LinkedElsewhere(SelfieError):
    """One of the sessions was compared with another one: a second pair would cut the same data differently."""

    code = "linked_elsewhere"


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """Which exercises are totalled together; no exercise is in two."""

    session_id: str
    country: str
    level: EducationLevel
    version: str


@dataclass(frozen=True, slots=True)
class Percentages:
    """How one school's group answered one question; ``options`` add up to 100, ``answered`` people are behind them."""

    unit: Unit
    question: str
    answered: int
    options: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What an exercise gives to research; ``sealed`` is the school's id, which the release job alone can open."""

    cut: Cut
    region: str
    sealed: bytes
    percentages: tuple[Percentages, ...]


Key = tuple[Unit, str]


@dataclass(slots=True)
class Totals:
    """One question of one group over some schools, to which schools are added; exact, and never shown.

    ``totals`` are sums of percentages by option, ``most`` the largest of a single school.
    """

    schools: int = 0
    answered: int = 0
    most_answered: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)

    def add(self, entry: Percentages) -> None:
        """Add a school."""
        self.schools += 1
        self.answered += entry.answered
        self.most_answered = max(self.most_answered, entry.answered)
        for option, percent in entry.options.items():
            self.totals[option] = self.totals.get(option, 0) + percent
            self.most[option] = max(self.most.get(option, 0), percent)

    def without(self, part: "Totals") -> "Totals":
        """Return what is left without some of the schools; of its largest ones it is only known what they can be."""
        return Totals(
            self.schools - part.schools,
            self.answered - part.answered,
            self.most_answered,
            {option: total - part.totals.get(option, 0) for option, total in self.totals.items()},
            self.most,
        )

    def open_to(self, options: Iterable[str]) -> int:
        """Return how many percentage points some options have beside any one school's."""
        return sum(self.totals[option] - self.most[option] for option in options)


@dataclass(frozen=True, slots=True)
class Cell:
    """One question of one group in the frozen table of a cut.

    ``shown`` are the options of which something may leave. ``parts`` are safe classes of schools: by region where the
    region is shown by itself, all others under ``REST``.
    """

    unit: Unit
    question: str
    shown: tuple[str, ...]
    parts: Mapping[str, Totals]

    @property
    def whole(self) -> Totals:
        """All schools of the cut."""
        return together(self.parts.values())


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it leaves; ``value`` is a mean of percentages or, with ``since``, how it changed since that session.

    The number of schools is rounded.
    """

    cut: Cut
    since: str
    region: str
    unit: Unit
    question: str
    option: str
    value: Decimal
    schools: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a release is asked for; an empty country, region or level means all of them."""

    session_id: str
    recipient: str
    purpose: Purpose
    since: str = ""
    country: str = ""
    region: str = ""
    levels: tuple[EducationLevel, ...] = ()

    @property
    def scope(self) -> str:
        """Where its files lie, and so who of the organisers may read them."""
        if self.region:
            return f"region/{self.country}/{self.region}"
        return f"country/{self.country}" if self.country else "all"

    def takes(self, row: Row) -> bool:
        """Tell whether a row belongs to it: whoever organises a region gets nothing of the others."""
        return (
            self.country in ("", row.cut.country)
            and self.region in ("", row.region)
            and (not self.levels or row.cut.level in self.levels)
        )


@dataclass(frozen=True, slots=True)
class Release:
    """A line of the public register; ``files`` are the hashes of what left, by name, ``schools`` is rounded."""

    id: str
    on: date
    wanted: Wanted
    rows: int
    schools: int
    files: Mapping[str, str]


def contribution(results: Results, school: School, sealed: bytes) -> Contribution | None:
    """Take from published results what may enter totals; nothing where the school itself may see nothing.

    Breakdowns exist from five submissions on. Own statements and open answers are not taken.
    """
    if not results.viewable:
        return None
    asked = [entry.result for entry in results.statements if entry.status is not Status.OWN]
    asked += [item for area in results.other_areas if area.kind is not OtherAreaKind.TICKS for item in area.items]
    asked += [*results.background, *results.experience]
    found = [
        Percentages(figure.unit, question.code, figure.answered, {s.option: s.percent for s in figure.shares})
        for question in asked
        for figure in question.figures
        if figure.shares
    ]
    for area in results.other_areas:
        if area.kind is OtherAreaKind.TICKS:
            found += [tick for item in area.items for figure in item.figures for tick in _ticks(area.key, figure)]
    cut = Cut(results.session_id, school.country, results.level, results.catalogue_version)
    return Contribution(cut, school.region, sealed, tuple(found))


def _ticks(area: str, figure: Figure) -> Iterator[Percentages]:
    """Yield each tick as a question of two options: who ticks one thing may tick another."""
    for share in figure.shares or ():
        options = {TICKED: share.percent, NOT_TICKED: 100 - share.percent}
        yield Percentages(figure.unit, item_question(area, share.option), figure.answered, options)


def together(parts: Iterable[Totals]) -> Totals:
    """Put classes of schools together."""
    whole = Totals()
    for part in parts:
        whole.schools += part.schools
        whole.answered += part.answered
        whole.most_answered = max(whole.most_answered, part.most_answered)
        for option, total in part.totals.items():
            whole.totals[option] = whole.totals.get(option, 0) + total
            whole.most[option] = max(whole.most.get(option, 0), part.most[option])
    return whole


def shown_options(whole: Totals) -> tuple[str, ...]:
    """Choose the options whose means may leave; those held back are together as open as a shown one.

    An option with nearly nothing would tell of every school that it has nearly nothing; an option with nearly
    everything leaves nearly nothing to the others.
    """
    if not is_safe(whole, ()):
        return ()
    options = sorted(whole.totals, key=lambda option: (whole.totals[option], option))
    held_back = [option for option in options if whole.open_to([option]) < LEAST_OPEN]
    others = [option for option in options if option not in held_back]
    # What is held back alone could be computed from the others, since all add up to 100.
    while held_back and others and (len(held_back) == 1 or whole.open_to(held_back) < LEAST_OPEN):
        held_back.append(others.pop(0))
    return tuple(option for option in whole.totals if option in others)


def is_safe(part: Totals, shown: Sequence[str]) -> bool:
    """Tell whether the sums of a class of schools may be known, by shown options and the others together."""
    if part.schools < FEWEST_SCHOOLS or part.most_answered > LARGEST_PART * part.answered:
        return False
    held_back = [option for option in part.totals if option not in shown]
    return all(part.open_to([option]) >= LEAST_OPEN for option in shown) and (
        not shown or not held_back or part.open_to(held_back) >= LEAST_OPEN
    )


def is_nobody_or_safe(part: Totals, shown: Sequence[str]) -> bool:
    """Tell whether a class may be what is left when others are taken away."""
    return part.schools == 0 or is_safe(part, shown)


def cell(key: Key, by_region: Mapping[str, Totals]) -> Cell | None:
    """Make a cell of the frozen table; nothing when not even the country's row may leave.

    Regions that are not safe are together with the schools that tell none; where those are not safe either, the
    smallest region joins them, and so on: taking regions away from their country shows nobody.
    """
    shown = shown_options(together(by_region.values()))
    if not shown:
        return None
    alone = [region for region, part in by_region.items() if region != REST and is_safe(part, shown)]
    alone.sort(key=lambda region: (-by_region[region].schools, region))

    def rest() -> Totals:
        return together(part for region, part in by_region.items() if region not in alone)

    while alone and not is_nobody_or_safe(rest(), shown):
        alone.pop()
    parts = {region: by_region[region] for region in sorted(alone)}
    return Cell(*key, shown, parts | {REST: rest()} if rest().schools else parts)


def rows(cut: Cut, cells: Iterable[Cell]) -> Iterator[Row]:
    """Yield the rows of a cut: the country's, and those of regions that are shown by themselves."""
    for entry in cells:
        regions = {region: part for region, part in entry.parts.items() if region != REST}
        for region, part in ({REST: entry.whole} | regions).items():
            for option in entry.shown:
                # The other of two ticks says the same.
                if option != NOT_TICKED:
                    value = one_decimal(Fraction(part.totals[option], part.schools))
                    number = rounded(part.schools)
                    yield Row(cut, "", region, entry.unit, entry.question, option, value, number)


def linked_rows(
    cut: Cut,
    before: tuple[Cell, Mapping[str, Totals]],
    after: tuple[Cell, Mapping[str, Totals]],
    since: str,
) -> Iterator[Row]:
    """Yield how the answers of the same schools changed from one session to another, for one question of a country.

    Each session is given with its frozen cell and the totals of the linked schools by region. In both, what is linked
    and what is not must be nobody or safe in every class of the frozen cell.
    """
    if not all(_may_be_linked(frozen, linked) for frozen, linked in (before, after)):
        return
    earlier, later = together(before[1].values()), together(after[1].values())
    entry = after[0]
    for option in entry.shown:
        if option in before[0].shown and option != NOT_TICKED and later.schools:
            value = one_decimal(Fraction(later.totals[option] - earlier.totals[option], later.schools))
            yield Row(cut, since, REST, entry.unit, entry.question, option, value, rounded(later.schools))


def _may_be_linked(frozen: Cell, linked: Mapping[str, Totals]) -> bool:
    in_class: dict[str, list[Totals]] = {region: [] for region in frozen.parts}
    for region, part in linked.items():
        in_class.setdefault(region if region in frozen.parts else REST, []).append(part)
    if set(in_class) != set(frozen.parts):
        return False
    return all(
        is_nobody_or_safe(part, frozen.shown)
        for region, parts in in_class.items()
        for part in (together(parts), frozen.parts[region].without(together(parts)))
    )


def rounded(schools: int) -> int:
    """Round a number of schools, so that one more or less does not show."""
    return (schools + SCHOOLS_ROUNDED_TO // 2) // SCHOOLS_ROUNDED_TO * SCHOOLS_ROUNDED_TO


def check_over(session: Session, now: datetime) -> None:
    """Raise SessionNotOver unless the last exercise of a session is over and its night is past."""
    if now < deadlines.results_at(session.last_day):
        raise SessionNotOver


def checked_recipient(text: str) -> str:
    """Return who receives a release, as the public register names them; raise Invalid."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_RECIPIENT:
        raise Invalid.one("recipient", "too_long" if name else "missing")
    return name
