"""Two exercises of a level side by side, all of them in a line, and what stands out: as pages and workbook show it.

docs/results-view.md describes the shapes. Only published figures come in.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict

from selfie.domain.comparison import Change, Hindrance, compare
from selfie.domain.disclosure import Unit
from selfie.domain.insights import insights
from selfie.domain.results import Results
from selfie.i18n import text_direction, translator
from selfie_reporting.results_view import ResultsView, SessionView, StatementView, UnitView, groups_in
from selfie_reporting.words import Words, words


class ExerciseView(TypedDict):
    """An exercise among others of its level."""

    exercise: str
    session: SessionView
    first_day: str
    last_day: str
    participation_level: str
    participation_level_name: str
    imported: bool


class ChangeView(TypedDict):
    """``unit`` is None for the overall mean, ``by`` where the comparison is not possible; ``hindrance`` says why."""

    unit: str | None
    left: float | None
    right: float | None
    by: float | None
    direction: str
    hindrance: str | None


class ComparedView(TypedDict):
    """A statement of the left exercise."""

    code: str
    area: str | None
    status: str
    topic: str
    locale: str
    changes: list[ChangeView]


class NamedAreaView(TypedDict):
    """An area by its name."""

    code: str
    name: str


class ComparisonView(TypedDict):
    """The left exercise relative to the right one."""

    locale: str
    direction: str
    level: str
    level_name: str
    left: ExerciseView
    right: ExerciseView
    units: list[UnitView]
    areas: list[NamedAreaView]
    statements: list[ComparedView]


class LineView(TypedDict):
    """One unit's means of an area, an entry for each exercise."""

    unit: str
    means: list[float | None]
    asked: list[int]


class AreaLinesView(TypedDict):
    """The lines of an area."""

    code: str
    name: str
    lines: list[LineView]


class DevelopmentView(TypedDict):
    """All viewable exercises of a level, oldest first."""

    locale: str
    direction: str
    level: str
    level_name: str
    exercises: list[ExerciseView]
    units: list[UnitView]
    areas: list[AreaLinesView]


class RankedView(TypedDict):
    """A high or low statement."""

    code: str
    mean: float
    few: bool


class GapView(TypedDict):
    """Two units that see a statement differently."""

    code: str
    high: str
    high_mean: float
    low: str
    low_mean: float
    by: float
    few: bool


class MovedView(TypedDict):
    """A statement whose overall mean has changed."""

    code: str
    left: float
    right: float
    by: float
    few: bool


class InsightsView(TypedDict):
    """What stands out; ``since`` is the exercise before, if there is one."""

    highest: list[RankedView]
    lowest: list[RankedView]
    gaps: list[GapView]
    since: ExerciseView | None
    moved: list[MovedView]


def comparison_view(left: Results, right: Results, view: ResultsView) -> ComparisonView:
    """Compare two exercises; ``view`` is the left one's, in the language to write in. Raise NotComparable."""
    said = words(view["locale"])
    by_code: dict[str, list[ChangeView]] = {}
    for change in compare(left, right):
        by_code.setdefault(change.code, []).append(_change(change))
    return {
        "locale": view["locale"],
        "direction": view["direction"],
        "level": view["level"],
        "level_name": view["level_name"],
        "left": _exercise(left, said),
        "right": _exercise(right, said),
        "units": view["units"],
        "areas": [{"code": area["code"], "name": area["name"]} for area in view["areas"]],
        "statements": [_compared(statement, by_code) for statement in view["statements"]],
    }


def development_view(history: Sequence[Results], names: Mapping[str, str], locale: str) -> DevelopmentView:
    """Put the area means of a level's exercises in a line, the oldest first; ``names`` are those of the areas."""
    said = words(locale)
    units = [unit for unit in Unit if any(unit in results.units for results in history)]
    return {
        "locale": locale,
        "direction": text_direction(locale),
        "level": history[-1].level,
        "level_name": said.levels[history[-1].level],
        "exercises": [_exercise(results, said) for results in history],
        "units": [{"unit": u, "name": said.units[u], "groups": list(groups_in(u))} for u in units],
        "areas": [
            {"code": code, "name": name, "lines": [_line(history, code, unit) for unit in units]}
            for code, name in names.items()
        ],
    }


def insights_view(results: Results, earlier: Results | None, locale: str) -> InsightsView:
    """Name the statements that stand out by their codes; the results have their texts."""
    found = insights(results, earlier)
    return {
        "highest": [{"code": r.code, "mean": float(r.mean), "few": r.few} for r in found.highest],
        "lowest": [{"code": r.code, "mean": float(r.mean), "few": r.few} for r in found.lowest],
        "gaps": [
            {
                "code": gap.code,
                "high": gap.high,
                "high_mean": float(gap.high_mean),
                "low": gap.low,
                "low_mean": float(gap.low_mean),
                "by": float(gap.by),
                "few": gap.few,
            }
            for gap in found.gaps
        ],
        "since": _exercise(earlier, words(locale)) if earlier else None,
        "moved": [
            {"code": change.code, "left": float(left), "right": float(right), "by": float(by), "few": few}
            for change, left, right, by, few in (
                (m.change, m.change.left, m.change.right, m.change.by, m.few) for m in found.moved
            )
            if left is not None and right is not None and by is not None
        ],
    }


def hindrance_words(locale: str) -> dict[str, str]:
    """Say why two figures cannot be compared."""
    _ = translator(locale).gettext
    return {
        Hindrance.OWN_STATEMENT: _("a statement of your own"),
        Hindrance.NOT_ASKED: _("not asked in the other exercise"),
        Hindrance.NOT_SHOWN: _("not shown in one of them"),
        Hindrance.OTHER_GROUPS: _("the groups were put together differently"),
    }


def _line(history: Sequence[Results], code: str, unit: Unit) -> LineView:
    entries = [
        next((mean for area in results.areas if area.area == code for mean in area.means if mean.unit is unit), None)
        for results in history
    ]
    return {
        "unit": unit,
        "means": [_number(entry.mean) if entry else None for entry in entries],
        "asked": [entry.statements if entry else 0 for entry in entries],
    }


def _exercise(results: Results, said: Words) -> ExerciseView:
    year, number = results.session_id.split("-")
    return {
        "exercise": results.exercise_id,
        "session": {
            "id": results.session_id,
            "school_year": int(year),
            "number": int(number),
            "name": said.session(results.session_id),
        },
        "first_day": results.first_day.isoformat(),
        "last_day": results.last_day.isoformat(),
        "participation_level": results.participation_level,
        "participation_level_name": said.participation[results.participation_level],
        "imported": results.imported,
    }


def _compared(statement: StatementView, changes: Mapping[str, list[ChangeView]]) -> ComparedView:
    return {
        "code": statement["code"],
        "area": statement["area"],
        "status": statement["status"],
        "topic": statement["topic"],
        "locale": statement["locale"],
        "changes": changes[statement["code"]],
    }


def _change(change: Change) -> ChangeView:
    return {
        "unit": change.unit,
        "left": _number(change.left),
        "right": _number(change.right),
        "by": _number(change.by),
        "direction": change.direction,
        "hindrance": change.hindrance,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
