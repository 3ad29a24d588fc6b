"""Charts as shapes and words: drawn once, written as SVG for pages and downloads, and by ``document`` into the PDF.

Words are kept apart from shapes because a PDF has to shape and order them itself. Every bar carries its unit's hatching
beside its colour, and every chart stands beside a table with the same figures.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from html import escape
from typing import Final

from selfie.i18n import format_number, translator
from selfie_reporting.results_view import AreaView, GroupView, ResultsView

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
    """A word or number; ``y`` is its base line, ``width`` the room it has before it is broken into two lines."""

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

    ``grid`` lies behind the bars; ``marks`` are dashed lines over them.
    """

    width: float
    height: float
    title: str
    grid: tuple[Stroke, ...]
    bars: tuple[Bar, ...]
    marks: tuple[Stroke, ...]
    labels: tuple[Label, ...]

    def mirrored(self) -> "Drawing":
        """Return the drawing for readers who read from right to left."""
        swapped = {Anchor.START: Anchor.END, Anchor.END: Anchor.START, Anchor.MIDDLE: Anchor.MIDDLE}
        return replace(
            self,
            bars=tuple(replace(bar, x=self.width - bar.x - bar.width) for bar in self.bars),
            grid=tuple(replace(s, x1=self.width - s.x1, x2=self.width - s.x2) for s in self.grid),
            marks=tuple(replace(s, x1=self.width - s.x1, x2=self.width - s.x2) for s in self.marks),
            labels=tuple(replace(w, x=self.width - w.x, anchor=swapped[w.anchor]) for w in self.labels),
        )


_WIDTH: Final = 720.0


def participation_chart(view: ResultsView) -> Drawing:
    """Draw the share of each group that took part, with the recommended minimum as a dashed line."""
    _ = translator(view["locale"]).gettext
    # A padded group may pass 100 %; the axis then grows to hold it.
    top = max(100, *(-(-entry["rate"] // 25) * 25 for entry in view["participation"]["groups"]))
    left, right, first, step, thick = 190.0, 610.0, 34.0, 58.0, 26.0
    groups = view["participation"]["groups"]
    bottom = first + step * len(groups) - 14

    def x_of(percent: float) -> float:
        return left + (right - left) * percent / top

    grid, bars, marks, labels = [], [], [], []
    for percent in range(0, top + 1, 25):
        grid.append(Stroke(x_of(percent), first - 14, x_of(percent), bottom, LINE))
        words = _("{percent} %").format(percent=format_number(percent, view["locale"]))
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
                participation_sentence(entry, view["locale"]),
            )
        )
        labels.append(Label(left - 14, y + 18, entry["name"], 13, bold=True, anchor=Anchor.END))
        fraction = _("{submitted} of {invited}").format(
            submitted=format_number(entry["submitted"], view["locale"]),
            invited=format_number(entry["invited"], view["locale"]),
        )
        labels.append(Label(right + 14, y + 18, fraction, 13, bold=True))
        if entry["required"] is not None:
            x = x_of(100 * entry["required"] / entry["invited"])
            marks.append(Stroke(x, y - 6, x, y + thick + 6, INK, 2))
            minimum = _("minimum {number}").format(number=format_number(entry["required"], view["locale"]))
            labels.append(Label(x, y + thick + 17, minimum, 10.5, anchor=Anchor.MIDDLE, colour=SOFT))
    title = _("How many of each group took part, and the recommended minimum")
    return _finished(view, Drawing(_WIDTH, bottom + 30, title, tuple(grid), tuple(bars), tuple(marks), tuple(labels)))


def areas_chart(view: ResultsView) -> Drawing:
    """Draw the mean of each area for each unit, from 1 to 5."""
    _ = translator(view["locale"]).gettext
    left, right, first, thick, gap = 300.0, 680.0, 46.0, 13.0, 22.0
    step = thick * len(view["units"]) + gap
    bottom = first + step * len(view["areas"]) - gap + 8

    def x_of(mean: float) -> float:
        return left + (right - left) * (mean - 1) / 4

    grid, bars, labels = [], [], []
    for mean in range(1, 6):
        grid.append(Stroke(x_of(mean), first - 8, x_of(mean), bottom, LINE))
        number = format_number(mean, view["locale"])
        labels.append(Label(x_of(mean), bottom + 16, number, 11, anchor=Anchor.MIDDLE, colour=SOFT))
    x = 0.0
    for unit in view["units"]:
        bars.append(Bar(x, 4, 16, 14, UNIT_COLOURS[unit["unit"]], UNIT_HATCHES[unit["unit"]]))
        labels.append(Label(x + 23, 15.5, unit["name"], 12))
        x += 60 + 6.6 * len(unit["name"])
    for place, area in enumerate(view["areas"]):
        y = first + place * step
        middle = y + thick * len(view["units"]) / 2
        bars.append(Bar(0, y, 5, thick * len(view["units"]), AREA_COLOURS[area["code"]]))
        lines = _two_lines(area["name"], 38)
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
    return _finished(view, Drawing(_WIDTH, bottom + 26, title, tuple(grid), tuple(bars), (), tuple(labels)))


def participation_sentence(entry: GroupView, locale: str) -> str:
    """Say one bar of the participation chart in words."""
    _ = translator(locale).gettext
    said = _("{group}: {submitted} of {invited} took part ({rate} %).").format(
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
        for hatch in sorted({bar.hatch for bar in drawing.bars} - {Hatch.NONE})
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" role="img"'
        f' aria-label="{escape(drawing.title)}" font-family="system-ui, &quot;Noto Sans&quot;, sans-serif">',
        f"<defs>{hatches}</defs>" if hatches else "",
    ]
    parts.extend(_path(line) for line in drawing.grid)
    for bar in drawing.bars:
        place = f'x="{_n(bar.x)}" y="{_n(bar.y)}" width="{_n(bar.width)}" height="{_n(bar.height)}" rx="2"'
        tip = f"<title>{escape(bar.tip)}</title>" if bar.tip else ""
        parts.append(f'<g>{tip}<rect {place} fill="{bar.colour}"/>')
        parts.append(f'<rect {place} fill="url(#hatch-{bar.hatch})"/></g>' if bar.hatch is not Hatch.NONE else "</g>")
    parts.extend(_path(line, ' stroke-dasharray="4 3"') for line in drawing.marks)
    for word in drawing.labels:
        weight = ' font-weight="700"' if word.bold else ""
        # The words' own direction would turn «start» and «end» round; their place is already the final one.
        parts.append(
            f'<text x="{_n(word.x)}" y="{_n(word.y)}" font-size="{_n(word.size)}" fill="{word.colour}"{weight}'
            f' text-anchor="{word.anchor}" direction="ltr" unicode-bidi="plaintext">{escape(word.text)}</text>'
        )
    parts.append("</svg>")
    return "".join(parts)


def _path(line: Stroke, dashes: str = "") -> str:
    ends = f"M{_n(line.x1)} {_n(line.y1)}L{_n(line.x2)} {_n(line.y2)}"
    return f'<path d="{ends}" stroke="{line.colour}" stroke-width="{_n(line.width)}"{dashes}/>'


_HATCH_ANGLES: Final = {Hatch.RISING: -45, Hatch.FALLING: 45, Hatch.UPRIGHT: 90, Hatch.LEVEL: 0}


def _finished(view: ResultsView, drawing: Drawing) -> Drawing:
    return drawing.mirrored() if view["direction"] == "rtl" else drawing


def _two_lines(text: str, most: int) -> list[str]:
    """Break a long name at the blank nearest its middle."""
    if len(text) <= most or " " not in text:
        return [text]
    blanks = [place for place, letter in enumerate(text) if letter == " "]
    at = min(blanks, key=lambda place: abs(place - len(text) / 2))
    return [text[:at], text[at + 1 :]]


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
