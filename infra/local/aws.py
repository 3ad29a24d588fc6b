"""Play AWS on this machine: S3, SES, Secrets Manager and Step Functions by moto in our process, DynamoDB beside it."""

import base64
import json
import logging
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from moto import mock_aws
from moto.ses.models import ses_backends

from infra.local.dynamodb import REGION
from infra.local.environments import function_arn
from infra.local.files import read_json, write_json
from infra.local.moto_shim import Invoke, Waits, moto_runs_our_functions

ROOT: Final = Path(__file__).resolve().parents[2]
ACCOUNT: Final = "123456789012"
BUCKET: Final = "reports"
RESEARCH_BUCKET: Final = "research"
MAIL_SENDER: Final = "no-reply@selfie.localhost"
TOKEN_KEYS_SECRET: Final = "local/token-keys"
OIDC_CLIENT_SECRET: Final = "local/oidc-client-secret"
STATE_MACHINES: Final = ("build_report", "close_session", "end_accounts")  # the first is named in the second

# Anything of these means that somebody's real account is at hand.
REAL_CREDENTIALS: Final = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_ENDPOINT_URL",
)
OUR_CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


class RealCredentials(RuntimeError):
    """Credentials or endpoints of a real AWS account are set; nothing may touch them by accident."""


def refuse_real_credentials(environment: Mapping[str, str]) -> None:
    """Raise RealCredentials when the environment leads to a real AWS account."""
    found = [
        name
        for name in sorted(environment)
        if (name in REAL_CREDENTIALS or name.startswith("AWS_ENDPOINT_URL_"))
        and environment[name]
        and environment[name] != OUR_CREDENTIALS.get(name)
    ]
    if found:
        raise RealCredentials(
            f"{', '.join(found)} set: this machine seems to use a real AWS account. The local run refuses to start; "
            f"unset it first (for example: env -u {' -u '.join(found)} make run)."
        )


def aws_environment(endpoint: str) -> dict[str, str]:
    """Name the variables that keep every AWS client on this machine."""
    variables = {
        **OUR_CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return variables | ({"AWS_ENDPOINT_URL_DYNAMODB": endpoint} if endpoint else {})


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is secret in the local run, made once."""

    token_keys: str
    oidc_client_secret: str
    badge_keys: Path
    research_keys: Path
    copies_key: Path

    @classmethod
    def of(cls, file: Path) -> "Secrets":
        """Read the secrets of an earlier run, or make them."""
        if not file.exists():
            keys = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2)]
            write_json(file, {"token_keys": keys, "oidc_client_secret": secrets.token_urlsafe(48)})
        badge_keys = file.with_name("badge-keys.json")
        if not badge_keys.exists():
            write_json(badge_keys, [base64.b64encode(secrets.token_bytes(32)).decode()])
        research_keys = file.with_name("research-keys.json")
        if not research_keys.exists():
            names = ("seal", "pseudonym")
            write_json(research_keys, {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in names})
        copies_key = file.with_name("copies-key.txt")
        if not copies_key.exists():
            copies_key.write_text(base64.b64encode(secrets.token_bytes(32)).decode(), encoding="utf-8")
        read = read_json(file)
        return cls(json.dumps(read["token_keys"]), read["oidc_client_secret"], badge_keys, research_keys, copies_key)


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a state machine; ``waits_until`` is set while it waits."""

    arn: str
    machine: str
    name: str
    status: str
    waits_until: datetime | None

    def is_busy(self, now: datetime) -> bool:
        """Tell whether it does something, rather than being over or waiting for an instant to come."""
        return self.status == "RUNNING" and (self.waits_until is None or self.waits_until <= now)


class Aws:
    """The services that moto plays."""

    def __init__(self, waits: Waits) -> None:
        """Make the clients."""
        self._waits = waits
        self.s3 = boto3.client("s3")
        self.step_functions = boto3.client("stepfunctions")

    def prepare(self, kept: Secrets, asl_folder: Path = ROOT / "statemachines") -> None:
        """Make buckets, secrets, sender and state machines."""
        for bucket in (BUCKET, RESEARCH_BUCKET):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        boto3.client("sesv2").create_email_identity(EmailIdentity=MAIL_SENDER)
        secrets_manager = boto3.client("secretsmanager")
        secrets_manager.create_secret(Name=TOKEN_KEYS_SECRET, SecretString=kept.token_keys)
        secrets_manager.create_secret(Name=OIDC_CLIENT_SECRET, SecretString=kept.oidc_client_secret)
        for name in STATE_MACHINES:
            self.add_state_machine(name, (asl_folder / f"{name}.asl.json").read_text(encoding="utf-8"))

    def add_state_machine(self, name: str, definition: str) -> None:
        """Make a state machine from a shipped definition, putting real ARNs in as the stacks do."""
        for placeholder, arn in _placeholders(definition):
            definition = definition.replace(placeholder, arn)
        self.step_functions.create_state_machine(
            name=name, definition=definition, roleArn=f"arn:aws:iam::{ACCOUNT}:role/states"
        )

    def start(self, machine: str, name: str, execution_input: str = "{}") -> str:
        """Start an execution and return its ARN; a name that was used keeps its first execution."""
        try:
            started = self.step_functions.start_execution(
                stateMachineArn=state_machine_arn(machine), name=name, input=execution_input
            )
        except self.step_functions.exceptions.ExecutionAlreadyExists:
            return f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{machine}:{name}"
        arn: str = started["executionArn"]
        return arn

    def runs(self) -> list[Run]:
        """List all executions, newest first."""
        found = []
        for name in STATE_MACHINES:
            pages = self.step_functions.get_paginator("list_executions").paginate(
                stateMachineArn=state_machine_arn(name)
            )
            found += [(entry, name) for page in pages for entry in page["executions"]]
        found.sort(key=lambda pair: pair[0]["startDate"], reverse=True)
        return [
            Run(entry["executionArn"], name, entry["name"], entry["status"], self._waits.until(entry["executionArn"]))
            for entry, name in found
        ]

    def input_of(self, arn: str) -> str:
        """Return what an execution was started with."""
        given: str = self.step_functions.describe_execution(executionArn=arn)["input"]
        return given

    def history(self, arn: str) -> list[dict[str, Any]]:
        """Return the events of an execution, oldest first."""
        events: list[dict[str, Any]] = self.step_functions.get_execution_history(executionArn=arn)["events"]
        return events

    def take_mail(self) -> list[bytes]:
        """Return the messages sent since the last time, as they would go over the wire."""
        sent = ses_backends[ACCOUNT][REGION].sent_messages
        taken = []
        while sent:
            taken.append(sent.pop(0).raw_data)
        return [raw.encode() if isinstance(raw, str) else raw for raw in taken]


@contextmanager
def moto(invoke: Invoke, now: Callable[[], datetime]) -> Iterator[Aws]:
    """Let moto answer every AWS call of this process except those to DynamoDB Local."""
    # It logs as an error every path that a definition only asks for.
    logging.getLogger("moto").setLevel(logging.CRITICAL)
    config = {
        "core": {"passthrough": {"urls": [r"http://(127\.0\.0\.1|localhost):.*"]}},
        "stepfunctions": {"execute_state_machine": True},
    }
    with mock_aws(config=config), moto_runs_our_functions(invoke, now) as waits:
        # Every thread of this process shares the functions' clients; on Lambda each environment has its own.
        session = botocore.session.get_session()
        session.set_default_client_config(Config(max_pool_connections=64))
        boto3.setup_default_session(botocore_session=session)
        yield Aws(waits)


def state_machine_arn(name: str) -> str:
    """Name a state machine as AWS does."""
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"


def _placeholders(definition: str) -> Iterator[tuple[str, str]]:
    """Find ``${ListDueFunctionArn}`` and ``${BuildReportStateMachineArn}`` and say what stands behind them."""
    for part in definition.split("${")[1:]:
        placeholder = part.partition("}")[0]
        for ending, arn_of in (("FunctionArn", function_arn), ("StateMachineArn", state_machine_arn)):
            if placeholder.endswith(ending):
                yield f"${{{placeholder}}}", arn_of(_snake(placeholder.removesuffix(ending)))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
