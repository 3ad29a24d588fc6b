"""Put research data together; the only place here that names adapters."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from functions.research.service import Contributing
from selfie.settings import settings

if TYPE_CHECKING:
    from selfie.ports import SchoolSeal

# How the run on one machine names its keys.
FILE: Final = "file:"


@cache
def contributing() -> Contributing:
    """Return this environment's use case of contributing."""
    from selfie.adapters.dynamodb_research import DynamoResearchLedger
    from selfie.adapters.dynamodb_results import DynamoResults
    from selfie.adapters.dynamodb_schools import DynamoSchools
    from selfie.adapters.s3_research import S3Contributions

    table = settings().exercises_table
    return Contributing(
        DynamoResults(_client("dynamodb"), table),
        DynamoSchools(_client("dynamodb"), table),
        S3Contributions(_client("dynamodb"), table, _client("s3"), settings().research_bucket),
        DynamoResearchLedger(_client("dynamodb"), table),
        _seal(),
    )


def _seal() -> "SchoolSeal":
    from selfie.adapters.sealing import FileSeal, KmsSeal

    read = settings()
    if file := _file(read.research_seal_key):
        return FileSeal(file)
    return KmsSeal(_client("kms"), read.research_seal_key)


def _file(key: str) -> Path | None:
    return Path(key.removeprefix(FILE)) if key.startswith(FILE) else None


@cache
def _client(service: str) -> Any:
    import boto3

    from selfie.adapters import aws

    return boto3.client(service, config=aws.PATIENCE)
