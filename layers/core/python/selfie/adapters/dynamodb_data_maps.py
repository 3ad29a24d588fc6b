"""Data maps in DynamoDB: an item for each tool, so that two colleagues write two tools without meeting, and one beside.

Each read names the attributes of what is read: the role of those who come by a link may see no others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final, TypeVar

from selfie.adapters import aws, formats, items, keys, plain
from selfie.domain.data_map import DataMap, Tool
from selfie.domain.errors import ChangedMeanwhile, Unknown

# False when somebody else was faster.
_IS_NEW: Final = {"ConditionExpression": "attribute_not_exists(PK)"}

T = TypeVar("T", Tool, DataMap)


class DynamoDataMaps:
    """Data maps in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def get(self, school_id: str) -> DataMap:
        """Return a school's map; one that nobody has written yet has version 0."""
        return self._find(keys.data_map(school_id), DataMap) or DataMap(school_id)

    def change(self, before: DataMap, after: DataMap) -> DataMap:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        self._put(keys.data_map(after.school_id), stored, aws.is_still(before.version) if before.version else _IS_NEW)
        return stored

    def tools(self, school_id: str) -> Sequence[Tool]:
        """Return all tools by their numbers."""
        partition = keys.school_partition(school_id)
        found = items.of_partition(self._client, self._table, partition, keys.TOOLS, **_only(Tool))
        return tuple(plain.read(Tool, formats.values_of(item)) for item in found)

    def tool(self, school_id: str, number: int) -> Tool:
        """Raise Unknown when there is none."""
        found = self._find(keys.tool(school_id, number), Tool)
        if found is None:
            raise Unknown
        return found

    def add_tool(self, school_id: str, tool: Tool) -> None:
        """Raise ChangedMeanwhile when the number is taken."""
        self._put(keys.tool(school_id, tool.number), tool, _IS_NEW)

    def change_tool(self, school_id: str, before: Tool, after: Tool) -> Tool:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        self._put(keys.tool(school_id, before.number), stored, aws.is_still(before.version))
        return stored

    def remove_tool(self, school_id: str, tool: Tool) -> None:
        """Delete a tool; raise ChangedMeanwhile when the stored version is another."""
        with aws.first_wins(ChangedMeanwhile):
            self._client.delete_item(
                TableName=self._table, Key=keys.tool(school_id, tool.number), **aws.is_still(tool.version)
            )

    def _find(self, key: keys.Key, kind: type[T]) -> T | None:
        found = items.find(self._client, self._table, key, **_only(kind))
        return plain.read(kind, formats.values_of(found)) if found else None

    def _put(self, key: keys.Key, value: T, condition: Mapping[str, Any]) -> None:
        item = {**key, **formats.attributes(plain.write(value))}
        with aws.first_wins(ChangedMeanwhile, lambda: self._find(key, type(value)), value):
            self._client.put_item(TableName=self._table, Item=item, **condition)


def _only(kind: type[Any]) -> Mapping[str, Any]:
    """Name the attributes of a class, some of which are words of DynamoDB's own."""
    names = {f"#{each.name}": each.name for each in fields(kind)}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
