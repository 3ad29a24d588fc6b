"""The bucket of research data: contributions of exercises, frozen tables, and files of releases."""

import base64
import gzip
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from selfie.adapters import aws, formats, items, keys
from selfie.domain.disclosure import Unit
from selfie.domain.research import Cell, Contribution, Cut, Percentages, Release, Row, Totals

AT_ONCE: Final = 16
# What is read ahead of the job, which takes them one by one.
_AHEAD: Final = 8 * AT_ONCE
# False when an exercise contributed before: then its contribution has a place.
_HAS_NO_PLACE: Final = "attribute_not_exists(PK)"


class S3Contributions:
    """Compressed JSON in a bucket, and beside an exercise's results where it lies; clients are boto3's."""

    def __init__(self, dynamodb: Any, table: str, s3: Any, bucket: str) -> None:
        self._dynamodb, self._table = dynamodb, table
        self._s3, self._bucket = s3, bucket

    def add(self, exercise_id: str, contribution: Contribution) -> None:
        """Keep a contribution; doing it again changes nothing.

        The place is noted first, so that an erasure finds whatever was put there, and stays when the school moves.
        """
        place = keys.contribution_object(exercise_id, contribution.cut)
        item = keys.contribution(exercise_id)
        noted = aws.conditional(
            self._dynamodb.put_item,
            TableName=self._table,
            Item={**item, **formats.attributes({"key": place})},
            ConditionExpression=_HAS_NO_PLACE,
        )
        if noted is None:
            place = items.get(self._dynamodb, self._table, item)["key"]["S"]
        self._s3.put_object(Bucket=self._bucket, Key=place, Body=_write_contribution(contribution))

    def cuts(self, session_id: str) -> Sequence[Cut]:
        """Return which there are of a session, in order."""
        found = _names(self._s3, self._bucket, keys.contributions_of_session(session_id))
        return sorted({keys.cut_of(name) for name in found})

    def names(self, cut: Cut) -> Sequence[str]:
        """Name those of a cut."""
        return list(_names(self._s3, self._bucket, keys.contributions_prefix(cut)))

    def fetch(self, names: Sequence[str]) -> Iterator[tuple[str, Contribution]]:
        """Yield contributions one by one, without those that were erased meanwhile."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for start in range(0, len(names), _AHEAD):
                ahead = names[start : start + _AHEAD]
                for name, content in zip(ahead, pool.map(self._content, ahead), strict=True):
                    if content is not None:
                        yield name, _read_contribution(keys.cut_of(name), content)

    def _content(self, name: str) -> bytes | None:
        return aws.read_object(self._s3, self._bucket, name)


class S3ResearchTables:
    """Tables and files in the bucket; ``client`` is boto3's for S3."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def frozen_cuts(self, session_id: str) -> Sequence[Cut]:
        """Return of which cuts a session has tables, in order."""
        found = _names(self._client, self._bucket, keys.frozen_of_session(session_id))
        return sorted(keys.cut_of(name) for name in found)

    def frozen(self, cut: Cut) -> Sequence[Cell] | None:
        """Return the frozen table of a cut."""
        content = aws.read_object(self._client, self._bucket, keys.frozen_object(cut))
        return None if content is None else [_read_cell(each) for each in _read(content)]

    def freeze(self, cut: Cut, cells: Sequence[Cell]) -> None:
        """Keep the table of a cut unless there is one: that stays."""
        self._put_once(keys.frozen_object(cut), _write([_write_cell(cell) for cell in cells]))

    def studies(self) -> frozenset[frozenset[str]]:
        """Return which sessions were linked with one another."""
        return frozenset(map(keys.sessions_linked, _names(self._client, self._bucket, keys.LINKED)))

    def linked(self, cut: Cut, since: str) -> Sequence[Row] | None:
        """Return the rows of a linked study."""
        content = aws.read_object(self._client, self._bucket, keys.linked_object(cut, since))
        return None if content is None else [_read_row(cut, since, each) for each in _read(content)]

    def keep_linked(self, cut: Cut, since: str, rows: Sequence[Row]) -> None:
        """Keep the rows of a linked study unless there are some: those stay."""
        self._put_once(keys.linked_object(cut, since), _write([_write_row(row) for row in rows]))

    def put(self, release: Release, name: str, file: Path) -> None:
        """Store a file of a release where its recipient may read it."""
        key = keys.release_object(release.wanted.scope, release.id, name)
        with file.open("rb") as content:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def _put_once(self, key: str, content: bytes) -> None:
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if aws.code_of(error) != "PreconditionFailed":
                raise


def _names(client: Any, bucket: str, prefix: str) -> Iterator[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (entry["Key"] for page in pages for entry in page.get("Contents", ()))


def _write(value: Any) -> bytes:
    # Without the time, so that the same content gives the same bytes.
    return gzip.compress(json.dumps(value, separators=(",", ":")).encode(), mtime=0)


def _read(content: bytes) -> Any:
    return json.loads(gzip.decompress(content))


def _write_contribution(made: Contribution) -> bytes:
    percentages = [[entry.unit, entry.question, entry.answered, entry.options] for entry in made.percentages]
    return _write({"region": made.region, "school": base64.b64encode(made.sealed).decode(), "percentages": percentages})


def _read_contribution(cut: Cut, content: bytes) -> Contribution:
    # By hand: forty thousand of them are read for a release, each with hundreds of entries.
    read = _read(content)
    percentages = tuple(Percentages(Unit(unit), *entry) for unit, *entry in read["percentages"])
    return Contribution(cut, read["region"], base64.b64decode(read["school"]), percentages)


def _write_cell(cell: Cell) -> Any:
    parts = {
        region: [part.schools, part.answered, part.most_answered, part.totals, part.most]
        for region, part in cell.parts.items()
    }
    return [cell.unit, cell.question, cell.shown, parts]


def _read_cell(value: Any) -> Cell:
    unit, question, shown, parts = value
    return Cell(Unit(unit), question, tuple(shown), {region: Totals(*part) for region, part in parts.items()})


def _write_row(row: Row) -> Any:
    return [row.region, row.unit, row.question, row.option, str(row.value), row.schools]


def _read_row(cut: Cut, since: str, value: Any) -> Row:
    region, unit, question, option, number, schools = value
    return Row(cut, since, region, Unit(unit), question, option, Decimal(number), schools)
