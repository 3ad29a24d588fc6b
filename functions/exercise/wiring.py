"""Put the exercise function together; the only place here that names adapters."""

from functools import cache

from functions.exercise.companies import Training
from functions.exercise.materials import Materials
from functions.exercise.service import SetUp
from selfie import wiring as shared
from selfie.adapters import clock
from selfie.catalogue import CURRENT, catalogue
from selfie.ports import PublicCounters
from selfie.settings import settings

entrance = shared.entrance


@cache
def set_up() -> SetUp:
    """Return this environment's use cases."""
    from selfie.adapters import lifetimes
    from selfie.adapters.dynamodb_companies import DynamoCompanies
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.dynamodb_tallies import DynamoTallies

    return SetUp(
        exercises=DynamoExercises(shared.dynamodb(), settings().exercises_table),
        tallies=DynamoTallies(shared.dynamodb(), settings().counters_table),
        calendar=settings().sessions,
        catalogue=catalogue,
        version=CURRENT,
        keys=shared.token_keys,
        locales=settings().locales,
        counted_until=lifetimes.counted_until,
        clock=clock.now,
        schools=DynamoSchools(shared.dynamodb(), settings().exercises_table),
        companies=DynamoCompanies(shared.dynamodb(), settings().exercises_table),
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

    return DynamoPublicCounters(shared.dynamodb(), settings().exercises_table)
