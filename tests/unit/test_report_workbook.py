"""The workbook: complete, computable, and nobody's formula."""

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from selfie_reporting.comparison_view import comparison_view, hindrance_words
from selfie_reporting.workbook import workbook
from tests.support.reports import LEADER, STUDENT, TEACHER, exercise, results_of, view_of

SHEETS = [
    "About",
    "Participation",
    "Areas",
    "Statements",
    "Breakdown",
    "Other areas",
    "Means of other areas",
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
    """Return what a series or a point of a native chart is filled with, in its pattern or without one."""
    fill = part.graphicalProperties
    colour = fill.pattFill.bgClr if fill.pattFill is not None else fill.solidFill
    return getattr(colour.srgbClr, "val", colour.srgbClr)


def title_of(chart):
    """Return what stands over a native chart."""
    return "".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r)


def bars(book, sheet):
    """Return, for each native chart of a sheet, its title and what its series refer to: names and numbers."""

    def cells(reference):
        name, area = reference.split("!")
        first, _, last = area.replace("$", "").partition(":")
        return [row[0].value for row in book[name.strip("'")][f"{first}:{last or first}"]]

    for chart in book[sheet]._charts:
        yield title_of(chart), [(cells(s.cat.numRef.f), cells(s.val.numRef.f)) for s in chart.series]


def test_participation_and_areas_have_native_charts(book, view):
    (areas,) = book["Areas"]._charts
    (participation,) = book["Participation"]._charts
    assert [series.val.numRef.f for series in areas.series] == [
        f"'Areas'!${column}$2:${column}${len(view['areas']) + 1}" for column in "CEG"
    ]
    assert [colour_of(series) for series in areas.series] == ["1F4FA8", "C8372D", "B07D00"]
    assert participation.series[0].val.numRef.f == "'Participation'!$D$2:$D$4"
    assert [colour_of(point) for point in participation.series[0].dPt] == ["1F4FA8", "C8372D", "B07D00"]


def test_every_area_has_a_native_chart_of_its_statements(book, view):
    charts = list(bars(book, "Statements"))
    assert len(charts) == len(view["areas"])
    for (_, series), area in zip(charts, view["areas"], strict=True):
        statements = [entry for entry in view["statements"] if entry["area"] == area["code"]]
        expected = [[entry["overall"] for entry in statements]]
        for unit in view["units"]:
            of_unit = [{f["unit"]: f["mean"] for f in entry["figures"]}.get(unit["unit"]) for entry in statements]
            expected.append(of_unit)
        assert [numbers for _, numbers in series] == expected
        assert all(names == [entry["topic"] for entry in statements] for names, _ in series)


def test_other_areas_have_native_charts_of_their_means_and_shares(book, view):
    by_kind = {
        kind: [area for area in view["other_areas"] if area["kind"] == kind] for kind in ("mean", "ticks", "options")
    }
    means = list(bars(book, "Means of other areas"))
    assert [title for title, _ in means] == [area["name"] for area in by_kind["mean"]] + ["About the questionnaire"]
    for (_, series), area in zip(means, by_kind["mean"], strict=False):
        units = [figure["unit"] for figure in area["items"][0]["figures"]]
        assert [numbers for _, numbers in series] == [
            [{f["unit"]: f["mean"] for f in item["figures"]}[unit] for item in area["items"]] for unit in units
        ]
    shares = dict(bars(book, "Other areas"))
    for area in by_kind["ticks"]:
        figures = [figure for figure in area["items"][0]["figures"] if figure["shares"]]
        assert [numbers for _, numbers in shares[area["name"]]] == [
            [share["percent"] / 100 for share in figure["shares"]] for figure in figures
        ]
    for area in by_kind["options"]:
        for item in area["items"]:
            (figure,) = item["figures"]
            title = area["name"] if item["label"] == area["name"] else f"{area['name']}: {item['label']}"
            assert [n for _, n in shares[title]] == [[share["percent"] / 100 for share in figure["shares"]]]


@pytest.fixture(scope="module")
def compared():
    """Two exercises of a level: one with a hidden group of leaders, so that not all can be compared."""
    left, right = (
        results_of({LEADER: 4, TEACHER: 30, STUDENT: 40}),
        results_of({LEADER: 2, TEACHER: 20, STUDENT: 40}, of=replace(exercise(), session_id="2024-2")),
    )
    return comparison_view(left, right, view_of())


def test_what_cannot_be_compared_says_why_and_the_rest_has_both_figures(compared):
    book = load_workbook(BytesIO(workbook(view_of(), "School", compared)))
    found = rows(book["Comparison"])
    assert len(found) == sum(len(entry["changes"]) for entry in compared["statements"])
    words = hindrance_words("en")
    for entry in compared["statements"]:
        change = entry["changes"][0]
        (row,) = (r for r in found if (r["Statement"], r["Group"]) == (entry["code"], "All groups"))
        assert row["Change"] == change["by"]
        assert row["Comparison not possible"] == (words[change["hindrance"]] if change["hindrance"] else None)
    ((_, series),) = bars(book, "Comparison")
    firsts = [entry["changes"][0] for entry in compared["statements"]]
    assert [numbers for _, numbers in series] == [[c["left"] for c in firsts], [c["right"] for c in firsts]]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_finds_the_same_cells(view, compared, tmp_path):
    made = tmp_path / "results.xlsx"
    made.write_bytes(workbook(view, "=Riverside School", compared))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    out = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "again"), str(made)]
    subprocess.run(["soffice", profile, "--headless", "--norestore", *out], check=True, capture_output=True)
    ours, theirs = load_workbook(made), load_workbook(tmp_path / "again" / "results.xlsx")
    assert theirs.sheetnames == ours.sheetnames
    for sheet in ours.worksheets:
        other = theirs[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                assert other[cell.coordinate].value == cell.value, f"{sheet.title}!{cell.coordinate}"
        assert len(other._charts) == len(sheet._charts)


def test_rows_are_as_high_as_their_texts_and_print_on_a4(book):
    statements = book["Statements"]
    for row in statements.iter_rows(min_row=1, max_row=8):
        lines = [
            len(cell.value) / statements.column_dimensions[cell.column_letter].width
            for cell in row
            if isinstance(cell.value, str)
        ]
        height = statements.row_dimensions[row[0].row].height
        assert (height or 15) >= 15 * max(lines)
        assert height is None or max(lines) > 0.8
    assert {sheet.page_setup.paperSize for sheet in book} == {9}
