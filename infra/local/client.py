"""Use the running system over HTTP only, as browsers do: sign in, call the API, open and send questionnaires."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPMessage
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPErrorProcessor, HTTPRedirectHandler, Request, build_opener

import pyotp

PATIENCE_SECONDS: Final = 90  # a clock that is moved answers when everything due has happened
STEP_SECONDS: Final = 30  # of a one-time code
CODES_TRIED: Final = 6  # others may have signed in with the first ones


class Refused(RuntimeError):
    """The system did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the system answered, redirects followed; ``url`` is where that ended."""

    status: int
    url: str
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class Field:
    """A control that can be filled in; ``values`` are those that can be chosen, in the page's order."""

    kind: str
    values: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """A page's form that is posted; ``action`` is a whole address."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)


class Client:
    """One browser: it keeps cookies and, once signed in, the token that changes need."""

    def __init__(self, site_url: str) -> None:
        """Open a browser that has not been here before."""
        self._site_url = site_url
        # Browsers trust plain http on this machine; this library has to be told.
        policy = DefaultCookiePolicy(secure_protocols=("http", "https"))
        self._cookies = CookieJar(policy)
        self._opener = build_opener(HTTPCookieProcessor(self._cookies), _SeeOther, _ErrorsAreAnswers)
        self._csrf_token = ""
        self._last_step = 0

    def cookies(self) -> dict[str, str]:
        """Return the cookies that the browser keeps, for another one to carry on."""
        return {cookie.name: cookie.value or "" for cookie in self._cookies}

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Get a page; raise URLError when nobody listens."""
        return self._open("GET", path, None, headers or {})

    def post_form(
        self, url: str, fields: Mapping[str, str | Sequence[str]], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Post a form as a browser does."""
        content_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._open("POST", url, urlencode(fields, doseq=True).encode(), content_type | dict(headers or {}))

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Call the API as our pages do, but for the headers that are given."""
        ours = {"Accept": "application/json", "Origin": self._site_url, "Sec-Fetch-Site": "same-origin"}
        if self._csrf_token:
            ours["X-CSRF-Token"] = self._csrf_token
        headers = ours | dict(headers or {})
        if body is None:
            return self._open(method, path, None, headers)
        return self._open(method, path, json.dumps(body).encode(), headers | {"Content-Type": "application/json"})

    def expect(self, status: int, method: str, path: str, body: Any = None) -> Any:
        """Call the API and return the JSON it answers; raise Refused on any other status."""
        answer = self.call(method, path, body)
        if answer.status != status:
            raise Refused(f"{method} {path} answered {answer.status} instead of {status}: {answer.text[:300]}")
        return answer.json() if answer.body else None

    def sign_in(
        self, name: str, password: str, totp_secret: str | None, at: str = "/auth/login"
    ) -> list[dict[str, Any]]:
        """Sign in at the identity provider and return the schools; raise Refused.

        A code counts once, so signing in often waits for the next one. ``at`` is where a page sent us to sign in.
        """
        answer, tried = self.get(f"{at.partition('?')[0]}?{_going_to_me(at)}"), 0
        while "/interaction/" in answer.url:
            code = self._next_code(totp_secret) if totp_secret else ""
            answer = self.post_form(answer.url, {"name": name, "password": password, "code": code})
            tried += 1
            if answer.status == HTTPStatus.UNAUTHORIZED and (totp_secret is None or tried == CODES_TRIED):
                raise Refused(f"the identity provider does not let {name} in")
        if answer.status != HTTPStatus.OK or not answer.url.endswith("/api/me"):
            raise Refused(f"signing in ended at {answer.url.partition('?')[0]} with {answer.status}")
        me = answer.json()
        self._csrf_token = me["csrf_token"]
        schools: list[dict[str, Any]] = me["schools"]
        return schools

    def log_out_at_provider(self) -> None:
        """Sign out here and confirm it at the provider, which then tells the product; raise Refused."""
        left = self.get(self.expect(200, "POST", "/auth/logout")["end_session"])
        (form,) = read_forms(left.text, left.url)
        if self.post_form(form.action, {**form.hidden, "logout": "yes"}).status != HTTPStatus.OK:
            raise Refused("the provider does not let anybody out")

    def open_questionnaire(self, link: str, locale: str = "en") -> Form:
        """Open a participation link and the questionnaire behind its button; raise Refused."""
        first = self.get(f"{link}?lang={locale}")
        page = self.get(f"{link}/questionnaire?lang={locale}") if first.status == HTTPStatus.OK else first
        if page.status != HTTPStatus.OK:
            raise Refused(f"{link} answered {page.status}")
        for form in read_forms(page.text, page.url):
            if "token" in form.hidden:
                return form
        raise Refused(f"{link} shows no questionnaire")

    def submit(self, form: Form, answers: Mapping[str, Sequence[str]], *, script: bool = False) -> Answer:
        """Send a questionnaire, by the page's script or without one."""
        accept = {"Accept": "application/json" if script else "text/html"}
        return self.post_form(form.action, {**form.hidden, **answers}, accept)

    def _next_code(self, secret: str) -> str:
        # The provider takes codes of the steps beside the current one, each later than the one before.
        step = max(self._last_step + 1, _step_now() - 1)
        while step > _step_now() + 1:
            time.sleep(1)
        self._last_step = step
        return pyotp.TOTP(secret).at(step * STEP_SECONDS)

    def _open(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        request = Request(urljoin(self._site_url, path), body, dict(headers), method=method)
        with self._opener.open(request, timeout=PATIENCE_SECONDS) as got:
            return Answer(got.status, got.url, got.headers, got.read())


def _going_to_me(address: str) -> str:
    """Return the query of a log-in, leading to what says who is signed in."""
    return urlencode(dict(parse_qsl(urlsplit(address).query)) | {"return_to": "/api/me"})


def read_forms(html: str, url: str) -> list[Form]:
    """Find the forms of a page that are posted."""
    reader = _FormReader(url)
    reader.feed(html)
    return reader.forms


class _FormReader(HTMLParser):
    """Collects forms with what can be filled in."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._url = url
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at forms and controls only."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = given.get("method", "get").lower() == "post"
            if self._open:
                self.forms.append(Form(urljoin(self._url, given.get("action", ""))))
        elif self._open and given.get("name"):
            self._add(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._open = False

    def _add(self, tag: str, given: Mapping[str, str]) -> None:
        form, name = self.forms[-1], given["name"]
        if tag == "input" and given.get("type") == "hidden":
            form.hidden[name] = given.get("value", "")
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            form.fields.setdefault(name, Field(given["type"])).values.append(given.get("value", "on"))
        elif tag in ("input", "textarea"):
            form.fields.setdefault(name, Field(given.get("type", "text") if tag == "input" else tag))


class _ErrorsAreAnswers(HTTPErrorProcessor):
    """Hands every status back, and follows redirects only."""

    def http_response(self, request: Request, response: Any) -> Any:
        """Let redirects be followed; everything else is an answer."""
        if response.status in (301, 302, 303, 307, 308):
            return super().http_response(request, response)
        return response

    https_response = http_response


class _SeeOther(HTTPRedirectHandler):
    """Drops the body's headers when a post is answered with another page, as browsers do."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        """Ask for the next page."""
        redirected = super().redirect_request(req, fp, code, msg, headers, newurl)
        if redirected is not None:
            redirected.remove_header("Content-type")
        return redirected


def _step_now() -> int:
    return int(time.time()) // STEP_SECONDS
