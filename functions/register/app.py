"""Routes of signing up, in and out."""

from collections.abc import Callable
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import Final, ParamSpec

from chalice.app import Response
from pydantic import ValidationError

from functions.register import migration_routes, wiring
from functions.register.openid import Reason
from functions.register.schemas import (
    CallbackQuery,
    Confirmation,
    LinkShown,
    NewEmail,
    ProfileChange,
    QueriedVersion,
    SignUp,
)
from functions.register.service import TIME_TO_LOG_IN, NoSchool
from selfie.domain.account import COUNTRIES, POLICY_VERSION
from selfie.domain.errors import LoginRefused, SelfieError
from selfie.domain.school import School
from selfie.http.app import make_app
from selfie.http.coordinators import COOKIE, coordinator, coordinator_of, session_cookie
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_query
from selfie.http.statuses import headers_of, status_of
from selfie.i18n import negotiate
from selfie.observability import log, log_failure
from selfie.ports import CoordinatorSession

app = make_app("register")

# Binds a log-in under way to the browser that began it.
LOGIN_COOKIE: Final = "__Host-login"
# Lets the browser that confirmed a school's address claim the school once somebody has signed in.
CLAIM_COOKIE: Final = "__Host-claim"
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
    session, path = wiring.signing_in().finish(
        query.answer, _cookie(LOGIN_COOKIE), session_cookie(app.current_request), _cookie(CLAIM_COOKIE)
    )
    return _go_to(path, [f"{COOKIE}={session.cookie}; {ATTRIBUTES}", _forget(LOGIN_COOKIE), _forget(CLAIM_COOKIE)])


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


@app.route("/api/sign-ups", methods=["GET"])
@as_problem
def sign_up_form() -> Response:
    """Say what a sign-up needs: a puzzle is asked for apart, since it gets old."""
    return json_answer({"policy": POLICY_VERSION, "countries": COUNTRIES})


@app.route("/api/puzzle", methods=["GET"])
@as_problem
def puzzle() -> Response:
    """Give a browser something to compute before it may ask for an e-mail."""
    return json_answer(wiring.accounts().puzzle())


@app.route("/api/sign-ups", methods=["POST"])
@as_problem
def sign_up() -> Response:
    """Send a link; the answer is the same for every address."""
    asked = read_body(app.current_request, SignUp)
    wiring.accounts().ask(asked.email, asked.policy, asked.locale, asked.puzzle)
    return json_answer({"status": "sent"}, 202)


@app.route("/api/sign-ups/link", methods=["POST"])
@as_problem
def shown_link() -> Response:
    """Say what a link is for and leave it; its secret part is in the body, where no log sees it."""
    link = wiring.accounts().look(read_body(app.current_request, LinkShown).token)
    return json_answer({"email": link.email})


@app.route("/api/sign-ups/confirmation", methods=["POST"])
@as_problem
def confirm_sign_up() -> Response:
    """Use a link up; the browser goes on to the identity provider."""
    given = read_body(app.current_request, Confirmation)
    claim = wiring.accounts().confirm(given.token, given.name, given.country, given.locale)
    return _with_claim(json_answer({"log_in": f"/auth/login?return_to=/{given.locale}/setup/"}), claim)


@app.route("/api/schools/{school}/profile", methods=["GET"])
@as_problem
def profile(school: str) -> Response:
    """Show what a school says about itself, and who coordinates it."""
    session = _coordinator_of(school)
    return _profile(wiring.profiles().get(school), session)


@app.route("/api/schools/{school}/profile", methods=["PUT"])
@as_problem
def change_profile(school: str) -> Response:
    """Change what a school says about itself."""
    session = _coordinator_of(school)
    change = read_body(app.current_request, ProfileChange)
    changed = wiring.profiles().change(
        school,
        change.version,
        name=change.name,
        country=change.country,
        locale=change.locale,
        kind=change.kind,
        levels=change.levels,
        address=change.address,
    )
    return _profile(changed, session)


@app.route("/api/schools/{school}/email", methods=["POST"])
@as_problem
def ask_for_email(school: str) -> Response:
    """Send a link to an additional address; the answer is the same for every address."""
    _coordinator_of(school)
    wiring.profiles().ask_for_email(school, read_body(app.current_request, NewEmail).email)
    return json_answer({"status": "sent"}, 202)


@app.route("/api/schools/{school}/email", methods=["DELETE"])
@as_problem
def remove_email(school: str) -> Response:
    """Take the additional address away."""
    session = _coordinator_of(school)
    query = QueriedVersion.model_validate({"version": read_query(app.current_request, "version")})
    return _profile(wiring.profiles().remove_email(school, query.version), session)


@app.route("/api/emails/link", methods=["POST"])
@as_problem
def shown_email_link() -> Response:
    """Say which address of which school a link confirms, and leave it."""
    school, email = wiring.profiles().look(read_body(app.current_request, LinkShown).token)
    return json_answer({"school": school.name, "email": email})


@app.route("/api/emails/confirmation", methods=["POST"])
@as_problem
def confirm_email() -> Response:
    """Use a link up."""
    wiring.profiles().confirm_email(read_body(app.current_request, LinkShown).token)
    return json_answer({"status": "confirmed"})


def _with_claim(answer: Response, claim: str) -> Response:
    answer.headers["Set-Cookie"] = f"{CLAIM_COOKIE}={claim}; {ATTRIBUTES}"
    return answer


def _coordinator_of(school_id: str) -> CoordinatorSession:
    session = _signed_in()
    coordinator_of(school_id, session)
    return session


def _profile(school: School, session: CoordinatorSession) -> Response:
    coordinators = wiring.profiles().coordinators(school.id, session.identity)
    return json_answer(
        {
            "id": school.id,
            "version": school.version,
            "name": school.name,
            "country": school.country,
            "locale": school.locale,
            "kind": school.kind,
            "levels": school.levels,
            "address": school.address,
            "emails": school.emails,
            "coordinators": [{"role": role, "you": you} for role, you in coordinators],
        }
    )


def _signed_in() -> CoordinatorSession:
    signing_in = wiring.signing_in()
    return coordinator(app.current_request, signing_in.logins, signing_in.site_url, signing_in.clock())


def _go_to(url: str, cookies: list[str]) -> Response:
    return Response("", status_code=303, headers={"Location": url, "Set-Cookie": cookies, "Cache-Control": "no-store"})


def _forget(cookie: str) -> str:
    return f"{cookie}=; Max-Age=0; {ATTRIBUTES}"


def _cookie(name: str) -> str:
    try:
        morsel = SimpleCookie(app.current_request.headers.get("cookie", "")).get(name)
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


migration_routes.add_routes(app, _with_claim)
