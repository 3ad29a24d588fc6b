"""The respondents' functions on in-memory stores: two schools, an exercise each, a clock that stands still."""

import base64
import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest

from functions.report import wiring as report_wiring
from functions.report.app import certificate
from functions.report.certificates import Certificates
from functions.survey import wiring
from functions.survey.app import app
from functions.survey.pages import Pages
from functions.survey.service import Survey
from infra.headers import SECURITY_HEADERS
from infra.local.gateway import IMMUTABLE
from selfie.catalogue import CURRENT, catalogue
from selfie.domain import tokens
from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import OwnStatement, OwnText
from selfie.domain.school import EducationLevel, Identity, RespondentGroup, School
from selfie.domain.tally import Tally
from selfie.domain.tokens import Purpose
from tests.support.examples import LEADER, STUDENT, TEACHER, at, exercise
from tests.support.memory import MemoryExercises, MemorySchools, MemoryTallies, MemoryTotals, StoppedClock
from web.build import style_sheet

OTHER_SCHOOL = "bbbbbbbbbbbb"
KEYS = [b"newest key of this test", b"older key of this test"]
LOCALES = ("en", "fr", "ar")
OWN = (
    OwnStatement(
        1,
        "fr",
        date(2026, 10, 1),
        {
            TEACHER: OwnText("Notre <b>atelier</b> m'aide à essayer.", "Choisissez 5 si « souvent »."),
            STUDENT: OwnText("J'aime notre <script>alert(1)</script> club."),
        },
    ),
)


class SurveySite:
    """Everything behind the routes; tests look at the tallies and set the clock."""

    def __init__(self) -> None:
        self.clock = StoppedClock(at("2026-11-05T09:00:00"))
        self.exercises, self.tallies, self.schools = MemoryExercises(), MemoryTallies(), MemorySchools()
        self.exercise = replace(
            exercise(optional=("A4", "C10", "H10"), own=OWN), catalogue_version=CURRENT, links=_links("")
        )
        self.other = replace(
            exercise(level=EducationLevel.PRIMARY),
            school_id=OTHER_SCHOOL,
            catalogue_version=CURRENT,
            links=_links("primary-"),
        )
        for entry, name in ((self.exercise, "Riverside <School> & Friends"), (self.other, "Hill School")):
            self.schools.add(School(entry.school_id, name, "BE", "fr", ("office@example.org",)), Identity("i", name))
            self.exercises.add(entry)
            self.tallies.open(entry)
        self.keys: Sequence[bytes] = KEYS
        self.totals = MemoryTotals()
        self.survey = Survey(
            self.exercises, self.tallies, self.schools, catalogue, lambda: self.keys, self.clock, self.totals
        )
        self.pages = Pages("/static", LOCALES)
        self.certificates = Certificates(self.exercises, self.schools, lambda: self.keys, self.clock)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> "SurveySite":
        """Let the routes use these stores."""
        monkeypatch.setattr(wiring, "survey", lambda: self.survey)
        monkeypatch.setattr(wiring, "pages", lambda: self.pages)
        monkeypatch.setattr(wiring, "locales", lambda: LOCALES)
        monkeypatch.setattr(report_wiring, "certificates", lambda: self.certificates)
        monkeypatch.setattr(report_wiring, "locales", lambda: LOCALES)
        return self

    def token(self, purpose: Purpose, of: Exercise | None = None, group: RespondentGroup = TEACHER) -> str:
        """Sign a token of any purpose, good for an hour."""
        now = self.clock()
        made = tokens.new_token(purpose, (of or self.exercise).id, group, now, now + tokens.TIME_TO_PREVIEW)
        return tokens.sign(made, self.keys[0])

    def counted(self, group: RespondentGroup = TEACHER) -> Tally:
        """Seal and return a group's counts."""
        return self.tallies.seal(self.exercise.id, group)


def _links(prefix: str) -> Mapping[RespondentGroup, str]:
    return {LEADER: f"{prefix}leader-link", TEACHER: f"{prefix}teacher-link", STUDENT: f"{prefix}student-link"}


class Form(HTMLParser):
    """The controls of a page's form, as a browser without a script would send them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.controls: dict[str, list[str]] = {}
        self.checked: dict[str, list[str]] = {}
        self.texts: dict[str, str] = {}
        self.token = ""
        self.action = ""
        self.language = ""
        self.direction = ""
        self._text: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what can be sent."""
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language, self.direction = given["lang"], given["dir"]
        elif tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.token = given["value"]
        elif tag == "input":
            self.controls.setdefault(given["name"], []).append(given.get("value", ""))
            if "checked" in given:
                self.checked.setdefault(given["name"], []).append(given["value"])
        elif tag == "textarea":
            self._text = given["name"]
            self.controls[self._text] = []
            self.texts[self._text] = ""

    def handle_endtag(self, tag: str) -> None:
        """Leave a text field."""
        if tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        """Read what a text field holds; a browser drops its first line end."""
        if self._text:
            self.texts[self._text] += data.removeprefix("\n") if not self.texts[self._text] else data


def encode(token: str, answers: Mapping[str, str | Sequence[str]]) -> bytes:
    """Write a form post; answers by question code."""
    fields = {"token": token} | {f"a.{code}": given for code, given in answers.items()}
    return urlencode(fields, doseq=True).encode()


def handle(method: str, address: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Send a request through the function's handler as the HTTP API would."""
    parts = urlsplit(address)
    words = parts.path.strip("/").split("/")
    if words[0] == "s":
        route, parameters = "/".join(["/s/{link}", *words[2:]]), {"link": unquote(words[1])}
    else:
        route, parameters = "/api/previews/{token}", {"token": unquote(words[-1])}
    event = {
        "resource": route,
        "path": parts.path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": parse_qs(parts.query) or None,
        "pathParameters": parameters,
        "stageVariables": None,
        "requestContext": {"resourcePath": route, "httpMethod": method},
        "body": body.decode(),
        "isBase64Encoded": False,
    }
    answer = (certificate if words[-1] == "certificate" else app)(event, None)
    assert isinstance(answer, dict)
    json.dumps(answer)
    return answer


def content_of(answer: Mapping[str, Any]) -> bytes:
    """Return the body of an answer as it goes over the network."""
    body: str = answer["body"]
    return base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()


class Server:
    """A web server around the handlers.

    ``losing`` says how many of the next posts get no reply. ``cut`` is the number of the one request, counted from 0,
    that the network loses: on its way here, or with ``reply_only`` on its way back. ``posted`` numbers the posts.
    """

    def __init__(self, port: int) -> None:
        self.address = f"http://localhost:{port}"
        self.losing = 0
        self.posts = 0
        self.requests = 0
        self.cut = -1
        self.reply_only = False
        self.posted: list[int] = []

    def is_cut(self) -> bool:
        """Count a request and tell whether it is the one that is lost."""
        self.requests += 1
        return self.requests - 1 == self.cut


@contextmanager
def serve(static: Path) -> Iterator[Server]:
    """Serve the survey function and static files, as the build makes them, with the security headers of the CDN."""
    lock = threading.Lock()
    files = {path.name: path.read_bytes() for path in static.iterdir() if path.is_file()}
    files |= {name: style_sheet(name, files) for name in files if name.endswith(".css")}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            with lock:
                cut = site.is_cut()
            if cut and not site.reply_only:
                self._hang_up()
            elif self.path.startswith("/static/"):
                kind = {"css": "text/css", "js": "text/javascript"}[self.path.rsplit(".", 1)[-1]]
                headers = {"Content-Type": kind, "Cache-Control": IMMUTABLE}
                self._answer(200, headers, files[self.path.removeprefix("/static/")], lost=cut)
            else:
                self._handle("GET", b"", lost=cut)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with lock:
                site.posts += 1
                cut = site.is_cut()
                site.posted.append(site.requests - 1)
                lost = site.losing > 0
                site.losing -= lost
            if cut and not site.reply_only:
                self._hang_up()
            else:
                self._handle("POST", body, lost=lost or cut)

        def _handle(self, method: str, body: bytes, *, lost: bool = False) -> None:
            with lock:
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = handle(method, self.path, headers, body)
            self._answer(answer["statusCode"], answer["headers"], content_of(answer), lost=lost)

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        def _answer(self, status: int, headers: Mapping[str, str], content: bytes, *, lost: bool) -> None:
            if lost:
                self._hang_up()
                return
            self.send_response(status)
            for name, value in {**SECURITY_HEADERS, **headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Server(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
