"""Routes of respondents: first page, questionnaire, sending, preview. No cookie, no log line per request."""

import gzip
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import quote

from chalice.app import Response

from functions.survey import wiring, words
from functions.survey.schemas import AnswerForm, read_form
from functions.survey.service import Invitation
from selfie.domain.certificate import LONGEST_NAME
from selfie.domain.errors import (
    AlreadySent,
    CodeUsed,
    CodeWrong,
    EmptySubmission,
    ExerciseClosed,
    Invalid,
    NotYetOpen,
    SelfieError,
    TryAgain,
    Unforeseen,
    Unknown,
)
from selfie.http.app import READING
from selfie.http.files import BinaryAnswer
from selfie.http.pages import as_page, readers_locale
from selfie.http.router import Router
from selfie.http.statuses import headers_of, status_of
from selfie.i18n import format_day, translator

app = Router("survey")

FORM: Final = ["application/x-www-form-urlencoded"]
# Pages without a token: a class of thirty opens them from the CDN.
CACHED_SECONDS: Final = 60
NOT_CACHED: Final = {"Cache-Control": "no-store"}
# What is said of a link to everybody who asks.
SAID_TO_ALL: Final = (NotYetOpen, ExerciseClosed, Unknown)
# Refusals after which the same form can be sent again.
CORRECTABLE: Final = (Invalid, EmptySubmission, TryAgain)

# Smaller pages would hardly shrink.
WORTH_COMPRESSING: Final = 1024


def _refuse(error: SelfieError) -> Response:
    """Answer an error as a page, or as JSON where a script asked, in the respondent's language."""
    locale, invitation = _locale(), _behind_link(error)
    first_day = invitation.exercise.first_day if invitation else None
    day = format_day(first_day, locale) if first_day and isinstance(error, NotYetOpen) else ""
    child = invitation is not None and invitation.is_child
    said = words.refusal(error.code, translator(locale).gettext, day, child=child)
    headers = headers_of(error)
    if isinstance(error, SAID_TO_ALL) and _method() in READING:
        headers = _cached_shortly(invitation)
    if isinstance(error, CORRECTABLE) and _method() == "POST" and not _wants_json() and not _unreadable(error):
        # A store that is busy may be too busy to show the form again.
        with suppress(SelfieError):
            return _form_again(said, error)
    # Counted answers are not shown again: the next person may hold the device.
    kept = () if said.good else _kept()
    # A reply may have been lost, and with it the certificate.
    thanks = wiring.survey().thanks_again(_link(), _form().token) if isinstance(error, AlreadySent) else ""
    return _say(said, status_of(error), headers, error.code, error, kept, thanks, child=child)


@app.route("/s/{link}", methods=READING)
@as_page(_refuse)
def first_page(link: str) -> Response:
    """Say what this is and offer to start."""
    invitation = wiring.survey().open_invitation(link)
    return _html(wiring.pages().first(_locale(), link, invitation), headers=_cached_shortly(invitation))


@app.route("/s/{link}/questionnaire", methods=READING)
@as_page(_refuse)
def questionnaire(link: str) -> Response:
    """Open the questionnaire with a fresh token; where a code is needed, lead to the page that asks for it."""
    try:
        invitation, token = wiring.survey().begin(link)
    except CodeWrong:
        to = f"/s/{quote(link)}?lang={_locale()}"
        return Response("", status_code=303, headers=NOT_CACHED | {"Location": to})
    return _to_answer(link, invitation, token)


@app.route("/s/{link}/questionnaire", methods=["POST"], content_types=FORM)
@as_page(_refuse)
def questionnaire_again(link: str) -> Response:
    """Open the questionnaire with a code, or show it in another language with the answers given so far.

    Nothing is stored.
    """
    form = _form()
    if form.code is not None:
        return _opened(link, form.code)
    invitation = wiring.survey().resume(link, form.token)
    left = wiring.survey().seconds_left(form.token)
    return _html(wiring.pages().questionnaire(_locale(), link, invitation, form.token, left, form.answers))


@app.route("/s/{link}/submissions", methods=["POST"], content_types=FORM)
@as_page(_refuse)
def submit(link: str) -> Response:
    """Count a submission."""
    form = _form()
    invitation, thanks = wiring.survey().record_submission(link, form.token, form.answers)
    said = words.recorded(translator(_locale()).gettext, child=invitation.is_child)
    return _say(said, 201, NOT_CACHED, "recorded", thanks=thanks, child=invitation.is_child)


@app.route("/s/{link}/submissions", methods=READING)
@as_page(_refuse)
def standing(link: str) -> Response:
    """Say how things stand: a reload, a bookmark or the Back button can lead here without a form."""
    invitation = wiring.survey().invitation(link)
    said = words.standing(translator(_locale()).gettext, child=invitation.is_child)
    return _say(said, 200, _cached_shortly(invitation), "standing", child=invitation.is_child)


def _opened(link: str, code: str) -> Response:
    try:
        invitation, token = wiring.survey().begin(link, code)
    except (CodeWrong, CodeUsed) as error:
        invitation = wiring.survey().invitation(link)
        said = words.refusal(error.code, translator(_locale()).gettext, child=invitation.is_child)
        page = wiring.pages().first(_locale(), link, invitation, code, said)
        return _html(page, status_of(error), headers_of(error))
    return _to_answer(link, invitation, token)


def _to_answer(link: str, invitation: Invitation, token: str) -> Response:
    left = wiring.survey().seconds_left(token)
    return _html(wiring.pages().questionnaire(_locale(), link, invitation, token, left))


@app.route("/api/previews/{token}", methods=["GET"])
@as_page(_refuse)
def preview(token: str) -> Response:
    """Show the questionnaire as a group will see it."""
    return _html(wiring.pages().preview(_locale(), wiring.survey().preview(token)))


def _behind_link(error: SelfieError) -> Invitation | None:
    """Find out whom a refusal is said to, unless the store is too busy for that or the link leads nowhere."""
    if not _link() or isinstance(error, (TryAgain, Unforeseen, Unknown)):
        return None
    with suppress(SelfieError):
        return wiring.survey().invitation(_link())
    return None


def _cached_shortly(invitation: Invitation | None = None) -> dict[str, str]:
    """Let a page be kept for a minute, and never beyond the instant at which the link shows another one."""
    seconds = CACHED_SECONDS
    if invitation:
        seconds = min(seconds, int(wiring.survey().next_change(invitation).total_seconds()))
    return {"Cache-Control": f"public, max-age={seconds}", "Vary": "Accept, Accept-Language, Accept-Encoding"}


def _form_again(said: words.Words, error: SelfieError) -> Response:
    """Show the form with everything that was filled in and what is wrong."""
    form = _form()
    invitation = wiring.survey().invitation(_link())
    errors = error.errors if isinstance(error, Invalid) else ()
    left = wiring.survey().seconds_left(form.token)
    page = wiring.pages().questionnaire(
        _locale(), _link(), invitation, form.token, left, form.answers, errors=errors, notice=said
    )
    return _html(page, status_of(error), headers_of(error))


def _say(
    said: words.Words,
    status: int,
    headers: dict[str, str],
    code: str,
    error: SelfieError | None = None,
    kept: Sequence[tuple[str, str]] = (),
    thanks: str = "",
    *,
    child: bool = False,
) -> Response:
    offer = words.certificate(translator(_locale()).gettext, child=child)
    if not _wants_json():
        # A page made by a post has no address of its own in another language.
        switch = "links" if _method() in READING else ""
        page = wiring.pages().outcome(_locale(), said, _link(), switch, kept, thanks, offer, child=child)
        return _html(page, status, headers)
    body: dict[str, Any] = {
        "code": code,
        "heading": said.heading,
        "paragraphs": said.paragraphs,
        "afresh": said.afresh,
        "good": said.good,
    }
    if thanks:
        body["certificate"] = asdict(offer) | {"token": thanks, "longest_name": LONGEST_NAME}
    if isinstance(error, Invalid):
        body["errors"] = [{"field": entry.field, "code": entry.code} for entry in error.errors]
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=status,
        headers=headers | {"Content-Type": "application/json; charset=utf-8"},
    )


def _html(page: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    headers = {
        "Vary": "Accept-Encoding",
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": _locale(),
        **(headers or NOT_CACHED),
    }
    body = page.encode()
    if len(body) < WORTH_COMPRESSING or not _takes_gzip():
        return Response(page, status_code=status, headers=headers)
    # Compressed here, because the CDN compresses only what it may cache.
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    return BinaryAnswer(packed, status_code=status, headers=headers | {"Content-Encoding": "gzip"})


def _kept() -> Sequence[tuple[str, str]]:
    """List what was filled in and cannot be sent, so that nothing typed is lost unseen."""
    if _method() != "POST" or _wants_json():
        return ()
    try:
        answers = _form().answers
    except SelfieError:
        return ()
    try:
        return wiring.pages().read_only(_locale(), wiring.survey().invitation(_link()), answers)
    except Exception:  # noqa: BLE001  what went wrong before may go wrong again; typed words need no questionnaire
        return wiring.pages().typed_words(_locale(), answers)


def _form() -> AnswerForm:
    return read_form(app.current_request.raw_body)


def _unreadable(error: SelfieError) -> bool:
    return isinstance(error, Invalid) and any(entry.field == "form" for entry in error.errors)


def _locale() -> str:
    return readers_locale(app.current_request, wiring.locales())


def _takes_gzip() -> bool:
    offered = str(app.current_request.headers.get("accept-encoding", "")).lower().replace(" ", "")
    weights = {coding: weight for coding, _, weight in (entry.partition(";q=") for entry in offered.split(","))}
    # A weight of nought, written with up to three decimals, refuses.
    return "gzip" in weights and (not weights["gzip"] or bool(weights["gzip"].strip("0.")))


def _link() -> str:
    return str((app.current_request.uri_params or {}).get("link", ""))


def _method() -> str:
    return str(app.current_request.method)


def _wants_json() -> bool:
    return str(app.current_request.headers.get("accept", "")).startswith("application/json")
