"""Put the watch together; the only place here that names adapters."""

from functools import cache

from functions.watch.service import Post, Watch


@cache
def watch() -> Watch:
    """Return this environment's use case."""
    import boto3

    from selfie.adapters import aws, clock
    from selfie.adapters.documents import AwsDocuments
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_totals import DynamoTotals
    from selfie.settings import settings

    dynamodb = boto3.client("dynamodb", config=aws.PATIENCE)
    s3 = boto3.client("s3", config=aws.PATIENCE)
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
    import boto3

    from selfie.adapters import aws, clock
    from selfie.adapters.dynamodb_mailboxes import DynamoMailboxes
    from selfie.settings import settings

    dynamodb = boto3.client("dynamodb", config=aws.PATIENCE)
    return Post(DynamoMailboxes(dynamodb, settings().exercises_table), clock.now)
