"""What is known of schools' addresses as mailboxes, noted beside whose they are; an address is a hash here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from selfie.adapters import aws, formats, keys
from selfie.domain.mailbox import MOST_MISSES, Outcome, Trouble, Troubled

# False when no school has the address (any more): then nothing is noted of it.
_OF_A_SCHOOL: Final = "attribute_exists(PK)"
# False when somebody there called an e-mail unwanted: another one that arrives, or does not, changes nothing in that.
_NOT_UNWANTED: Final = "(attribute_not_exists(trouble) OR trouble <> :unwanted)"
_FORGET: Final = "REMOVE trouble, troubled_on, misses"


class DynamoMailboxes:
    """Addresses in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def note(self, email: str, outcome: Outcome, today: date) -> bool:
        """Note what became of an e-mail; tell whether the address is a school's and it changed something."""
        match outcome:
            case Outcome.DELIVERED:
                noted = self._update(email, _FORGET, _NOT_UNWANTED, {":unwanted": Trouble.UNWANTED.value})
            case Outcome.BOUNCED:
                noted = self._bounced(email, today)
            case Outcome.UNWANTED:
                values = {":trouble": Trouble.UNWANTED.value, ":today": today.isoformat()}
                noted = self._update(email, "SET trouble = :trouble, troubled_on = :today", "", values)
            case Outcome.MISSED:
                noted = self._update(email, "ADD misses :one", "", {":one": 1})
                if noted and formats.values_of(noted)["misses"] >= MOST_MISSES:
                    self._bounced(email, today)
        return noted is not None

    def troubles(self, emails: Sequence[str]) -> Mapping[str, Troubled]:
        """Return which of a school's addresses have trouble."""
        found = {}
        for email in emails:
            item = self._client.get_item(TableName=self._table, Key=keys.email(email)).get("Item", {})
            if "trouble" in item:
                trouble, since = Trouble(item["trouble"]["S"]), date.fromisoformat(item["troubled_on"]["S"])
                found[email] = Troubled(email, trouble, since)
        return found

    def forget(self, email: str) -> None:
        """Forget what was noted of an address."""
        self._update(email, _FORGET, "", {})

    def _bounced(self, email: str, today: date) -> formats.Item | None:
        values = {
            ":trouble": Trouble.BOUNCED.value,
            ":today": today.isoformat(),
            ":unwanted": Trouble.UNWANTED.value,
        }
        since = "troubled_on = if_not_exists(troubled_on, :today)"
        return self._update(email, f"SET trouble = :trouble, {since}", _NOT_UNWANTED, values)

    def _update(self, email: str, update: str, condition: str, values: Mapping[str, Any]) -> formats.Item | None:
        """Change an address's item; None when the condition does not hold."""
        more = {"ExpressionAttributeValues": formats.attributes(dict(values))} if values else {}
        changed = aws.conditional(
            self._client.update_item,
            TableName=self._table,
            Key=keys.email(email),
            UpdateExpression=update,
            ConditionExpression=" AND ".join(filter(None, (_OF_A_SCHOOL, condition))),
            ReturnValues="ALL_NEW",
            **more,
        )
        if changed is None:
            return None
        item: formats.Item = changed["Attributes"]
        return item
