"""What one use case takes of AWS, counted on the real code: calls, units of DynamoDB, and the processor's time."""

import json
import math
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.functions import FUNCTIONS
from infra.local.dynamodb import dynamodb_local, make_tables
from tests.support.survival import USE_CASES, World, world

ROOT: Final = Path(__file__).resolve().parents[1]
NAMES: Final = {
    "open a questionnaire": "open",
    "submit with an open answer": "submit",
    "close an exercise": "close",
    "build a report": "report",
}
# Assumed, since only AWS can say: a call of DynamoDB, S3 or SES from Lambda in the same region, on average.
SECONDS_A_CALL: Final = 0.006
# With so much memory a function has one whole processor.
MB_OF_A_PROCESSOR: Final = 1769
# What drawing a document takes of a processor (bench/report.py); the counting leaves it out.
SECONDS_TO_DRAW: Final = 1.5
# What a submission takes at a school's usual pace (bench/write_units.py): counted here on a tally that is still small.
WRITE_UNITS: Final = 6.7
MEMORY: Final = {function.name: function.memory_mb for function in FUNCTIONS}
EVENTS: Final = {"Task": 5, "Choice": 2, "Pass": 2, "Wait": 2}


@dataclass(frozen=True, slots=True)
class Work:
    """What one use case takes."""

    calls: int
    write_units: float
    read_units: float
    processor_s: float

    def seconds(self, function: str) -> float:
        """Say how long a function works on it."""
        return self.processor_s / min(1, MEMORY[function] / MB_OF_A_PROCESSOR) + self.calls * SECONDS_A_CALL

    def gb_seconds(self, function: str) -> float:
        """Say what is paid for."""
        return self.seconds(function) * MEMORY[function] / 1024


def measured() -> Mapping[str, Work]:
    """Play the use cases once each on DynamoDB Local."""
    with (
        tempfile.TemporaryDirectory() as folder,
        dynamodb_local(log=Path(folder) / "dynamodb.txt") as endpoint,
        world(make_tables(endpoint, prefix="measured-"), Path(folder)) as school,
    ):
        return {NAMES[each.name]: _work(school, each) for each in USE_CASES if each.name in NAMES}


def _work(school: World, use_case: Any) -> Work:
    # Twice: the first one loads what is loaded once.
    for _ in range(2):
        school.go_to(use_case.stage)
        school.faults.count()
        begun = time.process_time()
        use_case.do(school)
        took = time.process_time() - begun
    faults = school.faults
    return Work(len(faults.calls), faults.units["write"], faults.units["read"], took)


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a state tries again after an error, and how long it waits at most."""

    most: int
    first_s: float
    rate: float
    longest_s: float

    def wait_s(self, tries: int) -> float:
        """Return the longest wait before a try; the real one is drawn below it."""
        return min(self.longest_s, self.first_s * self.rate ** (tries - 1))


def retry(machine: str, state: str, error: str) -> Retry:
    """Read off a shipped state machine what it does after an error."""
    for found in _states(_definition(machine)["States"], state)["Retry"]:
        if error in found["ErrorEquals"] or "States.ALL" in found["ErrorEquals"]:
            return Retry(
                found["MaxAttempts"],
                found.get("IntervalSeconds", 1),
                found.get("BackoffRate", 2),
                found.get("MaxDelaySeconds", math.inf),
            )
    raise LookupError(state)


def closing_map() -> Mapping[str, Any]:
    """Return the map that closes exercises in one run."""
    found: Mapping[str, Any] = _definition("close_session")["States"]["CloseAll"]
    return found


def events_of(states: Mapping[str, Any], path: Sequence[str]) -> int:
    """Count the events that an iteration over these states leaves in the history."""
    return 2 + sum(EVENTS[states[name]["Type"]] for name in path)


def _definition(machine: str) -> Any:
    return json.loads((ROOT / "statemachines" / f"{machine}.asl.json").read_text(encoding="utf-8"))


def _states(states: Mapping[str, Any], wanted: str) -> Mapping[str, Any]:
    for name, state in states.items():
        if name == wanted:
            return dict(state)
        if "ItemProcessor" in state:
            try:
                return _states(state["ItemProcessor"]["States"], wanted)
            except LookupError:
                continue
    raise LookupError(wanted)
