"""What a company sees of its own trainers once an exercise is over."""

from chalice.app import Chalice, Response

from functions.report import wiring
from selfie.http.coordinators import company_of, coordinator
from selfie.http.files import EXCEL, PDF, FileAnswer, SvgAnswer
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_query


def add_routes(app: Chalice) -> None:
    """Add the routes to an app."""

    @app.route("/api/companies/{company}/exercises/{exercise}/results", methods=["GET"])
    @as_problem
    def show_company_results(company: str, exercise: str) -> Response:
        """Answer the figures that a company may see, with their texts."""
        company_of(company, coordinator(app.current_request, wiring.entrance()))
        return json_answer(
            wiring.service().view_of_company(exercise, company, read_query(app.current_request, "locale"))
        )

    @app.route("/api/companies/{company}/exercises/{exercise}/workbook", methods=["GET"])
    @as_problem
    def download_company_workbook(company: str, exercise: str) -> Response:
        """Answer the same as Excel."""
        company_of(company, coordinator(app.current_request, wiring.entrance()))
        file = wiring.service().workbook_of_company(exercise, company, read_query(app.current_request, "locale"))
        return FileAnswer(file.content, EXCEL, file.name)

    @app.route("/api/companies/{company}/exercises/{exercise}/charts/{chart}", methods=["GET"])
    @as_problem
    def draw_company_chart(company: str, exercise: str, chart: str) -> Response:
        """Answer a chart of the same: SVG, or a PDF page to save."""
        company_of(company, coordinator(app.current_request, wiring.entrance()))
        if read_query(app.current_request, "format") == "pdf":
            page = wiring.service().chart_page_of_company(
                exercise, company, chart, read_query(app.current_request, "locale")
            )
            return FileAnswer(page.content, PDF, page.name)
        return SvgAnswer(
            wiring.service().chart_of_company(exercise, company, chart, read_query(app.current_request, "locale"))
        )
