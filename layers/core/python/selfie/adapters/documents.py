"""Rendered reports: files in S3, and in DynamoDB how far they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.domain.errors import Unknown
from selfie.ports import DocumentEntry, DocumentState

# False while a document is on its way: whoever asks then waits for the same one.
_NOT_ON_ITS_WAY: Final = "attribute_not_exists(#state) OR #state IN (:ready, :failed)"

# False when it is ready, or was given up before.
_ON_ITS_WAY: Final = "#state IN (:waiting, :in_progress)"

# False when nobody asked for the document.
_ASKED_FOR: Final = "attribute_exists(PK)"

# False when a message was sent, or is being sent, for this execution.
_NOT_CLAIMED: Final = "NOT contains(sent_by, :execution)"

_STATE: Final = {"#state": "state"}

# Takes a document out of the list of those that are on their way.
_NOT_DUE: Final = "REMOVE due, due_key"


class AwsDocuments:
    """Entries in the Exercises table, files in a bucket; ``dynamodb`` and ``s3`` are boto3's low-level clients."""

    def __init__(self, dynamodb: Any, table: str, s3: Any, bucket: str) -> None:
        self._dynamodb, self._table = dynamodb, table
        self._s3, self._bucket = s3, bucket

    def list(self, exercise_id: str) -> Sequence[DocumentEntry]:
        """Return one entry per locale that was asked for."""
        partition = keys.published_partition(exercise_id)
        return tuple(map(_entry, items.of_partition(self._dynamodb, self._table, partition, keys.DOCUMENTS)))

    def request(self, exercise_id: str, locale: str, overdue_at: datetime) -> DocumentEntry:
        """Note that a document is wanted; one that is waiting or in progress keeps its attempt."""
        states = {":waiting": DocumentState.WAITING, ":ready": DocumentState.READY, ":failed": DocumentState.FAILED}
        index = {":due": keys.REPORT_DUE, ":due_key": keys.due_document(overdue_at)}
        changed = aws.conditional(
            self._dynamodb.update_item,
            TableName=self._table,
            Key=keys.document(exercise_id, locale),
            UpdateExpression=(
                "SET #state = :waiting, locale = :locale, due = :due, due_key = :due_key ADD attempt :one"
            ),
            ConditionExpression=_NOT_ON_ITS_WAY,
            ExpressionAttributeNames=_STATE,
            ExpressionAttributeValues=formats.attributes(
                {":locale": locale, ":one": 1, **index} | {name: state.value for name, state in states.items()}
            ),
            ReturnValues="ALL_NEW",
        )
        return _entry(changed["Attributes"] if changed else self._item(exercise_id, locale))

    def set_state(self, exercise_id: str, locale: str, state: DocumentState) -> None:
        """Note how far a document is; raise Unknown when nobody asked for it."""
        on_its_way = state in (DocumentState.WAITING, DocumentState.IN_PROGRESS)
        self._set(exercise_id, locale, "state", state.value, "" if on_its_way else _NOT_DUE)

    def overdue(self, now: datetime) -> Sequence[tuple[str, str]]:
        """Return exercise and locale of each document that should be there by now."""
        found = items.due(self._dynamodb, self._table, keys.REPORT_DUE, keys.due_document(now))
        return tuple(map(keys.read_document, found))

    def give_up(self, exercise_id: str, locale: str) -> bool:
        """Note that a document failed, unless it is there or failed meanwhile; tell whether it was noted."""
        states = {
            ":failed": DocumentState.FAILED,
            ":waiting": DocumentState.WAITING,
            ":in_progress": DocumentState.IN_PROGRESS,
        }
        given_up = aws.conditional(
            self._dynamodb.update_item,
            TableName=self._table,
            Key=keys.document(exercise_id, locale),
            UpdateExpression=f"SET #state = :failed {_NOT_DUE}",
            ConditionExpression=_ON_ITS_WAY,
            ExpressionAttributeNames=_STATE,
            ExpressionAttributeValues=formats.attributes({name: state.value for name, state in states.items()}),
        )
        return given_up is not None

    def put(self, exercise_id: str, locale: str, content: bytes) -> str:
        """Store a rendered document and return its key; raise Unknown when nobody asked for it."""
        key = keys.document_object(exercise_id, locale)
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType="application/pdf")
        self._set(exercise_id, locale, "key", key)
        return key

    def fetch(self, exercise_id: str, locale: str) -> bytes:
        """Return a rendered document; raise Unknown when there is none."""
        item = self._item(exercise_id, locale)
        # Asking S3 for what was never put needs the right to list the bucket, which nobody has.
        if "key" not in item:
            raise Unknown
        content = aws.read_object(self._s3, self._bucket, item["key"]["S"])
        if content is None:
            raise Unknown
        return content

    def claim_sending(self, exercise_id: str, locale: str, execution: str) -> bool:
        """Return True to the first who asks for this execution, False to every later one."""
        # Two messages are better than none.
        return aws.first_of_all(
            self._dynamodb.update_item,
            TableName=self._table,
            Key=keys.document(exercise_id, locale),
            UpdateExpression="ADD sent_by :executions",
            ConditionExpression=f"{_ASKED_FOR} AND {_NOT_CLAIMED}",
            ExpressionAttributeValues={":executions": {"SS": [execution]}, ":execution": {"S": execution}},
        )

    def _item(self, exercise_id: str, locale: str) -> formats.Item:
        return items.get(self._dynamodb, self._table, keys.document(exercise_id, locale))

    def _set(self, exercise_id: str, locale: str, attribute: str, value: str, more: str = "") -> None:
        changed = aws.conditional(
            self._dynamodb.update_item,
            TableName=self._table,
            Key=keys.document(exercise_id, locale),
            UpdateExpression=f"SET #attribute = :value {more}",
            ConditionExpression=_ASKED_FOR,
            ExpressionAttributeNames={"#attribute": attribute},
            ExpressionAttributeValues=formats.attributes({":value": value}),
        )
        if changed is None:
            raise Unknown


def _entry(item: formats.Item) -> DocumentEntry:
    return DocumentEntry(item["locale"]["S"], DocumentState(item["state"]["S"]), int(item["attempt"]["N"]))
