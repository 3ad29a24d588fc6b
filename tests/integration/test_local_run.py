"""The run on one machine: gateway, environments, clock, scheduler, state machines, what is kept, and all of it."""

import base64
import gzip
import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from http import HTTPStatus
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import boto3
import pyotp
import pytest

from infra.functions import Function
from infra.headers import SECURITY_HEADERS
from infra.local.aws import BUCKET, MAIL_SENDER, Aws, RealCredentials, Secrets, moto, refuse_real_credentials
from infra.local.client import Refused, read_forms
from infra.local.clock import AdjustableClock
from infra.local.environments import Environments, Lambda
from infra.local.gateway import Gateway, HttpApi, Site
from infra.local.kept import Kept
from infra.local.people import people
from infra.local.processes import NotStarted, free_port, server
from infra.local.scheduler import ClockWentBack, Scheduler, UnknownExpression, firings
from infra.local.system import calendar
from infra.schedules import SCHEDULES, Schedule
from selfie.domain.session import Calendar, Session
from tests.support.local_system import LocalSystem, running_system, start, wait_until_ready

SMALL_APP = """
import time
from chalice.app import Chalice, Response
app = Chalice(app_name="small")
app.api.binary_types = ["application/pdf"]

@app.route("/api/echo/{word}", methods=["GET", "POST", "PUT"],
           content_types=["application/json", "application/x-www-form-urlencoded"])
def echo(word):
    request = app.current_request
    query = {name: request.query_params.getlist(name) for name in request.query_params or ()}
    return {"word": word, "body": request.raw_body.decode(), "query": query}

@app.route("/api/echo/fixed", methods=["GET"])
def fixed():
    return {"word": "the literal route"}

@app.route("/api/slow/{word}", methods=["GET"])
def slow(word):
    time.sleep(0.05)
    return {"word": app.current_request.uri_params["word"]}

@app.route("/api/cookies", methods=["GET"])
def cookies():
    return Response("", status_code=204, headers={"Set-Cookie": ["a=1", "b=2"]})

@app.route("/api/file", methods=["GET"])
def file():
    return Response(bytes(range(256)), headers={"Content-Type": "application/pdf"})

@app.route("/api/broken", methods=["GET"])
def broken():
    return Response("not a number", status_code="none")

@app.route("/s/{link}", methods=["GET"])
def respondent(link):
    return {"headers": dict(app.current_request.headers)}

@app.lambda_function(name="fails_twice")
def fails_twice(event, context):
    calls.append(event)
    if len(calls) < 3:
        raise TooBusy("not yet")
    return {"calls": len(calls), "function": context.function_name}

calls = []
class TooBusy(Exception):
    pass
"""
SMALL = (
    Function("small", "small", "app", memory_mb=128, timeout_s=5, serves_http=True),
    Function("fails_twice", "small", "fails_twice", memory_mb=128, timeout_s=5),
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small function of our own."""
    folder = tmp_path_factory.mktemp("functions")
    (folder / "small").mkdir()
    (folder / "small" / "app.py").write_text(SMALL_APP)
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a site of two languages."""
    folder = tmp_path_factory.mktemp("site")
    for name, content in {
        "en/index.html": "<p>home",
        "en/setup/index.html": "<p>set-up",
        "en/404.html": "<p>nothing here",
        "fr/index.html": "<p>accueil",
        "fr/404.html": "<p>rien ici",
        "static/1a2b/page.js": "export const long = '" + "x" * 2000 + "';",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder.parent / "secret.txt").write_text("outside the site")
    return folder


@pytest.fixture(scope="module")
def gateway(sources: Path, site: Path) -> Iterator[int]:
    """Serve the small function and the site; return the port."""
    port = free_port()
    serving = Gateway(port, [HttpApi([Environments(SMALL[0], sources)]), Site(site)])
    Thread(target=serving.serve_forever, daemon=True).start()
    yield port
    serving.shutdown()
    serving.server_close()


def ask(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def ask_json(port: int, path: str, headers: dict[str, str] | None = None) -> Any:
    return json.loads(ask(port, "GET", path, headers=headers)[2])


class TestGateway:
    def test_a_route_gets_its_decoded_parameter_and_query(self, gateway: int) -> None:
        answer = ask_json(gateway, "/api/echo/caf%C3%A9%20au%20lait?a=1&a=2&empty=")
        assert answer["word"] == "café au lait"
        assert answer["query"] == {"a": ["1", "2"], "empty": [""]}

    def test_a_literal_route_wins_over_a_parameter(self, gateway: int) -> None:
        assert ask_json(gateway, "/api/echo/fixed") == {"word": "the literal route"}

    @pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
    def test_a_body_arrives_as_it_was_sent(self, gateway: int, content_type: str) -> None:
        sent = "a=é&b=%20"
        status, _, body = ask(gateway, "POST", "/api/echo/x", sent.encode(), {"Content-Type": content_type})
        assert (status, json.loads(body)["body"]) == (200, sent)

    def test_respondents_requests_lose_everything_that_could_tell_who_they_are(self, gateway: int) -> None:
        told = ask_json(
            gateway, "/s/abc", {"Cookie": "a=1", "User-Agent": "Me", "Referer": "x", "Accept-Language": "fr"}
        )
        assert set(told["headers"]) <= {"accept", "accept-encoding", "accept-language", "content-type"}
        assert told["headers"]["accept-language"] == "fr"

    def test_several_cookies_arrive_one_by_one(self, gateway: int) -> None:
        status, headers, _ = ask(gateway, "GET", "/api/cookies")
        assert (status, [value for name, value in headers if name == "Set-Cookie"]) == (204, ["a=1", "b=2"])

    def test_binary_answers_arrive_byte_by_byte(self, gateway: int) -> None:
        _, headers, body = ask(gateway, "GET", "/api/file", headers={"Accept": "application/pdf"})
        assert (dict(headers)["Content-Type"], body) == ("application/pdf", bytes(range(256)))

    def test_every_request_at_once_has_an_environment_of_its_own(self, gateway: int) -> None:
        words = [f"word{number}" for number in range(24)]
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda word: ask_json(gateway, f"/api/slow/{word}")["word"], words))
        assert answers == words

    def test_an_unknown_path_and_a_method_without_route_are_not_found(self, gateway: int) -> None:
        assert ask(gateway, "GET", "/api/nothing")[0] == 404
        assert ask(gateway, "DELETE", "/api/cookies")[0] == 404

    def test_a_broken_answer_is_an_error_without_detail(self, gateway: int) -> None:
        status, _, body = ask(gateway, "GET", "/api/broken")
        assert status == 500
        assert b"Traceback" not in body

    @pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
    def test_other_methods_are_not_allowed(self, gateway: int, method: str) -> None:
        assert ask(gateway, method, "/en/")[0] == 405

    def test_a_body_that_is_too_large_is_refused_unread(self, gateway: int) -> None:
        with socket.create_connection(("127.0.0.1", gateway)) as connection:
            connection.sendall(b"POST /api/echo/x HTTP/1.1\r\nHost: a\r\nContent-Length: 6291457\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 413")

    @pytest.mark.parametrize("length", ["-1", "1e3", "many"])
    def test_a_length_that_is_no_number_is_refused(self, gateway: int, length: str) -> None:
        with socket.create_connection(("127.0.0.1", gateway)) as connection:
            connection.sendall(f"POST /api/echo/x HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 400")

    @pytest.mark.parametrize(
        ("path", "status", "content"),
        [
            ("/en/", 200, b"<p>home"),
            ("/en/setup/", 200, b"<p>set-up"),
            ("/en/nothing/", 404, b"<p>nothing here"),
            ("/fr/nothing", 404, b"<p>rien ici"),
            ("/en/404.html", 404, b"<p>nothing here"),
            ("/static/0000/page.js", 404, b"<p>nothing here"),
            ("/static/../../secret.txt", 404, b"<p>nothing here"),
            ("/en/%2e%2e/%2e%2e/secret.txt", 404, b"<p>nothing here"),
        ],
    )
    def test_pages_are_found_as_the_cdn_finds_them(self, gateway: int, path: str, status: int, content: bytes) -> None:
        assert ask(gateway, "GET", path)[::2] == (status, content)

    @pytest.mark.parametrize(
        ("accepted", "home"),
        [("fr-BE,fr;q=0.9,en;q=0.8", "/fr/"), ("de,fr;q=0.2,en;q=0.5", "/en/"), ("de", "/en/"), (";q=,", "/en/")],
    )
    def test_the_bare_address_leads_to_the_best_language(self, gateway: int, accepted: str, home: str) -> None:
        status, headers, _ = ask(gateway, "GET", "/", headers={"Accept-Language": accepted})
        assert (status, dict(headers)["Location"]) == (302, home)

    def test_a_folder_without_its_slash_gets_it(self, gateway: int) -> None:
        status, headers, _ = ask(gateway, "GET", "/en/setup")
        assert (status, dict(headers)["Location"]) == (302, "/en/setup/")

    def test_static_files_are_cached_for_ever_and_compressed(self, gateway: int, site: Path) -> None:
        _, headers, body = ask(gateway, "GET", "/static/1a2b/page.js", headers={"Accept-Encoding": "gzip"})
        told = dict(headers)
        assert told["Content-Type"] == "text/javascript; charset=utf-8"
        assert "immutable" in told["Cache-Control"]
        assert gzip.decompress(body) == (site / "static/1a2b/page.js").read_bytes()

    @pytest.mark.parametrize("path", ["/en/", "/api/echo/x", "/s/abc", "/nothing"])
    def test_every_answer_carries_the_security_headers(self, gateway: int, path: str) -> None:
        assert SECURITY_HEADERS.items() <= dict(ask(gateway, "GET", path)[1]).items()

    def test_head_tells_the_length_and_sends_nothing(self, gateway: int) -> None:
        status, headers, body = ask(gateway, "HEAD", "/en/")
        assert (status, dict(headers)["Content-Length"], body) == (200, "7", b"")

    def test_a_connection_serves_many_requests(self, gateway: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", gateway, timeout=10)
        connection.connect()
        first = connection.sock
        for _ in range(3):
            connection.request("GET", "/en/")
            assert connection.getresponse().read() == b"<p>home"
        assert connection.sock is first
        connection.close()


def test_a_failed_call_gives_its_environment_back(sources: Path) -> None:
    environments = Environments(SMALL[1], sources)
    for _ in range(2):
        with pytest.raises(Exception, match="not yet"):
            environments.invoke({})
    # The third call counts on from the second: the same environment.
    assert environments.invoke({}) == {"calls": 3, "function": "fails_twice"}


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo no disk left; exit 3"]
    with pytest.raises(NotStarted, match="no disk left"), server(command, port=free_port(), log=tmp_path / "log"):
        pass


class TestClock:
    def test_it_goes_on_where_it_was_after_a_restart(self, tmp_path: Path) -> None:
        clock = AdjustableClock(tmp_path / "clock.json")
        clock.move_to(clock.now() + timedelta(days=3))
        again = AdjustableClock(tmp_path / "clock.json")
        assert again.offset == clock.offset
        assert timedelta(days=3) - timedelta(seconds=5) < again.offset < timedelta(days=3) + timedelta(seconds=5)

    def test_it_does_not_go_back(self, tmp_path: Path) -> None:
        clock = AdjustableClock(tmp_path / "clock.json")
        clock.move_to(clock.now() - timedelta(days=1))
        assert clock.offset == timedelta(0)


class TestFirings:
    @pytest.mark.parametrize(
        ("first", "expected"),
        [
            (datetime(2026, 10, 24, tzinfo=UTC), [(24, 21), (25, 22), (26, 22)]),  # winter time begins
            (datetime(2027, 3, 27, tzinfo=UTC), [(27, 22), (28, 21), (29, 21)]),  # summer time begins
        ],
    )
    def test_the_closing_is_at_23_59_in_brussels_on_both_sides_of_a_clock_change(
        self, first: datetime, expected: list[tuple[int, int]]
    ) -> None:
        found = [firing.at for firing in firings(SCHEDULES[0], first, first + timedelta(days=3))]
        assert [(at.day, at.hour, at.minute) for at in found] == [(day, hour, 59) for day, hour in expected]

    def test_an_instant_fires_in_one_of_two_stretches_that_meet_there(self) -> None:
        closing = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
        before, after = closing - timedelta(hours=1), closing + timedelta(hours=1)
        assert [firing.at for firing in firings(SCHEDULES[0], before, closing)] == [closing]
        assert list(firings(SCHEDULES[0], closing, after)) == []

    @pytest.mark.parametrize("expression", ["rate(1 day)", "cron(59 23 ? * MON *)", "cron(0/5 * * * ? *)"])
    def test_an_expression_that_it_does_not_know_is_refused(self, expression: str) -> None:
        schedule = Schedule("x", expression, "Europe/Brussels", state_machine="close_session")
        now = datetime(2026, 11, 24, tzinfo=UTC)
        with pytest.raises((UnknownExpression, ValueError)):
            list(firings(schedule, now, now + timedelta(days=1)))


@pytest.mark.parametrize("today", [date(2026, 7, 31), date(2026, 8, 1), date(2027, 1, 1), date(2028, 2, 29)])
def test_every_day_of_the_local_calendar_lies_in_a_session(today: date) -> None:
    entries = [
        entry | {key: date.fromisoformat(entry[key]) for key in ("first_day", "last_day")} for entry in calendar(today)
    ]
    sessions = Calendar.of(Session(**entry) for entry in entries)
    assert all(sessions.current(today + timedelta(days=day)) for day in range(-200, 800))


class TestCredentials:
    @pytest.mark.parametrize(
        "variable",
        ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_ENDPOINT_URL_DYNAMODB"],
    )
    def test_a_real_account_stops_the_run(self, variable: str) -> None:
        with pytest.raises(RealCredentials, match=variable):
            refuse_real_credentials({variable: "something", "PATH": "/bin"})

    def test_a_region_or_our_own_credentials_do_not(self) -> None:
        refuse_real_credentials({"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "local", "AWS_PROFILE": ""})


WAITING = {
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "TimestampPath": "$.at", "Next": "Call"},
        "Call": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "${FailsTwiceFunctionArn}", "Payload.$": "$"},
            "OutputPath": "$.Payload",
            "Retry": [{"ErrorEquals": ["TooBusy"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1}],
            "End": True,
        },
    },
}
NOTHING = {"Type": "Succeed"}
CLOSING_AND_REMINDERS = [each for each in SCHEDULES if each.name in {"close-session", "remind-schools"}]
STARTING = {
    "StartAt": "Start",
    "States": {
        "Start": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution",
            "Parameters": {
                "StateMachineArn": "${BuildReportStateMachineArn}",
                "Name.$": "States.Format('of-{}', $$.Execution.Name)",
                "Input": {"at": "2100-01-01T00:00:00Z"},
            },
            "ResultPath": None,
            "End": True,
        }
    },
}


class TestStateMachines:
    @contextmanager
    def machines(self, sources: Path, folder: Path) -> Iterator[tuple[Aws, AdjustableClock]]:
        """Play AWS with two small state machines under the names of ours."""
        asl, clock, functions = folder / "asl", AdjustableClock(folder / "clock.json"), Lambda(SMALL, sources)
        asl.mkdir(exist_ok=True)
        (asl / "build_report.asl.json").write_text(json.dumps(WAITING))
        (asl / "close_session.asl.json").write_text(json.dumps(STARTING))
        (asl / "end_accounts.asl.json").write_text(json.dumps({"StartAt": "Done", "States": {"Done": NOTHING}}))
        functions.load()
        with pytest.MonkeyPatch.context() as patch, moto(functions.invoke, clock.now) as aws:
            patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
            yield aws, clock

    @pytest.fixture
    def region(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    @pytest.fixture
    def playing(self, region: None, sources: Path, tmp_path: Path) -> Callable[[], Any]:
        """Play AWS again and again in the same folder."""
        secrets = Secrets.of(tmp_path / "secrets.json")

        @contextmanager
        def play() -> Iterator[SimpleNamespace]:
            with self.machines(sources, tmp_path) as (aws, clock):
                aws.prepare(secrets, tmp_path / "asl")
                kept = Kept(tmp_path, aws)
                kept.restore()
                called: list[str] = []

                def call(function: str, _event: Any) -> None:
                    called.append(function)
                    raise RuntimeError("as when a function fails: the next night comes all the same")

                scheduler = Scheduler(clock, aws, kept, tmp_path / "schedule.json", call, CLOSING_AND_REMINDERS)
                yield SimpleNamespace(aws=aws, clock=clock, kept=kept, scheduler=scheduler, called=called)

        return play

    def status(self, aws: Aws, name: str) -> str:
        return next(run.status for run in aws.runs() if run.name == name)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "it took too long"
            time.sleep(0.05)

    def test_an_execution_waits_by_our_clock_then_calls_and_retries(self, playing: Callable[[], Any]) -> None:
        with playing() as local:
            at = (local.clock.now() + timedelta(days=2)).replace(microsecond=0)
            arn = local.aws.start("build_report", "one", json.dumps({"at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}))
            self.until(lambda: local.aws.runs()[0].waits_until == at)
            local.scheduler.move_to(at - timedelta(seconds=30))
            assert self.status(local.aws, "one") == "RUNNING"
            local.scheduler.move_to(at)
            assert self.status(local.aws, "one") == "SUCCEEDED"
            output = local.aws.step_functions.describe_execution(executionArn=arn)["output"]
            assert json.loads(output) == {"calls": 3, "function": "fails_twice"}

    def test_an_instant_that_is_none_fails_the_execution(self, playing: Callable[[], Any]) -> None:
        with playing() as local:
            local.aws.start("build_report", "bad", json.dumps({"at": "tomorrow"}))
            self.until(lambda: self.status(local.aws, "bad") == "FAILED")

    def test_missed_nights_fire_once_each_and_in_order(self, playing: Callable[[], Any]) -> None:
        with playing() as local:
            local.scheduler.move_to(local.clock.now() + timedelta(days=3))
            nights = [run.name for run in reversed(local.aws.runs()) if run.machine == "close_session"]
            assert len(nights) == 3
            # Functions that are called by the clock itself, each once a day.
            assert local.called.count("remind_schools") == 3
            assert nights == sorted(nights)
            assert {run.status for run in local.aws.runs() if run.machine == "close_session"} == {"SUCCEEDED"}
            # Each night started a report that waits, so nothing is busy.
            assert len(local.aws.runs()) == 6
            local.scheduler.move_to(local.clock.now() + timedelta(seconds=1))
            assert len(local.aws.runs()) == 6

    def test_the_clock_halts_where_an_execution_waits_for_before_it_goes_on_to_the_next_night(
        self, playing: Callable[[], Any]
    ) -> None:
        with playing() as local:
            noon = (local.clock.now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
            local.scheduler.move_to(noon)  # the next night is hours away, whenever this test runs
            at = noon + timedelta(hours=1)
            seen: list[datetime] = []
            original = local.aws.start

            def start(machine: str, name: str, execution_input: str = "{}") -> str:
                if machine == "close_session":
                    assert self.status(local.aws, "one") == "SUCCEEDED"
                seen.append(local.clock.now())
                return str(original(machine, name, execution_input))

            local.aws.start = start
            start("build_report", "one", json.dumps({"at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}))
            self.until(lambda: local.aws.runs()[0].waits_until == at)
            local.scheduler.move_to(local.clock.now() + timedelta(days=2))
            assert len(seen) == 3
            assert seen == sorted(seen)

    def test_the_clock_cannot_be_sent_back(self, playing: Callable[[], Any]) -> None:
        with playing() as local, pytest.raises(ClockWentBack):
            local.scheduler.move_to(local.clock.now() - timedelta(minutes=1))

    def test_nights_while_the_machine_was_off_are_made_up_for(self, playing: Callable[[], Any]) -> None:
        with playing():
            pass
        with playing() as local:
            local.clock.move_to(local.clock.now() + timedelta(days=2))  # as if it had been off
            local.scheduler.start()
            self.until(lambda: len([run for run in local.aws.runs() if run.machine == "close_session"]) == 2)
            local.scheduler.stop()

    def test_documents_messages_and_unfinished_executions_survive_a_restart(self, playing: Callable[[], Any]) -> None:
        with playing() as local:
            local.aws.s3.put_object(Bucket=BUCKET, Key="reports/a/é.pdf", Body=b"document")
            _send("One")
            local.aws.start("build_report", "later", json.dumps({"at": "2100-01-01T00:00:00Z"}))
            local.kept.follow()
        with playing() as local:
            assert local.aws.s3.get_object(Bucket=BUCKET, Key="reports/a/é.pdf")["Body"].read() == b"document"
            assert self.status(local.aws, "later") == "RUNNING"
            _send("Two")
            local.kept.follow()
            local.kept.follow()
            messages = [file.read_text() for file in local.kept.messages()]
            assert ["Subject: One" in messages[0], "Subject: Two" in messages[1], len(messages)] == [True, True, 2]


def _send(subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = MAIL_SENDER, "a@school.example", subject
    message.set_content("Hello")
    boto3.client("sesv2").send_email(
        FromEmailAddress=MAIL_SENDER,
        Destination={"ToAddresses": ["a@school.example"]},
        Content={"Raw": {"Data": message.as_bytes()}},
    )


def test_secrets_and_people_are_made_once(tmp_path: Path) -> None:
    secrets, known = Secrets.of(tmp_path / "secrets.json"), people(tmp_path / "people.json")
    assert Secrets.of(tmp_path / "secrets.json") == secrets
    assert people(tmp_path / "people.json") == known
    assert [len(base64.b64decode(key)) for key in json.loads(secrets.token_keys)] == [32, 32]
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_the_client_reads_forms_as_a_browser_fills_them() -> None:
    page = """<form action="/search"><input name="q"></form><form method="post" action="send?x=1">
      <input type="hidden" name="token" value="t"><input type="radio" name="a" value="1"><input type="radio" name="a"
      value="na"><input type="checkbox" name="b" value="x"><textarea name="c"></textarea><button name="d"></form>"""
    (form,) = read_forms(page, "http://localhost/s/abc/questionnaire")
    assert (form.action, form.hidden) == ("http://localhost/s/abc/send?x=1", {"token": "t"})
    assert [(name, field.kind, field.values) for name, field in form.fields.items()] == [
        ("a", "radio", ["1", "na"]),
        ("b", "checkbox", ["x"]),
        ("c", "textarea", []),
    ]


class TestTheWholeSystem:
    def test_somebody_with_two_factors_signs_in(self, local_system: LocalSystem) -> None:
        person, client = local_system.person("camille"), local_system.client()
        schools = client.sign_in(person["name"], person["password"], person["totp_secret"])
        assert "École de la Colline" in [school["name"] for school in schools]

    def test_somebody_with_one_factor_does_not(self, local_system: LocalSystem) -> None:
        person = local_system.person("sam")
        with pytest.raises(Refused, match="callback with 403"):
            local_system.client().sign_in(person["name"], person["password"], None)

    @pytest.mark.parametrize("wrong", [{"password": "guess"}, {"code": "000000"}, {"name": "nobody"}])
    def test_the_provider_says_the_same_whatever_is_wrong(
        self, local_system: LocalSystem, wrong: dict[str, str]
    ) -> None:
        person, client = local_system.person("alex"), local_system.client()
        page = client.get("/auth/login")
        # Older than any code that is taken.
        right = {"name": "alex", "password": person["password"], "code": pyotp.TOTP(person["totp_secret"]).at(0)}
        answer = client.post_form(page.url, right | wrong)
        assert (answer.status, "do not fit together" in answer.text) == (401, True)

    def test_a_code_works_once(self, local_system: LocalSystem) -> None:
        person = local_system.person("alex")
        given = {"name": "alex", "password": person["password"]}
        given["code"] = pyotp.TOTP(person["totp_secret"]).at(int(time.time()) + 30)
        statuses = []
        for _ in range(2):
            client = local_system.client()
            statuses.append(client.post_form(client.get("/auth/login").url, given).status)
        # Signed in, whether or not another test has made alex a coordinator of a school; then refused.
        assert (statuses[0] in (200, 403), statuses[1]) == (True, 401)

    def test_the_console_shows_clock_people_and_mailbox(self, local_system: LocalSystem) -> None:
        client = local_system.client()
        page = client.get("/local")
        assert page.status == 200
        assert all(text in page.text for text in ("Riverside School", "Brussels time", "Mailbox"))
        assert client.get("/local/console.css").status == 200
        assert client.get("/local/nothing").status == 404

    def test_the_clock_moves_and_nights_pass(self, local_system: LocalSystem) -> None:
        client = local_system.client()
        before = client.get("/local/state.json").json()
        after = client.expect(200, "POST", "/local/clock", {"days": 1})
        assert timedelta(days=1) <= _instant(after) - _instant(before) < timedelta(days=1, minutes=2)
        night = after["executions"][: len(after["executions"]) - len(before["executions"])]
        assert {run["machine"] for run in night} == {"close_session", "end_accounts"}
        assert {run["status"] for run in night} == {"SUCCEEDED"}
        assert not after["busy"]

    @pytest.mark.parametrize(
        "asked", [{"to": "2020-01-01T00:00:00Z"}, {"to": "soon"}, {"days": "x"}, {}, [], {"days": 10**12}]
    )
    def test_an_impossible_move_is_refused(self, local_system: LocalSystem, asked: Any) -> None:
        assert local_system.client().call("POST", "/local/clock", asked).status == 400

    def test_another_site_cannot_move_the_clock(self, local_system: LocalSystem) -> None:
        answer = local_system.client().post_form("/local/clock", {"days": "1"}, {"Sec-Fetch-Site": "cross-site"})
        assert answer.status == 404

    def test_every_function_has_its_routes(self, local_system: LocalSystem) -> None:
        client = local_system.client()
        assert client.get("/api/me").json()["code"] == "not_signed_in"
        assert client.get("/api/calendar").json()["current"]
        assert client.get("/s/unknown").status == 404
        assert client.get("/api/schools/riverside222/results").status == 401


def test_a_sample_school_survives_being_killed_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with running_system(tmp_path) as system:
        filled = system.client().expect(200, "POST", "/local/sample-school", {})
        servers = _servers_of(system.process.pid)
        assert len(servers) == 2  # java and node
        system.process.kill()
        system.process.wait(timeout=10)
        _wait_until_gone(servers)
    with running_system(tmp_path) as system:
        client = system.signed_in("robin")
        closed = client.expect(200, "GET", f"/api/exercises/{filled['closed']}")
        assert closed["state"] == "over"  # its results may be seen
        report = client.call("GET", f"/api/exercises/{filled['closed']}/documents/en")
        assert report.body.startswith(b"%PDF")
        (message,) = client.get("/local/mail.json").json()
        (attachment,) = message["attachments"]
        assert client.get(attachment["path"]).body == report.body
        assert (
            client.get(f"/local/mail/{message['number']}/html").headers["Content-Security-Policy"].startswith("sandbox")
        )
        assert client.open_questionnaire(filled["links"]["student"]).fields
        client.expect(200, "POST", "/local/clock", {"next_closing": True})
        assert client.get(filled["links"]["student"]).status == 410
        servers = _servers_of(system.process.pid)
        system.process.send_signal(signal.SIGTERM)
        assert system.process.wait(timeout=20) == 0
        _wait_until_gone(servers)


def test_a_port_in_use_is_named(local_system: LocalSystem, tmp_path: Path) -> None:
    process = start(tmp_path, int(local_system.url.rpartition(":")[2]))
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, "is in use" in said, "Traceback" in said) == (1, True, False)


def test_two_runs_do_not_share_a_folder(local_system: LocalSystem) -> None:
    second = start(local_system.folder, free_port())
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "another run uses" in said


def test_the_run_refuses_a_real_account(tmp_path: Path) -> None:
    process = start(tmp_path, free_port(), AWS_PROFILE="work")
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, "AWS_PROFILE" in said, "Traceback" in said) == (1, True, False)


def test_without_java_it_runs_and_says_that_nothing_is_kept(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    node = next(Path(folder) / "node" for folder in os.environ["PATH"].split(":") if (Path(folder) / "node").exists())
    (programs / "node").symlink_to(node)
    port = free_port()
    process = start(tmp_path / "data", port, PATH=str(programs))
    try:
        wait_until_ready(process)
        page = ask(port, "GET", "/local")[2].decode()
        assert "nothing is kept" in page
        assert ask(port, "GET", "/api/calendar")[0] == HTTPStatus.OK
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def _instant(state: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(state["now"])


def _servers_of(pid: int) -> list[int]:
    """Find the children of a process."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children]


def _wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() and _state(pid) != "Z" for pid in pids):
        assert time.monotonic() < deadline, "a server outlives its run"
        time.sleep(0.05)


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
