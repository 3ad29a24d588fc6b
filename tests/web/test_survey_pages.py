"""The respondents' pages in a browser: with and without a script, on bad networks, for everybody."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Download, Error, Locator, Page, expect

from selfie.domain.codes import code
from tests.support.examples import TEACHER, at
from tests.support.survey_site import KEYS, Server, SurveySite, serve

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
    yield context
    assert context.cookies() == []
    context.close()


@pytest.fixture
def plain(browser: Browser, server: Server) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(base_url=server.address, locale="en-GB", java_script_enabled=False)
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
    page.get_by_role("button", name="Send my answers").dblclick()
    expect(page.get_by_role("heading", level=1, name="Thank you")).to_be_visible()
    expect(page.locator("#questionnaire")).to_have_count(0)
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


FOCUSED = """() => {
  const at = document.activeElement;
  const label = at.type === "submit" || at.type === "button" ? at.textContent : "";
  return {type: at.type ?? "", name: at.name ?? "", id: at.id, label, sent: !document.getElementById("questionnaire")};
}"""


def test_the_whole_questionnaire_can_be_answered_with_nothing_but_the_keyboard(page: Page, survey: SurveySite) -> None:
    page.goto(QUESTIONNAIRE)
    seen: set[str] = set()
    for _ in range(600):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["type"] in {"radio", "checkbox"} and at["name"] and at["name"] not in seen:
            seen.add(at["name"])
            page.keyboard.press("Space")
        elif at["type"] == "textarea":
            page.keyboard.type("Typed")
            page.keyboard.press("Enter")
            page.keyboard.type("by hand")
        elif at["label"] == "Continue" or at["id"] == "send":
            page.keyboard.press("Enter")
        if at["id"] == "send":
            break
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


# --- a one-time code --------------------------------------------------------------------------------------------------


def test_the_picture_on_a_slip_fills_in_the_code_and_a_used_one_is_told_so(page: Page, survey: SurveySite) -> None:
    survey.exercises.change(survey.exercise, replace(survey.exercise, coded=(TEACHER,)))
    page.set_viewport_size({"width": 320, "height": 800})

    def begin(language: str) -> None:
        page.goto(f"/s/teacher-link?lang={language}#{code(3, 'teacher-link', KEYS[0])}")
        expect(page.locator("#code")).to_have_value(code(3, "teacher-link", KEYS[0]))
        assert page.url.endswith(f"/s/teacher-link?lang={language}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.locator(".begin button").click()

    begin("en")
    choose(page, "A1", "4")
    to_the_end(page)
    page.locator("#send").click()
    expect(page.get_by_role("heading", level=1, name="Thank you")).to_be_visible()
    begin("ar")
    expect(page.locator("#code")).to_be_focused()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert sideways(page) <= 0
    assert survey.counted().counts == {"A1:4": 1}


def test_without_a_script_the_code_is_typed(plain: Page, survey: SurveySite) -> None:
    survey.exercises.change(survey.exercise, replace(survey.exercise, coded=(TEACHER,)))
    plain.goto("/s/teacher-link?lang=en")
    plain.get_by_label("The code on your slip").fill("k7q m2x d4p")
    plain.get_by_role("button", name="Start").click()
    expect(plain.get_by_label("The code on your slip")).to_have_value("k7q m2x d4p")
    expect(plain.get_by_role("alert")).to_contain_text("This code does not fit")
    plain.get_by_label("The code on your slip").fill(code(0, "teacher-link", KEYS[0]).lower().replace("-", " "))
    plain.get_by_label("The code on your slip").press("Enter")
    choose(plain, "A1", "4")
    plain.get_by_role("button", name="Français").click()
    plain.locator("#send").click()
    assert survey.counted().counts == {"A1:4": 1}


# --- what was left out ------------------------------------------------------------------------------------------------


def test_before_sending_what_was_left_out_is_listed_and_leads_there(page: Page, survey: SurveySite) -> None:
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    to_the_end(page)
    asked = len(survey.survey.invitation("teacher-link").questionnaire.questions)
    page.get_by_text(f"Questions without an answer: {asked - 1}.").click()
    expect(page.get_by_role("link", name="Our school has a written plan")).to_have_count(0)
    page.get_by_role("link", name="B2").click()
    expect(page.locator("#h-B")).to_be_visible()
    expect(page.locator('[name="a.B2"][value="1"]')).to_be_focused()
    page.go_back()
    expect(page.locator("#send")).to_be_visible()
    page.locator("#send").click()
    expect(page.get_by_role("heading", level=1, name="Thank you")).to_be_visible()


# --- a draft in this browser ------------------------------------------------------------------------------------------


def stored(page: Page) -> list[str]:
    return list(page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"))


def test_a_draft_is_kept_only_for_who_asks_for_it(page: Page, context: BrowserContext) -> None:
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    assert stored(page) == []
    expect(page.locator("#keep")).not_to_be_checked()
    page.locator("#keep").check()
    assert stored(page) == ["draft /s/teacher-link"]
    page.locator("#keep").uncheck()
    assert stored(page) == []


def test_who_asked_for_it_finds_the_answers_again_after_the_browser_ended(
    page: Page, context: BrowserContext, survey: SurveySite
) -> None:
    page.goto(QUESTIONNAIRE)
    page.locator("#keep").check()
    choose(page, "A1", "4")
    to_the_end(page)
    page.locator("#q-open").fill("Half a sentence")
    page.close(run_before_unload=False)
    later = context.new_page()
    later.goto("/s/teacher-link/questionnaire?lang=fr")
    expect(later.locator('[name="a.A1"][value="4"]')).not_to_be_checked()
    later.locator(".notice .button").first.click()
    expect(later.locator('[name="a.A1"][value="4"]')).to_be_checked()
    expect(later.locator("#q-open")).to_have_value("Half a sentence")
    expect(later.locator("#keep")).to_be_checked()
    later.goto("/s/teacher-link/questionnaire?lang=fr")
    later.locator(".notice .button").first.click()
    while later.locator(".steps .button:last-child").is_visible():
        later.locator(".steps .button:last-child").click()
    later.locator("#send").click()
    expect(later.locator(".certificate")).to_be_visible()
    assert stored(later) == []
    assert survey.tallies.open_texts(survey.exercise.id, TEACHER) == ("Half a sentence",)
    assert survey.counted().counts == {"A1:4": 1}


def test_a_draft_whose_answers_had_arrived_is_not_counted_again(
    page: Page, context: BrowserContext, survey: SurveySite, server: Server
) -> None:
    page.goto(QUESTIONNAIRE)
    page.locator("#keep").check()
    choose(page, "A1", "4")
    to_the_end(page)
    server.losing = 1
    page.locator("#send").click()
    expect(page.locator("#state")).to_contain_text("have not arrived yet")
    page.close(run_before_unload=False)
    later = context.new_page()
    later.goto(QUESTIONNAIRE)
    later.get_by_role("button", name="Yes, go on with them").click()
    to_the_end(later)
    later.locator("#send").click()
    expect(later.get_by_role("heading", level=1, name="already been sent")).to_be_visible()
    assert survey.counted().counts == {"A1:4": 1}


def test_the_next_person_starts_afresh_with_one_click(page: Page, context: BrowserContext) -> None:
    page.goto(QUESTIONNAIRE)
    page.locator("#keep").check()
    choose(page, "A1", "4")
    page.close(run_before_unload=False)
    later = context.new_page()
    later.goto(QUESTIONNAIRE)
    later.get_by_role("button", name="Start afresh for the next person").click()
    assert stored(later) == []
    expect(later.get_by_text("There are answers on this device")).to_have_count(0)
    expect(later.locator("input:checked")).to_have_count(0)


def test_a_draft_is_gone_after_two_hours_on_an_open_page_and_on_the_next_one(
    page: Page, context: BrowserContext
) -> None:
    page.clock.install()
    page.goto(QUESTIONNAIRE)
    page.locator("#keep").check()
    choose(page, "A1", "4")
    page.evaluate("localStorage.setItem('draft /s/other', JSON.stringify({endsAt: Date.now() + 1000, answers: []}))")
    page.clock.fast_forward("02:00:01")
    assert stored(page) == ["draft /s/other"]
    page.goto(QUESTIONNAIRE)
    assert stored(page) == []


def test_a_change_of_language_goes_on_with_the_draft(page: Page) -> None:
    page.goto(QUESTIONNAIRE)
    page.locator("#keep").check()
    choose(page, "A1", "4")
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("#keep")).to_be_checked()
    expect(page.locator(".notice")).to_have_count(0)
    assert stored(page) == ["draft /s/teacher-link"]


# --- the two hours ----------------------------------------------------------------------------------------------------


def test_ten_minutes_before_the_end_the_page_says_so_and_a_change_of_the_clock_does_not(page: Page) -> None:
    page.clock.install()
    page.goto(QUESTIONNAIRE)
    warning = page.locator("#time")
    assert warning.get_attribute("role") == "status"
    page.clock.set_system_time("2031-01-01T00:00:00")
    page.clock.run_for(60_000)
    expect(warning).to_be_empty()
    page.clock.fast_forward("01:48:30")
    expect(warning).to_be_empty()
    page.clock.fast_forward("00:00:45")
    expect(warning).to_contain_text("about 10 minutes left")
    page.clock.fast_forward("00:08:00")
    expect(warning).to_contain_text("about 2 minutes left")


# --- a bad network ----------------------------------------------------------------------------------------------------


def broken(page: Page) -> bool:
    return page.url.startswith("chrome-error:")


def persist(page: Page, act: Callable[[], object]) -> None:
    """Do what leads to another page, and press the browser's «Reload» where that failed."""
    with suppress(Error):
        act()
    for _ in range(3):
        if not broken(page) and page.locator("h1").count():
            return
        with suppress(Error):
            page.reload()


def whole_flow(page: Page) -> None:
    """Open, answer, change the language, answer more, send, fetch the certificate."""
    persist(page, lambda: page.goto("/s/teacher-link?lang=fr"))
    persist(page, lambda: page.goto(page.locator(".button--start").get_attribute("href") or ""))
    choose(page, "A1", "4")
    persist(page, lambda: click_through(page, page.get_by_role("button", name="English")))
    choose(page, "A2", "5")
    page.evaluate("location.hash = 'h-closing'")
    persist(page, lambda: send_and_wait(page))
    expect(page.locator(".certificate")).to_be_visible()
    downloads: list[Download] = []
    page.on("download", lambda download: downloads.append(download))  # noqa: PLW0108  a list's method is not taken
    # A download is no navigation that could be waited for.
    page.locator(".certificate button").click(no_wait_after=True)
    for _ in range(400):
        if downloads:
            break
        if broken(page):
            with suppress(Error):
                page.reload()
        page.wait_for_timeout(50)
    assert downloads


def send_and_wait(page: Page) -> None:
    """Send, and wait until the thanks are there or the browser says that it cannot reach anybody."""
    page.locator("#send").click(no_wait_after=True)
    for _ in range(300):
        if broken(page) or page.locator(".certificate").count():
            return
        page.wait_for_timeout(50)


def click_through(page: Page, control: Locator) -> None:
    with page.expect_navigation():
        control.click()


@pytest.mark.parametrize("script", [True, False])
def test_the_network_may_be_cut_at_any_one_request_and_nothing_is_lost_or_double(
    browser: Browser, server: Server, survey: SurveySite, script: bool
) -> None:
    def answer(cut: int = -1, *, reply_only: bool = False) -> None:
        server.requests, server.cut, server.reply_only, server.posted = 0, cut, reply_only, []
        context = browser.new_context(base_url=server.address, locale="en-GB", java_script_enabled=script)
        whole_flow(context.new_page())
        context.close()

    answer()
    requests, posted = server.requests, server.posted
    # Three pages, the style sheet, the script, what is sent, the certificate; a browser asks for static files once.
    assert requests == (7 if script else 6)
    assert len(posted) == 3
    # A lost page is lost, whichever way; only a post can have had an effect when its reply does not arrive.
    cuts = [(number, False) for number in range(requests)] + [(number, True) for number in posted]
    for done, (number, reply_only) in enumerate(cuts, 2):
        answer(number, reply_only=reply_only)
        counted = survey.tallies.submitted(survey.exercise.id, [TEACHER])[TEACHER]
        assert counted == done, f"request {number} of {requests}, reply only: {reply_only}"
    assert survey.counted().counts == {"A1:4": len(cuts) + 1, "A2:5": len(cuts) + 1}


# --- for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    list(product(("en", "fr", "ar"), (320, 1280), ("light", "dark"))),
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


def test_nor_do_the_pages_that_come_after_an_answer(page: Page, context: BrowserContext) -> None:
    page.set_viewport_size({"width": 320, "height": 800})

    def is_clean() -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert sideways(page) <= 0

    page.goto(QUESTIONNAIRE)
    page.locator("#keep").check()
    choose(page, "A1", "4")
    other = context.new_page()
    other.goto(QUESTIONNAIRE)
    page = other
    expect(page.get_by_text("There are answers on this device")).to_be_visible()
    is_clean()
    to_the_end(page)
    page.locator(".skipped summary").click()
    is_clean()
    page.get_by_role("button", name="Yes, go on with them").click()
    page.locator("#send").click()
    expect(page.locator(".certificate")).to_be_visible()
    is_clean()
    page.goto("/s/teacher-link/submissions")
    is_clean()


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


def test_with_system_colours_without_motion_and_on_paper_everything_is_there(page: Page) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto(QUESTIONNAIRE)
    choose(page, "A1", "4")
    border = 'getComputedStyle(document.querySelector(\'label:has([name="a.A1"][value="{}"])\')).borderTopColor'
    assert page.evaluate(border.format(4)) != page.evaluate(border.format(3))
    moving = (
        "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    )
    assert page.evaluate(moving) == 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.emulate_media(media="print", forced_colors="none")
    expect(page.locator("h2:visible")).to_have_count(page.locator(".part").count())
    expect(page.locator("#q-open")).to_be_visible()
    for control in (".languages", ".progress", ".keeping", "#send"):
        expect(page.locator(control)).to_be_hidden()


def test_the_page_asks_for_four_files_of_its_own_site(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(QUESTIONNAIRE)
    page.wait_for_load_state("networkidle")
    own = [url for url in asked if not url.startswith("data:")]
    assert len(own) <= 4
    assert all(url.startswith(server.address) for url in own)
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
