"""The register of a school's data map as a PDF: who can see what, how long and why; then every tool with all that is
known of it; then what is said of all tools together, and what is still open.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from selfie.data_map_words import data_map_words
from selfie.domain.data_map import DataMap, Kind, Tool, gaps
from selfie.i18n import format_day
from selfie_reporting.charts import INK, LINE, SOFT
from selfie_reporting.data_map_view import approved, told_of
from selfie_reporting.paper import BRAND, WARNING, WIDTH, Paper

NAMES: Final = 50.0
GAP: Final = 4.0
# Columns of the overview: tool, whose and which data, what for, who sees them, how long.
OVERVIEW: Final = (34.0, 48.0, 36.0, 34.0, 28.0)


def register_document(of: DataMap, tools: Sequence[Tool], school: str, today: date, locale: str) -> bytes:
    """Make the document."""
    pdf = _Register(of, tools, school, today, locale)
    y = pdf.overview()
    for kind in Kind:
        chosen = [tool for tool in tools if tool.kind is kind]
        if chosen:
            y = pdf.kind(y, kind, chosen)
    y = pdf.rules(y)
    pdf.open_points(y)
    return bytes(pdf.output())


class _Register(Paper):
    """A register being written; ``table_head`` is of the table that goes on at the moment."""

    def __init__(self, of: DataMap, tools: Sequence[Tool], school: str, today: date, locale: str) -> None:
        super().__init__(locale, school, "")
        self.map, self.tools, self.today = of, tools, today
        self.words = data_map_words(locale)
        self.about = self.gettext("Register of processing")
        self.running_title = self.about
        self.table_head: Sequence[str] = ()
        self.set_title(self.gettext("Register of processing of {school}").format(school=school))

    def header(self) -> None:
        """Head every page."""
        self.stripes()

    def footer(self) -> None:
        """Number every page."""
        self.page_number()

    def repeated(self, y: float) -> float:
        """Write the headings of the table that goes on here, if there is one."""
        return self._head(y) if self.table_head else y

    def overview(self) -> float:
        """Say who can see what, why and for how long."""
        y = self.chapter(self.about)
        as_of = self.gettext("As of {day}").format(day=format_day(self.today, self.locale))
        y += self.text_block(0, y, WIDTH, as_of, 9.5, colour=SOFT) + 3
        if not self.tools:
            return self.paragraph(y, self.gettext("The map has no tools yet."), colour=SOFT)
        self.table_head = [self.words.fields["name"], self.gettext("Whose and which data")]
        self.table_head += [self.words.fields[name] for name in ("purposes", "seen_by", "kept_from")]
        with self.tags.table():
            y = self._head(y)
            for tool in self.tools:
                y = self._row(y, tool)
        self.table_head = ()
        return y + 6

    def _head(self, y: float) -> float:
        widths = [width - GAP for width in OVERVIEW]
        height = max(self.height_of(w, text, 8, bold=True) for w, text in zip(widths, self.table_head, strict=True))
        self._cells(y, self.table_head, 8, is_head=True)
        self.rule(y + height + 1.2, INK, 0.3)
        return y + height + 3

    def _row(self, y: float, tool: Tool) -> float:
        said = {line.field: line.said or "–" for line in told_of(tool, self.locale)}
        whose = "\n".join((said["people"], said["data"])) if tool.people or tool.data else "–"
        cells = (tool.name, whose, said["purposes"], said["seen_by"], said["kept_from"])
        height = max(
            self.height_of(width - GAP, cell, 9, bold=place == 0)
            for place, (width, cell) in enumerate(zip(OVERVIEW, cells, strict=True))
        )
        y = self.room_for(y, height + 3)
        self._cells(y, cells, 9)
        self.rule(y + height + 1.4, LINE)
        return y + height + 3

    def _cells(self, y: float, cells: Sequence[str], size: float, *, is_head: bool = False) -> None:
        x, colour = 0.0, SOFT if is_head else INK
        with self.row():
            for place, (width, cell) in enumerate(zip(OVERVIEW, cells, strict=True)):
                heads = "Column" if is_head else "" if place else "Row"
                with self.cell_of(heads):
                    self.text_block(x, y, width - GAP, cell, size, bold=bool(heads), colour=colour)
                x += width

    def kind(self, y: float, kind: Kind, tools: Sequence[Tool]) -> float:
        """Write all tools of a kind."""
        self.running_title = self.about
        y = self.heading(self.room_for(y, 46), self.words.name(kind))
        for tool in tools:
            y = self._tool(y, tool)
        return y + 2

    def _tool(self, y: float, tool: Tool) -> float:
        lines = [(line.name, line.said) for line in told_of(tool, self.locale) if line.said and line.field != "kind"]
        self.running_title = self.about
        y = self.room_for(y, 26)
        self.running_title = tool.name
        top = y
        with self.tagged("H3"):
            y += self.text_block(5, y, WIDTH - 5, tool.name, 11.5, bold=True) + 1.2
        self.box(0, top + 0.6, 1.6, y - top - 1.6, BRAND)
        if not lines:
            return y + self.text_block(5, y, WIDTH - 5, self.gettext("Not described yet."), 9.5, colour=SOFT) + 5
        return self._pairs(y, lines) + 4

    def _pairs(self, y: float, pairs: Sequence[tuple[str, str]]) -> float:
        for name, said in pairs:
            height = max(self.height_of(NAMES - GAP, name, 9), self.height_of(WIDTH - NAMES - 5, said, 9.5))
            y = self.room_for(y, height + 1.6)
            with self.tagged("P"):
                self.text_block(5, y, NAMES - GAP, name, 9, colour=SOFT)
                self.text_block(5 + NAMES, y, WIDTH - NAMES - 5, said, 9.5)
            y += height + 1.6
        return y

    def rules(self, y: float) -> float:
        """Write what is said of all tools together."""
        _, words, rules = self.gettext, self.words, self.map.rules
        answers = {True: _("yes"), False: _("no")}
        asked = _("{name}: permission asked by itself: {asked}, taken down after withdrawal: {withdrawable}")
        images = [
            asked.format(name=words.name(use.channel), asked=answers[use.asked], withdrawable=answers[use.withdrawable])
            for use in rules.images
        ]
        pairs = [
            (_("Contact"), rules.contact),
            (_("Data protection officer"), rules.officer),
            (_("Photos and videos"), _("None are shown.") if rules.no_images else "\n".join(images)),
            (_("What people can ask for"), "\n".join(words.names(rules.rights))),
            (_("Participation council"), approved(rules.approval, self.locale) if rules.approval else ""),
            (_("No tool for"), "\n".join(words.names(rules.absent))),
        ]
        self.running_title = self.about
        y = self.heading(self.room_for(y, 30), _("For all tools together"))
        self.running_title = _("For all tools together")
        return self._pairs(y, [(name, said or "–") for name, said in pairs]) + 4

    def open_points(self, y: float) -> None:
        """Say what is still open."""
        found = gaps(self.map, self.tools, self.today)
        if not found:
            return
        y = self.heading(self.room_for(y, 26), self.gettext("Still open"))
        names = {tool.number: tool.name for tool in self.tools}
        for number in dict.fromkeys(gap.tool for gap in found):
            texts = [f"• {self.words.gap(gap)}" for gap in found if gap.tool == number]
            title = names.get(number, self.gettext("For all tools together"))
            y = self.room_for(y, 14)
            y += self.text_block(0, y, WIDTH, title, 9.5, bold=True, colour=WARNING) + 0.6
            for text in texts:
                height = self.height_of(WIDTH - 4, text, 9.5)
                y = self.room_for(y, height + 1)
                y += self.text_block(4, y, WIDTH - 4, text, 9.5) + 0.8
            y += 2.4
