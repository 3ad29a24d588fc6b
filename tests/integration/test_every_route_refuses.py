"""Every route of every function is walked as a stranger, as the coordinator of another school and as another site.

The routes come from the Chalice apps' own tables: whoever adds one is walked too, without doing anything. Where a route
is for strangers, it is named here with the reason; everything else must refuse before it looks at what was sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from infra.functions import FUNCTIONS
from infra.local.client import Answer, Client
from infra.local.people import RIVERSIDE
from infra.stacks.api import routes_of
from tests.support.local_system import LocalSystem

LINK_IN_MAIL = "whoever has the secret of a link that was sent to a school's addresses"
RESPONDENT = "respondents have no account: they have their group's link"
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
    ("GET", "/api/calendar"): "the days of the sessions are no secret",
    ("GET", "/api/catalogue/{family}/{listed}"): "the questionnaire is no secret",
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
}
# For every coordinator alike: nothing in the address names a school.
ANY_COORDINATOR: Mapping[tuple[str, str], str] = {
    ("GET", "/api/me"): "says which schools one has oneself",
    ("POST", "/auth/logout"): "ends one's own session",
}
# What stands in an address; «school» and «exercise» are Robin's, whom the walk is not.
PARAMETERS = {
    "school": RIVERSIDE.id,
    "exercise": f"{RIVERSIDE.id}-2026-1-lower_secondary",
    "session": "2026-1",
    "group": "teacher",
    "number": "1",
    "role": "secondary",
    "locale": "en",
    "chart": "areas",
}
OF_A_SCHOOL = ("{school}", "{exercise}")
ROUTES = sorted((path, method) for each in FUNCTIONS if each.serves_http for method, path in routes_of(each))

WHAT_TO_DO = """
{method} {path} did not refuse {who}: it answered {status} {code}.
If the route is for coordinators, begin it with the session: signed_in / coordinator(…), and coordinator_of or
coordinator_of_exercise, before anything is read or parsed. If it is for strangers, enter it in PUBLIC in
tests/integration/test_every_route_refuses.py with the reason why that shows and changes nothing of a school.
"""


@dataclass(frozen=True)
class Walkers:
    """Who tries: nobody in particular, the coordinator of another school, and Robin without the session's token."""

    stranger: Client
    other: Client
    robin: Client


@pytest.fixture(scope="module")
def walkers(local_system: LocalSystem) -> Walkers:
    return Walkers(local_system.client(), local_system.signed_in("camille"), local_system.signed_in("robin"))


def ask(client: Client, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Send an empty object to a route, with the session's token unless other headers are given."""
    lacking = set(re.findall(r"{(\w+)}", path)) - set(PARAMETERS)
    assert not lacking, f"say in PARAMETERS what {sorted(lacking)} of {method} {path} look like"
    return client.call(method, path.format(**PARAMETERS), {} if method in {"POST", "PUT"} else None, headers)


def check(who: str, method: str, path: str, answer: Answer, allowed: Mapping[int, set[str]]) -> None:
    """Fail with what to do about it."""
    kind = answer.headers.get("Content-Type", "")
    code: Any = answer.json().get("code", "") if answer.body and "json" in kind else ""
    seen = WHAT_TO_DO.format(method=method, path=path, who=who, status=answer.status, code=code)
    assert code in allowed.get(answer.status, set()), seen


def test_every_route_is_of_a_school_or_named_with_a_reason() -> None:
    free = {(method, path) for path, method in ROUTES if not any(part in path for part in OF_A_SCHOOL)}
    assert free == set(PUBLIC) | set(ANY_COORDINATOR), (
        "a route that names no school is new or gone: enter it in PUBLIC or ANY_COORDINATOR with its reason, or take "
        "it out"
    )


@pytest.mark.parametrize(("path", "method"), [route for route in ROUTES if (route[1], route[0]) not in PUBLIC])
def test_strangers_other_schools_and_other_sites_are_refused(walkers: Walkers, method: str, path: str) -> None:
    check("a stranger", method, path, ask(walkers.stranger, method, path), {401: {"not_signed_in"}})
    if method not in {"GET", "HEAD"}:
        for lacking in ({"X-CSRF-Token": "x"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = ask(walkers.robin, method, path, lacking)
            check("another site", method, path, answer, {403: {"cross_site_request"}})
    if (method, path) not in ANY_COORDINATOR:
        answer = ask(walkers.other, method, path)
        check("the coordinator of another school", method, path, answer, {403: {"other_school"}})


def test_the_other_coordinator_is_let_in_at_home(walkers: Walkers) -> None:
    home = walkers.other.expect(200, "GET", "/api/me")["schools"][0]["id"]
    assert walkers.other.call("GET", f"/api/schools/{home}/profile").status == 200
    assert walkers.robin.call("GET", f"/api/schools/{RIVERSIDE.id}/profile").status == 200
