"""What tests of several folders share: DynamoDB Local, and the whole system on this machine."""

import os
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import settings

from infra.local.dynamodb import Database, dynamodb_local, make_tables, what_is_missing
from tests.support.local_system import LocalSystem, running_system

# How long an example takes says how busy the machine is, and nothing about a rule.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Functions publish figures below this name, as Powertools reads it.
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "tests"


@pytest.fixture(scope="session")
def dynamodb_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run DynamoDB Local in memory, once for the whole run."""
    _need_dynamodb_local()
    with dynamodb_local(log=tmp_path_factory.mktemp("dynamodb") / "log.txt") as endpoint:
        yield endpoint


@pytest.fixture
def dynamodb(dynamodb_endpoint: str) -> Database:
    """Give a test empty tables of its own in DynamoDB Local: ``.client()``, ``.exercises`` and ``.counters``."""
    return make_tables(dynamodb_endpoint, prefix=f"{uuid.uuid4().hex[:12]}-")


@pytest.fixture(scope="session")
def local_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """Run the whole system once for all tests that talk to it over HTTP; they share its clock and its schools."""
    _need_dynamodb_local()
    with running_system(tmp_path_factory.mktemp("system")) as system:
        yield system


def _need_dynamodb_local() -> None:
    """Skip what cannot run on this machine, but never where everything must run."""
    missing = what_is_missing()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"DynamoDB Local needs {missing}")
    if missing:
        pytest.skip(f"DynamoDB Local needs {missing}")
