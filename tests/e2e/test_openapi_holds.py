"""Schemathesis sends what the description allows, and much that it does not, to the running system.

No answer may be a fault of the server, one that the description does not name, or one whose headers are not safe.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.openapi import description
from tests.support.headers import complaints
from tests.support.local_system import LocalSystem, running_system
from tests.support.routes import PUBLIC


def headers_are_safe(ctx: Any, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """Hold every answer against the rules of tests/support/headers.py, whatever it answers."""
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    public = (case.method.upper(), case.path) in PUBLIC
    assert complaints(urlsplit(str(response.request.url)).path, headers, response.content, public=public) == []


CHECKS = [
    headers_are_safe,
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# What another test takes care of: the first leave the session that all calls share, the others lead to the provider.
LEFT_OUT = "/auth/"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    with running_system(tmp_path_factory.mktemp("described")) as started:
        yield started


@pytest.fixture(scope="module")
def known(system: LocalSystem) -> dict[str, str]:
    """Real ids, so that not every call ends at «unknown»; and what a coordinator's calls carry."""
    # Filling moves the clock, which ends every session.
    system.client().post_form(f"{system.url}/local/sample-school", {})
    client = system.signed_in()
    me = client.get("/api/me").json()
    school = me["schools"][0]["id"]
    exercises = client.get(f"/api/schools/{school}/exercises").json()["exercises"]
    cookies = client.cookies()
    return {
        "school": school,
        "exercise": exercises[0]["id"],
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRF-Token": me["csrf_token"],
        "Origin": system.url,
    }


@pytest.fixture(scope="module")
def served(system: LocalSystem) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{system.url}/openapi.json")


OPERATIONS = [
    (method, path)
    for path, methods in description()["paths"].items()
    for method in methods
    if not path.startswith(LEFT_OUT)
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_described(
    served: schemathesis.BaseSchema, known: dict[str, str], method: str, path: str
) -> None:
    headers = {name: known[name] for name in ("Cookie", "X-CSRF-Token", "Origin")}

    @given(case=served[path][method].as_strategy())
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_described(case: schemathesis.Case) -> None:
        case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=30)

    answers_as_described()
