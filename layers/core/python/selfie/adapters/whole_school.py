"""Everything that is stored of a school: read for its export, deleted for its erasure, by one and the same walk.

What lies in the school's own partition and in those of its exercises comes by itself. What else belongs to a school is
found from there: ``_elsewhere`` says how, and tests/e2e fails when something of a school is left after its erasure.
"""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from selfie.adapters import aws, formats, items, keys
from selfie.adapters.dynamodb_copy_keys import DynamoCopyKeys
from selfie.domain.copies import Place
from selfie.domain.errors import Unknown
from selfie.domain.retention import Counts
from selfie.domain.school import RespondentGroup
from selfie.ports import StoredItem

ACCOUNT: Final = "SCHOOL/PROFILE"
COMPANY: Final = "COMPANIES/COMPANY"
OFFERED_CODE: Final = "COMPANIES/CODE"
# Goes with the school's exercises, but is no business of the school's: what one company's trainers said.
COMPANYS: Final = frozenset({COMPANY, OFFERED_CODE, "SCHOOL/JOINED", "EXERCISE/COMPANYRESULTS"})
DOCUMENT: Final = "EXERCISE/DOCUMENT"
CONTRIBUTION: Final = "EXERCISE/CONTRIBUTION"
# In this order, after all else, the account too: while one of these is there, an erasure that was cut off is due again.
MARKS: Final = ("SCHOOL/LASTLOGIN", "SCHOOL/ERASURE")


class AwsWholeSchool:
    """All tables, the bucket of documents and that of research data; clients are boto3's low-level ones."""

    def __init__(
        self,
        dynamodb: Any,
        exercises: str,
        counters: str,
        keys_table: str,
        s3: Any,
        bucket: str,
        research_bucket: str,
    ) -> None:
        self._dynamodb, self._exercises, self._counters = dynamodb, exercises, counters
        self._copy_keys = DynamoCopyKeys(dynamodb, exercises, keys_table)
        self._s3, self._bucket, self._research_bucket = s3, bucket, research_bucket

    def items(self, school_id: str) -> Sequence[StoredItem]:
        """Return every item; none when there is no such school."""
        return [
            StoredItem(
                keys.kind(item),
                (item["PK"]["S"], item["SK"]["S"]),
                {name: _plain(value) for name, value in formats.values_of(item).items() if name not in ("PK", "SK")},
            )
            for item in self._walk(school_id)
            # A key alone is named to be deleted.
            if keys.kind(item) not in COMPANYS and set(item) != {"PK", "SK"}
        ]

    def kinds(self, school_id: str) -> Counts:
        """Count what lies under the school's own keys, by kind, without reading anything of it."""
        own = list(self._query(self._exercises, keys.school_partition(school_id), **items.KEYS_ALONE))
        for exercise_id in _exercises(own):
            own += self._query(self._exercises, keys.published_partition(exercise_id), **items.KEYS_ALONE)
        return dict(Counter(keys.kind(item) for item in own))

    def documents(self, school_id: str) -> Sequence[tuple[str, int]]:
        """Name every stored file with its size in bytes."""
        sizes = []
        for name in _places(self._walk(school_id), DOCUMENT):
            try:
                sizes.append((name, int(self._s3.head_object(Bucket=self._bucket, Key=name)["ContentLength"])))
            except ClientError as error:
                if aws.code_of(error) not in {"404", "NoSuchKey"}:
                    raise
        return sizes

    def document(self, name: str) -> bytes:
        """Return a stored file; raise Unknown when it is gone."""
        content = aws.read_object(self._s3, self._bucket, name)
        if content is None:
            raise Unknown
        return content

    def erase(self, school_id: str) -> Counts:
        """Delete everything, the account last, and count it by kind; doing it again ends what was begun."""
        found = list(self._walk(school_id))
        counts = Counter(keys.kind(item) for item in found)
        for name in _places(found, DOCUMENT):
            self._s3.delete_object(Bucket=self._bucket, Key=name)
            counts["document"] += 1
        for name in _places(found, CONTRIBUTION):
            self._s3.delete_object(Bucket=self._research_bucket, Key=name)
        for exercise_id in _exercises(found):
            self._copy_keys.erase(exercise_id)
            for key in self._counted(exercise_id, found):
                self._delete(self._counters, key)
        for exercise_id in _joined(school_id, found):
            self._copy_keys.forget(exercise_id, Place(RespondentGroup.IN_COMPANY_TRAINER, school_id))
            self._delete(self._counters, keys.tally(exercise_id, RespondentGroup.IN_COMPANY_TRAINER, school_id))
        # What leads to something else goes after it: whatever is cut off here is found again.
        own, marks = keys.school_partition(school_id), [item for item in found if keys.kind(item) in MARKS]
        for item in sorted(found, key=lambda item: (keys.kind(item) == ACCOUNT, keys.partition(item) == own)):
            if item not in marks:
                self._delete(self._exercises, item)
        # Somebody took a role, or a colleague entered a tool, while that went on: nobody can, now that it is gone.
        for item in self._walk(school_id):
            if keys.kind(item) not in MARKS:
                self._delete(self._exercises, item)
        for item in sorted(marks, key=lambda item: MARKS.index(keys.kind(item))):
            self._delete(self._exercises, item)
        return dict(counts)

    def _walk(self, school_id: str) -> Iterator[formats.Item]:
        own = list(self._query(self._exercises, keys.school_partition(school_id)))
        yield from own
        for item in own:
            for key in _elsewhere(school_id, item):
                found = items.find(self._dynamodb, self._exercises, key)
                # An address may have gone over to another school.
                if found and found.get("school_id", {"S": school_id}) == {"S": school_id}:
                    yield found
        for exercise_id in _exercises(own):
            yield from self._query(self._exercises, keys.published_partition(exercise_id))
            for company in self._query(self._exercises, keys.companies_partition(exercise_id)):
                if keys.kind(company) == OFFERED_CODE:
                    yield keys.code_of(company["SK"]["S"])
                else:
                    yield keys.exercise_of_company(keys.company_of(company["SK"]["S"]), exercise_id)
                    yield from _link(company)
                yield company
        for exercise_id in _joined(school_id, own):
            yield from self._of_company(school_id, exercise_id)

    def _of_company(self, company_id: str, exercise_id: str) -> Iterator[formats.Item]:
        """Yield the keys of what there is of a company in an exercise of a school; what its trainers said goes too."""
        joined = keys.joined(exercise_id, company_id)
        for company in self._query(self._exercises, keys.companies_partition(exercise_id)):
            if company["SK"] == joined["SK"]:
                yield from _link(company)
                yield joined
        results = keys.company_results(exercise_id, company_id)
        for item in self._query(self._exercises, keys.published_partition(exercise_id), **items.KEYS_ALONE):
            if item["SK"] == results["SK"]:
                yield results

    def _counted(self, exercise_id: str, found: Sequence[formats.Item]) -> Iterator[keys.Key]:
        """Yield the keys of an exercise's counts and open texts, and nothing that is in them."""
        for item in found:
            if keys.kind(item) == COMPANY and keys.partition(item) == keys.companies_partition(exercise_id):
                company_id = keys.company_of(item["SK"]["S"])
                yield keys.tally(exercise_id, RespondentGroup.IN_COMPANY_TRAINER, company_id)
        for group in RespondentGroup:
            yield keys.tally(exercise_id, group)
            partition = keys.open_text_partition(exercise_id, group)
            yield from self._query(self._counters, partition, **items.KEYS_ALONE)

    def _query(self, table: str, partition: str, **limits: Any) -> Iterator[formats.Item]:
        return items.of_partition(self._dynamodb, table, partition, **limits)

    def _delete(self, table: str, item: formats.Item) -> None:
        self._dynamodb.delete_item(TableName=table, Key={"PK": item["PK"], "SK": item["SK"]})


def _elsewhere(school_id: str, item: formats.Item) -> Iterator[keys.Key]:
    """Yield the keys of what an item of the school leads to in other partitions."""
    values = formats.values_of(item)
    match keys.kind(item):
        case "SCHOOL/PROFILE":
            yield from map(keys.email, values["emails"])
        case "SCHOOL/COORDINATOR":
            yield keys.school_of_identity(keys.coordinator_of(values["SK"]), school_id)
        case "SCHOOL/EXERCISE":
            yield from map(keys.link, (values.get("links") or {}).values())


def _exercises(items: Sequence[formats.Item]) -> Iterator[str]:
    return (keys.exercise_of(item) for item in items if keys.kind(item) == "SCHOOL/EXERCISE")


def _joined(company_id: str, items: Sequence[formats.Item]) -> Iterator[str]:
    own = [item for item in items if keys.partition(item) == keys.school_partition(company_id)]
    return (keys.joined_exercise(item["SK"]["S"]) for item in own if keys.kind(item) == "SCHOOL/JOINED")


def _link(company: formats.Item) -> Iterator[keys.Key]:
    if link := company.get("link", {}).get("S"):
        yield keys.link(link)


def _places(items: Iterable[formats.Item], kind: str) -> Iterator[str]:
    return (item["key"]["S"] for item in items if keys.kind(item) == kind and "key" in item)


def _plain(value: Any) -> Any:
    """Return what JSON has: what was packed is unpacked, other bytes are written in base64."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if not isinstance(value, bytes):
        return value
    try:
        return json.loads(zlib.decompress(value))
    except (zlib.error, ValueError):
        return base64.b64encode(value).decode()
