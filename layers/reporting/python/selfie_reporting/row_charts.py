"""Charts that are rows of bars: the statements of an area, own statements, other areas; and the list of all charts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Final

from selfie.i18n import format_number, translator
from selfie_reporting.charts import (
    AREA_COLOURS,
    CHART_WIDTH,
    HIGHEST,
    INK,
    LINE,
    LOWEST,
    OWN_COLOUR,
    SOFT,
    UNIT_COLOURS,
    UNIT_HATCHES,
    Anchor,
    Bar,
    Drawing,
    Hatch,
    Label,
    Stroke,
    area_sentence,
    areas_chart,
    code_of,
    coded,
    figure_of,
    finished,
    legend,
    mean_words,
    participation_chart,
    short_lines,
    statement_sentence,
    wheel_chart,
)
from selfie_reporting.results_view import (
    BackgroundView,
    ExperienceView,
    FigureView,
    OptionView,
    OtherAreaView,
    ResultsView,
    StatementView,
    UnitView,
)

_LEFT: Final = 300.0
_RIGHT: Final = 680.0
_FIRST: Final = 60.0
_BROAD: Final = 16.0
_THIN: Final = 13.0
_LINE: Final = 15.0
_LETTERS: Final = 40  # of a label's line
_AROUND: Final = 66.0  # what legend and scale need beside the rows


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar of a row: ``said`` stands beside it, ``value`` is None where nothing may be shown."""

    value: float | None
    said: str
    colour: str
    hatch: Hatch = Hatch.NONE
    tip: str = ""
    broad: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A label with its bars; without any it is a heading of the rows below."""

    label: str
    bars: Sequence[_Bar]
    bold: bool = True


@dataclass(frozen=True, slots=True)
class _Axis:
    """From where to where bars reach, and what is written below."""

    lowest: float
    highest: float
    marks: Sequence[tuple[float, str]]


def charts_of(view: ResultsView) -> dict[str, Callable[[], Drawing]]:
    """Name all charts of an exercise: only what is shown has some."""
    others = {f"other-{area['key']}": area for area in view["other_areas"]}
    background = {f"background-{asked['key']}": asked for asked in view["background"]}
    return {
        "participation": partial(participation_chart, view),
        "areas": partial(areas_chart, view),
        **{f"area-{area['code']}": partial(area_chart, view, area["code"]) for area in view["areas"]},
        **{f"wheel-{unit['unit']}": partial(wheel_chart, view, unit["unit"]) for unit in view["units"]},
        **({"own": partial(own_chart, view)} if any(s["area"] is None for s in view["statements"]) else {}),
        **{
            name: partial(other_area_chart, view, area)
            for name, area in others.items()
            if any(item["figures"] for item in area["items"])
        },
        **(
            {"experience": partial(experience_chart, view)}
            if any(rated["figures"] for rated in view["experience"])
            else {}
        ),
        **{name: partial(background_chart, view, asked) for name, asked in background.items() if _has_shares(asked)},
    }


def area_chart(view: ResultsView, code: str) -> Drawing:
    """Draw the statements of an area: a broad bar for all groups, a narrow one for each unit that was asked."""
    _ = translator(view["locale"]).gettext
    area = next(area for area in view["areas"] if area["code"] == code)
    rows = [_statement_row(view, s, AREA_COLOURS[code]) for s in view["statements"] if s["area"] == code]
    title = _("{area}: mean of each statement, from 1 to 5").format(area=area["name"])
    heading = Label(0, 14, coded(code, area["name"], view["locale"]), 15, bold=True, colour=AREA_COLOURS[code])
    return _rows_chart(view, title, heading, rows, _agreement(view))


def overview_slices(view: ResultsView, tallest: float) -> list[Drawing]:
    """Draw the means of all areas, on as many drawings as they need."""
    title = translator(view["locale"]).gettext("Mean of each area for each group, from 1 to 5")
    rows = []
    for area in view["areas"]:
        bars = []
        for entry in area["units"]:
            if entry["asked"]:
                tip = area_sentence(area, entry["unit"], view)
                bars.append(_unit_bar(entry["unit"], entry["mean"], mean_words(entry["mean"], view["locale"]), tip))
        rows.append(_Row(coded(area["code"], area["name"], view["locale"]), bars or [_Bar(None, "", INK)]))
    return _slices(view, title, rows, _agreement(view), tallest)


def area_slices(view: ResultsView, code: str | None, tallest: float) -> list[Drawing]:
    """Draw the statements of an area, or the school's own ones, on as many drawings as they need."""
    gettext = translator(view["locale"])
    statements = [statement for statement in view["statements"] if statement["area"] == code]
    rows = [_statement_row(view, s, AREA_COLOURS[code] if code else OWN_COLOUR) for s in statements]
    names = {area["code"]: area["name"] for area in view["areas"]}
    title = gettext.gettext("{area}: mean of each statement, from 1 to 5").format(
        area=names[code] if code else gettext.gettext("Your own statements")
    )
    return _slices(view, title, rows, _agreement(view), tallest)


def other_area_slices(view: ResultsView, area: OtherAreaView, tallest: float) -> list[Drawing]:
    """Draw one of the ten other areas, on as many drawings as it needs."""
    return _slices(view, area["name"], *_other_rows(view, area), tallest)


def own_chart(view: ResultsView) -> Drawing:
    """Draw the school's own statements in the same way; they stay in their language."""
    _ = translator(view["locale"]).gettext
    rows = [_statement_row(view, s, OWN_COLOUR) for s in view["statements"] if s["area"] is None]
    name = _("Your own statements")
    title = _("{area}: mean of each statement, from 1 to 5").format(area=name)
    return _rows_chart(view, title, Label(0, 14, name, 15, bold=True, colour=OWN_COLOUR), rows, _agreement(view))


def other_area_chart(view: ResultsView, area: OtherAreaView) -> Drawing:
    """Draw one of the ten other areas: means of its items, or the percentage of each option."""
    heading = Label(0, 14, area["name"], 15, bold=True, colour=OWN_COLOUR)
    return _rows_chart(view, area["name"], heading, *_other_rows(view, area))


def _other_rows(view: ResultsView, area: OtherAreaView) -> tuple[list[_Row], _Axis]:
    rated = [option["code"] for option in area["options"] if option["code"] != "na"]
    asked = area["questions"]
    if area["kind"] == "mean":
        marks = [(float(place), format_number(place, view["locale"])) for place in range(1, len(rated) + 1)]
        rows = [_Row(i["label"], _means(view, dict.fromkeys(asked, i["label"]), i["figures"])) for i in area["items"]]
        return rows, _Axis(1, len(rated), marks)
    rows = []
    for item in area["items"]:
        if len(area["items"]) > 1:
            rows.append(_Row(item["label"], ()))
        rows += _share_rows(view, area["options"], item["figures"])
    return rows, _percents(view)


def experience_chart(view: ResultsView) -> Drawing:
    """Draw what people thought of the questionnaire."""
    _ = translator(view["locale"]).gettext
    rows = [_Row(_wording(rated), _means(view, rated["texts"], rated["figures"])) for rated in view["experience"]]
    name = _("About the questionnaire")
    return _rows_chart(view, name, Label(0, 14, name, 15, bold=True, colour=OWN_COLOUR), rows, _agreement(view))


def background_chart(view: ResultsView, asked: BackgroundView) -> Drawing:
    """Draw how those who answered a background question divide."""
    rows = list(_share_rows(view, asked["options"], asked["figures"]))
    heading = Label(0, 14, asked["question"], 15, bold=True, colour=OWN_COLOUR)
    return _rows_chart(view, asked["question"], heading, rows, _percents(view))


def _wording(rated: ExperienceView) -> str:
    return next(iter(rated["texts"].values()))


def _has_shares(asked: BackgroundView) -> bool:
    return any(figure["shares"] for figure in asked["figures"])


def _statement_row(view: ResultsView, statement: StatementView, colour: str) -> _Row:
    _ = translator(view["locale"]).gettext
    overall = mean_words(statement["overall"], view["locale"])
    tip = _("{code} {topic}. All groups: mean {mean}.").format(
        code=code_of(statement), topic=statement["topic"], mean=overall
    )
    bars = [_Bar(statement["overall"], overall, colour, tip=tip, broad=True)]
    for unit in view["units"]:
        if set(unit["groups"]) & set(statement["asked"]):
            figure = figure_of(statement, unit["unit"])
            mean = figure["mean"] if figure else None
            tip = statement_sentence(statement, unit, view)
            bars.append(_unit_bar(unit["unit"], mean, mean_words(mean, view["locale"]), tip))
    return _Row(coded(code_of(statement), statement["topic"], view["locale"]), bars)


def _means(view: ResultsView, words: Mapping[str, str], figures: Sequence[FigureView]) -> list[_Bar]:
    """Make a bar for each unit; ``words`` are those of each group."""
    ngettext = translator(view["locale"]).ngettext
    bars = []
    for figure in figures:
        said = mean_words(figure["mean"], view["locale"])
        unit = _unit(view, figure["unit"])
        tip = ngettext(
            "{group}, {item}: mean {mean}, from {count} answer.",
            "{group}, {item}: mean {mean}, from {count} answers.",
            figure["answered"],
        ).format(
            group=unit["name"],
            item=" / ".join(dict.fromkeys(words[group] for group in unit["groups"] if group in words)),
            mean=said,
            count=format_number(figure["answered"], view["locale"]),
        )
        bars.append(_unit_bar(figure["unit"], figure["mean"], said, tip))
    return bars or [_Bar(None, "", INK)]


def _share_rows(view: ResultsView, options: Sequence[OptionView], figures: Sequence[FigureView]) -> Iterator[_Row]:
    """Yield a row for each option, with a bar for each unit that has shares."""
    translations = translator(view["locale"])
    for option in options:
        if option["code"] == "na":
            continue
        bars = []
        for figure in figures:
            share = next((s["percent"] for s in figure["shares"] or () if s["option"] == option["code"]), None)
            if share is None:
                continue
            said = translations.gettext("{percent}%").format(percent=format_number(share, view["locale"]))
            tip = translations.ngettext(
                "{group}, {item}: {percent} of {count} answer.",
                "{group}, {item}: {percent} of {count} answers.",
                figure["answered"],
            ).format(
                group=_unit(view, figure["unit"])["name"],
                item=option["label"],
                percent=said,
                count=format_number(figure["answered"], view["locale"]),
            )
            bars.append(_unit_bar(figure["unit"], share, said, tip))
        yield _Row(option["label"], bars or [_Bar(None, "", INK)], bold=False)


def _unit_bar(unit: str, value: float | None, said: str, tip: str) -> _Bar:
    return _Bar(value, said, UNIT_COLOURS[unit], UNIT_HATCHES[unit], tip)


def _unit(view: ResultsView, key: str) -> UnitView:
    return next(unit for unit in view["units"] if unit["unit"] == key)


def _agreement(view: ResultsView) -> _Axis:
    marks = [(float(mean), format_number(mean, view["locale"])) for mean in range(LOWEST, HIGHEST + 1)]
    return _Axis(LOWEST, HIGHEST, marks)


def _percents(view: ResultsView) -> _Axis:
    _ = translator(view["locale"]).gettext
    percents = ((share, format_number(share, view["locale"])) for share in range(0, 101, 25))
    return _Axis(0, 100, [(float(share), _("{percent}%").format(percent=said)) for share, said in percents])


def _slices(view: ResultsView, title: str, rows: Sequence[_Row], axis: _Axis, tallest: float) -> list[Drawing]:
    """Draw rows on as many drawings as they need, none of them taller; a heading stays with what it heads."""
    pages: list[list[_Row]] = [[]]
    for row, following in zip_longest(rows, rows[1:]):
        needed = _height(row) + (_height(following) if following is not None and not row.bars else 0)
        if pages[-1] and sum(map(_height, pages[-1])) + needed + _AROUND > tallest:
            pages.append([])
        pages[-1].append(row)
    # As many on each, if they fit: a last page with one bar looks forgotten.
    each = -(-len(rows) // len(pages))
    even = [list(rows[start : start + each]) for start in range(0, len(rows), each)] if rows else []
    if all(page[-1].bars and sum(map(_height, page)) + _AROUND <= tallest for page in even):
        pages = even
    return [_rows_chart(view, title, None, page, axis) for page in pages if page]


def _height(row: _Row) -> float:
    bars = sum(_BROAD if bar.broad else _THIN for bar in row.bars)
    lines = _LINE * len(short_lines(row.label, _LETTERS))
    return max(bars + (14 if row.bold else 8), lines + (17 if row.bold else 9))


def _rows_chart(view: ResultsView, title: str, heading: Label | None, rows: Sequence[_Row], axis: _Axis) -> Drawing:
    """Draw rows below a legend and, above both, a heading."""
    _ = translator(view["locale"]).gettext
    first = _FIRST if heading else _FIRST - 20

    def x_of(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - axis.lowest) / (axis.highest - axis.lowest)

    colours = {bar.colour for row in rows for bar in row.bars}
    shown = [unit for unit in view["units"] if UNIT_COLOURS[unit["unit"]] in colours]
    bars, labels = legend(shown, first - 36)
    labels += [heading] if heading else []
    top = first
    for row in rows:
        y = top
        for place, line in enumerate(short_lines(row.label, _LETTERS)):
            at = Label(_LEFT - 14, y + 13 + _LINE * place, line, 12.5, bold=row.bold, anchor=Anchor.END)
            # A heading begins where the labels do not: at the edge.
            labels.append(at if row.bars else Label(0, at.y, line, 12.5, bold=True))
        for bar in row.bars:
            thick = _BROAD if bar.broad else _THIN
            base = y + (12 if bar.broad else 10.5)
            if bar.value is None:
                labels.append(Label(_LEFT + 4, base - 0.5, _("not shown"), 10, colour=SOFT))
            else:
                # The lowest value keeps a sliver, so that it does not look like «no figure».
                length = max(x_of(bar.value) - _LEFT, 2)
                above = 0 if bar.broad else 1
                bars.append(Bar(_LEFT, y + above, length, thick - 2, bar.colour, bar.hatch, bar.tip))
                labels.append(Label(_LEFT + length + 6, base, bar.said, 12 if bar.broad else 10.5, bold=True))
            y += thick
        top += _height(row)
    bottom = top - 6
    grid = [Stroke(x_of(value), first - 8, x_of(value), bottom, LINE) for value, _said in axis.marks]
    for value, said in axis.marks:
        labels.append(Label(x_of(value), bottom + 16, said, 11, anchor=Anchor.MIDDLE, colour=SOFT))
    return finished(view, Drawing(CHART_WIDTH, bottom + 26, title, tuple(grid), tuple(bars), (), tuple(labels)))
