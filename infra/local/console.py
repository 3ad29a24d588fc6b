"""The operator's pages at ``/local``: mailbox, clock, executions, people, sample school; and the same as JSON."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote

import pyotp
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local.aws import Aws, Run
from infra.local.client import Refused
from infra.local.clock import AdjustableClock
from infra.local.gateway import Answer, Request
from infra.local.kept import Kept
from infra.local.people import COORDINATORS, LINDENHOF, OLD_PASSWORD, Person
from infra.local.scheduler import ClockWentBack, NotSettled, Scheduler
from selfie.domain.deadlines import BRUSSELS, closes_at
from selfie.domain.errors import SelfieError
from selfie.domain.research import Purpose
from selfie.ports import Exercises

FOLDER: Final = Path(__file__).parent / "pages"
PATH: Final = "/local"
UNTIL_CLOSED: Final = timedelta(seconds=40)  # what came in at the last second is waited for
LONGEST_EXERCISE: Final = timedelta(days=400)
# A message is somebody else's page: it may show itself and do nothing.
MESSAGE_POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


# What the operator starts by hand (docs/runbook): POST /local/functions/<name> with what it is given, as JSON.
BY_HAND: Final = (
    "support_look",
    "end_sessions",
    "replay_erasures",
    "copy_tallies",
    "delete_overdue",
    "restore_tallies",
    "skip_badge_numbers",
    "revoke_badge",
    "release",
)


# What can have become of a message: POST /local/mail/<number>/<outcome>; as infra/stacks/mail_events.py passes it on.
OUTCOMES: Final[dict[str, dict[str, Any]]] = {
    "arrived": {"kind": "delivery"},
    "bounced": {"kind": "bounce", "bounce": "Permanent"},
    "missed": {"kind": "bounce", "bounce": "Transient"},
    "unwanted": {"kind": "complaint"},
}


class BadRequest(ValueError):
    """Somebody asked the console for something that it cannot do."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the mailbox."""

    number: int
    content: EmailMessage

    @property
    def attachments(self) -> list[EmailMessage]:
        """The files that came with it."""
        return list(self.content.iter_attachments())

    def body(self, kind: str) -> str:
        """Return the text (``plain``) or the page (``html``), or nothing."""
        part = self.content.get_body((kind,))
        return str(part.get_content()) if part else ""

    def as_json(self) -> dict[str, Any]:
        """Describe it."""
        return {
            "number": self.number,
            "from": str(self.content["From"]),
            "to": [address.strip() for address in str(self.content["To"]).split(",")],
            "subject": str(self.content["Subject"]),
            "text": self.body("plain"),
            "attachments": [
                {"name": str(part.get_filename()), "content_type": part.get_content_type(), "path": path}
                for part, path in zip(self.attachments, self._attachment_paths(), strict=True)
            ],
        }

    def _attachment_paths(self) -> Iterator[str]:
        return (f"{PATH}/mail/{self.number}/attachments/{index}" for index in range(len(self.attachments)))


class Console:
    """Answers everything below ``/local``."""

    def __init__(
        self,
        *,
        clock: AdjustableClock,
        scheduler: Scheduler,
        aws: Aws,
        kept: Kept,
        people: dict[str, Person],
        exercises: Exercises,
        fill: Callable[[Person], dict[str, Any]],
        contribute: Callable[[], dict[str, Any]],
        invoke: Callable[[str, Any], Any],
        static_path: str,
        notes: list[str],
    ) -> None:
        """Take what there is to show and to do.

        ``fill`` makes the sample school, ``contribute`` schools for research, ``invoke`` calls a function as operators
        do, ``notes`` are for the reader.
        """
        self._invoke = invoke
        self._clock = clock
        self._scheduler = scheduler
        self._aws = aws
        self._kept = kept
        self._people = people
        self._exercises = exercises
        self._fill = fill
        self._contribute = contribute
        self._notes = notes
        pages = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        pages.globals |= {"static": static_path, "path": PATH}
        pages.filters["day_and_time"] = _day_and_time
        pages.filters["urlquote"] = lambda text: quote(text, safe="")
        self._pages = pages
        self._documents: dict[str, Callable[[], Any]] = {
            "state.json": self._state,
            "mail.json": lambda: [message.as_json() for message in self._messages()],
            "people.json": lambda: [asdict(person) for person in people.values()],
        }

    def __call__(self, request: Request) -> Answer | None:
        """Answer, or return None for paths of others."""
        if request.url.path != PATH and not request.url.path.startswith(f"{PATH}/"):
            return None
        parts = [unquote(part) for part in request.url.path.removeprefix(PATH).strip("/").split("/")]
        try:
            if request.method == "POST":
                return self._do(request, parts)
            return self._show(parts) if request.method in ("GET", "HEAD") else _not_found()
        except (BadRequest, ClockWentBack, Refused) as error:
            return self._failed(request, str(error), 400)
        except NotSettled as error:
            return self._failed(request, str(error), 504)

    def _show(self, parts: list[str]) -> Answer:
        match parts:
            case [""]:
                return self._page("console.html", **self._everything())
            case ["console.css"]:
                return Answer(200, (FOLDER / "console.css").read_bytes(), [("Content-Type", "text/css")])
            case [name] if name in self._documents:
                return Answer.json(self._documents[name]())
            case ["mail", number, *rest]:
                return self._show_message(number, rest)
            case ["runs", machine, name]:
                return self._show_run(machine, name)
        return _not_found()

    def _do(self, request: Request, parts: list[str]) -> Answer:
        # Another site that is open in the same browser must not move the clock.
        if request.header("sec-fetch-site") not in ("", "none", "same-origin"):
            return _not_found()
        given = _given(request)
        match parts:
            case ["clock"]:
                self._scheduler.move_to(self._instant(given))
                done: Any = self._state()
            case ["mail", number, outcome] if outcome in OUTCOMES:
                done = self._play(number, outcome)
                if not _is_json(request):
                    return Answer.redirect(f"{PATH}/mail/{number}")
            case ["functions", name] if name in BY_HAND:
                done = self._by_hand(name, given)
            case ["sample-school"]:
                done = self._fill(next(iter(self._people.values())))
            case ["research-schools"]:
                done = self._contribute()
            case _:
                return _not_found()
        return Answer.json(done) if _is_json(request) else Answer.redirect(PATH)

    def _play(self, number: str, outcome: str) -> Any:
        """Tell the function what Amazon SES would tell of a message."""
        message = next((message for message in self._messages() if str(message.number) == number), None)
        if message is None:
            raise BadRequest("there is no such message")
        return self._invoke("note_mail", OUTCOMES[outcome] | {"recipients": message.as_json()["to"]})

    def _by_hand(self, name: str, given: dict[str, Any]) -> Any:
        try:
            return self._invoke(name, given)
        except (SelfieError, ValueError) as error:  # a ValueError is pydantic's
            raise BadRequest(f"{name} refused what it was given: {getattr(error, 'code', 'invalid')}") from error

    def _instant(self, given: dict[str, Any]) -> datetime:
        """Read where to move the clock: ``to`` an instant, by ``days``, or to the ``next_closing``."""
        try:
            if given.get("next_closing"):
                return min(self._closings()) + UNTIL_CLOSED
            if "days" in given:
                return self._clock.now() + timedelta(days=int(given["days"]))
            instant = datetime.fromisoformat(str(given["to"]))
        except (KeyError, ValueError, OverflowError) as error:
            raise BadRequest("say where to: an instant, a number of days, or the next closing") from error
        # What a person types into the page is Brussels time.
        return instant if instant.tzinfo else instant.replace(tzinfo=BRUSSELS)

    def _closings(self) -> list[datetime]:
        now = self._clock.now()
        running = [self._exercises.get(exercise) for exercise in self._exercises.due(now + LONGEST_EXERCISE)]
        closings = [closes_at(exercise.last_day) for exercise in running if exercise.last_day]
        if not any(closing > now for closing in closings):
            raise BadRequest("no exercise is running")
        return [closing for closing in closings if closing > now]

    def _state(self) -> dict[str, Any]:
        self._kept.follow()
        now = self._clock.now()
        runs = self._aws.runs()
        return {
            "now": now.isoformat(),
            "offset_seconds": self._clock.offset.total_seconds(),
            "mail": len(self._kept.messages()),
            "busy": any(run.is_busy(now) for run in runs),
            "executions": [_run_as_json(run) for run in runs],
        }

    def _everything(self) -> dict[str, Any]:
        return {
            "now": self._clock.now(),
            "offset_days": self._clock.offset / timedelta(days=1),
            "tomorrow": datetime.combine(self._clock.now().astimezone(BRUSSELS) + timedelta(days=1), time(8)),
            "messages": [message.as_json() for message in reversed(self._messages())],
            "runs": self._aws.runs(),
            "people": [
                {
                    "name": person.name,
                    "password": person.password,
                    "school": COORDINATORS[person.name].name if person.name in COORDINATORS else "",
                    "totp_secret": person.totp_secret,
                    "code": pyotp.TOTP(person.totp_secret).now() if person.totp_secret else "",
                }
                for person in self._people.values()
            ],
            "purposes": list(Purpose),
            "old_account": LINDENHOF,
            "old_password": OLD_PASSWORD,
            "notes": self._notes,
            "error": "",
        }

    def _messages(self) -> list[Message]:
        self._kept.follow()
        return [
            Message(int(file.stem), message_from_bytes(file.read_bytes(), policy=policy.default))
            for file in self._kept.messages()
        ]

    def _show_message(self, number: str, rest: list[str]) -> Answer:
        message = next((message for message in self._messages() if str(message.number) == number), None)
        match rest:
            case [] if message:
                return self._page("message.html", message=message.as_json(), html=message.body("html") != "")
            case ["html"] if message:
                headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", MESSAGE_POLICY)]
                return Answer(200, message.body("html").encode(), headers)
            case ["attachments", index] if message and index in map(str, range(len(message.attachments))):
                part = message.attachments[int(index)]
                content = part.get_payload(decode=True)
                name = quote(str(part.get_filename()))
                headers = [
                    ("Content-Type", part.get_content_type()),
                    ("Content-Disposition", f"attachment; filename*=UTF-8''{name}"),
                ]
                return Answer(200, content if isinstance(content, bytes) else b"", headers)
        return _not_found()

    def _show_run(self, machine: str, name: str) -> Answer:
        run = next((run for run in self._aws.runs() if (run.machine, run.name) == (machine, name)), None)
        if run is None:
            return _not_found()
        events = [
            (
                event["id"],
                event["type"],
                _details(event).get("name"),
                json.dumps(_details(event), indent=2, default=str),
            )
            for event in self._aws.history(run.arn)
        ]
        return self._page("run.html", run=run, events=events)

    def _failed(self, request: Request, reason: str, status: int) -> Answer:
        if _is_json(request):
            return Answer.json({"error": reason}, status)
        return self._page("console.html", status, **self._everything() | {"error": reason})

    def _page(self, template: str, status: int = 200, **values: Any) -> Answer:
        html = self._pages.get_template(template).render(**values)
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        return Answer(status, html.encode(), headers)


def _given(request: Request) -> dict[str, Any]:
    text = request.body.decode("utf-8", errors="replace")
    if not _is_json(request):
        return {name: values[-1] for name, values in parse_qs(text).items()}
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise BadRequest("this is not JSON") from error
    if not isinstance(given, dict):
        raise BadRequest("this is not a JSON object")
    return given


def _is_json(request: Request) -> bool:
    return "x-www-form-urlencoded" not in request.header("content-type")


def _run_as_json(run: Run) -> dict[str, Any]:
    waits_until = run.waits_until.isoformat() if run.waits_until else None
    return {"machine": run.machine, "name": run.name, "status": run.status, "waits_until": waits_until}


def _details(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails") and value), {})
    return found


def _day_and_time(instant: datetime) -> str:
    return instant.astimezone(BRUSSELS).strftime("%A %-d %B %Y, %H:%M:%S")


def _not_found() -> Answer:
    return Answer.json({"message": "Not Found"}, 404)
