"""Data maps in a browser, on the real routes: a coordinator lists tools, a colleague in another browser fills one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from chalice.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from functions.data_map import app as map_app
from functions.data_map import wiring
from infra.headers import SECURITY_HEADERS
from selfie.domain.data_map import Kind, Prompt, Tool, Viewer
from selfie.http.coordinators import COOKIE, Entrance
from tests.support.data_maps import COMPLETE, RULES, worksheet_system
from tests.support.plans import signed_in_logins
from tests.support.reports import SCHOOL
from tests.web.fake_api import SiteServer
from tests.web.test_pages import sideways, visit

SITE = "https://selfie.example"
MAP = "data-protection/map/"


@pytest.fixture
def it(context: BrowserContext, server: SiteServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A school without a map whose pages talk to the real routes."""
    made = worksheet_system()
    monkeypatch.setattr(wiring, "worksheet", lambda: made.worksheet)
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(signed_in_logins(made.now), SITE, lambda: made.now))
    with Client(map_app.app) as coordinators, Client(map_app.invited) as colleagues:

        def answer(route: Route) -> None:
            url = urlsplit(route.request.url)
            if url.path == "/api/me":
                schools = [{"id": SCHOOL.id, "name": SCHOOL.name, "country": "IE", "locale": "en"}]
                route.fulfill(json={"schools": schools, "csrf_token": "csrf"})
                return
            headers = {"Content-Type": "application/json", "Accept": "*/*", "X-CSRF-Token": "csrf"}
            by_link = url.path.startswith("/api/data-map-links")
            if not by_link:
                headers["Cookie"] = f"{COOKIE}=mine"
            got = (colleagues if by_link else coordinators).http.request(
                route.request.method,
                f"{url.path}?{url.query}",
                headers=headers,
                body=(route.request.post_data or "").encode(),
            )
            route.fulfill(status=got.status_code, headers={**SECURITY_HEADERS, **got.headers}, body=got.body)

        made.serve = lambda of: of.route(re.compile(r"^[^?]*//[^/]+/api/"), answer)
        made.serve(context)
        yield made


@pytest.fixture
def colleague(browser: Browser, server: SiteServer, it: SimpleNamespace) -> Iterator[Page]:
    """A page in the browser of somebody who has not signed in."""
    context = browser.new_context(base_url=server.url, locale="en-GB")
    it.serve(context)
    yield context.new_page()
    context.close()


def fill_first_part(page: Page, name: str) -> None:
    """Name the tool and go on."""
    page.get_by_label("Name of the tool").fill(name)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="Which data", level=2)).to_be_focused()


def fill_in(page: Page, name: str = "Cameras") -> None:
    """Fill in all other parts of a camera, as a colleague knows it, until the form closes."""
    for label in ("Pupils", "Visitors", "Photos, videos, voices", "None of these", "The tool collects them by itself"):
        page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Safeguarding and social care").check()
    page.get_by_label("Legal basis").select_option("public_task")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("School leaders", exact=True).check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_label("How many months", exact=True)).to_be_hidden()
    page.get_by_label("How long", exact=True).select_option("collected")
    page.get_by_label("How many months", exact=True).fill("")
    page.get_by_label("How they are destroyed").select_option("by_itself")
    page.get_by_label("On computers of the school").check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator(".error-summary")).to_contain_text("How many months: This is missing.")
    page.get_by_label("How many months", exact=True).fill("1")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="Agreement", level=2)).to_be_visible()
    page.get_by_role("button", name="Save and close").click()
    expect(page.locator("#tools li", has_text=name)).to_contain_text("Complete")


def test_a_map_from_prompts_to_gaps_that_shrink_and_a_register(
    page: Page, colleague: Page, it: SimpleNamespace
) -> None:
    visit(page, MAP)
    for prompt, name in (("Cameras", "Cameras"), ("Absence and illness", "Class register"), ("Homework", "Platform")):
        page.locator("#prompts li", has_text=prompt).get_by_role("link", name="List the tool").click()
        expect(page.get_by_label(prompt)).to_be_checked()
        if name == "Cameras":
            page.get_by_role("button", name="Save and go on").click()
            expect(page.locator(".error-summary li")).to_have_text(
                ["Name of the tool: This is missing.", "This is missing."]
            )
        page.get_by_label({"Cameras": "On the premises", "Platform": "Cloud services"}.get(name, "Paper")).check()
        fill_first_part(page, name)
        if name == "Platform":
            page.get_by_label("Visitors").check()
            page.get_by_role("button", name="Back to the list").click()
            page.get_by_role("button", name="Leave without saving").click()
        else:
            page.get_by_role("button", name="Back to the list").click()
        page.wait_for_url(f"**/{MAP}")
    page.locator("#prompts li", has_text="Chips and tags").get_by_role("button", name="We have none").click()
    expect(page.locator("#absent")).to_contain_text("The school has none: Chips and tags (RFID)")
    assert it.maps.get(SCHOOL.id).rules.absent == (Prompt.TAGS,)

    page.get_by_label("For how many days does the link work?").fill("91")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator(".error-summary")).to_contain_text("This number is too large")
    page.get_by_label("For how many days does the link work?").fill("14")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("code.link__address").inner_text()
    before = page.locator("#gaps li").count()

    colleague.goto(link)
    expect(colleague.locator("#school")).to_have_text(SCHOOL.name)
    expect(colleague.locator("#until")).to_have_text("This link works until 12 December 2026.")
    colleague.get_by_role("button", name="Cameras", exact=True).click()
    colleague.get_by_role("button", name=re.compile("Which data")).click()
    expect(colleague.locator("#part-data")).to_contain_text("Whose data are in it?")
    fill_in(colleague)
    assert it.maps.tool(SCHOOL.id, 1).seen_by == (Viewer.LEADERS,)

    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator("#gaps li").count() == before - 10
    page.locator("#gaps summary", has_text="Platform").click()
    page.get_by_role("link", name="A processing agreement with the provider is lacking.").click()
    expect(page.locator("#agreement-open")).to_be_focused()
    page.go_back()
    page.wait_for_load_state("networkidle")
    for way in page.locator("a[data-print]").all():
        # What a browser saves passes by the routes of this test.
        saved = "href => fetch(href).then((answer) => answer.headers.get('Content-Disposition'))"
        assert re.search(r"(register|notice)-.*-?en\.(pdf|xlsx|csv)", page.evaluate(saved, way.get_attribute("href")))
    page.get_by_role("button", name="Show the text").click()
    expect(page.locator("#notice")).to_contain_text("How long: 1 month after collection")
    page.get_by_role("button", name="Take the link back").click()
    expect(page.locator("#invitation")).to_have_text("The link leads nowhere any more.")
    colleague.reload()
    expect(colleague.locator("#status")).to_contain_text("This link does not work, or no longer.")


def test_two_who_write_one_tool_keep_both_and_are_asked_about_the_same_field(page: Page, it: SimpleNamespace) -> None:
    it.maps.add_tool(SCHOOL.id, replace(COMPLETE, number=1))
    visit(page, f"{MAP}tool/?tool=1")
    page.get_by_label("Provider", exact=True).fill("Ours")
    stored = it.maps.tool(SCHOOL.id, 1)
    it.maps.change_tool(SCHOOL.id, stored, replace(stored, note="Theirs", provider="Other Ltd"))
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator(".error-summary")).to_contain_text("Somebody else has written here: «Other Ltd».")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="Which data", level=2)).to_be_focused()
    stored = it.maps.tool(SCHOOL.id, 1)
    assert (stored.provider, stored.note) == ("Ours", "Theirs")
    it.maps.remove_tool(SCHOOL.id, stored)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator(".error-summary")).to_contain_text("Somebody else has deleted this tool.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="What for", level=2)).to_be_focused()
    assert it.maps.tool(SCHOOL.id, 1).provider == "Ours"
    page.get_by_role("button", name="Delete the tool").click()
    page.get_by_role("button", name="Yes, delete it").click()
    page.wait_for_url(f"**/{MAP}")
    assert it.maps.tools(SCHOOL.id) == ()


def test_rules_are_written_with_the_keyboard_and_their_gaps_close(page: Page, it: SimpleNamespace) -> None:
    visit(page, MAP)
    page.locator("#gaps summary").click()
    page.get_by_role("link", name="There is no way yet to ask for this: See the data.").click()
    expect(page.locator("#rights-see")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.type("The school office")
    page.keyboard.press("Tab")
    page.keyboard.type("officer@school.example")
    page.get_by_label("Social media", exact=True).check()
    page.get_by_label("Permission is asked for this place by itself: Social media").check()
    page.get_by_label("Yes, and we write that down").check()
    page.get_by_label("Who has agreed?").fill("School council")
    page.get_by_label("On which day?").fill("2026-11-29")
    page.get_by_label("Where is it written down?").fill("Minutes 4")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("This day has not come yet.")
    page.get_by_label("On which day?").fill("2026-11-28")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#saved")).to_have_text("Saved")
    visit(page, MAP)
    expect(page.locator("#gaps")).to_contain_text("Whoever withdraws a permission must see the images taken down")
    expect(page.locator("#gaps")).not_to_contain_text("There is no way yet")
    assert it.maps.get(SCHOOL.id).rules.approval.reference == "Minutes 4"


def arranged(it: SimpleNamespace) -> str:
    """Give the school a map with something in every place and return its link."""
    it.maps.add_tool(SCHOOL.id, replace(COMPLETE, number=1))
    it.maps.add_tool(SCHOOL.id, Tool("W" * 100, Kind.PAPER, number=2))
    of: Any = it.maps.get(SCHOOL.id)
    it.maps.change(of, replace(of, rules=replace(RULES, absent=(Prompt.TAGS,), officer="")))
    return str(it.worksheet.invite(SCHOOL.id, 1, 30))


@pytest.mark.parametrize(("locale", "widths"), [("en", (320, 1280)), ("ar", (320,))])
def test_pages_of_data_maps_are_accessible_and_fit(
    page: Page, it: SimpleNamespace, locale: str, widths: tuple[int, ...]
) -> None:
    token = arranged(it)
    addresses = {
        "map": MAP,
        "tool": f"{MAP}tool/?tool=2&field=special",
        "agreement": f"{MAP}tool/?tool=1&field=breach_clause",
        "rules": f"{MAP}rules/",
        "colleague": f"data-map/#{token}",
        "nowhere": "data-map/#nothing",
    }
    for name, address in addresses.items():
        page.goto("about:blank")
        visit(page, address, locale)
        for details in page.locator("main details").all():
            details.evaluate("node => { node.open = true; }")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 740})
            violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            found = [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations]
            assert (name, width, found) == (name, width, [])
            assert (name, width, sideways(page)) == (name, width, 0)
        assert page.locator("[style]").count() == 0
