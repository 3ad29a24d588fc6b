"""The coordinator's pages in a browser: what they show, what they send, and that everybody can use them."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from selfie.catalogue import CURRENT, texts
from selfie.domain.exercise import State
from selfie.domain.participation import required_persons
from selfie.domain.questionnaire import OwnStatement, OwnText
from selfie.domain.school import EducationLevel, Family
from selfie.i18n import locales
from tests.web.fake_api import LEADER, STUDENT, TEACHER, TRAINER, FakeApi, activated, example_exercise

OWN = OwnStatement(
    1, "en", date(2026, 11, 20), {TEACHER: OwnText("I plan with colleagues."), STUDENT: OwnText("I know.")}
)
PAGES = {
    "home": "",
    "missing": "404.html",
    "about": "about/",
    "list": "setup/",
    "new level": "setup/level/",
    "level": "setup/level/?exercise={set_up}",
    "questionnaire": "setup/questionnaire/?exercise={set_up}",
    "dates": "setup/dates/?exercise={set_up}",
    "activate": "setup/activate/?exercise={set_up}",
    "links": "setup/activate/?exercise={running}",
    "participation": "participation/",
    "sessions": "sessions/",
    "list of results": "results/",
    "results": "results/exercise/?exercise={over}",
    "resources": "resources/",
}


def arrange(api: FakeApi) -> dict[str, str]:
    """Give the school an exercise in every state."""
    over = replace(example_exercise(optional=("A4", "C10"), own=(OWN,)), session_id="2025-3")
    vocational = example_exercise(EducationLevel.UPPER_SECONDARY_VOCATIONAL)
    api.open_answers = {"teacher": ["More time would help."]}
    return {
        "over": api.add(activated(over, date(2026, 5, 4), date(2026, 5, 15), State.CLOSED)),
        "set_up": api.add(
            example_exercise(optional=("A4",), own=(OWN,), first_day=date(2026, 11, 26), last_day=date(2026, 12, 9))
        ),
        "running": api.add(activated(vocational, date(2026, 11, 16), date(2026, 12, 4))),
    }


def visit(page: Page, address: str, locale: str = "en") -> None:
    """Open a page and wait until it is filled."""
    page.goto(f"/{locale}/{address}")
    page.wait_for_load_state("networkidle")


def sideways(page: Page) -> int:
    """Measure how far a page scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_fits(page: Page, api: FakeApi, name: str, width: int) -> None:
    address = PAGES[name].format(**arrange(api))
    page.set_viewport_size({"width": width, "height": 740})
    visit(page, address)
    for details in page.locator("main details").all():
        details.evaluate("node => { node.open = true; }")

    violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
    assert sideways(page) == 0
    assert page.locator("[style]").count() == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert sideways(page) == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_set_up_and_results_are_accessible_and_fit_in_arabic(page: Page, api: FakeApi, width: int) -> None:
    places = arrange(api)
    page.set_viewport_size({"width": width, "height": 740})
    pages = ("list", "new level", "questionnaire", "dates", "activate", "links", "participation", "sessions", "results")
    for name in pages:
        visit(page, PAGES[name].format(**places), "ar")
        violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(name, v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
        assert sideways(page) == 0, name


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_in_french_and_in_dark_colours(page: Page, api: FakeApi, name: str) -> None:
    address = PAGES[name].format(**arrange(api))
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 740})
    visit(page, address, "fr")

    assert sideways(page) == 0
    violations = Axe().run(page, options={"runOnly": ["color-contrast", "html-lang-valid"]}).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_first_page_says_how_many_there_are_when_there_is_something_to_say(
    page: Page, api: FakeApi, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for totals in ({}, {"schools": None, "people": None, "countries": None}, {"schools": 10, "people": None}):
        api.totals = totals
        visit(page, "")
        expect(page.locator("#totals")).to_be_hidden()
    api.totals = {"schools": 200, "people": 50_000, "countries": 4}
    for locale, figures in {
        "en": ["at least 200", "at least 50,000", "4", str(len(locales()))],
        "ar": ["200 على الأقل", "50,000 على الأقل", "4", str(len(locales()))],
    }.items():
        visit(page, "", locale)
        assert page.locator("#totals dd").all_inner_texts() == figures
        violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
        assert sideways(page) == 0


def test_a_coordinator_sets_up_an_exercise_from_the_first_step_to_the_links(page: Page, api: FakeApi) -> None:
    visit(page, "setup/")
    page.get_by_role("listitem").filter(has_text="LSGE").get_by_role("link", name="Set up a new exercise").click()
    expect(page.get_by_role("radio", name="Lower secondary")).to_be_checked()
    for name, number in [("School leaders", 5), ("Teachers", 45), ("Students", 200)]:
        page.get_by_label(name).fill(str(number))
    page.get_by_role("button", name="Save and continue").click()

    page.locator("summary", has_text="Leadership").click()
    page.get_by_label("A4 ").check()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.get_by_role("link", name="Continue to the dates").click()

    page.get_by_label("First day").fill("2026-11-26")
    page.get_by_label("Last day").fill("2026-12-09")
    expect(page.get_by_text("14 days, from Thursday, 26 November 2026")).to_be_visible()
    page.get_by_role("button", name="Save and continue").click()

    page.get_by_label("Staff, students and parents have been told").check()
    page.get_by_label("I have checked everything").check()
    page.get_by_role("button", name="Activate the links").click()
    expect(page.get_by_role("heading", name="The links are ready")).to_be_focused()
    (exercise,) = api.exercises.values()
    assert exercise.state is State.ACTIVATED
    assert exercise.optional == ("A4",)
    assert exercise.numbers == {LEADER: 5, TEACHER: 45, STUDENT: 200}
    assert (exercise.first_day, exercise.last_day) == (date(2026, 11, 26), date(2026, 12, 9))


def test_the_minimum_follows_the_number_by_the_rules_of_the_domain(page: Page) -> None:
    visit(page, "setup/level/")
    for group, name, numbers in [
        (LEADER, "School leaders", [1, 5, 6, 10, 11, 30, 31]),
        (TEACHER, "Teachers", [10, 11, 45, 46, 125, 126, 501]),
        (STUDENT, "Students", [50, 51, 250, 251, 1000, 1001]),
    ]:
        for number in numbers:
            page.get_by_label(name).fill(str(number))
            expected = required_persons(group, number)
            people = "person" if expected == 1 else "people"
            expect(page.locator(f"#minimum-{group}")).to_have_text(f"At least {expected} {people} should answer")


def test_advice_follows_the_level_and_the_number(page: Page) -> None:
    visit(page, "setup/level/")
    expect(page.get_by_text("only pupils over 9 are asked")).to_be_hidden()
    page.get_by_role("radio", name="Primary").check()
    expect(page.get_by_text("only pupils over 9 are asked")).to_be_visible()
    page.get_by_label("School leaders").fill("2")
    expect(page.locator("#small-school_leader")).to_contain_text("shown only together")
    page.get_by_label("School leaders").fill("3")
    expect(page.locator("#small-school_leader")).to_be_hidden()


def test_between_sessions_nothing_can_be_begun_and_the_next_one_is_named(page: Page, api: FakeApi) -> None:
    api.today = date(2027, 1, 4)
    for path in ("sessions/", "setup/", "setup/level/"):
        visit(page, path)
        expect(page.locator(".notice").first).to_contain_text("The next one starts on 18 January 2027.")
    expect(page.get_by_role("button", name="Save and continue")).to_be_disabled()


def test_a_school_of_several_levels_is_told_which_to_choose(page: Page, api: FakeApi) -> None:
    api.levels = ("lower_secondary", "primary")
    visit(page, "setup/level/")
    expect(page.locator("#several")).to_contain_text("Primary and Lower secondary. Best set up an exercise for each.")
    expect(page.locator("#several")).to_contain_text("choose the lowest: Primary.")
    texts = {TEACHER: OwnText("We plan."), TRAINER: OwnText("I plan with the school.")}
    vocational = example_exercise(EducationLevel.UPPER_SECONDARY_VOCATIONAL, own=(replace(OWN, texts=texts),))
    visit(page, f"setup/level/?exercise={api.add(vocational)}")
    expect(page.locator("#texts-lost")).to_be_hidden()
    page.get_by_label("In-company trainers").fill("0")
    expect(page.locator("#texts-lost")).to_be_visible()


def test_trainers_are_asked_for_at_the_vocational_level_only(page: Page) -> None:
    visit(page, "setup/level/")
    expect(page.get_by_label("In-company trainers")).to_be_hidden()
    page.get_by_role("radio", name="Upper secondary, vocational").check()
    expect(page.get_by_label("In-company trainers")).to_be_visible()


def test_a_level_that_has_an_exercise_cannot_be_chosen_again(page: Page, api: FakeApi) -> None:
    arrange(api)
    visit(page, "setup/level/")
    expect(page.get_by_role("radio", name="Lower secondary")).to_be_disabled()
    expect(page.get_by_role("radio", name="Primary")).to_be_enabled()


def test_a_wrong_number_is_named_in_a_summary_and_at_its_field_and_stays(page: Page, api: FakeApi) -> None:
    visit(page, "setup/level/?level=primary")
    page.get_by_label("School leaders").fill("201")
    page.get_by_label("Teachers").fill("20")
    page.get_by_role("button", name="Save and continue").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(
        [
            "School leaders: Give a whole number from 1 to 200.",
            "Students: Give a whole number from 1 to 20000.",
        ]
    )
    summary.get_by_role("link").first.click()
    leaders = page.get_by_label("School leaders")
    expect(leaders).to_be_focused()
    expect(leaders).to_have_value("201")
    expect(leaders).to_have_attribute("aria-invalid", "true")
    assert not api.exercises


def test_what_the_server_refuses_is_shown_at_the_field(page: Page, api: FakeApi) -> None:
    visit(page, "setup/level/?level=primary")
    for name in ["School leaders", "Teachers", "Students"]:
        page.get_by_label(name).fill("20")
    api.refusal = (422, {"code": "invalid", "errors": [{"field": "numbers.teacher", "code": "too_many"}]})
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text("Teachers: This number is too large.")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/setup/questionnaire/**")


def test_a_lost_connection_keeps_what_was_typed_and_a_second_try_succeeds(page: Page, api: FakeApi) -> None:
    visit(page, "setup/level/?level=primary")
    for name in ["School leaders", "Teachers", "Students"]:
        page.get_by_label(name).fill("20")
    page.route("**/api/schools/**", lambda route: route.abort())
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("The connection was lost.")
    expect(page.get_by_label("Teachers")).to_have_value("20")
    page.unroute("**/api/schools/**")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/setup/questionnaire/**")
    assert len(api.exercises) == 1


def test_signed_out_pages_lead_to_the_sign_in_and_back(page: Page, api: FakeApi) -> None:
    api.signed_in = False
    visit(page, "setup/dates/?exercise=abc")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_have_attribute(
        "href", "/auth/login?return_to=%2Fen%2Fsetup%2Fdates%2F%3Fexercise%3Dabc"
    )
    expect(page.locator("#content")).to_be_hidden()


def test_between_sessions_the_list_says_when_the_next_one_starts(page: Page, api: FakeApi) -> None:
    api.today = date(2027, 1, 4)
    visit(page, "setup/")
    expect(page.get_by_text("The next one starts on 18 January 2027.")).to_be_visible()
    expect(page.get_by_role("link", name="Set up a new exercise")).to_have_count(0)


def test_a_set_up_can_be_deleted_after_a_second_question(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["set_up"]
    visit(page, "setup/")
    page.get_by_role("button", name="Delete").click()
    assert exercise in api.exercises
    api.refusal = (409, {"code": "changed_meanwhile"})
    page.get_by_role("button", name="Yes, delete it").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this set-up")
    page.get_by_role("button", name="Yes, delete it").click()
    expect(page.get_by_text("Being set up")).to_have_count(0)
    assert exercise not in api.exercises


def test_changes_made_one_after_the_other_build_on_each_other(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    page.locator("summary", has_text="Infrastructure").click()
    for code in ["C10 ", "C11 ", "C13 "]:
        page.get_by_label(code).check()
    expect(page.locator("#count-C")).to_have_text("3 of 7 optional chosen")
    page.get_by_label("C11 ").uncheck()
    expect(page.locator("#count-C")).to_have_text("2 of 7 optional chosen")
    assert api.exercises[exercise].optional == ("C10", "C13")


def test_a_change_by_somebody_else_is_not_overwritten(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    api.exercises[exercise] = replace(api.exercises[exercise], optional=("A5",), version=9)
    page.locator("summary", has_text="Infrastructure").click()
    page.get_by_label("C10 ").click()
    expect(page.get_by_text("Somebody else changed this set-up")).to_be_visible()
    expect(page.get_by_label("C10 ")).not_to_be_checked()
    assert api.exercises[exercise].optional == ("A5",)


def test_the_length_grows_with_what_is_asked(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    students = page.locator("#length li").filter(has_text="Students")
    before = int(re.findall(r"\d+", students.inner_text())[0])
    page.locator("summary", has_text="Infrastructure").click()
    page.get_by_label("C10 ").check()
    expect(students).to_contain_text(f"{before + 1} statements")


def test_own_statements_are_written_edited_and_deleted(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    page.get_by_role("button", name="Write a statement").click()
    editor = page.locator(".editor")
    editor.get_by_role("button", name="Save the statement").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one group.")
    editor.get_by_label("Teachers").first.check()
    editor.get_by_role("button", name="Save the statement").click()
    expect(page.get_by_role("alert")).to_contain_text("Teachers, Statement: Write the statement, or do not ask")
    editor.get_by_role("textbox", name="Statement").fill("We meet every week.")
    editor.get_by_role("button", name="Save the statement").click()
    item = page.locator("#own-1")
    expect(item).to_be_focused()
    expect(item).to_contain_text("We meet every week.")

    item.get_by_role("button", name="Edit").click()
    editor.get_by_role("textbox", name="Statement").fill("We meet every month.")
    editor.get_by_role("button", name="Save the statement").click()
    expect(item).to_contain_text("We meet every month.")
    assert api.exercises[exercise].own[0].texts == {TEACHER: OwnText("We meet every month.")}

    item.get_by_role("button", name="Delete").click()
    item.get_by_role("button", name="Yes, delete it").click()
    expect(item).to_have_count(0)
    assert api.exercises[exercise].own == ()


def test_a_suggestion_becomes_an_own_statement_with_one_click(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    page.get_by_role("button", name="Choose from suggestions").click()
    page.locator(".library").get_by_role("button").first.click()
    expect(page.locator("#own li")).to_have_count(1)
    (own,) = api.exercises[exercise].own
    assert own.texts
    assert TRAINER not in own.texts


def test_after_ten_own_statements_no_more_are_offered(page: Page, api: FakeApi) -> None:
    ten = tuple(replace(OWN, number=number) for number in range(1, 11))
    exercise = api.add(example_exercise(own=ten, own_numbers_used=10))
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    expect(page.get_by_role("button", name="Write a statement")).to_be_hidden()
    expect(page.get_by_text("You have written all the statements there is room for.")).to_be_visible()


def test_a_preview_opens_for_each_group(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    page.get_by_label("Language of the preview").select_option("fr")
    with page.expect_popup() as popup:
        page.locator("#previews").get_by_role("button", name="Students").click()
    popup.value.wait_for_url("**/api/previews/student?lang=fr")
    assert api.previews == ["student"]


def test_the_date_fields_offer_only_what_is_possible(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/dates/?exercise={exercise}")
    first, last = page.get_by_label("First day"), page.get_by_label("Last day")
    expect(first).to_have_attribute("min", "2026-11-24")
    expect(first).to_have_attribute("max", "2026-12-12")
    first.fill("2026-12-01")
    expect(last).to_have_attribute("min", "2026-12-07")
    expect(last).to_have_attribute("max", "2026-12-18")
    last.fill("2026-12-06")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Last day: That is 6 days; at least 7 are needed.")
    assert api.exercises[exercise].first_day is None


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-24", "2026-12-15", "Last day: That is 22 days; at most 21 are possible."),
        ("2026-11-23", "2026-12-01", "First day: The earliest possible day is 24 November 2026."),
        ("2026-12-11", "2026-12-19", "Last day: The latest possible day is 18 December 2026."),
        ("2026-12-01", "2026-11-30", "Last day: The last day is before the first."),
    ],
)
def test_days_that_do_not_fit_say_why_and_stay(page: Page, api: FakeApi, first: str, last: str, said: str) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/dates/?exercise={exercise}")
    page.get_by_label("First day").fill(first)
    page.get_by_label("Last day").fill(last)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_label("First day")).to_have_value(first)
    assert api.exercises[exercise].first_day is None


def test_two_coordinators_at_once_lose_nothing(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise(own=(OWN,), own_numbers_used=1))

    def somebody_else(**changes: object) -> None:
        stored = api.exercises[exercise]
        api.exercises[exercise] = replace(stored, version=stored.version + 1, **changes)

    visit(page, f"setup/level/?exercise={exercise}")
    somebody_else(numbers={LEADER: 4, TEACHER: 40, STUDENT: 180})
    page.get_by_label("Students").fill("190")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Stored now: School leaders: 4, Teachers: 40 and Students: 180.")
    expect(page.get_by_label("Students")).to_have_value("190")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/setup/questionnaire/**")
    assert api.exercises[exercise].numbers[STUDENT] == 190

    page.locator("#own-1").get_by_role("button", name="Edit").click()
    somebody_else(own=())
    page.locator(".editor").get_by_role("textbox", name="Statement").first.fill("I plan with everybody.")
    page.get_by_role("button", name="Save the statement").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else deleted this statement")
    expect(page.locator(".editor").get_by_role("textbox", name="Statement").first).to_have_value(
        "I plan with everybody."
    )
    page.get_by_role("button", name="Save the statement").click()
    expect(page.locator("#own-2")).to_contain_text("I plan with everybody.")

    visit(page, f"setup/dates/?exercise={exercise}")
    somebody_else(first_day=date(2026, 11, 26), last_day=date(2026, 12, 9))
    page.get_by_label("First day").fill("2026-12-01")
    page.get_by_label("Last day").fill("2026-12-10")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Stored now: 26 November – 9 December 2026.")
    expect(page.get_by_label("First day")).to_have_value("2026-12-01")


def test_the_editor_says_what_is_wrong_with_a_text_while_it_is_typed(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise(own=(OWN,), own_numbers_used=1))
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    page.get_by_role("button", name="Write a statement").click()
    editor = page.locator(".editor")
    editor.get_by_label("Teachers").first.check()
    text, notes = editor.get_by_role("textbox", name="Statement"), editor.locator("[id='texts.teacher.text-notes']")
    core = texts(CURRENT, Family.GENERAL, "en").statement("A1", TEACHER).text
    for typed, said in [
        (core, "Nearly the same is always asked: A1,"),
        ("I plan with my colleagues.", "Nearly the same is among your own statements: Statement 1,"),
        ("We <b>plan</b> together.", "People will see it exactly as you typed it."),
        ("We\u202e plan\u0000 together.", "invisible characters"),
        ("x" * 295, "5 characters left"),
        ("x" * 10_000, "9,700 characters too many"),
    ]:
        text.fill(typed)
        expect(notes).to_contain_text(said)
    # A half-written statement is not lost without a question.
    page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true })) || (window.asked = true)")
    assert page.evaluate("window.asked") is True
    editor.get_by_role("button", name="Save the statement").click()
    expect(page.get_by_role("alert")).to_contain_text("10,000 characters are too long: at most 300 fit.")
    expect(text).to_have_value("x" * 10_000)
    text.fill("We <b>plan</b> together.")
    editor.get_by_label("Language in which you write").select_option("fr")
    editor.get_by_role("button", name="Save the statement").click()
    expect(page.locator("#own-2")).to_contain_text("We <b>plan</b> together.")
    expect(page.locator("#own-2")).to_contain_text("French")
    assert api.exercises[exercise].own[1].locale == "fr"


def test_what_was_never_activated_and_old_statements_can_be_used_again(page: Page, api: FakeApi) -> None:
    gone = replace(example_exercise(own=(OWN,)), session_id="2025-3")
    api.templates = [gone]
    visit(page, "setup/")
    expect(page.locator("#earlier-list")).to_contain_text("never activated")
    page.get_by_role("link", name="Copy into a new set-up").click()
    expect(page.get_by_label("Start from an earlier set-up?")).to_have_value(gone.id)
    expect(page.get_by_role("radio", name="Lower secondary")).to_be_checked()
    expect(page.get_by_label("Students")).to_have_value("200")

    exercise = api.add(example_exercise())
    visit(page, f"setup/questionnaire/?exercise={exercise}")
    page.get_by_role("button", name="Take from an earlier exercise").click()
    page.locator(".library").get_by_role("button", name="Add").click()
    expect(page.locator("#own-1")).to_contain_text("I plan with colleagues.")


def test_a_session_that_ends_while_a_form_is_open_says_so_and_keeps_what_was_typed(page: Page, api: FakeApi) -> None:
    exercise = api.add(example_exercise())
    visit(page, f"setup/dates/?exercise={exercise}")
    page.get_by_label("First day").fill("2026-12-01")
    page.get_by_label("Last day").fill("2026-12-10")
    api.today = date(2026, 12, 19)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("begin a new set-up with a copy of it")
    expect(page.get_by_label("First day")).to_have_value("2026-12-01")
    # Opened again, it says so at once and offers nothing to change.
    for step in ("level", "questionnaire", "dates", "activate"):
        visit(page, f"setup/{step}/?exercise={exercise}")
        expect(page.locator(".notice").first).to_contain_text("begin a new set-up with a copy of it")
        for name in ("Save and continue", "Activate the links", "Write a statement"):
            button = page.get_by_role("button", name=name)
            assert button.count() == 0 or button.is_disabled() or not button.is_visible()


def test_links_are_activated_only_after_the_coordinator_says_it_was_checked(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["set_up"]
    visit(page, f"setup/activate/?exercise={exercise}")
    page.get_by_role("button", name="Activate the links").click()
    for missing in ["say that people have been informed", "say that you have checked everything"]:
        assert page.get_by_role("alert").inner_text().count(missing) == 1
        link = page.get_by_role("alert").get_by_role("link", name=re.compile(rf"^Tick the box to {missing}"))
        expect(link).to_be_visible()
    # The message stands above the box, not beside its text.
    expect(page.locator(".field__error + label #sure")).to_be_visible()
    assert api.exercises[exercise].state is State.SET_UP
    page.goto("/en/setup/activate/")
    expect(page.locator("#status")).to_contain_text("This does not exist, or no longer.")


def test_days_that_have_passed_must_be_chosen_again(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["set_up"]
    visit(page, f"setup/activate/?exercise={exercise}")
    api.today = date(2026, 11, 27)
    page.get_by_label("Staff, students and parents have been told").check()
    page.get_by_label("I have checked everything").check()
    page.get_by_role("button", name="Activate the links").click()
    expect(page.get_by_role("alert")).to_contain_text("The first day has passed: choose the dates again.")
    expect(page.get_by_label("I have checked everything")).to_be_checked()
    assert api.exercises[exercise].state is State.SET_UP


def test_where_the_country_asks_for_it_the_agreement_of_a_council_is_written_down(page: Page, api: FakeApi) -> None:
    exercise, api.country = arrange(api)["set_up"], "NL"
    visit(page, f"setup/activate/?exercise={exercise}")
    expect(page.get_by_text("the participation council has to agree first")).to_be_visible()
    expect(page.get_by_label("we want to write that down")).to_be_hidden()
    page.get_by_label("Staff, students and parents have been told").check()
    page.get_by_label("I have checked everything").check()
    page.get_by_role("button", name="Activate the links").click()
    for missing in ["Name the body", "Choose a day", "Say where"]:
        expect(page.get_by_role("alert")).to_contain_text(missing)
    page.get_by_label("Who has agreed?").fill("Council of the school")
    page.get_by_label("On which day?").fill("2026-11-25")
    page.get_by_label("Where is it written down?").fill("Minutes 12")
    page.get_by_role("button", name="Activate the links").click()
    expect(page.get_by_role("alert")).to_contain_text("On which day? This day has not come yet.")
    page.get_by_label("On which day?").fill("2026-11-20")
    page.get_by_role("button", name="Activate the links").click()
    expect(page.get_by_text("Agreed by Council of the school on 20 November 2026: Minutes 12")).to_be_visible()


def test_what_somebody_else_changed_is_shown_before_it_is_activated(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["set_up"]
    visit(page, f"setup/activate/?exercise={exercise}")
    stored = api.exercises[exercise]
    api.exercises[exercise] = replace(stored, numbers={**stored.numbers, STUDENT: 210}, version=stored.version + 1)
    page.get_by_label("Staff, students and parents have been told").check()
    page.get_by_label("I have checked everything").check()
    page.get_by_role("button", name="Activate the links").click()
    expect(page.get_by_role("alert")).to_contain_text("The list above shows it as it is now")
    expect(page.get_by_text("Students: 210")).to_be_visible()
    expect(page.get_by_label("I have checked everything")).not_to_be_checked()
    assert api.exercises[exercise].state is State.SET_UP


def test_a_link_can_be_copied_and_replaced(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["running"]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, f"setup/activate/?exercise={exercise}")
    teachers = page.locator(".link[data-group=teacher]")
    teachers.get_by_role("button", name="Copy the link").click()
    expect(teachers.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(api.exercises[exercise].links[TEACHER])

    teachers.get_by_text("Replace this link").click()
    teachers.get_by_role("button", name="Make a new link").click()
    expect(teachers.locator("code")).to_contain_text("/s/teacher-second")


def test_participation_refreshes_itself(page: Page, api: FakeApi) -> None:
    arrange(api)
    page.clock.install()
    visit(page, "participation/")
    row = page.get_by_role("row").filter(has_text="Students")
    expect(row).to_contain_text("31%")
    api.submitted[STUDENT] = 80
    page.clock.run_for(30_000)
    expect(row).to_contain_text("40%")
    expect(row).to_contain_text("reached")


def test_results_show_published_figures_and_no_others(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["over"]
    _, view = api._results(exercise, query={"locale": "en"})
    visit(page, f"results/exercise/?exercise={exercise}")
    page.get_by_role("button", name="All areas").click()
    rows = page.locator(".area-result tbody > tr[role=row]")
    statements = [statement for statement in view["statements"] if statement["area"]]
    expect(rows).to_have_count(len(statements))
    for row, statement in zip(rows.all(), statements, strict=True):
        expect(row.locator(".statements__code")).to_have_text(f"{statement['code']} ")
        shown = f"{statement['overall']:.1f}" if statement["overall"] is not None else "not shown"
        expect(row.locator(".statements__all")).to_contain_text(shown)
        figures = [f"{figure['mean']:.1f}" for figure in statement["figures"]]
        expect(row.locator("td > .bars .bars__figure")).to_have_text(figures)
    expect(page.locator(".other")).to_have_count(len(view["other_areas"]))


def test_statements_can_be_put_in_four_orders(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["over"]
    visit(page, f"results/exercise/?exercise={exercise}")
    codes = page.locator(".area-result:visible .statements__code")
    in_position = codes.all_inner_texts()
    means = page.locator(".area-result:visible .statements__mean")

    def chosen(order: str) -> tuple[list[str], list[str]]:
        page.get_by_label("Order of the statements").select_option(order)
        return codes.all_inner_texts(), means.all_inner_texts()

    assert chosen("By position, last first")[0] == in_position[::-1]
    highest = chosen("Highest first")[1]
    assert highest == sorted(highest, reverse=True)
    lowest = chosen("Lowest first")[1]
    assert lowest == sorted(lowest)
    assert chosen("By position")[0] == in_position


def test_incomplete_results_carry_a_watermark_and_a_caution(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["over"]
    api.submitted[STUDENT] = 0
    visit(page, f"results/exercise/?exercise={exercise}")
    expect(page.locator(".watermark")).to_have_text("Incomplete")
    expect(page.get_by_role("heading", name="Incomplete participation")).to_be_visible()
    expect(page.get_by_text("Not shown, because too few people answered")).to_contain_text("Students")


def test_a_small_group_of_staff_is_shown_only_together_with_the_other(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["over"]
    api.submitted[LEADER] = 2
    visit(page, f"results/exercise/?exercise={exercise}")
    expect(page.get_by_text("School leaders and teachers are shown together, because")).to_be_visible()
    areas = page.locator("main section").filter(has=page.get_by_role("heading", name="The eight areas at a glance"))
    expect(areas.locator("[data-group=staff].group-name")).to_have_count(8)
    expect(areas.locator("[data-group=school_leader]")).to_have_count(0)
    assert "school_leader" not in page.locator("#results").inner_text()


def test_results_that_may_not_be_seen_say_why(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["over"]
    api.submitted = {LEADER: 1, TEACHER: 1, STUDENT: 1}
    visit(page, f"results/exercise/?exercise={exercise}")
    expect(page.get_by_text("fewer than 5 people answered")).to_be_visible()


def test_a_document_is_asked_for_followed_and_offered(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["over"]
    page.clock.install()
    visit(page, f"results/exercise/?exercise={exercise}")
    page.get_by_label("Language of the download").select_option("fr")
    expect(page.get_by_role("link", name="Download Excel")).to_have_attribute("href", re.compile(r"locale=fr$"))
    page.get_by_role("button", name="Make the PDF").click()
    expect(page.get_by_text("waits for its turn")).to_be_visible()
    assert api.documents == {"fr": "waiting"}
    api.documents["fr"] = "failed"
    page.clock.run_for(3_100)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("waits for its turn")).to_be_visible()
    api.documents["fr"] = "in_progress"
    page.clock.run_for(3_100)
    expect(page.get_by_text("The PDF is being made.")).to_be_visible()
    api.documents["fr"] = "ready"
    page.clock.run_for(3_000)
    expect(page.get_by_role("link", name="Download PDF")).to_have_attribute("href", re.compile(r"/documents/fr$"))


def test_the_language_switch_keeps_the_exercise(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["set_up"]
    visit(page, f"setup/dates/?exercise={exercise}")
    page.get_by_role("link", name="Français").click()
    page.wait_for_url(f"**/fr/setup/dates/?exercise={exercise}")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_styles_follow_the_direction_of_the_language(site: Path) -> None:
    sheets = list(site.rglob("*.css"))
    assert len(sheets) >= 2
    for sheet in sheets:
        assert not re.findall(r"(?<![\w-])(?:left|right)(?![\w-])|-(?:left|right)\b", sheet.read_text())


def test_pages_hold_neither_styles_nor_scripts_nor_addresses_of_others(site: Path) -> None:
    for html in site.rglob("*.html"):
        content = html.read_text()
        assert "style=" not in content
        assert not re.search(r"<script(?![^>]*\bsrc=)", content)
        assert not re.search(r'(?:src|href)="(?:https?:)?//(?!uis\.unesco\.org/)', content)
