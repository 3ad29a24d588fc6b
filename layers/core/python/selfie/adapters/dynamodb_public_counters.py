"""Public counts in DynamoDB: one item of counters."""

from typing import Any

from selfie.adapters import formats, keys
from selfie.domain.public_counts import PublicCounts

_COUNTRY = "country_"


class DynamoPublicCounters:
    """PublicCounts in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def add(self, change: PublicCounts) -> None:
        """Add to the counters; a change that is negative takes away."""
        counters = {"schools": change.schools, "people": change.people}
        counters |= {f"{_COUNTRY}{country}": number for country, number in change.countries.items()}
        # As nobody reads before writing, changes at the same time all count.
        moved = {name: number for name, number in counters.items() if number}
        if not moved:
            return
        self._client.update_item(
            TableName=self._table,
            Key=keys.public_counters(),
            UpdateExpression="ADD " + ", ".join(f"#{name} :{name}" for name in moved),
            ExpressionAttributeNames={f"#{name}": name for name in moved},
            ExpressionAttributeValues=formats.attributes({f":{name}": number for name, number in moved.items()}),
        )

    def read(self) -> PublicCounts:
        """Return the sums; all nothing before anything was counted."""
        item = self._client.get_item(TableName=self._table, Key=keys.public_counters()).get("Item", {})
        found = formats.values_of(item)
        countries = {name.removeprefix(_COUNTRY): found[name] for name in found if name.startswith(_COUNTRY)}
        return PublicCounts(found.get("schools", 0), found.get("people", 0), countries)
