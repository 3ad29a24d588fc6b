"""Play every use case once for each of its AWS calls and each fault, and say what came of it.

Whoever asked tries again as they really would: the browser with the same token, the state machine with its ``Retry``, a
coordinator with a second press, the next night. Afterwards all that is stored, every e-mail and every report that was
started must be what they are when nothing fails. Drawing the document, which calls nothing, is left out.
"""

import base64
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import altcha
import boto3
from aws_lambda_powertools.utilities.parameters.base import DEFAULT_PROVIDERS
from moto.ses.models import ses_backends
from moto.stepfunctions.models import stepfunctions_backends

from functions.close_session import app as closing
from functions.register import puzzle
from functions.report import app as reports
from functions.research import app as research
from infra.functions import FUNCTIONS
from infra.local.aws import (
    ACCOUNT,
    BUCKET,
    MAIL_SENDER,
    RESEARCH_BUCKET,
    TOKEN_KEYS_SECRET,
    Aws,
    Secrets,
    aws_environment,
    moto,
    state_machine_arn,
)
from infra.local.dynamodb import REGION, Database, expire
from selfie.adapters import clock, keys
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain import deadlines
from selfie.domain.account import POLICY_VERSION, AccountLink, LinkPurpose, Role
from selfie.domain.action_plan import Objective, PlannedStatement
from selfie.domain.codes import code
from selfie.domain.errors import AlreadySent, ChangedMeanwhile, ExerciseFrozen, SelfieError, Unknown
from selfie.domain.informing import Informing
from selfie.domain.questionnaire import ScaleKind
from selfie.domain.school import EducationLevel, Identity, RespondentGroup, School
from selfie.ports import CoordinatorSession
from tests.support.faults import Fault, Faults, Killed

LEADER, TEACHER, STUDENT, TRAINER = RespondentGroup
SCHOOL: Final = School("abcdefgh2345", "Riverside School", "BE", "fr", ("school@example.org",))
COMPANY: Final = "company-steelsteelst"
HEAD, DEPUTY = Identity("https://identity.example", "head"), Identity("https://identity.example", "deputy")
FIRST_DAY, LAST_DAY = date(2026, 11, 2), date(2026, 11, 15)
NUMBERS: Final = {LEADER: 5, TEACHER: 12, STUDENT: 20, TRAINER: 3}
ANSWERED: Final = {LEADER: 5, TEACHER: 8, STUDENT: 12}
ENVIRONMENT: Final = {
    "STAGE": "faults",
    "SITE_URL": "https://selfie.example",
    "LOCALES": "en fr",
    "REPORTS_BUCKET": BUCKET,
    "RESEARCH_BUCKET": RESEARCH_BUCKET,
    "OIDC_ISSUER": HEAD.issuer,
    "MAIL_SENDER": MAIL_SENDER,
    "TOKEN_KEYS_SECRET": TOKEN_KEYS_SECRET,
    "BUILD_REPORT_ARN": state_machine_arn("build_report"),
    "POWERTOOLS_METRICS_NAMESPACE": "faults",
    "POWERTOOLS_SERVICE_NAME": "faults",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "CALENDAR": json.dumps([{"school_year": 2026, "number": 1, "first_day": "2026-08-17", "last_day": "2026-12-18"}]),
}
# As many tries as the most impatient state of the state machines makes.
TRIES: Final = 4

Item = Mapping[str, Any]
# What differs from one time to the next, and says nothing: random names, places of badges, and when something goes.
BY_CHANCE: Final = {
    "SCHOOL/EXERCISE": {"links"},
    "SCHOOL/BADGE": {"secret", "number", "credential", "token"},
    "BADGES/ISSUED": {"numbered"},
    "BADGES/STATUS": {"credential"},
    "LINK/LINK": {"PK"},
    "SCHOOL/PROFILE": {"PK", "id", "due_key", "version"},
    "EXERCISE/DOCUMENT": {"sent_by", "attempt"},
    "TALLY/TALLY": {"opening"},
    "ATTEMPTS/ATTEMPTS": {"attempts"},
}


# Counted beside what they count: one may be missing, or there twice.
MAY_BE_OFF: Final = frozenset({"TOTALS/TOTALS", "PUBLIC/COUNTERS"})


@dataclass(frozen=True, slots=True)
class Image:
    """All that is stored, by table and key."""

    tables: Mapping[str, Mapping[tuple[str, str], Item]]

    def facts(self) -> Counter[str]:
        """Describe each item without what chance put into it, and without totals over all schools."""
        items = [item for table in self.tables.values() for item in table.values()]
        return Counter(_described(item) for item in items if keys.kind(item) not in MAY_BE_OFF)


@dataclass(frozen=True, slots=True)
class UseCase:
    """Something that somebody asks of the system; ``stage`` is what there is before.

    ``settled`` are the refusals that tell whoever tries again that there is nothing left to do, ``leftovers`` the kinds
    of items that may be there once more: they go by their time to live. ``accepted`` differences are lived with.
    """

    name: str
    caller: str
    stage: str
    do: Callable[["World"], object]
    settled: tuple[type[SelfieError], ...] = ()
    leftovers: frozenset[str] = frozenset()
    accepted: tuple[str, ...] = ()
    again: Callable[["World"], object] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one fault; ``differences`` is empty when all is as without it."""

    number: int
    call: str
    fault: str
    how: str
    differences: tuple[str, ...]


@dataclass
class World:
    """One school on DynamoDB Local and moto, at one of several stages."""

    faults: Faults
    database: Database
    aws: Aws
    client: Any
    now: datetime
    started: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    _stages: dict[str, tuple[Image, datetime, dict[str, Any]]] = field(default_factory=dict)

    def reached(self, stage: str) -> None:
        """Keep all that is stored now under a name."""
        self._stages[stage] = (self.image(), self.now, dict(self.kept))

    def go_to(self, stage: str) -> None:
        """Put back what was stored at a stage, as for functions that have just been started."""
        image, self.now, self.kept = self._stages[stage][0], self._stages[stage][1], dict(self._stages[stage][2])
        there = self.image()
        for table, wanted in image.tables.items():
            present = there.tables[table]
            changes = [{"PutRequest": {"Item": item}} for key, item in wanted.items() if present.get(key) != item]
            changes += [
                {"DeleteRequest": {"Key": {"PK": item["PK"], "SK": item["SK"]}}}
                for key, item in present.items()
                if key not in wanted
            ]
            for first in range(0, len(changes), 25):
                self.client.batch_write_item(RequestItems={table: changes[first : first + 25]})
        self.aws.take_mail()
        self.started.clear()
        for machine in stepfunctions_backends[ACCOUNT][REGION].state_machines:
            machine.executions.clear()
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what functions remember between calls."""
        from functions.survey import wiring

        wiring.survey.cache_clear()
        for provider in DEFAULT_PROVIDERS.values():
            provider.store.clear()

    def image(self) -> Image:
        """Read all that is stored."""
        tables = {}
        for table in (self.database.exercises, self.database.counters, self.database.keys):
            items = self.client.scan(TableName=table, ConsistentRead=True)["Items"]
            tables[table] = {(item["PK"]["S"], item["SK"]["S"]): item for item in items}
        return Image(tables)

    def outcome(self) -> Counter[str]:
        """Describe what is stored, what was sent and what was started since the stage."""
        said = Counter[str]()
        for raw in self.aws.take_mail():
            mail = message_from_bytes(raw, policy=default)
            said[f"e-mail to {mail['To']}: {mail['Subject']}"] += 1
        machines = stepfunctions_backends[ACCOUNT][REGION].state_machines
        said.update(f"started {entry.name}" for machine in machines for entry in machine.executions)
        said.update(f"started {name}" for name in self.started)
        return self.image().facts() + said


def _described(item: Item) -> str:
    kind = keys.kind(item)
    without = BY_CHANCE.get(kind, set())
    # A random name in a key stands in no other place; what matters is that there is one.
    hidden = {"PK", "SK"} if kind.split("/")[0] in {"ACCOUNTLINK", "LINK", "PUZZLE", "IDENTITY"} else without
    if kind in {"SCHOOL/PROFILE", "SCHOOL/COORDINATOR", "EMAIL/EMAIL"}:
        hidden = hidden | {"PK", "school_id"}
    told = {name: _plain(value) for name, value in sorted(item.items()) if name not in hidden | without}
    return f"{kind} {json.dumps(told, sort_keys=True)}"


def _plain(value: Mapping[str, Any]) -> Any:
    ((_, inside),) = value.items()
    if isinstance(inside, bytes):
        return base64.b64encode(inside).decode()
    if isinstance(inside, list):
        return sorted(base64.b64encode(each).decode() if isinstance(each, bytes) else str(each) for each in inside)
    return str(inside)


# --- the faults ------------------------------------------------------------------------------------------------------


def play(world: World, use_case: UseCase, faults_per_call: int = len(Fault)) -> Iterator[Seen]:
    """Do it without a fault, then once for every call and fault; with fewer faults per call they take turns."""
    world.go_to(use_case.stage)
    world.faults.count()
    use_case.do(world)
    calls = list(world.faults.calls)
    expected = world.outcome()
    in_turns = cycle(Fault)
    for number, call in enumerate(calls, start=1):
        for fault in islice(in_turns, faults_per_call):
            if fault is Fault.REPEATED and call == "sesv2:SendEmail":
                continue  # e-mails are tried once, see the wirings
            world.go_to(use_case.stage)
            world.faults.strike(number, fault)
            how = _tried(world, use_case)
            world.faults.count()
            yield Seen(number, call, fault, how, _differences(world, expected, use_case))


def killed(world: World, use_case: UseCase) -> Iterator[Seen]:
    """End the process before every call and after the last one, then begin again."""
    world.go_to(use_case.stage)
    world.faults.count()
    use_case.do(world)
    calls = list(world.faults.calls)
    expected = world.outcome()
    points = [({"before": number}, number, call) for number, call in enumerate(calls, start=1)]
    for point, number, call in (*points, ({"after": len(calls)}, len(calls), calls[-1])):
        world.go_to(use_case.stage)
        world.faults.kill(**point)
        with suppress(Killed):
            use_case.do(world)
        world.faults.count()
        world.begin_anew()
        how = _tried(world, replace(use_case, do=use_case.again or use_case.do))
        fault = f"killed {next(iter(point))}"
        yield Seen(number, call, fault, how, _differences(world, expected, use_case))


def _tried(world: World, use_case: UseCase) -> str:
    """Ask until it is done, and say how often."""
    for number in range(1, TRIES + 1):
        try:
            ((use_case.again or use_case.do) if number > 1 else use_case.do)(world)
        except use_case.settled as error:
            if number == 1:
                return f"refused: {error.code}"
            return f"try {number}: {error.code}"
        except Exception as error:  # noqa: BLE001  whatever it is, somebody sees a refusal and tries again
            last = type(error).__name__
            world.begin_anew()
        else:
            return f"try {number}"
    return f"given up: {last}"


def _differences(world: World, expected: Counter[str], use_case: UseCase) -> tuple[str, ...]:
    found = world.outcome()
    more = [f"more: {each}" for each in (found - expected).elements()]
    less = [f"less: {each}" for each in (expected - found).elements()]
    may_be_left = tuple(f"more: {kind}/" for kind in use_case.leftovers)
    return tuple(each for each in (*more, *less) if not each.startswith(may_be_left))


# --- the use cases ---------------------------------------------------------------------------------------------------


def _open(world: World) -> None:
    from functions.survey import wiring

    wiring.survey().begin(world.kept["links"][STUDENT])


def _submit(group: RespondentGroup, *, text: bool) -> Callable[[World], None]:
    def submit(world: World) -> None:
        from functions.survey import wiring

        token, answers = world.kept["filled in"][group]
        given = {name: each for name, each in answers.items() if text or name != "open"}
        wiring.survey().record_submission(world.kept["links"][group], token, given)

    return submit


def _activate(world: World) -> None:
    from functions.exercise import wiring

    ours = world.kept["set up"]
    wiring.set_up().activate(ours.id, ours.version, Informing(True))


def _sign_up(world: World) -> None:
    from functions.register import wiring

    accounts = wiring.accounts()
    made = altcha.Challenge.from_dict(accounts.puzzle())
    solution = altcha.solve_challenge(made)
    assert solution
    accounts.ask("office@lakeside.example", POLICY_VERSION, "en", altcha.Payload(made, solution).to_base64())


def _confirm(world: World) -> None:
    from functions.register import wiring

    wiring.accounts().confirm("sign-up", "Lakeside School", "IE", "en")


def _bind(world: World) -> None:
    from functions.register import wiring

    identity = Identity(HEAD.issuer, "another")
    wiring.accounts().bind("claim", identity)
    assert [school.name for school in wiring.accounts().schools.of_identity(identity)] == ["Lakeside School"]


def _join(world: World) -> None:
    from functions.register import wiring

    wiring.coordination().join("joining", DEPUTY)


def _remove(world: World) -> None:
    from functions.register import wiring

    wiring.coordination().remove("removal")


def _ask_for_report(world: World) -> None:
    from functions.report import wiring

    wiring.service().request(world.kept["exercise"], "en")


def _change_plan(world: World) -> None:
    from functions.plan import wiring

    plan = world.kept["plan"]
    objective = Objective(0, "A plan that all know")
    wiring.planning().change(plan.id, plan.version, [PlannedStatement("A1", (objective,))])


def _ask_for_badge(world: World) -> None:
    from functions.badge import wiring

    wiring.service().ask(SCHOOL.id, "2026-1", "en")


def _remind(world: World) -> None:
    from functions.register import wiring

    wiring.reminders().remind()


def _end_accounts(world: World) -> None:
    """What the state machine ``end_accounts`` does."""
    from functions.privacy import wiring

    for due in retried(lambda: wiring.service().night()).due:
        retried(lambda due=due: wiring.service().act(due))  # type: ignore[misc]


def _night(world: World) -> None:
    """What the state machine ``close_session`` does, its ``Retry`` included; ``build_report`` is played by itself."""
    for exercise in retried(lambda: closing.list_due({}, None))["exercises"]:
        given = {"exercise": exercise}
        closed = retried(lambda given=given: closing.close_exercise(given, None))  # type: ignore[misc]
        if closed["report_name"] and closed["report_name"] not in world.started:
            world.started.append(closed["report_name"])
        retried(lambda given=given: research.contribute(given, None))  # type: ignore[misc]
        retried(lambda given=given: closing.finish_closing(given, None))  # type: ignore[misc]


def _report(world: World) -> None:
    """What the state machine ``build_report`` does, its ``Retry`` included."""
    given = {"exercise": world.kept["exercise"], "locale": "fr"}
    retried(lambda: reports.wait_for_results(given, None))
    retried(lambda: reports.render_document(given, None))
    retried(lambda: reports.record_report({**given, "state": "ready"}, None))
    world.kept["started"] = world.kept.get("started", 0) + 1
    tries = (f"report-{world.kept['started']}/{number}" for number in range(TRIES))
    retried(lambda: reports.send_report({**given, "execution": next(tries)}, None), never=not_sent_again())


def _report_asked_for_again(world: World) -> None:
    """What the runbook says when ReportFailed rings: who sees that no e-mail went out asks for the report again."""
    from functions.report import wiring

    if not ses_backends[ACCOUNT][REGION].sent_messages:
        wiring.service().request(world.kept["exercise"], "fr")
        _report(world)


def not_sent_again() -> frozenset[str]:
    """Read off the state machine after which errors an e-mail is not sent again."""
    shipped = json.loads((Path(__file__).parents[2] / "statemachines/build_report.asl.json").read_text())
    first = shipped["States"]["SendReport"]["Retry"][0]
    assert first["MaxAttempts"] == 0
    return frozenset(first["ErrorEquals"])


def retried(task: Callable[[], Any], never: frozenset[str] = frozenset()) -> Any:
    """Do a task as a state machine does: again after every error, but for some."""
    for left in reversed(range(TRIES)):
        try:
            return task()
        except Exception as error:
            if type(error).__name__ in never:
                return None
            if not left:
                raise
    return None


# Who asks again gets another e-mail where SES took the first one and its answer was lost.
ANOTHER_MAIL: Final = ("more: e-mail",)
# Noted before it is sent, so that two nights at once never send two; between both it can be lost.
NO_MAIL: Final = ("less: e-mail",)
# Only for whom the e-mail did not reach: the report is made and sent anew.
ANOTHER_REPORT: Final = ("more: started",)
NOTHING: Final = frozenset[str]()
LINKS: Final = frozenset({"ACCOUNTLINK"})
SENT: Final = (AlreadySent,)

USE_CASES: Final = (
    UseCase("open a questionnaire", "browser", "running", _open),
    UseCase("submit", "browser, same token", "running", _submit(STUDENT, text=False), SENT),
    UseCase("submit with an open answer", "browser, same token", "running", _submit(TEACHER, text=True), SENT),
    UseCase("submit with a one-time code", "browser, same token", "running", _submit(LEADER, text=True), SENT),
    UseCase("activate", "coordinator", "set up", _activate, (ExerciseFrozen, ChangedMeanwhile)),
    UseCase("ask to sign up", "school", "running", _sign_up, (), LINKS | {"PUZZLE"}, ANOTHER_MAIL),
    # Used up, and the browser does not know: the school asks for another link.
    UseCase("confirm an address", "school, same link", "running", _confirm, (Unknown,), LINKS),
    UseCase("make the account", "school, same browser", "running", _bind),
    UseCase("become a coordinator", "coordinator, same browser", "running", _join, (), LINKS, ANOTHER_MAIL),
    UseCase("remove a coordinator", "coordinator, same link", "running", _remove, (Unknown,), LINKS, ANOTHER_MAIL),
    UseCase("close an exercise", "state machine, next night", "answered", _night),
    UseCase(
        "build a report",
        "state machine, operator",
        "closed",
        _report,
        (),
        NOTHING,
        ANOTHER_REPORT,
        _report_asked_for_again,
    ),
    UseCase("ask for a report", "coordinator", "reported", _ask_for_report),
    UseCase("change a plan", "coordinator", "planned", _change_plan, (ChangedMeanwhile,)),
    UseCase("ask for a badge", "coordinator", "reported", _ask_for_badge),
    UseCase("remind schools", "next morning", "a year later", _remind, (), NOTHING, NO_MAIL),
    UseCase("remind idle schools", "state machine", "three years later", _end_accounts, (), NOTHING, NO_MAIL),
    UseCase("erase a school", "state machine, next night", "two weeks later", _end_accounts, (), NOTHING, NO_MAIL),
)


# --- the stages ------------------------------------------------------------------------------------------------------


@contextmanager
def world(database: Database, folder: Path) -> Iterator[World]:
    """Make a school and take it through all stages."""
    faults = Faults()
    with ExitStack() as parts:
        secrets = Secrets.of(folder / "secrets.json")
        own = {
            "EXERCISES_TABLE": database.exercises,
            "COUNTERS_TABLE": database.counters,
            "KEYS_TABLE": database.keys,
            "BADGE_KEYS": f"file:{secrets.badge_keys}",
            "RESEARCH_SEAL_KEY": f"file:{secrets.research_keys}",
        }
        parts.enter_context(patch.dict(os.environ, ENVIRONMENT | aws_environment(database.endpoint) | own))
        parts.enter_context(patch.object(boto3, "DEFAULT_SESSION", None))
        client = database.client()
        _forget()
        parts.callback(_forget)
        parts.enter_context(faults.watching())
        aws = parts.enter_context(moto(lambda name, event: {}, lambda: it.now))
        it = World(faults, database, aws, client, deadlines.opens_at(FIRST_DAY))
        parts.enter_context(patch.object(clock, "source", lambda: it.now))
        parts.enter_context(patch.object(puzzle, "_COST", 1))
        parts.enter_context(patch("selfie_reporting.document.document", lambda *_: b"%PDF-"))
        for bucket in (BUCKET, RESEARCH_BUCKET):
            aws.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        boto3.client("sesv2").create_email_identity(EmailIdentity=MAIL_SENDER)
        boto3.client("secretsmanager").create_secret(Name=TOKEN_KEYS_SECRET, SecretString=secrets.token_keys)
        definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
        aws.add_state_machine("build_report", json.dumps(definition))
        _live(it)
        yield it


def _live(it: World) -> None:
    from functions.exercise import wiring as exercise
    from functions.plan import wiring as plan
    from functions.privacy import wiring as privacy
    from functions.register import wiring as register

    schools = DynamoSchools(it.client, it.database.exercises)
    schools.add(replace(SCHOOL, remind_on=FIRST_DAY + timedelta(days=365)), HEAD)
    schools.add(School(COMPANY, "Steel", "BE", "en", ("steel@example.org",)), Identity(HEAD.issuer, "steel"))
    it.now = deadlines.opens_at(FIRST_DAY) - timedelta(hours=1)
    set_up = exercise.set_up()
    ours = set_up.begin(SCHOOL.id, EducationLevel.UPPER_SECONDARY_VOCATIONAL, NUMBERS)
    ours = set_up.choose_dates(ours.id, ours.version, FIRST_DAY, LAST_DAY)
    ours = set_up.choose_codes(ours.id, ours.version, [LEADER])
    it.kept = {"exercise": ours.id, "set up": ours}
    it.reached("set up")

    ours = set_up.activate(ours.id, ours.version, Informing(True))
    training = exercise.training()
    training.join(COMPANY, training.offer_code(ours.id), 6)
    company = training.new_link(COMPANY, ours.id).joined.link
    it.now = deadlines.opens_at(FIRST_DAY) + timedelta(hours=10)
    assert ours.links
    it.kept |= {"links": dict(ours.links), "filled in": {}}
    for group in ANSWERED:
        it.kept["filled in"][group] = _filled_in(ours.links[group], 0)
    _links(it, register.accounts().links)
    until = it.now + timedelta(hours=8)
    register.logins().open(CoordinatorSession("cookie", HEAD, (SCHOOL.id,), "csrf", until, until))
    it.reached("running")

    for group, number in ANSWERED.items():
        for slip in range(number):
            _send(ours.links[group], slip)
    for slip in range(5):
        _send(company, slip)
    it.now = deadlines.closes_at(LAST_DAY)
    it.reached("answered")

    _night(it)
    it.now = deadlines.results_at(LAST_DAY)
    it.reached("closed")
    _report(it)
    it.reached("reported")
    it.kept["plan"] = plan.planning().begin(ours.id, 2026, "A", ["A1"])
    it.reached("planned")

    service = privacy.service()
    service.leaving.signed_in(SCHOOL.id, FIRST_DAY)
    it.now = deadlines.opens_at(FIRST_DAY + timedelta(days=366))
    it.reached("a year later")
    it.now = deadlines.opens_at(date(2029, 9, 1))
    it.reached("three years later")
    # What was counted goes by itself after a month.
    it.now = deadlines.results_at(LAST_DAY + timedelta(days=31))
    expire(it.database, it.now)
    assert service.ask_for_erasure(SCHOOL.id, SCHOOL.name)
    it.now += timedelta(days=15)
    it.reached("two weeks later")


def _links(it: World, links: Any) -> None:
    until = it.now + timedelta(hours=8)
    email = "office@lakeside.example"
    sign_up = AccountLink(LinkPurpose.SIGN_UP, until, email, "en", POLICY_VERSION)
    links.add("sign-up", sign_up)
    links.add("claim", replace(sign_up, purpose=LinkPurpose.BINDING, name="Lakeside School", country="IE"))
    role = AccountLink(LinkPurpose.JOINING, until, "", "fr", school_id=SCHOOL.id, role=Role.SECONDARY)
    links.add("joining", role)
    holder = keys.identity_hash(HEAD)
    links.add("removal", replace(role, purpose=LinkPurpose.REMOVAL, role=Role.PRIMARY, holder=holder))


def _filled_in(link: str, slip: int) -> tuple[str, dict[str, list[str]]]:
    from functions.survey import wiring

    invitation, token = wiring.survey().begin(link, code(slip, link, wiring.token_keys()[0]))
    answers = {}
    for name, question in invitation.questionnaire.questions.items():
        is_text = question.kind is ScaleKind.OPEN_TEXT
        answers[name] = [f"We would like more time ({slip})."] if is_text else [question.options[0]]
    return token, answers


def _send(link: str, slip: int) -> None:
    from functions.survey import wiring

    wiring.survey().record_submission(link, *_filled_in(link, slip))


def _forget() -> None:
    """Empty what is kept for the life of a process: settings, clients, secrets."""
    wirings = {f"functions.{function.folder}.wiring" for function in FUNCTIONS}
    for wiring in ("selfie.wiring", *wirings):
        for kept in vars(import_module(wiring)).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
    DEFAULT_PROVIDERS.clear()
