"""What the deployed system must not keep: logs of respondents, images of counters, traces."""

import pytest

from infra.functions import FUNCTIONS, Function
from infra.parameters import Parameters
from tests.infra.conftest import Cloud


@pytest.mark.parametrize("name", ["Counters", "Keys"])
def test_neither_counters_nor_the_keys_of_their_copies_have_a_history(cloud: Cloud, name: str) -> None:
    table = cloud.one("data", "AWS::DynamoDB::Table", name)
    assert "StreamSpecification" not in table
    assert "KinesisStreamSpecification" not in table
    recovery = table.get("PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False})
    assert recovery == {"PointInTimeRecoveryEnabled": False}


def test_the_key_that_wraps_the_keys_of_copies_is_rotated_and_kept(cloud: Cloud) -> None:
    (key,) = (key for name, key in cloud.resources("data", "AWS::KMS::Key").items() if name.startswith("CopiesKey"))
    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["DeletionPolicy"] == "Retain"


def test_exercises_can_be_recovered(cloud: Cloud) -> None:
    table = cloud.one("data", "AWS::DynamoDB::Table", "Exercises")
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_tables_are_encrypted_expire_items_and_cannot_be_deleted_by_mistake(cloud: Cloud) -> None:
    tables = cloud.resources("data", "AWS::DynamoDB::Table").values()
    assert len(tables) == 3
    for table in tables:
        assert table["DeletionPolicy"] == "Retain"
        assert table["Properties"]["DeletionProtectionEnabled"] is True
        assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
        assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_index_of_due_exercises_holds_keys_only(cloud: Cloud) -> None:
    (index,) = cloud.one("data", "AWS::DynamoDB::Table", "Exercises")["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "due"
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["due", "due_key"]


def test_buckets_are_closed_to_the_public_and_to_plain_connections(cloud: Cloud) -> None:
    for stack in ("data", "web"):
        for key, bucket in cloud.resources(stack, "AWS::S3::Bucket").items():
            assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
            assert "BucketEncryption" in bucket["Properties"]
            statements = [
                statement
                for policy in cloud.resources(stack, "AWS::S3::BucketPolicy").values()
                if policy["Properties"]["Bucket"] == {"Ref": key}
                for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            ]
            refused = [statement["Condition"] for statement in statements if statement["Effect"] == "Deny"]
            assert {"Bool": {"aws:SecureTransport": "false"}} in refused


def test_no_access_log_is_written_where_respondents_pass(cloud: Cloud) -> None:
    for stage in cloud.resources("api", "AWS::ApiGatewayV2::Stage").values():
        assert "AccessLogSettings" not in stage["Properties"]
    distribution = cloud.one("web", "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert "Logging" not in distribution
    behaviours = [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]
    assert not [behaviour for behaviour in behaviours if "RealtimeLogConfigArn" in behaviour]


@pytest.mark.parametrize("name", ["survey", "participation_certificate", "community"])
def test_functions_for_people_who_do_not_sign_in_write_no_line_per_request(cloud: Cloud, name: str) -> None:
    respondents = next(function for function in FUNCTIONS if function.name == name)
    _, properties = cloud.function(respondents)
    logging = properties["LoggingConfig"]
    assert (logging["LogFormat"], logging["SystemLogLevel"], logging["ApplicationLogLevel"]) == ("JSON", "WARN", "WARN")


def test_nothing_traces_or_keeps_events(cloud: Cloud, function: Function) -> None:
    _, properties = cloud.function(function)
    assert "TracingConfig" not in properties
    assert "DeadLetterConfig" not in properties


def test_logs_are_deleted_as_the_stage_says(cloud: Cloud) -> None:
    for stack in ("api", "workflows"):
        groups = cloud.resources(stack, "AWS::Logs::LogGroup").values()
        assert {group["Properties"]["RetentionInDays"] for group in groups} == {
            Parameters.of_stage("trial").retention.log_days
        }
        assert len(groups) == len(cloud.resources(stack, "AWS::Lambda::Function"))


@pytest.mark.parametrize("path", ["/s/*", "/plan/*"])
def test_a_questionnaire_or_plan_is_asked_for_without_cookie_user_agent_or_referrer(cloud: Cloud, path: str) -> None:
    (behaviour,) = (
        behaviour
        for behaviour in cloud.one("web", "AWS::CloudFront::Distribution")["DistributionConfig"]["CacheBehaviors"]
        if behaviour["PathPattern"] == path
    )
    policies = cloud.resources("web", "AWS::CloudFront::OriginRequestPolicy")
    policy = policies[behaviour["OriginRequestPolicyId"]["Ref"]]["Properties"]["OriginRequestPolicyConfig"]
    assert policy["CookiesConfig"] == {"CookieBehavior": "none"}
    assert policy["HeadersConfig"]["HeaderBehavior"] == "whitelist"
    assert set(policy["HeadersConfig"]["Headers"]) == {"Accept", "Accept-Language", "Content-Type"}


def test_snapshots_serve_the_respondents_alone(cloud: Cloud, function: Function) -> None:
    _, properties = cloud.function(function)
    assert ("SnapStart" in properties) == (function.name == "survey")
