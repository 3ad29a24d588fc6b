"""Put results and reports together; the only place here that names adapters."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.report.service import Certificates, ReportService
from functions.report.slips import SlipPrinting
from selfie.adapters import clock
from selfie.settings import settings

if TYPE_CHECKING:
    from selfie.ports import Logins
    from selfie_reporting.words import Words


@cache
def service() -> ReportService:
    """Return this environment's use cases."""
    import boto3
    from botocore.config import Config

    from selfie.adapters import clients
    from selfie.adapters.documents import AwsDocuments
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_mailboxes import DynamoMailboxes
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.ses_mailer import SesMailer
    from selfie.adapters.step_functions import StepFunctionsReportBuilding

    table = settings().exercises_table
    s3 = clients.patient("s3")
    # A message that got no answer may have gone out: nothing but the state machine sends it again.
    ses = boto3.client("sesv2", config=Config(read_timeout=30, retries={"total_max_attempts": 1}))
    states = clients.patient("stepfunctions")
    return ReportService(
        DynamoExercises(_dynamodb(), table),
        DynamoResults(_dynamodb(), table),
        AwsDocuments(_dynamodb(), table, s3, settings().reports_bucket),
        StepFunctionsReportBuilding(states, settings().build_report_arn),
        DynamoSchools(_dynamodb(), table),
        SesMailer(ses, settings().mail_sender),
        clock.now,
        settings().sessions,
        settings().locales,
        settings().site_url,
        DynamoMailboxes(_dynamodb(), table),
    )


@cache
def certificates() -> Certificates:
    """Return what respondents can ask for."""
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return Certificates(DynamoExercises(_dynamodb(), table), DynamoSchools(_dynamodb(), table), token_keys, clock.now)


@cache
def slip_printing() -> SlipPrinting:
    """Return how slips with one-time codes are printed."""
    from selfie.adapters.dynamodb_exercises import DynamoExercises
    from selfie.adapters.dynamodb_schools import DynamoSchools

    table = settings().exercises_table
    return SlipPrinting(
        DynamoExercises(_dynamodb(), table),
        DynamoSchools(_dynamodb(), table),
        token_keys,
        settings().locales,
        settings().site_url,
        clock.now,
    )


def token_keys() -> Sequence[bytes]:
    """Return the keys that sign tokens, newest first."""
    from selfie.adapters import secrets

    return secrets.token_keys(settings().token_keys_secret)


def locales() -> Sequence[str]:
    """Return the languages that respondents can choose."""
    return settings().locales


def certificate_refusal(code: str, locale: str) -> str:
    """Return the page for somebody who gets no certificate."""
    from selfie_reporting.certificate import refusal

    return refusal(code, locale, settings().static_path)


@cache
def logins() -> "Logins":
    """Return the coordinators' sessions."""
    from selfie.adapters.dynamodb_logins import DynamoLogins

    return DynamoLogins(_dynamodb(), settings().exercises_table)


def words(locale: str | None) -> "Words":
    """Return the names of levels and sessions in an offered locale, the first one otherwise."""
    from selfie_reporting.words import words as words_in

    return words_in(locale if locale in settings().locales else settings().locales[0])


def site_url() -> str:
    """Return the address of our own pages."""
    return settings().site_url


def now() -> datetime:
    """Return the instant."""
    return clock.now()


@cache
def _dynamodb() -> Any:
    from selfie.adapters import clients

    return clients.patient("dynamodb")
