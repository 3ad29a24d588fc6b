"""The schedules: the stacks deploy them and the local run fires them by its own clock."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Schedule:
    """Start a state machine, or call a function, by the clock.

    ``expression`` is EventBridge Scheduler's, read in ``time_zone``.
    """

    name: str
    expression: str
    time_zone: str
    state_machine: str = ""
    function: str = ""
    catches_up: bool = True  # a turn that was missed is made up for


SCHEDULES: Final = (
    # Guide, «Answering the questionnaire»: closing at 23:59 on the last day.
    Schedule("close-session", "cron(59 23 * * ? *)", "Europe/Brussels", state_machine="close_session"),
    # Early enough to be read the same day.
    Schedule("remind-schools", "cron(0 7 * * ? *)", "Europe/Brussels", function="remind_schools"),
    # After the closing, which destroys the keys of what is copied; when hardly anybody answers.
    Schedule("copy-tallies", "cron(30 1 * * ? *)", "Europe/Brussels", function="copy_tallies"),
    # When nobody is at school, and long after the closing.
    Schedule("end-accounts", "cron(30 3 * * ? *)", "Europe/Brussels", state_machine="end_accounts"),
    # After the accounts have ended.
    Schedule("delete-overdue", "cron(30 4 * * ? *)", "Europe/Brussels", function="delete_overdue"),
    # Half an hour after the closing begins, and at every other hour for reports; the next turn sees what one missed.
    Schedule("watch-hourly", "cron(30 * * * ? *)", "Europe/Brussels", function="watch_hourly", catches_up=False),
)
