"""A respondent's certificate of participation as a PDF: one page, in the respondent's language, without any score."""

import logging
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from fpdf.prefs import ViewerPreferences

from selfie.domain.school import EducationLevel
from selfie.i18n import format_period, translator
from selfie.pages import render
from selfie_reporting.charts import INK, LINE, SOFT, UNIT_COLOURS
from selfie_reporting.paper import BRAND, FALLBACKS, FONT, FONTS, PAPER, WHITE
from selfie_reporting.runs import InRuns
from selfie_reporting.words import words

TEMPLATES: Final = Path(__file__).parent / "templates"
# fpdf2 logs the letters that no font has; they come from a person's name.
logging.getLogger("fpdf").setLevel(logging.CRITICAL)

# Millimetres, A4 landscape.
PAGE: Final = (297.0, 210.0)
EDGE: Final = 12.0
COLUMN: Final = 220.0
# Points; eighty of the widest letters fit into the column.
SMALLEST: Final = 8
GROUPS: Final = ("school_leader", "teacher", "student")


@dataclass(frozen=True, slots=True)
class Participation:
    """What a certificate says. ``name`` is empty where none was typed: a line is left to write it on."""

    name: str
    school: str
    level: EducationLevel
    first_day: date
    last_day: date
    locale: str


def certificate(took_part: Participation) -> bytes:
    """Make the certificate."""
    pdf = _Certificate(took_part.locale)
    _ = translator(took_part.locale).gettext
    pdf.set_title(_("Certificate of participation"))
    pdf.frame()
    pdf.mark(PAGE[0] / 2, 42)
    y = pdf.centred(62, _("Certificate of participation"), 34, bold=True, colour=BRAND)
    name = pdf.writable(took_part.name)
    y = pdf.centred(y + 9, name, 28, bold=True, lines=2) if name else pdf.line_to_write_on(y + 23)
    y = pdf.centred(y + 7, _("took part in the digital self-reflection of the school"), 16, colour=SOFT)
    y = pdf.centred(y + 5, took_part.school, 24, bold=True, lines=2)
    # Two lines: side by side, words and figures of a right-to-left language would change places.
    y = pdf.centred(y + 5, words(took_part.locale).levels[took_part.level], 14, colour=SOFT)
    period = format_period(took_part.first_day, took_part.last_day, took_part.locale)
    y = pdf.centred(y + 1, period, 14, colour=SOFT)
    thanks = _("Thank you for helping your school to see what works well and what can get better.")
    pdf.centred(max(y + 8, 170), thanks, 12, lines=2)
    return bytes(pdf.output())


class _Certificate(InRuns):
    """One page being drawn."""

    def __init__(self, locale: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self.set_margin(0)
        self.c_margin = 0
        self.set_auto_page_break(False)
        for family in (FONT, *FALLBACKS):
            self.add_font(family, "", FONTS / f"{family}-Regular.ttf")
            self.add_font(family, "B", FONTS / f"{family}-Bold.ttf")
        self.set_fallback_fonts(list(FALLBACKS), exact_match=False)
        self.set_font(FONT, size=10)
        # Without a direction each text is set by its own first letter: a name need not be in the page's script.
        self.set_text_shaping(True)
        self.set_lang(locale)
        self.set_creator(translator(locale).gettext("School self-reflection"))
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.add_page()

    def frame(self) -> None:
        """Draw paper, sheet and a border in the three groups' colours."""
        width, height = PAGE
        self.set_fill_color(PAPER)
        self.rect(0, 0, width, height, style="F")
        self.set_fill_color(WHITE)
        self.set_draw_color(LINE)
        self.set_line_width(0.3)
        self.rect(EDGE, EDGE, width - 2 * EDGE, height - 2 * EDGE, style="DF", round_corners=True, corner_radius=3)
        third = (width - 2 * EDGE) / 3
        for place, group in enumerate(GROUPS):
            self.set_fill_color(UNIT_COLOURS[group])
            for y in (EDGE + 4.5, height - EDGE - 6.3):
                inset = 4.5
                left = EDGE + inset + place * (third - 2 * inset / 3)
                self.rect(left, y, third - 2 * inset / 3, 1.8, style="F")

    def mark(self, x: float, y: float) -> None:
        """Draw the three groups as parts of a ring, as in the heading of our pages."""
        radius = 10.0
        self.set_line_width(4)
        for place, group in enumerate(GROUPS):
            self.set_draw_color(UNIT_COLOURS[group])
            start = -84 + 120 * place
            self.arc(x - radius, y - radius, 2 * radius, start, start + 88, clockwise=False)
        self.set_fill_color(INK)
        self.ellipse(x - 3.3, y - 3.3, 6.6, 6.6, style="F")

    def centred(
        self, y: float, text: str, size: float, *, bold: bool = False, colour: str = INK, lines: int = 1
    ) -> float:
        """Write a text in the middle, smaller where it would need more lines, and return where it ends."""
        while size > SMALLEST and not self._fits(self._lines(text, size, bold=bold), lines):
            size -= 1
        self.set_text_color(colour)
        height = size * 0.353 * 1.3
        for line in self._lines(text, size, bold=bold):
            # fpdf2 takes its own font for the one in force after a line that began in a fallback font.
            self.current_font_is_set_on_page = False
            self.set_font(FONT, "B" if bold else "", size)
            self.set_xy((PAGE[0] - COLUMN) / 2, y)
            self.cell(COLUMN, height, line, align="C")
            y += height
        return y

    def line_to_write_on(self, y: float) -> float:
        """Draw a line for a name and return where it is."""
        self.set_draw_color(INK)
        self.set_line_width(0.3)
        self.line(PAGE[0] / 2 - 65, y, PAGE[0] / 2 + 65, y)
        return y

    def writable(self, name: str) -> str:
        """Leave out pictures that no font has; a name with a letter that none has is better written by hand."""
        lost = {c for c in name if not any(ord(c) in font.cmap for font in self.fonts.values())}
        if any(unicodedata.category(c)[0] in "LMN" for c in lost):
            return ""
        return " ".join("".join(c for c in name if c not in lost).split())

    def _lines(self, text: str, size: float, *, bold: bool) -> Sequence[str]:
        self.set_font(FONT, "B" if bold else "", size)
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.get_string_width(longer) <= COLUMN:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _fits(self, lines: Sequence[str], most: int) -> bool:
        return len(lines) <= most and all(self.get_string_width(line) <= COLUMN for line in lines)


def refusal(code: str, locale: str, static_path: str) -> str:
    """Write the page that somebody sees instead of a certificate; nothing of the request is on it."""
    heading, *paragraphs = _refused(code, translator(locale).gettext)
    values = {"languages": [], "static": static_path, "heading": heading, "paragraphs": paragraphs}
    return render(TEMPLATES, "certificate_refused.html", locale, **values)


def _refused(code: str, _: Callable[[str], str]) -> tuple[str, ...]:
    match code:
        case "token_expired":
            return (
                _("The certificate can no longer be made"),
                _("It can be made until two hours after the questionnaire was opened. Your answers were counted."),
            )
        case "invalid":
            return (
                _("This name is too long for the certificate"),
                _("Please go back and use at most 80 letters, or leave the name out and write it by hand."),
            )
        case "try_again":
            return (
                _("Please try again in a few seconds"),
                _("Very many people are here at this moment. Please go back and press the button again."),
            )
        case "internal":
            return (_("Something went wrong on our side"), _("We are sorry. Please wait a little and try again."))
        case _:
            return (
                _("There is no certificate here"),
                _("A certificate is offered on the page that thanks you, right after you have sent your answers."),
            )
