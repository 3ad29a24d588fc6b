"""The register of a school's data map as tables: an Excel workbook, and CSV in the columns of Art. 30 GDPR."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from selfie.data_map_words import data_map_words
from selfie.domain.data_map import DataMap, Tool, gaps
from selfie.i18n import format_day, translator
from selfie.tables import csv_table
from selfie_reporting.data_map_view import TOLD, approved, told_of
from selfie_reporting.sheets import Book, Column, Value

_NARROW: Final = frozenset({"agreement_from", "agreement_until", "breach_clause", "deletion_clause", "code_names"})


def register_csv(of: DataMap, tools: Sequence[Tool], school: str, locale: str) -> bytes:
    """Write a line for each tool."""
    _, words = translator(locale).gettext, data_map_words(locale)
    head = (
        _("Controller"),
        _("Contact"),
        _("Data protection officer"),
        words.fields["name"],
        *(words.fields[name] for name in TOLD),
    )
    rows = ((school, of.rules.contact, of.rules.officer, *row) for row in _rows(tools, locale))
    return csv_table(head, rows).encode()


def register_workbook(of: DataMap, tools: Sequence[Tool], school: str, today: date, locale: str) -> bytes:
    """Make the workbook: the register, images, what is open, and what is said of all tools together."""
    return _RegisterBook(of, tools, school, today, locale).content()


def _rows(tools: Sequence[Tool], locale: str) -> Iterator[list[str]]:
    return ([tool.name, *(line.said for line in told_of(tool, locale))] for tool in tools)


class _RegisterBook(Book):
    def __init__(self, of: DataMap, tools: Sequence[Tool], school: str, today: date, locale: str) -> None:
        super().__init__(locale)
        self.map, self.tools, self.school, self.today = of, tools, school, today
        self.words = data_map_words(locale)

    def content(self) -> bytes:
        _, words, rules = self.gettext, self.words, self.map.rules
        self.describe(_("Register of processing of {school}").format(school=self.school), self.school, _("Data map"))
        self.facts(
            _("About"),
            [
                (_("School"), self.school),
                (_("As of"), format_day(self.today, self.locale)),
                (_("Contact"), rules.contact),
                (_("Data protection officer"), rules.officer),
                (_("Participation council"), approved(rules.approval, self.locale) if rules.approval else ""),
                (_("What people can ask for"), "\n".join(words.names(rules.rights))),
                (_("No tool for"), "\n".join(words.names(rules.absent))),
            ],
        )
        columns = [Column(words.fields["name"], 28)]
        columns += [Column(words.fields[name], 14 if name in _NARROW else 26) for name in TOLD]
        self.sheet(_("Register"), columns, _rows(self.tools, self.locale))
        images = (
            Column(_("Where images are shown"), 34),
            Column(_("Permission asked by itself"), 26),
            Column(_("Taken down after withdrawal"), 26),
        )
        self.sheet(_("Photos and videos"), images, self._images())
        self.sheet(_("Still open"), (Column(words.fields["name"], 28), Column(_("To do"), 80)), self._open())
        return self.saved()

    def _images(self) -> Iterator[Sequence[Value]]:
        said = {True: self.gettext("Yes"), False: self.gettext("No")}
        for use in self.map.rules.images:
            yield self.words.name(use.channel), said[use.asked], said[use.withdrawable]

    def _open(self) -> Iterator[Sequence[Value]]:
        names = {tool.number: tool.name for tool in self.tools}
        for gap in gaps(self.map, self.tools, self.today):
            yield names.get(gap.tool, ""), self.words.gap(gap)
