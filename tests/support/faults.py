"""Let one AWS call of this process fail on purpose: a use case's calls are numbered, and one of them meets a fault.

Faults are put in where botocore hands its events out, below everything of ours: the same clients, the same retries, the
same errors. What carries a request out is real: DynamoDB Local, or moto.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

import botocore.endpoint
import botocore.session
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.httpsession import URLLib3Session


class Fault(StrEnum):
    """What happens to a call."""

    THROTTLED = "throttled"
    NOT_REACHED = "timed out before"
    REPEATED = "answer lost, repeated"
    ANSWER_LOST = "timed out after"
    DENIED = "access denied"


class Killed(BaseException):
    """The process ends here: nothing catches it, nothing is cleaned up."""


# What a service calls «too much at once».
THROTTLINGS: Final = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "s3": "SlowDown",
    "sesv2": "TooManyRequestsException",
    "secretsmanager": "ThrottlingException",
    "stepfunctions": "ThrottlingException",
}


READS: Final = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


class Faults:
    """Watches every client made while it is on; ``calls`` and DynamoDB's ``units`` are those since ``count``."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.units: Counter[str] = Counter()
        self._fault: Fault | None = None
        self._at = self._killed_before = self._killed_after = 0
        self._http = URLLib3Session()
        self._make: Callable[..., Any] = botocore.session.Session.create_client

    @contextmanager
    def watching(self) -> Iterator["Faults"]:
        """Take part in the calls of all clients that are made from now on; nobody waits before a repetition."""

        def create_client(session: Any, *args: Any, **options: Any) -> Any:
            made = self._make(session, *args, **options)
            made.meta.events.register("provide-client-params.dynamodb", _ask_for_cost)
            made.meta.events.register_first("before-call", self._before)
            made.meta.events.register_last("before-send", self._sent)
            made.meta.events.register_last("after-call", self._after)
            return made

        with (
            patch.object(botocore.session.Session, "create_client", create_client),
            patch.object(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _: None)),
        ):
            yield self

    def count(self) -> None:
        """Let everything succeed and number the calls from one."""
        self.calls, self._fault, self.units = [], None, Counter()
        self._at = self._killed_before = self._killed_after = 0

    def strike(self, at: int, fault: Fault) -> None:
        """Let the call with this number meet a fault, once."""
        self.count()
        self._at, self._fault = at, fault

    def kill(self, *, before: int = 0, after: int = 0) -> None:
        """End the process before or after the call with this number."""
        self.count()
        self._killed_before, self._killed_after = before, after

    @property
    def _now(self) -> Fault | None:
        return self._fault if len(self.calls) == self._at else None

    def _before(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]] | None:
        self.calls.append(f"{model.service_model.service_name}:{model.name}")
        if len(self.calls) == self._killed_before:
            self._killed_before = 0
            raise Killed
        match self._now:
            case Fault.THROTTLED:
                return _refused(THROTTLINGS[model.service_model.service_name])
            case Fault.DENIED:
                return _refused("AccessDeniedException")
            case Fault.NOT_REACHED:
                # After botocore's own tries: nothing was carried out.
                raise ConnectTimeoutError(endpoint_url="https://aws.example")
        return None

    def _sent(self, request: Any, **_: Any) -> None:
        if self._now is not Fault.REPEATED:
            return
        self._fault = None
        # Moto has carried it out by now; what goes to DynamoDB Local is still to be sent.
        if request.url.startswith("http://127.0.0.1"):
            self._http.send(request)
        raise ReadTimeoutError(endpoint_url="https://aws.example")

    def _after(self, parsed: Any, model: Any, **_: Any) -> None:
        spent = parsed.get("ConsumedCapacity", ())
        kind = "read" if model.name in READS else "write"
        for each in [spent] if isinstance(spent, dict) else spent:
            self.units[kind] += each["CapacityUnits"]
        if len(self.calls) == self._killed_after:
            self._killed_after = 0
            raise Killed
        if self._now is Fault.ANSWER_LOST:
            # After botocore's own tries: all that the caller knows is that no answer came.
            self._fault = None
            raise ReadTimeoutError(endpoint_url="https://aws.example")


def _ask_for_cost(params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
    if "ReturnConsumedCapacity" not in model.input_shape.members:
        return params
    return {**params, "ReturnConsumedCapacity": "TOTAL"}


def _refused(code: str) -> tuple[Any, dict[str, Any]]:
    told = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"RetryAttempts": 2}}
    return SimpleNamespace(status_code=400), told
