"""Join published results with their texts: the one shape that page, workbook and document are made from.

docs/results-view.md describes it. Nothing here computes a figure.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict

from selfie.catalogue import Option, Texts, catalogue
from selfie.domain.disclosure import Unit
from selfie.domain.exercise import Exercise
from selfie.domain.participation import GroupParticipation
from selfie.domain.questionnaire import AGREEMENT, OtherArea, OtherAreaKind, Status, items_of
from selfie.domain.results import Figure, OtherAreaResult, QuestionResult, Results, StatementResult
from selfie.domain.school import RespondentGroup
from selfie.i18n import text_direction
from selfie_reporting.words import Words, words

LEADER = RespondentGroup.SCHOOL_LEADER


class ShareView(TypedDict):
    """Whole percent of one option."""

    option: str
    percent: int


class FigureView(TypedDict):
    """What one unit says to one question; None is «may not be shown» or «has none»."""

    unit: str
    answered: int
    not_applicable: int
    mean: float | None
    shares: list[ShareView] | None


class OptionView(TypedDict):
    """One choice of a scale."""

    code: str
    label: str


class SessionView(TypedDict):
    """When, in the school's calendar."""

    id: str
    school_year: int
    number: int
    name: str


class GroupView(TypedDict):
    """One group's participation."""

    group: str
    name: str
    invited: int
    submitted: int
    required: int | None
    rate: int
    reaches_minimum: bool


class ParticipationView(TypedDict):
    """How many took part, and what that means for reading the rest."""

    level: str
    level_name: str
    caution: str | None
    groups: list[GroupView]


class UnitView(TypedDict):
    """Whom figures are shown for."""

    unit: str
    name: str
    groups: list[str]


class HiddenView(TypedDict):
    """A group that nothing can be shown of."""

    group: str
    name: str


class AreaUnitView(TypedDict):
    """An area's mean for a unit that was asked so many statements."""

    unit: str
    asked: int
    mean: float | None


class AreaView(TypedDict):
    """One of the eight areas."""

    code: str
    name: str
    units: list[AreaUnitView]


class StatementView(TypedDict):
    """One statement; ``locale`` is the language of its topic and texts."""

    code: str
    area: str | None
    status: str
    topic: str
    locale: str
    texts: dict[str, str]
    asked: list[str]
    overall: float | None
    figures: list[FigureView]


class NotChosenView(TypedDict):
    """An optional statement that the school did not choose."""

    code: str
    area: str
    topic: str
    asked: list[str]


class ItemView(TypedDict):
    """One item of an other area."""

    code: str
    label: str
    figures: list[FigureView]


class OtherAreaView(TypedDict):
    """One of the ten areas outside the eight."""

    number: int
    key: str
    name: str
    kind: str
    questions: dict[str, str]
    options: list[OptionView]
    items: list[ItemView]


class ExperienceView(TypedDict):
    """A rating of the questionnaire itself."""

    key: str
    texts: dict[str, str]
    figures: list[FigureView]


class BackgroundView(TypedDict):
    """A background question."""

    key: str
    question: str
    options: list[OptionView]
    figures: list[FigureView]


class OpenAnswersView(TypedDict):
    """What the people of one unit wrote."""

    unit: str
    questions: dict[str, str]
    texts: list[str]


class ResultsView(TypedDict):
    """Everything of one exercise that may be shown, in one language."""

    exercise: str
    locale: str
    direction: str
    school_id: str
    level: str
    level_name: str
    session: SessionView
    first_day: str
    last_day: str
    imported: bool
    participation: ParticipationView
    units: list[UnitView]
    hidden: list[HiddenView]
    scales: dict[str, list[OptionView]]
    areas: list[AreaView]
    statements: list[StatementView]
    not_chosen: list[NotChosenView]
    other_areas: list[OtherAreaView]
    experience: list[ExperienceView]
    background: list[BackgroundView]
    open_answers: list[OpenAnswersView]


def results_view(
    results: Results, exercise: Exercise, texts: Texts, open_answers: Mapping[str, Sequence[str]], locale: str
) -> ResultsView:
    """Write viewable results with every text; own statements stay in the language they were written in."""
    said = words(locale)
    year, number = results.session_id.split("-")
    asked = {entry.result.code for entry in results.statements}
    everything = catalogue(texts.version)
    other_areas = {area.key: area for area in everything.other_areas}
    return {
        "exercise": results.exercise_id,
        "locale": locale,
        "direction": text_direction(locale),
        "school_id": results.school_id,
        "level": results.level,
        "level_name": said.levels[results.level],
        "session": {
            "id": results.session_id,
            "school_year": int(year),
            "number": int(number),
            "name": said.session(results.session_id),
        },
        "first_day": results.first_day.isoformat(),
        "last_day": results.last_day.isoformat(),
        "imported": results.imported,
        "participation": {
            "level": results.participation_level,
            "level_name": said.participation[results.participation_level],
            "caution": _caution(results, said),
            "groups": [group_view(entry, said) for entry in results.participation],
        },
        "units": [
            {"unit": unit, "name": said.units[unit], "groups": [g for g in groups_in(unit) if g in exercise.groups]}
            for unit in results.units
        ],
        "hidden": [{"group": group, "name": said.units[group]} for group in results.hidden],
        "scales": {AGREEMENT: _options(texts.options(AGREEMENT, LEADER))},
        "areas": [
            {
                "code": area.area,
                "name": texts.area_name(area.area),
                "units": [
                    {"unit": entry.unit, "asked": entry.statements, "mean": _number(entry.mean)} for entry in area.means
                ],
            }
            for area in results.areas
        ],
        "statements": [_statement(entry, exercise, texts, locale) for entry in results.statements],
        "not_chosen": [
            {
                "code": statement.code,
                "area": statement.area,
                "topic": texts.topic(statement.code),
                "asked": [group for group in statement.groups if group in exercise.groups],
            }
            for statement in everything.statements
            if statement.status is Status.OPTIONAL and statement.code not in asked
        ],
        "other_areas": [_other_area(area, other_areas[area.key], exercise, texts) for area in results.other_areas],
        "experience": [
            {
                "key": result.code,
                "texts": {group: texts.experience(result.code, group).text for group in result.asked},
                "figures": _figures(result),
            }
            for result in results.experience
        ],
        "background": [
            {
                "key": result.code,
                "question": texts.background(result.code),
                "options": _options(texts.background_options(result.code, result.asked[0])),
                "figures": _figures(result),
            }
            for result in results.background
        ],
        "open_answers": [
            {
                "unit": unit,
                "questions": {
                    group: texts.open_question(group).text for group in groups_in(unit) if group in exercise.groups
                },
                "texts": list(open_answers[unit]),
            }
            for unit in results.units_with_open_answers
            if open_answers.get(unit)
        ],
    }


def _caution(results: Results, said: Words) -> str | None:
    """Say with how much care the figures are to be read: whole sentences, one after the other."""
    origin = said.of_former_system if results.imported else None
    return " ".join(filter(None, (origin, said.cautions.get(results.participation_level)))) or None


def groups_in(unit: Unit) -> tuple[RespondentGroup, ...]:
    """Name the groups that a unit stands for."""
    if unit is Unit.STAFF:
        return (RespondentGroup.SCHOOL_LEADER, RespondentGroup.TEACHER)
    return (RespondentGroup(unit.value),)


def group_view(entry: GroupParticipation, said: Words) -> GroupView:
    """Write one group's participation."""
    return {
        "group": entry.group,
        "name": said.units[entry.group],
        "invited": entry.invited,
        "submitted": entry.submitted,
        "required": entry.required,
        "rate": entry.rate,
        "reaches_minimum": entry.reaches_minimum,
    }


def _statement(entry: StatementResult, exercise: Exercise, texts: Texts, locale: str) -> StatementView:
    result = entry.result
    own = next((own for own in exercise.own if own.code == result.code), None) if entry.area is None else None
    if own is not None:
        worded = {group: texts.own_statement(own, group).text for group in result.asked}
    else:
        worded = {group: texts.statement(result.code, group).text for group in result.asked}
    return {
        "code": result.code,
        "area": entry.area,
        "status": entry.status,
        "topic": worded[result.asked[0]] if own is not None else texts.topic(result.code),
        "locale": own.locale if own is not None else locale,
        "texts": {group.value: text for group, text in worded.items()},
        "asked": [group.value for group in result.asked],
        "overall": _number(result.overall),
        "figures": _figures(result),
    }


def _other_area(area: OtherAreaResult, entry: OtherArea, exercise: Exercise, texts: Texts) -> OtherAreaView:
    groups = [group for group in entry.groups if group in exercise.groups]
    ticks = area.kind is OtherAreaKind.TICKS
    if ticks:
        options = [
            OptionView(code=item.code, label=texts.other_area_item(area.key, item.code))
            for item in items_of(entry, exercise.family)
        ]
    else:
        options = _options(texts.options(entry.scale, groups[0]))
    return {
        "number": area.number,
        "key": area.key,
        "name": texts.other_area_name(area.key),
        "kind": area.kind,
        "questions": {group.value: texts.other_area_question(area.key, group).text for group in groups},
        "options": options,
        "items": [
            {
                "code": item.code,
                "label": texts.other_area_name(area.key)
                if ticks
                else texts.other_area_item(area.key, item.code.rpartition(".")[2]),
                "figures": _figures(item),
            }
            for item in area.items
        ],
    }


def _figures(result: QuestionResult) -> list[FigureView]:
    return [_figure(figure) for figure in result.figures]


def _figure(figure: Figure) -> FigureView:
    shares = figure.shares
    return {
        "unit": figure.unit,
        "answered": figure.answered,
        "not_applicable": figure.not_applicable,
        "mean": _number(figure.mean),
        "shares": None if shares is None else [{"option": s.option, "percent": s.percent} for s in shares],
    }


def _options(options: Sequence[Option]) -> list[OptionView]:
    return [{"code": option.code, "label": option.label} for option in options]


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
