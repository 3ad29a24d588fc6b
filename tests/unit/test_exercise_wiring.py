"""The functions register and exercise put together as on AWS, on moto's tables and secrets."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from moto import mock_aws

from functions.exercise import wiring as exercise_wiring
from functions.register import wiring as register_wiring
from infra.local.dynamodb import make_tables
from selfie import wiring as shared
from selfie.adapters import clock, secrets
from selfie.adapters.dynamodb_schools import DynamoSchools
from selfie.domain import tokens
from selfie.domain.errors import LoginRefused
from selfie.domain.exercise import State
from selfie.domain.informing import Informing
from selfie.domain.school import EducationLevel, Identity, School
from selfie.domain.tokens import Purpose
from selfie.ports import CoordinatorSession
from selfie.settings import settings
from tests.support.examples import LEADER, SCHOOL, STUDENT, TEACHER

REGION = "eu-west-1"
KEYS = (b"the newest of two keys, 32 bytes", b"the older of two keys, of 32 too")
IDENTITY = Identity("https://provider.example.org", "n0042abc")


def today() -> datetime:
    return datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    session = {"school_year": 2026, "number": 1, "first_day": "2026-08-17", "last_day": "2026-12-18"}
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "CALENDAR": json.dumps([session]),
        "EXERCISES_TABLE": "exercises",
        "COUNTERS_TABLE": "counters",
        "TOKEN_KEYS_SECRET": "selfie/token-keys",
        "OIDC_ISSUER": IDENTITY.issuer,
        "OIDC_CLIENT_ID": "client",
        "OIDC_CLIENT_SECRET_NAME": "selfie/oidc-client-secret",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "source", today)
    made_once = (
        settings,
        exercise_wiring.set_up,
        shared.entrance,
        shared.dynamodb,
        register_wiring.signing_in,
        register_wiring.logins,
    )
    with mock_aws():
        make_tables("")
        store = boto3.client("secretsmanager", REGION)
        encoded = [base64.b64encode(key).decode() for key in KEYS]
        store.create_secret(Name="selfie/token-keys", SecretString=json.dumps(encoded))
        store.create_secret(Name="selfie/oidc-client-secret", SecretString="a secret")
        for made in made_once:
            made.cache_clear()
        parameters.clear_caches()
        yield
    for made in made_once:
        made.cache_clear()
    parameters.clear_caches()


def test_an_exercise_is_set_up_activated_and_watched(aws: None) -> None:
    school = School(SCHOOL, "Riverside", "BE", "en", ("school@example.org",))
    DynamoSchools(shared.dynamodb(), "exercises").add(school, IDENTITY)
    set_up = exercise_wiring.set_up()
    numbers = {LEADER: 5, TEACHER: 45, STUDENT: 200}
    begun = set_up.begin(SCHOOL, EducationLevel.LOWER_SECONDARY, numbers)
    last_day = (today() + timedelta(days=13)).date()
    dated = set_up.choose_dates(begun.id, begun.version, today().date(), last_day)
    activated = set_up.activate(dated.id, dated.version, Informing(True))
    assert activated.state is State.ACTIVATED
    assert set_up.get(begun.id) == activated
    assert [(entry.invited, entry.submitted) for entry in set_up.participation(begun.id)] == [(5, 0), (45, 0), (200, 0)]
    replaced = set_up.replace_link(begun.id, TEACHER)
    assert (replaced.links or {})[TEACHER] != (activated.links or {})[TEACHER]
    token = tokens.read(set_up.preview(begun.id, STUDENT), Purpose.PREVIEW, KEYS[:1], today())
    assert token.exercise_id == begun.id


def test_both_functions_share_sessions(aws: None) -> None:
    ends = today() + timedelta(hours=1)
    session = CoordinatorSession("cookie", IDENTITY, (SCHOOL,), "csrf", ends, ends)
    register_wiring.logins().open(session)
    found = exercise_wiring.entrance().logins.find("cookie", today())
    assert found is not None
    assert (found.identity, found.school_ids, found.csrf_token) == (IDENTITY, (SCHOOL,), "csrf")


def test_signing_in_reads_the_schools_of_an_identity(aws: None) -> None:
    schools = DynamoSchools(boto3.client("dynamodb", REGION), "exercises")
    school = School(SCHOOL, "Riverside School", "BE", "fr", ("office@riverside.example.org",))
    schools.add(school, IDENTITY)
    signing_in = register_wiring.signing_in()
    assert list(signing_in.schools.of_identity(IDENTITY)) == [school]
    with pytest.raises(LoginRefused):
        signing_in.finish({"state": "made up", "code": "x"}, "made up", None)


def test_a_rotated_key_is_used_after_a_while_and_the_old_one_still_read(aws: None) -> None:
    assert secrets.token_keys("selfie/token-keys") == KEYS
    newest = b"a key that came later, 32 bytes."
    rotated = [base64.b64encode(key).decode() for key in (newest, KEYS[0])]
    boto3.client("secretsmanager", REGION).put_secret_value(
        SecretId="selfie/token-keys", SecretString=json.dumps(rotated)
    )
    assert secrets.token_keys("selfie/token-keys") == KEYS
    parameters.clear_caches()
    assert secrets.token_keys("selfie/token-keys") == (newest, KEYS[0])


def test_a_secret_is_text_or_a_list_while_one_replaces_another(aws: None) -> None:
    name = "selfie/oidc-client-secret"
    assert secrets.secret_text(name) == "a secret"
    assert secrets.secret_texts(name) == ("a secret",)
    both = json.dumps(["a newer secret", "a secret"])
    boto3.client("secretsmanager", REGION).put_secret_value(SecretId=name, SecretString=both)
    parameters.clear_caches()
    assert secrets.secret_texts(name) == ("a newer secret", "a secret")
