"""The workbook: complete, computable, and nobody's formula."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from selfie_reporting.workbook import workbook
from tests.support.reports import view_of

SHEETS = [
    "About",
    "Participation",
    "Areas",
    "Statements",
    "Breakdown",
    "Other areas",
    "Own statements",
    "Open answers",
]
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example","y")']


@pytest.fixture(scope="module")
def view():
    """A school's results in English, with open answers that look like formulas."""
    return view_of(open_answers={"teacher": HOSTILE, "student": ["More devices."]})


@pytest.fixture(scope="module")
def book(view):
    """The workbook, read back."""
    return load_workbook(BytesIO(workbook(view, "=Riverside School")))


def rows(sheet):
    """Return the rows below the headings as dictionaries."""
    headings = [cell.value for cell in sheet[1]]
    return [dict(zip(headings, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]


def test_there_is_a_sheet_for_each_kind_of_figure(book):
    assert book.sheetnames == SHEETS


def test_headings_are_frozen_and_can_be_filtered(book):
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")


def test_every_mean_of_every_statement_is_there_as_a_number(book, view):
    names = {unit["unit"]: unit["name"] for unit in view["units"]}
    found = {row["Statement"]: row for sheet in ("Statements", "Own statements") for row in rows(book[sheet])}
    assert set(found) == {entry["code"] for entry in view["statements"]}
    for entry in view["statements"]:
        row = found[entry["code"]]
        assert row["Overall mean"] == entry["overall"]
        shown = {figure["unit"]: figure for figure in entry["figures"]}
        for unit, name in names.items():
            figure = shown.get(unit)
            assert row[f"{name}: mean"] == (figure["mean"] if figure else None)
            assert row[f"{name}: answers"] == (figure["answered"] if figure else None)


def test_breakdowns_are_percentages_that_add_up(book):
    for row in rows(book["Breakdown"]):
        shares = [value for heading, value in row.items() if heading[0] in "12345" and value is not None]
        assert not shares or sum(shares) == pytest.approx(1)
    assert book["Breakdown"]["E2"].number_format == "0%"


def test_other_areas_are_complete(book, view):
    expected = sum(
        len(figure["shares"] or [None])
        for area in view["other_areas"]
        for item in area["items"]
        for figure in item["figures"]
    )
    names = {area["name"] for area in view["other_areas"]}
    assert len([row for row in rows(book["Other areas"]) if row["Area"] in names]) == expected


def test_participation_is_in_numbers(book, view):
    for row, entry in zip(rows(book["Participation"]), view["participation"]["groups"], strict=True):
        assert (row["Invited"], row["Took part"], row["Rate"]) == (
            entry["invited"],
            entry["submitted"],
            entry["rate"] / 100,
        )


def test_no_text_ever_becomes_a_formula(book):
    assert [row["Answer"] for row in rows(book["Open answers"])] == [*HOSTILE, "More devices."]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix


def test_right_to_left_languages_have_right_to_left_sheets(view):
    for locale, is_rtl in (("ar", True), ("en", False)):
        made = load_workbook(BytesIO(workbook(view | {"locale": locale}, "School")))
        assert all(sheet.sheet_view.rightToLeft is is_rtl for sheet in made.worksheets)


def test_the_title_of_the_file_names_school_and_session(book):
    assert book.properties.title == "Results of =Riverside School, 2024–2025, session 1"


def colour_of(part):
    """Return what a series or a point of a native chart is filled with."""
    colour = part.graphicalProperties.solidFill
    return getattr(colour.srgbClr, "val", colour.srgbClr)


def test_participation_and_areas_have_native_charts(book, view):
    (areas,) = book["Areas"]._charts
    (participation,) = book["Participation"]._charts
    assert len(areas.series) == len(view["units"])
    assert [series.val.numRef.f for series in areas.series] == [
        f"'Areas'!${column}$2:${column}${len(view['areas']) + 1}" for column in "CEG"
    ]
    assert [colour_of(series) for series in areas.series] == ["1F4FA8", "C8372D", "B07D00"]
    assert participation.series[0].val.numRef.f == "'Participation'!$D$2:$D$4"
    assert [colour_of(point) for point in participation.series[0].dPt] == ["1F4FA8", "C8372D", "B07D00"]
