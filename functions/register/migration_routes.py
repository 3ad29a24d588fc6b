"""Routes of those who associate an account of the former system."""

from collections.abc import Callable

from chalice.app import Chalice, Response

from functions.register import wiring
from functions.register.schemas import (
    Association,
    AssociationConfirmed,
    AssociationWithoutPassword,
    LinkShown,
)
from selfie.domain.account import POLICY_VERSION
from selfie.domain.errors import Invalid
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body


def add_routes(app: Chalice, with_claim: Callable[[Response, str], Response]) -> None:
    """Add the routes to an app; ``with_claim`` lets the browser keep what it may claim."""

    @app.route("/api/associations", methods=["GET"])
    @as_problem
    def association_form() -> Response:
        """Say until when an old account can be associated."""
        until = wiring.migration().open_until
        return json_answer({"until": until.isoformat() if until else None})

    @app.route("/api/associations", methods=["POST"])
    @as_problem
    def associate() -> Response:
        """Send a link; the answer is the same for every address and every password."""
        asked = read_body(app.current_request, Association)
        wiring.migration().ask(asked.email, asked.password, asked.locale, asked.puzzle)
        return json_answer({"status": "sent"}, 202)

    @app.route("/api/associations/forgotten", methods=["POST"])
    @as_problem
    def associate_without_password() -> Response:
        """Send a link to the school's addresses; the answer is the same for every address."""
        asked = read_body(app.current_request, AssociationWithoutPassword)
        wiring.migration().ask_without_password(asked.email, asked.locale, asked.puzzle)
        return json_answer({"status": "sent"}, 202)

    @app.route("/api/associations/link", methods=["POST"])
    @as_problem
    def shown_association() -> Response:
        """Say which school a link associates, and leave it."""
        school = wiring.migration().look(read_body(app.current_request, LinkShown).token)
        return json_answer({"school": school.name, "emails": school.emails, "policy": POLICY_VERSION})

    @app.route("/api/associations/confirmation", methods=["POST"])
    @as_problem
    def confirm_association() -> Response:
        """Use a link up; the browser goes on to the identity provider."""
        given = read_body(app.current_request, AssociationConfirmed)
        if given.locale not in wiring.locales():
            raise Invalid.one("locale", "not_offered")
        claim = wiring.migration().confirm(given.token, given.policy)
        return with_claim(json_answer({"log_in": f"/auth/login?return_to=/{given.locale}/setup/"}), claim)
