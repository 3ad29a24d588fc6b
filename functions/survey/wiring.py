"""Put the survey function together; the only place here that names adapters."""

import base64
import json
from collections.abc import Sequence
from functools import cache
from typing import Final

from functions.survey.pages import Pages
from functions.survey.service import Survey
from selfie.adapters import clock
from selfie.catalogue import catalogue
from selfie.settings import settings

# How long a rotated key may go unnoticed; two keys are accepted at any time.
KEYS_KEPT_SECONDS: Final = 300


@cache
def survey() -> Survey:
    """Return this environment's use cases."""
    import boto3
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.dynamodb_tallies import DynamoTallies

    dynamodb = boto3.client("dynamodb")
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
    """Return the keys that sign tokens, newest first."""
    from aws_lambda_powertools.utilities import parameters

    secret = parameters.get_secret(settings().token_keys_secret, max_age=KEYS_KEPT_SECONDS)
    return [base64.b64decode(key) for key in json.loads(secret)]


def locales() -> Sequence[str]:
    """Return the languages that respondents can choose."""
    return settings().locales
