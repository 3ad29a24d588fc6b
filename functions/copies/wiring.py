"""Put the copying of tallies together; the only place here that names adapters."""

from functools import cache

from functions.copies.service import TallyCopying
from selfie import wiring as shared
from selfie.adapters import clients, clock
from selfie.adapters.wrapping import FileWrapping, KeyWrapping, KmsWrapping
from selfie.settings import key_file, settings


@cache
def service() -> TallyCopying:
    """Return this environment's use cases."""
    from selfie.adapters.dynamodb_companies import DynamoCompanies
    from selfie.adapters.dynamodb_copies import DynamoCopies
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_open_tallies import DynamoOpenTallies

    dynamodb, read = shared.dynamodb(), settings()
    return TallyCopying(
        DynamoExercises(dynamodb, read.exercises_table),
        DynamoCompanies(dynamodb, read.exercises_table),
        DynamoOpenTallies(dynamodb, read.counters_table),
        DynamoCopies(dynamodb, read.exercises_table, read.keys_table, _wrapping(read.copies_key)),
        clock.now,
    )


def _wrapping(key: str) -> KeyWrapping:
    if file := key_file(key):
        return FileWrapping(file)
    return KmsWrapping(clients.patient("kms"), key)
