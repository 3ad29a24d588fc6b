"""School accounts in a browser, on the whole system of one machine: sign-up, profile, addresses."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from selfie.i18n import locales
from tests.support.local_system import LocalSystem
from tests.support.totp import sign_in_at_provider

ADDRESS = "office@lakeside.example"


@pytest.fixture
def context(browser: Browser, local_system: LocalSystem) -> Iterator[BrowserContext]:
    """A fresh browser profile on the running system."""
    context = browser.new_context(base_url=local_system.url, locale="en-GB", viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that may neither break the content policy nor log or throw an error."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert not faults


def ask_for_link(page: Page, address: str, locale: str = "en") -> None:
    """Fill in the sign-up page and send it."""
    page.goto(f"/{locale}/sign-up/")
    page.locator("#email").fill(address)
    page.locator("#policy").check()
    page.locator("#form button[type=submit]").click()
    expect(page.locator("#sent")).to_be_visible()


def messages_to(system: LocalSystem, address: str) -> list[dict[str, str]]:
    """Read the mailbox, oldest first."""
    return [mail for mail in system.client().get("/local/mail.json").json() if address in mail["to"]]


def link_in(text: str) -> str:
    """Find the one link of a message."""
    (link,) = re.findall(r"https?://\S+", text)
    return str(link)


def test_a_school_signs_up_and_its_coordinator_can_begin(page: Page, local_system: LocalSystem) -> None:
    page.goto("/en/")
    page.get_by_role("link", name="Sign up your school").click()
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the address of your school.")
    expect(page.get_by_role("alert")).to_contain_text("Tick the box if you agree")

    ask_for_link(page, ADDRESS)
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator("#resent")).to_have_text("Sent again.")
    first, second = messages_to(local_system, ADDRESS)
    assert first["subject"] == "Confirm the address of your school"

    # Whatever opens links in e-mails before people do changes nothing.
    for _ in range(2):
        page.goto(link_in(second["text"]))
        expect(page.locator("#address")).to_have_text(ADDRESS)
    assert page.evaluate("document.documentElement.outerHTML").count(link_in(second["text"]).partition("#")[2]) < len(
        locales()
    )
    page.get_by_role("button", name="Go on to the sign-in").click()
    expect(page.get_by_role("alert")).to_contain_text("Name of the school: This is missing.")
    expect(page.get_by_role("alert")).to_contain_text("Country: This is missing.")
    page.get_by_label("Name of the school").fill("Lakeside <School>")
    page.get_by_label("Country").select_option(label="Ireland")
    page.get_by_role("button", name="Go on to the sign-in").click()
    sign_in_at_provider(page, local_system, "alex")

    expect(page.locator("#account")).to_contain_text("Lakeside <School>")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set-up")

    # The used link is dead, and the other one finds that the school has an account.
    page.goto("about:blank")
    page.goto(link_in(second["text"]))
    expect(page.get_by_role("heading", name="This link does not work, or no longer")).to_be_visible()
    ask_for_link(page, ADDRESS)
    assert messages_to(local_system, ADDRESS)[-1]["subject"] == "Your school has an account already"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_accessible_and_fit(page: Page, local_system: LocalSystem, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    ask_for_link(page, f"fits{width}@school.example")
    check(page)
    page.goto(link_in(messages_to(local_system, f"fits{width}@school.example")[-1]["text"]))
    expect(page.locator("#form")).to_be_visible()
    check(page)
    page.goto("/en/sign-up/")
    page.locator("details").evaluate("node => { node.open = true; }")
    check(page)


def sign_in(page: Page, system: LocalSystem, name: str, path: str) -> None:
    """Sign in from a coordinator's page."""
    page.goto(path)
    page.get_by_role("link", name="Sign in").click()
    sign_in_at_provider(page, system, name)
    expect(page.locator("#content")).to_be_visible()


def test_a_region_is_asked_for_where_the_country_has_a_list(page: Page, local_system: LocalSystem) -> None:
    sign_in(page, local_system, "robin", "/en/profile/")
    page.get_by_label("Region").select_option(label="Vlaams Gewest")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.locator("#saved")).to_have_text("Saved.")
    page.reload()
    expect(page.get_by_label("Region")).to_have_value("BE2")
    page.get_by_label("Country").select_option("FR")
    expect(page.get_by_label("Region")).to_be_hidden()
    page.get_by_label("Country").select_option("BE")
    expect(page.get_by_label("Region")).to_have_value("")


def test_a_school_describes_itself_and_gets_an_additional_address(page: Page, local_system: LocalSystem) -> None:
    sign_in(page, local_system, "camille", "/en/profile/")
    expect(page.get_by_label("Name of the school")).to_have_value("École de la Colline")
    expect(page.locator("#coordinators li").first).to_contain_text("Primary coordinator (you)")
    expect(page.get_by_label("Prefer not to say")).to_be_checked()
    page.get_by_label("Name of the school").fill("")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_role("alert")).to_contain_text("Name of the school: This is missing.")
    page.get_by_label("Name of the school").fill("École de la Colline")
    page.get_by_label("Private, funded by the state").check()
    page.get_by_label("Lower secondary").check()
    page.get_by_label("Postal address").fill("1, rue Haute\n59000 Lille")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.locator("#saved")).to_have_text("Saved.")

    # Somebody else was faster: nothing is overwritten, what was typed stays.
    other = page.context.new_page()
    other.goto("/en/profile/")
    other.get_by_label("Postal address").fill("2, rue Haute")
    other.get_by_role("button", name="Save the profile").click()
    expect(other.locator("#saved")).to_have_text("Saved.")
    page.get_by_label("Postal address").fill("3, rue Haute")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed the profile in the meantime.")
    expect(page.get_by_label("Postal address")).to_have_value("3, rue Haute")
    page.reload()
    expect(page.get_by_label("Postal address")).to_have_value("2, rue Haute")
    expect(page.get_by_label("Lower secondary")).to_be_checked()

    page.get_by_label("Additional address").fill("direction@colline.example")
    page.get_by_role("button", name="Send the link").click()
    expect(page.locator("#email-said")).to_contain_text("on its way")
    other.goto(link_in(messages_to(local_system, "direction@colline.example")[-1]["text"]))
    expect(other.get_by_text("École de la Colline")).to_be_visible()
    check(other)
    other.locator("#form button").click()
    expect(other.locator(".notice--success")).to_be_visible()
    announced = messages_to(local_system, "direction@colline.example")[-1]
    assert announced["to"] == ["bureau@hillside.example", "direction@colline.example"]

    page.reload()
    expect(page.locator("#emails li")).to_have_count(2)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        check(page)
    page.locator("#emails").get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Yes, remove it").click()
    expect(page.locator("#emails li")).to_have_count(1)
    assert len(messages_to(local_system, "direction@colline.example")) == 3


def check(page: Page) -> None:
    """Look for what keeps people out, in both directions of writing."""
    violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
    for direction in ("ltr", "rtl"):
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
