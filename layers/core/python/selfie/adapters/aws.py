"""How AWS is reached, how long to wait for it, and how its refusals are told apart."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from selfie.domain.errors import TryAgain

# Botocore waits up to a minute and tries ten times; a function that people wait for has ten seconds.
PATIENCE: Final = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
    # On one machine all requests share a client; on Lambda each environment has its own and opens one connection.
    max_pool_connections=64,
    # Botocore would put its own together anew for every request, out of thirty parts.
    user_agent="selfie",
)

_BUSY: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_RACE_LOST: Final = frozenset(
    {"ConditionalCheckFailed", "ConditionalCheckFailedException", "TransactionConflict", "TransactionConflictException"}
)


def client(service: str) -> Any:
    """Make the client that boto3 would make, without boto3: its import is a sixth of a cold start."""
    return botocore.session.get_session().create_client(service, config=PATIENCE)


def code_of(error: Any) -> str:
    """Return AWS's name for what went wrong."""
    return str(error.response["Error"]["Code"])


def condition_failed(error: Any) -> bool:
    """Tell whether a write was refused by its condition."""
    return code_of(error) == "ConditionalCheckFailedException"


def conditional(write: Callable[..., Any], **request: Any) -> Any:
    """Carry out a write that has a condition and return AWS's answer; None when its condition does not hold."""
    try:
        return write(**request)
    except ClientError as error:
        if condition_failed(error):
            return None
        raise


def is_still(version: int) -> Mapping[str, Any]:
    """Return the condition under which an item is written that was read in this version."""
    return {
        # False when somebody else changed or removed the item since it was read.
        "ConditionExpression": "#version = :read_version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":read_version": {"N": str(version)}},
    }


def race_lost(error: Any) -> bool:
    """Tell whether a write, or one of a transaction's, was refused because another one was faster."""
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())}
    return bool(_RACE_LOST & {code_of(error), *reasons})


def is_busy(error: Any) -> bool:
    """Tell whether the same request may succeed later."""
    return code_of(error) in _BUSY


def sent_before(error: Any) -> bool:
    """Tell whether botocore had sent the same request before, so that it may be what a condition ran into."""
    return bool(error.response["ResponseMetadata"].get("RetryAttempts"))


def was_this_one(error: Any, read: Callable[[], object], written: object) -> bool:
    """Tell whether the write that was faster is this very one: botocore had sent it before, and its answer was lost."""
    return sent_before(error) and read() == written


@contextmanager
def try_again_when_busy() -> Iterator[None]:
    """Turn «too much at once» and «no answer» into TryAgain; everything else passes."""
    try:
        yield
    except (HTTPClientError, NotReached) as error:
        raise TryAgain from error
    except ClientError as error:
        if is_busy(error):
            raise TryAgain from error
        raise
