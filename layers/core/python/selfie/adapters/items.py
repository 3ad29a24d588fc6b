"""Read items of a table: one by its key, once, all of a partition, all that are due; ``client`` is boto3's."""

from collections.abc import Iterator
from typing import Any, Final

from selfie.adapters import aws, formats, keys
from selfie.domain.errors import Unknown

# Of an item that is only to be found or deleted.
KEYS_ALONE: Final = {"ProjectionExpression": "PK, SK"}


def find(client: Any, table: str, key: keys.Key, **limits: Any) -> formats.Item | None:
    """Return an item as it is now; None when there is none."""
    found: formats.Item | None = client.get_item(TableName=table, Key=key, ConsistentRead=True, **limits).get("Item")
    return found


def get(client: Any, table: str, key: keys.Key) -> formats.Item:
    """Return an item as it is now; raise Unknown when there is none."""
    found = find(client, table, key)
    if found is None:
        raise Unknown
    return found


def take(client: Any, table: str, key: keys.Key) -> formats.Item | None:
    """Delete an item and return it, to one only; None when there is none."""
    taken = aws.conditional(
        client.delete_item,
        TableName=table,
        Key=key,
        # Without a condition DynamoDB Local hands the same old item to two who delete it at once.
        ConditionExpression="attribute_exists(PK)",
        ReturnValues="ALL_OLD",
    )
    return taken["Attributes"] if taken else None


def of_partition(client: Any, table: str, partition: str, prefix: str = "", **limits: Any) -> Iterator[formats.Item]:
    """Yield a partition's items as they are now, those whose sort key begins with a prefix, in the order of sort keys.

    ``limits`` say more to the query, or otherwise.
    """
    condition, values = "PK = :partition", {":partition": partition}
    if prefix:
        condition, values = f"{condition} AND begins_with(SK, :prefix)", values | {":prefix": prefix}
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=formats.attributes(values),
        **{"ConsistentRead": True} | limits,
    )
    return (item for page in pages for item in page["Items"])


def due(client: Any, table: str, what: str, until: str) -> Iterator[formats.Item]:
    """Yield what the index ``due`` has of a kind up to a bound, the longest overdue first; it holds keys alone."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName=keys.DUE_INDEX,
        KeyConditionExpression="due = :due AND due_key <= :until",
        ExpressionAttributeValues=formats.attributes({":due": what, ":until": until}),
    )
    return (item for page in pages for item in page["Items"])
