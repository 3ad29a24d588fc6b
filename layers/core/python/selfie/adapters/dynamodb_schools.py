"""School accounts and their coordinators in DynamoDB."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.domain.account import Role
from selfie.domain.errors import ChangedMeanwhile, Unknown
from selfie.domain.school import Identity, School

# Too short to be anybody's.
NOBODY: Final = "-"
# What is read of who coordinates what: the role of whoever looks may see no more.
_BOUND: Final = {"ProjectionExpression": "PK, SK, #role", "ExpressionAttributeNames": {"#role": "role"}}


class DynamoSchools:
    """Schools in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def get(self, school_id: str) -> School:
        """Raise Unknown when there is none."""
        return formats.read_school(items.get(self._client, self._table, keys.school(school_id)))

    def of_identity(self, identity: Identity) -> Sequence[School]:
        """Return the schools that an identity is bound to, but for one that is being erased."""
        bound = self._below(keys.identity_partition(keys.identity_hash(identity)), keys.SCHOOLS)
        found = []
        for item in bound:
            with suppress(Unknown):
                found.append(self.get(keys.school_of(item["SK"]["S"])))
        return tuple(found)

    def of_email(self, email: str) -> School | None:
        """Return the school that an address belongs to; finding none costs the same as finding one."""
        claim = items.find(self._client, self._table, keys.email(email))
        try:
            return self.get(claim["school_id"]["S"] if claim else NOBODY)
        except Unknown:
            return None

    def change(self, before: School, after: School) -> School:
        """Store a change with the next version; raise ChangedMeanwhile."""
        return self._change(before, after, [])

    def coordinate(self, before: School, after: School, coordinators: Mapping[Role, str]) -> School:
        """Store a change with the next version and who coordinates the school from now on; raise ChangedMeanwhile."""
        # Whatever changes these items changes the version too, so that they are still as read when this is written.
        held = self.coordinators(before.id)
        gone = [(role, code) for role, code in held.items() if code not in coordinators.values()]
        new = [(role, code) for role, code in coordinators.items() if held.get(role) != code]
        both = (keys.coordinator, lambda school_id, code: keys.school_of_identity(code, school_id))
        writes: list[dict[str, Any]] = []
        for key_of in both:
            writes += [{"Delete": {"TableName": self._table, "Key": key_of(before.id, code)}} for _, code in gone]
            writes += [
                {"Put": {"TableName": self._table, "Item": {**key_of(before.id, code), "role": {"S": role.value}}}}
                for role, code in new
            ]
        return self._change(before, after, writes)

    def to_remind(self, today: date) -> Sequence[str]:
        """Return the ids of schools whose reminder is due, however long, the longest first."""
        found = items.due(self._client, self._table, keys.REMINDER, keys.after_due(today))
        return list(map(keys.reminded_school, found))

    def _change(self, before: School, after: School, more: Sequence[dict[str, Any]]) -> School:
        stored = replace(after, version=before.version + 1)
        claims = [item for item in self._claims(after) if item not in self._claims(before)]
        gone = [keys.email(email) for email in before.emails if email not in after.emails]
        claim = {"TableName": self._table, "ConditionExpression": "attribute_not_exists(PK)"}
        with aws.first_wins(ChangedMeanwhile):
            self._client.transact_write_items(
                TransactItems=[
                    {"Put": self._put_on(before, stored)},
                    *({"Put": {**claim, "Item": item}} for item in claims),
                    *({"Delete": {"TableName": self._table, "Key": key}} for key in gone),
                    *more,
                ]
            )
        return stored

    def coordinators(self, school_id: str) -> Mapping[Role, str]:
        """Return the codes that stand for the identities of a school's coordinators."""
        return {
            Role(item["role"]["S"]): keys.coordinator_of(item["SK"]["S"])
            for item in self._below(keys.school_partition(school_id), keys.COORDINATORS)
        }

    def code(self, identity: Identity) -> str:
        """Return the code that stands for an identity."""
        return keys.identity_hash(identity)

    def register(self, school: School, coordinator: Identity) -> bool:
        """Add a new school with its primary coordinator; False when one of its addresses belongs to another."""
        return self._put_new((*self._claims(school), *self._items(school, coordinator)))

    def admit(self, school: School) -> bool:
        """Add a new school that nobody coordinates yet; False when one of its addresses belongs to another."""
        return self._put_new((*self._claims(school), self._profile(school)))

    def adopt(self, before: School, after: School, coordinator: Identity) -> bool:
        """Give a school that nobody coordinates its primary coordinator, and change it; False when it cannot be."""
        if self.coordinators(before.id):
            return False
        stored = replace(after, version=before.version + 1)
        # Every way to coordinate a school counts its version up: of two at once, one finds another version.
        bound = ({"Put": {"TableName": self._table, "Item": item}} for item in self._bound(stored, coordinator))
        return aws.together(self._client, {"Put": self._put_on(before, stored)}, *bound)

    def add(self, school: School, coordinator: Identity) -> None:
        """Add a school with its primary coordinator, or replace both."""
        bound = keys.identity_hash(coordinator)
        earlier = [
            keys.coordinator_of(item["SK"]["S"])
            for item in self._below(keys.school_partition(school.id), keys.COORDINATORS)
            if item["role"]["S"] == Role.PRIMARY
        ]
        put = [*self._items(school, coordinator), *self._claims(school)]
        gone = [
            key
            for identity in earlier
            if identity != bound
            for key in (keys.coordinator(school.id, identity), keys.school_of_identity(identity, school.id))
        ]
        self._client.transact_write_items(
            TransactItems=[
                *({"Put": {"TableName": self._table, "Item": item}} for item in put),
                *({"Delete": {"TableName": self._table, "Key": key}} for key in gone),
            ]
        )

    def _put_new(self, written: Sequence[dict[str, Any]]) -> bool:
        """Put items of which none is there; False when one is."""
        new = {"TableName": self._table, "ConditionExpression": "attribute_not_exists(PK)"}
        return aws.together(self._client, *({"Put": {**new, "Item": item}} for item in written))

    def _put_on(self, before: School, stored: School) -> dict[str, Any]:
        """Put a school on condition that its version still is the one before."""
        unchanged = "version = :before" if before.version else "attribute_not_exists(version) OR version = :before"
        return {
            "TableName": self._table,
            "Item": self._profile(stored),
            "ConditionExpression": f"attribute_exists(PK) AND ({unchanged})",
            "ExpressionAttributeValues": formats.attributes({":before": before.version}),
        }

    def _items(self, school: School, coordinator: Identity) -> list[dict[str, Any]]:
        return [self._profile(school), *self._bound(school, coordinator)]

    def _profile(self, school: School) -> dict[str, Any]:
        due = {}
        if school.remind_on is not None:
            due = {"due": keys.REMINDER, "due_key": keys.reminder(school.remind_on, school.id)}
        return {**keys.school(school.id), **formats.write_school(school), **formats.attributes(due)}

    def _bound(self, school: School, coordinator: Identity) -> list[dict[str, Any]]:
        bound, role = keys.identity_hash(coordinator), formats.attributes({"role": Role.PRIMARY.value})
        return [
            {**keys.coordinator(school.id, bound), **role},
            {**keys.school_of_identity(bound, school.id), **role},
        ]

    def _claims(self, school: School) -> list[dict[str, Any]]:
        return [{**keys.email(email), **formats.attributes({"school_id": school.id})} for email in school.emails]

    def _below(self, partition: str, prefix: str) -> Sequence[formats.Item]:
        return list(items.of_partition(self._client, self._table, partition, prefix, **_BOUND))
