"""Routes of data maps: coordinators write and print theirs, colleagues list tools behind a link, without signing in."""

from typing import Any

from chalice.app import Response

from functions.data_map import wiring
from functions.data_map.schemas import (
    ByLink,
    InvitationWanted,
    NewToolByLink,
    NoticeQuery,
    RegisterQuery,
    RulesChange,
    SentTool,
    ToolChange,
    ToolChangeByLink,
)
from functions.data_map.service import ToolSaved
from selfie.domain.data_map import Form
from selfie.http.app import make_app
from selfie.http.coordinators import coordinator, coordinator_of
from selfie.http.files import CSV, EXCEL, PDF, FileAnswer
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_number, read_query, read_version

app = make_app("data_map")
# A function of its own for colleagues: its role sees tools and can write tools, and nothing else of a school.
invited = make_app("invited")


@app.route("/api/schools/{school}/data-map", methods=["GET"])
@as_problem
def show(school: str) -> Response:
    """Answer the map with what is still open."""
    _admit(school)
    return json_answer(wiring.worksheet().view(school, _locale()))


@app.route("/api/schools/{school}/data-map", methods=["PUT"])
@as_problem
def change_rules(school: str) -> Response:
    """Store what is said of all tools together."""
    _admit(school)
    sent = read_body(app.current_request, RulesChange)
    wiring.worksheet().change_rules(school, sent.version, sent.said)
    return json_answer(wiring.worksheet().view(school, _locale()))


@app.route("/api/schools/{school}/data-map/tools", methods=["POST"])
@as_problem
def list_tool(school: str) -> Response:
    """Add a tool."""
    _admit(school)
    sent = read_body(app.current_request, SentTool)
    return json_answer(_saved(wiring.worksheet().list_tool(school, sent.said, _locale())), 201)


@app.route("/api/schools/{school}/data-map/tools/{number}", methods=["PUT"])
@as_problem
def change_tool(school: str, number: str) -> Response:
    """Store what was typed about a tool."""
    _admit(school)
    sent = read_body(app.current_request, ToolChange)
    saved = wiring.worksheet().change_tool(school, read_number(number), sent.version, sent.tool.said, _locale())
    return json_answer(_saved(saved))


@app.route("/api/schools/{school}/data-map/tools/{number}", methods=["DELETE"])
@as_problem
def remove_tool(school: str, number: str) -> Response:
    """Delete a tool."""
    _admit(school)
    version = read_version(app.current_request)
    wiring.worksheet().remove_tool(school, read_number(number), version)
    return Response("", status_code=204)


@app.route("/api/schools/{school}/data-map/link", methods=["PUT"])
@as_problem
def invite(school: str) -> Response:
    """Make the link for colleagues; an earlier one is dead at once, and this one is shown only here."""
    _admit(school)
    sent = read_body(app.current_request, InvitationWanted)
    token = wiring.worksheet().invite(school, sent.version, sent.days)
    return json_answer({"token": token, "map": wiring.worksheet().view(school, _locale())})


@app.route("/api/schools/{school}/data-map/link", methods=["DELETE"])
@as_problem
def take_back(school: str) -> Response:
    """Let the link lead nowhere."""
    _admit(school)
    version = read_version(app.current_request)
    wiring.worksheet().take_back(school, version)
    return json_answer(wiring.worksheet().view(school, _locale()))


@app.route("/api/schools/{school}/data-map/register", methods=["GET"])
@as_problem
def download_register(school: str) -> Response:
    """Answer the register of processing as PDF, Excel workbook or CSV."""
    _admit(school)
    form = RegisterQuery.model_validate({"format": read_query(app.current_request, "format") or Form.PDF}).format
    file = wiring.worksheet().register(school, form, _locale())
    media_types = {Form.PDF: PDF, Form.EXCEL: EXCEL, Form.CSV: CSV}
    return FileAnswer(file.content, media_types[form], file.name)


@app.route("/api/schools/{school}/data-map/notice", methods=["GET"])
@as_problem
def notice(school: str) -> Response:
    """Answer the notice to parents, as text or as a PDF."""
    _admit(school)
    query = NoticeQuery.model_validate({"format": read_query(app.current_request, "format") or "json"})
    if query.format == "pdf":
        file = wiring.worksheet().notice_document(school, _locale())
        return FileAnswer(file.content, PDF, file.name)
    made = wiring.worksheet().notice(school, _locale())
    sections = [{"heading": each.heading, "paragraphs": each.paragraphs} for each in made.sections]
    return json_answer({"title": made.title, "sections": sections, "text": made.text})


@invited.route("/api/data-map-links", methods=["POST"])
@as_problem
def open_link() -> Response:
    """Answer the tools to somebody with a link."""
    opened = wiring.worksheet().open(read_body(invited.current_request, ByLink).token, _colleagues_locale())
    return json_answer({"school": opened.school, "last_day": opened.last_day.isoformat(), **opened.view})


@invited.route("/api/data-map-links/tools", methods=["POST"])
@as_problem
def list_tool_by_link() -> Response:
    """Add a tool as somebody with a link."""
    sent = read_body(invited.current_request, NewToolByLink)
    saved = wiring.worksheet().list_tool_by_link(sent.token, sent.tool.said, _colleagues_locale())
    return json_answer(_saved(saved), 201)


@invited.route("/api/data-map-links/tools/{number}", methods=["PUT"])
@as_problem
def change_tool_by_link(number: str) -> Response:
    """Store what somebody with a link typed about a tool."""
    sent = read_body(invited.current_request, ToolChangeByLink)
    saved = wiring.worksheet().change_tool_by_link(
        sent.token, read_number(number), sent.version, sent.tool.said, _colleagues_locale()
    )
    return json_answer(_saved(saved))


def _admit(school_id: str) -> None:
    session = coordinator(app.current_request, wiring.entrance())
    coordinator_of(school_id, session)


def _saved(saved: ToolSaved) -> dict[str, Any]:
    return {"tool": saved.tool, "gaps": saved.gaps}


def _locale() -> str | None:
    return read_query(app.current_request, "locale")


def _colleagues_locale() -> str | None:
    return read_query(invited.current_request, "locale")
