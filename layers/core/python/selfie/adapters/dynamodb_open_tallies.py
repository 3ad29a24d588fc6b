"""Tallies that are being counted, read whole and written whole: for copying and restoring alone."""

from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.adapters.dynamodb_tallies import empty_tally, read_tally
from selfie.domain.copies import Copy, OpenTally, Place, with_copy
from selfie.domain.errors import TryAgain
from selfie.domain.exercise import Exercise

# False when somebody else made it since it was looked for.
_STILL_MISSING: Final = "attribute_not_exists(PK)"
# False when somebody submitted, or the closing or another restoring was faster, since it was read.
_STILL_THE_SAME: Final = "opening = :opening AND submissions = :submissions AND sealed = :false"
# Each try takes some milliseconds, in which at most a few submissions come in.
_TRIES: Final = 20


class DynamoOpenTallies:
    """Tallies in the Counters table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def read(self, exercise_id: str, place: Place) -> OpenTally | None:
        """Return a tally as it is now."""
        item = self._item(exercise_id, place)
        return _read(place, item) if item else None

    def restore(self, exercise: Exercise, place: Place, invited: int, copy: Copy | None) -> bool:
        """Make a tally that is not there, with what is in a copy; add it to one that was made anew after a loss."""
        for _ in range(_TRIES):
            item = self._item(exercise.id, place)
            if item is None:
                made = {**keys.tally(exercise.id, place.group, place.company_id), **empty_tally(exercise, invited)}
                written = self._put(
                    _with_copy(place, made, copy) if copy else made, {"ConditionExpression": _STILL_MISSING}
                )
            else:
                there = _read(place, item)
                if copy is None or there.sealed or there.opening == copy.opening:
                    return False
                written = self._put(_with_copy(place, item, copy), _still(there))
            if written:
                return True
        raise TryAgain

    def _item(self, exercise_id: str, place: Place) -> formats.Item | None:
        return items.find(self._client, self._table, keys.tally(exercise_id, place.group, place.company_id))

    def _put(self, item: formats.Item, condition: dict[str, Any]) -> bool:
        return aws.conditional(self._client.put_item, TableName=self._table, Item=item, **condition) is not None


def _read(place: Place, item: formats.Item) -> OpenTally:
    slips = frozenset(item.get("slips", {"BS": ()})["BS"])
    opening = item.get("opening", {"B": b""})["B"]  # one that an older version made has none
    return OpenTally(opening, read_tally(place.group, item), slips, item["sealed"]["BOOL"])


def _with_copy(place: Place, item: formats.Item, copy: Copy) -> formats.Item:
    """Write a tally to which a copy is added; receipts and whatever else is in it stay."""
    after = with_copy(_read(place, item), copy)
    counted = {"opening": after.opening, "submissions": after.tally.submissions, **after.tally.counts}
    slips = {"slips": {"BS": sorted(after.slips)}} if after.slips else {}  # there is no empty set
    return {**item, **formats.attributes(counted), **slips}


def _still(there: OpenTally) -> dict[str, Any]:
    read = {":opening": there.opening, ":submissions": there.tally.submissions, ":false": False}
    return {"ConditionExpression": _STILL_THE_SAME, "ExpressionAttributeValues": formats.attributes(read)}
