"""Know which coordinator asks, and that the request comes from our own pages."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalice.app import Request

from selfie.domain.account import is_company
from selfie.domain.coordination import STAYS_FRESH
from selfie.domain.errors import CrossSiteRequest, NotSignedIn, OtherSchool, SignInAgain
from selfie.domain.exercise import parse_exercise_id
from selfie.ports import Clock, CoordinatorSession, Logins

COOKIE: Final = "__Host-session"
_SAFE_METHODS: Final = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Entrance:
    """By what a coordinator is known, and a request that comes from our own pages."""

    logins: Logins
    site_url: str
    clock: Clock


def coordinator(request: Request, entrance: Entrance) -> CoordinatorSession:
    """Return the session behind a request.

    Raise NotSignedIn; for a request that changes something also CrossSiteRequest, unless it carries the session's token
    and comes from our own pages (Fetch metadata and Origin, where the browser sends them).
    """
    cookie = session_cookie(request)
    session = entrance.logins.find(cookie, entrance.clock()) if cookie else None
    if session is None:
        raise NotSignedIn
    if request.method not in _SAFE_METHODS:
        _from_our_pages(request, session, entrance.site_url)
    return session


def coordinator_of(school_id: str, session: CoordinatorSession) -> None:
    """Raise OtherSchool unless the coordinator's identity is bound to the school."""
    if school_id not in session.school_ids:
        raise OtherSchool


def is_fresh(session: CoordinatorSession, now: datetime) -> bool:
    """Tell whether the coordinator proved who they are within the last minutes."""
    return now - session.authenticated_at <= STAYS_FRESH


def freshly_signed_in(session: CoordinatorSession, now: datetime) -> None:
    """Raise SignInAgain unless the coordinator proved who they are within the last minutes."""
    if not is_fresh(session, now):
        raise SignInAgain


def company_of(company_id: str, session: CoordinatorSession) -> None:
    """Raise OtherSchool unless the coordinator's identity is bound to the company, which is no school."""
    if not is_company(company_id):
        raise OtherSchool
    coordinator_of(company_id, session)


def coordinator_of_exercise(exercise_id: str, session: CoordinatorSession) -> None:
    """Raise Unknown for an id that is none, OtherSchool for another school's, before anything is read."""
    school_id, _, _ = parse_exercise_id(exercise_id)
    coordinator_of(school_id, session)


def session_cookie(request: Request) -> str | None:
    """Return the value of the session cookie."""
    return read_cookie(request, COOKIE)


def read_cookie(request: Request, name: str) -> str | None:
    """Return the value of a cookie of ours; None without one, or with two of that name, of which one is not ours.

    Other sites of our domain may set cookies too: whatever those look like, ours is found beside them.
    """
    pairs = (pair.strip(" \t").partition("=") for pair in str(request.headers.get("cookie", "")).split(";"))
    values = [value for found, _, value in pairs if found == name]
    return values[0] if len(values) == 1 else None


def _from_our_pages(request: Request, session: CoordinatorSession, site_url: str) -> None:
    token = request.headers.get("x-csrf-token", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", site_url)
    same_token = hmac.compare_digest(token.encode(), session.csrf_token.encode())
    if not same_token or site != "same-origin" or origin != site_url:
        raise CrossSiteRequest
