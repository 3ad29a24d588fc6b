"""The route of the counts that the first page shows."""

from chalice.app import Chalice, Response

from functions.exercise import wiring
from selfie.domain.public_counts import shown
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer

# The CDN keeps an answer so long: however many come to the first page, the counters are read once an hour.
AN_HOUR = {"Cache-Control": "public, max-age=3600"}


def add_routes(app: Chalice) -> None:
    """Add the route to an app."""

    @app.route("/api/counts", methods=["GET"])
    @as_problem
    def counts() -> Response:
        """Say how many schools, people and countries there are at least; null where there are too few to say."""
        seen = shown(wiring.public_counters().read())
        said = {"schools": seen.schools, "people": seen.people, "countries": seen.countries}
        return json_answer(said, headers=AN_HOUR)
