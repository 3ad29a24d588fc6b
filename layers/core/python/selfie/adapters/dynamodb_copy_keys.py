"""The end of the keys under which open tallies are copied; the closing and erasing need nothing else of them."""

from datetime import datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys, lifetimes
from selfie.domain.copies import Place

# False when nothing was copied yet, or the key is destroyed.
_HAS_MARKS: Final = "attribute_exists(copied)"


class DynamoCopyKeys:
    """Keys of exercises, which are destroyed here without being read; ``client`` is boto3's low-level one.

    The key's item goes on without the key until nothing could be copied any more, so that none is made again.
    """

    def __init__(self, client: Any, exercises: str, keys_table: str) -> None:
        self._client, self._exercises, self._keys = client, exercises, keys_table

    def destroy(self, exercise_id: str, closes_at: datetime) -> None:
        """Destroy an exercise's key for ever, then delete the copies that nobody can read any more."""
        self._client.update_item(
            TableName=self._keys,
            Key=keys.copy_key(exercise_id),
            UpdateExpression="SET expires_at = :until REMOVE wrapped_key, copied",
            ExpressionAttributeValues=formats.attributes({":until": formats.epoch(lifetimes.counted_until(closes_at))}),
        )
        self._delete_copies(exercise_id)

    def forget(self, exercise_id: str, place: Place) -> None:
        """Forget one tally's copy and that there was one, as when its company leaves."""
        aws.conditional(
            self._client.update_item,
            TableName=self._keys,
            Key=keys.copy_key(exercise_id),
            UpdateExpression="REMOVE copied.#place",
            ConditionExpression=_HAS_MARKS,
            ExpressionAttributeNames={"#place": keys.write_place(place)},
        )
        self._client.delete_item(TableName=self._exercises, Key=keys.copy(exercise_id, place))

    def erase(self, exercise_id: str) -> None:
        """Delete the key of an exercise that goes altogether, and then its copies."""
        self._client.delete_item(TableName=self._keys, Key=keys.copy_key(exercise_id))
        self._delete_copies(exercise_id)

    def _delete_copies(self, exercise_id: str) -> None:
        partition = keys.copies_partition(exercise_id)
        for item in list(items.of_partition(self._client, self._exercises, partition, **items.KEYS_ALONE)):
            self._client.delete_item(TableName=self._exercises, Key=item)
