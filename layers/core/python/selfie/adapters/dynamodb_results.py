"""Published results in DynamoDB, written once; those of a former system can be corrected."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.domain.disclosure import Unit
from selfie.domain.errors import ChangedMeanwhile
from selfie.domain.results import Results

# False when results were published before; what people may have read stays.
_NOT_PUBLISHED: Final = "attribute_not_exists(PK)"
# False when somebody else corrected them since they were read.
_STILL_THESE: Final = "published = :read"


class DynamoResults:
    """Results in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def add(
        self,
        results: Results,
        open_answers: Mapping[str, Sequence[str]],
        of_companies: Mapping[str, Results] | None = None,
    ) -> None:
        """Store results, open answers (by unit) and what each company may see unless they are stored: those stay.

        Results come last: while they are missing, nothing counts as published and the closing is done again. Open
        answers are sorted, so that the closing that is done again puts the same ones in the same places.
        """
        if self.get(results.exercise_id) is not None:
            return
        for unit, texts in open_answers.items():
            for part, content in enumerate(formats.write_texts(sorted(texts))):
                key = keys.open_answers(results.exercise_id, Unit(unit), part)
                written = formats.attributes({"unit": str(unit), "texts": content})
                self._client.put_item(TableName=self._table, Item={**key, **written})
        for company_id, seen in (of_companies or {}).items():
            key = keys.company_results(results.exercise_id, company_id)
            written = formats.attributes({"published": formats.write_results(seen)})
            self._client.put_item(TableName=self._table, Item={**key, **written})
        published = formats.attributes({"published": formats.write_results(results)})
        aws.conditional(
            self._client.put_item,
            TableName=self._table,
            Item={**keys.results(results.exercise_id), **published},
            ConditionExpression=_NOT_PUBLISHED,
        )

    def correct(self, results: Results) -> None:
        """Put results in the place of those that were imported; raise ChangedMeanwhile where none of those are."""
        key = keys.results(results.exercise_id)
        before = items.find(self._client, self._table, key)
        if before is None or not formats.read_results(before["published"]["B"]).imported:
            raise ChangedMeanwhile
        changed = aws.conditional(
            self._client.put_item,
            TableName=self._table,
            Item={**key, **formats.attributes({"published": formats.write_results(results)})},
            ConditionExpression=_STILL_THESE,
            ExpressionAttributeValues={":read": before["published"]},
        )
        if changed is None:
            raise ChangedMeanwhile

    def get(self, exercise_id: str) -> Results | None:
        """Return published results."""
        return self._published(keys.results(exercise_id))

    def of_company(self, exercise_id: str, company_id: str) -> Results | None:
        """Return what a company may see."""
        return self._published(keys.company_results(exercise_id, company_id))

    def open_answers(self, exercise_id: str) -> Mapping[str, Sequence[str]]:
        """Return published open answers by unit."""
        partition = keys.published_partition(exercise_id)
        # Written before the results and never again: an older state of them has all.
        parts = items.of_partition(self._client, self._table, partition, keys.OPEN_ANSWERS, ConsistentRead=False)
        found: dict[str, tuple[str, ...]] = {}
        for item in parts:
            unit = item["unit"]["S"]
            found[unit] = (*found.get(unit, ()), *formats.read_texts(item["texts"]["B"]))
        return found

    def _published(self, key: keys.Key) -> Results | None:
        item = items.find(self._client, self._table, key)
        return formats.read_results(item["published"]["B"]) if item else None
