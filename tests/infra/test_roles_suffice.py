"""Each role is enough for what its function does, and nothing in it is left over: the real use cases are run and every
request to DynamoDB that they make is held against the role in the template."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.parameters.base import DEFAULT_PROVIDERS
from moto import mock_aws

from infra.functions import FUNCTIONS
from infra.tables import TABLES
from selfie import settings as settings_module
from selfie.adapters import clock
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain import deadlines
from selfie.domain.errors import AlreadySent, CapReached
from selfie.domain.questionnaire import ScaleKind
from selfie.domain.school import EducationLevel, Identity, RespondentGroup, School
from selfie.domain.tally import cap
from selfie.ports import CoordinatorSession, DocumentState, LoginTransaction
from tests.infra.conftest import Cloud
from tests.infra.roles import Request, Statement, allows, requests_in
from tests.support.examples import SCHOOL

COORDINATOR = Identity("https://identity.example.org", "somebody")
FIRST_DAY, LAST_DAY = date(2026, 11, 2), date(2026, 11, 15)
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "EXERCISES_TABLE": "Exercises",
    "COUNTERS_TABLE": "Counters",
    "REPORTS_BUCKET": "reports",
    "MAIL_SENDER": "no-reply@example.org",
    "TOKEN_KEYS_SECRET": "token-keys",
    "CALENDAR": json.dumps(
        [{"school_year": 2026, "number": 1, "first_day": "2026-08-17", "last_day": "2026-12-18"}],
    ),
}


@dataclass
class Recorder:
    """Writes down which function asks DynamoDB for what."""

    function: str = ""
    requests: list[tuple[str, Request]] = field(default_factory=list)

    def __call__(self, params: dict[str, Any], model: Any, **_rest: Any) -> None:
        if self.function:
            self.requests += [(self.function, request) for request in requests_in(model.name, params)]

    @contextmanager
    def acting_as(self, function: str) -> Iterator[None]:
        """Take what follows for requests of a function."""
        self.function = function
        yield
        self.function = ""


@pytest.fixture(scope="module")
def requests() -> Iterator[list[tuple[str, Request]]]:
    """Run one exercise from sign-in to the report's e-mail and return what DynamoDB was asked for on the way."""
    from functions.close_session import wiring as closing
    from functions.exercise import wiring as exercise
    from functions.register import wiring as register
    from functions.report import wiring as report
    from functions.survey import wiring as survey

    wirings = (closing, exercise, register, report, survey)
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setattr(clock, "source", lambda: deadlines.opens_at(FIRST_DAY) - timedelta(days=1))
        patch.setattr(boto3, "DEFAULT_SESSION", boto3.Session())
        _forget(*wirings)
        machine = _make_resources()
        patch.setenv("BUILD_REPORT_ARN", machine)
        recorder = Recorder()
        boto3.DEFAULT_SESSION.events.register("provide-client-params.dynamodb", recorder)
        _run(recorder, patch, *wirings)
        yield recorder.requests
    _forget(*wirings)


def _run(
    recorder: Recorder,
    patch: pytest.MonkeyPatch,
    closing: ModuleType,
    exercise: ModuleType,
    register: ModuleType,
    report: ModuleType,
    survey: ModuleType,
) -> None:
    now = clock.now()
    with recorder.acting_as("register"):
        logins, schools = register.logins(), register.schools()
        logins.begin(LoginTransaction("state", "nonce", "verifier", "/en/", now + timedelta(minutes=10)))
        assert logins.take("state", now)
        assert [school.id for school in schools.of_identity(COORDINATOR)] == [SCHOOL]
        for cookie in ("first", "second"):
            logins.open(_session(cookie, now))
        assert logins.find("first", now)
        logins.end("second")
    with recorder.acting_as("exercise"):
        assert exercise.logins().find("first", now)
        set_up = exercise.set_up()
        numbers = {RespondentGroup.SCHOOL_LEADER: 5, RespondentGroup.TEACHER: 45, RespondentGroup.STUDENT: 200}
        gone = set_up.begin(SCHOOL, EducationLevel.PRIMARY, numbers)
        set_up.remove(gone.id, gone.version)
        ours = set_up.begin(SCHOOL, EducationLevel.LOWER_SECONDARY, numbers)
        ours = set_up.choose_dates(ours.id, ours.version, FIRST_DAY, LAST_DAY)
        ours = set_up.activate(ours.id, ours.version)
        ours = set_up.replace_link(ours.id, RespondentGroup.TEACHER)
        preview = set_up.preview(ours.id, RespondentGroup.TEACHER)
        assert [entry.id for entry in set_up.listed(SCHOOL)] == [ours.id]
    patch.setattr(clock, "source", lambda: deadlines.opens_at(FIRST_DAY))
    link = ours.links[RespondentGroup.SCHOOL_LEADER]
    with recorder.acting_as("survey"):
        assert survey.survey().preview(preview)
        for _ in range(cap(numbers[RespondentGroup.SCHOOL_LEADER])):
            answers, token = _fill_in(survey, link)
            survey.survey().record_submission(link, token, answers)
        with pytest.raises(AlreadySent):
            survey.survey().record_submission(link, token, answers)
        # One too many: its text is put down, refused and taken away.
        answers, token = _fill_in(survey, link)
        with pytest.raises(CapReached):
            survey.survey().record_submission(link, token, answers)
    with recorder.acting_as("exercise"):
        assert sum(group.submitted for group in set_up.participation(ours.id)) == 10
    patch.setattr(clock, "source", lambda: deadlines.closes_at(LAST_DAY))
    with recorder.acting_as("list_due"):
        assert closing.service().due() == (ours.id,)
    with recorder.acting_as("close_exercise"):
        assert closing.service().close(ours.id).report_name
    with recorder.acting_as("finish_closing"):
        closing.service().finish(ours.id)
    with recorder.acting_as("wait_for_results"):
        results_at = report.service().results_at(ours.id)
    patch.setattr(clock, "source", lambda: results_at)
    with recorder.acting_as("render_document"):
        report.service().render(ours.id, "fr")
    with recorder.acting_as("record_report"):
        report.service().record(ours.id, "fr", DocumentState.READY)
    with recorder.acting_as("send_report"):
        assert report.service().send(ours.id, "fr", "execution")
    with recorder.acting_as("report"):
        assert report.logins().find("first", now)
        assert report.service().listing(SCHOOL)
        assert report.service().view(ours.id, "en")
        assert report.service().document(ours.id, "fr")
        assert [entry.locale for entry in report.service().requested(ours.id)] == ["fr"]
        assert report.service().request(ours.id, "en").state is DocumentState.WAITING


def _fill_in(survey: ModuleType, link: str) -> tuple[dict[str, list[str]], str]:
    invitation, token = survey.survey().begin(link)
    answers = {}
    for code, question in invitation.questionnaire.questions.items():
        is_text = question.kind is ScaleKind.OPEN_TEXT
        answers[code] = ["We would like more time."] if is_text else [question.options[0]]
    return answers, token


def _session(cookie: str, now: datetime) -> CoordinatorSession:
    return CoordinatorSession(
        cookie, COORDINATOR, (SCHOOL,), "csrf", now + timedelta(minutes=30), now + timedelta(hours=8)
    )


def _make_resources() -> str:
    dynamodb = boto3.client("dynamodb")
    for table in TABLES:
        names = ["PK", "SK", *(index[key] for index in table["indexes"] for key in ("partition_key", "sort_key"))]
        indexes = [
            {
                "IndexName": index["name"],
                "KeySchema": _key_schema(index["partition_key"], index["sort_key"]),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index in table["indexes"]
        ]
        dynamodb.create_table(
            TableName=table["name"].capitalize(),
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=_key_schema("PK", "SK"),
            BillingMode="PAY_PER_REQUEST",
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )
    school = School(SCHOOL, "Riverside School", "BE", "fr", ("school@example.org",))
    DynamoSchools(dynamodb, "Exercises").add(school, COORDINATOR)
    boto3.client("s3").create_bucket(
        Bucket="reports", CreateBucketConfiguration={"LocationConstraint": ENVIRONMENT["AWS_DEFAULT_REGION"]}
    )
    boto3.client("sesv2").create_email_identity(EmailIdentity="example.org")
    keys_of_tokens = json.dumps([base64.b64encode(bytes(32)).decode()])
    boto3.client("secretsmanager").create_secret(Name="token-keys", SecretString=keys_of_tokens)
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine: str = boto3.client("stepfunctions").create_state_machine(
        name="build_report", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/any"
    )["stateMachineArn"]
    return machine


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def _forget(*modules: ModuleType) -> None:
    """Empty what these modules keep for the life of a process: settings, clients, secrets."""
    for module in (*modules, settings_module):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
    parameters.clear_caches()
    DEFAULT_PROVIDERS.clear()


def _plain(statements: list[Statement]) -> list[Statement]:
    """Name tables as the requests do, without what CloudFormation appends."""
    return [
        Statement(
            s.actions, tuple(re.sub(r"^(Exercises|Counters)\w*", r"\1", name) for name in s.resources), s.conditions
        )
        for s in statements
    ]


def _each(statement: Statement) -> Iterator[Statement]:
    """Split a statement into one for each action and kind of item."""
    like = statement.conditions.get("ForAllValues:StringLike", {})
    for action in statement.actions:
        for key in like.get("dynamodb:LeadingKeys", [""]):
            narrow = {**like, "dynamodb:LeadingKeys": [key]} if key else like
            conditions = {**statement.conditions, "ForAllValues:StringLike": narrow}
            yield Statement((action,), statement.resources, conditions)


def test_every_function_was_seen_at_work(requests: list[tuple[str, Request]]) -> None:
    assert {name for name, _ in requests} == {function.name for function in FUNCTIONS}


def test_roles_allow_everything_that_their_functions_ask_of_dynamodb(
    cloud: Cloud, requests: list[tuple[str, Request]]
) -> None:
    roles = {function.name: cloud.statements(function) for function in FUNCTIONS}
    refused = {(name, request) for name, request in requests if not allows(_plain(roles[name]), request)}
    assert not refused


def test_no_role_allows_an_action_that_its_function_never_asks_for(
    cloud: Cloud, requests: list[tuple[str, Request]]
) -> None:
    for function in FUNCTIONS:
        asked = [request for name, request in requests if name == function.name]
        unused = [
            part
            for statement in _plain(cloud.statements(function))
            if statement.actions[0].startswith("dynamodb:")
            for part in _each(statement)
            if not any(allows([part], request) for request in asked)
        ]
        assert not unused, function.name
