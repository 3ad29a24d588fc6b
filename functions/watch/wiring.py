"""Put the watch together; the only place here that names adapters."""

from functools import cache

from functions.watch.service import Post, Watch
from selfie import wiring as shared
from selfie.adapters import clients, clock
from selfie.settings import settings


@cache
def watch() -> Watch:
    """Return this environment's use case."""
    from selfie.adapters.documents import AwsDocuments
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_totals import DynamoTotals

    dynamodb = shared.dynamodb()
    s3 = clients.patient("s3")
    table = settings().exercises_table
    return Watch(
        DynamoExercises(dynamodb, table),
        AwsDocuments(dynamodb, table, s3, settings().reports_bucket),
        DynamoTotals(dynamodb, settings().counters_table),
        clock.now,
    )


@cache
def post() -> Post:
    """Return this environment's use case of e-mails that went out."""
    from selfie.adapters.dynamodb_mailboxes import DynamoMailboxes

    return Post(DynamoMailboxes(shared.dynamodb(), settings().exercises_table), clock.now)
