"""Put action plans together; the only place here that names adapters."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from functions.plan.pages import Pages
from functions.plan.service import Planning
from selfie.adapters import clock
from selfie.catalogue import catalogue
from selfie.domain.account import new_link
from selfie.ports import Logins
from selfie.settings import settings


@cache
def planning() -> Planning:
    """Return this environment's use cases."""
    from selfie.adapters.dynamodb_action_plans import DynamoActionPlans
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return Planning(
        plans=DynamoActionPlans(_dynamodb(), table),
        exercises=DynamoExercises(_dynamodb(), table),
        published=DynamoResults(_dynamodb(), table),
        schools=DynamoSchools(_dynamodb(), table),
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


@cache
def logins() -> Logins:
    """Return the coordinators' sessions."""
    from selfie.adapters.dynamodb_logins import DynamoLogins

    return DynamoLogins(_dynamodb(), settings().exercises_table)


def locales() -> Sequence[str]:
    """Return the languages that readers can choose."""
    return settings().locales


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
