"""Run the shipped state machines in this process: moto reads the same JSON, tasks are plain callables."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from infra.functions import FUNCTIONS
from infra.local.moto_shim import moto_runs_our_functions

FOLDER = Path(__file__).parents[2] / "statemachines"
REGION = "eu-central-1"
LAMBDA = f"arn:aws:lambda:{REGION}:123456789012:function:"
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:"
ROLE = "arn:aws:iam::123456789012:role/runs-state-machines"
MACHINES = ("build_report", "close_session", "end_accounts")

Task = Callable[[dict[str, Any], None], Any]


class StateMachines:
    """Both machines, with ``calls`` in the order they were made: (task, payload)."""

    def __init__(self, tasks: Mapping[str, Task]) -> None:
        self.tasks = dict(tasks)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.client = boto3.client("stepfunctions", region_name=REGION)
        for name in MACHINES:
            self.client.create_state_machine(name=name, definition=definition(name), roleArn=ROLE)

    def called(self, task: str) -> list[dict[str, Any]]:
        """Return what a task was called with."""
        return [payload for name, payload in self.calls if name == task]

    def start(self, machine: str, given: Mapping[str, Any], name: str = "run") -> None:
        """Start an execution and leave it running."""
        self.client.start_execution(stateMachineArn=MACHINE + machine, input=json.dumps(given), name=name)

    def run(self, machine: str, given: Mapping[str, Any], name: str = "run") -> dict[str, Any]:
        """Start an execution and return its description when it and what it started have ended."""
        self.start(machine, given, name)
        self.settle()
        return self.execution(machine, name)

    def execution(self, machine: str, name: str) -> dict[str, Any]:
        """Return an execution's description."""
        arn = f"{MACHINE}{machine}:{name}".replace(":stateMachine:", ":execution:")
        return dict(self.client.describe_execution(executionArn=arn))

    def executions(self, machine: str) -> list[tuple[str, str]]:
        """Return name and status of a machine's executions, by name."""
        found = self.client.list_executions(stateMachineArn=MACHINE + machine)["executions"]
        return sorted((entry["name"], entry["status"]) for entry in found)

    def settle(self, seconds: float = 60) -> None:
        """Wait until nothing runs any more."""
        until = time.monotonic() + seconds
        while running := [entry for machine in MACHINES for entry in self.executions(machine) if entry[1] == "RUNNING"]:
            assert time.monotonic() < until, f"no end of {running}; the last calls were {self.calls[-3:]}"
            time.sleep(0.1)

    def invoke(self, name: str, event: Any) -> Any:
        """Call a task and remember it."""
        self.calls.append((name, event))
        return self.tasks[name](event, None)


def definition(name: str) -> str:
    """Return a shipped definition with its placeholders filled in."""
    text = (FOLDER / f"{name}.asl.json").read_text()
    for function in FUNCTIONS:
        camel = "".join(part.capitalize() for part in function.name.split("_"))
        text = text.replace(f"${{{camel}FunctionArn}}", LAMBDA + function.name)
    return text.replace("${BuildReportStateMachineArn}", MACHINE + "build_report")


@contextmanager
def state_machines(tasks: Mapping[str, Task], now: Callable[[], datetime]) -> Iterator[StateMachines]:
    """Offer both machines on a fresh AWS of moto's; they wait by the clock ``now``, and before a retry not at all.

    While they run, the clock runs on a hundred times as fast as a real one.
    """
    started = time.monotonic()

    def running_on() -> datetime:
        return now() + 100 * timedelta(seconds=time.monotonic() - started)

    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        machines = StateMachines(tasks)
        with (
            moto_runs_our_functions(machines.invoke, running_on),
            patch.object(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None)),
        ):
            yield machines
            machines.settle()
