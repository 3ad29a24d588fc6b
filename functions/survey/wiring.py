"""Put the survey function together; the only place here that names adapters."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from functions.survey.pages import Pages
from functions.survey.service import Survey
from selfie.adapters import clock
from selfie.catalogue import catalogue
from selfie.settings import settings


@cache
def survey() -> Survey:
    """Return this environment's use cases."""
    from selfie.adapters.dynamodb_tallies import DynamoTallies
    from selfie.adapters.dynamodb_totals import DynamoTotals
    from selfie.adapters.remembered import RememberedExercises, RememberedSchools

    return Survey(
        RememberedExercises(_dynamodb(), settings().exercises_table),
        DynamoTallies(_dynamodb(), settings().counters_table),
        RememberedSchools(_dynamodb(), settings().exercises_table),
        catalogue,
        token_keys,
        clock.now,
        DynamoTotals(_dynamodb(), settings().counters_table),
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


@cache
def _dynamodb() -> Any:
    from selfie.adapters import aws

    return aws.client("dynamodb")
