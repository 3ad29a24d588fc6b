"""What DynamoDB should have deleted by itself: looked for by known keys, since nobody may list the tables."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from selfie.adapters import formats, items, keys
from selfie.domain.school import RespondentGroup


class DynamoLeftovers:
    """All tables; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, exercises: str, counters: str, keys_table: str) -> None:
        self._client, self._exercises, self._counters, self._keys = client, exercises, counters, keys_table

    def delete_counts(self, exercise_id: str, company_ids: Sequence[str]) -> int:
        """Delete what is left of an exercise's counts, texts, copies and key; return how many items that were."""
        left = list(self._left(exercise_id, company_ids))
        for table, key in left:
            self._client.delete_item(TableName=table, Key=key)
        return len(left)

    def plant(self, day: date, expires_at: datetime) -> None:
        """Put an item of a day that is to be deleted by itself into each table."""
        until = formats.attributes({"expires_at": formats.epoch(expires_at)})
        for table in (self._exercises, self._counters, self._keys):
            self._client.put_item(TableName=table, Item={**keys.expiry(day), **until})

    def outlived(self, planted_on: date) -> int:
        """Say in how many tables the item of a day is still there."""
        tables = (self._exercises, self._counters, self._keys)
        return sum(self._is_there(table, keys.expiry(planted_on)) for table in tables)

    def _left(self, exercise_id: str, company_ids: Sequence[str]) -> Iterator[tuple[str, formats.Item]]:
        trainers = [keys.tally(exercise_id, RespondentGroup.IN_COMPANY_TRAINER, company) for company in company_ids]
        for tally in (*(keys.tally(exercise_id, group) for group in RespondentGroup), *trainers):
            if self._is_there(self._counters, tally):
                yield self._counters, tally
        if self._is_there(self._keys, keys.copy_key(exercise_id)):
            yield self._keys, keys.copy_key(exercise_id)
        for group in RespondentGroup:
            yield from self._in(self._counters, keys.open_text_partition(exercise_id, group))
        yield from self._in(self._exercises, keys.copies_partition(exercise_id))

    def _is_there(self, table: str, key: keys.Key) -> bool:
        return items.find(self._client, table, key, **items.KEYS_ALONE) is not None

    def _in(self, table: str, partition: str) -> Iterator[tuple[str, formats.Item]]:
        return ((table, item) for item in items.of_partition(self._client, table, partition, **items.KEYS_ALONE))
