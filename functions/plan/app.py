"""Routes of action plans: coordinators write them, the school community reads one behind its link."""

from collections.abc import Mapping
from typing import Final

from chalice.app import Response

from functions.plan import wiring
from functions.plan.schemas import NewPlan, PlanChange, SharingChange
from selfie.domain.action_plan import parse_plan_id
from selfie.domain.errors import SelfieError
from selfie.http.app import READING, make_app
from selfie.http.coordinators import coordinator, coordinator_of, coordinator_of_exercise
from selfie.http.files import EXCEL, PDF, FileAnswer
from selfie.http.pages import as_page, html_answer, readers_locale
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_query, read_version
from selfie.http.router import Router
from selfie.http.statuses import headers_of, status_of
from selfie.ports import CoordinatorSession

app = make_app("plan")
# A function of its own for readers who do not sign in: its role can read and nothing else, and it logs no request.
community = Router("community")

# A link that is revoked is dead at once, in every cache and for every search engine.
HIDDEN: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@app.route("/api/schools/{school}/plans", methods=["GET"])
@as_problem
def list_plans(school: str) -> Response:
    """List the plans of a school and what new ones can be made from."""
    coordinator_of(school, _signed_in())
    return json_answer(wiring.planning().overview(school, _locale()))


@app.route("/api/schools/{school}/plans", methods=["POST"])
@as_problem
def begin(school: str) -> Response:
    """Begin a plan."""
    session = _signed_in()
    coordinator_of(school, session)
    new = read_body(app.current_request, NewPlan)
    coordinator_of_exercise(new.exercise, session)
    plan = wiring.planning().begin(new.exercise, new.school_year, new.area, new.statements)
    return json_answer(wiring.planning().view(plan.id, _locale()), 201)


@app.route("/api/plans/{plan}", methods=["GET"])
@as_problem
def show(plan: str) -> Response:
    """Answer a plan with the figures of its targets."""
    _admit(plan)
    return json_answer(wiring.planning().view(plan, _locale()))


@app.route("/api/plans/{plan}", methods=["PUT"])
@as_problem
def change(plan: str) -> Response:
    """Store what was typed."""
    _admit(plan)
    sent = read_body(app.current_request, PlanChange)
    wiring.planning().change(plan, sent.version, sent.planned)
    return json_answer(wiring.planning().view(plan, _locale()))


@app.route("/api/plans/{plan}", methods=["DELETE"])
@as_problem
def remove(plan: str) -> Response:
    """Delete a plan."""
    _admit(plan)
    wiring.planning().remove(plan, read_version(app.current_request))
    return Response("", status_code=204)


@app.route("/api/plans/{plan}/link", methods=["PUT"])
@as_problem
def share(plan: str) -> Response:
    """Make the link for the school community, or change what is seen there."""
    _admit(plan)
    sent = read_body(app.current_request, SharingChange)
    wiring.planning().share(plan, sent.version, persons=sent.persons, budget=sent.budget)
    return json_answer(wiring.planning().view(plan, _locale()))


@app.route("/api/plans/{plan}/link", methods=["DELETE"])
@as_problem
def revoke(plan: str) -> Response:
    """Let the link lead nowhere."""
    _admit(plan)
    wiring.planning().revoke(plan, read_version(app.current_request))
    return json_answer(wiring.planning().view(plan, _locale()))


@app.route("/api/plans/{plan}/document", methods=["GET"])
@as_problem
def download_document(plan: str) -> Response:
    """Answer the plan as PDF."""
    _admit(plan)
    file = wiring.planning().document(plan, _locale())
    return FileAnswer(file.content, PDF, file.name)


@app.route("/api/plans/{plan}/workbook", methods=["GET"])
@as_problem
def download_workbook(plan: str) -> Response:
    """Answer the plan as Excel workbook."""
    _admit(plan)
    file = wiring.planning().workbook(plan, _locale())
    return FileAnswer(file.content, EXCEL, file.name)


@app.route("/api/exercises/{exercise}/plans", methods=["GET"])
@as_problem
def check_plans(exercise: str) -> Response:
    """Answer what an exercise shows of earlier plans' targets."""
    coordinator_of_exercise(exercise, _signed_in())
    return json_answer(wiring.planning().checked_by(exercise, _locale()))


def _refuse(error: SelfieError) -> Response:
    return _page(wiring.pages().refusal(error.code, _readers_locale()), status_of(error), headers_of(error))


@community.route("/plan/{plan}/{secret}", methods=READING)
@as_page(_refuse)
def read_shared(plan: str, secret: str) -> Response:
    """Show a plan to whoever has its link."""
    locale = _readers_locale()
    return _page(wiring.pages().plan(wiring.planning().shared(plan, secret, locale), locale))


def _page(html: str, status: int = 200, headers: Mapping[str, str] = HIDDEN) -> Response:
    return html_answer(html, _readers_locale(), status, {**headers, **HIDDEN})


def _readers_locale() -> str:
    return readers_locale(community.current_request, wiring.locales())


def _signed_in() -> CoordinatorSession:
    return coordinator(app.current_request, wiring.entrance())


def _admit(plan_id: str) -> None:
    # The session first: a stranger learns nothing, not even what an id looks like.
    session = _signed_in()
    coordinator_of(parse_plan_id(plan_id)[0], session)


def _locale() -> str | None:
    return read_query(app.current_request, "locale")
