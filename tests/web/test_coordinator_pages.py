"""Sessions, invitations and reminders in a browser."""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from functions.exercise import views
from selfie.domain.exercise import Phase, State
from selfie.domain.school import EducationLevel
from tests.web.fake_api import CSRF_TOKEN, LEADER, STUDENT, TEACHER, FakeApi, activated, example_exercise

RUNNING = activated(example_exercise(), date(2026, 11, 16), date(2026, 12, 4))


def check(page: Page) -> None:
    """Look for what keeps people out."""
    for details in page.locator("main details").all():
        details.evaluate("node => { node.open = true; }")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_sessions_that_are_running_or_to_come_are_listed(page: Page, api: FakeApi) -> None:
    page.goto("/en/sessions/")
    expect(page.locator("#sessions li")).to_have_count(2)
    expect(page.locator("#sessions li").first).to_contain_text("2026–2027, session 1")
    expect(page.locator("#sessions li").first).to_contain_text("Running")
    expect(page.locator("#sessions li").last).to_contain_text("To come")
    check(page)


def test_after_the_last_session_the_page_says_so(page: Page, api: FakeApi) -> None:
    api.today = date(2027, 4, 3)
    page.goto("/en/sessions/")
    expect(page.get_by_text("The days of the next one have not been announced yet.")).to_be_visible()


def test_every_group_has_an_invitation_with_its_link_in_any_language(page: Page, api: FakeApi) -> None:
    running = api.add(RUNNING)
    page.goto(f"/en/setup/activate/?exercise={running}")
    links = RUNNING.links
    assert links
    for group, name in ((LEADER, "School leaders"), (TEACHER, "Teachers"), (STUDENT, "Students")):
        text = page.get_by_role("textbox", name=f"Text of the invitation: {name}", include_hidden=True)
        expect(text).to_have_value(re.compile(f"/s/{links[group]}"))
        expect(text).to_have_value(re.compile("from Monday,? 16 November 2026 to Friday,? 4 December 2026"))
    check(page)
    card = page.locator("li.link").first
    card.get_by_label("Language of the text").select_option("fr")
    expect(card.locator("textarea")).to_have_attribute("lang", "fr")
    expect(card.locator("textarea")).to_have_value(re.compile("lundi 16 novembre 2026"))
    card.get_by_role("button", name="Copy the text").click()
    expect(card.locator("details [role=status]").first).not_to_be_empty()


def test_young_pupils_are_invited_as_a_class(page: Page, api: FakeApi) -> None:
    primary = activated(example_exercise(EducationLevel.PRIMARY), date(2026, 11, 16), date(2026, 12, 4))
    page.goto(f"/en/setup/activate/?exercise={api.add(primary)}")
    students = page.get_by_role("textbox", name="Text of the invitation: Students", include_hidden=True)
    expect(students).to_have_value(re.compile("as a whole class"))
    teachers = page.get_by_role("textbox", name="Text of the invitation: Teachers", include_hidden=True)
    expect(teachers).not_to_have_value(re.compile("as a whole class"))


@pytest.mark.parametrize("state", [State.ACTIVATED, State.CLOSED])
def test_people_are_reminded_while_the_exercise_runs(page: Page, api: FakeApi, state: State) -> None:
    days = (
        (date(2026, 11, 16), date(2026, 12, 4)) if state is State.ACTIVATED else (date(2026, 11, 2), date(2026, 11, 9))
    )
    exercise = api.add(replace(activated(RUNNING, *days), state=state))
    page.goto(f"/en/participation/?exercise={exercise}")
    expect(page.locator("table.participation")).to_be_visible()
    expect(page.get_by_role("heading", name="Remind people")).to_have_count(1 if state is State.ACTIVATED else 0)
    if state is State.ACTIVATED:
        text = page.get_by_role("textbox", name="Text of a reminder: Teachers", include_hidden=True)
        expect(text).to_have_value(re.compile("open until Friday,? 4 December 2026"))
        check(page)


def test_more_answers_than_people_are_pointed_out(page: Page, api: FakeApi) -> None:
    exercise = api.add(RUNNING)
    page.goto(f"/en/participation/?exercise={exercise}")
    expect(page.locator("table.participation")).to_be_visible()
    expect(page.get_by_text("More people answered than were invited")).to_have_count(0)
    api.submitted[TEACHER] = 46
    page.reload()
    expect(page.get_by_text("More people answered than were invited: Teachers.")).to_be_visible()


def test_an_earlier_set_up_fills_in_level_and_numbers_and_is_named_when_sending(page: Page, api: FakeApi) -> None:
    template = replace(example_exercise(EducationLevel.PRIMARY), session_id="2025-3")
    listed = {"exercises": [views.exercise_json(template, Phase.GONE)]}
    page.route("**/api/schools/*/templates", lambda route: route.fulfill(json=listed))
    page.goto("/en/setup/level/")
    page.get_by_label("Start from an earlier set-up?").select_option(label="Primary, 2025–2026, session 3")
    expect(page.get_by_role("radio", name="Primary")).to_be_checked()
    expect(page.get_by_label("Teachers")).to_have_value("45")
    page.get_by_label("Teachers").fill("50")
    check(page)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Save and continue").click()
    body = sent.value.post_data_json
    assert (body["level"], body["copy_of"], body["numbers"]["teacher"]) == ("primary", template.id, 50)


def test_without_earlier_set_ups_nothing_is_offered(page: Page, api: FakeApi) -> None:
    page.goto("/en/setup/level/")
    expect(page.get_by_label("Teachers")).to_be_visible()
    expect(page.get_by_label("Start from an earlier set-up?")).to_be_hidden()


def test_on_a_phone_the_tabs_are_behind_a_button_and_on_a_desk_they_are_not(page: Page, api: FakeApi) -> None:
    page.set_viewport_size({"width": 320, "height": 740})
    page.goto("/ar/about/")
    tabs = page.locator("#tabs")
    button = page.locator("#menu")
    expect(tabs).to_be_hidden()
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(tabs.locator("[aria-current=page]")).to_be_visible()
    check(page)
    page.set_viewport_size({"width": 1280, "height": 740})
    expect(button).to_be_hidden()
    expect(tabs).to_be_visible()


def test_every_tab_leads_to_a_page_and_keeps_the_chosen_school(page: Page, api: FakeApi) -> None:
    chosen = {"id": "secondschool", "name": "Second School", "country": "BE", "locale": "en"}
    first = {"id": "abcdefghijkl", "name": "Riverside School", "country": "BE", "locale": "en"}
    me = {"schools": [first, chosen], "csrf_token": CSRF_TOKEN}
    page.route("**/api/me", lambda route: route.fulfill(json=me))
    page.goto(f"/en/about/?school={chosen['id']}")
    expect(page.get_by_label("School")).to_have_value(chosen["id"])
    for tab in page.locator("#tabs a").all():
        leads_to = urlsplit(str(tab.get_attribute("href")))
        assert leads_to.query == f"school={chosen['id']}"
        assert (api.site / leads_to.path.lstrip("/") / "index.html").is_file()
    page.get_by_role("link", name="Set it up").click()
    expect(page.get_by_label("School")).to_have_value(chosen["id"])
    page.get_by_label("School").select_option(first["id"])
    expect(page).to_have_url(re.compile(f"/en/setup/.school={first['id']}"))
    page.goto("/en/about/")
    expect(page).to_have_url(re.compile(f"/en/about/.school={first['id']}"))
    page.goto("/en/about/?school=strangeschool")
    expect(page.get_by_text("This belongs to a school that you do not coordinate.")).to_be_visible()
