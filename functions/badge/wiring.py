"""Put badges together; the only place here that names adapters."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from functions.badge.credential import Issuer
from functions.badge.pages import Pages
from functions.badge.service import BadgeService
from selfie import wiring as shared
from selfie.adapters import clock
from selfie.settings import key_file, settings

if TYPE_CHECKING:
    from selfie.ports import Badges, Signer


entrance = shared.entrance


@cache
def service() -> BadgeService:
    """Return this environment's use cases."""
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return BadgeService(
        DynamoExercises(shared.dynamodb(), table),
        DynamoResults(shared.dynamodb(), table),
        DynamoSchools(shared.dynamodb(), table),
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

    return DynamoBadges(shared.dynamodb(), settings().exercises_table)


@cache
def pages() -> Pages:
    """Return this environment's pages for visitors."""
    return Pages(settings().static_path, settings().locales, settings().site_url, service().issuer)


def locales() -> Sequence[str]:
    """Return the languages that visitors can choose."""
    return settings().locales


def _signer() -> "Signer":
    from selfie.adapters import clients
    from selfie.adapters.signing import FileSigner, KmsSigner

    keys = settings().badge_keys
    if file := key_file(keys[0]):
        return FileSigner(file)
    return KmsSigner(clients.patient("kms"), keys)
