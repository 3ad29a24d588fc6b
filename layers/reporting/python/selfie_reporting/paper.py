"""A page to write on: what every PDF of ours is made of, laid out in millimetres from its starting edge.

``Paper.at`` mirrors that for right-to-left languages.
"""

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fpdf.bidi import auto_detect_base_direction
from fpdf.enums import TextDirection
from fpdf.output import PDFResourceType
from fpdf.prefs import ViewerPreferences

from selfie.i18n import format_number, text_direction, translator
from selfie_reporting.charts import INK, LINE, SOFT, UNIT_COLOURS, UNIT_HATCHES, Anchor, Drawing, Hatch, Stroke, Wedge
from selfie_reporting.runs import InRuns
from selfie_reporting.tags import Spoken, Tags, describe_cell

# fpdf2 logs the letters that no font has; they come from what people wrote.
logging.getLogger("fpdf").setLevel(logging.CRITICAL)

FONTS: Final = Path(__file__).parent / "fonts"
FONT: Final = "NotoSans"
FALLBACKS: Final = ("NotoSansArabic",)

MARGIN: Final = 15.0
TOP: Final = 26.0
BOTTOM: Final = 279.0
WIDTH: Final = 180.0
PAPER: Final = "#faf6ef"
BRAND: Final = "#124c4a"
WARNING: Final = "#8f5200"
WARNING_TINT: Final = "#fdf1dc"
WHITE: Final = "#ffffff"
POINT: Final = 25.4 / 72


# Latin, Greek and Cyrillic letters in one piece, digits, signs: each is set as it is, one after the other from the left
# on. Anything else may join, stack or turn round and is shaped, which takes most of the time that a page needs.
_PLAIN: Final = re.compile("[\\x20-\u02ff\u0370-\u052f\u2010-\u2027\u202f-\u205e\u20a0-\u20bf\u2100-\u2bff]*")
# Marks that nobody sees, for a line that would turn the wrong way round.
_TURNS: Final = {TextDirection.LTR: "\u200e", TextDirection.RTL: "\u200f"}
_FONT_SET: Final = re.compile(rb"/F(\d+) [\d.]+ Tf")


class Paper(InRuns):
    """A document being written; ``y`` is where the next thing goes.

    Every page but a cover is headed by the school and by ``about``.
    """

    def __init__(self, locale: str, school: str, about: str, size: str | tuple[float, float] = "A4") -> None:
        super().__init__(format=size)
        self.struct_builder = self.tags = Tags()
        self.locale, self.rtl = locale, text_direction(locale) == "rtl"
        self.school, self.about = school, about
        translations = translator(self.locale)
        self.gettext, self.ngettext = translations.gettext, translations.ngettext
        self.running_title = ""
        self.is_tagged = False
        self.said: list[str] = []  # in the piece that is being written
        self.marks: Counter[int] = Counter()  # of each page
        self.widths: dict[tuple[str, bool], float] = {}
        self.shaped: dict[tuple[object, ...], tuple[float, float, bytes]] = {}  # lines, with where they were written
        self.set_margin(MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        for family in (FONT, *FALLBACKS):
            self.add_font(family, "", FONTS / f"{family}-Regular.ttf")
            self.add_font(family, "B", FONTS / f"{family}-Bold.ttf")
        self.set_fallback_fonts(list(FALLBACKS), exact_match=False)
        self.set_font(FONT, size=10)
        # Without a direction each text is set by its own first letter, as mixed languages need.
        self.set_text_shaping(True)
        self.set_lang(self.locale)
        self.set_creator(self.gettext("School self-reflection"))
        # The window is headed by the title, not by the name of the file.
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    # --- for those who listen ---------------------------------------------------------------------------------------

    @contextmanager
    def tagged(self, kind: str, alt: str = "") -> Iterator[None]:
        """Tell screen readers that what is written inside is one piece: H1, H2, P, or a Figure that ``alt`` describes.

        An Artifact is passed over. Inside another piece it is a part of that; a piece never goes on on another page.
        """
        if self.is_tagged:
            yield
            return
        if kind == "Artifact":
            self._out("/Artifact BMC")
        else:
            mark = self.marks[self.page]
            self.marks[self.page] += 1
            piece = self._add_marked_content(struct_type=f"/{kind}", mcid=mark, alt_text=alt or None)
            self._out(f"/{kind} <</MCID {mark}>> BDC")
        self.is_tagged, self.said = True, []
        yield
        self.is_tagged = False
        self._out("EMC")
        said = " ".join(self.said)
        if kind not in {"Artifact", "Figure"} and not _PLAIN.fullmatch(said):
            # Letters that join or stack are drawn in parts, which are no letters.
            piece.actual_text = Spoken(said)

    @contextmanager
    def row(self) -> Iterator[None]:
        """Tell screen readers that the cells written inside are a row; ``tags.table`` says of what."""
        with self.tags.row(self.page):
            yield

    @contextmanager
    def cell_of(self, heads: str = "", *, span: int = 1, kind: str = "P", alt: str = "") -> Iterator[None]:
        """Tell screen readers that what is written inside is a cell, one that heads its Row or Column or none."""
        cell = self.tags.group(self.page, "TH" if heads else "TD")
        describe_cell(cell, heads, span)
        with self.tags.within(cell), self.tagged(kind, alt):
            yield

    def empty_cell(self, span: int = 1) -> None:
        """Tell screen readers of a cell with nothing in it."""
        describe_cell(self.tags.group(self.page, "TD"), "", span)

    # --- words and shapes -------------------------------------------------------------------------------------------

    def at(self, x: float, width: float = 0) -> float:
        """Turn a distance from the text's starting edge into a place on the page."""
        return self.w - MARGIN - x - width if self.rtl else MARGIN + x

    def text_block(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        size: float = 10,
        *,
        bold: bool = False,
        colour: str = INK,
        align: Anchor = Anchor.START,
        leading: float = 1.32,
    ) -> float:
        """Write text in a column and return its height."""
        lines = self.lines_of(width, text, size, bold=bold)
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(colour)
        height = size * POINT * leading
        ends = {Anchor.START: "R" if self.rtl else "L", Anchor.END: "L" if self.rtl else "R", Anchor.MIDDLE: "C"}
        with self.tagged("P"):
            self.said.append(text)
            for place, line in enumerate(lines):
                self._write_line(self.at(x, width), y + place * height, width, height, line, ends[align])
        return height * len(lines)

    def _write_line(self, left: float, top: float, width: float, height: float, text: str, align: str) -> None:
        # fpdf2 takes its own font for the one in force after a line that began in a fallback font: make it say so anew.
        self.current_font_is_set_on_page = False
        self.set_text_shaping(not _PLAIN.fullmatch(text))
        if not self.text_shaping:
            self.set_xy(left, top)
            self.cell(width, height, text, align=align)
            return
        colours = (str(self.text_color), str(self.fill_color))
        looks = (text, align, width, height, self.font_style, self.font_size_pt, colours)
        if looks in self.shaped:
            self._write_again(left, top, *self.shaped[looks])
            return
        content = self.pages[self.page].contents
        begun = len(content)
        self.set_xy(left, top)
        self.cell(width, height, text, align=align)
        self.shaped[looks] = left, top, bytes(content[begun:])

    def _write_again(self, left: float, top: float, was_left: float, was_top: float, line: bytes) -> None:
        """Write a line in another place, without shaping the same words once more."""
        for font in _FONT_SET.findall(line):
            self._resource_catalog.add(PDFResourceType.FONT, int(font), self.page)
        self._out(b"q 1 0 0 1 %.2f %.2f cm" % ((left - was_left) * self.k, (was_top - top) * self.k))
        self._out(line + b"Q")

    def lines_of(self, width: float, text: str, size: float, *, bold: bool = False) -> list[str]:
        """Break a text into lines at blanks, a word that is wider than the column inside itself.

        fpdf2's own ``multi_cell`` shapes every letter by itself to do this, which takes longer than all the rest.
        """
        lines: list[str] = []
        blank = self.width_of(" ", bold=bold) * size
        for paragraph in text.split("\n"):
            first = len(lines)
            line, used = "", 0.0
            # At plain blanks only: the others are there to keep words together.
            for word in filter(None, paragraph.split(" ")):
                for part in self._parts(word, width, size, bold=bold):
                    needed = self.width_of(part, bold=bold) * size
                    if line and used + blank + needed > width:
                        lines.append(line)
                        line, used = part, needed
                    else:
                        used += needed + (blank if line else 0)
                        line = f"{line} {part}" if line else part
            lines.append(line)
            lines[first:] = self._turned(paragraph, lines[first:])
        return lines

    def _turned(self, paragraph: str, lines: list[str]) -> list[str]:
        """Let all lines of a paragraph run in its direction, also one that begins with a number or a foreign word."""
        if _PLAIN.fullmatch(paragraph):
            return lines
        is_turned = self.rtl and any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in paragraph)
        direction = TextDirection.RTL if is_turned else auto_detect_base_direction(paragraph)
        return [line if auto_detect_base_direction(line) == direction else _TURNS[direction] + line for line in lines]

    def _parts(self, word: str, width: float, size: float, *, bold: bool) -> list[str]:
        needed = self.width_of(word, bold=bold) * size
        if needed <= width:
            return [word]
        # Letters differ in width, so the parts of a long word keep a margin.
        letters = max(int(0.8 * len(word) * width / needed), 1)
        return [word[start : start + letters] for start in range(0, len(word), letters)]

    def width_of(self, word: str, *, bold: bool) -> float:
        """Return the width of a word for each point of its size."""
        if (word, bold) not in self.widths:
            self.set_font(FONT, "B" if bold else "", 10)
            self.set_text_shaping(not _PLAIN.fullmatch(word))
            self.widths[word, bold] = self.get_string_width(word) / 10
        return self.widths[word, bold]

    def lines_width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of a text on one line."""
        blank = self.width_of(" ", bold=bold)
        words = text.split(" ")
        return size * (sum(self.width_of(word, bold=bold) for word in words) + blank * (len(words) - 1))

    def height_of(self, width: float, text: str, size: float, *, bold: bool = False, leading: float = 1.32) -> float:
        """Return the height that ``text_block`` would need."""
        return len(self.lines_of(width, text, size, bold=bold)) * size * POINT * leading

    def box(self, x: float, y: float, width: float, height: float, colour: str, *, round_: float = 0) -> None:
        """Fill a rectangle."""
        if width <= 0 or height <= 0:
            return
        self.set_fill_color(colour)
        rounded = min(round_, width / 2, height / 2)
        left, corners = self.at(x, width), rounded > 0
        with self.tagged("Artifact"):
            self.rect(left, y, width, height, style="F", round_corners=corners, corner_radius=rounded or 0)

    def hatched_box(self, x: float, y: float, width: float, height: float, unit: str) -> None:
        """Fill a rectangle in a unit's colour and hatching."""
        if width <= 0:
            return
        self.box(x, y, width, height, UNIT_COLOURS[unit])
        self.hatch(self.at(x, width), y, width, height, UNIT_HATCHES[unit])

    def hatch(self, left: float, top: float, width: float, height: float, hatch: Hatch) -> None:
        """Draw thin light lines over a rectangle given in places on the page."""
        if hatch is Hatch.NONE:
            return
        gap = 1.7
        clip, faint = self.rect_clip(left, top, width, height), self.local_context(stroke_opacity=0.5)
        with self.tagged("Artifact"), clip, faint:
            self.set_draw_color(WHITE)
            self.set_line_width(0.3)
            if hatch is Hatch.LEVEL:
                for step in range(1, int(height / gap) + 1):
                    self.line(left, top + step * gap, left + width, top + step * gap)
                return
            slant = {Hatch.RISING: -height, Hatch.FALLING: height, Hatch.UPRIGHT: 0.0}[hatch]
            for step in range(-int(height / gap) - 1, int((width + height) / gap) + 1):
                self.line(left + step * gap, top, left + step * gap + slant, top + height)

    def rule(self, y: float, colour: str = LINE, thickness: float = 0.2) -> None:
        """Draw a line over the whole width."""
        self.set_draw_color(colour)
        self.set_line_width(thickness)
        with self.tagged("Artifact"):
            self.line(MARGIN, y, MARGIN + WIDTH, y)

    def number(self, value: int) -> str:
        """Write a whole number."""
        return format_number(value, self.locale)

    def percent(self, value: int) -> str:
        """Write a percentage."""
        return self.gettext("{percent}%").format(percent=self.number(value))

    def drawing(self, chart: Drawing, y: float) -> float:
        """Place a chart over the whole width; it is mirrored already where needed."""
        scale = WIDTH / chart.width
        y = self.room_for(y, chart.height * scale)
        self.draw(chart, MARGIN, y, scale)
        return y + chart.height * scale + 6

    def draw(self, chart: Drawing, left: float, top: float, scale: float) -> None:
        """Place a chart; it is mirrored already where needed."""
        with self.tagged("Figure", chart.title):
            self._shapes(chart, left, top, scale)
            self._words(chart, left, top, scale)

    def _shapes(self, chart: Drawing, left: float, top: float, scale: float) -> None:
        for line in chart.grid:
            self._stroke(line, left, top, scale)
        for bar in chart.bars:
            self.set_fill_color(bar.colour)
            place = (left + bar.x * scale, top + bar.y * scale, bar.width * scale, bar.height * scale)
            self.rect(*place, style="F")
            self.hatch(*place, bar.hatch)
        for wedge in chart.wedges:
            self._wedge(wedge, left, top, scale)
        self.set_dash_pattern(1, 0.8)
        for line in chart.marks:
            self._stroke(line, left, top, scale)
        self.set_dash_pattern()

    def _words(self, chart: Drawing, left: float, top: float, scale: float) -> None:
        for word in chart.labels:
            size = word.size * scale / POINT
            self.set_font(FONT, "B" if word.bold else "", size)
            self.set_text_color(word.colour)
            self.set_text_shaping(not _PLAIN.fullmatch(word.text))
            width = self.get_string_width(word.text)
            before = {Anchor.START: 0.0, Anchor.MIDDLE: width / 2, Anchor.END: width}
            x, y = left + word.x * scale - before[word.anchor], top + (word.y - word.size) * scale
            self._write_line(x, y, width, word.size * scale * 1.25, word.text, "C")

    def _wedge(self, wedge: Wedge, left: float, top: float, scale: float) -> None:
        points = [(left + x * scale, top + below * scale) for x, below in wedge.outline_points()]
        self.set_fill_color(wedge.colour)
        self.set_line_width(0.2)
        if wedge.outline:
            self.set_draw_color(wedge.outline)
        self.polygon(points, style="DF" if wedge.outline else "F")
        if wedge.hatch is not Hatch.NONE:
            # A slice is too narrow for slanted lines: two along it tell as much.
            self.set_draw_color(WHITE)
            self.set_line_width(0.3)
            for part in (1, 2):
                angle = wedge.start + (wedge.end - wedge.start) * part / 3
                ends = (wedge.point(wedge.inner, angle), wedge.point(wedge.outer, angle))
                (x1, y1), (x2, y2) = ((left + x * scale, top + below * scale) for x, below in ends)
                self.line(x1, y1, x2, y2)

    def _stroke(self, line: Stroke, left: float, top: float, scale: float) -> None:
        self.set_draw_color(line.colour)
        self.set_line_width(line.width * scale)
        self.line(left + line.x1 * scale, top + line.y1 * scale, left + line.x2 * scale, top + line.y2 * scale)

    # --- pages ------------------------------------------------------------------------------------------------------

    def stripes(self) -> None:
        """Head a page with the three groups' colours, the school and what the document is about."""
        with self.tagged("Artifact"):
            self.box(0, 11, 60, 0.9, UNIT_COLOURS["school_leader"])
            self.box(60, 11, 60, 0.9, UNIT_COLOURS["teacher"])
            self.box(120, 11, 60, 0.9, UNIT_COLOURS["student"])
            self.text_block(0, 13.2, 110, self.school, 7.5, colour=SOFT)
            self.text_block(110, 13.2, 70, self.about, 7.5, colour=SOFT, align=Anchor.END)

    def page_number(self) -> None:
        """Number a page at its foot."""
        with self.tagged("Artifact"):
            self.text_block(0, 285, WIDTH, self.number(self.page_no()), 8, colour=SOFT, align=Anchor.MIDDLE)

    def new_page(self) -> float:
        """Begin a page and return where its text starts."""
        self.add_page()
        return TOP

    def chapter(self, text: str, colour: str = BRAND, *, level: int = 0, tag: str = "") -> float:
        """Begin a page with a title that is in the contents and the bookmarks."""
        y = self.new_page()
        self.set_y(y)
        self.start_section(text, level)
        indent = 15.0 if tag else 0.0
        with self.tagged("H1"):
            if tag:
                self.box(0, y, 11, 11, colour, round_=2)
                self.text_block(0, y + 1.4, 11, tag, 16, bold=True, colour=WHITE, align=Anchor.MIDDLE)
            height = self.text_block(indent, y + 0.6, WIDTH - indent, text, 20, bold=True, colour=colour, leading=1.2)
        y += max(height, 11 if tag else 0) + 3
        self.rule(y, colour, 0.5)
        self.running_title = text
        return y + 5

    def heading(self, y: float, text: str) -> float:
        """Write a heading inside a chapter and return where what it heads starts."""
        with self.tagged("H2"):
            return y + self.text_block(0, y, WIDTH, text, 13, bold=True, colour=BRAND) + 2

    def room_for(self, y: float, height: float) -> float:
        """Return ``y``, or the top of a new page with the running title when there is no room left."""
        if y + height <= BOTTOM:
            return y
        y = self.new_page()
        continued = self.gettext("{title} (continued)").format(title=self.running_title)
        with self.tagged("Artifact"):
            y += self.text_block(0, y, WIDTH, continued, 11, bold=True, colour=SOFT) + 3
        return self.repeated(y)

    def repeated(self, y: float) -> float:
        """Write again what heads a table that goes on here; return where it goes on."""
        return y

    def paragraph(self, y: float, text: str, size: float = 10.5, colour: str = INK) -> float:
        """Write a paragraph over the whole width and return where the next one starts."""
        y = self.room_for(y, self.height_of(WIDTH, text, size, leading=1.45))
        return y + self.text_block(0, y, WIDTH, text, size, colour=colour, leading=1.45) + 3

    def notice(self, y: float, text: str) -> float:
        """Write a caution in a box."""
        height = self.height_of(WIDTH - 16, text, 10.5) + 8
        y = self.room_for(y, height)
        self.box(0, y, WIDTH, height, WARNING_TINT, round_=2)
        self.box(0, y, 2, height, WARNING)
        self.text_block(8, y + 4, WIDTH - 16, text, 10.5)
        return y + height + 6

    def grid(self, y: float, widths: Sequence[float], headings: Sequence[str], rows: Sequence[Sequence[str]]) -> float:
        """Write a plain table, its headings again on each page; the first column starts, the others end."""

        def write(y: float, cells: Sequence[str], size: float, *, is_head: bool, colour: str) -> float:
            x = 0.0
            height = max(self.height_of(w - 3, cell, size, bold=is_head) for w, cell in zip(widths, cells, strict=True))
            with self.row():
                for place, (width, cell) in enumerate(zip(widths, cells, strict=True)):
                    align = Anchor.START if place == 0 else Anchor.END
                    with self.cell_of("Column" if is_head else "" if place else "Row"):
                        self.text_block(
                            *(x + (0 if place == 0 else 3), y, width - 3, cell, size),
                            bold=is_head,
                            colour=colour,
                            align=align,
                        )
                    x += width
            return height

        def head(y: float) -> float:
            y += write(y, headings, 8, is_head=True, colour=SOFT) + 1.6
            self.rule(y, INK, 0.3)
            return y + 1.8

        with self.tags.table():
            y = head(y)
            for cells in rows:
                height = max(self.height_of(w - 3, cell, 9.5) for w, cell in zip(widths, cells, strict=True))
                below = self.room_for(y, height + 4)
                y = below if below == y else head(below)
                y += write(y, cells, 9.5, is_head=False, colour=INK) + 1.6
                self.rule(y)
                y += 1.8
        return y
