"""Every route of every function is walked as a stranger, as the coordinator of another school and as another site.

The routes come from the Chalice apps' own tables: whoever adds one is walked too, without doing anything. Where a route
is for strangers, it is named here with the reason; everything else must refuse before it looks at what was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.client import Answer, Client
from infra.local.people import RIVERSIDE
from tests.support.local_system import LocalSystem
from tests.support.routes import ANY_COORDINATOR, PARAMETERS, PUBLIC, routes

WHAT_TO_DO = """
{method} {path} did not refuse {who}: it answered {status} {code}.
If the route is for coordinators, begin it with the session: signed_in / coordinator(…), and coordinator_of or
coordinator_of_exercise, before anything is read or parsed. If it is for strangers, enter it in PUBLIC in
tests/support/routes.py with the reason why that shows and changes nothing of a school.
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
    return client.call(method, path.format(**PARAMETERS), {} if method in {"POST", "PUT"} else None, headers)


def check(who: str, method: str, path: str, answer: Answer, allowed: Mapping[int, set[str]]) -> None:
    """Fail with what to do about it."""
    kind = answer.headers.get("Content-Type", "")
    code: Any = answer.json().get("code", "") if answer.body and "json" in kind else ""
    seen = WHAT_TO_DO.format(method=method, path=path, who=who, status=answer.status, code=code)
    assert code in allowed.get(answer.status, set()), seen


@pytest.mark.parametrize(("method", "path"), [route for route in routes() if route not in PUBLIC])
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
