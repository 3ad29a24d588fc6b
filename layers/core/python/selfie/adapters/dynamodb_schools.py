"""School accounts and their coordinators in DynamoDB."""

from collections.abc import Sequence
from typing import Any, Final

from selfie.adapters import formats, keys
from selfie.domain.errors import Unknown
from selfie.domain.school import Identity, School

PRIMARY: Final = "primary"


class DynamoSchools:
    """Schools in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def get(self, school_id: str) -> School:
        """Raise Unknown when there is none."""
        item = self._client.get_item(TableName=self._table, Key=keys.school(school_id), ConsistentRead=True).get("Item")
        if item is None:
            raise Unknown
        return formats.read_school(item)

    def of_identity(self, identity: Identity) -> Sequence[School]:
        """Return the schools that an identity is bound to."""
        bound = self._query(keys.identity_partition(keys.identity_hash(identity)), keys.SCHOOLS)
        return tuple(self.get(keys.school_of(item["SK"]["S"])) for item in bound)

    def add(self, school: School, coordinator: Identity) -> None:
        """Add a school with its primary coordinator, or replace both."""
        bound = keys.identity_hash(coordinator)
        role = formats.attributes({"role": PRIMARY})
        earlier = [
            keys.coordinator_of(item["SK"]["S"])
            for item in self._query(keys.school_partition(school.id), keys.COORDINATORS)
            if item["role"]["S"] == PRIMARY
        ]
        put = [
            {**keys.school(school.id), **formats.write_school(school)},
            {**keys.coordinator(school.id, bound), **role},
            {**keys.school_of_identity(bound, school.id), **role},
        ]
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

    def _query(self, partition: str, prefix: str) -> Sequence[formats.Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :partition AND begins_with(SK, :prefix)",
            ExpressionAttributeValues={":partition": {"S": partition}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]
