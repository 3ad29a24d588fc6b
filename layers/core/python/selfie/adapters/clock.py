"""The only place that reads a clock."""

from collections.abc import Callable
from datetime import UTC, datetime


def system() -> datetime:
    """Return real time, whatever the clock was moved to; identity providers live in it."""
    return datetime.now(UTC)


# The run on one machine replaces this with a clock that can be moved forward.
source: Callable[[], datetime] = system


def now() -> datetime:
    """Return the instant, aware, in UTC."""
    return source()
