"""Routes of signing up, in and out."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from chalice.app import Response
from pydantic import ValidationError

from functions.register import coordination_routes, migration_routes, wiring
from functions.register.access import coordinates, coordinates_afresh, signed_in
from functions.register.accounts import COMPANY_FIRST_PAGE, FIRST_PAGE
from functions.register.cookies import CLAIM_COOKIE, LOGIN_COOKIE, forget, keep, read
from functions.register.openid import Reason
from functions.register.schemas import (
    CallbackQuery,
    Confirmation,
    LinkShown,
    NewEmail,
    ProfileChange,
    SignUp,
)
from functions.register.service import TIME_TO_LOG_IN, NoSchool
from selfie.domain.account import COUNTRIES, POLICY_VERSION, is_company
from selfie.domain.coordination import is_blocked
from selfie.domain.deadlines import day_of
from selfie.domain.errors import AlreadyCoordinator, ChangedMeanwhile, ChangesBlocked, LoginRefused, SelfieError
from selfie.domain.school import School
from selfie.http.app import make_app
from selfie.http.coordinators import COOKIE, is_fresh, session_cookie
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_form, read_query, read_version
from selfie.http.statuses import headers_of, status_of
from selfie.i18n import negotiate
from selfie.observability import log, log_failure
from selfie.ports import CoordinatorSession

app = make_app("register")

# What a browser may claim is worth nothing any more after these.
CLAIM_IS_OVER = (AlreadyCoordinator, ChangedMeanwhile, ChangesBlocked)

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


@app.lambda_function(name="remind_schools")
def remind_schools(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Ask the schools whose day has come to look at their profile; the scheduler calls this once a day."""
    count = wiring.reminders().remind()
    log("schools reminded", schools=count)
    return {"schools": count}


@app.route("/auth/login", methods=["GET"])
@as_page
def login() -> Response:
    """Send the browser to the identity provider; ``fresh=yes`` when it has to ask again who somebody is."""
    request = app.current_request
    transaction, url = wiring.signing_in().start(
        read_query(request, "return_to") or "", fresh=read_query(request, "fresh") == "yes"
    )
    return _go_to(url, [keep(LOGIN_COOKIE, transaction.state, int(TIME_TO_LOG_IN.total_seconds()))])


@app.route("/auth/callback", methods=["GET"])
@as_page
def callback() -> Response:
    """Check who came back and open a session."""
    request = app.current_request
    query = CallbackQuery.model_validate(dict(request.query_params or {}))
    session, path = wiring.signing_in().finish(
        query.answer, read(request, LOGIN_COOKIE), session_cookie(request), read(request, CLAIM_COOKIE)
    )
    return _go_to(path, [keep(COOKIE, session.cookie), forget(LOGIN_COOKIE), forget(CLAIM_COOKIE)])


@app.route("/auth/logout", methods=["POST"])
@as_problem
def logout() -> Response:
    """End the session, and say where the browser ends the provider's."""
    return _signed_out(wiring.signing_in().end(signed_in(app.current_request)))


@app.route("/auth/sessions", methods=["GET"])
@as_problem
def sessions() -> Response:
    """Say when each session of the coordinator began: no more is known of a browser."""
    listed = wiring.signing_in().sessions(signed_in(app.current_request))
    return json_answer({"sessions": [{"began": began.isoformat(), "this": this} for began, this in listed]})


@app.route("/auth/sessions", methods=["DELETE"])
@as_problem
def end_sessions() -> Response:
    """End all sessions of the coordinator, in every browser; say where this one ends the provider's."""
    return _signed_out(wiring.signing_in().end_everywhere(signed_in(app.current_request)))


@app.route("/auth/backchannel-logout", methods=["POST"], content_types=["application/x-www-form-urlencoded"])
@as_problem
def backchannel_logout() -> Response:
    """Hear from the identity provider that somebody logged out there, and end their sessions here."""
    form = read_form(app.current_request)
    try:
        wiring.signing_in().end_elsewhere(form.get("logout_token", ""))
    except LoginRefused as error:
        log("log-out refused", reason="; ".join(map(str, error.args)))
        return json_answer({"error": "invalid_request"}, 400)
    return json_answer({"status": "ended"})


@app.route("/api/me", methods=["GET"])
@as_problem
def me() -> Response:
    """Say which schools and companies the signed-in coordinator has."""
    session = signed_in(app.current_request)
    found: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for entry in wiring.signing_in().schools_of(session):
        said = {
            "id": entry.id,
            "name": entry.name,
            "country": entry.country,
            "locale": entry.locale,
            "mail_troubles": _mail_troubles(entry),
        }
        found[is_company(entry.id)].append(said)
    return json_answer({"schools": found[False], "companies": found[True], "csrf_token": session.csrf_token})


@app.route("/api/sign-ups", methods=["GET"])
@as_problem
def sign_up_form() -> Response:
    """Say what a sign-up needs: a puzzle is asked for apart, since it gets old."""
    return json_answer({"policy": POLICY_VERSION, "countries": COUNTRIES, "regions": wiring.profiles().regions})


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
    wiring.accounts().ask(asked.email, asked.policy, asked.locale, asked.puzzle, company=asked.company)
    return json_answer({"status": "sent"}, 202)


@app.route("/api/sign-ups/link", methods=["POST"])
@as_problem
def shown_link() -> Response:
    """Say what a link is for and leave it; its secret part is in the body, where no log sees it."""
    link = wiring.accounts().look(read_body(app.current_request, LinkShown).token)
    return json_answer({"email": link.email, "company": link.company})


@app.route("/api/sign-ups/confirmation", methods=["POST"])
@as_problem
def confirm_sign_up() -> Response:
    """Use a link up; the browser goes on to the identity provider."""
    given = read_body(app.current_request, Confirmation)
    accounts = wiring.accounts()
    page = COMPANY_FIRST_PAGE if accounts.look(given.token).company else FIRST_PAGE
    claim = accounts.confirm(given.token, given.name, given.country, given.locale)
    return _with_claim(json_answer({"log_in": f"/auth/login?return_to=/{given.locale}/{page}"}), claim)


@app.route("/api/schools/{school}/profile", methods=["GET"])
@as_problem
def profile(school: str) -> Response:
    """Show what a school says about itself, and who coordinates it."""
    session = coordinates(app.current_request, school)
    return _profile(wiring.profiles().get(school), session)


@app.route("/api/schools/{school}/profile", methods=["PUT"])
@as_problem
def change_profile(school: str) -> Response:
    """Change what a school says about itself."""
    session = coordinates(app.current_request, school)
    change = read_body(app.current_request, ProfileChange)
    changed = wiring.profiles().change(
        school,
        change.version,
        name=change.name,
        country=change.country,
        locale=change.locale,
        kind=change.kind,
        region=change.region,
        levels=change.levels,
        address=change.address,
    )
    return _profile(changed, session)


@app.route("/api/schools/{school}/email", methods=["POST"])
@as_problem
def ask_for_email(school: str) -> Response:
    """Send a link to an additional address; the answer is the same for every address."""
    coordinates_afresh(app.current_request, school)
    wiring.profiles().ask_for_email(school, read_body(app.current_request, NewEmail).email)
    return json_answer({"status": "sent"}, 202)


@app.route("/api/schools/{school}/email", methods=["DELETE"])
@as_problem
def remove_email(school: str) -> Response:
    """Take the additional address away."""
    session = coordinates_afresh(app.current_request, school)
    return _profile(wiring.profiles().remove_email(school, read_version(app.current_request)), session)


@app.route("/api/schools/{school}/email/again", methods=["POST"])
@as_problem
def write_again(school: str) -> Response:
    """Send everything to one of the school's addresses again."""
    session = coordinates(app.current_request, school)
    email = read_body(app.current_request, NewEmail).email
    return _profile(wiring.profiles().write_again(school, email), session)


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
    answer.headers["Set-Cookie"] = keep(CLAIM_COOKIE, claim)
    return answer


def _mail_troubles(school: School) -> list[dict[str, str]]:
    return [
        {"email": found.email, "trouble": found.trouble, "since": found.since.isoformat()}
        for found in wiring.profiles().troubles(school)
    ]


def _profile(school: School, session: CoordinatorSession) -> Response:
    now = wiring.signing_in().clock()
    coordinators, blocked = wiring.profiles().coordinators(school.id, session.identity), is_blocked(school, day_of(now))
    return json_answer(
        {
            "id": school.id,
            "version": school.version,
            "name": school.name,
            "country": school.country,
            "locale": school.locale,
            "kind": school.kind,
            "region": school.region,
            "levels": school.levels,
            "address": school.address,
            "emails": school.emails,
            "mail_troubles": _mail_troubles(school),
            "coordinators": [{"role": role, "you": you} for role, you in coordinators],
            # Coordinators and addresses can be changed when nothing stops it, after a fresh sign-in.
            "blocked_until": school.blocked_until.isoformat() if school.blocked_until and blocked else None,
            "fresh": is_fresh(session, now),
        }
    )


def _signed_out(end_session: str) -> Response:
    answer = json_answer({"end_session": end_session})
    answer.headers["Set-Cookie"] = forget(COOKIE)
    return answer


def _go_to(url: str, cookies: list[str]) -> Response:
    return Response("", status_code=303, headers={"Location": url, "Set-Cookie": cookies, "Cache-Control": "no-store"})


def _refuse(error: Exception, status: int, headers: dict[str, Any] | None = None) -> Response:
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
            "Set-Cookie": [forget(LOGIN_COOKIE), *([forget(CLAIM_COOKIE)] if isinstance(error, CLAIM_IS_OVER) else ())],
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
coordination_routes.add_routes(app, _with_claim)
