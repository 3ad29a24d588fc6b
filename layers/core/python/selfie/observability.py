"""Structured logs and metrics that never hold an event, a body, a link, a token, an e-mail or an address.

Names of service and namespace come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_METRICS_NAMESPACE. Powertools is
imported where it is used: the respondents' function logs nothing but failures.
"""

import traceback
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


def log_failure(error: BaseException) -> None:
    """Log an unforeseen error by its type and place; its text may repeat what somebody sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames[-4:]]
    _logger().error("unforeseen error", extra={"error": type(error).__name__, "where": where})


def count(name: str, **dimensions: str) -> None:
    """Publish one event of a kind as a metric, on its own line of the log."""
    from aws_lambda_powertools import Metrics  # noqa: PLC0415
    from aws_lambda_powertools.metrics import MetricUnit  # noqa: PLC0415

    metrics = Metrics()
    for key, value in dimensions.items():
        metrics.add_dimension(key, value)
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()


def log(message: str, **fields: Any) -> None:
    """Log an event by ids and codes."""
    _logger().info(message, extra=fields)


@cache
def _logger() -> "Logger":
    from aws_lambda_powertools import Logger  # noqa: PLC0415

    return Logger(log_uncaught_exceptions=False)
