"""Routes of export, erasure, notices and support's looks, and the tasks of the state machine ``end_accounts``."""

from typing import Any

from chalice.app import Response

from functions.privacy import wiring
from functions.privacy.notices import Wanted
from functions.privacy.schemas import ErasureWanted, Look, NoticeQuery, OneStep
from selfie.domain.retention import Erasure
from selfie.http.app import make_app
from selfie.http.coordinators import coordinator, coordinator_of
from selfie.http.files import PDF, FileAnswer
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_number
from selfie.observability import count, log

app = make_app("privacy")


@app.route("/api/schools/{school}/export", methods=["GET"])
@as_problem
def export_parts(school: str) -> Response:
    """Say of how many parts the school's export is made."""
    _coordinator_of(school)
    numbered = enumerate(wiring.service().export_parts(school), 1)
    return json_answer({"parts": [{"number": number, "documents": documents} for number, documents in numbered]})


@app.route("/api/schools/{school}/export/{part}", methods=["GET"])
@as_problem
def export(school: str, part: str) -> Response:
    """Hand out one part."""
    _coordinator_of(school)
    number = read_number(part)
    return FileAnswer(wiring.service().export(school, number), "application/zip", f"school-{number}.zip")


@app.route("/api/schools/{school}/erasure", methods=["GET"])
@as_problem
def erasure(school: str) -> Response:
    """Say what an erasure would delete, and whether one is to come."""
    _coordinator_of(school)
    asked = wiring.service().erasure(school)
    return json_answer({"counts": wiring.service().preview(school), "erasure": _erasure(asked) if asked else None})


@app.route("/api/schools/{school}/erasure", methods=["POST"])
@as_problem
def ask_for_erasure(school: str) -> Response:
    """Have the school erased in two weeks."""
    _coordinator_of(school)
    wanted = read_body(app.current_request, ErasureWanted)
    return json_answer({"erasure": _erasure(wiring.service().ask_for_erasure(school, wanted.name))}, 201)


@app.route("/api/schools/{school}/erasure", methods=["DELETE"])
@as_problem
def take_back_erasure(school: str) -> Response:
    """Keep the school after all."""
    _coordinator_of(school)
    wiring.service().take_back_erasure(school)
    return json_answer({"erasure": None})


@app.route("/api/schools/{school}/notice", methods=["GET"])
@as_problem
def notice(school: str) -> Response:
    """Write the school's own privacy notice, as text or as a PDF."""
    _coordinator_of(school)
    query = NoticeQuery.model_validate(dict(app.current_request.query_params or {}))
    made, name = wiring.notices().make(school, Wanted(**query.model_dump(exclude={"format"})))
    if query.format == "pdf":
        return FileAnswer(wiring.notice_document(made, name, query.locale), PDF, f"notice-{query.reader}.pdf")
    sections = [{"heading": each.heading, "paragraphs": each.paragraphs} for each in made.sections]
    return json_answer({"title": made.title, "sections": sections, "text": made.text})


@app.route("/api/schools/{school}/accesses", methods=["GET"])
@as_problem
def accesses(school: str) -> Response:
    """List the looks of the operator's support at the account."""
    _coordinator_of(school)
    looks = wiring.service().accesses(school)
    return json_answer({"accesses": [{"at": look.at.isoformat(), "reason": look.reason} for look in looks]})


@app.lambda_function(name="list_ending")
def list_ending(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """List what is to be done with accounts tonight, and count what earlier nights should have done."""
    night = wiring.service().night()
    log("accounts due", accounts=len(night.due), overdue=night.overdue)
    for _ in range(night.overdue):
        count("OverdueAccounts")
    return {"due": [{"school": due.school_id, "step": due.step, "day": due.day.isoformat()} for due in night.due]}


@app.lambda_function(name="end_account")
def end_account(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Do one step; the log proves a deletion by counts and names nobody."""
    step = OneStep.model_validate(event)
    counts = wiring.service().act(step.due)
    log("account step done", step=step.step, deleted=dict(counts))
    return {}


@app.lambda_function(name="delete_overdue")
def delete_overdue(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Delete what is over, and count what should have been gone by itself; the log proves it by counts."""
    deleted = wiring.deletions().delete_overdue()
    log("deleted", set_ups=deleted.set_ups, overdue=deleted.overdue)
    if deleted.overdue:
        count("OverdueItems", deleted.overdue)
    return {}


@app.lambda_function(name="replay_erasures")
def replay_erasures(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """After a restore of the Exercises table: erase again what had been erased (docs/runbook/restore.md)."""
    again = wiring.service().replay()
    log("erasures replayed", schools=again)
    return {"schools": again}


@app.lambda_function(name="support_look")
def support_look(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Let support see how many things of which kind an account has; the school reads that it looked, and why."""
    look = Look.model_validate(event)
    return {"counts": wiring.service().support_look(look.school, look.reason)}


@app.lambda_function(name="end_sessions")
def end_sessions(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Sign out whoever coordinates a school, for support; the school reads that it did, and why."""
    asked = Look.model_validate(event)
    return {"coordinators": wiring.service().end_sessions(asked.school, asked.reason)}


def _coordinator_of(school_id: str) -> None:
    session = coordinator(app.current_request, wiring.entrance())
    coordinator_of(school_id, session)


def _erasure(erasure: Erasure) -> dict[str, str]:
    return {"asked_on": erasure.asked_on.isoformat(), "on": erasure.on.isoformat(), "receipt": erasure.receipt}
