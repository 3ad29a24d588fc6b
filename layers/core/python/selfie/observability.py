"""Structured logs and metrics that never hold an event, a body, a link, a token, an e-mail or an address.

A line has its level, the function (``service``), the name of the event (``message``), and the run it belongs to, as
Lambda numbers them. Names of service and namespace come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_METRICS_NAMESPACE.
Powertools is imported where it is used: the respondents' function logs nothing but failures.
"""

import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

# Empty in functions for respondents: nothing tells their requests apart.
_run: ContextVar[str] = ContextVar("run", default="")


def begin_run(context: Any) -> None:
    """Note which run of the function the lines that follow belong to."""
    _run.set(getattr(context, "aws_request_id", ""))


def log_failure(error: BaseException) -> None:
    """Log an unforeseen error by its type and place; its text may repeat what somebody sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames[-4:]]
    _logger().error("unforeseen error", extra=_of_run({"error": type(error).__name__, "where": where}))


def count(name: str, times: int = 1, **dimensions: str) -> None:
    """Publish events of a kind as a metric."""
    publish({name: times}, **dimensions)


def publish(figures: Mapping[str, int], **dimensions: str) -> None:
    """Publish figures as metrics, on a line of the log of their own."""
    from aws_lambda_powertools import Metrics  # noqa: PLC0415
    from aws_lambda_powertools.metrics import MetricUnit  # noqa: PLC0415

    metrics = Metrics()
    for key, value in dimensions.items():
        metrics.add_dimension(key, value)
    for name, figure in figures.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=figure)
    metrics.flush_metrics()


def log(message: str, **fields: Any) -> None:
    """Log an event by ids and codes."""
    _logger().info(message, extra=_of_run(fields))


def _of_run(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | ({"run": _run.get()} if _run.get() else {})


@cache
def _logger() -> "Logger":
    from aws_lambda_powertools import Logger  # noqa: PLC0415

    # Lambda takes a line with any other time for one of INFO, and leaves it out where only warnings are kept.
    return Logger(log_uncaught_exceptions=False, use_rfc3339=True, utc=True)
