"""Copies of open tallies in the Exercises table, encrypted under keys that lie in a table of their own."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys, lifetimes
from selfie.adapters.dynamodb_copy_keys import DynamoCopyKeys
from selfie.adapters.wrapping import KeyWrapping, decrypt, encrypt
from selfie.domain.copies import Copy, Mark, Place
from selfie.domain.tally import Tally

# False when there is a key, and for ever after one was destroyed.
_NEVER_MADE: Final = "attribute_not_exists(PK)"
# False when the key was destroyed or another copy was taken since the mark was read.
_SAME_MARK: Final = "attribute_exists(wrapped_key) AND copied.#place = :last"
_NO_MARK: Final = "attribute_exists(wrapped_key) AND attribute_not_exists(copied.#place)"
# What is encrypted is filled up to a multiple of this: its length tells nothing of what is in it.
_BLOCK: Final = 4096


class DynamoCopies(DynamoCopyKeys):
    """Copies and the keys to make and read them."""

    def __init__(self, client: Any, exercises: str, keys_table: str, wrapping: KeyWrapping) -> None:
        super().__init__(client, exercises, keys_table)
        self._wrapping = wrapping

    def marks(self, exercise_id: str) -> Mapping[Place, Mark]:
        """Return what is remembered of the last copies."""
        found = self._key_item(exercise_id)
        copied = formats.values_of(found).get("copied", {}) if found else {}
        return {keys.read_place(name): Mark(mark["opening"], mark["submissions"]) for name, mark in copied.items()}

    def keep(self, exercise_id: str, place: Place, copy: Copy, last: Mark | None, closes_at: datetime) -> bool:
        """Keep a copy instead of the one before; False when another one was taken meanwhile or the key is destroyed."""
        key = self._key(exercise_id, closes_at)
        # The mark comes first: when this is cut off in between, the next copy is due later, and never too early.
        if key is None or not self._mark(exercise_id, place, last, Mark(copy.opening, copy.tally.submissions)):
            return False
        item = keys.copy(exercise_id, place)
        encrypted = encrypt(key, _write(copy), _about(item))
        kept = {"encrypted": encrypted, "expires_at": formats.epoch(lifetimes.counted_until(closes_at))}
        self._client.put_item(TableName=self._exercises, Item={**item, **formats.attributes(kept)})
        return True

    def find(self, exercise_id: str, place: Place) -> Copy | None:
        """Return the copy of a tally; None when there is none that can be read."""
        item, found = keys.copy(exercise_id, place), self._key_item(exercise_id)
        copy = items.find(self._client, self._exercises, item)
        if not copy or not found or "wrapped_key" not in found:
            return None
        key = self._wrapping.unwrap(found["wrapped_key"]["B"], exercise_id)
        return _read(place, decrypt(key, copy["encrypted"]["B"], _about(item)))

    def _key(self, exercise_id: str, closes_at: datetime) -> bytes | None:
        """Return an exercise's key, made when there was never one; None when it is destroyed."""
        found = self._key_item(exercise_id)
        if found is None:
            key, wrapped = self._wrapping.new_key(exercise_id)
            made = formats.attributes(
                {"wrapped_key": wrapped, "copied": {}, "expires_at": formats.epoch(lifetimes.counted_until(closes_at))}
            )
            item = {**keys.copy_key(exercise_id), **made}
            if aws.conditional(self._client.put_item, TableName=self._keys, Item=item, ConditionExpression=_NEVER_MADE):
                return key
            found = self._key_item(exercise_id)
        if not found or "wrapped_key" not in found:
            return None
        return self._wrapping.unwrap(found["wrapped_key"]["B"], exercise_id)

    def _mark(self, exercise_id: str, place: Place, last: Mark | None, mark: Mark) -> bool:
        values = {":mark": _write_mark(mark), **({":last": _write_mark(last)} if last else {})}
        written = aws.conditional(
            self._client.update_item,
            TableName=self._keys,
            Key=keys.copy_key(exercise_id),
            UpdateExpression="SET copied.#place = :mark",
            ConditionExpression=_SAME_MARK if last else _NO_MARK,
            ExpressionAttributeNames={"#place": keys.write_place(place)},
            ExpressionAttributeValues=formats.attributes(values),
        )
        return written is not None

    def _key_item(self, exercise_id: str) -> formats.Item | None:
        return items.find(self._client, self._keys, keys.copy_key(exercise_id))


def _about(key: keys.Key) -> str:
    return f"{key['PK']['S']} {key['SK']['S']}"


def _write_mark(mark: Mark) -> Mapping[str, Any]:
    return {"opening": mark.opening, "submissions": mark.submissions}


def _write(copy: Copy) -> bytes:
    content = json.dumps(
        {
            "opening": _text(copy.opening),
            "submissions": copy.tally.submissions,
            "counts": copy.tally.counts,
            "slips": [_text(slip) for slip in sorted(copy.slips)],
            "taken_at": copy.taken_at.isoformat(),
        }
    ).encode()
    return content.ljust(-(-len(content) // _BLOCK) * _BLOCK)


def _read(place: Place, content: bytes) -> Copy:
    read = json.loads(content)
    return Copy(
        base64.b64decode(read["opening"]),
        Tally(place.group, read["submissions"], read["counts"]),
        frozenset(map(base64.b64decode, read["slips"])),
        datetime.fromisoformat(read["taken_at"]),
    )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
