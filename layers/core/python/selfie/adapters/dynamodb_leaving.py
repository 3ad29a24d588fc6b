"""What is to happen to school accounts in DynamoDB, what was erased, and who looked at them."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.domain.errors import Unknown
from selfie.domain.retention import Access, Due, Erasure, LastLogin, Step

# False when a school has asked already.
_NOT_ASKED: Final = "attribute_not_exists(PK)"
# False for a school that is not there (any more): nothing of it may begin anew.
_IS_THERE: Final = "attribute_exists(PK)"
# False when somebody signed in, or another night was faster, since it was read.
_STILL_IDLE: Final = "due_key = :read"


class DynamoLeaving:
    """Wishes, log-ins and support's looks in the Exercises table; ``client`` is boto3's low-level one.

    The list of erased schools is in the Counters table, which no restore sets back; others need not know it.
    """

    def __init__(self, client: Any, exercises: str, counters: str = "") -> None:
        self._client, self._exercises, self._counters = client, exercises, counters

    def erasure(self, school_id: str) -> Erasure | None:
        """Return a school's wish to be erased."""
        found = self._get(self._exercises, keys.erasure(school_id))
        return Erasure(school_id, date.fromisoformat(found["asked_on"]), found["receipt"]) if found else None

    def ask(self, erasure: Erasure) -> bool:
        """Keep a wish; False when there is one already, or no such school."""
        item = formats.attributes(
            {
                "asked_on": erasure.asked_on.isoformat(),
                "receipt": erasure.receipt,
                "due": keys.ERASURE_DUE,
                "due_key": keys.due_school(erasure.on, erasure.school_id),
            }
        )
        put = {"Item": {**keys.erasure(erasure.school_id), **item}, "ConditionExpression": _NOT_ASKED}
        return self._put_of_school(erasure.school_id, put)

    def take_back(self, school_id: str) -> bool:
        """Forget a wish; False when there is none (any more)."""
        gone = self._client.delete_item(TableName=self._exercises, Key=keys.erasure(school_id), ReturnValues="ALL_OLD")
        return "Attributes" in gone

    def signed_in(self, school_id: str, day: date) -> None:
        """Note that somebody signed in; reminders begin anew."""
        self._put_of_school(school_id, {"Item": _login_item(LastLogin(school_id, day))})

    def last_login(self, school_id: str) -> LastLogin | None:
        """Return the last log-in."""
        found = self._get(self._exercises, keys.last_login(school_id))
        return LastLogin(school_id, date.fromisoformat(found["day"]), found["steps"]) if found else None

    def step_taken(self, before: LastLogin) -> bool:
        """Note that a reminder goes out; False when somebody has signed in meanwhile or another night was faster."""
        return aws.first_of_all(
            self._client.put_item,
            TableName=self._exercises,
            Item=_login_item(LastLogin(before.school_id, before.day, before.steps + 1)),
            ConditionExpression=_STILL_IDLE,
            ExpressionAttributeValues={":read": {"S": keys.due_school(before.next_day, before.school_id)}},
        )

    def step_not_taken(self, before: LastLogin) -> None:
        """Take back that a reminder goes out, because it could not; nothing when somebody has signed in meanwhile."""
        taken = LastLogin(before.school_id, before.day, before.steps + 1)
        aws.conditional(
            self._client.put_item,
            TableName=self._exercises,
            Item=_login_item(before),
            ConditionExpression=_STILL_IDLE,
            ExpressionAttributeValues={":read": {"S": keys.due_school(taken.next_day, taken.school_id)}},
        )

    def due(self, today: date) -> Sequence[Due]:
        """Return what is to be done by today, whatever earlier nights missed included."""
        erasures = [Due(school_id, Step.ERASE, day) for day, school_id in self._index(keys.ERASURE_DUE, today)]
        asked = {due.school_id for due in erasures}
        idle = [(day, school_id) for day, school_id in self._index(keys.IDLE, today) if school_id not in asked]
        logins = [(day, self.last_login(school_id)) for day, school_id in idle]
        return [*erasures, *(Due(login.school_id, login.next_step, day) for day, login in logins if login)]

    def schools(self) -> Iterator[str]:
        """Yield the ids of all schools that anybody ever signed in for."""
        return (school_id for _, school_id in self._index(keys.IDLE, date.max))

    def remember_erased(self, school_id: str, until: datetime) -> None:
        """Keep a one-way hash of an erased school's id while backups may hold the school."""
        item = {**keys.erased(school_id), **formats.attributes({"expires_at": formats.epoch(until)})}
        self._client.put_item(TableName=self._counters, Item=item)

    def was_erased(self, school_id: str) -> bool:
        """Tell whether a school was erased."""
        return self._get(self._counters, keys.erased(school_id)) is not None

    def note_access(self, school_id: str, access: Access) -> None:
        """Write down that support looks at an account; raise Unknown when there is none."""
        key = keys.access(school_id, access.at, secrets.token_hex(4))
        item = formats.attributes({"at": access.at.isoformat(), "reason": access.reason})
        if not self._put_of_school(school_id, {"Item": {**key, **item}}):
            raise Unknown

    def accesses(self, school_id: str) -> Sequence[Access]:
        """Return support's looks at an account, newest first."""
        partition = keys.school_partition(school_id)
        found = items.of_partition(self._client, self._exercises, partition, keys.ACCESSES, ScanIndexForward=False)
        looks = map(formats.values_of, found)
        return [Access(datetime.fromisoformat(item["at"]), item["reason"]) for item in looks]

    def _put_of_school(self, school_id: str, put: Mapping[str, Any]) -> bool:
        """Write an item of a school that is there; a school that was just erased must not get a new one."""
        there = {"Key": keys.school(school_id), "ConditionExpression": _IS_THERE}
        return aws.together(
            self._client,
            {"ConditionCheck": {"TableName": self._exercises, **there}},
            {"Put": {"TableName": self._exercises, **put}},
        )

    def _get(self, table: str, key: keys.Key) -> dict[str, Any] | None:
        item = items.find(self._client, table, key)
        return formats.values_of(item) if item else None

    def _index(self, due: str, until: date) -> Iterator[tuple[date, str]]:
        # «~» comes after everything that an id is made of.
        found = items.due(self._client, self._exercises, due, keys.due_school(until, "~"))
        return (keys.read_due(item["due_key"]["S"]) for item in found)


def _login_item(login: LastLogin) -> dict[str, Any]:
    due = {"due": keys.IDLE, "due_key": keys.due_school(login.next_day, login.school_id)}
    written = {"day": login.day.isoformat(), "steps": login.steps, **due}
    return {**keys.last_login(login.school_id), **formats.attributes(written)}
