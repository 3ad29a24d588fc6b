"""Put action plans together; the only place here that names adapters."""

from collections.abc import Sequence
from functools import cache

from functions.plan.pages import Pages
from functions.plan.service import Planning
from selfie import wiring as shared
from selfie.adapters import clock
from selfie.catalogue import catalogue
from selfie.domain.account import new_link
from selfie.settings import settings

entrance = shared.entrance


@cache
def planning() -> Planning:
    """Return this environment's use cases."""
    from selfie.adapters.dynamodb_action_plans import DynamoActionPlans
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return Planning(
        plans=DynamoActionPlans(shared.dynamodb(), table),
        exercises=DynamoExercises(shared.dynamodb(), table),
        published=DynamoResults(shared.dynamodb(), table),
        schools=DynamoSchools(shared.dynamodb(), table),
        calendar=settings().sessions,
        catalogue=catalogue,
        new_secret=new_link,
        locales=settings().locales,
        clock=clock.now,
    )


@cache
def pages() -> Pages:
    """Return the pages for the school community."""
    return Pages(settings().static_path, settings().locales)


def locales() -> Sequence[str]:
    """Return the languages that readers can choose."""
    return settings().locales
