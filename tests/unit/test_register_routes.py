"""Signing in and out over HTTP, as a browser and as a page's script."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from chalice.test import Client

from functions.register import pages, wiring
from functions.register.app import app
from functions.register.openid import ClientAuthentication, Reason, Registration, RelyingParty
from functions.register.profiles import Profiles
from functions.register.service import SigningIn, own_path
from functions.register.wiring import ProviderWeb
from selfie.adapters import lifetimes
from selfie.domain.errors import LoginRefused, TryAgain
from selfie.domain.school import Identity, School
from selfie.ports import CoordinatorSession
from tests.support.examples import SCHOOL, at
from tests.support.identity_provider import CLIENT, ISSUER, LOA_MEDIUM, SECRET, SUBJECT, FakeProvider, rsa_key
from tests.support.memory import (
    MemoryAccountLinks,
    MemoryAttempts,
    MemoryLogins,
    MemoryMailboxes,
    MemoryMailer,
    MemoryPublicCounters,
    MemorySchools,
    StoppedClock,
)

SITE = "https://selfie.example.org"
RIVERSIDE = School(SCHOOL, "Riverside School", "BE", "fr", ("office@riverside.example.org",))


@dataclass
class Answer:
    """What came back; ``cookies`` are those that were set, with their attributes."""

    status: int
    headers: dict[str, Any]
    text: str

    @property
    def cookies(self) -> SimpleCookie:
        """The cookies that this answer sets."""
        given = self.headers.get("Set-Cookie", [])
        return SimpleCookie("\r\n".join(given if isinstance(given, list) else [given]))

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@dataclass
class Browser:
    """A browser in front of the function, with the cookies it was given."""

    clock: StoppedClock
    provider: FakeProvider
    logins: MemoryLogins
    schools: MemorySchools
    cookies: dict[str, str] = field(default_factory=dict)
    days: list[tuple[str, date]] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request and keep the cookies of the answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        got = Client(app).http.request(method, path, headers=sent, body=body)
        assert got.headers["Cache-Control"] == "no-store"
        answer = Answer(got.status_code, dict(got.headers), got.body.decode())
        for name, morsel in answer.cookies.items():
            self.cookies.pop(name, None)
            if morsel["max-age"] != "0":
                self.cookies[name] = morsel.value
        return answer

    def go_to_provider(self, return_to: str = "/en/setup/") -> dict[str, str]:
        """Begin to log in and do so at the provider; return the query of the way back."""
        answer = self.ask("GET", f"/auth/login?{urlencode({'return_to': return_to})}")
        assert answer.status == 303, answer.text
        return self.provider.log_in(answer.headers["Location"])

    def come_back(self, query: dict[str, str], **headers: str) -> Answer:
        """Follow the provider's redirect."""
        return self.ask("GET", f"/auth/callback?{urlencode(query)}", **headers)

    def sign_in(self, return_to: str = "/en/setup/") -> Answer:
        """Log in."""
        return self.come_back(self.go_to_provider(return_to))


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    clock = StoppedClock(at("2026-11-24T08:00"))
    made = Browser(clock, FakeProvider(clock), MemoryLogins(), MemorySchools())
    made.schools.add(RIVERSIDE, Identity(ISSUER, SUBJECT))
    registration = Registration(
        ISSUER,
        CLIENT,
        lambda: [SECRET],
        f"{SITE}/auth/callback",
        "PS512",
        ClientAuthentication.SECRET_JWT,
        (LOA_MEDIUM,),
    )
    provider = RelyingParty(registration, made.provider, clock)
    service = SigningIn(
        provider,
        made.logins,
        made.schools,
        SITE,
        lifetimes.IDLE,
        clock,
        bind=lambda _claim, _who: None,
        note_login=lambda school_id, day: made.days.append((school_id, day)),
    )
    monkeypatch.setattr(wiring, "signing_in", lambda: service)
    # Whoever asks which schools they have is told where e-mails do not arrive.
    profiles = Profiles(
        made.schools,
        MemoryAccountLinks(),
        MemoryMailer(),
        ("en", "fr"),
        SITE,
        clock,
        MemoryPublicCounters(),
        {},
        MemoryMailboxes(),
        MemoryAttempts(),
        lambda: [bytes(32)],
    )
    monkeypatch.setattr(wiring, "profiles", lambda: profiles)
    monkeypatch.setattr(wiring, "locales", lambda: ("en", "fr"))
    monkeypatch.setattr(wiring, "static_path", lambda: "/static/abc")
    return made


def refused(answer: Answer, status: int = 403) -> None:
    """Check a page that says no: plain HTML, no session, nothing of the request on it."""
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "__Host-session" not in answer.cookies
    assert "<h1>" in answer.text
    assert "code-" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_routes_are_those_of_the_architecture() -> None:
    assert {(method, path) for path, methods in app.routes.items() for method in methods} == {
        ("GET", "/auth/login"),
        ("GET", "/auth/callback"),
        ("POST", "/auth/logout"),
        ("GET", "/auth/sessions"),
        ("DELETE", "/auth/sessions"),
        ("POST", "/auth/backchannel-logout"),
        ("GET", "/api/me"),
        ("GET", "/api/puzzle"),
        ("GET", "/api/sign-ups"),
        ("POST", "/api/sign-ups"),
        ("GET", "/api/associations"),
        ("POST", "/api/associations"),
        ("POST", "/api/associations/forgotten"),
        ("POST", "/api/associations/link"),
        ("POST", "/api/associations/confirmation"),
        ("POST", "/api/sign-ups/link"),
        ("POST", "/api/sign-ups/confirmation"),
        ("GET", "/api/schools/{school}/profile"),
        ("PUT", "/api/schools/{school}/profile"),
        ("POST", "/api/schools/{school}/email"),
        ("DELETE", "/api/schools/{school}/email"),
        ("POST", "/api/schools/{school}/email/again"),
        ("POST", "/api/emails/link"),
        ("POST", "/api/emails/confirmation"),
        ("POST", "/api/schools/{school}/coordinators/{role}/invitation"),
        ("POST", "/api/schools/{school}/coordinators/{role}/removal"),
        ("POST", "/api/takeovers"),
        ("POST", "/api/coordinator-links/{kind}"),
        ("POST", "/api/coordinator-links/{kind}/confirmation"),
    }


def test_signing_in_leads_back_to_where_one_came_from(browser: Browser) -> None:
    answer = browser.sign_in("/fr/setup/level/?exercise=abc&x=1")
    assert (answer.status, answer.headers["Location"]) == (303, "/fr/setup/level/?exercise=abc&x=1")
    assert browser.ask("GET", "/api/me").json["schools"] == [
        {"id": SCHOOL, "name": "Riverside School", "country": "BE", "locale": "fr", "mail_troubles": []}
    ]


def test_signing_in_keeps_the_day_for_every_school(browser: Browser) -> None:
    browser.sign_in()
    assert browser.days == [(RIVERSIDE.id, date(2026, 11, 24))]


def test_cookies_are_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    login = browser.ask("GET", "/auth/login").cookies["__Host-login"]
    session = browser.sign_in().cookies["__Host-session"]
    for cookie in (login, session):
        assert (cookie["path"], cookie["httponly"], cookie["secure"], cookie["samesite"]) == ("/", True, True, "Lax")
        assert cookie["domain"] == ""
    # Ends with the browser, or earlier with the session itself.
    assert (session["max-age"], session["expires"]) == ("", "")
    assert "__Host-login" not in browser.cookies


def test_every_log_in_gets_a_new_session_and_ends_the_old_one(browser: Browser) -> None:
    browser.sign_in()
    first = browser.cookies["__Host-session"]
    browser.sign_in()
    second = browser.cookies["__Host-session"]
    assert first != second
    assert len(second) == 43
    assert browser.logins.find(first, browser.clock()) is None


@pytest.mark.parametrize(
    "return_to",
    [
        "",
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org/",
        "\\\\evil.example.org",
        "/\t/evil.example.org",
        "/\r\nSet-Cookie: a=b",
        "/a b",
        "javascript:alert(1)",
        "en/setup/",
        "/école/",
        "/" + "a" * 500,
    ],
)
def test_signing_in_never_leads_elsewhere(browser: Browser, return_to: str) -> None:
    assert own_path(return_to) == "/"
    assert browser.sign_in(return_to).headers["Location"] == "/"


def test_an_answer_counts_once(browser: Browser) -> None:
    query = browser.go_to_provider()
    state = browser.cookies["__Host-login"]
    assert browser.come_back(query).status == 303
    browser.cookies = {"__Host-login": state}
    refused(browser.come_back(query))


def test_an_answer_counts_in_the_browser_that_asked(browser: Browser) -> None:
    query = browser.go_to_provider()
    browser.cookies = {}
    refused(browser.come_back(query))
    browser.go_to_provider()
    refused(browser.come_back(query))


def test_an_answer_counts_for_ten_minutes(browser: Browser) -> None:
    query = browser.go_to_provider()
    browser.clock.instant = at("2026-11-24T08:10")
    refused(browser.come_back(query))


@pytest.mark.parametrize(
    "change", [{"state": ""}, {"state": "made up"}, {"code": ""}, {"iss": "https://evil.example.org"}]
)
def test_an_answer_that_does_not_fit_is_refused(browser: Browser, change: dict[str, str]) -> None:
    refused(browser.come_back(browser.go_to_provider() | change))


@pytest.mark.parametrize("name", ["state", "code", "iss"])
def test_an_answer_that_lacks_something_is_refused(browser: Browser, name: str) -> None:
    query = browser.go_to_provider()
    del query[name]
    refused(browser.come_back(query))


def test_an_enormous_answer_is_refused(browser: Browser) -> None:
    refused(browser.come_back(browser.go_to_provider() | {"code": "x" * 5000}))


@pytest.mark.parametrize("cookie", ['"', "a=b=c; =", "\x00"])
def test_a_broken_cookie_is_no_cookie(browser: Browser, cookie: str) -> None:
    query = browser.go_to_provider()
    browser.cookies = {"__Host-login": cookie}
    refused(browser.come_back(query))


def test_an_error_of_the_provider_is_not_repeated(browser: Browser) -> None:
    query = browser.go_to_provider()
    del query["code"]
    answer = browser.come_back(query | {"error": "access_denied", "error_description": "<b>Anna Schmidt</b>"})
    refused(answer)
    assert "Schmidt" not in answer.text
    assert "Try again" in answer.text


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example.org"},
        {"exp": 0},
        {"acr": "https://provider.example.org/loa/basic"},
    ],
)
def test_a_token_that_proves_nothing_opens_no_session(browser: Browser, claims: dict[str, object]) -> None:
    browser.provider.claims = claims
    refused(browser.sign_in())
    assert browser.ask("GET", "/api/me").status == 401


def test_who_has_no_second_factor_is_told_so(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    browser.provider.claims = {"acr": "https://provider.example.org/loa/basic"}
    answer = browser.sign_in()
    refused(answer)
    assert "two factors" in answer.text
    assert f"{ISSUER}/logout" in answer.text
    reasons = [vars(record).get("reason") for record in caplog.records]
    assert f"{Reason.SECOND_FACTOR}; acr https://provider.example.org/loa/basic" in reasons
    assert SUBJECT not in str([vars(record) for record in caplog.records])


def test_an_identity_without_school_is_told_so(browser: Browser) -> None:
    browser.provider.claims = {"sub": "somebody else"}
    answer = browser.sign_in()
    refused(answer)
    assert "No school account" in answer.text
    assert f"{ISSUER}/logout" in answer.text
    assert "somebody else" not in answer.text


def test_an_identity_of_another_issuer_is_another_identity(browser: Browser) -> None:
    browser.schools.add(RIVERSIDE, Identity("https://another.example.org", SUBJECT))
    refused(browser.sign_in())


def test_a_provider_that_is_down_is_named(browser: Browser) -> None:
    browser.provider.down = True
    answer = browser.ask("GET", "/auth/login?return_to=/fr/setup/")
    refused(answer, 503)
    assert answer.headers["Retry-After"] == "2"
    assert 'lang="fr"' in answer.text


def test_a_page_speaks_the_browser_s_language(browser: Browser) -> None:
    answer = browser.come_back({}, Accept_Language="fr-BE, en;q=0.5")
    refused(answer)
    assert 'lang="fr"' in answer.text
    assert answer.headers["Content-Language"] == "fr"
    assert "/auth/login?return_to=/fr/setup/" in answer.text


class BrokenSchools(MemorySchools):
    """Fails in a way that nobody foresaw, and whose text repeats a secret."""

    def of_identity(self, identity: Identity) -> list[School]:
        raise RuntimeError(f"cannot find {identity.subject}")


def test_an_unforeseen_error_says_nothing(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(wiring.signing_in(), schools=BrokenSchools())
    monkeypatch.setattr(wiring, "signing_in", lambda: broken)
    answer = browser.sign_in()
    refused(answer, 500)
    assert SUBJECT not in answer.text + str([vars(record) for record in caplog.records])


def test_every_refusal_has_words() -> None:
    for reason in Reason:
        said = pages.words_for(LoginRefused(reason), "en")
        assert said.heading
        assert said.paragraphs


# The session


@pytest.mark.parametrize(
    "beside",
    ['a={"b": 1}', "a=é", "a b=c", "=x", "no value", 'a="x', "expires=x; Path=/", "a@b=c", "__host-session=x", ";;"],
)
def test_cookies_of_other_sites_of_our_domain_sign_nobody_out(browser: Browser, beside: str) -> None:
    browser.sign_in()
    ours, browser.cookies = f"__Host-session={browser.cookies['__Host-session']}", {}
    for sent in (f"{beside}; {ours}", f"{ours};{beside}"):
        assert browser.ask("GET", "/api/me", Cookie=sent).status == 200


def test_a_second_cookie_of_the_same_name_is_no_session(browser: Browser) -> None:
    browser.sign_in()
    ours, browser.cookies = browser.cookies["__Host-session"], {}
    other = replace(browser, cookies={})
    other.sign_in()
    theirs = other.cookies["__Host-session"]
    for first, second in ((ours, theirs), (theirs, ours)):
        sent = f"__Host-session={first}; __Host-session={second}"
        assert browser.ask("GET", "/api/me", Cookie=sent).status == 401


def test_a_stranger_is_nobody(browser: Browser) -> None:
    for method, path in (("GET", "/api/me"), ("POST", "/auth/logout")):
        answer = browser.ask(method, path)
        assert (answer.status, answer.json["code"]) == (401, "not_signed_in")


def test_a_session_lives_half_an_hour_without_a_request(browser: Browser) -> None:
    browser.sign_in()
    browser.clock.instant = at("2026-11-24T08:29:59")
    assert browser.ask("GET", "/api/me").status == 200
    browser.clock.instant = at("2026-11-24T08:59:58")
    assert browser.ask("GET", "/api/me").status == 200
    browser.clock.instant = at("2026-11-24T09:29:58")
    assert browser.ask("GET", "/api/me").status == 401


def test_a_session_lives_eight_hours_at_most(browser: Browser) -> None:
    browser.sign_in()
    for minutes in range(0, 8 * 60, 20):
        browser.clock.instant = at(f"2026-11-24T{8 + minutes // 60:02}:{minutes % 60:02}")
        assert browser.ask("GET", "/api/me").status == 200
    browser.clock.instant = at("2026-11-24T16:00")
    assert browser.ask("GET", "/api/me").status == 401


def test_signing_out_ends_the_session_here_and_at_the_provider(browser: Browser) -> None:
    browser.sign_in()
    cookie = browser.cookies["__Host-session"]
    token = browser.ask("GET", "/api/me").json["csrf_token"]
    answer = browser.ask("POST", "/auth/logout", X_CSRF_Token=token, Origin=SITE)
    assert answer.status == 200
    url = urlsplit(answer.json["end_session"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{ISSUER}/logout"
    assert parse_qs(url.query)["post_logout_redirect_uri"] == [f"{SITE}/"]
    assert "__Host-session" not in browser.cookies
    browser.cookies = {"__Host-session": cookie}
    assert browser.ask("GET", "/api/me").status == 401


def test_signing_out_works_while_the_provider_is_down(browser: Browser) -> None:
    browser.sign_in()
    token = browser.ask("GET", "/api/me").json["csrf_token"]
    for minutes in ("25", "50"):
        browser.clock.instant = at(f"2026-11-24T08:{minutes}")
        browser.ask("GET", "/api/me")
    # The provider's description is more than an hour old and cannot be fetched again.
    browser.clock.instant = at("2026-11-24T09:10")
    browser.provider.down = True
    answer = browser.ask("POST", "/auth/logout", X_CSRF_Token=token, Origin=SITE)
    assert (answer.status, answer.json["end_session"]) == (200, f"{SITE}/")
    assert browser.ask("GET", "/api/me").status == 401


def test_whoever_signs_out_everywhere_is_out_in_every_browser_and_nobody_else_is(browser: Browser) -> None:
    neighbour = Identity(ISSUER, "somebody-else")
    until = at("2026-11-24T16:00")
    browser.logins.open(CoordinatorSession("theirs", neighbour, (SCHOOL,), "csrf", until, until))
    other = replace(browser, cookies={})
    other.sign_in()
    browser.clock.instant = at("2026-11-24T08:10")
    browser.sign_in()
    began = {"began": "2026-11-24T08:10:00+00:00", "this": True}, {"began": "2026-11-24T08:00:00+00:00", "this": False}
    assert browser.ask("GET", "/auth/sessions").json == {"sessions": list(began)}
    for wrong in ({}, {"X_CSRF_Token": other.ask("GET", "/api/me").json["csrf_token"]}):
        assert browser.ask("DELETE", "/auth/sessions", **wrong).status == 403
    # Whoever was not there for half an hour is out already.
    browser.clock.instant = at("2026-11-24T08:35")
    assert browser.ask("GET", "/api/me").status == 200
    browser.clock.instant = at("2026-11-24T08:41")
    other.sign_in()
    assert [each["this"] for each in browser.ask("GET", "/auth/sessions").json["sessions"]] == [False, True]
    token = browser.ask("GET", "/api/me").json["csrf_token"]
    answer = browser.ask("DELETE", "/auth/sessions", X_CSRF_Token=token, Origin=SITE)
    assert answer.status == 200
    assert answer.json["end_session"].startswith(f"{ISSUER}/logout?")
    assert "__Host-session" not in browser.cookies
    for each in (browser, other):
        assert each.ask("GET", "/auth/sessions").json["code"] == "not_signed_in"
    assert browser.logins.find("theirs", browser.clock.instant)


@pytest.mark.parametrize("headers", [{}, {"X_CSRF_Token": "another"}, {"Sec_Fetch_Site": "cross-site"}])
def test_another_site_signs_nobody_out(browser: Browser, headers: dict[str, str]) -> None:
    browser.sign_in()
    token = browser.ask("GET", "/api/me").json["csrf_token"]
    answer = browser.ask(
        "POST", "/auth/logout", **({"X_CSRF_Token": token} if "Sec_Fetch_Site" in headers else {}), **headers
    )
    assert (answer.status, answer.json["code"]) == (403, "cross_site_request")
    assert browser.ask("GET", "/api/me").status == 200


def test_every_session_has_its_own_csrf_token(browser: Browser) -> None:
    browser.sign_in()
    first = browser.ask("GET", "/api/me").json["csrf_token"]
    browser.sign_in()
    second = browser.ask("GET", "/api/me").json["csrf_token"]
    assert first != second
    assert browser.cookies["__Host-session"] not in (first, second)


# Asking the provider over HTTP


class _Provider(BaseHTTPRequestHandler):
    """Answers by path: a status, «text», «list», «cut» or «elsewhere»."""

    def do_GET(self) -> None:
        what = self.path.strip("/")
        status = int(what) if what.isdigit() else 302 if what == "elsewhere" else 200
        body = {"text": b"<html>", "list": b"[]", "cut": b'{"a": '}.get(what, b'{"a": 1}')
        self.send_response(status)
        self.send_header("Location", "/200")
        self.send_header("Content-Length", str(len(body) + (5 if what == "cut" else 0)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_json_object_is_read(address: str) -> None:
    assert ProviderWeb().fetch(f"{address}/200") == {"a": 1}
    assert ProviderWeb().post(f"{address}/200", {"code": "x"}, {}) == {"a": 1}


@pytest.mark.parametrize("what", ["404", "500", "503", "429", "text", "list", "cut", "elsewhere"])
def test_without_a_good_answer_one_may_try_again(address: str, what: str) -> None:
    with pytest.raises(TryAgain):
        ProviderWeb().fetch(f"{address}/{what}")
    with pytest.raises(TryAgain):
        ProviderWeb().post(f"{address}/{what}", {"code": "x"}, {})


@pytest.mark.parametrize("status", ["400", "401", "403"])
def test_a_code_that_the_provider_does_not_accept_is_a_refusal(address: str, status: str) -> None:
    with pytest.raises(LoginRefused):
        ProviderWeb().post(f"{address}/{status}", {"code": "x"}, {})


def test_nobody_at_the_address_may_be_asked_again() -> None:
    with pytest.raises(TryAgain):
        ProviderWeb().fetch("http://127.0.0.1:1/")


def hear(browser: Browser, token: str) -> int:
    """Let the provider say that somebody logged out, as it does without any browser; return the status."""
    body = urlencode({"logout_token": token}).encode()
    stranger = replace(browser, cookies={})
    return stranger.ask(
        "POST", "/auth/backchannel-logout", body, Content_Type="application/x-www-form-urlencoded"
    ).status


def test_whoever_logs_out_at_the_provider_is_signed_out_here_in_every_browser(browser: Browser) -> None:
    other = replace(browser, cookies={})
    for each in (browser, other):
        each.sign_in()
        assert each.ask("GET", "/api/me").status == 200
    assert hear(browser, browser.provider.logout_token(sub="somebody-else", jti="first")) == 200
    assert browser.ask("GET", "/api/me").status == 200
    token = browser.provider.logout_token()
    assert hear(browser, token) == 200
    for each in (browser, other):
        assert each.ask("GET", "/api/me").status == 401
    # Said again, it ends nothing more.
    browser.sign_in()
    assert hear(browser, token) == 400
    assert browser.ask("GET", "/api/me").status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": 7},
        {"jti": None},
        {"jti": ""},
        {"events": None},
        {"events": {}},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": True}},
        {"events": ["http://schemas.openid.net/event/backchannel-logout"]},
        {"nonce": "as in an identity token"},
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"iat": 0},
        {"iat": None},
        {"iat": "soon"},
        {"exp": 0},
        {"exp": None},
        {"exp": float("inf")},
    ],
    ids=str,
)
def test_a_word_of_log_out_that_is_not_as_agreed_ends_nothing(browser: Browser, changes: dict[str, Any]) -> None:
    browser.sign_in()
    assert hear(browser, browser.provider.logout_token(**changes)) == 400
    assert browser.ask("GET", "/api/me").status == 200


def test_nobody_but_the_provider_can_log_somebody_out(browser: Browser) -> None:
    browser.sign_in()
    provider = browser.provider
    provider.signing_key = rsa_key("stranger")
    assert hear(browser, provider.logout_token()) == 400
    provider.signing_key, provider.algorithm = None, "RS256"
    assert hear(browser, provider.logout_token()) == 400
    provider.algorithm = "PS512"
    assert hear(browser, provider.id_token("nonce")) == 400
    for token in ("", "a.b.c", "x" * 5000):
        assert hear(browser, token) == 400
    assert browser.ask("GET", "/api/me").status == 200
    body = b"&".join(b"x=1" for _ in range(30))
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert browser.ask("POST", "/auth/backchannel-logout", body, **form).status == 422


def test_a_fresh_sign_in_asks_the_provider_anew_and_is_remembered(browser: Browser) -> None:
    browser.sign_in()
    browser.provider.claims = {"auth_time": int(browser.clock().timestamp()) - 3600}
    stale = browser.ask("GET", "/auth/login?fresh=yes&return_to=/en/profile/")
    asked = parse_qs(urlsplit(stale.headers["Location"]).query)
    assert (asked["max_age"], asked["prompt"]) == (["0"], ["login"])
    # A provider that lets somebody through unasked is not believed.
    refused(browser.come_back(browser.provider.log_in(stale.headers["Location"])))
    browser.provider.claims = {"auth_time": int(browser.clock().timestamp()) - 60}
    again = browser.ask("GET", "/auth/login?fresh=yes&return_to=/en/profile/")
    assert browser.come_back(browser.provider.log_in(again.headers["Location"])).status == 303
    session = browser.logins.find(browser.cookies["__Host-session"], browser.clock())
    assert session
    assert session.authenticated_at == browser.clock() - timedelta(seconds=60)


def test_whoever_loses_a_school_while_signing_in_gets_no_session_for_it(browser: Browser) -> None:
    query = browser.go_to_provider()
    opened = browser.logins.open

    def lose_the_school(session: CoordinatorSession) -> None:
        browser.logins.end_all(browser.schools.code(session.identity))
        opened(session)
        browser.schools.coordinate(RIVERSIDE, RIVERSIDE, {})

    browser.logins.open = lose_the_school  # type: ignore[method-assign]
    assert browser.come_back(query).status == 503
    assert browser.ask("GET", "/api/me").status == 401


def test_whoever_has_several_schools_goes_on_with_the_one_they_came_for(browser: Browser, monkeypatch: Any) -> None:
    elm = replace(RIVERSIDE, id="elmelmelmelm", emails=("elm@school.example.org",))
    service = replace(wiring.signing_in(), bind=lambda _claim, _who: elm.id)
    monkeypatch.setattr(wiring, "signing_in", lambda: service)
    browser.cookies["__Host-claim"] = "claim"
    assert browser.sign_in("/en/profile/").headers["Location"] == "/en/profile/"
    browser.schools.add(elm, Identity(ISSUER, SUBJECT))
    browser.cookies["__Host-claim"] = "claim"
    assert browser.sign_in("/en/profile/").headers["Location"] == f"/en/profile/?school={elm.id}"
    assert browser.sign_in("/en/profile/").headers["Location"] == "/en/profile/"
