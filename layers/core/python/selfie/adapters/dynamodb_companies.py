"""Companies in exercises, and the codes with which they join, in DynamoDB; a code is stored as a hash only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.adapters.dynamodb_exercises import link_item
from selfie.domain.company import Joined
from selfie.domain.errors import ChangedMeanwhile, Unknown
from selfie.domain.exercise import Exercise
from selfie.domain.school import RespondentGroup

# False when the company is in the exercise already.
_IS_NEW: Final = "attribute_not_exists(PK)"
# False when somebody else changed it, or made the company leave, since it was read.
_UNCHANGED: Final = "trainers = :trainers AND #link = :link"


class DynamoCompanies:
    """Companies in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def offer(self, code: str, exercise_id: str, expires_at: datetime) -> None:
        """Keep a new code."""
        until = formats.attributes({"expires_at": formats.epoch(expires_at)})
        item = {**keys.company_code(code), **formats.attributes({"exercise_id": exercise_id}), **until}
        self._client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": self._table, "Item": item}},
                {"Put": {"TableName": self._table, "Item": {**keys.offered_code(exercise_id, code), **until}}},
            ]
        )

    def find_code(self, code: str, now: datetime) -> str:
        """Return the exercise of a code and leave it; raise Unknown when it does not work (any more)."""
        item = self._item(keys.company_code(code))
        # DynamoDB deletes some time after the end.
        if now >= formats.instant_of(item["expires_at"]["N"]):
            raise Unknown
        return str(item["exercise_id"]["S"])

    def join(self, code: str, joined: Joined) -> bool:
        """Use a code up; False when it was used meanwhile, or when the company is in the exercise already."""
        pointer = keys.exercise_of_company(joined.company_id, joined.exercise_id)
        used = {"Key": keys.company_code(code), "ConditionExpression": "attribute_exists(PK)"}
        return self._try(
            {"Delete": {"TableName": self._table, **used}},
            {"Delete": {"TableName": self._table, "Key": keys.offered_code(joined.exercise_id, code)}},
            {"Put": {"TableName": self._table, "Item": _item(joined), "ConditionExpression": _IS_NEW}},
            {"Put": {"TableName": self._table, "Item": pointer}},
        )

    def get(self, exercise_id: str, company_id: str) -> Joined:
        """Raise Unknown when the company is not in the exercise."""
        return _joined(exercise_id, self._item(keys.joined(exercise_id, company_id)))

    def of_exercise(self, exercise_id: str) -> Sequence[Joined]:
        """Return the companies of an exercise."""
        found = items.of_partition(self._client, self._table, keys.companies_partition(exercise_id), keys.COMPANIES)
        return tuple(_joined(exercise_id, item) for item in found)

    def of_company(self, company_id: str) -> Sequence[Joined]:
        """Return a company in all its exercises."""
        found = items.of_partition(self._client, self._table, keys.school_partition(company_id), keys.JOINED)
        return tuple(self.get(keys.joined_exercise(item["SK"]["S"]), company_id) for item in found)

    def change(self, before: Joined, after: Joined, exercise: Exercise) -> None:
        """Store a change; a link that is new begins to answer, the one before dies. Raise ChangedMeanwhile."""
        table = {"TableName": self._table}
        writes: list[Mapping[str, Any]] = [{"Put": {**table, "Item": _item(after), **_unchanged(before)}}]
        if after.link != before.link:
            new = link_item(exercise, after.link, RespondentGroup.IN_COMPANY_TRAINER, after.company_id)
            writes.append({"Put": {**table, "Item": new}})
            if before.link:
                writes.append({"Delete": {**table, "Key": keys.link(before.link)}})
        if not self._try(*writes):
            raise ChangedMeanwhile

    def remove(self, joined: Joined) -> None:
        """Let a company leave; raise ChangedMeanwhile when it is not as it was."""
        table, key = {"TableName": self._table}, keys.joined(joined.exercise_id, joined.company_id)
        pointer = keys.exercise_of_company(joined.company_id, joined.exercise_id)
        left = {"Delete": {**table, "Key": key, **_unchanged(joined)}}
        if not self._try(left, {"Delete": {**table, "Key": pointer}}):
            raise ChangedMeanwhile

    def _try(self, *writes: Mapping[str, Any]) -> bool:
        return aws.together(self._client, *writes)

    def _item(self, key: keys.Key) -> formats.Item:
        return items.get(self._client, self._table, key)


def _item(joined: Joined) -> dict[str, Any]:
    kept = formats.attributes({"trainers": joined.trainers, "link": joined.link})
    return {**keys.joined(joined.exercise_id, joined.company_id), **kept}


def _joined(exercise_id: str, item: formats.Item) -> Joined:
    company_id = keys.company_of(item["SK"]["S"])
    return Joined(exercise_id, company_id, int(item["trainers"]["N"]), item["link"]["S"])


def _unchanged(before: Joined) -> Mapping[str, Any]:
    return {
        "ConditionExpression": _UNCHANGED,
        "ExpressionAttributeNames": {"#link": "link"},
        "ExpressionAttributeValues": formats.attributes({":trainers": before.trainers, ":link": before.link}),
    }
