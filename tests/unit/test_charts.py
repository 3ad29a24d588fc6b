"""Charts: geometry that says what the figures say, words beside it, and safe SVG."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from selfie.catalogue import catalogue
from selfie.domain.school import EducationLevel
from selfie_reporting import charts, row_charts
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
    wheel = charts.wheel_chart(view, "teacher")
    assert charts.wheel_chart(view | {"direction": "rtl"}, "teacher") == wheel.mirrored()
    assert wheel.mirrored().mirrored().wedges == wheel.wedges
    plain = charts.areas_chart(view)
    mirrored = charts.areas_chart(view | {"direction": "rtl"})
    assert mirrored == plain.mirrored()
    assert mirrored.mirrored() == plain
    for left, right in zip(plain.bars, mirrored.bars, strict=True):
        assert left.x == pytest.approx(plain.width - right.x - right.width)


def test_no_arc_ends_where_it_is_written_to_begin(view):
    # Such an arc is not drawn at all: the legend's sign for «not shown» was missing.
    drawn = charts.svg(charts.wheel_chart(view, "teacher"))
    arcs = re.findall(r"[ML]([-.\d]+ [-.\d]+)A\S+ \S+ \d \d \d ([-.\d]+ [-.\d]+)", drawn)
    assert len(arcs) > 40
    assert all(begun != ended for begun, ended in arcs)


def in_the_wheel(drawing):
    """Return the segments by the code that their tip begins with."""
    return {wedge.tip.split()[0]: wedge for wedge in drawing.wedges if wedge.tip}


def test_the_wheel_has_a_segment_for_every_statement_of_the_catalogue(view):
    segments = in_the_wheel(charts.wheel_chart(view, "student"))
    assert sorted(segments) == sorted(statement.code for statement in catalogue().statements)
    labels = {label.text for label in charts.wheel_chart(view, "student").labels}
    assert set(segments) <= labels


def test_segments_reach_as_far_as_their_mean_in_the_colour_of_their_area(view):
    segments = in_the_wheel(charts.wheel_chart(view, "teacher"))
    hole, rim = segments["A5"].inner, segments["A5"].outer  # not chosen: a full segment
    shown = 0
    for statement in view["statements"]:
        figure = charts.figure_of(statement, "teacher")
        if statement["area"] and figure and figure["mean"] is not None:
            wedge = segments[statement["code"]]
            assert wedge.colour == charts.AREA_COLOURS[statement["area"]]
            expected = max(hole + (rim - hole) * (figure["mean"] - 1) / 4, hole + 3)
            assert wedge.outer == pytest.approx(expected)
            assert f"{figure['mean']:.1f}" in wedge.tip
            assert statement["texts"]["teacher"] in wedge.tip
            shown += 1
    assert shown > 30


def test_the_two_greys_tell_what_was_not_asked_from_what_was_not_chosen(view):
    student = in_the_wheel(charts.wheel_chart(view, "student"))
    teacher = in_the_wheel(charts.wheel_chart(view, "teacher"))
    assert student["A1"].colour == charts.NOT_ASKED  # a core statement for others
    assert student["A4"].colour == charts.NOT_ASKED  # chosen, but for others
    assert student["A5"].colour == charts.NOT_ASKED  # not chosen, and for others anyway
    assert teacher["A5"].colour == student["C13"].colour == charts.NOT_CHOSEN
    assert teacher["A4"].colour == charts.AREA_COLOURS["A"]
    assert teacher["A5"].hatch is not student["A1"].hatch


def test_a_segment_with_too_few_answers_is_an_outline():
    def two_of_thirty(question, chance):
        return [] if question.code == "A1" else ["3"] if "3" in question.options else []

    segments = in_the_wheel(charts.wheel_chart(view_of(answer=two_of_thirty), "teacher"))
    assert segments["A1"].colour == charts.WHITE
    assert "Not shown" in segments["A1"].tip


def test_segments_fill_the_circle_without_overlapping(view):
    wedges = [wedge for wedge in charts.wheel_chart(view, "teacher").wedges if wedge.tip]
    for before, after in pairwise(wedges):
        assert before.end <= after.start + 1e-6
    assert wedges[0].start > 0
    assert wedges[-1].end < 360


def test_the_bars_of_an_area_are_as_long_as_the_means_of_its_statements(view):
    drawing = row_charts.area_chart(view, "C")
    statements = [statement for statement in view["statements"] if statement["area"] == "C"]
    means = []
    for statement in statements:
        means += [statement["overall"]] + [figure["mean"] for figure in statement["figures"]]
    assert [bar.width for bar in told(drawing)] == [pytest.approx(max((mean - 1) / 4 * 380, 2)) for mean in means]
    said = [label.text for label in drawing.labels]
    assert all(f"{mean:.1f}" in said for mean in means)


@pytest.mark.parametrize(
    "chart",
    [
        charts.participation_chart,
        charts.areas_chart,
        lambda view: row_charts.area_chart(view, "H"),
        lambda view: charts.wheel_chart(view, "student"),
    ],
)
def test_svg_says_every_figure_in_words_and_asks_for_nothing_from_outside(view, chart):
    drawing = chart(view)
    root = ElementTree.fromstring(charts.svg(drawing))
    assert root.get("role") == "img"
    assert root.get("aria-label") == drawing.title
    assert [title.text for title in root.iter(f"{SVG}title")] == [
        shape.tip for shape in (*drawing.bars, *drawing.wedges) if shape.tip
    ]
    assert [text.text for text in root.iter(f"{SVG}text")] == [label.text for label in drawing.labels]
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not tags & {"script", "image", "style", "foreignObject"}
    assert all("style" not in element.attrib and "href" not in element.attrib for element in root.iter())


def test_names_cannot_break_out_of_the_svg(view):
    hostile = view | {"units": [view["units"][0] | {"name": '"><script>x</script>'}, *view["units"][1:]]}
    assert "<script>" not in charts.svg(charts.areas_chart(hostile))
