"""What a company sees of its own trainers once an exercise is over."""

from chalice.app import Chalice, Response

from functions.report import wiring
from selfie.http.coordinators import company_of, coordinator
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_query


def add_routes(app: Chalice) -> None:
    """Add the routes to an app."""

    @app.route("/api/companies/{company}/exercises/{exercise}/results", methods=["GET"])
    @as_problem
    def show_company_results(company: str, exercise: str) -> Response:
        """Answer the figures that a company may see, with their texts."""
        session = coordinator(app.current_request, wiring.logins(), wiring.site_url(), wiring.now())
        company_of(company, session)
        locale = read_query(app.current_request, "locale")
        return json_answer(wiring.service().view_of_company(exercise, company, locale))
