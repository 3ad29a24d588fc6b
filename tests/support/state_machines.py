"""Run the shipped state machines in this process: moto reads the same JSON, tasks are plain callables."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from infra.functions import FUNCTIONS
from moto import mock_aws
from moto.awslambda.models import LambdaFunction

FOLDER = Path(__file__).parents[2] / "statemachines"
REGION = "eu-central-1"
LAMBDA = f"arn:aws:lambda:{REGION}:123456789012:function:"
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:"
ROLE = "arn:aws:iam::123456789012:role/runs-state-machines"

Task = Callable[[dict[str, Any], None], Any]


class StateMachines:
    """Both machines, with ``calls`` in the order they were made: (task, payload)."""

    def __init__(self, tasks: Mapping[str, Task]) -> None:
        self.tasks = dict(tasks)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.client = boto3.client("stepfunctions", region_name=REGION)
        for name in ("build_report", "close_session"):
            self.client.create_state_machine(name=name, definition=definition(name), roleArn=ROLE)
        for task in self.tasks:
            self._create_function(task)

    def called(self, task: str) -> list[dict[str, Any]]:
        """Return what a task was called with."""
        return [payload for name, payload in self.calls if name == task]

    def run(self, machine: str, given: Mapping[str, Any], name: str = "run") -> dict[str, Any]:
        """Start an execution and return its description when it and what it started have ended."""
        self.client.start_execution(stateMachineArn=MACHINE + machine, input=json.dumps(given), name=name)
        self.settle()
        return self.execution(machine, name)

    def execution(self, machine: str, name: str) -> dict[str, Any]:
        """Return an execution's description."""
        arn = f"{MACHINE}{machine}:{name}".replace(":stateMachine:", ":execution:")
        return dict(self.client.describe_execution(executionArn=arn))

    def executions(self, machine: str) -> list[tuple[str, str]]:
        """Return name and status of a machine's executions, oldest first."""
        found = self.client.list_executions(stateMachineArn=MACHINE + machine)["executions"]
        return sorted((entry["name"], entry["status"]) for entry in found)

    def settle(self, seconds: float = 30) -> None:
        """Wait until nothing runs any more."""
        until = time.monotonic() + seconds
        while any(status == "RUNNING" for machine in ("close_session", "build_report") for _, status in self.executions(machine)):
            assert time.monotonic() < until, "a state machine does not come to an end"
            time.sleep(0.02)

    def invoke(self, name: str, event: Any) -> tuple[str, bool, str]:
        """Call a task as Lambda would; an error is named by its class."""
        self.calls.append((name, event))
        try:
            return json.dumps(self.tasks[name](event, None)), False, ""
        except Exception as error:
            return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__}), True, ""

    def _create_function(self, task: str) -> None:
        boto3.client("lambda", region_name=REGION).create_function(
            FunctionName=task,
            Runtime="python3.13",
            Role=ROLE,
            Handler="app.handler",
            Code={"ZipFile": b"unused"},
        )


def definition(name: str) -> str:
    """Return a shipped definition with its placeholders filled in, and retries that do not wait."""
    text = (FOLDER / f"{name}.asl.json").read_text()
    for function in FUNCTIONS:
        camel = "".join(part.capitalize() for part in function.name.split("_"))
        text = text.replace(f"${{{camel}FunctionArn}}", LAMBDA + function.name)
    text = text.replace("${BuildReportStateMachineArn}", MACHINE + "build_report")
    return re.sub(r'"IntervalSeconds": \d+', '"IntervalSeconds": 1, "MaxDelaySeconds": 2', text)


@contextmanager
def state_machines(tasks: Mapping[str, Task]) -> Iterator[StateMachines]:
    """Offer both machines on fresh fakes of AWS."""
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": True}}):
        boto3.client("iam", region_name=REGION).create_role(RoleName="runs-state-machines", AssumeRolePolicyDocument="{}")
        machines = StateMachines(tasks)

        def invoke(function: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
            return machines.invoke(function.function_name, json.loads(event) if isinstance(event, str | bytes) else event)

        # moto would run the code in a container; there is no other way in than this method.
        with patch.object(LambdaFunction, "_invoke_lambda", invoke):
            yield machines
            machines.settle()
