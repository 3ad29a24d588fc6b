"""Simulate a closing night of 10,000 exercises and a peak of 2,000 submissions a second against AWS's quotas.

Run as ``python -m bench.scale``; ends with 1 when the night takes longer than its budget, anything is given up, or the
peak needs more than a quota that is not to be raised before. What one use case takes is counted on the real code
(``bench/measured.py``), how often a state tries again is read off the shipped state machines.
"""

import heapq
import random
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.measured import (
    SECONDS_A_CALL,
    SECONDS_TO_DRAW,
    WRITE_UNITS,
    Retry,
    Work,
    closing_map,
    events_of,
    measured,
    retry,
)
from functions.close_session.service import MOST_IN_A_RUN, PART

NIGHTS: Final = (500, 2_000, 10_000, 20_000)
BUDGET: Final = 10_000, 15
SUBMISSIONS_A_SECOND: Final = 2_000
SCHOOLS: Final = 5_000
# Whoever submits opened the questionnaire, and the page before it now and then misses the CDN.
REQUESTS_A_SUBMISSION: Final = 2.2
PATH: Final = ("CloseExercise", "AnythingToReport", "StartReport", "Contribute", "FinishClosing", "Closed")
# Of what a closing takes, by the tasks that share it.
SHARES: Final = {"CloseExercise": 0.6, "Contribute": 0.25, "FinishClosing": 0.15}
BUSY, THROTTLED = "TryAgain", "Lambda.TooManyRequestsException"
QUOTAS: Final = {
    quota["key"]: quota for quota in tomllib.loads((Path(__file__).with_name("quotas.toml")).read_text())["quota"]
}


@dataclass(slots=True)
class Night:
    """What came of a night: seconds until all is closed and until the last report has gone, and the peaks."""

    closed_s: float = 0
    reported_s: float = 0
    most_at_once: int = 0
    throttled: int = 0
    mails_refused: int = 0
    given_up: int = 0


@dataclass(order=True, slots=True)
class Step:
    """A state of one exercise that is about to begin."""

    at: float
    number: int
    state: int = field(compare=False)
    lane: int = field(compare=False, default=-1)
    tries: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Stage:
    """A task: how long its function works, and what happens when that is refused."""

    seconds: float
    throttled: Retry
    busy: Retry | None = None


def simulate(stages: list[Stage], lanes: list[list[int]], chance: random.Random, begin_s: float, night: Night) -> float:
    """Let the exercises of each lane follow each other, lanes at once, and return when the last one has ended."""
    concurrency, mails = QUOTAS["lambda_concurrency"]["value"], _Bucket(QUOTAS["mail_rate"]["value"])
    waiting = [iter(lane) for lane in lanes]
    due = [
        Step(begin_s, number, 0, lane) for lane, each in enumerate(waiting) if (number := next(each, None)) is not None
    ]
    heapq.heapify(due)
    running: list[float] = []
    ended = begin_s
    while due:
        step = heapq.heappop(due)
        while running and running[0] <= step.at:
            heapq.heappop(running)
        stage = stages[step.state]
        refused = stage.throttled if len(running) >= concurrency else None
        night.throttled += refused is not None
        if refused is None and stage.busy and not mails.take(step.at):
            refused, night.mails_refused = stage.busy, night.mails_refused + 1
        if refused and step.tries < refused.most:
            wait = chance.uniform(0, refused.wait_s(step.tries + 1))
            heapq.heappush(due, Step(step.at + wait, step.number, step.state, step.lane, step.tries + 1))
            continue
        done = step.at if refused else step.at + stage.seconds
        night.given_up += refused is not None
        if not refused:
            heapq.heappush(running, done)
            night.most_at_once = max(night.most_at_once, len(running))
        ended = max(ended, done)
        if not refused and step.state + 1 < len(stages):
            heapq.heappush(due, Step(done, step.number, step.state + 1, step.lane))
        elif (number := next(waiting[step.lane], None)) is not None:
            heapq.heappush(due, Step(done, number, 0, step.lane))
    return ended


class _Bucket:
    """So many a second, and as many saved up."""

    def __init__(self, rate: float) -> None:
        self._rate, self._left, self._at = rate, rate, 0.0

    def take(self, at: float) -> bool:
        """Take one, if there is one."""
        self._left = min(self._rate, self._left + max(0.0, at - self._at) * self._rate)
        self._at = max(self._at, at)
        if self._left < 1:
            return False
        self._left -= 1
        return True


def night_of(exercises: int, work: Mapping[str, Work]) -> Night:
    """Close so many exercises at 23:59 and build their reports at midnight."""
    chance, night = random.Random(45), Night()
    at_once = closing_map()["MaxConcurrency"]
    whole = work["close"].seconds("close_exercise")
    closing = [Stage(whole * share, retry("close_session", state, THROTTLED)) for state, share in SHARES.items()]
    size = PART if exercises > MOST_IN_A_RUN else MOST_IN_A_RUN
    runs = [range(first, min(first + size, exercises)) for first in range(0, exercises, size)]
    lanes = [list(run[lane::at_once]) for run in runs for lane in range(at_once) if run[lane::at_once]]
    # After the wait for the last answers, and before midnight or not.
    night.closed_s = simulate(closing, lanes, chance, 15, night)
    report = work["report"]
    reporting = [
        Stage(
            SECONDS_TO_DRAW + report.seconds("render_document") / 2, retry("build_report", "RenderDocument", THROTTLED)
        ),
        Stage(2 * SECONDS_A_CALL, retry("build_report", "RecordReady", THROTTLED)),
        Stage(
            report.seconds("send_report") / 2,
            retry("build_report", "SendReport", THROTTLED),
            retry("build_report", "SendReport", BUSY),
        ),
    ]
    everybody = [[number] for number in range(exercises)]
    night.reported_s = simulate(reporting, everybody, chance, max(60, night.closed_s), night)
    return night


def main() -> int:
    """Print both simulations beside the quotas."""
    work = measured()
    print(f"{'counted on the real code':24}{'calls':>7}{'write units':>13}{'read units':>12}{'processor, s':>14}")
    for name, each in work.items():
        print(f"{name:24}{each.calls:>7}{each.write_units:>13.1f}{each.read_units:>12.1f}{each.processor_s:>14.3f}")
    events = events_of(closing_map()["ItemProcessor"]["States"], PATH)
    most = QUOTAS["history_events"]["value"] // events
    print(f"\nOne exercise leaves {events} events in a run's history: {most} fit; a run has {MOST_IN_A_RUN} at most.")
    kept = most > MOST_IN_A_RUN
    print(f"\n{'exercises':>10}{'closed after':>14}{'last report':>13}{'at once':>9}", end="")
    print(f"{'throttled':>11}{'SES busy':>10}{'given up':>10}")
    for exercises in NIGHTS:
        night = night_of(exercises, work)
        print(
            f"{exercises:>10}{night.closed_s / 60:>10.1f} min{night.reported_s / 60:>9.1f} min{night.most_at_once:>9}"
            f"{night.throttled:>11}{night.mails_refused:>10}{night.given_up:>10}"
        )
        if exercises <= BUDGET[0]:
            kept &= night.closed_s / 60 <= BUDGET[1] and not night.given_up
    print(f"\nA peak of {SUBMISSIONS_A_SECOND:,} submissions a second over {SCHOOLS:,} schools")
    print(f"{'quota':74}{'default':>9}{'peak':>9}{'use':>7}  raise")
    for key, used in _uses(work).items():
        quota: Mapping[str, Any] = QUOTAS[key]
        print(f"{quota['what'][:73]:74}{quota['value']:>9}{used:>9.0f}{used / quota['value']:>7.0%}  {quota['raise']}")
        kept &= used <= quota["value"] or key == "new_table_writes"
    return 0 if kept else 1


def _uses(work: Mapping[str, Work]) -> Mapping[str, float]:
    """Say what a peak of submissions takes of each quota in a second."""
    rate = SUBMISSIONS_A_SECOND
    seconds = work["open"].seconds("survey") + work["submit"].seconds("survey")
    return {
        "http_requests": rate * REQUESTS_A_SUBMISSION,
        "lambda_concurrency": rate * seconds,
        "table_writes": rate * WRITE_UNITS,
        "new_table_writes": rate * WRITE_UNITS,
        "table_reads": rate * (work["submit"].read_units + work["open"].read_units),
        "partition_writes": rate / SCHOOLS * WRITE_UNITS,
    }


if __name__ == "__main__":
    sys.exit(main())
