"""Start the state machine that builds reports."""

import json
from typing import Any

from botocore.exceptions import ClientError

from selfie.adapters import aws


def report_name(exercise_id: str, locale: str, attempt: int) -> str:
    """Name an execution of build_report; the same report is never built twice for one attempt."""
    return f"report-{exercise_id}-{locale}-{attempt}"


class StepFunctionsReportBuilding:
    """Starts executions; ``client`` is boto3's for ``stepfunctions``."""

    def __init__(self, client: Any, state_machine_arn: str) -> None:
        self._client, self._arn = client, state_machine_arn

    def start(self, exercise_id: str, locale: str, attempt: int) -> None:
        """Start building; one already started is left alone."""
        try:
            self._client.start_execution(
                stateMachineArn=self._arn,
                name=report_name(exercise_id, locale, attempt),
                input=json.dumps({"exercise": exercise_id, "locale": locale}),
            )
        except ClientError as error:
            if aws.code_of(error) != "ExecutionAlreadyExists":
                raise
