"""A clock that can be moved forward, so that a closing need not be waited for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.local.files import read_json, write_json


class AdjustableClock:
    """The machine's clock and an offset that only grows, kept in a file so that a restart goes on where it was."""

    def __init__(self, file: Path) -> None:
        """Read the offset of an earlier run."""
        self._file = file
        kept = read_json(file)
        self._offset = timedelta(seconds=kept["offset_seconds"] if kept else 0)

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        """How far ahead of the machine's clock this one is."""
        return self._offset

    def move_to(self, instant: datetime) -> None:
        """Go on from a later instant; one that has passed changes nothing, since what happened cannot be undone."""
        step = max(instant - self.now(), timedelta(0))
        self._offset += step
        write_json(self._file, {"offset_seconds": self._offset.total_seconds()})
