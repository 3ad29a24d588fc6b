"""What was frozen, linked and released of research data, in DynamoDB."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys, plain
from selfie.domain.research import LinkedElsewhere, Release

# False when the session was frozen before; the first day stays.
_NOT_FROZEN: Final = "attribute_not_exists(PK)"
# False when the session is not frozen, or is compared with a third one already.
_FREE_FOR: Final = "attribute_exists(PK) AND (attribute_not_exists(linked_with) OR linked_with = :other)"


class DynamoResearchLedger:
    """The Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def is_frozen(self, session_id: str) -> bool:
        """Tell whether a session takes no more contributions."""
        key = keys.research_session(session_id)
        return "Item" in self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)

    def freeze(self, session_id: str, on: date) -> None:
        """Let a session take no more contributions; doing it twice changes nothing."""
        aws.conditional(
            self._client.put_item,
            TableName=self._table,
            Item={**keys.research_session(session_id), **formats.attributes({"frozen_on": on.isoformat()})},
            ConditionExpression=_NOT_FROZEN,
        )

    def link(self, session_id: str, since: str) -> None:
        """Link two frozen sessions; raise LinkedElsewhere when one of them is linked with another one."""
        if not aws.together(self._client, self._linked(session_id, since), self._linked(since, session_id)):
            raise LinkedElsewhere

    def add(self, release: Release) -> None:
        """Enter a release into the public register."""
        written = formats.attributes(plain.write(release))
        self._client.put_item(TableName=self._table, Item={**keys.release(release.on, release.id), **written})

    def releases(self) -> Sequence[Release]:
        """Return the public register, newest first."""
        found = items.of_partition(
            self._client, self._table, keys.RELEASES, ScanIndexForward=False, ConsistentRead=False
        )
        return [plain.read(Release, formats.values_of(item)) for item in found]

    def _linked(self, session_id: str, other: str) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table,
                "Key": keys.research_session(session_id),
                "UpdateExpression": "SET linked_with = :other",
                "ConditionExpression": _FREE_FOR,
                "ExpressionAttributeValues": formats.attributes({":other": other}),
            }
        }
