"""What is left of accounts of the former system, and how often something was tried, in DynamoDB."""

from datetime import datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.domain.account import OldAccount

# False when as many attempts were made as are allowed.
_ALLOWED: Final = "attribute_not_exists(attempts) OR attempts < :most"


class DynamoOldAccounts:
    """Old accounts in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def put(self, account: OldAccount) -> None:
        """Keep a school's old account instead of what was kept of it before."""
        kept = {"password": account.password, "expires_at": formats.epoch(account.expires_at)}
        item = {**keys.old_account(account.school_id), **formats.attributes(kept)}
        self._client.put_item(TableName=self._table, Item=item)

    def find(self, school_id: str, now: datetime) -> OldAccount | None:
        """Return a school's old account; None when there is none, or no longer."""
        item = items.find(self._client, self._table, keys.old_account(school_id))
        if item is None:
            return None
        account = OldAccount(school_id, item["password"]["S"], formats.instant_of(item["expires_at"]["N"]))
        # DynamoDB deletes some time after the end.
        return account if now < account.expires_at else None

    def remove(self, school_id: str) -> None:
        """Forget a school's old account; there need be none."""
        self._client.delete_item(TableName=self._table, Key=keys.old_account(school_id))


class DynamoAttempts:
    """Attempts in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def allow(self, name: str, most: int, expires_at: datetime) -> bool:
        """Count one more attempt and return True, or return False when there were as many as are allowed."""
        values = {":one": 1, ":most": most, ":end": formats.epoch(expires_at)}
        written = aws.conditional(
            self._client.update_item,
            TableName=self._table,
            Key=keys.attempts(name),
            UpdateExpression="ADD attempts :one SET expires_at = :end",
            ConditionExpression=_ALLOWED,
            ExpressionAttributeValues=formats.attributes(values),
        )
        return written is not None
