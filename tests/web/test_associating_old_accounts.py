"""An account of the former system in a browser, on the whole system of one machine: old password, link, identity."""

import pytest
from playwright.sync_api import Page, expect

from infra.local.people import LINDENHOF, OLD_PASSWORD
from tests.support.local_system import LocalSystem
from tests.web.test_accounts import check, context, link_in, messages_to, page, sign_in_at_provider

__all__ = ["context", "page"]

ADDRESS, OTHER = LINDENHOF.emails


def ask(page: Page, password: str) -> None:
    """Fill in the page and send it."""
    page.goto("/en/associate/")
    page.get_by_label("Address of the old account").fill(ADDRESS)
    page.get_by_label("Password of the old account").fill(password)
    page.keyboard.press("Enter")
    expect(page.locator("#sent")).to_be_visible()


def test_an_old_account_is_associated_and_nothing_of_it_is_lost(page: Page, local_system: LocalSystem) -> None:
    page.goto("/en/")
    page.get_by_role("link", name="Associate an old account").click()
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the address of the old account.")
    expect(page.get_by_role("alert")).to_contain_text("Give the password of the old account")

    # Right and wrong look the same here, and are told in the school's mailboxes.
    ask(page, "not the password")
    said = page.locator("main").inner_text()
    assert messages_to(local_system, ADDRESS)[-1]["subject"] == "The old password was not right"
    ask(page, OLD_PASSWORD)
    assert page.locator("main").inner_text() == said
    message = messages_to(local_system, OTHER)[-1]
    assert sorted(message["to"]) == sorted(LINDENHOF.emails)

    # Whatever opens links in e-mails before people do changes nothing.
    for _ in range(2):
        page.goto("about:blank")
        page.goto(link_in(message["text"]))
        expect(page.locator("#school")).to_have_text(LINDENHOF.name)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        check(page)
    page.evaluate("document.documentElement.dir = 'ltr'")
    page.get_by_role("button", name="Go on to the sign-in").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick the box if you agree")
    page.get_by_label("I have read what is kept and why").check()
    page.get_by_role("button", name="Go on to the sign-in").click()
    sign_in_at_provider(page, local_system, "linda")
    expect(page.locator("#account")).to_contain_text(LINDENHOF.name)

    page.goto("/en/profile/")
    expect(page.get_by_label("Postal address")).to_have_value(LINDENHOF.address)
    expect(page.get_by_role("checkbox", name="Primary")).to_be_checked()
    assert messages_to(local_system, OTHER)[-1]["subject"] == "Your school’s old account has been associated"

    # Used links are dead, and the old password is worth nothing any more.
    page.goto(link_in(message["text"]))
    expect(page.get_by_role("heading", name="This link does not work, or no longer")).to_be_visible()
    ask(page, OLD_PASSWORD)
    assert messages_to(local_system, ADDRESS)[-1]["subject"] == "Your school has an account already"


@pytest.mark.parametrize("path", ["associate/", "associate/forgotten/"])
def test_the_pages_are_accessible_and_fit(page: Page, local_system: LocalSystem, path: str) -> None:
    for locale in ("en", "ar"):
        page.goto(f"/{locale}/{path}")
        expect(page.locator("#form")).to_be_visible()
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            check(page)


def test_who_forgot_the_password_gets_a_message(page: Page, local_system: LocalSystem) -> None:
    page.goto("/en/associate/")
    page.get_by_role("link", name="I do not remember the password").click()
    page.get_by_label("Address of the old account").fill("nobody@elsewhere.example")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.locator("#sent")).to_be_visible()
    (message,) = messages_to(local_system, "nobody@elsewhere.example")
    assert message["subject"] == "No old account belongs to this address"
