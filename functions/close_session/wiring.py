"""Put the closing together; the only place here that names adapters."""

from functools import cache

from functions.close_session.service import ClosingService


@cache
def service() -> ClosingService:
    """Return this environment's use cases."""
    from selfie.adapters import clients, clock
    from selfie.adapters.documents import AwsDocuments
    from selfie.adapters.dynamodb_companies import DynamoCompanies
    from selfie.adapters.dynamodb_copy_keys import DynamoCopyKeys
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_public_counters import DynamoPublicCounters
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.dynamodb_tallies import DynamoTallies
    from selfie.adapters.dynamodb_totals import DynamoTotals
    from selfie.adapters.s3_due_lists import S3DueLists
    from selfie.adapters.step_functions import report_name
    from selfie.catalogue import catalogue
    from selfie.settings import settings

    dynamodb = clients.patient("dynamodb")
    s3 = clients.patient("s3")
    table = settings().exercises_table
    return ClosingService(
        DynamoExercises(dynamodb, table),
        DynamoCompanies(dynamodb, table),
        DynamoTallies(dynamodb, settings().counters_table),
        DynamoCopyKeys(dynamodb, table, settings().keys_table),
        DynamoResults(dynamodb, table),
        AwsDocuments(dynamodb, table, s3, settings().reports_bucket),
        DynamoSchools(dynamodb, table),
        clock.now,
        catalogue,
        report_name,
        settings().locales,
        DynamoTotals(dynamodb, settings().counters_table),
        DynamoPublicCounters(dynamodb, table),
        S3DueLists(s3, settings().reports_bucket),
    )
