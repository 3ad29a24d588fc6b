"""Put badges together; the only place here that names adapters."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.badge.credential import Issuer
from functions.badge.pages import Pages
from functions.badge.service import BadgeService
from selfie.adapters import clock
from selfie.settings import key_file, settings

if TYPE_CHECKING:
    from selfie.ports import Badges, Logins, Signer


@cache
def service() -> BadgeService:
    """Return this environment's use cases."""
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return BadgeService(
        DynamoExercises(_dynamodb(), table),
        DynamoResults(_dynamodb(), table),
        DynamoSchools(_dynamodb(), table),
        badges(),
        _signer(),
        Issuer(settings().site_url),
        clock.now,
        settings().locales,
    )


@cache
def badges() -> "Badges":
    """Return this environment's badges."""
    from selfie.adapters.dynamodb_badges import DynamoBadges

    return DynamoBadges(_dynamodb(), settings().exercises_table)


@cache
def pages() -> Pages:
    """Return this environment's pages for visitors."""
    return Pages(settings().static_path, settings().locales, settings().site_url, service().issuer)


@cache
def logins() -> "Logins":
    """Return the coordinators' sessions."""
    from selfie.adapters.dynamodb_logins import DynamoLogins

    return DynamoLogins(_dynamodb(), settings().exercises_table)


def locales() -> Sequence[str]:
    """Return the languages that visitors can choose."""
    return settings().locales


def site_url() -> str:
    """Return the address of our own pages."""
    return settings().site_url


def now() -> datetime:
    """Return the instant."""
    return clock.now()


def _signer() -> "Signer":
    from selfie.adapters.signing import FileSigner, KmsSigner

    keys = settings().badge_keys
    if file := key_file(keys[0]):
        return FileSigner(file)
    return KmsSigner(_client("kms"), keys)


def _dynamodb() -> Any:
    return _client("dynamodb")


@cache
def _client(name: str) -> Any:
    from selfie.adapters import clients

    return clients.patient(name)
