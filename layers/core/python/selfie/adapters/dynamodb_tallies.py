"""Counts of submissions in DynamoDB: one conditional write each, so that none is lost and none counts twice.

Botocore repeats a write whose reply was lost. The repetition then finds its own receipt in the tally and is refused;
since such an error carries the number of repetitions, the submission is taken for what it is: counted, the first time.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from selfie.adapters import aws, formats, keys, lifetimes
from selfie.domain import deadlines
from selfie.domain.company import Joined
from selfie.domain.errors import AlreadySent, CapReached, CodeUsed, ExerciseClosed, Unknown
from selfie.domain.exercise import Exercise
from selfie.domain.school import RespondentGroup
from selfie.domain.submission import Submission
from selfie.domain.tally import Tally, cap, receipt_slot, stale_slot
from selfie.domain.tokens import Token

# False once the closing has run or 23:59 has passed, whichever comes first; also when there is no tally at all.
_STILL_OPEN: Final = "sealed = :false AND closes_at > :now"
# False when many more came in than people were invited.
_BELOW_CAP: Final = "submissions < cap"
# False when this very submission was counted before.
_NOT_SEEN: Final = "NOT contains(#seen, :this_receipt)"
_COUNTABLE: Final = f"{_STILL_OPEN} AND {_BELOW_CAP} AND {_NOT_SEEN}"
# False when a submission with the code of this slip was counted before, from this page or another one.
_SLIP_UNUSED: Final = "NOT contains(slips, :this_slip)"

# False when somebody has submitted or the closing has run. An empty tally may be made anew: activating is tried again
# after a failure, perhaps with other dates.
_NOTHING_COUNTED: Final = "attribute_not_exists(PK) OR (submissions = :zero AND sealed = :false)"

# False when the exercise was never activated or its tallies are deleted.
_EXISTS: Final = "attribute_exists(PK)"

# Every counter's name has this (see ``submission.counter``), and no other attribute's.
_MARK_OF_COUNTERS: Final = ":"
_OPENING_BYTES: Final = 8


class DynamoTallies:
    """Tallies and open texts in the Counters table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def open(self, exercise: Exercise) -> None:
        """Make the empty tallies of an exercise that is being activated; doing it twice changes nothing."""
        for group in exercise.groups:
            self._open(exercise, keys.tally(exercise.id, group), exercise.numbers[group])

    def open_for_company(self, exercise: Exercise, joined: Joined) -> None:
        """Make the empty tally of a company's trainers; doing it twice changes nothing."""
        key = keys.tally(exercise.id, RespondentGroup.IN_COMPANY_TRAINER, joined.company_id)
        self._open(exercise, key, joined.trainers)

    def record(self, token: Token, submission: Submission, now: datetime) -> None:
        """Count one submission exactly once.

        Raise AlreadySent, CodeUsed, ExerciseClosed, CapReached, Unknown or TryAgain.

        Open texts are put first, so that no counted submission lacks its text. After TryAgain nobody knows whether the
        submission was counted: its texts stay, and the next try puts them in the same place and settles the question.
        """
        with aws.try_again_when_busy():
            texts = self._put_open_texts(token, submission, now)
            try:
                self._count(token, submission, now)
            except (CodeUsed, ExerciseClosed, CapReached, Unknown):
                # Not after AlreadySent: then these are the texts of what was counted.
                for key in texts:
                    self._client.delete_item(TableName=self._table, Key=key)
                raise

    def is_used(self, exercise_id: str, group: RespondentGroup, slip: bytes) -> bool:
        """Tell whether a submission with this slip was counted; none was where there is no tally."""
        with aws.try_again_when_busy():
            tally = self._client.get_item(
                TableName=self._table, Key=keys.tally(exercise_id, group), ProjectionExpression="slips"
            ).get("Item", {})
        return slip in tally.get("slips", {"BS": ()})["BS"]

    def submitted(self, exercise_id: str, groups: Sequence[RespondentGroup]) -> Mapping[RespondentGroup, int]:
        """Read how many submissions came in; none where there is no tally."""
        return {group: self._submitted(keys.tally(exercise_id, group)) for group in groups}

    def submitted_of_company(self, exercise_id: str, company_id: str) -> int:
        """Read how many of a company's trainers submitted; none where there is no tally."""
        return self._submitted(keys.tally(exercise_id, RespondentGroup.IN_COMPANY_TRAINER, company_id))

    def seal(self, exercise_id: str, group: RespondentGroup, company_id: str = "") -> Tally:
        """Let nothing more be counted and return the final counts; raise Unknown where there is no tally."""
        sealed = aws.conditional(
            self._client.update_item,
            TableName=self._table,
            Key=keys.tally(exercise_id, group, company_id),
            UpdateExpression="SET sealed = :true",
            ConditionExpression=_EXISTS,
            ExpressionAttributeValues=formats.attributes({":true": True}),
            ReturnValues="ALL_NEW",
        )
        if sealed is None:
            raise Unknown
        return read_tally(group, sealed["Attributes"])

    def open_texts(self, exercise_id: str, group: RespondentGroup) -> Sequence[str]:
        """Return the open answers of accepted submissions, in no order that tells anything."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :texts",
            ExpressionAttributeValues={":texts": {"S": keys.open_text_partition(exercise_id, group)}},
            ProjectionExpression="#text",
            ExpressionAttributeNames={"#text": "text"},
            ConsistentRead=True,
        )
        return tuple(item["text"]["S"] for page in pages for item in page["Items"])

    def _open(self, exercise: Exercise, key: keys.Key, invited: int) -> None:
        aws.conditional(
            self._client.put_item,
            TableName=self._table,
            Item={**key, **empty_tally(exercise, invited)},
            ConditionExpression=_NOTHING_COUNTED,
            ExpressionAttributeValues=formats.attributes({":zero": 0, ":false": False}),
        )

    def _put_open_texts(self, token: Token, submission: Submission, now: datetime) -> Sequence[keys.Key]:
        if not submission.open_texts:
            return ()
        # The exercise's end, not the submission's time, says when the text goes; and what is refused anyway is not
        # even put down for a moment.
        closes_at = self._refuse(token, now)
        expires_at = formats.epoch(lifetimes.counted_until(closes_at))
        put = []
        for question, text in submission.open_texts.items():
            key = keys.open_text(token.exercise_id, token.group, token.receipt, question)
            written = formats.attributes({"question": question, "text": text, "expires_at": expires_at})
            self._client.put_item(TableName=self._table, Item={**key, **written})
            put.append(key)
        return put

    def _count(self, token: Token, submission: Submission, now: datetime) -> None:
        counters = {f"#c{place}": name for place, name in enumerate(sorted(submission.counters))}
        added = ["submissions :one", *(f"{name} :one" for name in counters), "#seen :receipt"]
        names = {"#seen": _seen(token), **counters}
        values: dict[str, Any] = {
            ":one": {"N": "1"},
            ":receipt": {"BS": [token.receipt]},
            ":this_receipt": {"B": token.receipt},
            ":now": {"N": str(formats.epoch(now))},
            ":false": {"BOOL": False},
        }
        condition = _COUNTABLE
        if token.slip:
            # In the write that counts: a code is used by a counted submission and by nothing else.
            added.append("slips :slip")
            condition += f" AND {_SLIP_UNUSED}"
            values |= {":slip": {"BS": [token.slip]}, ":this_slip": {"B": token.slip}}
        update = f"ADD {', '.join(added)}"
        # Both are the same only for a submission hours after the deadline, which is refused.
        if (stale := stale_slot(token.issued_at, now)) != receipt_slot(token.issued_at):
            update += " REMOVE #stale"
            names["#stale"] = f"seen_{stale}"
        try:
            self._client.update_item(
                TableName=self._table,
                Key=keys.tally(token.exercise_id, token.group, token.company_id),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if not aws.condition_failed(error):
                raise
            try:
                self._refuse(token, now)
            except AlreadySent:
                if aws.sent_before(error):
                    return
                raise
            # Neither sent before nor closed, and no used code: of the conditions, only the cap is left.
            raise CapReached from error

    def _refuse(self, token: Token, now: datetime) -> datetime:
        """Raise Unknown, AlreadySent, ExerciseClosed or CodeUsed if one applies; return the closing time otherwise.

        Reads no count: whoever may record submissions may not see any.
        """
        tally = self._client.get_item(
            TableName=self._table,
            Key=keys.tally(token.exercise_id, token.group, token.company_id),
            ProjectionExpression="sealed, closes_at, #seen" + (", slips" if token.slip else ""),
            ExpressionAttributeNames={"#seen": _seen(token)},
            ConsistentRead=True,
        ).get("Item")
        if tally is None:
            raise Unknown
        if token.receipt in tally.get(_seen(token), {"BS": ()})["BS"]:
            raise AlreadySent
        closes_at = formats.instant_of(tally["closes_at"]["N"])
        if tally["sealed"]["BOOL"] or now >= closes_at:
            raise ExerciseClosed
        if token.slip in tally.get("slips", {"BS": ()})["BS"]:
            raise CodeUsed
        return closes_at

    def _submitted(self, key: keys.Key) -> int:
        tally = self._client.get_item(TableName=self._table, Key=key, ProjectionExpression="submissions").get("Item")
        return int(tally["submissions"]["N"]) if tally else 0


def empty_tally(exercise: Exercise, invited: int) -> dict[str, Any]:
    """Write a tally in which nothing is counted yet; whenever one is made it gets another ``opening``."""
    if exercise.last_day is None:
        raise ValueError("an exercise without dates has no tallies")
    closes_at = deadlines.closes_at(exercise.last_day)
    return formats.attributes(
        {
            "submissions": 0,
            "sealed": False,
            "closes_at": formats.epoch(closes_at),
            "cap": cap(invited),
            "opening": secrets.token_bytes(_OPENING_BYTES),
            "expires_at": formats.epoch(lifetimes.counted_until(closes_at)),
        }
    )


def read_tally(group: RespondentGroup, item: formats.Item) -> Tally:
    """Read the counts of a tally."""
    counts = {name: int(value["N"]) for name, value in item.items() if _MARK_OF_COUNTERS in name}
    return Tally(group, int(item["submissions"]["N"]), counts)


def _seen(token: Token) -> str:
    return f"seen_{receipt_slot(token.issued_at)}"
