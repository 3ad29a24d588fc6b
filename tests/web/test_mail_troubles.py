"""A school is told, wherever it is in its account, that e-mails do not arrive; in a browser, on a whole system."""

from playwright.sync_api import Browser, Page, expect

from tests.support.local_system import LocalSystem
from tests.web.test_accounts import messages_to
from tests.web.test_coordinators import at_both_widths, fresh, press, sign_up_a_school

ADDRESS = "office@pond.example"


def test_a_school_reads_that_mail_comes_back_until_it_arrives_or_is_wanted_again(
    browser: Browser, local_system: LocalSystem
) -> None:
    context = fresh(browser, local_system)
    page, console = context.new_page(), context.new_page()
    sign_up_a_school(page, local_system, ADDRESS, "Pond School")
    trouble = page.locator("#mail-troubles")
    expect(trouble).to_be_empty()

    # What Amazon would tell of a message is played by hand, and the page of the message is accessible too.
    console.goto(f"/local/mail/{messages_to(local_system, ADDRESS)[-1]['number']}")
    play(console, "It came back for good")
    at_both_widths(console)
    # By links, which stay with the school: alex may have others.
    page.get_by_role("link", name="Set-up", exact=True).click()
    expect(trouble).to_contain_text(f"Our e-mails to \u2068{ADDRESS}\u2069 have come back since")
    at_both_widths(page)
    play(console, "It arrived")
    page.reload()
    expect(page.locator("#content")).to_be_visible()
    expect(trouble).to_be_empty()

    play(console, "Somebody called it unwanted")
    page.get_by_role("link", name="العربية").click()
    expect(trouble).to_contain_text(ADDRESS)
    at_both_widths(page)
    page.get_by_role("link", name="English").click()
    expect(trouble).to_contain_text("Reports and reminders are no longer sent there.")
    page.get_by_role("link", name="Look at the addresses").click()
    expect(page.locator("#emails")).to_contain_text(ADDRESS)
    expect(trouble.get_by_role("link")).to_have_count(0)
    at_both_widths(page)
    press(page, "Send e-mails there again")
    expect(page.locator("#again-said")).to_contain_text("From now on everything is sent to this address again.")
    expect(trouble).to_be_empty()
    context.close()


def play(console: Page, button: str) -> None:
    """Press a button of the message's page, and wait until what it tells has been noted."""
    with console.expect_response(lambda answer: answer.request.method == "POST"):
        console.get_by_role("button", name=button).click()
