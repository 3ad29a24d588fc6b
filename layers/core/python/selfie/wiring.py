"""What the wirings of several functions put together alike; like theirs, this module names adapters."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from selfie.adapters import clock
from selfie.http.coordinators import Entrance
from selfie.settings import settings

if TYPE_CHECKING:
    from selfie.ports import Mailer

# A function that people wait for has fifteen.
SECONDS_FOR_A_MESSAGE: Final = 8


@cache
def dynamodb() -> Any:
    """Return this environment's client of DynamoDB."""
    from selfie.adapters import clients

    return clients.patient("dynamodb")


@cache
def entrance() -> Entrance:
    """Return the way by which coordinators come in."""
    from selfie.adapters.dynamodb_logins import DynamoLogins

    return Entrance(DynamoLogins(dynamodb(), settings().exercises_table), settings().site_url, clock.now)


@cache
def mailer(seconds: int = SECONDS_FOR_A_MESSAGE) -> "Mailer":
    """Return what sends e-mails; ``seconds`` are how long it waits for an answer."""
    from selfie.adapters import clients
    from selfie.adapters.ses_mailer import SesMailer

    # A message that got no answer may have gone out: people, and the state machine, ask again by themselves.
    return SesMailer(clients.that_asks_once("sesv2", seconds), settings().mail_sender)


def token_keys() -> Sequence[bytes]:
    """Return the keys that sign tokens, newest first; they are read when one is needed."""
    from selfie.adapters import secrets

    return secrets.token_keys(settings().token_keys_secret)
