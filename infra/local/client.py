"""Use the system over HTTP only, as a coordinator and respondents would; for the demo and the sample school."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import pyotp

TIMEOUT_SECONDS: Final = 120
_MOST_LOGIN_PAGES: Final = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; refusals are answers too."""

    status: int
    url: str
    headers: Message[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)


class Refused(RuntimeError):
    """A call that should have succeeded did not."""


@dataclass(slots=True)
class Field:
    """One named control of a form: its kind and the values that it offers."""

    kind: str
    values: list[str] = field(default_factory=list)
    autocomplete: str = ""


@dataclass(slots=True)
class Form:
    """The first form of a page: where it goes, what it carries along, what can be filled in."""

    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.form is None:
            self.form, self._inside = Form(given.get("action", "")), True
        if not self._inside or self.form is None or not given.get("name"):
            return
        name, kind = given["name"], given.get("type", "text") if tag == "input" else tag
        if kind == "hidden":
            self.form.hidden[name] = given.get("value", "")
        elif tag in {"input", "textarea", "select"}:
            control = self.form.fields.setdefault(name, Field(kind, [], given.get("autocomplete", "")))
            control.values.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def first_form(page: str) -> Form:
    """Read the first form of a page; raise Refused when there is none."""
    reader = _FormReader()
    reader.feed(page)
    if reader.form is None:
        raise Refused("the page has no form")
    return reader.form


class Client:
    """One browser: keeps cookies, follows redirects."""

    def __init__(self, site_url: str) -> None:
        self.site_url = site_url
        # Cookies named __Host- want https; this machine counts as secure without it, as in browsers.
        policy = DefaultCookiePolicy(secure_protocols=("http", "https"))
        self._cookies = urllib.request.HTTPCookieProcessor(CookieJar(policy))
        self._opener = urllib.request.build_opener(self._cookies)
        self._csrf_token = ""

    def send(
        self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Make one request; ``address`` may be a path of the site."""
        url = urllib.parse.urljoin(self.site_url, address)
        request = urllib.request.Request(url, body, {"Accept": "*/*"} | dict(headers or {}), method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as got:
                return Answer(got.status, got.url, got.headers, got.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, refusal.url, refusal.headers, refusal.read())

    def get(self, address: str, language: str = "en") -> Answer:
        """Fetch a page or an answer."""
        return self.send("GET", address, headers={"Accept-Language": language})

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Call a coordinator's route as our pages do."""
        headers = {"Accept": "application/json", "X-CSRF-Token": self._csrf_token, "Origin": self.site_url}
        content = None
        if method != "GET":
            content = json.dumps(body if body is not None else {}).encode()
            headers["Content-Type"] = "application/json"
        return self.send(method, path, content, headers)

    def expect(self, status: int, method: str, path: str, body: Any = None) -> Any:
        """Call a route and return its JSON; raise Refused when the status is another."""
        answer = self.call(method, path, body)
        if answer.status != status:
            raise Refused(f"{method} {path} answered {answer.status} instead of {status}: {answer.text[:500]}")
        return answer.json() if answer.body else None

    def sign_in(self, name: str, password: str, totp_secret: str) -> list[dict[str, Any]]:
        """Sign in at the identity provider with password and second factor; return the coordinator's schools."""
        answer = self.get("/auth/login?return_to=/en/setup/")
        codes = pyotp.TOTP(totp_secret)
        tried = ""
        for _ in range(_MOST_LOGIN_PAGES):
            if answer.url.startswith(self.site_url):
                break
            form = first_form(answer.text)
            filled = dict(form.hidden)
            for field_name, control in form.fields.items():
                if control.autocomplete == "one-time-code":
                    tried = _next_code(codes, tried)
                    filled[field_name] = tried
                elif control.kind == "password":
                    filled[field_name] = password
                elif control.kind in {"text", "email"}:
                    filled[field_name] = name
            target = urllib.parse.urljoin(answer.url, form.action)
            answer = self.send("POST", target, urllib.parse.urlencode(filled).encode())
        me = self.call("GET", "/api/me")
        if me.status != 200:  # noqa: PLR2004
            raise Refused(f"signing in ended at a page that answered {answer.status}: {answer.text[:300]}")
        self._csrf_token = me.json()["csrf_token"]
        schools: list[dict[str, Any]] = me.json()["schools"]
        return schools

    def open_questionnaire(self, link: str, locale: str = "en") -> Form:
        """Open a questionnaire as a respondent does; ``link`` is the path of a participation link."""
        answer = self.get(f"{link}/questionnaire?lang={locale}")
        if answer.status != 200:  # noqa: PLR2004
            raise Refused(f"the questionnaire answered {answer.status}")
        return first_form(answer.text)

    def submit(self, form: Form, answers: Mapping[str, Sequence[str]], *, script: bool = True) -> Answer:
        """Send a questionnaire's form, as our script does or as a browser without it."""
        pairs = [*form.hidden.items(), *((name, value) for name, values in answers.items() for value in values)]
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers["Accept"] = "application/json" if script else "text/html"
        return self.send("POST", form.action, urllib.parse.urlencode(pairs).encode(), headers)


def _next_code(codes: pyotp.TOTP, tried: str) -> str:
    """Return a code that was not tried yet: each is worth one log-in, so the next may be half a minute away."""
    while (code := codes.now()) == tried:
        time.sleep(0.5)
    return code
