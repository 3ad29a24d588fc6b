"""A company in a browser, on the whole system of one machine: sign-up, code, link; and the school that lets it in."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, Route, expect

from selfie_reporting.charts import svg
from selfie_reporting.row_charts import charts_of
from tests.support.company_results import company_view
from tests.support.local_system import LocalSystem
from tests.web.test_accounts import check, context, link_in, messages_to, page, sign_in_at_provider

__all__ = ["context", "page"]

ADDRESS = "office@bakery.example"


def vocational(system: LocalSystem, person: str) -> tuple[str, dict[str, str]]:
    """Activate a vocational exercise of a school; return its id and the coordinator's cookies."""
    client = system.signed_in(person)
    school = client.expect(200, "GET", "/api/me")["schools"][0]["id"]
    numbers = {"school_leader": 3, "teacher": 20, "student": 90, "in_company_trainer": 4}
    begins = {"level": "upper_secondary_vocational", "numbers": numbers}
    made = client.expect(201, "POST", f"/api/schools/{school}/exercises", begins)
    base, today = (
        f"/api/exercises/{made['id']}",
        date.fromisoformat(client.expect(200, "GET", "/api/calendar")["today"]),
    )
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=8)).isoformat()}
    made = client.expect(200, "PUT", f"{base}/dates", {"version": made["version"]} | days)
    client.expect(200, "POST", f"{base}/activation", {"version": made["version"], "informed": True})
    return str(made["id"]), client.cookies()


def both_ways(page: Page) -> None:
    """Look at a page on phone and desk."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        check(page)
    page.evaluate("document.documentElement.dir = 'ltr'")


def sign_up(page: Page, system: LocalSystem) -> None:
    """Make a company's account and sign in."""
    page.goto("/en/")
    page.get_by_role("link", name="For companies that train students").click()
    both_ways(page)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the address of your company.")
    page.get_by_label("E-mail address of the company").fill(ADDRESS)
    page.get_by_label("I have read what is kept and why").check()
    page.get_by_role("button", name="Send me the link").click()
    expect(page.locator("#sent")).to_be_visible()
    (message,) = messages_to(system, ADDRESS)
    assert message["subject"] == "Confirm the address of your company"
    page.goto(link_in(message["text"]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Name your company")
    page.get_by_label("Name of the company").fill("Bakery <Ltd>")
    page.get_by_label("Country").select_option(label="Ireland")
    page.get_by_role("button", name="Go on to the sign-in").click()
    sign_in_at_provider(page, system, "nora")
    expect(page.get_by_role("heading", level=1)).to_have_text("Exercises of your company")
    expect(page.locator("#account")).to_contain_text("Bakery <Ltd>")


def coordinators_page(browser: Browser, system: LocalSystem, cookies: dict[str, str]) -> Page:
    """Open a page of a coordinator who has signed in elsewhere."""
    context = browser.new_context(base_url=system.url, locale="en-GB")
    # Such cookies want https, which they do not on this machine's own address.
    url = system.url.replace("http:", "https:")
    context.add_cookies([{"name": name, "value": value, "url": url, "secure": True} for name, value in cookies.items()])
    return context.new_page()


def join(page: Page, system: LocalSystem, code: str) -> None:
    """Join by a code and get a link, then another one."""
    # What does not fit is named and stays where it was typed.
    page.get_by_label("Code from the school").fill("no code")
    page.get_by_label("How many of your trainers are invited?").fill("7")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("alert")).to_contain_text("Code from the school: This is not a code")
    expect(page.get_by_label("How many of your trainers are invited?")).to_have_value("7")
    page.get_by_label("Code from the school").fill(code.lower())
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("has joined the exercise of École de la Colline")
    both_ways(page)
    page.get_by_role("button", name="Get the link for your trainers").press("Enter")
    expect(page.locator("#said")).to_contain_text("The link is ready")
    first = page.locator(".link__address").inner_text()
    page.get_by_text("Replace this link").click()
    page.get_by_role("button", name="Make a new link").click()
    expect(page.locator("#said")).to_contain_text("The old one has stopped")
    link = page.locator(".link__address").inner_text()
    assert link != first
    assert system.client().get(first).status == 404
    form = system.client().open_questionnaire(link)
    assert form.hidden["token"]


def test_a_company_signs_up_joins_by_a_code_and_gets_its_link(
    page: Page, browser: Browser, local_system: LocalSystem
) -> None:
    sign_up(page, local_system)
    # The school makes a code, which is shown here and nowhere else.
    exercise, cookies = vocational(local_system, "camille")
    codes = coordinators_page(browser, local_system, cookies)
    codes.goto(f"/en/setup/activate/?exercise={exercise}")
    codes.get_by_role("link", name="Let companies join").click()
    codes.get_by_role("button", name="Make a code").click()
    code = codes.locator("#codes code").inner_text()
    both_ways(codes)
    codes.reload()
    expect(codes.locator("#joined")).to_be_attached()
    expect(codes.locator("#codes code")).to_have_count(0)

    join(page, local_system, code)
    codes.reload()
    expect(codes.locator("#joined")).to_contain_text("Bakery <Ltd>")
    expect(codes.locator("#trainers")).to_have_text("Together they have invited 7 trainers.")
    codes.context.close()

    # A company has no other pages, and its profile is its own.
    page.goto("/en/setup/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Exercises of your company")
    page.get_by_role("link", name="Company profile").click()
    expect(page.get_by_label("Name of the company")).to_have_value("Bakery <Ltd>")
    expect(page.get_by_text("Kind of school")).to_be_hidden()
    page.goto(f"/en/company/results/?exercise={exercise}")
    expect(page.get_by_role("heading", name="No figures of your company can be shown")).to_be_visible()
    both_ways(page)
    look_at_figures(page, exercise)


def look_at_figures(page: Page, exercise: str) -> None:
    """See what a company sees once its exercise is over, as if it were, and save it."""

    def figures(route: Route) -> None:
        locale = parse_qs(urlsplit(route.request.url).query)["locale"][0]
        route.fulfill(json=company_view(locale))

    def drawing(route: Route) -> None:
        name = urlsplit(route.request.url).path.rpartition("/")[2]
        route.fulfill(body=svg(charts_of(company_view("en"))[name]()), content_type="image/svg+xml")

    page.route("**/api/companies/*/exercises/*/results?*", figures)
    page.route("**/api/companies/*/exercises/*/charts/*", drawing)
    for locale in ("ar", "en"):
        page.goto(f"/{locale}/company/results/?exercise={exercise}")
        expect(page.locator("#wheel ~ .chart svg")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        both_ways(page)
    expect(page.locator("#counts")).to_have_text("6 of 7 trainers answered.")
    expect(page.locator("#overview ~ .bars")).to_contain_text("3.0")
    expect(page.get_by_role("heading", name="About the questionnaire")).to_be_visible()
    expect(page.get_by_role("heading", name="Who answered")).to_be_visible()
    company = urlsplit(page.evaluate("document.querySelector('#workbook').href")).path.split("/")[3]
    for place in ("#overview", "#area-A", "#wheel", "#experience"):
        svg_link = page.locator(f"section:has({place}) .chart__downloads a").first
        assert urlsplit(str(svg_link.get_attribute("href"))).path.startswith(f"/api/companies/{company}/exercises/")
    with page.expect_download() as saved:
        page.locator("section[aria-labelledby=overview] .chart__save").click()
    assert saved.value.path().read_bytes()[:4] == b"\x89PNG"
