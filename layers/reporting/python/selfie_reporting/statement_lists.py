"""Everything that a questionnaire can ask, to read before setting one up: the full list of statements, the suggestions.

Each as a PDF to print and as a workbook to copy from, in any language.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from selfie.catalogue import Text, Texts, catalogue
from selfie.domain.questionnaire import OtherAreaKind, Status, items_of
from selfie.domain.school import SCHOOL_GROUPS, EducationLevel, Family, RespondentGroup, family_of
from selfie.i18n import translator
from selfie_reporting.charts import AREA_COLOURS, INK, SOFT, Anchor
from selfie_reporting.paper import BRAND, WHITE, WIDTH, Paper
from selfie_reporting.sheets import Book, Column
from selfie_reporting.words import words

INDENT = 12.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement, or what is asked together, in each group's words; ``colour`` is that of its area."""

    tag: str
    heading: str
    note: str
    texts: Mapping[RespondentGroup, Text]
    colour: str = BRAND
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list: an area, all other areas, or all suggestions."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class StatementList:
    """A list with what is said before it."""

    title: str
    about: str
    intro: str
    parts: tuple[Part, ...]
    locale: str


def all_statements(texts: Texts) -> StatementList:
    """List core and optional statements by area, and the other areas."""
    _ = translator(texts.locale).gettext
    offered = catalogue(texts.version)
    kinds = {Status.CORE: _("core, always asked"), Status.OPTIONAL: _("optional")}
    parts = [
        Part(
            texts.area_name(area),
            tuple(
                Entry(
                    statement.code,
                    texts.topic(statement.code),
                    kinds[statement.status],
                    {g: texts.statement(statement.code, g) for g in _groups(texts.family) if g in statement.groups},
                    AREA_COLOURS[area],
                )
                for statement in offered.statements
                if statement.area == area
            ),
        )
        for area in offered.areas
    ]
    parts.append(Part(_("Other areas"), tuple(_other_areas(texts))))
    return StatementList(
        _("All statements of the questionnaire"),
        _about(texts),
        _(
            "Core statements are always asked; optional ones where a school chooses them. Each group reads them in its "
            "own words. The text below a statement helps to answer it: it describes the practice that deserves a 5."
        ),
        tuple(part for part in parts if part.entries),
        texts.locale,
    )


def suggestions(texts: Texts) -> StatementList:
    """List the suggested statements on blended learning."""
    _ = translator(texts.locale).gettext
    entries = []
    for place, (_key, topic, worded) in enumerate(texts.library(), start=1):
        fitting = {group: worded[group] for group in _groups(texts.family) if group in worded}
        if fitting:
            entries.append(Entry(str(place), topic, "", fitting))
    return StatementList(
        _("Suggestions for statements of your own"),
        _about(texts),
        _("Statements on blended learning that a school can take over as its own, as they are or changed."),
        (Part(_("Suggestions on blended learning"), tuple(entries)),),
        texts.locale,
    )


def _groups(family: Family) -> Sequence[RespondentGroup]:
    return tuple(RespondentGroup) if family is Family.WBL else SCHOOL_GROUPS


def _about(texts: Texts) -> str:
    levels = [level for level in EducationLevel if family_of(level, int(texts.family is Family.WBL)) is texts.family]
    names = " · ".join(words(texts.locale).levels[level] for level in levels)
    return (
        f"{names} · {words(texts.locale).units[RespondentGroup.IN_COMPANY_TRAINER]}"
        if texts.family is Family.WBL
        else names
    )


def _other_areas(texts: Texts) -> Iterator[Entry]:
    for area in catalogue(texts.version).other_areas:
        asked = [group for group in _groups(texts.family) if group in area.groups]
        if not asked:
            continue
        items = [texts.other_area_item(area.key, item.code) for item in items_of(area, texts.family)]
        scale = [] if area.kind is OtherAreaKind.TICKS else [o.label for o in texts.options(area.scale, asked[0])]
        lines = [*([] if len(items) == 1 else items), *([" / ".join(scale)] if scale else [])]
        name = texts.other_area_name(area.key)
        questions = {group: texts.other_area_question(area.key, group) for group in asked}
        yield Entry(str(area.number), name, "", questions, lines=tuple(lines))


def as_pdf(listed: StatementList) -> bytes:
    """Make the list to print."""
    pdf = _ListPaper(listed.locale, translator(listed.locale).gettext("School self-reflection"), listed.about)
    pdf.set_title(listed.title)
    y = pdf.new_page()
    with pdf.tagged("H1"):
        y += pdf.text_block(0, y, WIDTH, listed.title, 22, bold=True, colour=BRAND, leading=1.2) + 1
    y += pdf.text_block(0, y, WIDTH, listed.about, 10.5, colour=SOFT) + 4
    y = pdf.paragraph(y, listed.intro) + 3
    for part in listed.parts:
        y = pdf.part(y, part)
    return bytes(pdf.output())


class _ListPaper(Paper):
    """Pages of a list."""

    def header(self) -> None:
        self.stripes()

    def footer(self) -> None:
        self.page_number()

    def part(self, y: float, part: Part) -> float:
        """Write one part below what is there."""
        colour = part.entries[0].colour
        # What goes on where a part begins is the list, not the part before.
        self.running_title = self.title
        y = self.room_for(y, 13 + self._height(part.entries[0]))
        self.set_y(y)
        self.start_section(part.name, 0)
        with self.tagged("H2"):
            y += self.text_block(0, y, WIDTH, part.name, 15, bold=True, colour=colour) + 1
        self.rule(y, colour, 0.5)
        self.running_title = part.name
        y += 4
        for entry in part.entries:
            y = self.entry(y, entry)
        return y + 5

    def entry(self, y: float, entry: Entry) -> float:
        """Write one statement in the words of all its groups."""
        y = self.room_for(y, self._height(entry))
        self.box(0, y + 0.2, 9, 5.4, entry.colour, round_=1)
        with self.tagged("H3"):
            self.text_block(0, y + 0.9, 9, entry.tag, 8.5, bold=True, colour=WHITE, align=Anchor.MIDDLE)
            y += self.text_block(INDENT, y + 0.4, WIDTH - INDENT, self._heading(entry), 10.5, bold=True) + 1.4
        for group, text in entry.texts.items():
            self.hatched_box(INDENT, y + 0.9, 3, 3, group)
            name = words(self.locale).units[group]
            self.text_block(INDENT + 5, y, 33, name, 8.5, colour=SOFT)
            height = self.text_block(INDENT + 40, y, WIDTH - INDENT - 40, text.text, 9.5)
            if text.help:
                height += self.text_block(INDENT + 40, y + height, WIDTH - INDENT - 40, text.help, 8.5, colour=SOFT)
            y += max(height, self.height_of(33, name, 8.5)) + 1.4
        for line in entry.lines:
            y += self.text_block(INDENT + 40, y, WIDTH - INDENT - 40, line, 8.5, colour=INK) + 0.4
        return y + 3

    def _height(self, entry: Entry) -> float:
        column = WIDTH - INDENT - 40
        height = self.height_of(WIDTH - INDENT, self._heading(entry), 10.5, bold=True) + 5
        for text in entry.texts.values():
            height += self.height_of(column, text.text, 9.5) + 1.4
            height += self.height_of(column, text.help, 8.5) if text.help else 0
        return height + sum(self.height_of(column, line, 8.5) + 0.4 for line in entry.lines)

    def _heading(self, entry: Entry) -> str:
        return f"{entry.heading} ({entry.note})" if entry.note else entry.heading


def as_workbook(listed: StatementList) -> bytes:
    """Make the list to copy from: a row for each statement and group."""
    _ = translator(listed.locale).gettext
    book = Book(listed.locale)
    book.describe(listed.title, listed.about, _("Questionnaire"))
    columns = [
        Column(_("Part"), 28),
        Column(_("Code"), 8),
        Column(_("Topic"), 32),
        Column(_("Kind"), 20),
        Column(_("Group"), 18),
        Column(_("Statement"), 60),
        Column(_("Help text"), 60),
    ]
    book.sheet(listed.title, columns, _rows(listed))
    book.facts(
        _("About"),
        [(_("List"), listed.title), (_("Education level"), listed.about), ("", ""), (_("Note"), listed.intro)],
    )
    return book.saved()


def _rows(listed: StatementList) -> Iterator[Sequence[str]]:
    said = words(listed.locale).units
    for part in listed.parts:
        for entry in part.entries:
            for group, text in entry.texts.items():
                helping = "\n".join(filter(None, [text.help, *entry.lines]))
                yield (part.name, entry.tag, entry.heading, entry.note, said[group], text.text, helping)
