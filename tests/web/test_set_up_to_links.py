"""From a signed-in coordinator to copied links and live figures, in a browser on the whole system of one machine."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.support.local_system import LocalSystem, running_system
from tests.web.test_accounts import check

PREVIEW = """async (exercise) => {
  const { csrf_token: token } = await (await fetch("/api/me")).json();
  const options = { method: "POST", headers: { "X-CSRF-Token": token } };
  return (await (await fetch(`/api/exercises/${exercise}/previews/student`, options)).json()).path;
}"""
NUMBERS = {"School leaders": "4", "Teachers": "20", "Students": "60"}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """A system of our own: nobody else moves its clock or uses up its levels."""
    with running_system(tmp_path_factory.mktemp("set-up")) as running:
        yield running


@pytest.fixture(scope="module")
def signed_in(browser: Browser, system: LocalSystem) -> Iterator[BrowserContext]:
    """A browser in which the coordinator has signed in once for all tests."""
    context = browser.new_context(base_url=system.url, locale="en-GB", viewport={"width": 1280, "height": 800})
    page, person = context.new_page(), system.person("camille")
    page.goto("/auth/login?return_to=/en/setup/")
    page.locator("[name=name]").fill(person["name"])
    page.locator("[name=password]").fill(person["password"])
    page.locator("[name=code]").fill(pyotp.TOTP(person["totp_secret"]).now())
    page.locator("button").first.click()
    page.wait_for_url("**/en/setup/**")
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """A page that may neither break the content policy nor log or throw an error."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    page = signed_in.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert not faults


def days(system: LocalSystem) -> tuple[date, date]:
    """An exercise that runs from today on for a week."""
    today = date.fromisoformat(system.client().get("/api/calendar").json()["today"])
    return today, today + timedelta(days=6)


def look(page: Page) -> None:
    """Look at what a page has become, in English and in Arabic, on a phone and on a desk."""
    here = page.url
    for locale in ("ar", "en"):
        page.goto("about:blank")
        page.goto(here.replace("/en/", f"/{locale}/"))
        expect(page.locator("#content")).to_be_visible()
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            check(page)
    page.evaluate("document.documentElement.dir = 'ltr'")


def test_from_the_list_to_links_that_people_answer(page: Page, system: LocalSystem) -> None:
    page.goto("/en/setup/")
    page.get_by_role("listitem").filter(has_text="LSGE").get_by_role("link", name="Set up a new exercise").click()
    page.wait_for_url("**/setup/level/**")
    look(page)
    for name, number in NUMBERS.items():
        page.get_by_label(name).fill(number)
    expect(page.locator("#minimum-student")).to_have_text("At least 30 people should answer")
    page.get_by_role("button", name="Save and continue").click()

    page.wait_for_url("**/setup/questionnaire/**")
    seen = choose_statements(page)
    look(page)
    page.get_by_role("link", name="Continue to the dates").click()

    page.wait_for_url("**/setup/dates/**")
    look(page)
    for name, day in zip(("First day", "Last day"), days(system), strict=True):
        page.get_by_label(name).fill(day.isoformat())
    page.get_by_role("button", name="Save and continue").click()

    page.wait_for_url("**/setup/activate/**")
    look(page)
    page.get_by_label("Staff, students and parents have been told").check()
    page.get_by_label("I have checked everything").check()
    page.get_by_role("button", name="Activate the links").click()
    expect(page.get_by_role("heading", name="The links are ready")).to_be_focused()
    student = hand_out(page)
    look(page)

    # What people see is what the preview showed.
    page.goto(f"{student}/questionnaire?lang=fr")
    assert page.locator("fieldset").all_text_contents() == seen
    watch(page, system, student)


def choose_statements(page: Page) -> list[str]:
    """Choose an optional statement and a suggestion, save all lists, return what the preview in French shows."""
    page.locator("summary", has_text="Leadership").click()
    page.get_by_label("A4 ").check()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.get_by_role("button", name="Choose from suggestions").click()
    page.locator(".library").get_by_role("button").first.click()
    expect(page.locator("#own li")).to_have_count(1)
    page.get_by_role("button", name="Close the suggestions").click()
    # The button that opens it in a tab of its own is tested on the pages alone.
    path = page.evaluate(PREVIEW, parse_qs(urlsplit(page.url).query)["exercise"][0])
    preview = page.context.new_page()
    preview.goto(f"{path}?lang=fr")
    seen = preview.locator("fieldset").all_text_contents()
    assert len(seen) > 15
    preview.close()
    for link in page.locator(".lists a").all():
        with page.expect_download() as saved:
            link.click()
        assert saved.value.path().read_bytes()[:4] in (b"%PDF", b"PK\x03\x04")
    return seen


def hand_out(page: Page) -> str:
    """Copy the links, look at the code and save the sheet of the students; return their link."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy all links").click()
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert [line.partition(": ")[0] for line in copied] == list(NUMBERS)
    student = copied[2].partition(": ")[2]

    card = page.locator(".link[data-group=student]")
    card.get_by_text("QR code and sheet to print").click()
    code = card.get_by_role("img")
    expect(code).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=code.element_handle())
    card.get_by_label("Language of the sheet").select_option("ar")
    with page.expect_download() as saved:
        card.get_by_role("link", name="Download the sheet").click()
    assert saved.value.path().read_bytes()[:4] == b"%PDF"
    return student


def watch(page: Page, system: LocalSystem, student: str) -> None:
    """See a submission arrive and save the chart."""
    page.goto("/en/participation/")
    row = page.get_by_role("row").filter(has_text="Students")
    expect(row).to_contain_text("0%")
    look(page)
    respondent = system.client()
    form = respondent.open_questionnaire(student)
    assert respondent.submit(form, {"a.C3": "4"}).status == 201
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # whoever comes back sees at once
    expect(row).to_contain_text("2%")
    for name, beginning in {"SVG": b"<svg", "PDF": b"%PDF", "PNG": b"\x89PNG"}.items():
        save = page.locator(".chart__downloads").get_by_text(name, exact=False).first
        with page.expect_download() as saved:
            save.click()
        assert saved.value.path().read_bytes()[:4] == beginning


def tab_to(page: Page, target: Locator) -> None:
    """Press the tab key until something has the focus."""
    for _ in range(120):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tab key does not lead to {target}")


def type_day(page: Page, field: Locator, day: date) -> None:
    """Type a day in the order in which this browser writes days."""
    for order in ("%m%d%Y", "%d%m%Y", "%Y%m%d"):
        while field.evaluate("node => node === document.activeElement"):
            page.keyboard.press("Shift+Tab")  # out of it again, to begin with its first part
        tab_to(page, field)
        page.keyboard.type(day.strftime(order))
        if field.input_value() == day.isoformat():
            return
    raise AssertionError("no order of day, month and year is understood")


def test_everything_can_be_done_with_the_keyboard_alone(page: Page, system: LocalSystem) -> None:
    first, last = days(system)
    page.goto("/en/setup/level/?level=post_secondary")
    expect(page.get_by_role("radio", name="Post-secondary")).to_be_checked()
    for name, number in NUMBERS.items():
        tab_to(page, page.get_by_label(name))
        page.keyboard.type(number)
    page.keyboard.press("Enter")

    page.wait_for_url("**/setup/questionnaire/**")
    expect(page.locator("#content")).to_be_visible()
    tab_to(page, page.locator("summary", has_text="Leadership"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("A4 "))
    page.keyboard.press("Space")
    expect(page.locator("#count-A")).to_have_text("1 of 2 optional chosen")
    tab_to(page, page.get_by_role("button", name="Write a statement"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".editor").get_by_label("Teachers").first)
    page.keyboard.press("Space")
    tab_to(page, page.locator(".editor").get_by_role("textbox", name="Statement"))
    page.keyboard.type("We share what works.")
    tab_to(page, page.get_by_role("button", name="Save the statement"))
    page.keyboard.press("Enter")
    expect(page.locator("#own-1")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Continue to the dates"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/setup/dates/**")
    expect(page.locator("#content")).to_be_visible()
    for name, day in (("First day", first), ("Last day", last)):
        type_day(page, page.get_by_label(name), day)
    tab_to(page, page.get_by_role("button", name="Save and continue"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/setup/activate/**")
    expect(page.locator("#content")).to_be_visible()
    for name in ("Staff, students and parents have been told", "I have checked everything"):
        tab_to(page, page.get_by_label(name))
        page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Activate the links"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The links are ready")).to_be_focused()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab_to(page, page.locator(".link[data-group=teacher]").get_by_role("button", name="Copy the link"))
    page.keyboard.press("Enter")
    expect(page.locator(".link[data-group=teacher]").get_by_role("status").first).to_have_text("Copied")
    assert "/s/" in page.evaluate("navigator.clipboard.readText()")
