"""All stacks are deployed to moto's CloudFormation as far as it goes, and what is there then is used.

What moto cannot make is written down here with what looks at it instead; the list fails when it is no longer true.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from infra.functions import FUNCTIONS
from infra.tables import TABLES
from tests.infra.conftest import Cloud, Json
from tests.support.moto_cloud import MotoCloud, moto_server, without

HOME: Final = "eu-west-1"

# What moto's CloudFormation cannot make, and where it is looked at.
UNKNOWN_TO_MOTO: Final = {
    "AWS::ApiGatewayV2::Api": "test_web.py; the routes are called on the local run",
    "AWS::ApiGatewayV2::ApiMapping": "cfn-lint",
    "AWS::ApiGatewayV2::DomainName": "test_web.py",
    "AWS::ApiGatewayV2::Integration": "test_functions.py",
    "AWS::ApiGatewayV2::Route": "test_functions.py",
    "AWS::ApiGatewayV2::Stage": "test_throttles.py",
    "AWS::Budgets::Budget": "test_alarms.py",
    "AWS::CertificateManager::Certificate": "test_alarms.py",
    "AWS::CloudFront::CachePolicy": "test_web.py",
    "AWS::CloudFront::Distribution": "test_web.py",
    "AWS::CloudFront::Function": "test_web.py runs them in Node",
    "AWS::CloudFront::OriginAccessControl": "cfn-lint",
    "AWS::CloudFront::OriginRequestPolicy": "test_privacy.py",
    "AWS::CloudFront::ResponseHeadersPolicy": "test_web.py",
    "AWS::CloudWatch::Alarm": "test_workflows.py",
    "AWS::Cognito::ManagedLoginBranding": "test_identity.py",
    "AWS::Cognito::UserPool": "test_identity.py",
    "AWS::Cognito::UserPoolClient": "test_identity.py",
    "AWS::Cognito::UserPoolDomain": "test_identity.py",
    "AWS::Lambda::Alias": "test_functions.py",
    "AWS::Lambda::EventInvokeConfig": "test_mail_events.py",
    "AWS::Logs::MetricFilter": "test_alarms.py",
    "AWS::S3::BucketPolicy": "AWS's own rules (cdk-nag)",
    "AWS::SES::ConfigurationSet": "test_alarms.py",
    "AWS::SES::ConfigurationSetEventDestination": "test_mail_events.py",
    "AWS::SES::EmailIdentity": "cfn-lint",
    "AWS::SNS::Subscription": "test_workflows.py",
    "AWS::SNS::TopicPolicy": "AWS's own rules (cdk-nag)",
    "AWS::SQS::QueuePolicy": "AWS's own rules (cdk-nag)",
    "AWS::Scheduler::Schedule": "test_workflows.py; here they are made by the scheduler's own API",
    "AWS::Scheduler::ScheduleGroup": "test_workflows.py; here they are made by the scheduler's own API",
    "AWS::SecretsManager::Secret": "test_packages.py, test_permissions.py",
    "AWS::WAFv2::WebACL": "test_throttles.py",
    "Custom::CDKBucketDeployment": "test_web.py",
    "Custom::CrossRegionExportReader": "the way of an ARN between two regions, CDK's own",
    "Custom::CrossRegionExportWriter": "the way of an ARN between two regions, CDK's own",
}
# What it knows and refuses all the same.
REFUSED_BY_MOTO: Final = {
    "AWS::KMS::Key": "it knows no key of the kind Ed25519",
    "AWS::KMS::Alias": "names such a key",
}


class Deployed:
    """The stacks as moto made them."""

    def __init__(self, moto: MotoCloud, ids: Mapping[str, dict[str, str]]) -> None:
        self.moto = moto
        self._ids = ids

    def client(self, service: str) -> Any:
        """Return a client for the stage's own region."""
        return self.moto.client(service, HOME)

    def ids(self, stack: str) -> dict[str, str]:
        """Return a stack's physical ids by logical ids."""
        return self._ids[stack]

    def id(self, stack: str, prefix: str) -> str:
        """Return the physical id of the only resource whose logical id is a name and the hash behind it."""
        (found,) = (each for name, each in self._ids[stack].items() if re.fullmatch(f"{prefix}[0-9A-F]{{8}}", name))
        return found


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    packages = set(re.findall(r'"S3Key": "([^"]+)"', json.dumps(cloud.templates)))
    manifest = json.loads((cloud.folder / "cdk.out" / "manifest.json").read_text())["artifacts"]
    regions = {name: manifest[f"selfie-trial-{name}"]["environment"].rpartition("/")[2] for name in cloud.templates}
    with moto_server(tmp_path_factory.mktemp("moto") / "log.txt") as moto:
        moto.tell("config", {"lambda": {"use_docker": False}})
        for region in set(regions.values()):
            moto.bootstrap(region, packages)
        # Whatever the lists above say, so that they can be compared with what is really skipped.
        skipped = (_used(cloud) - moto.kinds) | REFUSED_BY_MOTO.keys()
        ids = {}
        for name in cloud.templates:
            ids[name] = moto.deploy(f"selfie-trial-{name}", without(cloud.templates[name], skipped), regions[name])
        yield Deployed(moto, ids)


def test_what_moto_cannot_make_is_what_is_written_down(cloud: Cloud, deployed: Deployed) -> None:
    used = _used(cloud)
    made = deployed.moto.kinds
    assert sorted(used - made) == sorted(UNKNOWN_TO_MOTO)
    assert used & made >= REFUSED_BY_MOTO.keys()
    named = {name for reason in UNKNOWN_TO_MOTO.values() for name in re.findall(r"test_\w+\.py", reason)}
    assert [name for name in named if not (Path(__file__).parent / name).exists()] == []


def test_everything_else_is_made(cloud: Cloud, deployed: Deployed) -> None:
    skipped = UNKNOWN_TO_MOTO.keys() | REFUSED_BY_MOTO.keys()
    for name, template in cloud.templates.items():
        wanted = {key for key, resource in template["Resources"].items() if resource["Type"] not in skipped}
        assert deployed.ids(name).keys() == wanted
    assert sum(len(deployed.ids(name)) for name in cloud.templates) > 200


def test_what_moto_refused_it_refuses_still(cloud: Cloud, deployed: Deployed) -> None:
    specs = [r["Properties"].get("KeySpec") for r in cloud.resources("data", "AWS::KMS::Key").values()]
    assert "ECC_NIST_EDWARDS25519" in specs
    with pytest.raises(ClientError, match="ECC_NIST_EDWARDS25519"):
        deployed.client("kms").create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["name"])
def test_tables_have_their_keys_and_can_be_written(deployed: Deployed, table: Any) -> None:
    name = deployed.id("data", table["name"].capitalize())
    described = deployed.client("dynamodb").describe_table(TableName=name)["Table"]
    assert _keys(described) == ["PK", "SK"]
    indexes = {index["IndexName"]: index for index in described.get("GlobalSecondaryIndexes", [])}
    assert indexes.keys() == {index["name"] for index in table["indexes"]}
    for index in table["indexes"]:
        assert _keys(indexes[index["name"]]) == [index["partition_key"], index["sort_key"]]
        assert indexes[index["name"]]["Projection"]["ProjectionType"] == "KEYS_ONLY"
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["DeletionProtectionEnabled"] is True
    assert "StreamSpecification" not in described
    item = {"PK": {"S": "SCHOOL#1"}, "SK": {"S": "#"}}
    deployed.client("dynamodb").put_item(TableName=name, Item=item)
    assert deployed.client("dynamodb").get_item(TableName=name, Key=item)["Item"] == item


def test_every_function_knows_the_tables_that_were_made(cloud: Cloud, deployed: Deployed) -> None:
    tables = {"EXERCISES_TABLE": "Exercises", "COUNTERS_TABLE": "Counters"}
    for function in FUNCTIONS:
        stack, properties = cloud.function(function)
        logical_id = next(
            name
            for name, each in cloud.resources(stack, "AWS::Lambda::Function").items()
            if each["Properties"] == properties
        )
        made = deployed.client("lambda").get_function(FunctionName=deployed.ids(stack)[logical_id])["Configuration"]
        assert made["Handler"] == function.entry
        variables = made["Environment"]["Variables"]
        for name in tables.keys() & variables.keys():
            assert variables[name] == deployed.id("data", tables[name])
        assert made["Role"].startswith("arn:aws:iam::")
        if function.name == "report":
            assert variables["BUILD_REPORT_ARN"] == deployed.id("workflows", "BuildReport")


@pytest.mark.parametrize(
    ("machine", "answers", "called"),
    [
        ("CloseSession", [{"exercises": [], "parts": {}}], ["ListDue"]),
        ("EndAccounts", [{"due": [{"school": "a"}]}, {}], ["ListEnding", "EndAccount"]),
    ],
)
def test_a_state_machine_runs_and_calls_the_functions_that_were_made(
    deployed: Deployed, machine: str, answers: list[Any], called: list[str]
) -> None:
    """The third one is run with our own functions in tests/integration/test_state_machines.py, as these are too."""
    steps = deployed.client("stepfunctions")
    arn = deployed.id("workflows", machine)
    made = steps.describe_state_machine(stateMachineArn=arn)
    # moto runs none of those that its CloudFormation made: the same definition is handed to the part of it that runs.
    deployed.moto.tell("config", {"stepfunctions": {"execute_state_machine": True}})
    running = {"name": arn.rpartition(":")[2], "definition": made["definition"], "roleArn": made["roleArn"]}
    assert steps.create_state_machine(**running)["stateMachineArn"] == arn
    deployed.moto.tell(
        "static/lambda-simple/response", {"results": [json.dumps(answer) for answer in answers], "region": HOME}
    )
    given = {"exercise": "a-2026-1-primary", "locale": "en"}
    run = steps.start_execution(stateMachineArn=arn, input=json.dumps(given))
    while (end := steps.describe_execution(executionArn=run["executionArn"]))["status"] == "RUNNING":
        time.sleep(0.1)
    history = json.dumps(steps.get_execution_history(executionArn=run["executionArn"])["events"], default=str)
    deployed.moto.tell("config", {"stepfunctions": {"execute_state_machine": False}})
    assert end["status"] == "SUCCEEDED", history
    assert [name for name in called if deployed.id("workflows", name) not in history] == []


def test_schedules_are_taken_as_they_are_with_time_zone_and_dead_letter_queue(cloud: Cloud, deployed: Deployed) -> None:
    scheduler = deployed.client("scheduler")
    scheduler.create_schedule_group(Name="here")
    queue = deployed.client("sqs").get_queue_attributes(
        QueueUrl=deployed.id("workflows", "MissedNights"), AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    for logical_id, schedule in cloud.resources("workflows", "AWS::Scheduler::Schedule").items():
        properties = schedule["Properties"]
        target = properties["Target"]
        arns = {name: _arn(deployed, cloud.name("workflows", target[name])) for name in ("Arn", "RoleArn")}
        dead_letters = {"DeadLetterConfig": {"Arn": queue}}
        scheduler.create_schedule(
            **{key: value for key, value in properties.items() if key not in {"Target", "GroupName", "Name"}},
            Name=logical_id,
            GroupName="here",
            Target={**target, **arns, **dead_letters},
        )
        made = scheduler.get_schedule(Name=logical_id, GroupName="here")
        assert made["ScheduleExpressionTimezone"] == "Europe/Brussels"
        assert made["Target"]["DeadLetterConfig"]["Arn"] == queue
        assert made["Target"]["Arn"].startswith("arn:aws:")
    assert len(scheduler.list_schedules(GroupName="here")["Schedules"]) >= 3


def _used(cloud: Cloud) -> set[str]:
    return {resource["Type"] for template in cloud.templates.values() for resource in template["Resources"].values()}


def _keys(described: Json) -> list[str]:
    return [key["AttributeName"] for key in described["KeySchema"]]


def _arn(deployed: Deployed, logical_id: str) -> str:
    found = deployed.ids("workflows")[logical_id]
    if found.startswith("arn:"):
        return found
    if "Role" in logical_id:
        return str(deployed.client("iam").get_role(RoleName=found)["Role"]["Arn"])
    return str(deployed.client("lambda").get_function(FunctionName=found)["Configuration"]["FunctionArn"])
