"""Take pictures of every page of a running system, on phone and desk: python -m scripts.screenshots URL FOLDER."""

import json
import shutil
import sys
import urllib.request
from pathlib import Path
from typing import Any, Final

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

from infra.local.sample import DAYS

WIDTHS: Final = {"phone": 360, "desk": 1280}
# As root in a container Chromium has no sandbox; the others keep it from looking for the outside world.
ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def fetch(url: str, body: Any = None) -> Any:
    """Ask the console; a body makes it a POST."""
    content = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(url, content, {"Content-Type": "application/json"})) as answer:
        return json.load(answer)


def sign_in(page: Page, site: str, person: dict[str, str], path: str) -> None:
    """Sign in by hand, as a coordinator does."""
    page.goto(f"{site}/auth/login?return_to={path}")
    page.locator("input[autocomplete=username]").fill(person["name"])
    page.locator("input[type=password]").fill(person["password"])
    page.locator("input[autocomplete=one-time-code]").fill(pyotp.TOTP(person["totp_secret"]).now())
    page.locator("button[type=submit], button:not([type])").first.click()
    page.wait_for_url(f"{site}{path}**")


# As the page «Certification» asks; the same badge comes however often it is asked for.
ASK_FOR_BADGE: Final = """async ([school, session, locale]) => {
  const { csrf_token: token } = await (await fetch("/api/me")).json();
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
  const path = `/api/schools/${school}/sessions/${session}/badge`;
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify({ locale }) });
  return new URL((await answer.json()).address).pathname;
}"""


def badge(page: Page, exercise: str, locale: str) -> str:
    """Ask for the badge of an exercise's session and return where visitors see it."""
    school, year, number, _ = exercise.split("-")
    return f"{page.evaluate(ASK_FOR_BADGE, [school, f'{year}-{number}', locale])}?lang={locale}"


def pages(sample: dict[str, Any], locale: str) -> dict[str, str]:
    """Name all pages with their addresses."""
    running, closed, student = sample["running"], sample["closed"], sample["links"]["student"]
    teacher = sample["links"]["teacher"]
    return {
        "home": f"/{locale}/",
        "sign-up": f"/{locale}/sign-up/",
        "about": f"/{locale}/about/",
        "sessions": f"/{locale}/sessions/",
        "certification": f"/{locale}/certification/",
        "profile": f"/{locale}/profile/",
        "setup": f"/{locale}/setup/",
        "level": f"/{locale}/setup/level/",
        "questionnaire-step": f"/{locale}/setup/questionnaire/?exercise={running}",
        "dates": f"/{locale}/setup/dates/?exercise={running}",
        "activate": f"/{locale}/setup/activate/?exercise={running}",
        "participation": f"/{locale}/participation/?exercise={running}",
        "results": f"/{locale}/results/",
        "results-exercise": f"/{locale}/results/exercise/?exercise={closed}",
        "plans": f"/{locale}/plans/",
        "plan": f"/{locale}/plans/plan/?plan={sample['plan']}",
        "plan-new": f"/{locale}/plans/new/?exercise={closed}&statement=C10",
        "plan-shared": f"{sample['shared_plan']}?lang={locale}",
        "resources": f"/{locale}/resources/",
        "student-first": f"{student}?lang={locale}",
        "student-questions": f"{student}/questionnaire?lang={locale}",
        "teacher-questions": f"{teacher}/questionnaire?lang={locale}",
        "data-protection": f"/{locale}/data-protection/",
        "data-map": f"/{locale}/data-protection/map/",
        "data-map-tool": f"/{locale}/data-protection/map/tool/?tool=1&field=data",
        "data-map-rules": f"/{locale}/data-protection/map/rules/",
        "where-data-goes": f"/{locale}/where-does-my-data-go/",
        "where-data-goes-children": f"/{locale}/where-does-my-data-go/children/",
        "where-data-goes-student": f"/{locale}/where-does-my-data-go/pupil/",
        "privacy": f"/{locale}/privacy/",
        "research": f"/{locale}/research/",
        "unknown-link": f"/s/AAAAAAAAAAAAAAAAAAAAAA?lang={locale}",
        "console": "/local",
    }


def shoot(browser: Browser, site: str, folder: Path, locale: str, scheme: str) -> dict[str, Any]:
    """Visit every page once per width and keep a picture of its whole length; return what the sample school has."""
    sample, person = fetch(f"{site}/local/sample-school", {}), fetch(f"{site}/local/people.json")[0]
    context = browser.new_context(locale=locale, color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    sign_in(page, site, person, f"/{locale}/setup/")
    for name, path in (pages(sample, locale) | {"badge": badge(page, sample["closed"], locale)}).items():
        keep(page, site + path, folder / f"{locale}-{scheme}-{name}")
    context.close()
    return dict(sample)


def keep(page: Page, address: str, name: Path) -> None:
    """Visit a page once per width and keep a picture of its whole length."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=name.with_name(f"{name.name}-{device}.png"), full_page=True)


def shoot_company(browser: Browser, site: str, folder: Path, locales: list[str], exercise: str) -> None:
    """Visit a company's pages in every locale, when the exercise that it takes part in is over."""
    person = fetch(f"{site}/local/people.json")[2]
    fetch(f"{site}/local/clock", {"days": DAYS + 1})
    context = browser.new_context(locale=locales[0], color_scheme="light")
    page = context.new_page()
    sign_in(page, site, person, f"/{locales[0]}/company/")
    paths = {"company": "", "company-profile": "profile/", "company-results": f"results/?exercise={exercise}"}
    for locale in locales:
        for name, path in paths.items():
            keep(page, f"{site}/{locale}/company/{path}", folder / f"{locale}-light-{name}")
    context.close()


def main(site: str, folder: Path, locales: list[str]) -> None:
    """Shoot every locale in light, the first one in dark as well."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        samples = [shoot(browser, site, folder, locale, "light") for locale in locales]
        # Last: it moves the clock.
        shoot_company(browser, site, folder, locales, samples[0]["trained"])
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or ["en"])
