"""A browser on the built site with a fake API; a page test fails on any violation of the content policy."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.web.fake_api import FakeApi, SiteServer
from web.build import build

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site once."""
    folder = tmp_path_factory.mktemp("site")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium; without one, browser tests are skipped, except in CI."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium found")
    # As long as Playwright waits for everything else: a busy machine is no failure.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def api(site: Path) -> FakeApi:
    """An API without exercises."""
    return FakeApi(site)


@pytest.fixture
def server(api: FakeApi) -> Iterator[SiteServer]:
    """Serve site and API."""
    server = SiteServer(api)
    yield server
    server.close()


@pytest.fixture
def context(browser: Browser, server: SiteServer) -> Iterator[BrowserContext]:
    """A fresh browser profile on the site."""
    context = browser.new_context(base_url=server.url, locale="en-GB", viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that may neither break the content policy nor log or throw an error."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # What a test makes the API refuse, or the network lose, is in the console too.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert not faults
