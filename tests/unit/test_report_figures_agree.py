"""Page, workbook, document and charts show the same figures: all of them, and no others.

The page shows what the JSON of its route holds (``tests/web/test_results_pages.py``), so that is what the rest is held
against, for a school with all groups, one with its leaders pooled, and one without any student.
"""

import re
from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from selfie_reporting.comparison_view import comparison_view, insights_view
from selfie_reporting.document import document
from selfie_reporting.row_charts import charts_of
from selfie_reporting.workbook import workbook
from tests.support.reports import LEADER, STUDENT, TEACHER, exercise, results_of, view_of

SCHOOLS = {
    "all groups": {LEADER: 6, TEACHER: 30, STUDENT: 40},
    "leaders pooled": {LEADER: 2, TEACHER: 30, STUDENT: 4},
    "no student": {LEADER: 4, TEACHER: 12, STUDENT: 0},
}


@pytest.fixture(scope="module", params=SCHOOLS)
def sent(request):
    """How many of each group took part."""
    return SCHOOLS[request.param]


@pytest.fixture(scope="module")
def view(sent):
    """What the page is made from."""
    return view_of(sent, open_answers={"teacher": ["More time."], "staff": ["More time."], "student": ["Wifi."]})


@pytest.fixture(scope="module")
def compared(sent, view):
    """The same school beside an exercise before."""
    return comparison_view(results_of(sent), earlier(), view)


@pytest.fixture(scope="module")
def found(sent):
    """What stands out in it."""
    return insights_view(results_of(sent), earlier(), "en")


@pytest.fixture(scope="module")
def book(view, compared):
    """Its workbook, read back."""
    return load_workbook(BytesIO(workbook(view, "School", compared)))


@pytest.fixture(scope="module")
def words(view, found, compared):
    """Its document, read back: the pages' words, of which neighbouring columns may touch."""
    return [page.extract_text() for page in PdfReader(BytesIO(document(view, "School", found, compared))).pages]


def earlier():
    """Make an exercise of a year before."""
    return results_of({LEADER: 5, TEACHER: 20, STUDENT: 30}, of=replace(exercise(), session_id="2023-1"))


def questions(view):
    """Name every question with its figures: statements, items of other areas, experience, background."""
    for entry in (*view["statements"], *(item for area in view["other_areas"] for item in area["items"])):
        yield entry["code"], entry["figures"]
    for entry in (*view["experience"], *view["background"]):
        yield entry["key"], entry["figures"]


def table(book, sheet):
    """Return the rows below the headings."""
    return list(book[sheet].iter_rows(min_row=2, values_only=True))


def numbers_in(rows):
    """Count the numbers of some rows."""
    return Counter(value for row in rows for value in row if isinstance(value, int | float))


def written(mean):
    """Write a mean as documents and charts do."""
    return f"{mean:.1f}"


# --- the workbook: every number of every sheet is one of the view's -------------------------------------------------


def test_the_workbook_has_every_number_of_the_participation(book, view):
    groups = view["participation"]["groups"]
    expected = [[g["invited"], g["submitted"], g["rate"] / 100, g["required"]] for g in groups]
    assert [list(row[1:5]) for row in table(book, "Participation")] == expected


def test_the_workbook_has_every_number_of_the_areas(book, view):
    for row, area in zip(table(book, "Areas"), view["areas"], strict=True):
        assert list(row[2:]) == [value for entry in area["units"] for value in (entry["mean"], entry["asked"])]


def test_the_workbook_has_every_number_of_the_statements(book, view):
    expected = Counter()
    for entry in view["statements"]:
        figures = [n for f in entry["figures"] for n in (f["mean"], f["answered"], f["not_applicable"])]
        expected.update(n for n in (entry["overall"], *figures) if n is not None)
    assert numbers_in(table(book, "Statements") + table(book, "Own statements")) == expected


def test_the_workbook_has_every_number_of_the_breakdown(book, view):
    names = {unit["unit"]: unit["name"] for unit in view["units"]}
    expected = {}
    for statement in view["statements"]:
        for figure in statement["figures"]:
            shares = [s["percent"] / 100 for s in figure["shares"] or ()] or [None] * 5
            expected[statement["code"], names[figure["unit"]]] = (figure["answered"], *shares, figure["not_applicable"])
    assert {(row[0], row[2]): row[3:] for row in table(book, "Breakdown")} == expected


def test_the_workbook_has_every_number_of_the_other_areas(book, view):
    statements = {entry["code"] for entry in view["statements"]}
    expected, means = Counter(), Counter()
    for code, figures in questions(view):
        for figure in figures if code not in statements else ():
            head = [figure["answered"], figure["not_applicable"], figure["mean"]]
            for share in figure["shares"] or [None]:
                expected.update(n for n in (*head, share and share["percent"] / 100) if n is not None)
            means.update([figure["mean"]] if figure["mean"] is not None else [])
    assert numbers_in(table(book, "Other areas")) == expected
    assert numbers_in(table(book, "Means of other areas")) == means


def test_the_workbook_has_every_number_of_the_comparison(book, compared):
    changes = [change for entry in compared["statements"] for change in entry["changes"]]
    expected = Counter(c[part] for c in changes for part in ("left", "right", "by") if c[part] is not None)
    assert numbers_in(table(book, "Comparison")) == expected


def test_no_sheet_of_the_workbook_has_other_numbers(book):
    checked = {"Participation", "Areas", "Statements", "Breakdown", "Other areas", "Means of other areas"}
    checked |= {"Own statements", "Comparison"}
    for sheet in set(book.sheetnames) - checked:
        assert not numbers_in(book[sheet].iter_rows(values_only=True)), sheet


# --- the document ---------------------------------------------------------------------------------------------------


def test_the_document_prints_every_mean_of_the_page_and_no_other(words, view, found, compared):
    printed = [mean for page in words for mean in re.findall(r"(?<![\d.])\d\.\d(?![\d.])", page)]
    means = [s["overall"] for s in view["statements"]]
    means += [figure["mean"] for _, figures in questions(view) for figure in figures]
    # Areas stand in the overview's table and at the head of their own pages.
    means += 2 * [entry["mean"] for area in view["areas"] for entry in area["units"] if entry["asked"]]
    means += [entry["mean"] for entry in found["highest"] + found["lowest"]]
    means += [gap[end] for gap in found["gaps"] for end in ("high_mean", "low_mean")]
    means += [moved[side] for moved in found["moved"] for side in ("left", "right")]
    for entry in compared["statements"]:
        means += [entry["changes"][0]["left"], entry["changes"][0]["right"]]
        means += [abs(change["by"]) for change in entry["changes"] if change["by"]]
    charted = [
        label.text
        for name, drawing in charts_of(view).items()
        if name in {"participation", "areas"} or name.startswith("wheel-")
        for label in drawing().labels
        if re.fullmatch(r"\d\.\d", label.text)
    ]
    # The bound of what is «seen differently» is said in a sentence.
    said = ["1.0"] if found["gaps"] else []
    expected = [written(mean) for mean in means if mean is not None] + charted + said
    assert sorted(printed) == sorted(expected)


def test_the_document_prints_every_number_of_answers_and_every_share(words, view):
    printed = Counter(re.findall(r"\d+", " ".join(words)))
    expected: Counter[str] = Counter()
    for _, figures in questions(view):
        for figure in figures:
            if figure["mean"] is not None:
                expected.update(map(str, (figure["answered"], figure["not_applicable"])))
            expected.update(str(share["percent"]) for share in figure["shares"] or ())
    assert not expected - printed


# --- the charts -----------------------------------------------------------------------------------------------------


def figures_on(drawing):
    """Return the figures that are written beside the bars of a chart, in order."""
    return [label.text for label in drawing.labels if label.bold and re.fullmatch(r"\d\.\d|\d+%", label.text)]


def test_charts_say_every_figure_of_the_page(view):
    drawings = {name: drawing() for name, drawing in charts_of(view).items()}
    for area in [*(area["code"] for area in view["areas"]), None]:
        statements = [s for s in view["statements"] if s["area"] == area]
        means = [m for s in statements for m in (s["overall"], *(f["mean"] for f in s["figures"])) if m is not None]
        said = figures_on(drawings[f"area-{area}"] if area else drawings["own"]) if statements else []
        assert Counter(said) == Counter(map(written, means))
    areas = [entry["mean"] for area in view["areas"] for entry in area["units"] if entry["mean"] is not None]
    assert figures_on(drawings["areas"]) == [written(mean) for mean in areas]
    others = {f"other-{area['key']}": area["items"] for area in view["other_areas"]}
    others |= {f"background-{asked['key']}": [asked] for asked in view["background"]}
    others["experience"] = view["experience"]
    for name, items in others.items():
        figures = [figure for item in items for figure in item["figures"]]
        means = [written(figure["mean"]) for figure in figures if figure["mean"] is not None]
        shares = [f"{s['percent']}%" for f in figures if f["mean"] is None for s in f["shares"] or ()]
        assert Counter(figures_on(drawings[name]) if name in drawings else []) == Counter(means + shares), name
    for name, drawing in drawings.items():
        if not name.startswith("wheel-"):
            continue
        of_unit = [f for s in view["statements"] if s["area"] for f in s["figures"] if f["unit"] == name[6:]]
        tips = " ".join(wedge.tip for wedge in drawing.wedges)
        for figure in of_unit:
            assert re.search(rf"Mean {written(figure['mean'])}, from {figure['answered']} answers?\.", tips)
