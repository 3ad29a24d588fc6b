"""Slides for the wall: every figure of the school's charts, one chart to a page, in large letters."""

import io
import re
from collections import Counter
from dataclasses import replace

import pypdf
import pytest

from selfie.domain.questionnaire import OwnStatement, OwnText
from selfie_reporting.comparison_view import insights_view
from selfie_reporting.row_charts import area_slices
from selfie_reporting.slides import TALLEST, slides
from tests.support.reports import FIRST_DAY, LEADER, STUDENT, TEACHER, exercise, results_of, view_of

# Points: the foot of a page; what charts say is larger.
SMALLEST = 10


@pytest.fixture(scope="module")
def view():
    """A school's results in English."""
    return view_of()


@pytest.fixture(scope="module")
def pages(view):
    """Its slides, read back."""
    return pypdf.PdfReader(io.BytesIO(slides(view, "Riverside School", insights_view(results_of(), None, "en")))).pages


def test_slides_are_wide_and_start_with_whose_they_are(pages):
    assert all(
        float(page.mediabox.width) / float(page.mediabox.height) == pytest.approx(16 / 9, abs=0.01) for page in pages
    )
    assert "Riverside School" in pages[0].extract_text()
    assert "Which one or two statements" in pages[-1].extract_text()


def test_slides_show_every_mean_of_every_statement(pages, view):
    said = Counter(mean for page in pages for mean in re.findall(r"(?<![\d.])\d\.\d(?![\d.])", page.extract_text()))
    means = [mean for s in view["statements"] for mean in (s["overall"], *(f["mean"] for f in s["figures"]))]
    means += [entry["mean"] for area in view["areas"] for entry in area["units"]]
    means += [f["mean"] for area in view["other_areas"] for item in area["items"] for f in item["figures"]]
    assert not Counter(f"{mean:.1f}" for mean in means if mean is not None) - said


def test_there_is_one_chart_to_a_page_and_its_words_are_large(pages):
    for page in pages:
        sizes: list[float] = []

        def note(text, _matrix, position, _font, size, sizes=sizes):
            if text.strip():
                sizes.append(size * position[0])

        page.extract_text(visitor_text=note)
        # The codes round a wheel are the exception: beside it stands what they are.
        if "All statements at a glance" not in page.extract_text():
            assert min(sizes) >= SMALLEST
        assert page.get_contents().get_data().count(b"/Figure <</MCID") <= 1


def test_a_long_area_is_divided_so_that_every_part_fits():
    everything = exercise({LEADER: 5, TEACHER: 45, STUDENT: 200})
    chosen = ("C10", "C11", "C12", "C13", "C14", "C15", "C16")
    long = OwnText("A statement of our own that goes on and on, " * 6)
    own = tuple(OwnStatement(n, "en", FIRST_DAY, {LEADER: long, TEACHER: long, STUDENT: long}) for n in range(1, 6))
    view = view_of(of=replace(everything, optional=chosen, own=own))
    for area in ("C", None):
        parts = area_slices(view, area, TALLEST)
        assert len(parts) > 1
        assert all(part.height <= TALLEST for part in parts)
        shown = [label.text for part in parts for label in part.labels if label.bold]
        means = [s["overall"] for s in view["statements"] if s["area"] == area and s["overall"] is not None]
        assert not Counter(f"{mean:.1f}" for mean in means) - Counter(shown)
