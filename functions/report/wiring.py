"""Put results and reports together; the only place here that names adapters."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from functions.report.certificates import Certificates
from functions.report.service import ReportService
from functions.report.slips import SlipPrinting
from selfie import wiring as shared
from selfie.adapters import clock
from selfie.i18n import first_offered
from selfie.settings import settings

if TYPE_CHECKING:
    from selfie_reporting.words import Words


# With a document of some megabytes; nobody waits for it.
SECONDS_FOR_A_REPORT: Final = 30

entrance = shared.entrance


@cache
def service() -> ReportService:
    """Return this environment's use cases."""
    from selfie.adapters import clients
    from selfie.adapters.documents import AwsDocuments
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_mailboxes import DynamoMailboxes
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.step_functions import StepFunctionsReportBuilding

    table = settings().exercises_table
    s3 = clients.patient("s3")
    states = clients.patient("stepfunctions")
    return ReportService(
        DynamoExercises(shared.dynamodb(), table),
        DynamoResults(shared.dynamodb(), table),
        AwsDocuments(shared.dynamodb(), table, s3, settings().reports_bucket),
        StepFunctionsReportBuilding(states, settings().build_report_arn),
        DynamoSchools(shared.dynamodb(), table),
        shared.mailer(SECONDS_FOR_A_REPORT),
        clock.now,
        settings().sessions,
        settings().locales,
        settings().site_url,
        DynamoMailboxes(shared.dynamodb(), table),
    )


@cache
def certificates() -> Certificates:
    """Return what respondents can ask for."""
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return Certificates(
        DynamoExercises(shared.dynamodb(), table), DynamoSchools(shared.dynamodb(), table), shared.token_keys, clock.now
    )


@cache
def slip_printing() -> SlipPrinting:
    """Return how slips with one-time codes are printed."""
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return SlipPrinting(
        DynamoExercises(shared.dynamodb(), table),
        DynamoSchools(shared.dynamodb(), table),
        shared.token_keys,
        settings().locales,
        settings().site_url,
        clock.now,
    )


def locales() -> Sequence[str]:
    """Return the languages that respondents can choose."""
    return settings().locales


def certificate_refusal(code: str, locale: str) -> str:
    """Return the page for somebody who gets no certificate."""
    from selfie_reporting.certificate import refusal

    return refusal(code, locale, settings().static_path)


def words(locale: str | None) -> "Words":
    """Return the names of levels and sessions in an offered locale, the first one otherwise."""
    from selfie_reporting.words import words as words_in

    return words_in(first_offered(settings().locales, locale))
