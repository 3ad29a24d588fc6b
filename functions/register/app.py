"""Routes of signing in and out."""

from collections.abc import Callable
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import Final, ParamSpec

from chalice.app import Response
from pydantic import ValidationError

from functions.register import wiring
from functions.register.openid import Reason
from functions.register.schemas import CallbackQuery
from functions.register.service import TIME_TO_LOG_IN, NoSchool
from selfie.domain.errors import LoginRefused, SelfieError
from selfie.http.app import make_app
from selfie.http.coordinators import COOKIE, coordinator, session_cookie
from selfie.http.problems import as_problem, headers_of, status_of
from selfie.http.requests import json_answer, read_query
from selfie.i18n import negotiate
from selfie.observability import log, log_failure
from selfie.ports import CoordinatorSession

app = make_app("register")

# Binds a log-in under way to the browser that began it.
LOGIN_COOKIE: Final = "__Host-login"
# Lax, not Strict: the way back from the provider begins on another site.
ATTRIBUTES: Final = "HttpOnly; Secure; SameSite=Lax; Path=/"

P = ParamSpec("P")


def as_page(route: Callable[P, Response]) -> Callable[P, Response]:
    """Answer a route's errors as a page: a browser comes here by itself, not a script."""

    @wraps(route)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return route(*args, **kwargs)
        except NoSchool as error:
            return _refuse(error, 403)
        except ValidationError:
            return _refuse(LoginRefused(Reason.STATE), 403)
        except SelfieError as error:
            return _refuse(error, status_of(error), headers_of(error))
        except Exception as error:  # noqa: BLE001  the last net: no detail leaves the function
            log_failure(error)
            return _refuse(error, 500)

    return answer


@app.route("/auth/login", methods=["GET"])
@as_page
def login() -> Response:
    """Send the browser to the identity provider."""
    transaction, url = wiring.signing_in().start(read_query(app.current_request, "return_to") or "")
    lives = int(TIME_TO_LOG_IN.total_seconds())
    return _go_to(url, [f"{LOGIN_COOKIE}={transaction.state}; Max-Age={lives}; {ATTRIBUTES}"])


@app.route("/auth/callback", methods=["GET"])
@as_page
def callback() -> Response:
    """Check who came back and open a session."""
    query = CallbackQuery.model_validate(dict(app.current_request.query_params or {}))
    session, path = wiring.signing_in().finish(query.answer, _login_cookie(), session_cookie(app.current_request))
    return _go_to(path, [f"{COOKIE}={session.cookie}; {ATTRIBUTES}", _forget(LOGIN_COOKIE)])


@app.route("/auth/logout", methods=["POST"])
@as_problem
def logout() -> Response:
    """End the session, and say where the browser ends the provider's."""
    url = wiring.signing_in().end(_signed_in())
    answer = json_answer({"end_session": url})
    answer.headers["Set-Cookie"] = _forget(COOKIE)
    return answer


@app.route("/api/me", methods=["GET"])
@as_problem
def me() -> Response:
    """Say which schools the signed-in coordinator has."""
    session = _signed_in()
    schools = [
        {"id": school.id, "name": school.name, "country": school.country, "locale": school.locale}
        for school in wiring.signing_in().schools_of(session)
    ]
    return json_answer({"schools": schools, "csrf_token": session.csrf_token})


def _signed_in() -> CoordinatorSession:
    signing_in = wiring.signing_in()
    return coordinator(app.current_request, signing_in.logins, signing_in.site_url, signing_in.clock())


def _go_to(url: str, cookies: list[str]) -> Response:
    return Response("", status_code=303, headers={"Location": url, "Set-Cookie": cookies, "Cache-Control": "no-store"})


def _forget(cookie: str) -> str:
    return f"{cookie}=; Max-Age=0; {ATTRIBUTES}"


def _login_cookie() -> str:
    try:
        morsel = SimpleCookie(app.current_request.headers.get("cookie", "")).get(LOGIN_COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _refuse(error: Exception, status: int, headers: dict[str, str] | None = None) -> Response:
    # Templates are for the few who are refused; whoever is signed in does not wait for them.
    from functions.register import pages

    if isinstance(error, LoginRefused):
        log("log-in refused", reason="; ".join(map(str, error.args)))
    locale = _locale()
    said = pages.words_for(error, locale)
    leave_url = wiring.signing_in().leave() if said.elsewhere else ""
    return Response(
        pages.refusal(said, locale, wiring.static_path(), leave_url),
        status_code=status,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Language": locale,
            "Set-Cookie": _forget(LOGIN_COOKIE),
            # The address of the callback holds a code.
            "Referrer-Policy": "no-referrer",
            **(headers or {}),
        },
    )


def _locale() -> str:
    offered = wiring.locales()
    asked_from = read_query(app.current_request, "return_to") or ""
    accepted = str(app.current_request.headers.get("accept-language", ""))
    of_page = asked_from.split("/")[1] if asked_from.startswith("/") else ""
    return of_page if of_page in offered else negotiate(accepted, offered)
