"""Page, workbook, document and charts are made from one view: every figure is the same in all of them."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from selfie_reporting.document import document
from selfie_reporting.row_charts import charts_of
from selfie_reporting.workbook import workbook
from tests.support.reports import LEADER, STUDENT, TEACHER, view_of


@pytest.fixture(scope="module", params=[{LEADER: 4, TEACHER: 30, STUDENT: 40}, {LEADER: 2, TEACHER: 30, STUDENT: 4}])
def view(request):
    """What the page is made from: one school with all groups, one with a small group of leaders."""
    return view_of(request.param)


def means_of(view):
    """Return every mean of every statement, in the order in which the document prints them."""
    for area in [entry["code"] for entry in view["areas"]] + [None]:
        for statement in view["statements"]:
            if statement["area"] == area:
                yield statement["overall"]
                yield from (figure["mean"] for figure in statement["figures"])


def test_the_document_prints_every_mean_of_the_page_and_no_other(view):
    pages = [page.extract_text() for page in PdfReader(BytesIO(document(view, "School"))).pages]
    # Read back, words of neighbouring columns may touch.
    printed = [mean for page in pages for mean in re.findall(r"(?<![\d.])\d\.\d(?![\d.])", page)]
    charted = [
        label.text
        for name, drawing in charts_of(view).items()
        if name in {"participation", "areas"} or name.startswith("wheel-")
        for label in drawing().labels
        if _is_mean(label.text)
    ]
    areas = [entry["mean"] for area in view["areas"] for entry in area["units"] if entry["asked"]]
    others = [f["mean"] for area in view["other_areas"] for item in area["items"] for f in item["figures"]]
    others += [f["mean"] for rated in view["experience"] for f in rated["figures"]]
    # Areas stand in the overview's table and at the head of their own pages.
    expected = [f"{mean:.1f}" for mean in [*means_of(view), *areas, *areas, *others] if mean is not None]
    assert sorted(printed) == sorted(expected + charted)


def test_the_workbook_has_every_mean_share_and_number_of_the_page(view):
    book = load_workbook(BytesIO(workbook(view, "School")))
    names = {unit["unit"]: unit["name"] for unit in view["units"]}
    written = {}
    for row in book["Breakdown"].iter_rows(min_row=2, values_only=True):
        written[row[0], row[2]] = row[3:]
    expected = {}
    for statement in view["statements"]:
        for figure in statement["figures"]:
            shares = [s["percent"] / 100 for s in figure["shares"] or ()] or [None] * 5
            expected[statement["code"], names[figure["unit"]]] = (figure["answered"], *shares, figure["not_applicable"])
    assert written == expected
    for row, area in zip(book["Areas"].iter_rows(min_row=2, values_only=True), view["areas"], strict=True):
        assert list(row[2:]) == [value for entry in area["units"] for value in (entry["mean"], entry["asked"])]


def test_charts_say_every_mean_of_the_page(view):
    drawings = {name: drawing() for name, drawing in charts_of(view).items()}
    for area in view["areas"]:
        in_area = [s for s in view["statements"] if s["area"] == area["code"]]
        means = [m for s in in_area for m in (s["overall"], *(f["mean"] for f in s["figures"])) if m is not None]
        said = [label.text for label in drawings[f"area-{area['code']}"].labels if _is_mean(label.text)]
        assert sorted(said) == sorted(f"{mean:.1f}" for mean in means)
    shown = [entry["mean"] for area in view["areas"] for entry in area["units"] if entry["mean"] is not None]
    said = [label.text for label in drawings["areas"].labels if _is_mean(label.text)]
    assert said == [f"{mean:.1f}" for mean in shown]


def _is_mean(word: str) -> bool:
    return len(word) == len("3.4") and word[1] == "." and (word[0] + word[2]).isdigit()
