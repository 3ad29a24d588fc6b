"""The description of the API is made from the routes and says what they really take and answer."""

from datetime import UTC, datetime, timedelta

import pytest
import schemathesis

from infra.functions import FUNCTIONS
from infra.openapi import Json, description
from infra.site import security_txt
from infra.stacks.api import routes_of
from tests.support.routes import PUBLIC


@pytest.fixture(scope="module")
def described() -> Json:
    return description("https://school.example")


def _operation(described: Json, method: str, path: str) -> Json:
    operation: Json = described["paths"][path][method]
    return operation


def test_it_is_a_valid_description(described: Json) -> None:
    schemathesis.openapi.from_dict(described).validate()


def test_every_route_is_described_once(described: Json) -> None:
    routes = {route for function in FUNCTIONS if function.serves_http for route in routes_of(function)}
    named = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert named == routes
    ids = [operation["operationId"] for methods in described["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))
    assert all(operation["summary"] for methods in described["paths"].values() for operation in methods.values())


def test_bodies_are_the_models_that_routes_read(described: Json) -> None:
    dates = _operation(described, "put", "/api/exercises/{exercise}/dates")
    schema = dates["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/DatesChange"}
    assert set(described["components"]["schemas"]["DatesChange"]["properties"]) == {
        "version",
        "first_day",
        "last_day",
    }


def test_a_route_says_who_may_call_it(described: Json) -> None:
    assert "security" not in _operation(described, "get", "/api/calendar")
    assert "security" not in _operation(described, "post", "/s/{link}/submissions")
    assert _operation(described, "get", "/api/me")["security"] == [{"session": []}]
    changing = _operation(described, "post", "/api/exercises/{exercise}/activation")
    assert changing["security"] == [{"session": [], "csrf": []}]


def test_every_route_but_those_for_strangers_asks_for_a_session(described: Json) -> None:
    open_to_all = {
        (method.upper(), path)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if "security" not in operation
    }
    assert open_to_all == set(PUBLIC)


def test_a_route_says_how_it_refuses(described: Json) -> None:
    def refusals(method: str, path: str) -> set[str]:
        return set(_operation(described, method, path)["responses"]["503"]["content"])

    assert refusals("get", "/api/calendar") == {"application/problem+json"}
    assert refusals("get", "/auth/login") == {"text/html"}
    assert refusals("post", "/s/{link}/submissions") == {"text/html", "application/json"}
    assert refusals("post", "/s/{link}/certificate") == {"text/html"}


def test_a_route_says_what_it_answers(described: Json) -> None:
    sent = _operation(described, "post", "/s/{link}/submissions")["responses"]
    assert {"text/html", "application/json"} == set(sent["201"]["content"])
    assert {"409", "410", "422"} <= set(sent)
    chart = _operation(described, "get", "/api/exercises/{exercise}/charts/{chart}")
    assert {"image/svg+xml", "application/pdf"} <= set(chart["responses"]["200"]["content"])
    assert {"format", "locale"} <= {entry["name"] for entry in chart["parameters"]}


def test_who_finds_a_hole_knows_whom_to_tell() -> None:
    text = security_txt("https://school.example", "security@example.org", datetime(2026, 11, 28, tzinfo=UTC))
    assert text.splitlines() == [
        "Contact: mailto:security@example.org",
        "Expires: 2027-11-01T00:00:00Z",
        "Preferred-Languages: en, fr",
        "Canonical: https://school.example/.well-known/security.txt",
    ]


@pytest.mark.parametrize("day", range(0, 366, 5))
def test_what_it_says_holds_for_ten_months_at_least_and_less_than_a_year(day: int) -> None:
    """RFC 9116 asks for less than a year; every deployment writes it anew."""
    built = datetime(2028, 1, 1, 23, 59, tzinfo=UTC) + timedelta(days=day)
    text = security_txt("https://school.example", "security@example.org", built)
    (expires,) = (line.removeprefix("Expires: ") for line in text.splitlines() if line.startswith("Expires: "))
    assert timedelta(days=300) < datetime.fromisoformat(expires) - built < timedelta(days=365)
