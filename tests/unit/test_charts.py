"""Charts: geometry that says what the figures say, words beside it, and safe SVG."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from selfie.domain.school import EducationLevel
from selfie_reporting import charts
from tests.support.reports import LEADER, STUDENT, TEACHER, TRAINER, exercise, view_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def view():
    """A school's results in English."""
    return view_of()


def told(drawing):
    """Return the bars that stand for a figure."""
    return [bar for bar in drawing.bars if bar.tip]


def test_a_participation_bar_is_as_long_as_its_rate(view):
    drawing = charts.participation_chart(view)
    tracks = [bar for bar in drawing.bars if bar.colour == charts.SUNKEN]
    for bar, track, entry in zip(told(drawing), tracks, view["participation"]["groups"], strict=True):
        assert bar.width / track.width == pytest.approx(entry["rate"] / 100)


def test_the_minimum_is_marked_where_it_lies(view):
    drawing = charts.participation_chart(view)
    track = next(bar for bar in drawing.bars if bar.colour == charts.SUNKEN)
    for mark, entry in zip(drawing.marks, view["participation"]["groups"], strict=True):
        share = entry["required"] / entry["invited"]
        assert (mark.x1 - track.x) / track.width == pytest.approx(share)


def test_trainers_have_no_minimum_to_mark():
    vocational = exercise(
        {LEADER: 5, TEACHER: 40, STUDENT: 100, TRAINER: 10}, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL
    )
    view = view_of({LEADER: 5, TEACHER: 30, STUDENT: 60, TRAINER: 6}, of=replace(vocational, own=()))
    drawing = charts.participation_chart(view)
    assert (len(told(drawing)), len(drawing.marks)) == (4, 3)


def test_more_answers_than_invitations_stay_inside_the_drawing(view):
    padded = view | {
        "participation": view["participation"]
        | {"groups": [view["participation"]["groups"][0] | {"invited": 4, "submitted": 9, "rate": 225}]}
    }
    drawing = charts.participation_chart(padded)
    assert all(bar.x >= 0 and bar.x + bar.width <= drawing.width for bar in drawing.bars)


def test_every_area_has_a_bar_or_a_word_for_each_unit(view):
    drawing = charts.areas_chart(view)
    shown = sum(entry["mean"] is not None for area in view["areas"] for entry in area["units"])
    words = [label.text for label in drawing.labels]
    assert len(told(drawing)) == shown
    missing = words.count("not asked") + words.count("not shown")
    assert shown + missing == len(view["areas"]) * len(view["units"])


def test_means_grow_from_one_to_five(view):
    bars = told(charts.areas_chart(view))
    means = [e["mean"] for area in view["areas"] for e in area["units"] if e["mean"] is not None]
    full = 380.0
    assert [round(bar.width, 3) for bar in bars] == [pytest.approx(max((m - 1) / 4 * full, 2), abs=0.01) for m in means]


def test_no_two_units_share_colour_or_hatching():
    assert len(set(charts.UNIT_COLOURS.values())) == len(charts.UNIT_COLOURS)
    assert len(set(charts.UNIT_HATCHES.values())) == len(charts.UNIT_HATCHES)


def test_right_to_left_drawings_are_mirrored(view):
    plain = charts.areas_chart(view)
    mirrored = charts.areas_chart(view | {"direction": "rtl"})
    assert mirrored == plain.mirrored()
    assert mirrored.mirrored() == plain
    for left, right in zip(plain.bars, mirrored.bars, strict=True):
        assert left.x == pytest.approx(plain.width - right.x - right.width)


@pytest.mark.parametrize("chart", [charts.participation_chart, charts.areas_chart])
def test_svg_says_every_figure_in_words_and_asks_for_nothing_from_outside(view, chart):
    drawing = chart(view)
    root = ElementTree.fromstring(charts.svg(drawing))
    assert root.get("role") == "img"
    assert root.get("aria-label") == drawing.title
    assert [title.text for title in root.iter(f"{SVG}title")] == [bar.tip for bar in told(drawing)]
    assert [text.text for text in root.iter(f"{SVG}text")] == [label.text for label in drawing.labels]
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not tags & {"script", "image", "style", "foreignObject"}
    assert all("style" not in element.attrib and "href" not in element.attrib for element in root.iter())


def test_names_cannot_break_out_of_the_svg(view):
    hostile = view | {"units": [view["units"][0] | {"name": '"><script>x</script>'}, *view["units"][1:]]}
    assert "<script>" not in charts.svg(charts.areas_chart(hostile))
