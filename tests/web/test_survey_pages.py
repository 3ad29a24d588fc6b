"""The respondents' pages in a browser: with and without a script, on bad networks, for everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.examples import TEACHER, at
from tests.support.survey_site import Server, SurveySite, serve

STATIC = Path(__file__).parents[2] / "web" / "static"
QUESTIONNAIRE = "/s/teacher-link/questionnaire?lang=en"
# Every kind of page: first, questionnaire, and those of few words.
PAGES = ("/s/teacher-link", "/s/primary-student-link", "/s/teacher-link/questionnaire", "/s/nowhere")


@pytest.fixture
def survey(monkeypatch: pytest.MonkeyPatch) -> SurveySite:
    return SurveySite().install(monkeypatch)


@pytest.fixture
def server(survey: SurveySite) -> Iterator[Server]:
    with serve(STATIC) as server:
        yield server


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=server.address, locale="en-GB", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(5000)
    yield context
    assert context.cookies() == []
    context.close()


@pytest.fixture
def plain(browser: Browser, server: Server) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(base_url=server.address, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


def choose(page: Page, question: str, option: str) -> None:
    page.locator(f'label:has([name="a.{question}"][value="{option}"])').click()


def to_the_end(page: Page) -> None:
    onward = page.get_by_role("button", name="Continue")
    while onward.is_visible():
        onward.click()


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


# --- without a script -------------------------------------------------------------------------------------------------


def test_without_a_script_the_long_form_is_answered_and_sent(plain: Page, survey: SurveySite) -> None:
    plain.goto("/s/teacher-link")
    plain.get_by_role("link", name="Start").click()
    choose(plain, "A1", "4")
    choose(plain, "inhibiting_factors", "lack_of_time")
    plain.locator("#q-open").fill("More time")
    plain.get_by_role("button", name="Send my answers").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Thank you, your answers have been counted")
    assert survey.counted().counts["A1:4"] == 1
    assert survey.tallies.open_texts(survey.exercise.id, TEACHER) == ("More time",)


def test_without_a_script_another_language_keeps_the_answers(plain: Page, survey: SurveySite) -> None:
    plain.goto(QUESTIONNAIRE)
    choose(plain, "A1", "4")
    plain.locator("#q-open").fill("More time")
    plain.get_by_role("button", name="العربية").click()
    assert plain.locator("html").get_attribute("dir") == "rtl"
    expect(plain.locator('[name="a.A1"][value="4"]')).to_be_checked()
    expect(plain.locator("#q-open")).to_have_value("More time")
    plain.locator("#send").click()
    assert survey.counted().counts["A1:4"] == 1


def test_without_a_script_enter_shows_the_same_page_with_the_answers(plain: Page, survey: SurveySite) -> None:
    plain.goto(QUESTIONNAIRE)
    choose(plain, "A1", "4")
    with plain.expect_navigation():
        plain.locator('[name="a.A1"][value="4"]').press("Enter")
    assert plain.locator("html").get_attribute("lang") == "en"
    expect(plain.locator('[name="a.A1"][value="4"]')).to_be_checked()
    assert survey.counted().submissions == 0


def test_an_empty_form_comes_back_with_a_summary(plain: Page) -> None:
    plain.goto(QUESTIONNAIRE)
    plain.locator("#send").click()
    expect(plain.get_by_role("alert")).to_contain_text("There is no answer yet")


# --- with a script ----------------------------------------------------------------------------------------------------


def test_enter_neither_sends_nor_changes_the_language(page: Page, server: Server) -> None:
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    page.locator('[name="a.A1"][value="4"]').press("Enter")
    page.wait_for_timeout(300)
    assert server.posts == 0
    expect(page.locator("#place")).to_have_text("Page 1 of 18")


def test_one_area_a_page_with_the_browsers_back_button_leading_one_page_back(page: Page) -> None:
    page.goto(QUESTIONNAIRE)
    expect(page.get_by_role("heading", level=2, name="Leadership")).to_be_visible()
    expect(page.get_by_role("button", name="Back")).to_be_hidden()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#h-B")).to_be_focused()
    expect(page.locator("#h-A")).to_be_hidden()
    page.get_by_role("button", name="Continue").click()
    page.go_back()
    expect(page.locator("#h-B")).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("#h-A")).to_be_focused()


def test_answers_are_sent_and_leave_the_page(page: Page, survey: SurveySite) -> None:
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    to_the_end(page)
    asked = len(survey.survey.invitation("teacher-link").questionnaire.questions)
    expect(page.locator("#answered")).to_have_text(f"Answered: 1 of {asked}.")
    page.get_by_role("button", name="Send my answers").dblclick()
    expect(page.get_by_role("heading", level=1, name="Thank you")).to_be_visible()
    expect(page.locator("form")).to_have_count(0)
    page.get_by_role("link", name="Start afresh for the next person").click()
    expect(page.get_by_role("link", name="Start", exact=True)).to_be_visible()
    assert survey.counted().counts == {"A1:4": 1}


def test_a_lost_reply_is_asked_for_again_and_counted_once(page: Page, survey: SurveySite, server: Server) -> None:
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    to_the_end(page)
    server.losing = 1
    page.locator("#send").click()
    expect(page.locator("#state")).to_contain_text("have not arrived yet")
    expect(page.locator('[name="a.A1"][value="4"]')).to_be_checked()
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_role("heading", level=1, name="already been sent")).to_be_focused()
    assert server.posts >= 2
    assert survey.counted().counts == {"A1:4": 1}


def test_without_a_network_the_answers_wait_on_the_page(
    page: Page, context: BrowserContext, survey: SurveySite
) -> None:
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    to_the_end(page)
    context.set_offline(True)
    page.locator("#send").click()
    expect(page.locator("#state")).to_contain_text("have not arrived yet")
    # The browser says when it is connected again; nobody has to press anything.
    context.set_offline(False)
    expect(page.get_by_role("heading", level=1, name="Thank you")).to_be_focused()
    assert survey.counted().submissions == 1


def test_a_refusal_leaves_the_answers_where_they_are(page: Page, survey: SurveySite) -> None:
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    to_the_end(page)
    survey.clock.instant = at("2026-11-15T22:59:00")
    page.locator("#send").click()
    expect(page.get_by_role("heading", name="This questionnaire is closed")).to_be_focused()
    page.go_back()
    expect(page.locator('[name="a.A1"][value="4"]')).to_be_checked()


def test_another_language_keeps_answers_and_place(page: Page) -> None:
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("#h-B")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "ar"
    expect(page.locator('[name="a.A1"][value="4"]')).to_be_checked()


def test_the_whole_questionnaire_can_be_answered_with_the_keyboard(page: Page, survey: SurveySite) -> None:
    page.goto(QUESTIONNAIRE)
    for _ in range(18):
        # Space chooses a radio button or ticks a box; the arrow that follows moves on within the scale.
        for control in page.locator(".part:not([hidden]) fieldset input[id]").all():
            control.focus()
            page.keyboard.press("Space")
        onward = page.get_by_role("button", name="Continue")
        if onward.is_visible():
            onward.focus()
            page.keyboard.press("Enter")
    page.locator("#q-open").focus()
    page.keyboard.type("Typed\nby hand")
    page.locator("#send").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Thank you")).to_be_focused()
    questions = survey.survey.invitation("teacher-link").questionnaire.questions
    first_options = {f"{code}:{question.options[0]}" for code, question in questions.items() if question.options}
    counts = survey.counted().counts
    assert {name for name in counts if not name.endswith(":any")} == first_options
    assert survey.tallies.open_texts(survey.exercise.id, TEACHER) == ("Typed\nby hand",)


def test_how_many_characters_are_left_is_shown(page: Page) -> None:
    page.goto("/s/teacher-link/questionnaire?lang=en#h-closing")
    page.locator("#q-open").fill("Twelve chars")
    expect(page.get_by_text("Characters left: 488")).to_be_visible()


def test_the_preview_looks_the_same_and_sends_nothing(page: Page, survey: SurveySite, server: Server) -> None:
    from selfie.domain.tokens import Purpose

    page.goto(f"/api/previews/{survey.token(Purpose.PREVIEW)}?lang=en")
    expect(page.get_by_text("Nothing can be sent from here")).to_be_visible()
    choose(page, "A1", "4")
    to_the_end(page)
    expect(page.locator("#send")).to_be_disabled()
    page.get_by_role("link", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    assert server.posts == 0


# --- for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 320, "light"), ("en", 1280, "dark"), ("ar", 320, "dark"), ("ar", 1280, "light")],
)
def test_pages_break_no_rule_of_accessibility_and_never_scroll_sideways(
    page: Page, language: str, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    for address in PAGES:
        page.goto(f"{address}?lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach(entry => { entry.open = true; })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert sideways(page) <= 0, address


def test_the_whole_long_form_breaks_no_rule_either(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(QUESTIONNAIRE)
    page.evaluate("document.querySelectorAll('.part').forEach(part => { part.hidden = false; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert sideways(page) <= 0


def test_nothing_scrolls_sideways_at_320_pixels_with_text_of_double_size(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    for address in PAGES:
        page.goto(f"{address}?lang=en")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert sideways(page) <= 0, address


def test_the_page_asks_for_four_files_of_its_own_site(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(QUESTIONNAIRE)
    page.wait_for_load_state("networkidle")
    own = [url for url in asked if not url.startswith("data:")]
    assert len(own) <= 4
    assert all(url.startswith(server.address) for url in own)
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
