"""Put the copying of tallies together; the only place here that names adapters."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from functions.copies.service import TallyCopying
from selfie.adapters.wrapping import FileWrapping, KeyWrapping, KmsWrapping
from selfie.settings import settings

# How the run on one machine names its key.
FILE: Final = "file:"


@cache
def service() -> TallyCopying:
    """Return this environment's use cases."""
    from selfie.adapters import clock
    from selfie.adapters.dynamodb_companies import DynamoCompanies
    from selfie.adapters.dynamodb_copies import DynamoCopies
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_open_tallies import DynamoOpenTallies

    dynamodb, read = _client("dynamodb"), settings()
    return TallyCopying(
        DynamoExercises(dynamodb, read.exercises_table),
        DynamoCompanies(dynamodb, read.exercises_table),
        DynamoOpenTallies(dynamodb, read.counters_table),
        DynamoCopies(dynamodb, read.exercises_table, read.keys_table, _wrapping(read.copies_key)),
        clock.now,
    )


def _wrapping(key: str) -> KeyWrapping:
    if key.startswith(FILE):
        return FileWrapping(Path(key.removeprefix(FILE)))
    return KmsWrapping(_client("kms"), key)


def _client(name: str) -> Any:
    import boto3

    from selfie.adapters import aws

    return boto3.client(name, config=aws.PATIENCE)
