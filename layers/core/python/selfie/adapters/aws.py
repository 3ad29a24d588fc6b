"""How AWS is reached, how long to wait for it, and how its refusals are told apart."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from selfie.domain.errors import SelfieError, TryAgain

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


def read_object(client: Any, bucket: str, key: str) -> bytes | None:
    """Return what lies in a bucket under a key; None when there is nothing."""
    try:
        content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if code_of(error) == "NoSuchKey":
            return None
        raise
    return content


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


@contextmanager
def first_wins(
    refusal: type[SelfieError], read: Callable[[], object] | None = None, written: object = None
) -> Iterator[None]:
    """Raise a refusal when another write was faster.

    Not when that is this very one, whose answer was lost: botocore had sent it before, and ``read`` finds what was
    ``written``.
    """
    try:
        yield
    except ClientError as error:
        if not race_lost(error):
            raise
        if not (read and sent_before(error) and read() == written):
            raise refusal from error


def first_of_all(write: Callable[..., Any], **request: Any) -> bool:
    """Carry out a write that only the first may do; tell whether it was this one.

    It is the first as well when botocore had sent it before: then it may be what its own condition ran into.
    """
    try:
        write(**request)
    except ClientError as error:
        if condition_failed(error):
            return sent_before(error)
        raise
    return True


def together(client: Any, *writes: Mapping[str, Any]) -> bool:
    """Carry out all writes or none; False when the condition of one does not hold, or another one was faster."""
    try:
        client.transact_write_items(TransactItems=list(writes))
    except ClientError as error:
        if race_lost(error):
            return False
        raise
    return True


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
