"""Answering with a one-time code: opened as often as needed, counted once, and told apart from nobody."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from functions.report.slips import SlipPrinting
from selfie.domain.codes import SLIPS_ON_SHEET, code
from selfie.domain.errors import ExerciseClosed, Unknown
from selfie.domain.exercise import with_replaced_link
from selfie.domain.tally import cap
from tests.support.examples import LEADER, STUDENT, TEACHER, at
from tests.support.survey_site import KEYS, Form, SurveySite, encode, handle

LINK = "/s/teacher-link"
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> SurveySite:
    """The site whose teachers draw slips."""
    made = SurveySite().install(monkeypatch)
    made.exercise = made.exercises.change(made.exercise, replace(made.exercise, coded=(TEACHER,)))
    return made


def code_of(number: int, link: str = "teacher-link") -> str:
    return code(number, link, KEYS[0])


def begin(typed: str, address: str = LINK) -> dict[str, Any]:
    return handle("POST", f"{address}/questionnaire?lang=en", FORM_TYPE, f"code={typed}".encode())


def send(token: str, **answers: str) -> dict[str, Any]:
    return handle("POST", f"{LINK}/submissions?lang=en", FORM_TYPE, encode(token, answers))


def opened(typed: str) -> str:
    answer = begin(typed)
    assert answer["statusCode"] == 200
    return Form(answer["body"]).token


def test_the_first_page_asks_for_the_code_and_the_questionnaire_leads_there(site: SurveySite) -> None:
    first = handle("GET", f"{LINK}?lang=en", {}, b"")
    assert 'name="code"' in first["body"]
    assert '/questionnaire?lang=en"' in first["body"]
    led = handle("GET", f"{LINK}/questionnaire?lang=en", {}, b"")
    assert (led["statusCode"], led["headers"]["Location"]) == (303, f"{LINK}?lang=en")
    assert 'name="code"' not in handle("GET", "/s/student-link?lang=en", {}, b"")["body"]


def test_a_code_opens_the_questionnaire_and_is_used_when_the_submission_is_counted(site: SurveySite) -> None:
    token = opened(code_of(3))
    # Looking is not using: who was interrupted opens it again, on another device.
    again = opened(code_of(3).lower())
    assert send(token, A1="4")["statusCode"] == 201
    refused = begin(code_of(3))
    assert (refused["statusCode"], "already been used" in refused["body"]) == (409, True)
    late = send(again, A1="5", open="Typed for nothing")
    assert late["statusCode"] == 409
    assert "Typed for nothing" in late["body"]
    assert "/certificate" not in late["body"]
    assert site.counted().counts == {"A1:4": 1}
    assert site.tallies.open_texts(site.exercise.id, TEACHER) == ()


def test_the_same_send_repeated_is_thanked_as_ever(site: SurveySite) -> None:
    token = opened(code_of(0))
    assert send(token, A1="4")["statusCode"] == 201
    repeated = send(token, A1="4")
    assert (repeated["statusCode"], "counted once" in repeated["body"]) == (409, True)
    assert "/certificate" in repeated["body"]


def test_another_language_keeps_the_right_that_the_code_gave(site: SurveySite) -> None:
    token = opened(code_of(1))
    page = handle("POST", f"{LINK}/questionnaire?lang=ar", FORM_TYPE, encode(token, {"A1": "2"}))
    assert Form(page["body"]).token == token
    assert send(token, A1="2")["statusCode"] == 201


def test_a_wrong_code_comes_back_to_be_corrected(site: SurveySite) -> None:
    answer = begin("k7q-m2x-d4p")
    assert (answer["statusCode"], answer["headers"]["Cache-Control"]) == (422, "no-store")
    assert 'value="k7q-m2x-d4p"' in answer["body"]
    assert 'aria-invalid="true"' in answer["body"]
    assert begin("")["statusCode"] == 422
    assert begin(code_of(cap(site.exercise.numbers[TEACHER])))["statusCode"] == 422


def test_what_is_typed_is_escaped(site: SurveySite) -> None:
    assert "<b>" not in begin("%22%3E%3Cb%3E")["body"].split("</h1>")[1].split('id="code"')[1].split("</form>")[0]


def test_a_replaced_link_ends_its_codes_and_has_new_ones(site: SurveySite) -> None:
    assert send(opened(code_of(2)), A1="4")["statusCode"] == 201
    site.exercises.change(site.exercise, with_replaced_link(site.exercise, TEACHER, "new-link"))
    assert begin(code_of(5))["statusCode"] == 404
    assert begin(code_of(5), "/s/new-link")["statusCode"] == 422
    # The slip of the same number is another slip.
    assert begin(code_of(2, "new-link"), "/s/new-link")["statusCode"] == 200


def test_a_form_that_lost_its_token_is_not_taken_for_a_beginning(site: SurveySite) -> None:
    lost = handle("POST", f"{LINK}/questionnaire?lang=en", FORM_TYPE, b"a.open=Typed")
    assert (lost["statusCode"], "Typed" in lost["body"]) == (403, True)


# --- on paper ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def printing(site: SurveySite) -> SlipPrinting:
    return SlipPrinting(
        site.exercises, site.schools, lambda: site.keys, ("en", "fr", "ar"), "https://example.org", site.clock
    )


@pytest.mark.parametrize("locale", ["en", "ar", None])
def test_a_sheet_holds_link_and_code_of_every_slip(
    site: SurveySite, printing: SlipPrinting, locale: str | None
) -> None:
    slips = cap(site.exercise.numbers[TEACHER])
    pdf = PdfReader(BytesIO(printing.sheet(site.exercise.id, TEACHER, 1, locale)))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert all(code_of(number) in text for number in range(slips))
    assert code_of(slips) not in text
    assert text.count("example.org/s/teacher-link") == slips
    assert len(pdf.pages) == -(-slips // 10)


def test_many_slips_come_in_several_sheets(site: SurveySite, printing: SlipPrinting) -> None:
    numbers = {LEADER: 5, TEACHER: SLIPS_ON_SHEET, STUDENT: 200}
    site.exercises.change(site.exercise, replace(site.exercise, numbers=numbers))
    (page, *_), rest = (
        PdfReader(BytesIO(printing.sheet(site.exercise.id, TEACHER, number, "en"))).pages for number in (1, 2)
    )
    assert code_of(0) in page.extract_text()
    assert len(rest) == 2
    assert code_of(SLIPS_ON_SHEET + 19) in rest[1].extract_text()


def test_there_are_slips_for_groups_with_codes_until_the_exercise_closes(
    site: SurveySite, printing: SlipPrinting
) -> None:
    for group, number in ((STUDENT, 1), (TEACHER, 0), (TEACHER, 2)):
        with pytest.raises(Unknown):
            printing.sheet(site.exercise.id, group, number, "en")
    site.clock.instant = at("2026-11-15T22:59:00")
    with pytest.raises(ExerciseClosed):
        printing.sheet(site.exercise.id, TEACHER, 1, "en")
