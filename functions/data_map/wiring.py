"""Put data maps together; the only place here that names adapters."""

from functools import cache

from functions.data_map.service import Worksheet
from selfie import wiring as shared
from selfie.adapters import clock
from selfie.domain.account import new_link
from selfie.settings import settings

entrance = shared.entrance


@cache
def worksheet() -> Worksheet:
    """Return this environment's use cases."""
    from selfie.adapters.dynamodb_data_maps import DynamoDataMaps
    from selfie.adapters.dynamodb_old_accounts import DynamoAttempts
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return Worksheet(
        maps=DynamoDataMaps(shared.dynamodb(), table),
        schools=DynamoSchools(shared.dynamodb(), table),
        attempts=DynamoAttempts(shared.dynamodb(), table),
        new_secret=new_link,
        locales=settings().locales,
        clock=clock.now,
    )
