"""A respondent's certificate: right after sending, for two hours from opening, and its name goes nowhere else."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from pypdf import PdfReader

from functions.report import wiring as report_wiring
from functions.report.schemas import LARGEST_CERTIFICATE_FORM
from selfie.domain.certificate import LONGEST_NAME
from selfie.domain.exercise import with_replaced_link
from selfie.domain.school import EducationLevel
from selfie.domain.tokens import Purpose
from selfie_reporting import certificate as module
from selfie_reporting.certificate import Participation, _Certificate, certificate
from tests.support.examples import TEACHER, at
from tests.support.survey_site import Form, SurveySite, content_of, encode, handle

LINK = "/s/teacher-link"
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}
# What browsers say when a form is sent: no type of file is named.
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> SurveySite:
    made = SurveySite().install(monkeypatch)
    monkeypatch.setattr(report_wiring, "certificate_refusal", lambda code, locale: module.refusal(code, locale, "/s"))
    return made


def sent(language: str = "en", link: str = LINK) -> str:
    """Answer the questionnaire and return the token on the page that thanks."""
    opened = Form(handle("GET", f"{link}/questionnaire?lang={language}", {}, b"")["body"])
    page = send(opened.token, language, link)
    assert page["statusCode"] == 201
    return Form(page["body"]).token


def send(token: str, language: str = "en", link: str = LINK, **headers: str) -> dict[str, Any]:
    return handle("POST", f"{link}/submissions?lang={language}", FORM_TYPE | headers, encode(token, {"A1": "5"}))


def ask(token: str, name: str = "", language: str = "en", link: str = LINK, **headers: str) -> dict[str, Any]:
    body = urlencode({"token": token, "name": name}).encode()
    return handle("POST", f"{link}/certificate?lang={language}", FORM_TYPE | headers, body)


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def fonts_of(content: bytes) -> set[str]:
    fonts = PdfReader(BytesIO(content)).pages[0]["/Resources"]["/Font"]
    return {str(font.get_object()["/BaseFont"]).split("+")[1] for font in fonts.values()}


@pytest.mark.parametrize("accept", [{}, BROWSER])
def test_a_certificate_is_one_page_with_name_school_level_and_days(site: SurveySite, accept: Mapping[str, str]) -> None:
    answer = ask(sent(), "Zoë  Ångström\n", **accept)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "application/pdf"
    assert answer["headers"]["Cache-Control"] == "no-store"
    made = content_of(answer)
    assert len(PdfReader(BytesIO(made)).pages) == 1
    for expected in ("Zoë Ångström", "Riverside <School> & Friends", "Lower secondary", "2–15 Nov 2026"):
        assert expected in text_of(made)


def test_the_name_may_be_left_out(site: SurveySite) -> None:
    answer = ask(sent())
    assert answer["statusCode"] == 200
    assert "took part" in text_of(content_of(answer))


def test_the_name_is_in_no_header_no_log_and_no_other_part_of_the_file(
    site: SurveySite, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    token = sent()
    with caplog.at_level(logging.DEBUG):
        answer = ask(token, "Somebody 漢 😀")
        ask("forged", "Somebody")
        ask(token, "Somebody" * 20)
    assert "Somebody" not in str(answer["headers"])
    assert "Somebody" not in caplog.text + str(capsys.readouterr())
    reader = PdfReader(BytesIO(content_of(answer)))
    assert "Somebody" not in str(reader.metadata)
    assert token not in str(answer["headers"])


def test_a_certificate_is_made_in_the_language_that_was_answered_in(site: SurveySite) -> None:
    made = content_of(ask(sent("fr"), "Zoé", "fr"))
    assert PdfReader(BytesIO(made)).trailer["/Root"]["/Lang"] == "fr"
    assert "2–15 nov. 2026" in text_of(made)


def test_two_hours_after_opening_there_is_a_plain_page_instead(site: SurveySite) -> None:
    token = sent()
    site.clock.instant = at("2026-11-05T10:59:59")
    assert ask(token)["statusCode"] == 200
    site.clock.instant = at("2026-11-05T11:00:00")
    late = ask(token, "Zoë")
    assert late["statusCode"] == 410
    assert "can no longer be made" in late["body"]
    assert "Zoë" not in late["body"]
    assert late["headers"]["Cache-Control"] == "no-store"


def test_the_two_hours_count_from_opening_and_not_from_sending(site: SurveySite) -> None:
    opened = Form(handle("GET", f"{LINK}/questionnaire", {}, b"")["body"])
    site.clock.instant = at("2026-11-05T10:50:00")
    token = Form(send(opened.token)["body"]).token
    site.clock.instant = at("2026-11-05T11:00:00")
    assert ask(token)["statusCode"] == 410


def test_who_sends_at_the_last_minute_still_gets_a_certificate_after_closing(site: SurveySite) -> None:
    site.clock.instant = at("2026-11-15T22:58:00")
    token = sent()
    site.clock.instant = at("2026-11-15T23:30:00")
    assert ask(token)["statusCode"] == 200


def test_a_replaced_link_takes_no_certificate_away(site: SurveySite) -> None:
    token = sent()
    site.exercises.change(site.exercise, with_replaced_link(site.exercise, TEACHER, "new-link"))
    assert ask(token)["statusCode"] == 200


def test_no_other_token_is_worth_a_certificate_and_a_thank_you_token_is_worth_nothing_else(site: SurveySite) -> None:
    good = sent()
    others = [site.token(Purpose.SUBMIT), site.token(Purpose.PREVIEW), "", "é.x", good[:-2] + "AA"]
    assert {ask(token)["statusCode"] for token in others} == {403}
    assert send(good)["statusCode"] == 403
    assert site.counted().submissions == 1


def test_a_lost_reply_costs_nobody_the_certificate(site: SurveySite) -> None:
    opened = Form(handle("GET", f"{LINK}/questionnaire", {}, b"")["body"])
    send(opened.token)
    again = send(opened.token)
    assert again["statusCode"] == 409
    assert ask(Form(again["body"]).token)["statusCode"] == 200
    assert site.counted().submissions == 1


def test_only_what_was_counted_is_thanked_with_a_certificate(site: SurveySite) -> None:
    opened = Form(handle("GET", f"{LINK}/questionnaire", {}, b"")["body"])
    empty = handle("POST", f"{LINK}/submissions", FORM_TYPE, encode(opened.token, {}))
    refused = send("forged")
    assert (empty["statusCode"], refused["statusCode"]) == (422, 403)
    assert "/certificate" not in empty["body"] + refused["body"]


def test_a_script_gets_the_token_and_the_words_of_the_form(site: SurveySite) -> None:
    opened = Form(handle("GET", f"{LINK}/questionnaire", {}, b"")["body"])
    offer = json.loads(send(opened.token, accept="application/json")["body"])["certificate"]
    assert ask(offer["token"])["statusCode"] == 200
    assert offer["longest_name"] == LONGEST_NAME
    assert all(offer[key] for key in ("heading", "hint", "label", "button"))


@pytest.mark.parametrize(
    ("name", "status"), [("x" * LONGEST_NAME, 200), ("é" * LONGEST_NAME, 200), ("x" * (LONGEST_NAME + 1), 422)]
)
def test_a_name_has_eighty_letters_at_most(site: SurveySite, name: str, status: int) -> None:
    answer = ask(sent(), name)
    assert answer["statusCode"] == status
    assert name not in answer["body"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"token=x&name=" + b"y" * LARGEST_CERTIFICATE_FORM, 413),
        (b"token=x&name=%FF", 422),
        (b"name=Zoe", 403),
        (b"token=x&more=1", 403),
        (b"&".join(b"name=x" for _ in range(50)), 422),
    ],
)
def test_a_form_that_is_not_ours_is_refused(site: SurveySite, body: bytes, status: int) -> None:
    answer = handle("POST", f"{LINK}/certificate", FORM_TYPE, body)
    assert answer["statusCode"] == status
    assert answer["headers"]["Content-Type"].startswith("text/html")


def test_an_unforeseen_failure_says_nothing_of_the_name(
    site: SurveySite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class BrokenSchools(type(site.schools)):
        def get(self, school_id: str) -> Any:
            raise RuntimeError("Somebody")

    token = sent()
    monkeypatch.setattr(report_wiring, "certificates", lambda: replace(site.certificates, schools=BrokenSchools()))
    with caplog.at_level(logging.DEBUG):
        answer = ask(token, "Somebody")
    assert answer["statusCode"] == 500
    assert "Something went wrong on our side" in answer["body"]
    logged = str([vars(entry) for entry in caplog.records])
    assert "RuntimeError" in logged
    assert "Somebody" not in logged


def test_a_refusal_speaks_the_readers_language(site: SurveySite) -> None:
    answer = ask("forged", language="ar")
    assert answer["headers"]["Content-Language"] == "ar"
    assert 'dir="rtl"' in answer["body"]


# --- the page itself --------------------------------------------------------------------------------------------------


def took_part(name: str, school: str = "Riverside School", locale: str = "en") -> Participation:
    return Participation(name, school, EducationLevel.PRIMARY, date(2026, 11, 2), date(2026, 11, 15), locale)


@pytest.mark.parametrize("name", ["Μαρία Παπαδοπούλου", "Олена Шевченко", "Ștefania Łuczak", "Jürgen Müßig"])
def test_names_of_our_scripts_are_written(name: str) -> None:
    assert name in text_of(certificate(took_part(name)))


def test_an_arabic_name_is_shaped_in_a_font_that_joins_its_letters() -> None:
    assert "NotoSansArabicBold" in fonts_of(certificate(took_part("محمد علي")))
    assert "NotoSansArabicBold" not in fonts_of(certificate(took_part("Mohamed")))


def test_the_marks_of_an_arabic_name_do_not_take_its_letters_apart() -> None:
    (shaped,) = _Certificate("en")._preload_font_styles("محمّد علي", markdown=False)
    assert "".join(shaped.characters) == "محمّد علي"


def test_a_picture_in_a_name_is_left_out() -> None:
    assert "Anna took part" in text_of(certificate(took_part("Anna 😀")))


def test_a_name_that_no_font_can_write_is_left_to_be_written_by_hand() -> None:
    plain, unwritable = certificate(took_part("")), certificate(took_part("山田 太郎"))
    assert text_of(plain) == text_of(unwritable)


@pytest.mark.parametrize("name", ["W" * LONGEST_NAME, "Wim " * 20, "x"])
def test_the_longest_names_stay_on_the_page(name: str) -> None:
    long_school = "École fondamentale de la Montagne Sainte-Geneviève, implantation du centre et des environs " * 2
    page = PdfReader(BytesIO(certificate(took_part(name, long_school)))).pages[0]
    places = []
    page.extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: places.append((tm[4], tm[5])) if text.strip() else None
    )
    assert len(places) >= 5
    assert all(x > 30 and 30 < y < page.mediabox.height for x, y in places)
