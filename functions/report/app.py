"""Routes of results, documents and respondents' certificates, and the tasks of the state machine ``build_report``."""

from typing import Any

from chalice.app import Response

from functions.report import company_routes, wiring
from functions.report.schemas import (
    CoordinatorCertificateRequest,
    DocumentRequest,
    RecordTask,
    ReportTask,
    SendTask,
    read_certificate_form,
)
from selfie.domain.errors import SelfieError
from selfie.domain.school import RespondentGroup
from selfie.http.app import make_app
from selfie.http.coordinators import coordinator, coordinator_of, coordinator_of_exercise
from selfie.http.files import EXCEL, PDF, FileAnswer, SvgAnswer
from selfie.http.pages import as_page, html_answer, readers_locale
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_choice, read_number, read_query
from selfie.http.router import Router
from selfie.http.statuses import headers_of, status_of
from selfie.observability import count, log
from selfie.ports import CoordinatorSession, DocumentState

app = make_app("report")
# A function of its own: respondents' requests are logged nowhere, and their first page does not wait for a PDF library.
certificate = Router("certificate")
# Another one of its own: it alone of the coordinators' functions here may sign what respondents use.
code_slips = make_app("code_slips")


@app.route("/api/schools/{school}/results", methods=["GET"])
@as_problem
def list_results(school: str) -> Response:
    """List every level in every session."""
    coordinator_of(school, _coordinator())
    said = wiring.words(read_query(app.current_request, "locale"))
    return json_answer(
        {
            "sessions": [
                {
                    "id": session.session_id,
                    "school_year": int(session.session_id.split("-")[0]),
                    "number": int(session.session_id.split("-")[1]),
                    "name": said.session(session.session_id),
                    "levels": [
                        {
                            "level": entry.level,
                            "level_name": said.levels[entry.level],
                            "state": entry.state,
                            "exercise": entry.exercise_id,
                            "until": entry.until.isoformat() if entry.until else None,
                        }
                        for entry in session.levels
                    ],
                }
                for session in wiring.service().listing(school)
            ]
        }
    )


@app.route("/api/exercises/{exercise}/results", methods=["GET"])
@as_problem
def show_results(exercise: str) -> Response:
    """Answer the published results with their texts."""
    coordinator_of_exercise(exercise, _coordinator())
    return json_answer(wiring.service().view(exercise, _locale()))


@app.route("/api/exercises/{exercise}/comparison", methods=["GET"])
@as_problem
def compare_results(exercise: str) -> Response:
    """Answer the results relative to those of another exercise, which `with` names."""
    asking = _coordinator()
    other = read_query(app.current_request, "with") or ""
    for compared in (exercise, other):
        coordinator_of_exercise(compared, asking)
    return json_answer(wiring.service().comparison(exercise, other, _locale()))


@app.route("/api/exercises/{exercise}/development", methods=["GET"])
@as_problem
def show_development(exercise: str) -> Response:
    """Answer the means of all exercises of the level."""
    coordinator_of_exercise(exercise, _coordinator())
    return json_answer(wiring.service().development(exercise, _locale()))


@app.route("/api/exercises/{exercise}/insights", methods=["GET"])
@as_problem
def show_insights(exercise: str) -> Response:
    """Answer what stands out in the results."""
    coordinator_of_exercise(exercise, _coordinator())
    return json_answer(wiring.service().insights(exercise, _locale()))


@app.route("/api/exercises/{exercise}/workbook", methods=["GET"])
@as_problem
def download_workbook(exercise: str) -> Response:
    """Answer the Excel workbook."""
    coordinator_of_exercise(exercise, _coordinator())
    file = wiring.service().workbook(exercise, _locale())
    return FileAnswer(file.content, EXCEL, file.name)


@app.route("/api/exercises/{exercise}/slides", methods=["GET"])
@as_problem
def download_slides(exercise: str) -> Response:
    """Answer slides for the wall."""
    coordinator_of_exercise(exercise, _coordinator())
    file = wiring.service().slides(exercise, _locale())
    return FileAnswer(file.content, PDF, file.name)


@app.route("/api/exercises/{exercise}/charts/{chart}", methods=["GET"])
@as_problem
def draw_chart(exercise: str, chart: str) -> Response:
    """Answer a chart: SVG, or a PDF page to save."""
    coordinator_of_exercise(exercise, _coordinator())
    if read_query(app.current_request, "format") == "pdf":
        page = wiring.service().chart_page(exercise, chart, _locale())
        return FileAnswer(page.content, PDF, page.name)
    return SvgAnswer(wiring.service().chart(exercise, chart, _locale()))


@app.route("/api/exercises/{exercise}/documents", methods=["GET"])
@as_problem
def list_documents(exercise: str) -> Response:
    """List the documents that were asked for."""
    coordinator_of_exercise(exercise, _coordinator())
    entries = wiring.service().requested(exercise)
    return json_answer({"documents": [{"locale": entry.locale, "state": entry.state} for entry in entries]})


@app.route("/api/exercises/{exercise}/documents", methods=["POST"])
@as_problem
def request_document(exercise: str) -> Response:
    """Have the report built in a language."""
    coordinator_of_exercise(exercise, _coordinator())
    wanted = read_body(app.current_request, DocumentRequest)
    entry = wiring.service().request(exercise, wanted.locale)
    return json_answer({"locale": entry.locale, "state": entry.state}, 202)


@app.route("/api/exercises/{exercise}/documents/{locale}", methods=["GET"])
@as_problem
def download_document(exercise: str, locale: str) -> Response:
    """Answer a finished document."""
    coordinator_of_exercise(exercise, _coordinator())
    return FileAnswer(wiring.service().document(exercise, locale), PDF, f"results-{exercise}-{locale}.pdf")


@app.route("/api/schools/{school}/sessions/{session}/certificate", methods=["POST"])
@as_problem
def make_coordinator_certificate(school: str, session: str) -> Response:
    """Answer a coordinator's certificate for a finished session."""
    coordinator_of(school, _coordinator())
    wanted = read_body(app.current_request, CoordinatorCertificateRequest)
    made = wiring.service().certificate(school, session, wanted.name, wanted.locale)
    return FileAnswer(made, PDF, f"certificate-{session}.pdf")


@app.lambda_function(name="wait_for_results")
def wait_for_results(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Say when the results may be seen."""
    task = ReportTask.model_validate(event)
    return {"at": f"{wiring.service().results_at(task.exercise):%Y-%m-%dT%H:%M:%SZ}"}


@app.lambda_function(name="render_document")
def render_document(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Make the document."""
    task = ReportTask.model_validate(event)
    return {"key": wiring.service().render(task.exercise, task.locale)}


@app.lambda_function(name="record_report")
def record_report(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Note how the building ended."""
    task = RecordTask.model_validate(event)
    wiring.service().record(task.exercise, task.locale, DocumentState(task.state))
    log("report built", exercise=task.exercise, locale=task.locale, state=task.state)
    count("ReportsMade" if task.state == "ready" else "ReportsFailed")
    return {}


@app.lambda_function(name="send_report")
def send_report(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Send the document to the school."""
    task = SendTask.model_validate(event)
    sent = wiring.service().send(task.exercise, task.locale, task.execution)
    log("report sent" if sent else "report was sent before or is wanted nowhere", exercise=task.exercise)
    if sent:
        count("ReportsSent")
    return {}


@code_slips.route("/api/exercises/{exercise}/slips/{group}", methods=["GET"])
@as_problem
def print_slips(exercise: str, group: str) -> Response:
    """Answer a sheet of a group's slips with one-time codes, to print."""
    request = code_slips.current_request
    coordinator_of_exercise(exercise, coordinator(request, wiring.entrance()))
    of, sheet = read_choice(RespondentGroup, group), read_number(read_query(request, "sheet") or "1")
    made = wiring.slip_printing().sheet(exercise, of, sheet, read_query(request, "locale"))
    return FileAnswer(made, PDF, f"slips-{group}-{sheet}.pdf")


def _refuse(error: SelfieError) -> Response:
    locale = _respondents_locale()
    page = wiring.certificate_refusal(error.code, locale)
    return html_answer(page, locale, status_of(error), headers_of(error))


@certificate.route("/s/{link}/certificate", methods=["POST"], content_types=["application/x-www-form-urlencoded"])
@as_page(_refuse)
def make_certificate(link: str) -> Response:  # noqa: ARG001  the token says what was answered, even if the link is replaced
    """Make the certificate of somebody who has just sent answers."""
    form = read_certificate_form(certificate.current_request.raw_body)
    made = wiring.certificates().make(form.token, form.name, _respondents_locale())
    return FileAnswer(made, PDF, "certificate.pdf")


def _respondents_locale() -> str:
    return readers_locale(certificate.current_request, wiring.locales())


def _coordinator() -> CoordinatorSession:
    return coordinator(app.current_request, wiring.entrance())


def _locale() -> str | None:
    return read_query(app.current_request, "locale")


company_routes.add_routes(app)
