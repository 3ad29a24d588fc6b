"""The PDF: complete, in order, and fit for every script of the locales."""

import io
import re
from dataclasses import replace

import pypdf
import pytest
from fontTools.ttLib import TTFont

from selfie.domain.school import EducationLevel
from selfie_reporting import document as module
from selfie_reporting.comparison_view import comparison_view, insights_view
from selfie_reporting.document import document
from selfie_reporting.paper import FALLBACKS, FONT, FONTS, Paper
from selfie_reporting.workbook import workbook
from tests.support.reports import LEADER, STUDENT, TEACHER, TRAINER, exercise, results_of, view_of

ANSWERS = [
    "Better wifi on the second floor.",
    "Περισσότερες συσκευές για τους μαθητές",
    "Більше пристроїв для учнів",
    "أجهزة أكثر للطلاب",
    "A word that no column holds: " + "w" * 200,
]


@pytest.fixture(scope="module")
def view():
    """A school's results in English, with open answers in four scripts."""
    return view_of(open_answers={"student": ANSWERS, "teacher": [f"Answer number {n}. " * 20 for n in range(30)]})


@pytest.fixture(scope="module")
def made(view):
    """The report."""
    return document(view, "Riverside School")


def text_of(content: bytes) -> str:
    """Return a PDF's text, page by page."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    # The number of a piece of a letter can be that of a form feed.
    return "\f".join(page.extract_text(extraction_mode="layout").replace("\f", "") for page in pages)


def test_every_statement_is_there_with_its_figures(view, made):
    text = text_of(made)
    for entry in view["statements"]:
        if entry["area"] is not None:
            line = next(line for line in text.splitlines() if re.match(rf"\s*{entry['code']}\s", line))
            if entry["overall"] is not None:
                assert str(entry["overall"]) in line
    for area in view["other_areas"]:
        assert area["name"] in text


def test_contents_point_to_the_pages_where_the_parts_begin(view, made):
    pages = text_of(made).split("\f")
    listed = dict(re.findall(r"^ *(\S.*\S) {2,}(\d+)$", pages[1], re.MULTILINE))
    for area in view["areas"]:
        page = pages[int(listed[area["name"]]) - 1]
        assert area["name"] in page
        assert "Mean, from 1 to 5" in page


def test_tables_that_run_over_a_page_have_their_headings_again(made):
    pages = text_of(made).split("\f")
    continued = [page for page in pages if "(continued)" in page and re.search(r"^ *[A-H]\d+ ", page, re.MULTILINE)]
    assert continued
    assert all("Mean, from 1 to 5" in page and "N/A" in page for page in continued)


def test_pages_are_numbered_but_for_the_cover(made):
    pages = text_of(made).rstrip("\f").split("\f")
    numbers = [page.rstrip().rsplit(None, 1)[-1] for page in pages]
    assert numbers[1:] == [str(number) for number in range(2, len(pages) + 1)]
    assert numbers[0] != "1"


def test_open_answers_are_set_in_their_own_script(made):
    text = text_of(made)
    for answer in ANSWERS[:3]:
        assert answer in text
    # Letters come back one by one in a right-to-left line; none may be missing.
    assert set(ANSWERS[3].replace(" ", "")) <= set(text)


def test_an_incomplete_participation_marks_every_page_but_the_cover(view):
    def marks(shown):
        pdf = module._Document(shown, "Riverside School")
        pdf.set_compression(False)
        pdf.cover()
        pdf.contents()
        pdf.participation()
        pdf.overview()
        # Nothing else in the document is turned by this angle.
        return bytes(pdf.output()).count(b"0.6157 0.788"), pdf.pages_count

    found, pages = marks(view_of({TEACHER: 30, STUDENT: 40}))
    assert found == pages - 1 == 3
    assert marks(view)[0] == 0


def test_language_title_and_bookmarks_are_in_the_file(view, made):
    assert b"/Lang (en" in made or b"/Lang <" in made
    assert b"/Outlines" in made
    assert b"/DisplayDocTitle true" in made
    assert len(re.findall(rb"/Type /Page\b", made)) > 15


def structure_of(reader: pypdf.PdfReader, parent=None):
    """Yield all elements of the structure in the order of reading."""
    parent = parent or reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object()
    for kid in parent["/K"]:
        if not isinstance(kid, int):
            assert kid.get_object()["/P"] == parent
            yield kid.get_object()
            yield from structure_of(reader, kid.get_object())


def pieces_of(content: bytes):
    """Return, page by page, the kinds of pieces a screen reader is told of, and what the structure says they are."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    elements = [e for e in structure_of(reader) if e["/K"] and isinstance(e["/K"][0], int)]
    for page in reader.pages:
        marked = re.findall(rb"/(\w+) (?:<</MCID (\d+)>> BDC|BMC)", page.get_contents().get_data())
        of_page = [e for e in elements if e.raw_get("/Pg") == page.indirect_reference]
        yield [(kind.decode(), int(mark)) for kind, mark in marked if mark], of_page, page.get_contents().get_data()


def test_screen_readers_are_told_what_every_piece_is(view, made):
    kinds: list[str] = []
    for marks, elements, content in pieces_of(made):
        # Every mark on the page is one element of the structure, of the same kind, in the order of reading.
        assert [mark for _, mark in marks] == list(range(len(marks)))
        assert [(e["/S"], e["/K"]) for e in elements] == [(f"/{kind}", [mark]) for kind, mark in marks]
        assert content.count(b" BDC") + content.count(b" BMC") == content.count(b"EMC")
        # No word is outside of a piece: what is not read out says so.
        depth = 0
        for operator in re.findall(rb"BDC|BMC|EMC|TJ|Tj", content):
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            assert depth > 0 or operator == b"EMC"
        kinds += [kind for kind, _ in marks]
        assert all(e["/Alt"] for e in elements if e["/S"] == "/Figure")
    assert kinds.count("Figure") == 2 + len(view["units"])
    chapters = [item for item in pypdf.PdfReader(io.BytesIO(made)).outline if not isinstance(item, list)]
    assert kinds.count("H1") == len(chapters) + 2  # cover and contents
    assert kinds.count("H2") > len(view["statements"])


def test_tables_have_rows_of_cells_below_their_headings(view):
    before = results_of({LEADER: 5, TEACHER: 20, STUDENT: 40}, of=replace(exercise(), session_id="2023-1"))
    made = document(view, "School", None, comparison_view(results_of(), before, view))
    tables = [element for element in structure_of(pypdf.PdfReader(io.BytesIO(made))) if element["/S"] == "/Table"]
    headed = 0
    for table in tables:
        rows = [[cell.get_object() for cell in row.get_object()["/K"]] for row in table["/K"]]
        assert {row.get_object()["/S"] for row in table["/K"]} == {"/TR"}
        assert {cell["/S"] for row in rows for cell in row} == {"/TH", "/TD"}
        columns = {sum(int(cell.get("/A", {}).get("/ColSpan", 1)) for cell in row) for row in rows}
        assert len(columns) == 1
        scopes = [[cell["/A"]["/Scope"] for cell in row if cell["/S"] == "/TH"] for row in rows]
        headed += set(scopes[0]) == {"/Column"}
        assert all(scope == ["/Row"] for scope in scopes[1:])
        # A table that goes on begins again with its headings: all of it is on one page.
        assert len({cell["/Pg"].indirect_reference for row in rows for cell in row}) == 1
    assert headed > len(view["areas"])
    changes = [element["/Alt"] for element in structure_of(pypdf.PdfReader(io.BytesIO(made))) if "/Alt" in element]
    assert {"risen", "fallen", "the same"} <= {alt.rsplit(" ", 1)[0] if alt[-1].isdigit() else alt for alt in changes}


def test_what_stands_out_and_the_exercise_before_are_chapters():
    now, view = results_of(), view_of()
    before = results_of({LEADER: 2, TEACHER: 20, STUDENT: 40}, of=replace(exercise(), session_id="2023-1"))
    found, compared = insights_view(now, before, "en"), comparison_view(now, before, view)
    pages = text_of(document(view, "School", found, compared)).split("\f")
    (standing_out,) = (page for page in pages if page.lstrip().startswith("School") and "Rated highest" in page)
    for entry in found["highest"] + found["lowest"]:
        line = next(
            line for line in standing_out.splitlines() if re.match(rf"\s*{entry['code'].removeprefix('own')}", line)
        )
        assert f"{entry['mean']:.1f}" in line or entry["code"].startswith("own")
    for gap in found["gaps"]:
        assert f"{gap['high_mean']:.1f}" in standing_out
    table = "\n".join(page for page in pages if "Compared with 2023–2024, session 1" in page)
    for entry in compared["statements"]:
        if entry["area"]:
            change = entry["changes"][0]
            line = next(line for line in table.splitlines() if re.match(rf"\s*{entry['code']}\s", line))
            shown = ["–" if mean is None else f"{mean:.1f}" for mean in (change["left"], change["right"])]
            assert re.search(r"\s+".join(map(re.escape, shown)), line)
    assert "the groups were put together differently" in table


@pytest.mark.parametrize(
    ("text", "is_shaped"),
    [
        ("«Ναι», 3,4 – 5 %", False),
        ("Ґанок № 5", False),
        ("naïve\u202f? l’école", False),
        ("نعم", True),
        ("e\u0301", True),  # a letter and its accent
        ("\u200fA1", True),  # written from the right
        ("हाँ", True),
        ("😀", True),
    ],
)
def test_only_what_joins_stacks_or_turns_is_shaped(text, is_shaped):
    pdf = module._Document(view_of(), "School")
    pdf.add_page()
    pdf.text_block(0, 30, 100, text)
    assert bool(pdf.text_shaping) is is_shaped


def test_letters_join_on_both_sides_of_a_mark():
    pdf = module._Document(view_of(locale="ar"), "School")
    assert [len(run.characters) for run in pdf._preload_font_styles("قُيِّمت أوافق قليلًا.", markdown=False)] == [21]
    runs = pdf._preload_font_styles("متوسط 4 (عبارات) A1", markdown=False)
    assert ["".join(run.characters) for run in runs] == ["متوسط ", "4 (", "عبارات) ", "A1"]


@pytest.mark.parametrize(
    ("locale", "text", "lines"),
    [
        ("ar", "2024/2025، الدورة 1", ["\u200f2024/2025،", "الدورة 1"]),
        ("ar", "Moodle منصة التعلم", ["\u200fMoodle", "منصة التعلم"]),
        ("ar", "All is well here", ["All is well", "here"]),
        ("en", "School مدرسة النهر", ["School", "\u200eمدرسة النهر"]),
    ],
)
def test_every_line_of_a_paragraph_runs_in_its_direction(view, locale, text, lines):
    pdf = module._Document(view | {"locale": locale}, "School")
    assert pdf.lines_of(20, text, 10) == lines


def test_a_line_that_was_shaped_before_is_the_same_on_another_page():
    pdf = Paper("ar", "School", "")
    for y in (30, 60):
        pdf.add_page()
        pdf.text_block(0, y, 100, "أوافق قليلًا", 17)
    assert len(pdf.shaped) == 1
    first, second = pypdf.PdfReader(io.BytesIO(bytes(pdf.output()))).pages
    assert second.extract_text() == first.extract_text()
    assert second["/Resources"]["/Font"] == first["/Resources"]["/Font"]
    written = second.get_contents().get_data()
    moved = re.search(rb"q 1 0 0 1 ([-.\d]+) ([-.\d]+) cm", written)
    assert [float(by) for by in moved.groups()] == [0, pytest.approx(-30 / 25.4 * 72, abs=0.1)]


def test_screen_readers_get_the_words_that_joined_letters_make():
    pdf = module._Document(view_of(locale="ar"), "School")
    pdf.add_page()
    said = "أوافق قليلًا، (2024) \\ \u280d\u0d29"  # bytes of a bracket and a new line are in the last two letters
    pdf.paragraph(30, said)
    pdf.paragraph(60, "A1 2024")
    pieces = structure_of(pypdf.PdfReader(io.BytesIO(bytes(pdf.output()))))
    assert [piece.get("/ActualText") for piece in pieces] == [said, None]


def test_what_other_areas_ask_is_not_torn_apart(view):
    pdf = module._Document(view, "School")
    for area in view["other_areas"]:
        y = pdf.new_page()
        end = pdf.other_area(y, area)
        questions = dict.fromkeys(area["questions"].values())
        asked = sum(pdf.height_of(module.WIDTH, question, 9) for question in questions)
        assert end - 7 <= y + 12 + asked + pdf._stays_together(area) <= end + 3


def test_a_question_to_a_group_that_is_not_shown_is_left_out(view):
    questions = {"school_leader": "What holds back teaching?", "teacher": "What holds back your teaching?"}
    area = next(area for area in view["other_areas"] if set(area["questions"]) == set(questions))
    of_teachers = [
        item | {"figures": [figure for figure in item["figures"] if figure["unit"] == "teacher"]}
        for item in area["items"]
    ]
    pdf = module._Document(view, "School")
    pdf.other_area(pdf.new_page(), area | {"questions": questions, "items": of_teachers})
    text = text_of(bytes(pdf.output()))
    assert questions["teacher"] in text
    assert questions["school_leader"] not in text


def test_right_to_left_documents_are_made_as_well(view):
    assert document(view | {"direction": "rtl", "locale": "ar"}, "مدرسة النهر").startswith(b"%PDF-")


def test_a_school_of_which_no_group_may_be_shown_is_told_so():
    vocational = exercise(
        {LEADER: 5, TEACHER: 40, STUDENT: 100, TRAINER: 10}, level=EducationLevel.UPPER_SECONDARY_VOCATIONAL
    )
    nothing = view_of({LEADER: 1, TEACHER: 1, STUDENT: 2, TRAINER: 2}, of=vocational)
    assert nothing["units"] == []
    text = " ".join(text_of(document(nothing, "School")).split())
    assert "Too few took part to show anything of: School leaders, Teachers, Students, In-company trainers." in text
    assert workbook(nothing, "School")


def test_what_a_font_lacks_is_not_logged(view, caplog):
    hostile = view | {"open_answers": [view["open_answers"][0] | {"texts": ["secret \U0001f600 漢字"]}]}
    document(hostile, "School")
    assert caplog.text == ""


@pytest.mark.parametrize("letters", ["ŁłŻőǅß€", "ΆώϏ", "ЄїґЖѝ", "أبتيپگ"])
def test_the_fonts_hold_the_letters_of_the_locales(letters):
    for style in ("Regular", "Bold"):
        held = set().union(*(TTFont(FONTS / f"{family}-{style}.ttf").getBestCmap() for family in (FONT, *FALLBACKS)))
        assert {ord(letter) for letter in letters} <= held


def test_fonts_are_small_and_licensed():
    assert all(path.stat().st_size < 1_000_000 for path in FONTS.glob("*.ttf"))
    assert "SIL Open Font License" in (FONTS / "OFL.txt").read_text()


def test_lines_break_at_blanks_and_long_words_inside(view):
    pdf = module._Document(view, "School")
    lines = pdf.lines_of(40, "one two three four five six seven " + "x" * 80, 10)
    assert " ".join(lines).replace(" ", "") == "onetwothreefourfivesixseven" + "x" * 80
    assert all(pdf.width_of(line, bold=False) * 10 <= 40 for line in lines)


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f"])
def test_blanks_that_keep_words_together_do_so(view, blank):
    pdf = module._Document(view, "School")
    text = f"aaaaaa{blank}!"
    narrow = pdf.width_of("aaaaaa", bold=False) * 10 + pdf.width_of("bb ", bold=False) * 10
    assert pdf.lines_of(narrow, f"bb {text}", 10) == ["bb", text]
