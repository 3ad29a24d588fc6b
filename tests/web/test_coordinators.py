"""Coordinators come, are replaced and go in a browser, on a whole system, each with a real second factor."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.local_system import LocalSystem
from tests.support.totp import sign_in_at_provider
from tests.web.test_accounts import ask_for_link, check, link_in, messages_to

ADDRESS = "office@brook.example"
# What alex and camille see of the school that alex signs up.
SCHOOL = "Brook School"


def fresh(browser: Browser, system: LocalSystem) -> BrowserContext:
    """Open a browser that has not been here before."""
    return browser.new_context(base_url=system.url, locale="en-GB", viewport={"width": 1280, "height": 800})


def at_both_widths(page: Page) -> None:
    """Look for what keeps people out, on a phone and on a desk."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        check(page)
    page.evaluate("document.documentElement.dir = 'ltr'")


def links_in(text: str) -> list[str]:
    """Find the links of a message."""
    return re.findall(r"https?://\S+", text)


def press(page: Page, name: str) -> None:
    """Move to a button with the keyboard and press it."""
    button = page.get_by_role("button", name=name)
    button.focus()
    page.keyboard.press("Enter")


def sign_up_a_school(page: Page, system: LocalSystem, address: str, name: str) -> None:
    """Make a school's account as alex, and go to its profile."""
    ask_for_link(page, address)
    page.goto(link_in(messages_to(system, address)[-1]["text"]))
    page.get_by_label("Name of the school").fill(name)
    page.get_by_label("Country").select_option(label="Ireland")
    page.get_by_role("button", name="Go on to the sign-in").click()
    sign_in_at_provider(page, system, "alex")
    expect(page.locator("#account")).to_contain_text(name)
    page.get_by_role("link", name="School profile").click()
    expect(page.locator("#emails")).to_contain_text(address)
    expect(page.locator("#again")).to_be_hidden()


def test_a_coordinator_invites_another_and_the_school_takes_it_back(
    browser: Browser, local_system: LocalSystem
) -> None:
    first, second, office = (fresh(browser, local_system) for _ in range(3))
    page, newcomer, mailbox = first.new_page(), second.new_page(), office.new_page()
    sign_up_a_school(page, local_system, ADDRESS, SCHOOL)

    # Somebody joins by the link that went to the school, and coordinates two schools from then on.
    press(page, "Invite somebody")
    press(page, "Yes, send the link")
    expect(page.locator("#coordinators-said")).to_contain_text(ADDRESS)
    at_both_widths(page)
    invitation = messages_to(local_system, ADDRESS)[-1]
    assert invitation["subject"] == "A link for the new coordinator of your school"
    for _ in range(2):
        newcomer.goto("about:blank")
        newcomer.goto(link_in(invitation["text"]))
        expect(newcomer.locator("#question")).to_have_text(f"Do you want to be the secondary coordinator of {SCHOOL}?")
    at_both_widths(newcomer)
    press(newcomer, "Go on to the sign-in")
    sign_in_at_provider(newcomer, local_system, "camille")
    expect(newcomer.locator("#coordinators")).to_contain_text("Secondary coordinator (you)")
    expect(newcomer.locator("#account select option:checked")).to_have_text(SCHOOL)
    newcomer.get_by_role("link", name="Upcoming sessions").click()
    expect(newcomer.locator("#account select option:checked")).to_have_text(SCHOOL)
    assert "school=" in newcomer.url
    newcomer.goto("about:blank")
    newcomer.goto(link_in(invitation["text"]))
    expect(
        newcomer.get_by_text("This link does not work, or no longer. A link works once, for 7 days.")
    ).to_be_visible()

    # «This was not us»: the newcomer is out at once, and nothing can be changed for a week.
    told = messages_to(local_system, ADDRESS)[-1]
    assert told["subject"] == "The coordinators of your school have changed"
    mailbox.goto(link_in(told["text"]))
    expect(mailbox.locator("#question")).to_contain_text(f"the secondary coordinator of {SCHOOL}")
    at_both_widths(mailbox)
    press(mailbox, "Take the change back")
    expect(mailbox.locator(".notice--success")).to_contain_text("cannot be changed until")
    newcomer.goto("/en/profile/")
    expect(newcomer.get_by_role("heading", name="Please sign in")).to_be_visible()
    page.reload()
    expect(page.locator("#blocked")).to_contain_text("cannot be changed until")
    expect(page.locator("#email-form")).to_be_hidden()
    at_both_widths(page)
    for context in (first, second, office):
        context.close()


def ask(page: Page, role: str, what: str) -> None:
    """Ask for a link that changes who has a role, as pressing twice does."""
    page.locator("#coordinators li").filter(has_text=role).get_by_role("button", name=what).click()
    press(page, "Yes, send the link")
    expect(page.locator("#coordinators-said")).to_contain_text("A link is on its way")


def is_signed_out(page: Page) -> None:
    """Find a session ended, on the page that was open and at its next request."""
    page.reload()
    expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()
    assert page.evaluate("fetch('/api/me').then((answer) => answer.status)") == 401


def works(page: Page) -> None:
    """Change the profile and begin an exercise."""
    page.get_by_label("Postal address").fill("1 Alder Lane")
    press(page, "Save the profile")
    expect(page.locator("#saved")).to_have_text("Saved.")
    page.get_by_role("link", name="Set-up", exact=True).click()
    page.get_by_role("listitem").filter(has_text="LSGE").get_by_role("link", name="Set up a new exercise").click()
    for name, number in {"School leaders": "1", "Teachers": "10", "Students": "50"}.items():
        page.get_by_label(name).fill(number)
    press(page, "Save and continue")
    page.wait_for_url("**/setup/questionnaire/**")


def test_the_primary_coordinator_is_replaced_and_coordinators_are_removed(
    browser: Browser, local_system: LocalSystem
) -> None:
    addresses = ["office@alder.example", "head@alder.example"]
    first, second, third, office = (fresh(browser, local_system) for _ in range(4))
    page, newcomer, successor, mailbox = (each.new_page() for each in (first, second, third, office))
    sign_up_a_school(page, local_system, addresses[0], "Alder School")
    page.get_by_label("Additional address").fill(addresses[1])
    press(page, "Send the link")
    expect(page.locator("#email-said")).to_contain_text("on its way")
    mailbox.goto(link_in(messages_to(local_system, addresses[1])[-1]["text"]))
    mailbox.locator("#form button").click()
    expect(mailbox.locator(".notice--success")).to_be_visible()
    page.reload()

    def told() -> dict[str, str]:
        """Return the last message, which went to both addresses."""
        message = messages_to(local_system, addresses[0])[-1]
        assert message["to"] == addresses
        return message

    ask(page, "Secondary coordinator", "Invite somebody")
    newcomer.goto(link_in(told()["text"]))
    press(newcomer, "Go on to the sign-in")
    sign_in_at_provider(newcomer, local_system, "camille")
    expect(newcomer.locator("#coordinators")).to_contain_text("Secondary coordinator (you)")

    # The secondary coordinator gives the school another primary one: whoever was it is out at once.
    ask(newcomer, "Primary coordinator", "Replace")
    assert "takes the place of the present one" in told()["text"]
    successor.goto(link_in(told()["text"]))
    expect(successor.locator("#question")).to_contain_text("the primary coordinator of Alder School")
    press(successor, "Go on to the sign-in")
    sign_in_at_provider(successor, local_system, "linda")
    expect(successor.locator("#coordinators")).to_contain_text("Primary coordinator (you)")
    assert told()["subject"] == "The coordinators of your school have changed"
    assert "Alder School has a new primary coordinator." in told()["text"]
    is_signed_out(page)
    works(successor)

    # The secondary one is removed, by a link to the school; its open session ends, the school's results stay.
    successor.get_by_role("link", name="School profile").click()
    ask(successor, "Secondary coordinator", "Remove")
    assert told()["subject"] == "A coordinator of your school is to be removed"
    mailbox.goto(link_in(told()["text"]))
    expect(mailbox.locator("#question")).to_contain_text("the secondary coordinator of Alder School")
    at_both_widths(mailbox)
    press(mailbox, "Remove the coordinator")
    expect(mailbox.locator(".notice--success")).to_be_visible()
    assert "Alder School has no secondary coordinator any more." in told()["text"]
    is_signed_out(newcomer)
    successor.reload()
    expect(successor.locator("#coordinators li").last).to_contain_text("nobody")

    # Whoever is the last one can go, too: the school is taken over through its mail then.
    ask(successor, "Primary coordinator", "Remove")
    mailbox.goto("about:blank")
    mailbox.goto(link_in(told()["text"]))
    press(mailbox, "Remove the coordinator")
    expect(mailbox.locator(".notice--success")).to_be_visible()
    is_signed_out(successor)
    for context in (first, second, third, office):
        context.close()


def test_changes_need_a_fresh_sign_in_and_strangers_learn_nothing_of_an_address(
    browser: Browser, local_system: LocalSystem
) -> None:
    context = fresh(browser, local_system)
    page = context.new_page()
    page.goto("/en/profile/")
    page.get_by_role("link", name="Sign in").click()
    sign_in_at_provider(page, local_system, "robin")
    expect(page.locator("#email-form")).to_be_visible()
    # As after ten minutes.
    page.route(
        "**/coordinators/**", lambda route: route.fulfill(status=401, json={"code": "sign_in_again", "errors": []})
    )
    press(page, "Invite somebody")
    press(page, "Yes, send the link")
    expect(page.locator("#coordinators-said")).to_contain_text("This needs a fresh sign-in")
    expect(page.locator("#again")).to_be_visible()
    at_both_widths(page)
    page.locator("#again-link").click()
    # Whoever is still signed in there is asked again all the same.
    sign_in_at_provider(page, local_system, "robin")
    expect(page.locator("#again")).to_be_hidden()

    said = []
    for address in ("office@riverside.example", "nobody@elsewhere.example"):
        page.goto("/en/takeover/")
        page.get_by_label("E-mail address of the school").fill(address)
        page.keyboard.press("Enter")
        expect(page.locator("#sent")).to_be_visible()
        said.append(page.locator("#sent .notice").inner_text())
        at_both_widths(page)
    assert said[0] == said[1]
    assert len(links_in(messages_to(local_system, "office@riverside.example")[-1]["text"])) == 1
    assert "#" not in messages_to(local_system, "nobody@elsewhere.example")[-1]["text"]
    page.goto("/en/takeover/")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the address of your school.")
    context.close()
