"""Totals for the operators in DynamoDB: one item of the Counters table, to which closings and refusals add."""

from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from selfie.adapters import aws, formats, keys
from selfie.domain.totals import REFUSALS, Totals

# False while so few exercises were closed that a total would tell what one school's number is.
_MANY_ENOUGH: Final = "exercises >= :fewest"

# Before the code of a refusal.
_REFUSED: Final = "refused_"


class DynamoTotals:
    """The totals in the Counters table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def add_exercise(self, submissions: int) -> None:
        """Count a closed exercise and what came in."""
        self._add({"exercises": 1, "submissions": submissions})

    def add_refusal(self, code: str) -> None:
        """Count a submission that was refused; one that cannot be counted is left out, since somebody is waiting."""
        try:
            self._add({f"{_REFUSED}{code}": 1})
        except (BotoCoreError, ClientError):
            return

    def take(self, fewest: int) -> Totals | None:
        """Return the totals and begin anew; None, and nothing changes, while they are of too few exercises."""
        taken = aws.conditional(
            self._client.delete_item,
            TableName=self._table,
            Key=keys.totals(),
            ConditionExpression=_MANY_ENOUGH,
            ExpressionAttributeValues=formats.attributes({":fewest": fewest}),
            ReturnValues="ALL_OLD",
        )
        if taken is None:
            return None
        counted = {name: int(value["N"]) for name, value in taken["Attributes"].items() if "N" in value}
        refused = {refusal.code: counted.get(f"{_REFUSED}{refusal.code}", 0) for refusal in REFUSALS}
        return Totals(counted["exercises"], counted["submissions"], refused)

    def _add(self, figures: dict[str, int]) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=keys.totals(),
            UpdateExpression="ADD " + ", ".join(f"{name} :{name}" for name in figures),
            ExpressionAttributeValues=formats.attributes({f":{name}": figure for name, figure in figures.items()}),
        )
