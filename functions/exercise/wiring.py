"""Put the exercise function together; the only place here that names adapters."""

from functools import cache, partial
from typing import Any

from functions.exercise.companies import Training
from functions.exercise.materials import Materials
from functions.exercise.service import SetUp
from selfie.adapters import clock
from selfie.catalogue import CURRENT, catalogue
from selfie.ports import Logins, PublicCounters
from selfie.settings import settings


@cache
def set_up() -> SetUp:
    """Return this environment's use cases."""
    from selfie.adapters import lifetimes, secrets
    from selfie.adapters.dynamodb_companies import DynamoCompanies
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.dynamodb_tallies import DynamoTallies

    return SetUp(
        exercises=DynamoExercises(_dynamodb(), settings().exercises_table),
        tallies=DynamoTallies(_dynamodb(), settings().counters_table),
        calendar=settings().sessions,
        catalogue=catalogue,
        version=CURRENT,
        keys=partial(secrets.token_keys, settings().token_keys_secret),
        locales=settings().locales,
        counted_until=lifetimes.counted_until,
        clock=clock.now,
        schools=DynamoSchools(_dynamodb(), settings().exercises_table),
        companies=DynamoCompanies(_dynamodb(), settings().exercises_table),
        council_countries=settings().council_countries,
    )


def materials() -> Materials:
    """Return what can be printed and read."""
    return Materials(set_up(), settings().site_url)


@cache
def training() -> Training:
    """Return this environment's use cases of companies."""
    it = set_up()
    return Training(it.exercises, it.companies, it.tallies, it.schools, it.calendar, it.clock)


@cache
def public_counters() -> PublicCounters:
    """Return how many schools and people there are."""
    from selfie.adapters.dynamodb_public_counters import DynamoPublicCounters

    return DynamoPublicCounters(_dynamodb(), settings().exercises_table)


@cache
def logins() -> Logins:
    """Return coordinators' sessions."""
    from selfie.adapters.dynamodb_logins import DynamoLogins

    return DynamoLogins(_dynamodb(), settings().exercises_table)


def site_url() -> str:
    """Return the address of our own pages."""
    return settings().site_url


@cache
def _dynamodb() -> Any:
    from selfie.adapters import clients

    return clients.patient("dynamodb")
