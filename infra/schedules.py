"""The schedules: the stacks deploy them and the local run fires them by its own clock."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Schedule:
    """Start a state machine by the clock; ``expression`` is EventBridge Scheduler's, read in ``time_zone``."""

    name: str
    expression: str
    time_zone: str
    state_machine: str


SCHEDULES: Final = (
    # Guide, «Answering the questionnaire»: closing at 23:59 on the last day.
    Schedule("close-session", "cron(59 23 * * ? *)", "Europe/Brussels", "close_session"),
)
