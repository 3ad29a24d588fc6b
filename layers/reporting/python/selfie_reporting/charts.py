"""Charts as shapes and words: drawn once, written as SVG for pages and downloads, and by ``document`` into the PDF.

Words are kept apart from shapes because a PDF has to shape and order them itself. Every bar carries its unit's hatching
beside its colour, and every chart stands beside a table with the same figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from html import escape
from itertools import groupby
from math import cos, radians, sin
from typing import Final

from selfie.i18n import format_number, text_direction, translator
from selfie_reporting.comparison_view import DevelopmentView
from selfie_reporting.results_view import AreaView, FigureView, GroupView, ResultsView, StatementView, UnitView

# The light tokens of the site's stylesheet.
INK: Final = "#20242f"
SOFT: Final = "#555a66"
LINE: Final = "#ddd3c3"
SUNKEN: Final = "#f2ece1"
UNIT_COLOURS: Final = {
    "school_leader": "#1f4fa8",
    "teacher": "#c8372d",
    "student": "#b07d00",
    "in_company_trainer": "#5f887e",
    "staff": "#6d4a86",
}
AREA_COLOURS: Final = {
    "A": "#42156b",
    "B": "#ac1377",
    "C": "#27824c",
    "D": "#6b2d05",
    "E": "#9677b0",
    "F": "#2f83d8",
    "G": "#e8435f",
    "H": "#22384a",
}
OWN_COLOUR: Final = "#124c4a"
WHITE: Final = "#ffffff"
# The two greys of the wheel; the darker one is hatched as well.
NOT_ASKED: Final = "#e4e4e4"
NOT_CHOSEN: Final = "#8b8e96"


class Hatch(StrEnum):
    """Thin light lines over a bar, so that colour is never the only sign."""

    NONE = "none"
    RISING = "rising"
    FALLING = "falling"
    UPRIGHT = "upright"
    LEVEL = "level"


UNIT_HATCHES: Final = {
    "school_leader": Hatch.NONE,
    "teacher": Hatch.RISING,
    "student": Hatch.FALLING,
    "in_company_trainer": Hatch.UPRIGHT,
    "staff": Hatch.LEVEL,
}


class Anchor(StrEnum):
    """Where a word's point lies in it; START is the left end in both directions of writing."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle; ``tip`` is read out for it."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    hatch: Hatch = Hatch.NONE
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Wedge:
    """A part of a ring, in degrees from twelve o'clock clockwise; ``tip`` is read out for it."""

    x: float
    y: float
    inner: float
    outer: float
    start: float
    end: float
    colour: str
    hatch: Hatch = Hatch.NONE
    outline: str = ""
    tip: str = ""

    def mirrored(self, width: float) -> "Wedge":
        """Return it as it looks in a mirror beside a drawing of this width."""
        return replace(self, x=width - self.x, start=-self.end, end=-self.start)

    def outline_points(self) -> list[tuple[float, float]]:
        """Return the corners of a polygon that looks like it."""
        steps = max(1, int((self.end - self.start) / 3))
        angles = [self.start + (self.end - self.start) * step / steps for step in range(steps + 1)]
        around = [self.point(self.outer, angle) for angle in angles]
        return around + [self.point(self.inner, angle) for angle in reversed(angles)]

    def point(self, radius: float, angle: float) -> tuple[float, float]:
        """Return the place at a distance from the centre."""
        return self.x + radius * sin(radians(angle)), self.y - radius * cos(radians(angle))


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 1


@dataclass(frozen=True, slots=True)
class Label:
    """A word or number; ``y`` is its base line."""

    x: float
    y: float
    text: str
    size: float = 13
    bold: bool = False
    anchor: Anchor = Anchor.START
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of a size in points; ``title`` says what it shows, for those who do not see it.

    ``grid`` lies behind the bars; ``marks`` are dashed lines over them. A drawing has bars or wedges.
    """

    width: float
    height: float
    title: str
    grid: tuple[Stroke, ...]
    bars: tuple[Bar, ...]
    marks: tuple[Stroke, ...]
    labels: tuple[Label, ...]
    wedges: tuple[Wedge, ...] = ()

    def mirrored(self) -> "Drawing":
        """Return the drawing for readers who read from right to left."""
        swapped = {Anchor.START: Anchor.END, Anchor.END: Anchor.START, Anchor.MIDDLE: Anchor.MIDDLE}
        return replace(
            self,
            bars=tuple(replace(bar, x=self.width - bar.x - bar.width) for bar in self.bars),
            wedges=tuple(wedge.mirrored(self.width) for wedge in self.wedges),
            grid=tuple(replace(s, x1=self.width - s.x1, x2=self.width - s.x2) for s in self.grid),
            marks=tuple(replace(s, x1=self.width - s.x1, x2=self.width - s.x2) for s in self.marks),
            labels=tuple(replace(w, x=self.width - w.x, anchor=swapped[w.anchor]) for w in self.labels),
        )


# An invisible letter that is written from right to left.
RIGHT_TO_LEFT: Final = "\u200f"
CHART_WIDTH: Final = 720.0
# The ends of the agreement scale.
LOWEST: Final = 1
HIGHEST: Final = 5


def participation_chart(view: ResultsView) -> Drawing:
    """Draw the participation of an exercise that is over."""
    return participation_drawing(view["participation"]["groups"], view["locale"])


def participation_drawing(groups: Sequence[GroupView], locale: str) -> Drawing:
    """Draw the share of each group that took part, with the recommended minimum as a dashed line."""
    _ = translator(locale).gettext
    # A padded group may pass 100 %; the axis then grows to hold it.
    top = max(100, *(-(-entry["rate"] // 25) * 25 for entry in groups))
    left, right, first, step, thick = 190.0, 610.0, 34.0, 58.0, 26.0
    bottom = first + step * len(groups) - 14

    def x_of(percent: float) -> float:
        return left + (right - left) * percent / top

    grid, bars, marks, labels = [], [], [], []
    for percent in range(0, top + 1, 25):
        grid.append(Stroke(x_of(percent), first - 14, x_of(percent), bottom, LINE))
        words = _("{percent}%").format(percent=format_number(percent, locale))
        labels.append(Label(x_of(percent), bottom + 18, words, 11, anchor=Anchor.MIDDLE, colour=SOFT))
    for place, entry in enumerate(groups):
        y = first + place * step
        bars.append(Bar(left, y, right - left, thick, SUNKEN))
        bars.append(
            Bar(
                left,
                y,
                x_of(entry["rate"]) - left,
                thick,
                UNIT_COLOURS[entry["group"]],
                UNIT_HATCHES[entry["group"]],
                participation_sentence(entry, locale),
            )
        )
        labels.append(Label(left - 14, y + 18, entry["name"], 13, bold=True, anchor=Anchor.END))
        fraction = _("{submitted} of {invited}").format(
            submitted=format_number(entry["submitted"], locale),
            invited=format_number(entry["invited"], locale),
        )
        labels.append(Label(right + 14, y + 18, fraction, 13, bold=True))
        if entry["required"] is not None:
            x = x_of(100 * entry["required"] / entry["invited"])
            marks.append(Stroke(x, y - 6, x, y + thick + 6, INK, 2))
            minimum = _("minimum {number}").format(number=format_number(entry["required"], locale))
            labels.append(Label(x, y + thick + 17, minimum, 10.5, anchor=Anchor.MIDDLE, colour=SOFT))
    title = _("How many of each group took part, and the recommended minimum")
    drawing = Drawing(CHART_WIDTH, bottom + 30, title, tuple(grid), tuple(bars), tuple(marks), tuple(labels))
    return drawing.mirrored() if text_direction(locale) == "rtl" else drawing


def areas_chart(view: ResultsView) -> Drawing:
    """Draw the mean of each area for each unit, from 1 to 5."""
    _ = translator(view["locale"]).gettext
    left, right, first, thick, gap = 300.0, 680.0, 46.0, 13.0, 22.0
    step = thick * len(view["units"]) + gap
    bottom = first + step * len(view["areas"]) - gap + 8

    def x_of(mean: float) -> float:
        return left + (right - left) * (mean - 1) / 4

    grid = []
    bars, labels = legend(view["units"], 4)
    for mean in range(1, 6):
        grid.append(Stroke(x_of(mean), first - 8, x_of(mean), bottom, LINE))
        number = format_number(mean, view["locale"])
        labels.append(Label(x_of(mean), bottom + 16, number, 11, anchor=Anchor.MIDDLE, colour=SOFT))
    for place, area in enumerate(view["areas"]):
        y = first + place * step
        middle = y + thick * len(view["units"]) / 2
        bars.append(Bar(0, y, 5, thick * len(view["units"]), AREA_COLOURS[area["code"]]))
        lines = two_lines(area["name"], 38)
        for number_of_line, line in enumerate(lines):
            base = middle + 4.5 + (number_of_line - (len(lines) - 1) / 2) * 15
            labels.append(Label(left - 14, base, line, 12.5, bold=True, anchor=Anchor.END))
        for row, entry in enumerate(area["units"]):
            top = y + row * thick
            if entry["mean"] is None:
                shown = _("not asked") if entry["asked"] == 0 else _("not shown")
                labels.append(Label(left + 4, top + 10, shown, 10, colour=SOFT))
                continue
            said = mean_words(entry["mean"], view["locale"])
            bars.append(
                Bar(
                    left,
                    top + 1,
                    # A mean of exactly 1 keeps a sliver, so that it does not look like «no figure».
                    max(x_of(entry["mean"]) - left, 2),
                    thick - 2,
                    UNIT_COLOURS[entry["unit"]],
                    UNIT_HATCHES[entry["unit"]],
                    area_sentence(area, entry["unit"], view),
                )
            )
            labels.append(Label(max(x_of(entry["mean"]), left + 2) + 6, top + 10.5, said, 10.5, bold=True))
    title = _("Mean of each area for each group, from 1 to 5")
    return finished(view, Drawing(CHART_WIDTH, bottom + 26, title, tuple(grid), tuple(bars), (), tuple(labels)))


# The wheel's radii: its hole, its rim at a mean of 5, the ring of area colours, the codes around it.
_HOLE, _RIM, _RING, _CODES = 78.0, 214.0, (220.0, 229.0), 245.0
_WHEEL_WIDTH: Final = 560.0
_BETWEEN_AREAS: Final = 1.6


def wheel_chart(view: ResultsView, unit_key: str) -> Drawing:
    """Draw one segment per statement for a unit (guide, figure 33); the longer, the higher its mean.

    Light grey is a statement that the unit was not asked, dark grey an optional one that was not chosen.
    """
    _ = translator(view["locale"]).gettext
    unit = next(unit for unit in view["units"] if unit["unit"] == unit_key)
    x, y, degrees = _WHEEL_WIDTH / 2, 262.0, 360 - _BETWEEN_AREAS * len(view["areas"])
    segments = wheel_segments(view, unit)
    each = degrees / len(segments)
    wedges = [_ring(x, y, _radius(mean), LINE) for mean in range(LOWEST, HIGHEST + 1)]
    labels = []
    angle = _BETWEEN_AREAS / 2
    for area in view["areas"]:
        begun = angle
        for segment in (segment for segment in segments if segment.area == area["code"]):
            wedges.append(_segment_wedge(segment, x, y, angle, angle + each))
            middle = radians(angle + each / 2)
            beside, below = x + _CODES * sin(middle), y - _CODES * cos(middle) + 3.5
            colour = INK if segment.mean is not None else SOFT
            labels.append(Label(beside, below, segment.code, 9.5, anchor=Anchor.MIDDLE, colour=colour))
            angle += each
        wedges.append(Wedge(x, y, *_RING, begun, angle, AREA_COLOURS[area["code"]]))
        angle += _BETWEEN_AREAS
    wedges.append(Wedge(x, y, _HOLE - 14, _HOLE - 8, 0, _WHOLE_TURN, UNIT_COLOURS[unit_key]))
    lines = short_lines(unit["name"], 15)
    for place, line in enumerate(lines):
        base = y + 5 + (place - (len(lines) - 1) / 2) * 17
        labels.append(Label(x, base, line, 13.5, bold=True, anchor=Anchor.MIDDLE))
    for mean in (LOWEST, HIGHEST):
        number = format_number(mean, view["locale"])
        labels.append(Label(x, y - _radius(mean) + 3.5, number, 9, bold=True, anchor=Anchor.MIDDLE, colour=SOFT))
    bars = []
    greys = (
        (NOT_ASKED, Hatch.NONE, _("not for this group")),
        (NOT_CHOSEN, Hatch.RISING, _("optional, not chosen")),
        (WHITE, Hatch.NONE, _("not shown")),
    )
    for place, (colour, hatch, words) in enumerate(greys):
        top = 536.0 + 21 * place
        if colour == WHITE:
            # Two halves: a whole ring this small would begin and end at the same written point, and not be drawn.
            wedges.extend(Wedge(8, top + 7, 6.5, 7.5, begun, begun + 180, SOFT) for begun in (0, 180))
        else:
            bars.append(Bar(0, top, 16, 14, colour, hatch))
        labels.append(Label(23, top + 11.5, words, 12))
    title = _("Mean of each statement for {group}, from 1 in the middle to 5 at the rim").format(group=unit["name"])
    return finished(view, Drawing(_WHEEL_WIDTH, 598, title, (), tuple(bars), (), tuple(labels), tuple(wedges)))


def development_chart(view: DevelopmentView, code: str) -> Drawing:
    """Draw the means of an area over all exercises of a level, a line for each unit."""
    _ = translator(view["locale"]).gettext
    area = next(area for area in view["areas"] if area["code"] == code)
    left, right, top, bottom = 40.0, 680.0, 70.0, 330.0
    count = len(view["exercises"])

    def y_of(mean: float) -> float:
        return bottom - (bottom - top) * (mean - LOWEST) / (HIGHEST - LOWEST)

    bars, labels = legend(view["units"], 24)
    heading = coded(code, area["name"], view["locale"])
    labels.append(Label(0, 14, heading, 15, bold=True, colour=AREA_COLOURS[code]))
    grid = [Stroke(left, y_of(mean), right, y_of(mean), LINE) for mean in range(LOWEST, HIGHEST + 1)]
    for mean in range(LOWEST, HIGHEST + 1):
        number = format_number(mean, view["locale"])
        labels.append(Label(left - 12, y_of(mean) + 4, number, 11, anchor=Anchor.END, colour=SOFT))
    places = [left + (right - left) * (place + 0.5) / count for place in range(count)]
    for x, exercise in zip(places, view["exercises"], strict=True):
        for row, line in enumerate(two_lines(exercise["session"]["name"], 12)):
            labels.append(Label(x, bottom + 20 + 14 * row, line, 11, anchor=Anchor.MIDDLE, colour=SOFT))
    for order, (line_of, unit) in enumerate(zip(area["lines"], view["units"], strict=True)):
        colour, hatch = UNIT_COLOURS[unit["unit"]], UNIT_HATCHES[unit["unit"]]
        # Side by side, so that equal means do not cover one another.
        beside = 22 * (order - (len(view["units"]) - 1) / 2)
        before: tuple[float, float] | None = None
        for x, shown, exercise in zip(places, line_of["means"], view["exercises"], strict=True):
            if shown is None:
                before = None
                continue
            here = (x + beside, y_of(shown))
            if before is not None:
                grid.append(Stroke(*before, *here, colour, 2))
            said = mean_words(shown, view["locale"])
            tip = _("{group}, {session}: mean {mean}.").format(
                group=unit["name"], session=exercise["session"]["name"], mean=said
            )
            bars.append(Bar(here[0] - 5.5, here[1] - 5.5, 11, 11, colour, hatch, tip))
            labels.append(Label(here[0], here[1] - 10, said, 10.5, bold=True, anchor=Anchor.MIDDLE))
            before = here
    title = _("{area}: mean of each group in every exercise").format(area=area["name"])
    drawing = Drawing(CHART_WIDTH, bottom + 46, title, tuple(grid), tuple(bars), (), tuple(labels))
    return drawing.mirrored() if view["direction"] == "rtl" else drawing


@dataclass(frozen=True, slots=True)
class Segment:
    """A statement in the wheel; grey where it was not asked or not chosen, white where nothing is shown."""

    code: str
    area: str
    mean: float | None
    colour: str
    tip: str


def wheel_segments(view: ResultsView, unit: UnitView) -> list[Segment]:
    """Return all core and optional statements in position order, as they are for a unit."""
    _ = translator(view["locale"]).gettext
    segments = []
    for statement in view["statements"]:
        if statement["area"] is None:
            continue
        code, area = statement["code"], statement["area"]
        if not set(unit["groups"]) & set(statement["asked"]):
            tip = _("{code} {topic}. Not for this group.").format(code=code, topic=statement["topic"])
            segments.append(Segment(code, area, None, NOT_ASKED, tip))
            continue
        figure = figure_of(statement, unit["unit"])
        mean = figure["mean"] if figure else None
        colour = WHITE if mean is None else AREA_COLOURS[area]
        segments.append(Segment(code, area, mean, colour, statement_sentence(statement, unit, view)))
    for left_out in view["not_chosen"]:
        asked = bool(set(unit["groups"]) & set(left_out["asked"]))
        text = _("{code} {topic}. Optional, not chosen.") if asked else _("{code} {topic}. Not for this group.")
        tip = text.format(code=left_out["code"], topic=left_out["topic"])
        segments.append(Segment(left_out["code"], left_out["area"], None, NOT_CHOSEN if asked else NOT_ASKED, tip))
    return sorted(segments, key=lambda segment: (segment.area, int(segment.code[1:])))


def _segment_wedge(segment: Segment, x: float, y: float, start: float, end: float) -> Wedge:
    hatch = Hatch.RISING if segment.colour == NOT_CHOSEN else Hatch.NONE
    # A mean of exactly 1 keeps a sliver, so that it does not look like «no figure».
    outer = _RIM if segment.mean is None else max(_radius(segment.mean), _HOLE + 3)
    outline = SOFT if segment.colour == WHITE else WHITE
    return Wedge(x, y, _HOLE, outer, start, end, segment.colour, hatch, outline, segment.tip)


def _radius(mean: float) -> float:
    return _HOLE + (_RIM - _HOLE) * (mean - LOWEST) / (HIGHEST - LOWEST)


# A little less than a turn: an arc that ends where it begins is not drawn.
_WHOLE_TURN: Final = 359.8
_HALF_TURN: Final = 180


def _ring(x: float, y: float, radius: float, colour: str) -> Wedge:
    return Wedge(x, y, radius - 0.4, radius + 0.4, 0, _WHOLE_TURN, colour)


def legend(units: Sequence[UnitView], y: float) -> tuple[list[Bar], list[Label]]:
    """Name the units with colour and hatching, in a row."""
    bars, labels = [], []
    x = 0.0
    for unit in units:
        bars.append(Bar(x, y, 16, 14, UNIT_COLOURS[unit["unit"]], UNIT_HATCHES[unit["unit"]]))
        labels.append(Label(x + 23, y + 11.5, unit["name"], 12))
        x += 60 + 6.6 * len(unit["name"])
    return bars, labels


def statement_sentence(statement: StatementView, unit: UnitView, view: ResultsView) -> str:
    """Say what one unit says to one statement: its wording, mean and number of answers."""
    gettext = translator(view["locale"])
    wordings = dict.fromkeys(statement["texts"][group] for group in unit["groups"] if group in statement["texts"])
    figure = figure_of(statement, unit["unit"])
    if figure is None or figure["mean"] is None:
        pattern = gettext.gettext("{code} {group}: {wording} Not shown.")
        return pattern.format(code=code_of(statement), group=unit["name"], wording=" / ".join(wordings))
    return gettext.ngettext(
        "{code} {group}: {wording} Mean {mean}, from {count} answer.",
        "{code} {group}: {wording} Mean {mean}, from {count} answers.",
        figure["answered"],
    ).format(
        code=code_of(statement),
        group=unit["name"],
        wording=" / ".join(wordings),
        mean=mean_words(figure["mean"], view["locale"]),
        count=format_number(figure["answered"], view["locale"]),
    )


def figure_of(statement: StatementView, unit: str) -> FigureView | None:
    """Return a unit's figure."""
    return next((figure for figure in statement["figures"] if figure["unit"] == unit), None)


def coded(code: str, name: str, locale: str) -> str:
    """Name something by its code and in words, in the language's direction, which a Latin code would turn round."""
    return f"{RIGHT_TO_LEFT if text_direction(locale) == 'rtl' else ''}{code}  {name}"


def code_of(statement: StatementView) -> str:
    """Return the code people see; an own statement has only its number."""
    return statement["code"].removeprefix("own")


def participation_sentence(entry: GroupView, locale: str) -> str:
    """Say one bar of the participation chart in words."""
    _ = translator(locale).gettext
    said = _("{group}: {submitted} of {invited} took part ({rate}%).").format(
        group=entry["name"], submitted=entry["submitted"], invited=entry["invited"], rate=entry["rate"]
    )
    if entry["required"] is None:
        return said
    return said + " " + _("Recommended minimum: {required}.").format(required=entry["required"])


def area_sentence(area: AreaView, unit: str, view: ResultsView) -> str:
    """Say one bar of the overview in words."""
    gettext = translator(view["locale"])
    entry = next(entry for entry in area["units"] if entry["unit"] == unit)
    name = next(u["name"] for u in view["units"] if u["unit"] == unit)
    return gettext.ngettext(
        "{group}, {area}: mean {mean}, from {count} statement",
        "{group}, {area}: mean {mean}, from {count} statements",
        entry["asked"],
    ).format(
        group=name,
        area=area["name"],
        mean=mean_words(entry["mean"], view["locale"]),
        count=entry["asked"],
    )


def mean_words(mean: float | None, locale: str) -> str:
    """Write a mean with its one decimal; a dash where there is none."""
    return "–" if mean is None else format_number(Decimal(str(mean)), locale, 1)


def svg(drawing: Drawing) -> str:
    """Write a drawing as a complete SVG document."""
    hatches = "".join(
        f'<pattern id="hatch-{hatch}" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({_HATCH_ANGLES[hatch]})"><path d="M0 1H6" stroke="#fff" stroke-opacity=".55"'
        f' stroke-width="1.3"/></pattern>'
        for hatch in sorted(({s.hatch for s in drawing.bars} | {s.hatch for s in drawing.wedges}) - {Hatch.NONE})
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}"'
        # A page's direction would turn «start» and «end» round: places are final already.
        f' width="{_n(drawing.width)}" height="{_n(drawing.height)}" direction="ltr" role="img"'
        f' aria-label="{escape(drawing.title)}" font-family="system-ui, &quot;Noto Sans&quot;, sans-serif">',
        f"<defs>{hatches}</defs>" if hatches else "",
    ]
    parts.extend(_path(line) for line in drawing.grid)
    for bar in drawing.bars:
        place = f'x="{_n(bar.x)}" y="{_n(bar.y)}" width="{_n(bar.width)}" height="{_n(bar.height)}" rx="2"'
        parts.append(_filled("rect", place, bar.colour, bar.hatch, bar.tip))
    for wedge in drawing.wedges:
        outline = f' stroke="{wedge.outline}" stroke-width="0.8"' if wedge.outline else ""
        parts.append(_filled("path", f"{_ring_path(wedge)}{outline}", wedge.colour, wedge.hatch, wedge.tip))
    parts.extend(_path(line, ' stroke-dasharray="4 3"') for line in drawing.marks)
    # Words of one kind side by side say only once how they look: a wheel has half a hundred of them.
    for look, words in groupby(drawing.labels, _look):
        parts.append(f"<g {look}>{''.join(map(_text, words))}</g>")
    parts.append("</svg>")
    return "".join(parts)


def _filled(tag: str, place: str, colour: str, hatch: Hatch, tip: str) -> str:
    shape = f'<{tag} {place} fill="{colour}"/>'
    if hatch is not Hatch.NONE:
        shape += f'<{tag} {place} fill="url(#hatch-{hatch})"/>'
    return f"<g><title>{escape(tip)}</title>{shape}</g>" if tip else f"<g>{shape}</g>"


def _look(word: Label) -> str:
    weight = ' font-weight="700"' if word.bold else ""
    own_direction = "" if word.text.isascii() else ' unicode-bidi="plaintext"'
    return f'font-size="{_n(word.size)}" fill="{word.colour}"{weight} text-anchor="{word.anchor}"{own_direction}'


def _text(word: Label) -> str:
    return f'<text x="{_n(word.x)}" y="{_n(word.y)}">{escape(word.text)}</text>'


def _ring_path(wedge: Wedge) -> str:
    """Draw it at twelve o'clock and turn it: so those of one mean have one path, which weighs little compressed."""
    turn, half = (wedge.start + wedge.end) / 2, (wedge.end - wedge.start) / 2
    large = int(wedge.end - wedge.start > _HALF_TURN)
    corners = [
        wedge.point(wedge.inner, -half),
        wedge.point(wedge.outer, -half),
        wedge.point(wedge.outer, half),
        wedge.point(wedge.inner, half),
    ]
    from_, out, around, back = (f"{_n(x)} {_n(y)}" for x, y in corners)
    inner, outer = _n(wedge.inner), _n(wedge.outer)
    path = f"M{from_}L{out}A{outer} {outer} 0 {large} 1 {around}L{back}A{inner} {inner} 0 {large} 0 {from_}Z"
    return f'd="{path}" transform="rotate({turn:.2f} {_n(wedge.x)} {_n(wedge.y)})"'


def _path(line: Stroke, dashes: str = "") -> str:
    ends = f"M{_n(line.x1)} {_n(line.y1)}L{_n(line.x2)} {_n(line.y2)}"
    return f'<path d="{ends}" stroke="{line.colour}" stroke-width="{_n(line.width)}"{dashes}/>'


_HATCH_ANGLES: Final = {Hatch.RISING: -45, Hatch.FALLING: 45, Hatch.UPRIGHT: 90, Hatch.LEVEL: 0}


def finished(view: ResultsView, drawing: Drawing) -> Drawing:
    return drawing.mirrored() if view["direction"] == "rtl" else drawing


def two_lines(text: str, most: int) -> list[str]:
    """Break a long name at the blank nearest its middle."""
    if len(text) <= most or " " not in text:
        return [text]
    blanks = [place for place, letter in enumerate(text) if letter == " "]
    at = min(blanks, key=lambda place: abs(place - len(text) / 2))
    return [text[:at], text[at + 1 :]]


def short_lines(text: str, most: int) -> list[str]:
    """Break a name into lines of about so many letters at blanks."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
