"""Whoever adds a route says whom it is for; tests/integration/test_every_route_refuses.py then tries to get in."""

import re

import pytest

from tests.support.routes import ANY_COORDINATOR, OF_A_SCHOOL, PARAMETERS, PUBLIC, routes


def test_a_route_that_names_no_school_is_for_strangers_or_for_every_coordinator_with_a_reason() -> None:
    free = {(method, path) for method, path in routes() if not any(part in path for part in OF_A_SCHOOL)}
    named = {route for route in PUBLIC if not any(part in route[1] for part in OF_A_SCHOOL)} | set(ANY_COORDINATOR)
    what_to_do = (
        "enter the route in PUBLIC (for strangers) or ANY_COORDINATOR of tests/support/routes.py with its reason; "
        "if its address names a school by another word, enter that in OF_A_SCHOOL and PARAMETERS"
    )
    assert sorted(free - named) == [], what_to_do
    assert sorted((set(PUBLIC) | set(ANY_COORDINATOR)) - set(routes())) == [], (
        "these are gone: take them out of the list"
    )


@pytest.mark.parametrize(("method", "path"), [route for route in routes() if route not in PUBLIC])
def test_the_walk_knows_what_stands_in_every_address(method: str, path: str) -> None:
    lacking = set(re.findall(r"{(\w+)}", path)) - set(PARAMETERS)
    assert not lacking, f"say in PARAMETERS of tests/support/routes.py what {sorted(lacking)} look like"
