"""Links in e-mails and solved puzzles in DynamoDB; a link is stored as a hash only."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.domain.account import AccountLink, LinkPurpose

_FIELDS: Final = frozenset(field.name for field in fields(AccountLink))


class DynamoAccountLinks:
    """Links and puzzles in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def add(self, token: str, link: AccountLink) -> None:
        """Keep what stands behind a new link."""
        kept = asdict(link) | {"expires_at": formats.epoch(link.expires_at)}
        item = {**keys.account_link(link.purpose, token), **formats.attributes(kept)}
        self._client.put_item(TableName=self._table, Item=item)

    def find(self, purpose: LinkPurpose, token: str, now: datetime) -> AccountLink | None:
        """Return what stands behind a link and leave it; None when unknown, used or too old."""
        key = keys.account_link(purpose, token)
        return _live(items.find(self._client, self._table, key), now)

    def take(self, purpose: LinkPurpose, token: str, now: datetime) -> AccountLink | None:
        """Return what stands behind a link, to one only; None when unknown, used or too old."""
        return _live(items.take(self._client, self._table, keys.account_link(purpose, token)), now)

    def spend(self, puzzle: str, expires_at: datetime) -> bool:
        """Return True to the first who shows a solved puzzle, False to every later one until it expires."""
        item = {**keys.puzzle(puzzle), **formats.attributes({"expires_at": formats.epoch(expires_at)})}
        return aws.first_of_all(
            self._client.put_item, TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(PK)"
        )


def _live(item: formats.Item | None, now: datetime) -> AccountLink | None:
    if not item:
        return None
    kept = {name: value for name, value in formats.values_of(item).items() if name in _FIELDS}
    kept |= {"purpose": LinkPurpose(kept["purpose"]), "expires_at": formats.instant_of(kept["expires_at"])}
    link = AccountLink(**kept)
    # DynamoDB deletes some time after the end.
    return link if now < link.expires_at else None
