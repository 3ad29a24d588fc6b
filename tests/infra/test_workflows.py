"""The state machines are those of the files, with everything put in; the schedule fires at 23:59 in Brussels."""

import json
import re

import pytest

from infra.packages import ROOT
from tests.infra.conftest import Cloud

MACHINES = {"CloseSession": "close_session", "BuildReport": "build_report"}


@pytest.mark.parametrize(("prefix", "name"), MACHINES.items())
def test_every_placeholder_of_a_state_machine_is_filled(cloud: Cloud, prefix: str, name: str) -> None:
    text, values = cloud.one("workflows", "AWS::StepFunctions::StateMachine", prefix)["DefinitionString"]["Fn::Sub"]
    assert json.loads(text) == json.loads((ROOT / "statemachines" / f"{name}.asl.json").read_text())
    assert set(re.findall(r"\$\{([^}]*)\}", text)) == set(values)
    for placeholder, value in values.items():
        # «ListDueFunctionArn» is the ARN of the function «ListDue», whose logical id begins like that.
        kind = "Function" if placeholder.endswith("FunctionArn") else "StateMachine"
        assert cloud.name("workflows", value).startswith(placeholder.removesuffix(f"{kind}Arn"))


def test_state_machines_keep_their_history_and_outlive_the_stack(cloud: Cloud) -> None:
    machines = cloud.resources("workflows", "AWS::StepFunctions::StateMachine").values()
    assert {machine["Properties"]["StateMachineType"] for machine in machines} == {"STANDARD"}
    assert {machine["DeletionPolicy"] for machine in machines} == {"Retain"}


def test_closing_is_scheduled_at_one_minute_to_midnight_in_brussels(cloud: Cloud) -> None:
    schedule = cloud.one("workflows", "AWS::Scheduler::Schedule", "CloseSession")
    assert schedule["ScheduleExpression"] == "cron(59 23 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Brussels"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["State"] == "ENABLED"
    assert cloud.name("workflows", schedule["Target"]["Arn"]).startswith("CloseSession")


def test_schools_are_reminded_by_a_function_every_morning(cloud: Cloud) -> None:
    schedule = cloud.one("workflows", "AWS::Scheduler::Schedule", "RemindSchools")
    assert schedule["ScheduleExpression"] == "cron(0 7 * * ? *)"
    assert cloud.name("workflows", schedule["Target"]["Arn"]).startswith("RemindSchools")


@pytest.mark.parametrize(
    "name", ["CloseSession", "EndAccounts", "RemindSchools", "CopyTallies", "WatchHourly", "DeleteOverdue"]
)
def test_a_start_that_fails_is_tried_again_and_then_kept(cloud: Cloud, name: str) -> None:
    target = cloud.one("workflows", "AWS::Scheduler::Schedule", name)["Target"]
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert cloud.name("workflows", target["DeadLetterConfig"]["Arn"]).startswith("MissedNights")


def test_the_report_function_knows_which_state_machine_builds_reports(cloud: Cloud) -> None:
    (report,) = (
        made["Properties"]
        for made in cloud.resources("api", "AWS::Lambda::Function").values()
        if made["Properties"]["Handler"] == "functions.report.app.app"
    )
    assert cloud.name("api", report["Environment"]["Variables"]["BUILD_REPORT_ARN"]).startswith("BuildReport")


def test_somebody_hears_of_a_failed_night(cloud: Cloud) -> None:
    alarms = cloud.resources("monitoring", "AWS::CloudWatch::Alarm").values()
    by_metric = {alarm["Properties"].get("MetricName"): alarm["Properties"] for alarm in alarms}
    assert {"ExecutionsFailed", "ExecutionsStarted", "ApproximateNumberOfMessagesVisible", "Errors"} <= set(by_metric)
    assert all(alarm["AlarmActions"] for alarm in by_metric.values())
    # A closing that never starts sends no figures at all, and that must ring.
    assert by_metric["ExecutionsStarted"]["TreatMissingData"] == "breaching"
    assert cloud.resources("monitoring", "AWS::SNS::Subscription")
