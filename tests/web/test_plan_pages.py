"""Action plans in a browser, on the real routes: written, shared, measured, and never overwritten by somebody else."""

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from chalice.test import Client
from playwright.sync_api import Page, Route, expect

from functions.plan import app as plan_app
from functions.plan import wiring as plan_wiring
from functions.plan.pages import Pages
from functions.report import app as report_app
from functions.report import wiring as report_wiring
from infra.headers import SECURITY_HEADERS
from selfie.http.coordinators import COOKIE, Entrance
from selfie_reporting.words import words
from tests.support.plans import EXAMPLE, NEXT, ask_again, planning_system, signed_in_logins
from tests.support.reports import SCHOOL
from tests.web.fake_api import SiteServer
from tests.web.test_pages import sideways, visit

PLAN = f"{SCHOOL.id}-2024-lower_secondary-C"
LOCALES = ("en", "fr", "ar")
SITE = "https://selfie.example"


@pytest.fixture
def it(page: Page, server: SiteServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A school with results whose pages talk to the routes of plans and reports."""
    made = planning_system()
    made.reports = made.reports.__class__(
        **{name: getattr(made.reports, name) for name in made.reports.__slots__ if name != "locales"}
        | {"locales": LOCALES}
    )
    static = next((server.api.site / "static").iterdir()).name
    for wiring in (plan_wiring, report_wiring):
        monkeypatch.setattr(wiring, "entrance", lambda: Entrance(signed_in_logins(made.clock()), SITE, made.clock))
    monkeypatch.setattr(plan_wiring, "planning", lambda: made.planning)
    monkeypatch.setattr(plan_wiring, "pages", lambda: Pages(f"/static/{static}", LOCALES))
    monkeypatch.setattr(plan_wiring, "locales", lambda: LOCALES)
    monkeypatch.setattr(report_wiring, "service", lambda: made.reports)
    monkeypatch.setattr(report_wiring, "words", lambda locale: words(locale or "en"))
    with Client(plan_app.app) as plans, Client(plan_app.community) as community, Client(report_app.app) as reports:

        def answer(route: Route) -> None:
            url = urlsplit(route.request.url)
            path = f"{url.path}?{url.query}"
            headers = {"Content-Type": "application/json", "Accept": "*/*", "X-CSRF-Token": "csrf"}
            body = (route.request.post_data or "").encode()
            if url.path == "/api/me":
                schools = [{"id": SCHOOL.id, "name": SCHOOL.name, "country": "IE", "locale": "en"}]
                route.fulfill(json={"schools": schools, "csrf_token": "csrf"})
                return
            if url.path.startswith("/plan/"):
                got = community.http.get(path, headers={"Accept-Language": "en"})
            else:
                called = plans if "/plans" in url.path else reports
                headers["Cookie"] = f"{COOKIE}=mine"
                got = called.http.request(route.request.method, path, headers=headers, body=body)
            route.fulfill(status=got.status_code, headers={**SECURITY_HEADERS, **got.headers}, body=got.body)

        page.route(re.compile(r"^[^?]*//[^/]+/(api|plan)/"), answer)
        made.call = lambda method, path, body: plans.http.request(
            method,
            path,
            headers={"Cookie": f"{COOKIE}=mine", "X-CSRF-Token": "csrf", "Content-Type": "application/json"},
            body=json.dumps(body).encode(),
        )
        yield made


def with_example(it: SimpleNamespace) -> None:
    """Write the guide's example down."""
    it.planning.begin(it.exercise.id, 2024, "C", ["C10"])
    assert it.call("PUT", f"/api/plans/{PLAN}", {"version": 0, "statements": EXAMPLE}).status_code == 200


def save(page: Page) -> None:
    """Press the button of the form that is open."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".plan-editor")).to_have_count(0)


def add_activity(page: Page, activity: dict[str, str]) -> None:
    """Write one line of the guide's table down."""
    page.get_by_role("button", name="Add an activity").click()
    labels = {
        "What is done?": "text",
        "Resources": "resources",
        "Budget": "budget",
        "Who": "persons",
        "From": "first_day",
        "By": "last_day",
    }
    for label, name in labels.items():
        page.get_by_label(label, exact=True).fill(activity.get(name, ""))
    page.get_by_label("State", exact=True).select_option(activity.get("status", "planned"))
    save(page)


def test_the_guides_example_from_an_insight_to_a_target_that_is_met(page: Page, it: SimpleNamespace) -> None:
    (objective,) = EXAMPLE[0]["objectives"]
    visit(page, f"results/exercise/?exercise={it.exercise.id}")
    page.get_by_role("link", name=re.compile("Make a plan from this")).first.click()
    page.wait_for_url("**/plans/new/**")
    visit(page, f"plans/new/?exercise={it.exercise.id}&statement=C10")
    expect(page.get_by_label("Area")).to_have_value("C")
    expect(page.get_by_label("C10 ")).to_be_checked()
    page.get_by_role("button", name="Begin the plan").click()

    page.get_by_role("button", name="Add an objective").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("This is missing")
    page.get_by_label("What do you want to reach?").fill(objective["text"])
    save(page)

    page.get_by_role("button", name="Add a target").click()
    page.get_by_label("Which figure would show it?").select_option("device_access")
    for option in ("shared_free", "own"):
        page.locator(f"input[value={option}]").check()
    expect(page.locator(".plan-editor__figure")).to_have_text("2024–2025, session 1: 35%")
    page.get_by_label("Target", exact=True).fill("101")
    page.get_by_label("Note").fill(objective["measurements"][0]["note"])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("This number is too large")
    page.get_by_label("Target", exact=True).fill("80")
    save(page)

    for activity in objective["activities"]:
        add_activity(page, activity)
    written = it.plans.get(PLAN).objectives[0]
    assert [(a.text, a.persons, a.budget, a.status.value) for a in written.activities] == [
        (a["text"], a.get("persons", ""), a.get("budget", ""), a.get("status", "planned"))
        for a in objective["activities"]
    ]
    assert written.measurements[0].target.options == ("shared_free", "own")
    expect(page.locator(".measurement")).to_contain_text("at least 80%")

    page.get_by_label("Budgets").check()
    page.get_by_role("button", name="Make the link").click()
    link = page.locator(".link__address").inner_text()

    ask_again(it)
    visit(page, f"plans/plan/?plan={PLAN}")
    expect(page.locator(".measurement")).to_contain_text(re.compile("35%.*85%.*Target met", re.DOTALL))
    visit(page, "plans/")
    expect(page.locator(".plans .card")).to_contain_text("1 of 1 target met")
    visit(page, f"results/exercise/?exercise={NEXT}")
    row = page.locator(".targets tbody tr")
    expect(row).to_contain_text(re.compile(r"at least 80%\s*35%\s*85%\s*Target met", re.DOTALL))

    page.goto(urlsplit(link).path)
    expect(page.locator("main")).to_contain_text("Target met")
    expect(page.locator("main")).to_contain_text("12 000 €")
    expect(page.locator("main")).not_to_contain_text("Ada Quill")
    visit(page, f"plans/plan/?plan={PLAN}")
    page.get_by_role("button", name="Take the link back").click()
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.locator(".link__address")).to_have_count(0)
    assert page.goto(urlsplit(link).path).status == 404
    expect(page.get_by_role("heading", name="This link leads nowhere")).to_be_visible()


def test_what_two_coordinators_write_at_once_is_kept(page: Page, it: SimpleNamespace) -> None:
    with_example(it)
    visit(page, f"plans/plan/?plan={PLAN}")

    def other_one(**changes: str) -> None:
        """Change the first activity, as the other coordinator does."""
        whole = it.call("GET", f"/api/plans/{PLAN}", None).json_body
        statements = json.loads(json.dumps(whole["statements"]))
        sent = [
            {
                "code": s["code"],
                "objectives": [
                    {
                        "number": o["number"],
                        "text": o["text"],
                        "measurements": [{k: m[k] for k in ("number", "note", "target")} for m in o["measurements"]],
                        "activities": [{k: v for k, v in a.items() if k != "status_name"} for a in o["activities"]],
                    }
                    for o in s["objectives"]
                ],
            }
            for s in statements
        ]
        sent[0]["objectives"][0]["activities"][0] |= changes
        answer = it.call("PUT", f"/api/plans/{PLAN}", {"version": whole["version"], "statements": sent})
        assert answer.status_code == 200, answer.body

    # Another part: both changes go in, and nobody notices.
    page.locator(".activity").nth(1).get_by_role("button", name="Edit").click()
    page.get_by_label("Who", exact=True).fill("Bea")
    other_one(persons="Carl")
    save(page)
    assert [a.persons for a in it.plans.get(PLAN).objectives[0].activities[:2]] == ["Carl", "Bea"]

    # The same part: what was typed stays, what the other one wrote is shown, and saving again is a decision.
    page.locator(".activity").nth(0).get_by_role("button", name="Edit").click()
    page.get_by_label("Who", exact=True).fill("Dora")
    other_one(persons="Emil")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("Emil")
    expect(page.get_by_label("Who", exact=True)).to_have_value("Dora")
    assert it.plans.get(PLAN).objectives[0].activities[0].persons == "Emil"
    save(page)
    assert it.plans.get(PLAN).objectives[0].activities[0].persons == "Dora"

    # Nothing is deleted that somebody has just changed.
    page.locator(".activity").nth(0).get_by_role("button", name="Delete").click()
    other_one(persons="Finn")
    page.get_by_role("button", name="Yes, delete it").click()
    expect(page.get_by_role("status").first).to_contain_text("not deleted")
    assert it.plans.get(PLAN).objectives[0].activities[0].persons == "Finn"


# As tests/web/test_pages.py goes through the pages whose API is the fake one: these talk to real routes.
@pytest.mark.parametrize(
    ("locale", "widths", "scheme"), [("en", (320, 1280), "light"), ("ar", (320,), "light"), ("fr", (320,), "dark")]
)
def test_plans_are_accessible_and_fit(
    page: Page, it: SimpleNamespace, locale: str, widths: tuple[int, ...], scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    with_example(it)
    ask_again(it)
    shared = it.planning.share(PLAN, 1, persons=True, budget=True).sharing
    addresses = {
        "list": f"/{locale}/plans/",
        "new": f"/{locale}/plans/new/?exercise={NEXT}",
        "plan": f"/{locale}/plans/plan/?plan={PLAN}",
        "shared": f"/plan/{PLAN}/{shared.secret}?lang={locale}",
        "nowhere": f"/plan/{PLAN}/nothing?lang={locale}",
    }
    for name, address in addresses.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if name == "plan":
            page.locator(".measurement button").first.click()
            page.locator("main details").first.evaluate("node => { node.open = true; }")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 740})
            violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            found = [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations]
            assert (name, width, found) == (name, width, [])
            assert (name, width, sideways(page)) == (name, width, 0)
        assert page.locator("[style]").count() == 0


def test_a_plan_is_written_with_the_keyboard_alone(page: Page, it: SimpleNamespace) -> None:
    it.planning.begin(it.exercise.id, 2024, "C", ["C10"])
    visit(page, f"plans/plan/?plan={PLAN}")
    page.get_by_role("button", name="Add an objective").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add an objective")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Everybody has a device.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#statement-C10")).to_be_focused()
    assert it.plans.get(PLAN).objectives[0].text == "Everybody has a device."
