"""Change moto where it cannot do what we need: state machines call our functions, and wait by our clock.

This is the only place that replaces private parts of moto; its version is pinned in ``pyproject.toml``, and
``tests/integration/test_local_run.py`` fails when a part is no longer where it was.
"""

import json
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from unittest.mock import patch

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment

LOOK_AT_CLOCK_SECONDS: Final = 0.1


class Invoke(Protocol):
    """Calls a function by its name."""

    def __call__(self, name: str, event: Any) -> Any:
        """Return what the function returns; whatever it raises becomes the task's error."""
        ...


class Waits:
    """Which executions wait, and until when; branches of one execution wait by themselves."""

    def __init__(self) -> None:
        """Start with none."""
        self._waiting: dict[object, tuple[str, datetime]] = {}

    @contextmanager
    def waiting(self, execution: str, until: datetime) -> Iterator[None]:
        """Note a wait for as long as the block lasts."""
        key = object()
        self._waiting[key] = (execution, until)
        try:
            yield
        finally:
            del self._waiting[key]

    def until(self, execution: str) -> datetime | None:
        """Return the first instant that an execution waits for; None when it does not wait."""
        return min((until for waiting, until in list(self._waiting.values()) if waiting == execution), default=None)


@contextmanager
def moto_runs_our_functions(invoke: Invoke, now: Callable[[], datetime]) -> Iterator[Waits]:
    """Let state machines in moto call functions with ``invoke`` and wait by the clock ``now``."""
    waits = Waits()

    def invoke_lambda(parameters: dict[str, Any], **_: Any) -> dict[str, Any]:
        # An ARN ends in the name, or in the name and a version or alias.
        name = parameters["FunctionName"].partition(":function:")[2].partition(":")[0] or parameters["FunctionName"]
        payload = json.loads(parameters.get("Payload") or "{}")
        try:
            return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": invoke(name, payload)}
        except Exception as error:  # noqa: BLE001  Lambda reports every error to the state machine in this form
            told = {
                "errorMessage": str(error),
                "errorType": type(error).__name__,
                "stackTrace": traceback.format_tb(error.__traceback__),
            }
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": told}

    def wait(self: WaitFunction, env: Environment) -> None:
        if isinstance(self, Timestamp):
            until = _timestamp(self, env)
        else:
            until = now() + timedelta(seconds=self._get_wait_seconds(env=env))
        execution = env.states.context_object.context_object_data["Execution"]["Id"]
        with waits.waiting(execution, until):
            while now() < until and env.is_running():
                time.sleep(LOOK_AT_CLOCK_SECONDS)

    normalise = StateTaskServiceSfn._normalise_parameters

    def name_as_boto3_does(self: StateTaskServiceSfn, parameters: dict[str, Any], *rest: Any, **named: Any) -> None:
        """Write ``StateMachineArn``, as AWS wants it in a definition, ``stateMachineArn``; moto forgets to."""
        normalise(self, parameters, *rest, **named)
        for name in list(parameters):
            parameters[name[0].lower() + name[1:]] = parameters.pop(name)

    with (
        patch.object(StateTaskServiceSfn, "_normalise_parameters", name_as_boto3_does),
        patch.object(lambda_eval_utils, "_invoke_lambda_function", invoke_lambda),
        patch.object(WaitFunction, "_eval_body", wait),
    ):
        yield waits


def _timestamp(wait: Timestamp, env: Environment) -> datetime:
    """Read the instant to wait for; moto's own arithmetic takes the machine's clock and time zone."""
    wait.string.eval(env)
    text = env.stack.pop()
    instant: datetime | None = wait._from_timestamp_string(timestamp=text)
    if instant is None:
        raise FailureEventException(wait._create_failure_event(env, text))
    return instant.replace(tzinfo=UTC)
