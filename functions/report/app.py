"""Routes of results and documents, and the tasks of the state machine ``build_report``."""

import base64
from typing import Any, Final

from chalice.app import Chalice, Response

from functions.report import wiring
from functions.report.schemas import DocumentRequest, RecordTask, ReportTask, SendTask
from selfie.http.coordinators import coordinator, coordinator_of, coordinator_of_exercise
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_query
from selfie.observability import log
from selfie.ports import DocumentState

app = Chalice(app_name="report", configure_logs=False)

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"


class FileAnswer(Response):  # type: ignore[misc]  # Chalice is not read by mypy, see pyproject.toml
    """A file to save.

    Chalice's own binary answers are refused to a browser that follows a link: its Accept header names no file type.
    """

    def __init__(self, content: bytes, content_type: str, name: str) -> None:
        headers = {
            "Content-Type": content_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        super().__init__(content, headers=headers)

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002  Chalice's signature
        """Encode the file as API Gateway wants it."""
        return {
            "headers": self.headers,
            "multiValueHeaders": {},
            "statusCode": self.status_code,
            "body": base64.b64encode(self.body).decode(),
            "isBase64Encoded": True,
        }


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


@app.route("/api/exercises/{exercise}/workbook", methods=["GET"])
@as_problem
def download_workbook(exercise: str) -> Response:
    """Answer the Excel workbook."""
    coordinator_of_exercise(exercise, _coordinator())
    file = wiring.service().workbook(exercise, _locale())
    return FileAnswer(file.content, EXCEL, file.name)


@app.route("/api/exercises/{exercise}/charts/{chart}", methods=["GET"])
@as_problem
def draw_chart(exercise: str, chart: str) -> Response:
    """Answer a chart."""
    coordinator_of_exercise(exercise, _coordinator())
    drawn = wiring.service().chart(exercise, chart, _locale())
    # A document of its own: were it opened by itself, nothing in it could run.
    headers = {
        "Content-Type": "image/svg+xml; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Cache-Control": "no-store",
    }
    return Response(drawn, headers=headers)


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
    return {}


@app.lambda_function(name="send_report")
def send_report(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Send the document to the school."""
    task = SendTask.model_validate(event)
    sent = wiring.service().send(task.exercise, task.locale, task.execution)
    log("report sent" if sent else "report was sent before", exercise=task.exercise)
    return {}


def _coordinator() -> Any:
    return coordinator(app.current_request, wiring.logins(), wiring.site_url(), wiring.now())


def _locale() -> str | None:
    return read_query(app.current_request, "locale")
