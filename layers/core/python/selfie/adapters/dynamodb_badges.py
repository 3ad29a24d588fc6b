"""Badges and their status lists in DynamoDB."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from selfie.adapters import aws, formats, items, keys
from selfie.domain.badge import Badge, IssuedBadge, StatusList, parse_badge_id
from selfie.domain.errors import ChangedMeanwhile, Unknown


class DynamoBadges:
    """Badges in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def of_school(self, school_id: str) -> Sequence[IssuedBadge]:
        """Return all of a school's, newest session first."""
        partition = keys.school_partition(school_id)
        found = items.of_partition(self._client, self._table, partition, keys.BADGES, ScanIndexForward=False)
        return tuple(map(_read, found))

    def find(self, badge_id: str) -> IssuedBadge:
        """Raise Unknown when there is none of exactly this id."""
        school_id, session_id, _ = parse_badge_id(badge_id)
        item = items.find(self._client, self._table, keys.badge(school_id, session_id))
        if item is None or (found := _read(item)).badge.id != badge_id:
            raise Unknown
        return found

    def add(self, issued: IssuedBadge) -> bool:
        """Store a badge; False when the school has one for the session already, which stays."""
        badge = issued.badge
        written = aws.conditional(
            self._client.put_item,
            TableName=self._table,
            Item={**keys.badge(badge.school_id, badge.session_id), **_write(issued)},
            ConditionExpression="attribute_not_exists(PK)",
        )
        return written is not None

    def next_number(self) -> int:
        """Return a number that no other badge has or will have."""
        return self._count(1) - 1

    def skip_numbers(self, count: int) -> None:
        """Never give the next numbers: after a restore, badges that are lost here may have them."""
        self._count(count)

    def _count(self, numbers: int) -> int:
        counted = self._client.update_item(
            TableName=self._table,
            Key=keys.badges_issued(),
            UpdateExpression="ADD numbered :numbers",
            ExpressionAttributeValues=formats.attributes({":numbers": numbers}),
            ReturnValues="UPDATED_NEW",
        )
        return int(counted["Attributes"]["numbered"]["N"])

    def status_list(self, number: int) -> StatusList | None:
        """Return a status list; None when it was never signed."""
        item = items.find(self._client, self._table, keys.status_list(number))
        if item is None:
            return None
        kept = formats.values_of(item)
        return StatusList(number, kept["version"], frozenset(kept["revoked"]), kept["credential"])

    def put_status_list(self, signed: StatusList) -> None:
        """Store the next version of a list; raise ChangedMeanwhile unless the stored one is the version before."""
        kept = {"version": signed.version, "revoked": sorted(signed.revoked), "credential": signed.credential}
        if signed.version == 1:
            condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
        else:
            values = formats.attributes({":before": signed.version - 1})
            condition = {"ConditionExpression": "version = :before", "ExpressionAttributeValues": values}
        stored = aws.conditional(
            self._client.put_item,
            TableName=self._table,
            Item={**keys.status_list(signed.number), **formats.attributes(kept)},
            **condition,
        )
        if stored is None:
            raise ChangedMeanwhile


def _write(issued: IssuedBadge) -> dict[str, Any]:
    badge = issued.badge
    return formats.attributes(
        {
            "school_id": badge.school_id,
            "session_id": badge.session_id,
            "secret": badge.secret,
            "number": badge.number,
            "school": badge.school,
            "locale": badge.locale,
            "first_day": badge.first_day.isoformat(),
            "last_day": badge.last_day.isoformat(),
            "issued_at": formats.epoch(badge.issued_at),
            "credential": issued.credential,
            "token": issued.token,
        }
    )


def _read(item: formats.Item) -> IssuedBadge:
    kept = formats.values_of(item)
    badge = Badge(
        kept["school_id"],
        kept["session_id"],
        kept["secret"],
        kept["number"],
        kept["school"],
        kept["locale"],
        date.fromisoformat(kept["first_day"]),
        date.fromisoformat(kept["last_day"]),
        formats.instant_of(kept["issued_at"]),
    )
    return IssuedBadge(badge, kept["credential"], kept["token"])
