"""Reports are started once for each attempt, under a name that AWS accepts."""

import json
import re
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from selfie.adapters.step_functions import StepFunctionsReportBuilding, report_name
from selfie.domain.exercise import exercise_id
from selfie.domain.school import EducationLevel

ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:build_report"
EXERCISE = exercise_id("abcdefgh2345", "2026-1", EducationLevel.PRIMARY)


@pytest.fixture
def client() -> Any:
    """Make a client that must be stubbed."""
    return boto3.client("stepfunctions", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.mark.parametrize("level", list(EducationLevel))
def test_the_longest_name_is_accepted(level: EducationLevel) -> None:
    name = report_name(exercise_id("abcdefgh2345", "2026-1", level), "sr-Latn", 99_999)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name)


def test_every_attempt_in_every_locale_has_a_name_of_its_own() -> None:
    names = {report_name(EXERCISE, locale, attempt) for locale in ("en", "sr", "sr-Latn") for attempt in (1, 2, 11)}
    assert len(names) == 9


def test_a_report_is_started_with_its_exercise_and_locale(client: Any) -> None:
    given = {"exercise": EXERCISE, "locale": "fr"}
    with Stubber(client) as stubber:
        stubber.add_response(
            "start_execution",
            {"executionArn": "arn:aws:states:eu-west-1:1:execution:x", "startDate": 0},
            {"stateMachineArn": ARN, "name": report_name(EXERCISE, "fr", 2), "input": json.dumps(given)},
        )
        StepFunctionsReportBuilding(client, ARN).start(EXERCISE, "fr", 2)
        stubber.assert_no_pending_responses()


def test_a_report_that_was_started_is_left_alone(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("start_execution", "ExecutionAlreadyExists")
        StepFunctionsReportBuilding(client, ARN).start(EXERCISE, "fr", 2)
        stubber.assert_no_pending_responses()


def test_any_other_refusal_is_not_hidden(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("start_execution", "StateMachineDoesNotExist")
        with pytest.raises(ClientError):
            StepFunctionsReportBuilding(client, ARN).start(EXERCISE, "fr", 2)
