"""Slips of paper with one-time codes, ten on a sheet: to cut out, fold, and draw from a hat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import segno

from selfie.domain.school import RespondentGroup
from selfie.i18n import format_day
from selfie_reporting.charts import INK, LINE, SOFT, Anchor
from selfie_reporting.paper import Paper
from selfie_reporting.words import words

# Millimetres. Two columns of five on A4; the edge is what printers leave white.
EDGE: Final = 10.0
SLIP: Final = (95.0, 55.0)
COLUMNS: Final = 2
ROWS: Final = 5
PER_PAGE: Final = COLUMNS * ROWS
PADDING: Final = 5.0
PICTURE: Final = 33.0


@dataclass(frozen=True, slots=True)
class Slips:
    """What a group's slips say; ``link`` is the whole address, ``codes`` are those of this part of the sheet."""

    school: str
    group: RespondentGroup
    link: str
    last_day: date
    codes: Sequence[str]
    locale: str


def slips_sheet(slips: Slips) -> bytes:
    """Make the sheet."""
    pdf = _Sheet(slips.locale, slips.school, "")
    pdf.set_title(pdf.gettext("One-time codes"))
    for place, code in enumerate(slips.codes):
        if place % PER_PAGE == 0:
            pdf.add_page()
            pdf.cutting_lines()
        row, column = divmod(place % PER_PAGE, COLUMNS)
        pdf.slip(slips, code, column * SLIP[0], EDGE + row * SLIP[1])
    return bytes(pdf.output())


class _Sheet(Paper):
    """A sheet being written; ``x`` is counted from its starting edge."""

    def at(self, x: float, width: float = 0) -> float:
        """Turn a distance from the starting edge into a place on the page."""
        return float(self.w - EDGE - x - width if self.rtl else EDGE + x)

    def cutting_lines(self) -> None:
        """Draw dashes along which the sheet is cut."""
        self.set_draw_color(LINE)
        self.set_line_width(0.25)
        self.set_dash_pattern(dash=1.5, gap=1.5)
        right, bottom = EDGE + COLUMNS * SLIP[0], EDGE + ROWS * SLIP[1]
        for column in range(COLUMNS + 1):
            self.line(EDGE + column * SLIP[0], EDGE, EDGE + column * SLIP[0], bottom)
        for row in range(ROWS + 1):
            self.line(EDGE, EDGE + row * SLIP[1], right, EDGE + row * SLIP[1])
        self.set_dash_pattern()

    def slip(self, slips: Slips, code: str, x: float, y: float) -> None:
        """Write one slip."""
        _ = self.gettext
        left, top, width = x + PADDING, y + PADDING, SLIP[0] - 2 * PADDING
        self._picture(f"{slips.link}#{code}", left, top)
        beside, room = left + PICTURE + 4, width - PICTURE - 4
        # Narrower by the dots that stand for what is left out of a long name.
        first, *others = self.lines_of(room - 4, slips.school, 9, bold=True)
        name = "\n".join([first, others[0] + ("…" if others[1:] else "")] if others else [first])
        down = top + self.text_block(beside, top, room, name, 9, bold=True, leading=1.2)
        down += self.text_block(beside, down, room, words(slips.locale).units[slips.group], 8, colour=SOFT)
        down += 2 + self.text_block(beside, down + 2, room, _("Your code"), 8, colour=SOFT)
        down += self.text_block(beside, down, room, code, 15, bold=True)
        note = _("Works once, until {day}.").format(day=format_day(slips.last_day, slips.locale))
        self.text_block(beside, down, room, note, 7, colour=SOFT)
        # An address is written from the left in every language.
        self.text_block(left, top + PICTURE + 3, width, slips.link.partition("://")[2], 8.5, align=Anchor.MIDDLE)
        promise = _("Nobody knows which slip is yours. If it does not work, ask for another one.")
        self.text_block(left, top + PICTURE + 7.2, width, promise, 7, colour=SOFT, align=Anchor.MIDDLE)

    def _picture(self, text: str, x: float, y: float) -> None:
        """Draw a QR code as rows of black."""
        rows = segno.make(text, error="m", micro=False).matrix
        size = PICTURE / len(rows)
        left = self.at(x, PICTURE)
        self.set_fill_color(INK)
        for line, row in enumerate(rows):
            start = 0
            for column, dark in enumerate((*row, 0)):
                if not dark:
                    if column > start:
                        self.rect(left + start * size, y + line * size, (column - start) * size, size, style="F")
                    start = column + 1
