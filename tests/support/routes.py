"""Every route of every function, from the Chalice apps' own tables, and the list of those that are for strangers.

A route that is new is found by itself: tests/architecture/test_routes.py asks for a reason when it names no school, and
tests/integration/test_every_route_refuses.py tries to get in.
"""

import importlib
from collections.abc import Mapping

from infra.functions import FUNCTIONS
from infra.local.people import RIVERSIDE, STEELWORKS

LINK_IN_MAIL = "whoever has the secret of a link that was sent to a school's addresses"
RESPONDENT = "respondents have no account: they have their group's link"
COMMUNITY = "the school community reads a plan by the secret that its coordinators gave it"
COLLEAGUE = "colleagues list tools in a data map by the secret that their coordinators gave them, until its last day"
BADGE = "a badge is shown by its school: its id has a secret part, and it holds no score"
OF_BADGES = {
    "/badges/did.json": "whoever verifies a badge needs our public key",
    "/badges/emblem.png": "the picture of every badge",
    "/badges/achievement/{locale}": "what a badge stands for",
    "/badges/status/{number}": "whoever verifies a badge asks whether it was revoked",
    "/badges/{badge}": BADGE,
    "/badges/{badge}/{file}": BADGE,
}
# For strangers, and why; nothing here may show or change anything of a school without a secret.
PUBLIC: Mapping[tuple[str, str], str] = {
    ("GET", "/auth/login"): "begins a log-in",
    ("GET", "/auth/callback"): "ends a log-in; checks the provider's answer and the browser that began it",
    ("POST", "/auth/backchannel-logout"): "the provider comes without a browser; its signature is checked",
    ("GET", "/api/sign-ups"): "says what the form needs",
    ("POST", "/api/sign-ups"): "a school signs up; a solved puzzle is asked for",
    ("POST", "/api/sign-ups/link"): LINK_IN_MAIL,
    ("POST", "/api/sign-ups/confirmation"): LINK_IN_MAIL,
    ("GET", "/api/puzzle"): "a puzzle for a form of strangers",
    ("POST", "/api/emails/link"): LINK_IN_MAIL,
    ("POST", "/api/emails/confirmation"): LINK_IN_MAIL,
    ("POST", "/api/takeovers"): "a school whose coordinators are gone; a solved puzzle is asked for",
    ("POST", "/api/coordinator-links/{kind}"): LINK_IN_MAIL,
    ("POST", "/api/coordinator-links/{kind}/confirmation"): LINK_IN_MAIL,
    ("GET", "/api/associations"): "says what the form needs",
    ("POST", "/api/associations"): "an old account, by its password; a solved puzzle is asked for",
    ("POST", "/api/associations/forgotten"): "an old account, by its mailbox; a solved puzzle is asked for",
    ("POST", "/api/associations/link"): LINK_IN_MAIL,
    ("POST", "/api/associations/confirmation"): LINK_IN_MAIL,
    ("GET", "/api/research/releases"): "what leaves of research data is entered in a public register",
    ("GET", "/api/calendar"): "the days of the sessions are no secret",
    ("GET", "/api/counts"): "the first page says how many there are, rounded down",
    ("GET", "/api/previews/{token}"): "whoever has the preview's link, for an hour",
    ("GET", "/s/{link}"): RESPONDENT,
    ("HEAD", "/s/{link}"): RESPONDENT,
    ("GET", "/s/{link}/questionnaire"): RESPONDENT,
    ("HEAD", "/s/{link}/questionnaire"): RESPONDENT,
    ("POST", "/s/{link}/questionnaire"): RESPONDENT,
    ("GET", "/s/{link}/submissions"): RESPONDENT,
    ("HEAD", "/s/{link}/submissions"): RESPONDENT,
    ("POST", "/s/{link}/submissions"): RESPONDENT,
    ("POST", "/s/{link}/certificate"): RESPONDENT,
    ("GET", "/plan/{plan}/{secret}"): COMMUNITY,
    ("HEAD", "/plan/{plan}/{secret}"): COMMUNITY,
    ("POST", "/api/data-map-links"): COLLEAGUE,
    ("POST", "/api/data-map-links/tools"): COLLEAGUE,
    ("PUT", "/api/data-map-links/tools/{number}"): COLLEAGUE,
    **{(method, path): why for path, why in OF_BADGES.items() for method in ("GET", "HEAD")},
}
# For every coordinator alike: nothing in the address names a school.
ANY_COORDINATOR: Mapping[tuple[str, str], str] = {
    ("GET", "/api/me"): "says which schools one has oneself",
    ("POST", "/auth/logout"): "ends one's own session",
    ("GET", "/auth/sessions"): "says when one's own sessions began",
    ("DELETE", "/auth/sessions"): "ends one's own sessions",
    ("GET", "/api/catalogue/{family}/{listed}"): "the questionnaire is the same for all",
}
# What stands in an address: what names a school is Robin's, what names a company Kim's.
PARAMETERS = {
    "school": RIVERSIDE.id,
    "company": STEELWORKS.id,
    "exercise": f"{RIVERSIDE.id}-2026-1-lower_secondary",
    "session": "2026-1",
    "group": "teacher",
    "number": "1",
    "role": "secondary",
    "locale": "en",
    "chart": "areas",
    "plan": f"{RIVERSIDE.id}-2026-lower_secondary-A",
    "part": "0",
    "family": "general",
    "listed": "statements",
}
OF_A_SCHOOL = ("{school}", "{company}", "{exercise}", "{plan}")


def routes() -> list[tuple[str, str]]:
    """Return method and path of every route."""
    apps = (
        getattr(importlib.import_module(f"functions.{each.folder}.app"), each.handler)
        for each in FUNCTIONS
        if each.serves_http
    )
    return sorted((method, path) for app in apps for path, methods in app.routes.items() for method in methods)
