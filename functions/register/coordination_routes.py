"""Routes of changing who coordinates a school."""

from collections.abc import Callable
from typing import Final

from chalice.app import Chalice, Response

from functions.register import wiring
from functions.register.access import coordinates_afresh
from functions.register.schemas import LinkShown, Takeover
from selfie.domain.account import LinkPurpose, Role
from selfie.domain.errors import Unknown
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_choice

# What stands in an address for each kind of link.
KINDS: Final = {
    "invitation": LinkPurpose.INVITATION,
    "removal": LinkPurpose.REMOVAL,
    "undo": LinkPurpose.UNDO,
}


def add_routes(app: Chalice, with_claim: Callable[[Response, str], Response]) -> None:
    """Add the routes to an app; ``with_claim`` lets the browser keep what it may claim."""

    @app.route("/api/schools/{school}/coordinators/{role}/invitation", methods=["POST"])
    @as_problem
    def invite(school: str, role: str) -> Response:
        """Send all the school's addresses a link with which somebody takes a role."""
        coordinates_afresh(app.current_request, school)
        wiring.coordination().invite(school, read_choice(Role, role))
        return json_answer({"status": "sent"}, 202)

    @app.route("/api/schools/{school}/coordinators/{role}/removal", methods=["POST"])
    @as_problem
    def ask_removal(school: str, role: str) -> Response:
        """Send all the school's addresses a link that takes a role away."""
        coordinates_afresh(app.current_request, school)
        wiring.coordination().ask_removal(school, read_choice(Role, role))
        return json_answer({"status": "sent"}, 202)

    @app.route("/api/takeovers", methods=["POST"])
    @as_problem
    def ask_takeover() -> Response:
        """Send a link to a school whose coordinators are gone; the answer is the same for every address."""
        asked = read_body(app.current_request, Takeover)
        wiring.coordination().ask_takeover(asked.email, asked.locale, asked.puzzle)
        return json_answer({"status": "sent"}, 202)

    @app.route("/api/coordinator-links/{kind}", methods=["POST"])
    @as_problem
    def shown_coordinator_link(kind: str) -> Response:
        """Say what a link does and leave it; its secret part is in the body, where no log sees it."""
        shown = wiring.coordination().look(_purpose(kind), read_body(app.current_request, LinkShown).token)
        return json_answer({"school": shown.school.name, "role": shown.role, "replaces": shown.replaces})

    @app.route("/api/coordinator-links/{kind}/confirmation", methods=["POST"])
    @as_problem
    def use_coordinator_link(kind: str) -> Response:
        """Use a link up; after an invitation the browser goes on to the identity provider."""
        purpose, token = _purpose(kind), read_body(app.current_request, LinkShown).token
        use_cases = wiring.coordination()
        if purpose is LinkPurpose.INVITATION:
            claim, school = use_cases.accept(token)
            # Afresh: a provider that still knows somebody else in this browser would make them the coordinator.
            log_in = f"/auth/login?fresh=yes&return_to=/{school.locale}/profile/"
            return with_claim(json_answer({"log_in": log_in}), claim)
        changed = use_cases.remove(token) if purpose is LinkPurpose.REMOVAL else use_cases.undo(token)
        until = changed.blocked_until
        return json_answer({"status": "done", "blocked_until": until.isoformat() if until else None})


def _purpose(kind: str) -> LinkPurpose:
    if kind not in KINDS:
        raise Unknown
    return KINDS[kind]
