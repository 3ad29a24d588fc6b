"""What is asked of whom: areas, statements, scales, other areas, and one group's questionnaire made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from selfie.domain.school import Family, RespondentGroup

NOT_APPLICABLE: Final = "na"
AGREEMENT: Final = "agreement"
MOST_OWN_STATEMENTS: Final = 10
LONGEST_STATEMENT: Final = 300
LONGEST_HELP: Final = 600
LONGEST_OPEN_TEXT: Final = 500


class ScaleKind(StrEnum):
    """How a question is answered."""

    RATING = "rating"
    TICK_ALL = "tick_all"
    CHOOSE_ONE = "choose_one"
    OPEN_TEXT = "open_text"


@dataclass(frozen=True, slots=True)
class Scale:
    """``options`` in order; those of a rating are 1 … n, and ``na`` comes last."""

    key: str
    kind: ScaleKind
    options: tuple[str, ...]


class Status(StrEnum):
    """Core statements are asked everywhere, optional ones where chosen, own ones where written."""

    CORE = "core"
    OPTIONAL = "optional"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the catalogue, without its texts; ``code`` is its area's letter and a number."""

    code: str
    status: Status
    groups: tuple[RespondentGroup, ...]

    @property
    def area(self) -> str:
        """The letter of its area."""
        return self.code[0]


@dataclass(frozen=True, slots=True)
class OwnText:
    """A statement of a school in one group's words."""

    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement that a school wrote; shown in the locale in which it was written, always on the agreement scale."""

    number: int
    locale: str
    created_on: date
    texts: Mapping[RespondentGroup, OwnText]

    @property
    def code(self) -> str:
        """How forms, tallies and results name it."""
        return f"own{self.number}"

    @property
    def groups(self) -> tuple[RespondentGroup, ...]:
        """Whom it addresses, in the usual order."""
        return tuple(group for group in RespondentGroup if group in self.texts)


class OtherAreaKind(StrEnum):
    """How an area outside the eight is shown (guide, «Other areas»)."""

    MEAN = "mean"
    TICKS = "ticks"
    OPTIONS = "options"


@dataclass(frozen=True, slots=True)
class OtherAreaItem:
    """One item; ``families`` is None where all families are asked."""

    code: str
    families: tuple[Family, ...] | None = None


@dataclass(frozen=True, slots=True)
class OtherArea:
    """One of the ten areas outside the eight; ``scale`` is empty for ticks."""

    number: int
    key: str
    kind: OtherAreaKind
    scale: str
    groups: tuple[RespondentGroup, ...]
    items: tuple[OtherAreaItem, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """An optional question about the respondent, in bands, never crossed with anything."""

    key: str
    groups: tuple[RespondentGroup, ...]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One published version of everything that can be asked, without its texts."""

    version: str
    areas: tuple[str, ...]
    statements: tuple[Statement, ...]
    scales: Mapping[str, Scale]
    other_areas: tuple[OtherArea, ...]
    background: tuple[Background, ...]
    experience: tuple[str, ...]

    @property
    def optional_codes(self) -> frozenset[str]:
        """The codes a coordinator may choose."""
        return frozenset(s.code for s in self.statements if s.status is Status.OPTIONAL)


class SectionKind(StrEnum):
    """What a page of the questionnaire is about."""

    AREA = "area"
    OWN = "own"
    OTHER_AREA = "other_area"
    BACKGROUND = "background"
    CLOSING = "closing"  # experience ratings and the open question


@dataclass(frozen=True, slots=True)
class Question:
    """One question of one group's questionnaire.

    ``code`` names its form field and begins its counters; ``options`` are the codes that may come back.
    """

    code: str
    kind: ScaleKind
    options: tuple[str, ...]
    scale: str = ""
    item: str = ""  # within an other area of several rated items

    @property
    def ratings(self) -> tuple[str, ...]:
        """The options that enter a mean or a breakdown."""
        return tuple(option for option in self.options if option != NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Section:
    """A page: an area (``key`` is its letter), own statements, an other area, the background or the end."""

    kind: SectionKind
    key: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All that one group of one exercise is asked, in order."""

    group: RespondentGroup
    family: Family
    sections: tuple[Section, ...]

    @property
    def questions(self) -> Mapping[str, Question]:
        """All questions by code, in order."""
        return {question.code: question for section in self.sections for question in section.questions}


OPEN_QUESTION: Final = "open"


def questionnaire_for(
    catalogue: Catalogue,
    family: Family,
    group: RespondentGroup,
    optional: Sequence[str] = (),
    own: Sequence[OwnStatement] = (),
) -> Questionnaire:
    """Put together what a group is asked: core, chosen optional and own statements, then the other areas."""
    agreement = catalogue.scales[AGREEMENT]
    sections = [
        Section(
            SectionKind.AREA,
            area,
            tuple(
                _rated(statement.code, agreement)
                for statement in catalogue.statements
                if statement.area == area
                and group in statement.groups
                and (statement.status is Status.CORE or statement.code in optional)
            ),
        )
        for area in catalogue.areas
    ]
    sections.append(Section(SectionKind.OWN, "own", tuple(_rated(s.code, agreement) for s in own if group in s.groups)))
    sections.extend(
        Section(SectionKind.OTHER_AREA, area.key, _other_area_questions(catalogue, area, family))
        for area in catalogue.other_areas
        if group in area.groups
    )
    sections.append(
        Section(
            SectionKind.BACKGROUND,
            "background",
            tuple(
                Question(entry.key, ScaleKind.CHOOSE_ONE, entry.options)
                for entry in catalogue.background
                if group in entry.groups
            ),
        )
    )
    closing = [_rated(key, agreement) for key in catalogue.experience]
    closing.append(Question(OPEN_QUESTION, ScaleKind.OPEN_TEXT, ()))
    sections.append(Section(SectionKind.CLOSING, "closing", tuple(closing)))
    return Questionnaire(group, family, tuple(section for section in sections if section.questions))


def items_of(area: OtherArea, family: Family) -> tuple[OtherAreaItem, ...]:
    """Leave out the items that a family is not asked."""
    return tuple(item for item in area.items if item.families is None or family in item.families)


def _rated(code: str, scale: Scale) -> Question:
    return Question(code, scale.kind, scale.options, scale.key)


def _other_area_questions(catalogue: Catalogue, area: OtherArea, family: Family) -> tuple[Question, ...]:
    items = items_of(area, family)
    if area.kind is OtherAreaKind.TICKS:
        return (Question(area.key, ScaleKind.TICK_ALL, (*(item.code for item in items), NOT_APPLICABLE)),)
    scale = catalogue.scales[area.scale]
    return tuple(
        Question(item_question(area.key, item.code), scale.kind, scale.options, scale.key, item.code) for item in items
    )


def item_question(area: str, item: str) -> str:
    """Name the question of one item of an other area; an area of one item has the item's name."""
    return area if area == item else f"{area}.{item}"
