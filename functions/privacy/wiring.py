"""Put export, erasure and retention together; the only place here that names adapters."""

from functools import cache

from functions.privacy.leftovers import Deletions
from functions.privacy.notices import Notices
from functions.privacy.service import Privacy
from selfie import wiring as shared
from selfie.adapters import clock
from selfie.notices import Notice
from selfie.settings import settings

entrance = shared.entrance


@cache
def service() -> Privacy:
    """Return this environment's use cases."""
    from selfie.adapters import clients
    from selfie.adapters.dynamodb_leaving import DynamoLeaving
    from selfie.adapters.dynamodb_public_counters import DynamoPublicCounters
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.whole_school import AwsWholeSchool

    read = settings()
    s3 = clients.patient("s3")
    return Privacy(
        DynamoSchools(shared.dynamodb(), read.exercises_table),
        AwsWholeSchool(
            shared.dynamodb(),
            read.exercises_table,
            read.counters_table,
            read.keys_table,
            s3,
            read.reports_bucket,
            read.research_bucket,
        ),
        DynamoLeaving(shared.dynamodb(), read.exercises_table, read.counters_table),
        shared.mailer(),
        read.locales,
        read.site_url,
        clock.now,
        DynamoPublicCounters(shared.dynamodb(), read.exercises_table),
        shared.entrance().logins,
    )


@cache
def deletions() -> Deletions:
    """Return what is deleted every night."""
    from selfie.adapters.dynamodb_companies import DynamoCompanies
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_leftovers import DynamoLeftovers

    read = settings()
    return Deletions(
        DynamoExercises(shared.dynamodb(), read.exercises_table),
        DynamoCompanies(shared.dynamodb(), read.exercises_table),
        DynamoLeftovers(shared.dynamodb(), read.exercises_table, read.counters_table, read.keys_table),
        read.sessions,
        clock.now,
    )


@cache
def notices() -> Notices:
    """Return this environment's notices."""
    read = settings()
    return Notices(service().schools, read.operator, read.locales, read.site_url)


def notice_document(notice: Notice, school: str, locale: str) -> bytes:
    """Set a notice as a PDF; few wait for what that needs."""
    from selfie_reporting.notice_document import notice_document

    return notice_document(notice, school, locale)
