"""Put export, erasure and retention together; the only place here that names adapters."""

from datetime import datetime
from functools import cache
from typing import Any

from functions.privacy.leftovers import Deletions
from functions.privacy.notices import Notices
from functions.privacy.service import Privacy
from selfie.adapters import clock
from selfie.notices import Notice
from selfie.ports import Logins
from selfie.settings import settings


@cache
def service() -> Privacy:
    """Return this environment's use cases."""
    import boto3
    from botocore.config import Config

    from selfie.adapters import clients
    from selfie.adapters.dynamodb_leaving import DynamoLeaving
    from selfie.adapters.dynamodb_public_counters import DynamoPublicCounters
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.ses_mailer import SesMailer
    from selfie.adapters.whole_school import AwsWholeSchool

    read = settings()
    s3 = clients.patient("s3")
    # A message that got no answer may have gone out.
    ses = boto3.client("sesv2", config=Config(connect_timeout=1, read_timeout=8, retries={"total_max_attempts": 1}))
    return Privacy(
        DynamoSchools(_dynamodb(), read.exercises_table),
        AwsWholeSchool(
            _dynamodb(),
            read.exercises_table,
            read.counters_table,
            read.keys_table,
            s3,
            read.reports_bucket,
            read.research_bucket,
        ),
        DynamoLeaving(_dynamodb(), read.exercises_table, read.counters_table),
        SesMailer(ses, read.mail_sender),
        read.locales,
        read.site_url,
        clock.now,
        DynamoPublicCounters(_dynamodb(), read.exercises_table),
        logins(),
    )


@cache
def deletions() -> Deletions:
    """Return what is deleted every night."""
    from selfie.adapters.dynamodb_companies import DynamoCompanies
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_leftovers import DynamoLeftovers

    read = settings()
    return Deletions(
        DynamoExercises(_dynamodb(), read.exercises_table),
        DynamoCompanies(_dynamodb(), read.exercises_table),
        DynamoLeftovers(_dynamodb(), read.exercises_table, read.counters_table, read.keys_table),
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


@cache
def logins() -> Logins:
    """Return coordinators' sessions."""
    from selfie.adapters.dynamodb_logins import DynamoLogins

    return DynamoLogins(_dynamodb(), settings().exercises_table)


def site_url() -> str:
    """Return the address of our pages."""
    return settings().site_url


def now() -> datetime:
    """Return the instant."""
    return clock.now()


@cache
def _dynamodb() -> Any:
    from selfie.adapters import clients

    return clients.patient("dynamodb")
