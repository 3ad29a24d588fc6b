"""Put the watch together; the only place here that names adapters."""

from functools import cache

from functions.watch.service import Post, Watch


@cache
def watch() -> Watch:
    """Return this environment's use case."""
    from selfie.adapters import clients, clock
    from selfie.adapters.documents import AwsDocuments
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_totals import DynamoTotals
    from selfie.settings import settings

    dynamodb = clients.patient("dynamodb")
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
    from selfie.adapters import clients, clock
    from selfie.adapters.dynamodb_mailboxes import DynamoMailboxes
    from selfie.settings import settings

    dynamodb = clients.patient("dynamodb")
    return Post(DynamoMailboxes(dynamodb, settings().exercises_table), clock.now)
