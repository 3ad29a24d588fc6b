"""Log-ins under way and coordinators' sessions in DynamoDB; what a browser holds is stored as a hash only."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys, lifetimes
from selfie.domain.school import Identity
from selfie.ports import CoordinatorSession, LoginTransaction

# False when there is no such session, when it went idle, or when its day is over.
_LIVE: Final = "idle_until > :now AND expires_at > :now"


class DynamoLogins:
    """Log-ins and sessions in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def begin(self, transaction: LoginTransaction) -> None:
        """Keep a log-in until the provider answers."""
        kept = {
            "nonce": transaction.nonce,
            "verifier": transaction.verifier,
            "return_to": transaction.return_to,
            "fresh": transaction.fresh,
            "expires_at": formats.epoch(transaction.expires_at),
        }
        self._client.put_item(TableName=self._table, Item={**keys.login(transaction.state), **formats.attributes(kept)})

    def take(self, state: str, now: datetime) -> LoginTransaction | None:
        """Return a log-in under way once; None when unknown, used or too old."""
        taken = items.take(self._client, self._table, keys.login(state))
        if taken is None:
            return None
        kept = formats.values_of(taken)
        expires_at = formats.instant_of(kept["expires_at"])
        if now >= expires_at:
            return None
        return LoginTransaction(
            state, kept["nonce"], kept["verifier"], kept["return_to"], expires_at, kept.get("fresh", False)
        )

    def open(self, session: CoordinatorSession) -> None:
        """Keep a new session."""
        kept = {
            "issuer": session.identity.issuer,
            "subject": session.identity.subject,
            "schools": list(session.school_ids),
            "csrf": session.csrf_token,
            "idle_until": formats.epoch(session.idle_until),
            "expires_at": formats.epoch(session.expires_at),
            "authenticated_at": formats.epoch(session.authenticated_at),
        }
        found_by = keys.session_of_identity(keys.identity_hash(session.identity), session.cookie)
        until = formats.attributes({"expires_at": kept["expires_at"]})
        # First: a session that cannot be found from its identity could not be ended with it.
        self._client.put_item(TableName=self._table, Item={**found_by, **until})
        self._client.put_item(TableName=self._table, Item={**keys.cookie(session.cookie), **formats.attributes(kept)})

    def find(self, cookie: str, now: datetime) -> CoordinatorSession | None:
        """Return a live session and keep it from going idle; None when unknown or over."""
        found = aws.conditional(
            self._client.update_item,
            TableName=self._table,
            Key=keys.cookie(cookie),
            UpdateExpression="SET idle_until = :idle_until",
            ConditionExpression=_LIVE,
            ExpressionAttributeValues=formats.attributes(
                {":now": formats.epoch(now), ":idle_until": formats.epoch(now + lifetimes.IDLE)}
            ),
            ReturnValues="ALL_NEW",
        )
        if found is None:
            return None
        kept = formats.values_of(found["Attributes"])
        return CoordinatorSession(
            cookie,
            Identity(kept["issuer"], kept["subject"]),
            tuple(kept["schools"]),
            kept["csrf"],
            formats.instant_of(kept["idle_until"]),
            formats.instant_of(kept["expires_at"]),
            formats.instant_of(kept.get("authenticated_at", 0)),
        )

    def end(self, cookie: str) -> None:
        """End a session."""
        ended = self._client.delete_item(TableName=self._table, Key=keys.cookie(cookie), ReturnValues="ALL_OLD")
        if kept := formats.values_of(ended.get("Attributes", {})):
            whose = keys.identity_hash(Identity(kept["issuer"], kept["subject"]))
            self._client.delete_item(TableName=self._table, Key=keys.session_of_identity(whose, cookie))

    def end_all(self, code: str) -> None:
        """End every session of the identity that a code stands for."""
        for item in self._sessions(code):
            self._client.delete_item(TableName=self._table, Key=keys.cookie_of(item["SK"]["S"]))
            self._client.delete_item(TableName=self._table, Key={"PK": item["PK"], "SK": item["SK"]})

    def ends(self, code: str, now: datetime) -> Sequence[datetime]:
        """Return when each live session of the identity that a code stands for ends at the latest."""
        ends = []
        for item in self._sessions(code):
            # Looked at and not kept from going idle: nobody came with it.
            found = items.find(self._client, self._table, keys.cookie_of(item["SK"]["S"]))
            kept = formats.values_of(found) if found else None
            if kept and formats.epoch(now) < min(kept["idle_until"], kept["expires_at"]):
                ends.append(formats.instant_of(kept["expires_at"]))
        return ends

    def _sessions(self, code: str) -> Iterator[formats.Item]:
        """Yield what finds the sessions of an identity, those that went idle too."""
        partition = keys.identity_partition(code)
        return items.of_partition(self._client, self._table, partition, keys.SESSIONS, **items.KEYS_ALONE)

    def spend(self, logout: str, expires_at: datetime) -> bool:
        """Return True to the first who shows a provider's word that somebody logged out, False to every later one."""
        item = {**keys.logout(logout), **formats.attributes({"expires_at": formats.epoch(expires_at)})}
        written = aws.conditional(
            self._client.put_item, TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(PK)"
        )
        return written is not None
