"""Fire the schedules of ``infra/schedules.py`` by a clock that can be moved."""

import time as machine_time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Any, Final
from zoneinfo import ZoneInfo

from infra.local.aws import Aws
from infra.local.clock import AdjustableClock
from infra.local.files import read_json, write_json
from infra.local.kept import Kept
from infra.schedules import SCHEDULES, Schedule

TICK_SECONDS: Final = 1
SETTLE_SECONDS: Final = 60


class UnknownExpression(ValueError):
    """The local run fires daily and hourly schedules, as in ``cron(59 23 * * ? *)`` and ``cron(30 * * * ? *)``."""


class ClockWentBack(ValueError):
    """Somebody asked for an instant that has passed; what has happened cannot be undone."""


class NotSettled(TimeoutError):
    """Executions were still busy when time was up."""


@dataclass(frozen=True, slots=True, order=True)
class Firing:
    """A schedule's turn."""

    at: datetime
    schedule: Schedule

    @property
    def execution_name(self) -> str:
        """Name the execution by the schedule and its instant, so that nothing fires twice."""
        return f"{self.schedule.name}-{self.at:%Y-%m-%dT%H-%M}"


def firings(schedule: Schedule, after: datetime, until: datetime) -> Iterator[Firing]:
    """List the instants at which a schedule fires, later than one and not later than another instant."""
    zone, times = ZoneInfo(schedule.time_zone), _times(schedule.expression)
    day = after.astimezone(zone).date()
    while True:
        for at in times:
            # The offset to UTC is looked up for each day: summer time begins and ends by itself.
            instant = datetime.combine(day, at, zone).astimezone(UTC)
            if instant > until:
                return
            if instant > after:
                yield Firing(instant, schedule)
        day += timedelta(days=1)


class Scheduler:
    """Starts what is due as time goes by, and takes the clock forward step by step."""

    def __init__(
        self,
        clock: AdjustableClock,
        aws: Aws,
        kept: Kept,
        file: Path,
        invoke: Callable[[str, Any], Any],
        schedules: Sequence[Schedule] = SCHEDULES,
        expire: Callable[[datetime], None] = lambda _now: None,
    ) -> None:
        """Go on from the instant up to which an earlier run fired; a fresh one starts now.

        ``expire`` deletes what is over by an instant: whenever something fired, and after the clock was moved.
        """
        self._expire = expire
        self._clock = clock
        self._aws = aws
        self._kept = kept
        self._file = file
        self._invoke = invoke
        self._schedules = schedules
        self._lock = RLock()
        self._stop = Event()
        before = read_json(file)
        self._note(datetime.fromisoformat(before["fired_until"]) if before else clock.now())
        self._thread = Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Look at the clock every second from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, after what is under way."""
        self._stop.set()
        self._thread.join()

    def move_to(self, instant: datetime) -> None:
        """Take the clock forward, halting wherever a schedule fires or an execution waits for, until all is done.

        What waits for a later instant than the one asked for goes on waiting.

        Raise ClockWentBack, or NotSettled when executions take too long.
        """
        deadline = machine_time.monotonic() + SETTLE_SECONDS
        with self._lock:
            if instant < self._clock.now():
                raise ClockWentBack(f"{instant:%Y-%m-%d %H:%M:%S} UTC has passed")
            while (halt := self._next_halt(instant)) is not None:
                self._go_to(halt, deadline)
            self._go_to(instant, deadline)
            self._expire(instant)

    def _next_halt(self, until: datetime) -> datetime | None:
        halts = [firing.at for firing in self._between(self._fired_until, until) if firing.schedule.catches_up]
        halts += [run.waits_until for run in self._aws.runs() if run.waits_until is not None]
        return min((halt for halt in halts if self._clock.now() < halt <= until), default=None)

    def _go_to(self, instant: datetime, deadline: float) -> None:
        self._clock.move_to(instant)
        self._fire_due()
        self._settle(deadline)

    def _run(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            try:
                with self._lock:
                    self._fire_due()
                self._kept.follow()
            except Exception:  # noqa: BLE001  one bad night must not be the last
                traceback.print_exc()

    def _fire_due(self) -> None:
        due = self._between(self._fired_until, self._clock.now())
        for place, firing in enumerate(due):
            if not firing.schedule.catches_up and any(later.schedule is firing.schedule for later in due[place + 1 :]):
                continue  # its latest turn sees the same
            if firing.schedule.function:
                self._call(firing.schedule.function)
            else:
                self._aws.start(firing.schedule.state_machine, firing.execution_name)
            self._note(firing.at)
        if due:
            self._expire(self._clock.now())

    def _call(self, function: str) -> None:
        try:
            self._invoke(function, {})
        except Exception:  # noqa: BLE001  as on AWS, what one function does not get done hinders no other
            traceback.print_exc()

    def _note(self, fired_until: datetime) -> None:
        self._fired_until = fired_until
        write_json(self._file, {"fired_until": fired_until.isoformat()})

    def _between(self, after: datetime, until: datetime) -> list[Firing]:
        return sorted(
            (firing for schedule in self._schedules for firing in firings(schedule, after, until)),
            key=lambda firing: firing.at,
        )

    def _settle(self, deadline: float) -> None:
        while any(run.is_busy(self._clock.now()) for run in self._aws.runs()):
            if machine_time.monotonic() > deadline:
                raise NotSettled(f"executions are still busy after {SETTLE_SECONDS} seconds")
            machine_time.sleep(0.05)
        self._kept.follow()


def _times(expression: str) -> list[time]:
    minute, hour, *rest = expression.removeprefix("cron(").removesuffix(")").split()
    if rest != ["*", "*", "?", "*"] or not (minute.isdigit() and (hour.isdigit() or hour == "*")):
        raise UnknownExpression(expression)
    return [time(each, int(minute)) for each in (range(24) if hour == "*" else (int(hour),))]
