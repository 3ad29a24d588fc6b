"""A coordinator's certificate for a finished session as a PDF: one page, without any score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from selfie.domain.school import EducationLevel
from selfie.i18n import translator
from selfie_reporting.certificate import PAGE, _Certificate
from selfie_reporting.charts import SOFT
from selfie_reporting.paper import BRAND
from selfie_reporting.words import words

# The lowest place at which the closing sentence stays inside the border.
# More levels are written smaller.
FEW: Final = 3
CLOSING: Final = 172.0


@dataclass(frozen=True, slots=True)
class Coordination:
    """What the certificate says. ``name`` is empty where none was typed: a line is left to write it on."""

    name: str
    school: str
    session_id: str
    levels: Sequence[EducationLevel]
    locale: str


def coordinator_certificate(coordinated: Coordination) -> bytes:
    """Make the certificate."""
    pdf = _Certificate(coordinated.locale)
    _ = translator(coordinated.locale).gettext
    said = words(coordinated.locale)
    pdf.set_title(_("Certificate for the coordinator"))
    pdf.frame()
    pdf.mark(PAGE[0] / 2, 40)
    y = pdf.centred(58, _("Certificate for the coordinator"), 32, bold=True, colour=BRAND)
    name = pdf.writable(coordinated.name)
    y = pdf.centred(y + 8, name, 28, bold=True, lines=2) if name else pdf.line_to_write_on(y + 22)
    y = pdf.centred(y + 6, _("coordinated the digital self-reflection of the school"), 16, colour=SOFT)
    y = pdf.centred(y + 4, coordinated.school, 23, bold=True, lines=2)
    y = pdf.centred(y + 4, said.session(coordinated.session_id), 14, colour=SOFT)
    size = 11 if len(coordinated.levels) <= FEW else 9
    for level in coordinated.levels:
        y = pdf.centred(y, said.levels[level], size, colour=SOFT)
    thanks = _("Thank you for making it possible that everybody at the school was asked.")
    pdf.centred(max(y + 5, CLOSING), thanks, 12, lines=2)
    return bytes(pdf.output())
