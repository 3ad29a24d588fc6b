"""A privacy notice as a PDF to print and to hand out."""

from typing import Final

from selfie.notices import Notice
from selfie_reporting.charts import INK, SOFT
from selfie_reporting.paper import BOTTOM, BRAND, MARGIN, TOP, WIDTH, Paper

TITLE: Final = 20.0
HEADING: Final = 12.0
TEXT: Final = 10.5
GAP: Final = 5.0


def notice_document(notice: Notice, school: str, locale: str) -> bytes:
    """Set a notice in columns of words, large enough to be read on a wall."""
    pdf = Paper(locale, school, notice.title)
    pdf.set_title(notice.title)
    pdf.add_page()
    y = MARGIN + 3
    pdf.box(0, y - 6, WIDTH, 1.2, BRAND)
    y += pdf.text_block(0, y, WIDTH, notice.title, TITLE, bold=True, colour=BRAND) + 2
    y += pdf.text_block(0, y, WIDTH, school, HEADING, colour=SOFT) + GAP
    for section in notice.sections:
        words = "\n".join(section.paragraphs)
        needed = pdf.height_of(WIDTH, section.heading, HEADING, bold=True) + pdf.height_of(WIDTH, words, TEXT)
        if y + needed > BOTTOM:
            pdf.add_page()
            y = TOP - 6
        y += pdf.text_block(0, y, WIDTH, section.heading, HEADING, bold=True, colour=BRAND) + 0.6
        y += pdf.text_block(0, y, WIDTH, words, TEXT, colour=INK, leading=1.42) + GAP
    return bytes(pdf.output())
