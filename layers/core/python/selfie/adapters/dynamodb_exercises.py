"""Exercises and participation links in DynamoDB."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys, lifetimes
from selfie.adapters.order import newest_first
from selfie.domain import deadlines
from selfie.domain.errors import ChangedMeanwhile, ExerciseExists
from selfie.domain.exercise import Addressees, Exercise, State
from selfie.domain.school import RespondentGroup

# False when the school has an exercise of this level in this session.
_IS_NEW: Final = {"ConditionExpression": "attribute_not_exists(PK)"}

# False when it is erased, or was noted before.
_IS_COUNTED: Final = "due = :counted"

Links = Mapping[RespondentGroup, str]


class DynamoExercises:
    """Exercises in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def get(self, exercise_id: str) -> Exercise:
        """Raise Unknown when there is none."""
        return formats.read_exercise(self._item(keys.exercise(exercise_id)))

    def of_school(self, school_id: str) -> Sequence[Exercise]:
        """Return all of a school's, newest session first, levels in order."""
        found = items.of_partition(self._client, self._table, keys.school_partition(school_id), keys.EXERCISES)
        return newest_first(map(formats.read_exercise, found))

    def add(self, exercise: Exercise) -> None:
        """Raise ExerciseExists when the id is taken."""
        with aws.first_wins(ExerciseExists, lambda: self.get(exercise.id), exercise):
            self._write(exercise, _IS_NEW, replaced={})

    def change(self, before: Exercise, after: Exercise) -> Exercise:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        with aws.first_wins(ChangedMeanwhile, lambda: self.get(stored.id), stored):
            self._write(stored, aws.is_still(before.version), replaced=before.links or {})
        return stored

    def remove(self, exercise: Exercise) -> None:
        """Delete a set-up; raise ChangedMeanwhile when the stored version is another."""
        with aws.first_wins(ChangedMeanwhile):
            self._client.delete_item(
                TableName=self._table, Key=keys.exercise(exercise.id), **aws.is_still(exercise.version)
            )

    def find_link(self, link: str) -> Addressees:
        """Return whom a participation link is for; raise Unknown.

        A link that has outlived its time leads to an exercise that is long closed, so its expiry needs no check.
        """
        found = formats.values_of(self._item(keys.link(link)))
        return Addressees(found["exercise_id"], RespondentGroup(found["group"]), found.get("company_id", ""))

    def due(self, now: datetime) -> Sequence[str]:
        """Return the ids of activated exercises whose deadline has passed, however long ago, oldest first."""
        found = [keys.read_due(key) for key in self._index(keys.DUE, keys.after_due(deadlines.day_of(now)))]
        return tuple(exercise_id for last_day, exercise_id in found if deadlines.closes_at(last_day) <= now)

    def set_ups_until(self, school_year: int) -> Sequence[str]:
        """Return the ids of set-ups of this school year or an earlier one that were never activated, oldest first."""
        return [keys.read_due_set_up(key) for key in self._index(keys.SET_UP, keys.after_school_year(school_year))]

    def counted_until(self, last_day: date) -> Sequence[str]:
        """Return the ids of closed exercises that ended on this day or earlier and may have counts left."""
        return [keys.read_due(key)[1] for key in self._index(keys.COUNTED, keys.after_due(last_day))]

    def nothing_counted_left(self, exercise_id: str) -> None:
        """Note that nothing that was counted is left of a closed exercise."""
        aws.conditional(
            self._client.update_item,
            TableName=self._table,
            Key=keys.exercise(exercise_id),
            UpdateExpression="REMOVE due, due_key",
            ConditionExpression=_IS_COUNTED,
            ExpressionAttributeValues={":counted": {"S": keys.COUNTED}},
        )

    def _index(self, due: str, below: str) -> Sequence[str]:
        return [item["due_key"]["S"] for item in items.due(self._client, self._table, due, below)]

    def _item(self, key: keys.Key) -> formats.Item:
        # A link that was replaced is dead at once, and a change is built on what is there now.
        return items.get(self._client, self._table, key)

    def _write(self, exercise: Exercise, condition: Mapping[str, Any], replaced: Links) -> None:
        item = {**keys.exercise(exercise.id), **formats.write_exercise(exercise), **_due(exercise)}
        put = {"TableName": self._table, "Item": item, **condition}
        links = exercise.links or {}
        begun = [group for group in links if replaced.get(group) != links[group]]
        ended = [link for link in replaced.values() if link not in links.values()]
        if not (begun or ended):
            self._client.put_item(**put)
            return
        self._client.transact_write_items(
            TransactItems=[
                {"Put": put},
                *(
                    {"Put": {"TableName": self._table, "Item": link_item(exercise, links[group], group)}}
                    for group in begun
                ),
                *({"Delete": {"TableName": self._table, "Key": keys.link(link)}} for link in ended),
            ]
        )


def _due(exercise: Exercise) -> Mapping[str, Any]:
    """Only what has these attributes is in the index."""
    if exercise.state is State.SET_UP or exercise.last_day is None:
        due, due_key = keys.SET_UP, keys.due_set_up(exercise.session_id, exercise.id)
    else:
        due = keys.DUE if exercise.state is State.ACTIVATED else keys.COUNTED
        due_key = keys.due(exercise.last_day, exercise.id)
    return formats.attributes({"due": due, "due_key": due_key})


def link_item(exercise: Exercise, link: str, group: RespondentGroup, company_id: str = "") -> Mapping[str, Any]:
    """Write a participation link as an item."""
    if exercise.last_day is None:
        raise ValueError("an exercise without dates has no links")
    kept = {
        "exercise_id": exercise.id,
        "group": group.value,
        "company_id": company_id or None,
        "expires_at": formats.epoch(lifetimes.linked_until(exercise.last_day)),
    }
    return {**keys.link(link), **formats.attributes(kept)}
