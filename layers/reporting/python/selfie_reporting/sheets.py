"""Sheets to put figures and texts into: what every workbook of ours is made of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from textwrap import wrap
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from selfie.i18n import text_direction, translator

MEAN: Final = "0.0"
PERCENT: Final = "0%"
WHOLE: Final = "#,##0"
CHANGE: Final = "+0.0;-0.0;0.0"

# The book's own font; without its name a spreadsheet takes another one.
BOLD: Final = Font(name="Calibri", size=11, bold=True)
BOLD_ON_DARK: Final = Font(name="Calibri", size=11, bold=True, color="FFFFFF")

# The height of a line of text in points.
_LINE: Final = 15
_FORBIDDEN_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE: Final = 31

Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """``format`` of the numbers in it; texts have none."""

    heading: str
    width: float
    format: str = ""


class Book:
    """A workbook in one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.gettext = translator(locale).gettext
        self.book = Workbook()
        first = self.book.active
        if first is not None:
            self.book.remove(first)

    def describe(self, title: str, subject: str, category: str) -> None:
        """Say in the properties of the file what it is."""
        properties = self.book.properties
        properties.title, properties.subject, properties.category = title, subject, category
        properties.creator = self.gettext("School self-reflection")
        properties.language = self.locale

    def saved(self) -> bytes:
        """Return the file."""
        output = BytesIO()
        self.book.save(output)
        return output.getvalue()

    def sheet(self, title: str, columns: Sequence[Column], rows: Iterator[Sequence[Value]]) -> Worksheet:
        """Add a sheet with frozen headings and a filter."""
        sheet = self.empty_sheet(title)
        for place, column in enumerate(columns, start=1):
            heading = _write(sheet, 1, place, column.heading)
            heading.font = BOLD_ON_DARK
            heading.fill = PatternFill("solid", start_color="124C4A")
            heading.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.column_dimensions[get_column_letter(place)].width = column.width
        _make_room(sheet, 1, [column.heading for column in columns], columns)
        last = 1
        for last, row in enumerate(rows, start=2):
            for place, (value, column) in enumerate(zip(row, columns, strict=True), start=1):
                cell = _write(sheet, last, place, value)
                cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
                if column.format:
                    cell.number_format = column.format
            _make_room(sheet, last, row, columns)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation = "landscape"
        _fit_to_width(sheet)
        return sheet

    def empty_sheet(self, title: str) -> Worksheet:
        """Add a sheet without anything in it."""
        sheet: Worksheet = self.book.create_sheet(_FORBIDDEN_IN_TITLES.sub(" ", title)[:_LONGEST_TITLE])
        sheet.sheet_view.rightToLeft = text_direction(self.locale) == "rtl"
        return sheet

    def facts(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        """Add a sheet of names and what they stand for; those that stand for nothing are left out."""
        sheet = self.empty_sheet(title)
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 90
        for row, (name, fact) in enumerate(((n, f) for n, f in facts if f), start=1):
            _write(sheet, row, 1, name).font = BOLD
            _write(sheet, row, 2, fact).alignment = Alignment(wrap_text=True, vertical="top")
        _fit_to_width(sheet)


def _make_room(sheet: Worksheet, row: int, values: Sequence[Value], columns: Sequence[Column]) -> None:
    """Make a row as high as its longest text needs: not every spreadsheet does that by itself."""
    lines = max(
        sum(len(wrap(line, max(int(0.95 * column.width), 1))) or 1 for line in value.split("\n"))
        if isinstance(value, str)
        else 1
        for value, column in zip(values, columns, strict=True)
    )
    if lines > 1:
        sheet.row_dimensions[row].height = _LINE * lines


def _fit_to_width(sheet: Worksheet) -> None:
    """Print all columns on one page of A4, and as many pages of rows as it takes."""
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_margins = PageMargins(0.4, 0.4, 0.4, 0.4, 0, 0)
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write(sheet: Worksheet, row: int, column: int, value: Value) -> Cell:
    """Put a value into a cell; text stays text, whatever it begins with."""
    cell: Cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        # openpyxl makes a formula of what begins with «=», and a person's spreadsheet might on the next edit.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t"))
    return cell
