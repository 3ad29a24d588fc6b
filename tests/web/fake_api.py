"""The built site and an API that follows the domain's rules in memory, for looking at pages in a browser."""

import json
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from functions.exercise import views
from infra.headers import SECURITY_HEADERS
from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain import exercise as rules
from selfie.domain.errors import ChangedMeanwhile, Invalid, NotSignedIn, NotViewable, SelfieError, Unknown
from selfie.domain.exercise import Exercise, State
from selfie.domain.informing import Approval, Informing, checked_informing
from selfie.domain.participation import GroupParticipation
from selfie.domain.questionnaire import OwnText, ScaleKind
from selfie.domain.results import make_results
from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.domain.session import Calendar, Session
from selfie.domain.submission import ANY_TICK, counter
from selfie.domain.tally import Tally
from selfie_reporting.results_view import results_view

SCHOOL = "abcdefghijkl"
CSRF_TOKEN = "token-of-this-session"
COUNCIL_COUNTRIES = ("NL",)
CALENDAR = Calendar.of(
    [
        Session(date(2026, 4, 20), date(2026, 7, 10), 2025, 3),
        Session(date(2026, 9, 21), date(2026, 12, 18), 2026, 1),
        Session(date(2027, 1, 18), date(2027, 4, 2), 2026, 2),
    ]
)
LEADER, TEACHER, STUDENT, TRAINER = RespondentGroup


def example_exercise(level: EducationLevel = EducationLevel.LOWER_SECONDARY, **changes: Any) -> Exercise:
    """Return a set-up of the sample school."""
    numbers = {LEADER: 5, TEACHER: 45, STUDENT: 200}
    if level is EducationLevel.UPPER_SECONDARY_VOCATIONAL:
        numbers[TRAINER] = 12
    return replace(Exercise(SCHOOL, "2026-1", level, CURRENT, numbers), **changes)


def activated(exercise: Exercise, first_day: date, last_day: date, state: State = State.ACTIVATED) -> Exercise:
    """Give an exercise dates and links."""
    links = {group: f"{group.value.replace('_', '')}Zq81f5kTd0aXe7" for group in exercise.groups}
    return replace(exercise, first_day=first_day, last_day=last_day, state=state, links=links, activated_on=first_day)


def example_tallies(exercise: Exercise, submissions: Mapping[RespondentGroup, int]) -> dict[RespondentGroup, Tally]:
    """Make up answers, the same ones every time."""
    chance = Random(7)
    tallies = {}
    for group in exercise.groups:
        counts: dict[str, int] = {}
        for code, question in exercise.questionnaire(catalogue(), group).questions.items():
            if question.kind is ScaleKind.OPEN_TEXT:
                continue
            weights = [chance.random() ** 2 + 0.05 for _ in question.options]
            for _ in range(submissions[group]):
                if question.kind is ScaleKind.TICK_ALL:
                    ticked = {option for option in question.ratings if chance.random() < 0.3} | {question.ratings[0]}
                    for option in ticked | {ANY_TICK}:
                        counts[counter(code, option)] = counts.get(counter(code, option), 0) + 1
                    continue
                option = chance.choices(question.options, weights)[0]
                counts[counter(code, option)] = counts.get(counter(code, option), 0) + 1
        tallies[group] = Tally(group, submissions[group], counts)
    return tallies


@dataclass
class FakeApi:
    """The state behind the pages; a test arranges it, and may refuse the next request with ``refusal``."""

    site: Path
    today: date = date(2026, 11, 24)
    signed_in: bool = True
    country: str = "BE"
    levels: tuple[str, ...] = ()
    totals: Mapping[str, int | None] = field(default_factory=dict)
    exercises: dict[str, Exercise] = field(default_factory=dict)
    templates: list[Exercise] = field(default_factory=list)
    submitted: dict[RespondentGroup, int] = field(
        default_factory=lambda: {LEADER: 4, TEACHER: 30, STUDENT: 62, TRAINER: 5}
    )
    documents: dict[str, str] = field(default_factory=dict)
    open_answers: dict[str, list[str]] = field(default_factory=dict)
    refusal: tuple[int, dict[str, Any]] | None = None
    previews: list[str] = field(default_factory=list)

    def add(self, exercise: Exercise) -> str:
        """Store an exercise and return its id."""
        self.exercises[exercise.id] = exercise
        return exercise.id

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any, token: str | None) -> tuple[int, Any]:
        """Answer one request to the API."""
        if self.refusal and method != "GET":
            refusal, self.refusal = self.refusal, None
            return refusal
        try:
            if path not in {"/api/calendar", "/api/counts"} and not self.signed_in:
                raise NotSignedIn
            if method != "GET" and token != CSRF_TOKEN:
                return 403, {"code": "cross_site_request"}
            for route_method, pattern, handler in self._routes():
                match = re.fullmatch(pattern, path)
                if match and route_method == method:
                    return handler(*match.groups(), query=query, body=body)
            return 404, {"code": "unknown"}
        except Invalid as error:
            return 422, {"code": "invalid", "errors": [{"field": e.field, "code": e.code} for e in error.errors]}
        except SelfieError as error:
            status = {NotSignedIn: 401, Unknown: 404, NotViewable: 404}.get(type(error), 409)
            return status, {"code": error.code}

    def _routes(self) -> list[tuple[str, str, Callable[..., tuple[int, Any]]]]:
        one = "/api/exercises/([^/]+)"
        return [
            ("GET", "/api/me", self._me),
            ("GET", "/api/calendar", self._calendar),
            ("GET", "/api/counts", lambda **_: (200, self.totals) if self.totals else (404, {"code": "unknown"})),
            ("GET", "/api/schools/[^/]+/exercises", self._list),
            ("POST", "/api/schools/[^/]+/exercises", self._create),
            ("GET", "/api/schools/[^/]+/results", self._results_list),
            ("GET", "/api/schools/[^/]+/templates", self._templates),
            ("GET", "/api/schools/[^/]+/profile", lambda **_: (200, {"levels": self.levels})),
            ("GET", "/api/schools/[^/]+/badges", lambda **_: (200, {"sessions": []})),
            ("GET", one, lambda id, **_: (200, self._json(self._get(id)))),
            ("DELETE", one, self._delete),
            ("PUT", f"{one}/numbers", self._numbers),
            ("PUT", f"{one}/optional-statements", self._optional),
            ("POST", f"{one}/own-statements", self._add_own),
            ("PUT", f"{one}/own-statements/([0-9]+)", self._change_own),
            ("DELETE", f"{one}/own-statements/([0-9]+)", self._remove_own),
            ("PUT", f"{one}/dates", self._dates),
            ("POST", f"{one}/activation", self._activation),
            ("PUT", f"{one}/codes", self._codes),
            ("POST", f"{one}/links/([a-z_]+)/replacement", self._replacement),
            ("GET", f"{one}/questionnaire", self._questionnaire),
            ("POST", f"{one}/previews/([a-z_]+)", self._preview),
            ("GET", f"{one}/participation", self._participation),
            ("GET", f"{one}/results", self._results),
            ("GET", f"{one}/documents", self._documents),
            ("POST", f"{one}/documents", self._request_document),
        ]

    def _get(self, exercise_id: str, version: int | None = None) -> Exercise:
        if exercise_id not in self.exercises:
            raise Unknown
        if version is not None and self.exercises[exercise_id].version != version:
            raise ChangedMeanwhile
        return self.exercises[exercise_id]

    def _store(self, exercise: Exercise, status: int = 200) -> tuple[int, Any]:
        stored = replace(exercise, version=exercise.version + 1)
        self.exercises[exercise.id] = stored
        return status, self._json(stored)

    def _json(self, exercise: Exercise) -> dict[str, Any]:
        noon = datetime.combine(self.today, time(12), UTC)
        return views.exercise_json(exercise, exercise.phase(noon, CALENDAR.by_id(exercise.session_id)))

    def _me(self, **_: Any) -> tuple[int, Any]:
        school = {"id": SCHOOL, "name": "Riverside School", "country": self.country, "locale": "en"}
        return 200, {"schools": [school], "csrf_token": CSRF_TOKEN}

    def _calendar(self, **_: Any) -> tuple[int, Any]:
        return 200, views.calendar_json(CALENDAR, self.today, COUNCIL_COUNTRIES)

    def _list(self, **_: Any) -> tuple[int, Any]:
        return 200, {"exercises": [self._json(exercise) for exercise in self.exercises.values()]}

    def _templates(self, **_: Any) -> tuple[int, Any]:
        return 200, {"exercises": [self._json(exercise) for exercise in self.templates]}

    def _create(self, body: Any, **_: Any) -> tuple[int, Any]:
        numbers = {RespondentGroup(group): number for group, number in body["numbers"].items()}
        made = rules.set_up(SCHOOL, EducationLevel(body["level"]), numbers, CURRENT, CALENDAR, self.today)
        return self._store(made, 201)

    def _delete(self, exercise_id: str, query: Mapping[str, str], **_: Any) -> tuple[int, Any]:
        del self.exercises[self._get(exercise_id, int(query["version"])).id]
        return 204, None

    def _numbers(self, exercise_id: str, body: Any, **_: Any) -> tuple[int, Any]:
        numbers = {RespondentGroup(group): number for group, number in body["numbers"].items()}
        return self._store(rules.with_numbers(self._get(exercise_id, body["version"]), numbers))

    def _optional(self, exercise_id: str, body: Any, **_: Any) -> tuple[int, Any]:
        return self._store(rules.with_optional(self._get(exercise_id, body["version"]), body["codes"], catalogue()))

    def _add_own(self, exercise_id: str, body: Any, **_: Any) -> tuple[int, Any]:
        exercise = self._get(exercise_id, body["version"])
        return self._store(rules.with_own_statement(exercise, body["locale"], _own_texts(body), self.today), 201)

    def _change_own(self, exercise_id: str, number: str, body: Any, **_: Any) -> tuple[int, Any]:
        exercise = self._get(exercise_id, body["version"])
        return self._store(rules.with_changed_own_statement(exercise, int(number), body["locale"], _own_texts(body)))

    def _remove_own(self, exercise_id: str, number: str, query: Mapping[str, str], **_: Any) -> tuple[int, Any]:
        exercise = self._get(exercise_id, int(query["version"]))
        return self._store(rules.without_own_statement(exercise, int(number)))

    def _dates(self, exercise_id: str, body: Any, **_: Any) -> tuple[int, Any]:
        first_day, last_day = (date.fromisoformat(body[name]) for name in ("first_day", "last_day"))
        exercise = self._get(exercise_id, body["version"])
        return self._store(rules.with_dates(exercise, first_day, last_day, CALENDAR, self.today))

    def _codes(self, exercise_id: str, body: Any, **_: Any) -> tuple[int, Any]:
        groups = [RespondentGroup(group) for group in body["groups"]]
        return self._store(rules.with_codes(self._get(exercise_id, body["version"]), groups))

    def _activation(self, exercise_id: str, body: Any, **_: Any) -> tuple[int, Any]:
        exercise = self._get(exercise_id, body["version"])
        links = {group: f"{group.value}-first" for group in exercise.groups}
        made = rules.activated(exercise, links, CALENDAR, self.today)
        approval = body["approval"] and Approval(
            body["approval"]["body"], date.fromisoformat(body["approval"]["day"]), body["approval"]["reference"]
        )
        confirmed = checked_informing(
            Informing(body["informed"], approval),
            council_must_agree=self.country in COUNCIL_COUNTRIES,
            today=self.today,
        )
        return self._store(replace(made, informing=confirmed))

    def _replacement(self, exercise_id: str, group: str, **_: Any) -> tuple[int, Any]:
        changed = rules.with_replaced_link(self._get(exercise_id), RespondentGroup(group), f"{group}-second")
        return self._store(changed)

    def _questionnaire(self, exercise_id: str, query: Mapping[str, str], **_: Any) -> tuple[int, Any]:
        exercise = self._get(exercise_id)
        words = texts(CURRENT, exercise.family, query["locale"])
        return 200, views.questionnaire_json(exercise, catalogue(), words)

    def _preview(self, exercise_id: str, group: str, **_: Any) -> tuple[int, Any]:
        self.previews.append(group)
        return 201, {"path": f"/api/previews/{group}"}

    def _participation(self, exercise_id: str, **_: Any) -> tuple[int, Any]:
        numbers = self._get(exercise_id).numbers
        return 200, views.participation_json(
            [GroupParticipation(g, n, self.submitted[g]) for g, n in numbers.items() if n]
        )

    def _results_list(self, **_: Any) -> tuple[int, Any]:
        states = ["viewable", "completion_too_low", "running_until", "not_started", "not_participating"]
        viewable = next(iter(self.exercises), None)
        levels = [
            {"level": level, "state": state, "exercise": viewable, "until": "2026-12-04" if "until" in state else None}
            for level, state in zip(EducationLevel, states, strict=True)
        ]
        return 200, {"sessions": [{"id": "2026-1", "school_year": 2026, "number": 1, "levels": levels}]}

    def _results(self, exercise_id: str, query: Mapping[str, str], **_: Any) -> tuple[int, Any]:
        exercise = self._get(exercise_id)
        results = make_results(exercise, catalogue(), example_tallies(exercise, self.submitted))
        if not results.viewable:
            raise NotViewable
        words = texts(CURRENT, exercise.family, query["locale"])
        return 200, results_view(results, exercise, words, self.open_answers, query["locale"])

    def _documents(self, exercise_id: str, **_: Any) -> tuple[int, Any]:
        return 200, {"documents": [{"locale": tag, "state": state} for tag, state in self.documents.items()]}

    def _request_document(self, exercise_id: str, body: Any, **_: Any) -> tuple[int, Any]:
        self.documents[body["locale"]] = "waiting"
        return 202, {"locale": body["locale"], "state": "waiting"}


def _own_texts(body: Any) -> dict[RespondentGroup, OwnText]:
    return {RespondentGroup(group): OwnText(**text) for group, text in body["texts"].items()}


class SiteServer:
    """Serves the built site and a fake API on a free port until it is closed."""

    def __init__(self, api: FakeApi) -> None:
        self.api = api

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length)) if length else None
                url = urlsplit(self.path)
                if url.path.startswith("/api/"):
                    query = {name: values[0] for name, values in parse_qs(url.query).items()}
                    status, answer = api.answer(self.command, url.path, query, body, self.headers.get("X-CSRF-Token"))
                    kind = "application/json" if status < 400 else "application/problem+json"
                    self._send(status, kind, b"" if answer is None else json.dumps(answer).encode())
                    return
                file = api.site / url.path.lstrip("/")
                file = file / "index.html" if file.is_dir() else file
                if file.is_file():
                    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                    self._send(200, kind, file.read_bytes())
                else:
                    self._send(404, "text/html", (api.site / "404.html").read_bytes())

            def _send(self, status: int, kind: str, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                for name, value in SECURITY_HEADERS.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = _answer

            def log_message(self, format: str, *args: Any) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
