"""Put research data together; the only place here that names adapters."""

from functools import cache
from typing import TYPE_CHECKING, Any

from functions.research.service import Contributing, Releasing
from selfie import wiring as shared
from selfie.adapters import clients, clock
from selfie.settings import key_file, settings

if TYPE_CHECKING:
    from selfie.ports import Pseudonyms, ResearchLedger, SchoolSeal


@cache
def contributing() -> Contributing:
    """Return this environment's use case of contributing."""
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.s3_research import S3Contributions

    table = settings().exercises_table
    return Contributing(
        DynamoResults(shared.dynamodb(), table),
        DynamoSchools(shared.dynamodb(), table),
        S3Contributions(shared.dynamodb(), table, clients.patient("s3"), settings().research_bucket),
        ledger(),
        _seal(),
    )


@cache
def releasing() -> Releasing:
    """Return this environment's use case of releasing."""
    from selfie.adapters.s3_research import S3Contributions, S3ResearchTables

    read = settings()
    s3 = _patient_s3()
    return Releasing(
        S3Contributions(shared.dynamodb(), read.exercises_table, s3, read.research_bucket),
        S3ResearchTables(s3, read.research_bucket),
        ledger(),
        _pseudonyms(),
        clock.now,
        read.sessions,
        read.regions,
    )


@cache
def ledger() -> "ResearchLedger":
    """Return what was released."""
    from selfie.adapters.dynamodb_research import DynamoResearchLedger

    return DynamoResearchLedger(shared.dynamodb(), settings().exercises_table)


def _pseudonyms() -> "Pseudonyms":
    from selfie.adapters.sealing import FileSeal, KmsPseudonyms

    read = settings()
    if file := key_file(read.research_seal_key):
        return FileSeal(file)
    return KmsPseudonyms(clients.patient("kms"), read.research_seal_key, read.research_pseudonym_key)


def _patient_s3() -> Any:
    """Return a client that reads many objects at once and writes large ones."""
    import boto3
    from botocore.config import Config

    return boto3.client("s3", config=Config(read_timeout=60, max_pool_connections=32, retries={"mode": "standard"}))


def _seal() -> "SchoolSeal":
    from selfie.adapters.sealing import FileSeal, KmsSeal

    read = settings()
    if file := key_file(read.research_seal_key):
        return FileSeal(file)
    return KmsSeal(clients.patient("kms"), read.research_seal_key)
