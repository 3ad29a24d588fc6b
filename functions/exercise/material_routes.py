"""Routes of what a coordinator prints and reads: an app of its own, so the set-up does not wait for a PDF library."""

from chalice.app import Response

from functions.exercise import wiring
from selfie.domain.errors import Invalid
from selfie.domain.school import RespondentGroup
from selfie.http.app import make_app
from selfie.http.coordinators import coordinator, coordinator_of_exercise
from selfie.http.files import EXCEL, PDF, FileAnswer, SvgAnswer
from selfie.http.problems import as_problem
from selfie.http.requests import read_choice, read_query
from selfie.ports import CoordinatorSession

materials = make_app("materials")


@materials.route("/api/catalogue/{family}/{listed}", methods=["GET"])
@as_problem
def statement_list(family: str, listed: str) -> Response:
    """Answer a list of statements as PDF or Excel workbook."""
    _signed_in()
    version, locale = read_query(materials.current_request, "version") or "", _locale()
    name = f"{listed}-{family}-{locale}"
    match read_query(materials.current_request, "format"):
        case "pdf":
            return FileAnswer(wiring.materials().statement_list(listed, family, version, locale), PDF, f"{name}.pdf")
        case "xlsx":
            made = wiring.materials().statement_workbook(listed, family, version, locale)
            return FileAnswer(made, EXCEL, f"{name}.xlsx")
    raise Invalid.one("format", "not_offered")


@materials.route("/api/exercises/{exercise}/links/{group}/qr-code", methods=["GET"])
@as_problem
def qr_code(exercise: str, group: str) -> Response:
    """Answer a group's link as a QR code."""
    _admit(exercise)
    return SvgAnswer(wiring.materials().code(exercise, read_choice(RespondentGroup, group)))


@materials.route("/api/exercises/{exercise}/links/{group}/sheet", methods=["GET"])
@as_problem
def link_sheet(exercise: str, group: str) -> Response:
    """Answer the sheet with a group's link."""
    _admit(exercise)
    made = wiring.materials().sheet(exercise, read_choice(RespondentGroup, group), _locale())
    return FileAnswer(made, PDF, f"sheet-{group}-{_locale()}.pdf")


@materials.route("/api/exercises/{exercise}/participation/chart", methods=["GET"])
@as_problem
def participation_chart(exercise: str) -> Response:
    """Answer the live participation as a chart: SVG, or a PDF page to save."""
    _admit(exercise)
    if read_query(materials.current_request, "format") == "pdf":
        return FileAnswer(wiring.materials().chart_page(exercise, _locale()), PDF, "participation.pdf")
    return SvgAnswer(wiring.materials().chart(exercise, _locale()))


def _signed_in() -> CoordinatorSession:
    return coordinator(materials.current_request, wiring.entrance())


def _admit(exercise_id: str) -> None:
    coordinator_of_exercise(exercise_id, _signed_in())


def _locale() -> str | None:
    return read_query(materials.current_request, "locale")
