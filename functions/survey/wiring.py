"""Put the survey function together; the only place here that names adapters."""

from collections.abc import Sequence
from functools import cache

from functions.survey.pages import Pages
from functions.survey.service import Survey
from selfie.adapters import clock
from selfie.catalogue import catalogue
from selfie.settings import settings


@cache
def survey() -> Survey:
    """Return this environment's use cases."""
    import boto3

    from selfie.adapters import aws
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.dynamodb_tallies import DynamoTallies

    dynamodb = boto3.client("dynamodb", config=aws.PATIENCE)
    return Survey(
        DynamoExercises(dynamodb, settings().exercises_table),
        DynamoTallies(dynamodb, settings().counters_table),
        DynamoSchools(dynamodb, settings().exercises_table),
        catalogue,
        token_keys,
        clock.now,
    )


@cache
def pages() -> Pages:
    """Return this environment's pages."""
    return Pages(settings().static_path, settings().locales)


def token_keys() -> Sequence[bytes]:
    """Return the keys that sign tokens, newest first; a first page needs none, so they are read when one is needed."""
    from selfie.adapters import secrets

    return secrets.token_keys(settings().token_keys_secret)


def locales() -> Sequence[str]:
    """Return the languages that respondents can choose."""
    return settings().locales
