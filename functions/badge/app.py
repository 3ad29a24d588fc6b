"""Routes of badges: coordinators ask for one, visitors look at it and verify it, the operator revokes it."""

import json
from typing import Any, Final

from chalice.app import Response

from functions.badge import wiring
from functions.badge.baking import baked_png, baked_svg, emblem
from functions.badge.credential import achievement
from functions.badge.schemas import BadgeRequest, RevokeTask
from functions.badge.service import SKIPPED, SessionBadge
from selfie.domain.badge import Badge, Criterion
from selfie.domain.errors import SelfieError, TryAgain, Unforeseen, Unknown
from selfie.http.app import READING, make_app
from selfie.http.coordinators import coordinator, coordinator_of
from selfie.http.files import FileAnswer
from selfie.http.pages import as_page, html_answer, readers_locale
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_number
from selfie.http.statuses import headers_of, status_of
from selfie.observability import log
from selfie.ports import CoordinatorSession

app = make_app("badge")

# What is the same for everybody, and changes when a key or a badge is added or revoked.
SHARED: Final = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
PICTURE: Final = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
# A document of its own: were it opened by itself, nothing in it could run.
NOTHING_RUNS: Final = {"Content-Security-Policy": "default-src 'none'"}
CREDENTIAL: Final = "application/vc+ld+json"


@app.route("/api/schools/{school}/badges", methods=["GET"])
@as_problem
def list_badges(school: str) -> Response:
    """List the sessions that are over, what each lacks for a badge, and the badges."""
    coordinator_of(school, _coordinator())
    return json_answer({"sessions": [_session(entry) for entry in wiring.service().listing(school)]})


@app.route("/api/schools/{school}/sessions/{session}/badge", methods=["POST"])
@as_problem
def ask_for_badge(school: str, session: str) -> Response:
    """Issue the badge of a session."""
    coordinator_of(school, _coordinator())
    wanted = read_body(app.current_request, BadgeRequest)
    badge = wiring.service().ask(school, session, wanted.locale)
    return json_answer(_badge(badge, revoked=False), 201)


def _session(entry: SessionBadge) -> dict[str, Any]:
    return {
        "id": entry.session_id,
        "earned": entry.is_earned,
        "levels": [
            {"level": level.level, "criteria": {criterion: criterion not in level.unmet for criterion in Criterion}}
            for level in entry.levels
        ],
        "badge": _badge(entry.badge, revoked=entry.revoked) if entry.badge else None,
    }


def _badge(badge: Badge, *, revoked: bool) -> dict[str, Any]:
    return {
        "id": badge.id,
        "address": wiring.service().issuer.badge_address(badge.id),
        "school": badge.school,
        "issued_on": badge.issued_on.isoformat(),
        "revoked": revoked,
    }


def _refuse(error: SelfieError) -> Response:
    pages, locale = wiring.pages(), _locale()
    page = pages.failed(locale) if isinstance(error, (TryAgain, Unforeseen)) else pages.unknown(locale)
    return html_answer(page, locale, status_of(error), headers_of(error))


@app.route("/badges/did.json", methods=READING)
@as_problem
def show_issuer() -> Response:
    """Answer our ``did:web`` document: the keys."""
    return _shared(json.dumps(wiring.service().issuer_document()), "application/did+json")


@app.route("/badges/status/{number}", methods=READING)
@as_problem
def show_status_list(number: str) -> Response:
    """Answer a signed status list."""
    signed = wiring.service().status(read_number(number))
    if signed is None:
        raise Unknown
    return _shared(signed, CREDENTIAL)


@app.route("/badges/achievement/{locale}", methods=READING)
@as_problem
def show_achievement(locale: str) -> Response:
    """Answer what was achieved, as credentials define it."""
    if locale not in wiring.locales():
        raise Unknown
    return _shared(json.dumps(achievement(wiring.service().issuer, locale), ensure_ascii=False), "application/ld+json")


@app.route("/badges/emblem.png", methods=READING)
@as_problem
def show_emblem() -> Response:
    """Answer the picture that all badges share."""
    return FileAnswer(emblem(), "image/png", "emblem.png", shown=True, headers=PICTURE)


@app.route("/badges/{badge}", methods=READING)
@as_page(_refuse)
def show_badge(badge: str) -> Response:
    """Answer a badge's page; a program that wants JSON gets the credential."""
    wanted = str(app.current_request.headers.get("accept", ""))
    if "json" in wanted and "html" not in wanted:
        return _shared(wiring.service().valid(badge).credential, CREDENTIAL)
    return html_answer(wiring.pages().badge(_locale(), wiring.service().show(badge)), _locale())


@app.route("/badges/{badge}/{file}", methods=READING)
@as_problem
def download_badge(badge: str, file: str) -> Response:
    """Answer the credential, or a picture with the credential inside."""
    issued = wiring.service().valid(badge)
    match file:
        case "credential.json":
            return _shared(issued.credential, CREDENTIAL)
        case "credential.jwt":
            return _shared(issued.token, "application/jwt")
        case "badge.png":
            return FileAnswer(baked_png(issued), "image/png", file, shown=True, headers=PICTURE)
        case "badge.svg":
            content, headers = baked_svg(issued).encode(), PICTURE | NOTHING_RUNS
            return FileAnswer(content, "image/svg+xml; charset=utf-8", file, shown=True, headers=headers)
    raise Unknown


@app.lambda_function(name="revoke_badge")
def revoke_badge(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Revoke a badge; the operator calls this by hand, see docs/runbook/badges.md."""
    task = RevokeTask.model_validate(event)
    wiring.service().revoke(task.badge)
    log("badge revoked")
    return {"revoked": task.badge}


@app.lambda_function(name="skip_badge_numbers")
def skip_badge_numbers(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """After a restore of the Exercises table: give no number twice; by hand, see docs/runbook/restore.md."""
    wiring.badges().skip_numbers(SKIPPED)
    log("badge numbers skipped")
    return {}


def _shared(body: str, kind: str) -> Response:
    return Response(body, headers={"Content-Type": f"{kind}; charset=utf-8"} | SHARED)


def _locale() -> str:
    return readers_locale(app.current_request, wiring.locales())


def _coordinator() -> CoordinatorSession:
    return coordinator(app.current_request, wiring.entrance())
