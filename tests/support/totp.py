"""One-time codes of people at the local identity provider, which takes each once."""

import time

import pyotp
from playwright.sync_api import Page, expect

from tests.support.local_system import LocalSystem

STEP_SECONDS = 30
_last_step: dict[str, int] = {}


def sign_in_at_provider(page: Page, system: LocalSystem, name: str) -> None:
    """Type name, password and a code; of codes that others used in the meantime, the next one is tried."""
    page.wait_for_url("**/interaction/**")
    person = system.person(name)
    secret = str(person["totp_secret"])
    while "/interaction/" in page.url:
        page.locator("[name=name]").fill(person["name"])
        page.locator("[name=password]").fill(person["password"])
        page.locator("[name=code]").fill(_next_code(secret))
        page.locator("button").first.click()
        expect(page.locator("main")).to_be_visible()


def _next_code(secret: str) -> str:
    # The provider takes codes of the steps beside the current one, each later than the one before.
    now = int(time.time()) // STEP_SECONDS
    step = max(_last_step.get(secret, 0) + 1, now - 1)
    while step > int(time.time()) // STEP_SECONDS + 1:
        time.sleep(0.5)
    _last_step[secret] = step
    return pyotp.TOTP(secret).at(step * STEP_SECONDS)
