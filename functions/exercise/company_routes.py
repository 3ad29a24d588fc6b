"""Routes of companies in a school's exercise, and of the school that hands out codes to them."""

from typing import Any

from chalice.app import Chalice, Response

from functions.exercise import wiring
from functions.exercise.companies import CompanyListing
from functions.exercise.schemas import CompanyJoins, TrainersChange
from selfie.domain.company import companies_trainers
from selfie.http.coordinators import company_of, coordinator, coordinator_of_exercise
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body


def add_routes(app: Chalice) -> None:
    """Add the routes to an app."""

    @app.route("/api/exercises/{exercise}/company-codes", methods=["POST"])
    @as_problem
    def offer_code(exercise: str) -> Response:
        """Make a code for one company; it is shown in this answer and never again."""
        coordinator_of_exercise(exercise, coordinator(app.current_request, wiring.entrance()))
        return json_answer({"code": wiring.training().offer_code(exercise)}, 201)

    @app.route("/api/exercises/{exercise}/companies", methods=["GET"])
    @as_problem
    def show_companies(exercise: str) -> Response:
        """List the companies of an exercise; how many of whose trainers answered is nowhere."""
        coordinator_of_exercise(exercise, coordinator(app.current_request, wiring.entrance()))
        found = wiring.training().joined(exercise)
        return json_answer(
            {
                "companies": [{"name": company.name, "has_link": bool(joined.link)} for company, joined in found],
                "trainers": companies_trainers([joined for _, joined in found]),
            }
        )

    @app.route("/api/companies/{company}/exercises", methods=["GET"])
    @as_problem
    def list_joined(company: str) -> Response:
        """List the exercises that a company has joined."""
        company_of(company, coordinator(app.current_request, wiring.entrance()))
        return json_answer({"exercises": [_listing_json(entry) for entry in wiring.training().listed(company)]})

    @app.route("/api/companies/{company}/exercises", methods=["POST"])
    @as_problem
    def join(company: str) -> Response:
        """Join an exercise by a code."""
        company_of(company, coordinator(app.current_request, wiring.entrance()))
        given = read_body(app.current_request, CompanyJoins)
        return json_answer(_listing_json(wiring.training().join(company, given.code, given.trainers)), 201)

    @app.route("/api/companies/{company}/exercises/{exercise}", methods=["PUT"])
    @as_problem
    def change_trainers(company: str, exercise: str) -> Response:
        """Change how many trainers are invited."""
        company_of(company, coordinator(app.current_request, wiring.entrance()))
        given = read_body(app.current_request, TrainersChange)
        return json_answer(_listing_json(wiring.training().change_trainers(company, exercise, given.trainers)))

    @app.route("/api/companies/{company}/exercises/{exercise}", methods=["DELETE"])
    @as_problem
    def leave(company: str, exercise: str) -> Response:
        """Leave an exercise."""
        company_of(company, coordinator(app.current_request, wiring.entrance()))
        wiring.training().leave(company, exercise)
        return Response("", status_code=204)

    @app.route("/api/companies/{company}/exercises/{exercise}/link", methods=["POST"])
    @as_problem
    def new_link(company: str, exercise: str) -> Response:
        """Give the trainers their link, or another one instead."""
        company_of(company, coordinator(app.current_request, wiring.entrance()))
        return json_answer(_listing_json(wiring.training().new_link(company, exercise)))


def _listing_json(entry: CompanyListing) -> dict[str, Any]:
    """Write what a company sees of an exercise: nothing of other companies, nothing of other groups."""
    exercise, joined = entry.exercise, entry.joined
    first_day, last_day = (exercise.first_day, exercise.last_day) if exercise else (None, None)
    return {
        "exercise": joined.exercise_id,
        "school": entry.school.name,
        "session_id": joined.exercise_id.split("-", 1)[1].rpartition("-")[0],
        "state": entry.phase or "withdrawn",
        "first_day": first_day.isoformat() if first_day else None,
        "last_day": last_day.isoformat() if last_day else None,
        "trainers": joined.trainers,
        "submitted": entry.submitted,
        "link": f"/s/{joined.link}" if joined.link else None,
    }
