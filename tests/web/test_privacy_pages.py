"""Where data goes, the policy, and the account's page of data protection, in a browser."""

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from selfie.notices import Controller, Facts, Reader, notice
from tests.web.fake_api import SCHOOL, FakeApi
from tests.web.test_pages import sideways

PUBLIC = ("", "children/", "pupil/", "teacher/", "leader/", "coordinator/")
ADDRESSES = (*(f"where-does-my-data-go/{name}" for name in PUBLIC), "privacy/")
PATH = f"/api/schools/{SCHOOL}"
WISH = {"asked_on": "2026-11-24", "on": "2026-12-08", "receipt": "A1B2C3"}


def check(page: Page) -> None:
    """Look for what keeps people out."""
    for details in page.locator("main details").all():
        details.evaluate("node => { node.open = true; }")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert sideways(page) == 0
        violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
    assert page.locator("[style]").count() == 0


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_public_pages_are_accessible_and_say_everything_in_the_language(page: Page, locale: str) -> None:
    for address in ADDRESSES:
        page.goto(f"/{locale}/{address}")
        check(page)
        if locale == "ar":
            # Nothing of the page's own is left in English, but for names, signs and laws.
            words = page.locator("main").inner_text().split()
            latin = [word for word in words if len(word) > 3 and word.isascii() and word.isalpha()]
            allowed = {"Amazon", "Services", "bcrypt", "argon", "GDPR", "Example", "operator", "Street", "Brussels"}
            assert len(set(latin) - allowed) <= 6, (address, set(latin) - allowed)


def test_public_pages_need_no_script_and_lead_to_one_another(page: Page) -> None:
    page.goto("/en/")
    page.locator("main").get_by_role("link", name="Where does my data go?").click()
    expect(page.locator(".way__step")).to_have_count(5)
    assert page.locator("script").count() == 0
    page.get_by_role("link", name="I am a child").click()
    expect(page.get_by_role("heading", name="Where do my answers go?")).to_be_visible()
    page.get_by_role("link", name="The page for adults").click()
    page.get_by_role("link", name="I am a student or a parent").click()
    entry = page.locator(".kept__entry", has=page.get_by_role("heading", name="Counts of one group's answers"))
    expect(entry).to_contain_text("30 days after closing")
    page.get_by_role("contentinfo").get_by_role("link", name="Privacy policy").click()
    expect(page.locator("main h2")).to_have_count(14)


def stub(page: Page, asked: list[str], wish: list[dict[str, Any]]) -> None:
    """Answer as the API does; ``asked`` and ``wish`` are what the page brings about."""

    def answer(route: Route) -> None:
        method, path = route.request.method, route.request.url.partition(PATH)[2]
        asked.append(f"{method} {path.partition('?')[0]}")
        status, body = 200, {}
        if path == "/profile":
            body = {"emails": ["office@riverside.example"]}
        elif path == "/export":
            body = {"parts": [{"number": 1, "documents": 3}, {"number": 2, "documents": 1}]}
        elif path == "/accesses":
            body = {"accesses": [{"at": "2026-11-20T09:00:00+00:00", "reason": "asked for help with a report"}]}
        elif path.startswith("/notice"):
            if "officer=&" in path or path.endswith("officer="):
                status, body = 422, {"code": "invalid", "errors": [{"field": "officer", "code": "missing"}]}
            else:
                facts = Facts(
                    "Riverside", "", "Operator", Controller.SCHOOL, "a@b.example", "c@d.example", "BE", "/en/"
                )
                made = notice(facts, Reader.STAFF, "en")
                sections = [{"heading": each.heading, "paragraphs": each.paragraphs} for each in made.sections]
                body = {"title": made.title, "sections": sections, "text": made.text}
        elif path == "/erasure" and method == "POST":
            if route.request.post_data_json == {"name": "Riverside School"}:
                wish.append(WISH)
                status, body = 201, {"erasure": WISH}
            else:
                status, body = 422, {"code": "invalid", "errors": [{"field": "name", "code": "other_name"}]}
        elif path == "/erasure" and method == "DELETE":
            wish.clear()
            body = {"erasure": None}
        elif path == "/erasure":
            counts = {"SCHOOL/EXERCISE": 2, "EXERCISE/RESULTS": 1, "EXERCISE/DOCUMENT": 4}
            body = {"counts": counts, "erasure": wish[0] if wish else None}
        kind = "application/problem+json" if status == 422 else "application/json"
        route.fulfill(status=status, headers={"Content-Type": kind}, body=json.dumps(body))

    page.route(f"**{PATH}/**", answer)


def test_a_coordinator_writes_a_notice_takes_everything_along_and_leaves(page: Page, api: FakeApi) -> None:
    asked: list[str] = []
    wish: list[dict[str, Any]] = []

    stub(page, asked, wish)
    page.goto("/en/data-protection/")
    expect(page.locator("#export a")).to_have_count(2)
    expect(page.locator("#export a").first).to_have_text("Part 1 of 2 (zip, 3 reports)")
    expect(page.locator("#accesses")).to_contain_text("20 November 2026: asked for help with a report")
    expect(page.get_by_label("How to reach the school")).to_have_value("office@riverside.example")

    page.get_by_role("button", name="Write the notice").click()
    expect(page.get_by_role("alert")).to_contain_text("How to reach your data protection officer: This is missing.")
    page.get_by_label("How to reach your data protection officer").fill("officer@riverside.example")
    page.get_by_role("button", name="Write the notice").click()
    expect(page.locator("#notice h3")).to_be_focused()
    expect(page.locator("#notice h4")).to_have_count(14)
    link = page.get_by_role("link", name="Save as PDF").get_attribute("href") or ""
    assert "format=pdf" in link
    assert "officer%40riverside.example" in link
    check(page)

    expect(page.locator("#erasure")).to_contain_text("2 exercises with their statements and links")
    page.get_by_role("button", name="Erase the account in 14 days").click()
    page.get_by_label("To erase it, type the name of the school").fill("Another School")
    page.get_by_role("button", name="Erase the account in 14 days").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the name of the school.")
    assert not wish
    page.get_by_label("To erase it, type the name of the school").fill("Riverside School")
    page.get_by_role("button", name="Erase the account in 14 days").click()
    expect(page.locator("#erasure")).to_contain_text("in the night of 8 December 2026")
    expect(page.locator("#erasure")).to_contain_text("A1B2C3")
    check(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#erasure-said")).to_have_text("The account stays. Nothing was erased.")
    assert "DELETE /erasure" in asked


RELEASES = [
    {
        "id": "b2",
        "on": "2027-05-20",
        "recipient": "مديرية التعليم",
        "purpose": "education_policy",
        "session": "2026-2",
        "since": "2026-1",
        "country": "BE",
        "region": "",
        "levels": ["primary", "lower_secondary"],
        "rows": 1,
        "schools": 25,
        "files": {"means.csv": "0123456789abcdef" * 4},
    },
    {
        "id": "a1",
        "on": "2027-01-20",
        "recipient": "University of Example, Institute of Education and Digital Learning",
        "purpose": "scientific_research",
        "session": "2026-1",
        "since": "",
        "country": "BE",
        "region": "BE2",
        "levels": [],
        "rows": 1320,
        "schools": 40,
        "files": {"means.csv": "a" * 64, "means.parquet": "b" * 64},
    },
]


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_everybody_reads_what_left_of_research_data(page: Page, locale: str) -> None:
    regions = {"BE": {"BE2": "Vlaams Gewest"}}
    page.route("**/api/research/releases", lambda route: route.fulfill(json={"releases": RELEASES}))
    page.route("**/api/sign-ups", lambda route: route.fulfill(json={"regions": regions}))
    page.goto(f"/{locale}/where-does-my-data-go/")
    page.locator(f"main a[href='/{locale}/research/']").click()
    entries = page.locator(".kept__entry")
    expect(entries).to_have_count(2)
    check(page)
    if locale == "en":
        expect(entries.first).to_contain_text("How the same schools changed between 2026–2027, session 1 and")
        expect(entries.first).to_contain_text("1 mean, over up to 25 schools")
        expect(entries.first).to_contain_text("Primary and Lower secondary")
        expect(entries.last).to_contain_text("Vlaams Gewest (Belgium)")
        expect(entries.last).to_contain_text("1,320 means, over up to 40 schools")
        expect(entries.last).to_contain_text("Scientific research")
        expect(entries.last).to_contain_text("20 January 2027")


def test_before_the_first_release_the_page_says_so(page: Page) -> None:
    page.route("**/api/research/releases", lambda route: route.fulfill(json={"releases": []}))
    page.route("**/api/sign-ups", lambda route: route.fulfill(json={"regions": {}}))
    page.goto("/en/research/")
    expect(page.get_by_text("Nothing has left so far.")).to_be_visible()
