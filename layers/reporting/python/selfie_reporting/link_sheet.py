"""A sheet to hang up or hand out: a group's link as an address and as a QR code, and what it is for."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Final

import segno

from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.i18n import format_day, translator
from selfie_reporting.charts import INK, SOFT, UNIT_COLOURS, Anchor
from selfie_reporting.paper import BOTTOM, BRAND, MARGIN, WIDTH, Paper
from selfie_reporting.words import words

# Millimetres; long texts make it smaller, so that all stays on one page.
LARGEST_CODE: Final = 96.0
# Light modules around a code, as its standard asks.
QUIET: Final = 4


@dataclass(frozen=True, slots=True)
class LinkSheet:
    """What the sheet says; ``address`` is the whole link."""

    school: str
    level: EducationLevel
    group: RespondentGroup
    address: str
    first_day: date
    last_day: date
    locale: str


def code_svg(address: str) -> str:
    """Draw an address as a QR code."""
    drawn = BytesIO()
    segno.make_qr(address, error="m").save(
        drawn, kind="svg", border=QUIET, dark=INK, light="#ffffff", xmldecl=False, omitsize=True
    )
    return drawn.getvalue().decode()


def link_sheet(sheet: LinkSheet) -> bytes:
    """Make the sheet as PDF, one page."""
    _ = translator(sheet.locale).gettext
    pdf = _Sheet(sheet.locale, sheet.school, words(sheet.locale).levels[sheet.level])
    pdf.set_title(_title(sheet))
    pdf.add_page()
    y = 32.0
    y += pdf.text_block(0, y, WIDTH, sheet.school, 17, bold=True, colour=SOFT, align=Anchor.MIDDLE) + 3
    pdf.box(60, y, 60, 1.6, UNIT_COLOURS[sheet.group])
    y += 5
    y += pdf.text_block(0, y, WIDTH, _title(sheet), 30, bold=True, colour=BRAND, align=Anchor.MIDDLE, leading=1.2) + 4
    student = sheet.group is RespondentGroup.STUDENT
    greeting = (
        _("Hello! Our school wants to know how we use digital technology, and your view counts.")
        if student
        else _("Dear all, our school looks at how it uses digital technology, and your view counts.")
    )
    y += pdf.text_block(10, y, WIDTH - 20, greeting, 14, align=Anchor.MIDDLE, leading=1.4) + 5
    days = _("Please answer a short questionnaire from {first} to {last}:").format(
        first=format_day(sheet.first_day, sheet.locale), last=format_day(sheet.last_day, sheet.locale)
    )
    y += pdf.text_block(10, y, WIDTH - 20, days, 14, bold=True, align=Anchor.MIDDLE, leading=1.4) + 4
    hint = _("Point the camera of a phone or tablet at the code, or type the address:")
    below = [(hint, 12.0, False, SOFT, 1.0), (sheet.address, 14.0, True, INK, 8.0)]
    below += [(fact, 12.5, False, INK, 2.5) for fact in _facts(sheet)]
    needed = sum(
        pdf.height_of(WIDTH - 20, text, size, bold=bold, leading=1.4) + gap for text, size, bold, _colour, gap in below
    )
    side = min(LARGEST_CODE, BOTTOM - y - needed)
    pdf.code(sheet.address, y, side)
    y += side + 3
    for text, size, bold, colour, gap in below:
        y += (
            pdf.text_block(10, y, WIDTH - 20, text, size, bold=bold, colour=colour, align=Anchor.MIDDLE, leading=1.4)
            + gap
        )
    return bytes(pdf.output())


def _title(sheet: LinkSheet) -> str:
    _ = translator(sheet.locale).gettext
    return {
        RespondentGroup.SCHOOL_LEADER: _("Questionnaire for school leaders"),
        RespondentGroup.TEACHER: _("Questionnaire for teachers"),
        RespondentGroup.STUDENT: _("Questionnaire for students"),
        RespondentGroup.IN_COMPANY_TRAINER: _("Questionnaire for in-company trainers"),
    }[sheet.group]


def _facts(sheet: LinkSheet) -> list[str]:
    _ = translator(sheet.locale).gettext
    student = sheet.group is RespondentGroup.STUDENT
    facts = [
        _("It takes less than 20 minutes. You may leave out any question.")
        if student
        else _("It takes less than 40 minutes. You may leave out any question."),
        _(
            "Taking part is voluntary and anonymous: "
            "no name, no account, and nobody can see what a single person answered."
        ),
        _("Right after sending, you can get a certificate of participation. It cannot be had later."),
    ]
    if student and sheet.level is EducationLevel.PRIMARY:
        facts.insert(2, _("For teachers: younger pupils answer best as a whole class, together with you."))
    return facts


class _Sheet(Paper):
    """One page with a code on it."""

    def header(self) -> None:
        self.stripes()

    def code(self, address: str, top: float, side: float) -> None:
        """Draw the code in the middle, square by square, so that it stays sharp at any size."""
        matrix = list(segno.make_qr(address, error="m").matrix_iter(border=QUIET))
        module = side / len(matrix)
        left = MARGIN + (WIDTH - side) / 2
        self.set_fill_color(INK)
        for row, modules in enumerate(matrix):
            start = None
            for column, dark in enumerate([*modules, 0]):
                if dark and start is None:
                    start = column
                elif not dark and start is not None:
                    # A run of squares is one rectangle: seams between them would show in print.
                    self.rect(left + start * module, top + row * module, (column - start) * module, module, style="F")
                    start = None
