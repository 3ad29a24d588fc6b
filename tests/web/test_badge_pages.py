"""Badges in a browser: a coordinator asks for one and takes it home, and a visitor looks at it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from chalice.test import Client
from playwright.sync_api import Page, Route, expect

from functions.badge import app as badge_app
from functions.badge import wiring
from functions.badge.pages import Pages
from infra.headers import BADGE_HEADERS
from selfie.http.coordinators import COOKIE, Entrance
from selfie.i18n import locales
from selfie.ports import CoordinatorSession
from tests.support.badges import issuing
from tests.support.memory import MemoryLogins
from tests.support.reports import COORDINATOR, LEADER, SCHOOL, SHOWN_AT, TEACHER
from tests.web import fake_api
from tests.web.fake_api import CSRF_TOKEN, FakeApi, SiteServer
from tests.web.test_pages import arrange, sideways, visit

NAME = 'Riverside "School" & Co'


@pytest.fixture
def it(
    request: pytest.FixtureRequest,
    page: Page,
    server: SiteServer,
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SimpleNamespace]:
    """A closed exercise, answered as a test wants, and the function of badges behind the site's addresses."""
    made = issuing(tmp_path, site=server.url, school=replace(SCHOOL, name=NAME), sent=getattr(request, "param", None))
    logins = MemoryLogins()
    logins.open(
        CoordinatorSession(
            "mine", COORDINATOR, (SCHOOL.id,), CSRF_TOKEN, SHOWN_AT.replace(year=2099), SHOWN_AT.replace(year=2099)
        )
    )
    (static,) = (site / "static").iterdir()
    monkeypatch.setattr(wiring, "service", lambda: made.service)
    monkeypatch.setattr(wiring, "pages", lambda: Pages(f"/static/{static.name}", locales(), server.url, made.issuer))
    monkeypatch.setattr(wiring, "entrance", lambda: Entrance(logins, server.url, made.clock))
    monkeypatch.setattr(wiring, "locales", locales)
    with Client(badge_app.app) as client:

        def answer(route: Route) -> None:
            request, url = route.request, urlsplit(route.request.url)
            path = url.path.replace(fake_api.SCHOOL, SCHOOL.id) + (f"?{url.query}" if url.query else "")
            headers = {**request.headers, "Cookie": f"{COOKIE}=mine"}
            body = {"body": request.post_data or ""} if request.method == "POST" else {}
            given = getattr(client.http, request.method.lower())(path, headers=headers, **body)
            policy = {n: v for n, v in BADGE_HEADERS.items() if n not in given.headers and n[:6] != "Strict"}
            route.fulfill(status=given.status_code, headers={**policy, **given.headers}, body=given.body)

        for pattern in ("**/api/schools/*/badges", "**/api/schools/*/sessions/*/badge", "**/badges/**"):
            page.route(pattern, answer)
        yield made


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Name what breaks the rules of accessibility."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found]


@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("ar", 320)])
def test_a_coordinator_asks_for_the_badge_and_takes_it_home(
    page: Page, api: FakeApi, it: SimpleNamespace, locale: str, width: int
) -> None:
    arrange(api)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.set_viewport_size({"width": width, "height": 740})
    visit(page, "certification/", locale)
    assert (violations(page), sideways(page)) == ([], 0)
    card = page.locator(".session-badge")
    expect(card.locator(".criteria > li[data-met=true]")).to_have_count(2)
    card.get_by_role("button").click()
    expect(card.get_by_role("heading", level=3)).to_be_focused()
    picture = card.get_by_role("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("node => node.complete && node.naturalWidth > 0")
    (issued,) = it.badges.of_school(SCHOOL.id)
    assert issued.badge.locale == locale
    assert (violations(page), sideways(page)) == ([], 0)

    card.get_by_role("button").click()
    expect(card.get_by_role("status")).not_to_be_empty()
    lines = page.evaluate("navigator.clipboard.readText()")
    address = it.issuer.badge_address(issued.badge.id)
    assert lines.startswith(f'<a href="{address}"><img src="{address}/badge.svg" alt="')
    # They are what they should be, whatever is in the school's name.
    link = ElementTree.fromstring(lines.removesuffix("></a>") + "/></a>")
    assert NAME in str(link[0].get("alt"))
    saved = card.locator("a[download$='.json']").get_attribute("href")
    read = page.evaluate("async (address) => (await fetch(address)).text()", saved)
    assert read == issued.credential


@pytest.mark.parametrize("it", [{LEADER: 4, TEACHER: 5}], indirect=True)
def test_what_is_missing_is_named(page: Page, api: FakeApi, it: SimpleNamespace) -> None:
    arrange(api)
    visit(page, "certification/")
    card = page.locator(".session-badge")
    expect(card.locator("li[data-met=false]")).to_have_count(2)
    expect(card).to_contain_text("Not met: School leaders, teachers and students all took part.")
    expect(card).to_contain_text("Not met: More than 10 of them answered in this exercise.")
    expect(card.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(("locale", "width"), [("en", 320), ("ar", 1280)])
def test_a_visitor_sees_what_the_badge_says_and_whether_it_is_valid(
    page: Page, it: SimpleNamespace, locale: str, width: int
) -> None:
    badge = it.service.ask(SCHOOL.id, "2024-1", locale)
    page.set_viewport_size({"width": width, "height": 740})
    for wanted, notice in ((f"{badge.id}?lang={locale}", ".notice--success"), ("nothing", None)):
        page.goto(f"/badges/{wanted}")
        assert (violations(page), sideways(page)) == ([], 0)
        assert notice is None or page.locator(notice).is_visible()
    page.goto(f"/badges/{badge.id}?lang={locale}")
    assert NAME in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", name="Ce badge est valable")).to_be_visible()
    it.service.revoke(badge.id)
    page.reload()
    expect(page.get_by_role("heading", name="Ce badge a été révoqué")).to_be_visible()
    expect(page.get_by_role("img")).to_have_count(0)
    assert violations(page) == []
