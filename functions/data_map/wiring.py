"""Put data maps together; the only place here that names adapters."""

from datetime import datetime
from functools import cache
from typing import Any

from functions.data_map.service import Worksheet
from selfie.adapters import clock
from selfie.domain.account import new_link
from selfie.ports import Logins
from selfie.settings import settings


@cache
def worksheet() -> Worksheet:
    """Return this environment's use cases."""
    from selfie.adapters.dynamodb_data_maps import DynamoDataMaps
    from selfie.adapters.dynamodb_old_accounts import DynamoAttempts
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return Worksheet(
        maps=DynamoDataMaps(_dynamodb(), table),
        schools=DynamoSchools(_dynamodb(), table),
        attempts=DynamoAttempts(_dynamodb(), table),
        new_secret=new_link,
        locales=settings().locales,
        clock=clock.now,
    )


@cache
def logins() -> Logins:
    """Return the coordinators' sessions."""
    from selfie.adapters.dynamodb_logins import DynamoLogins

    return DynamoLogins(_dynamodb(), settings().exercises_table)


def site_url() -> str:
    """Return the address of our own pages."""
    return settings().site_url


def now() -> datetime:
    """Return the instant."""
    return clock.now()


@cache
def _dynamodb() -> Any:
    from selfie.adapters import clients

    return clients.patient("dynamodb")
