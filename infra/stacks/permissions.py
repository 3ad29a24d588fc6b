"""Say what each function's role may do: named actions on named tables, buckets, secrets and senders."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.stacks.data import DataStack
from selfie.domain.data_map import DataMap, Tool

# All that an entry of a document holds; what is published lies beside it and has other attributes.
DOCUMENT: Final = ("PK", "SK", "state", "locale", "attempt", "key", "sent_by", "due", "due_key")
ERASURE: Final = ("PK", "SK", "asked_on", "receipt", "due", "due_key")
ACCESS: Final = ("PK", "SK", "at", "reason")
BADGE: Final = (
    "PK",
    "SK",
    "school_id",
    "session_id",
    "secret",
    "number",
    "school",
    "locale",
    "first_day",
    "last_day",
    "issued_at",
    "credential",
    "token",
)
CONTRIBUTION: Final = ("PK", "SK", "key")
# Seals are opened and made for this use alone.
FOR_RESEARCH: Final = {"StringEquals": {"kms:EncryptionContext:use": "research"}}
EMPTY_TALLY: Final = ("PK", "SK", "submissions", "sealed", "closes_at", "cap", "opening", "expires_at")
# All that items of a data map hold: a tool, and what is said beside the tools.
TOOL: Final = ("PK", "SK", *(each.name for each in fields(Tool)))
DATA_MAP: Final = ("PK", "SK", *(each.name for each in fields(DataMap)))
MAILBOX: Final = ("PK", "SK", "trouble", "troubled_on", "misses")
REFUSED: Final = ("PK", "SK", "refused_*")
CLOSED: Final = ("PK", "SK", "exercises", "submissions")


def permissions(data: DataStack) -> Mapping[str, Sequence[iam.PolicyStatement]]:
    """Return, for every function, what its role is allowed beside writing its own log."""
    exercises, counters = data.exercises, data.counters
    note_documents = _items(exercises, ["UpdateItem"], keys=["EXERCISE#*"], attributes=DOCUMENT)
    send_mail = iam.PolicyStatement(
        actions=["ses:SendEmail", "ses:SendRawEmail"],
        resources=[
            data.sender.email_identity_arn,
            # Amazon asks for both, since mail goes out by the rules of the set.
            data.mail_arn,
        ],
    )
    query_due = iam.PolicyStatement(actions=["dynamodb:Query"], resources=[f"{exercises.table_arn}/index/due"])
    count_publicly = _items(exercises, ["UpdateItem"], keys=["PUBLIC#*"], returns=["NONE"])
    keep_signed_in = _items(exercises, ["UpdateItem"], keys=["COOKIE#*"])
    # The dashboard sees how many submitted, and nothing else.
    watch = _items(
        counters,
        ["GetItem"],
        keys=["TALLY#*"],
        attributes=["PK", "SK", "submissions"],
        select="SPECIFIC_ATTRIBUTES",
    )
    sign_badges = (
        iam.PolicyStatement(
            actions=["kms:Sign"],
            resources=[data.badge_keys[0].key_arn],
            conditions={"StringEquals": {"kms:SigningAlgorithm": "ED25519_SHA_512"}},
        ),
        iam.PolicyStatement(actions=["kms:GetPublicKey"], resources=[key.key_arn for key in data.badge_keys]),
    )
    return {
        "register": [
            keep_signed_in,
            _items(exercises, ["GetItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["Query"], keys=["IDENTITY#*", "SCHOOL#*"]),
            # Whoever asks sees when their own sessions began.
            _items(exercises, ["GetItem"], keys=["COOKIE#*"]),
            # The day of a log-in is noted only for a school that is there.
            _items(exercises, ["ConditionCheckItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["PutItem", "DeleteItem"], keys=["LOGIN#*", "COOKIE#*", "ACCOUNTLINK#*", "EMAIL#*"]),
            _items(exercises, ["GetItem"], keys=["ACCOUNTLINK#*", "EMAIL#*"]),
            # A school wants everything sent to an address again.
            _items(exercises, ["UpdateItem"], keys=["EMAIL#*"], attributes=MAILBOX),
            # A new school and its coordinator; and the mark of a solved puzzle.
            _items(exercises, ["PutItem"], keys=["SCHOOL#*", "IDENTITY#*", "PUZZLE#*", "LOGOUT#*"]),
            # Coordinators who leave, and sessions that end with them.
            _items(exercises, ["DeleteItem"], keys=["SCHOOL#*", "IDENTITY#*"]),
            # What is left of accounts of the former system, and how often somebody tried to get one.
            _items(exercises, ["GetItem", "DeleteItem"], keys=["OLDACCOUNT#*"]),
            _items(exercises, ["UpdateItem"], keys=["ATTEMPTS#*"]),
            count_publicly,
            send_mail,
            _secret(data.oidc_client_secret.secret_arn),
            _secret(data.token_keys.secret_arn),
        ],
        "remind_schools": [
            iam.PolicyStatement(
                actions=["dynamodb:Query"],
                resources=[f"{exercises.table_arn}/index/due"],
                conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["REMINDER"]}},
            ),
            _items(exercises, ["GetItem", "PutItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["GetItem"], keys=["EMAIL#*"]),
            send_mail,
        ],
        "exercise": [
            keep_signed_in,
            _items(exercises, ["GetItem", "Query", "PutItem", "DeleteItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["PutItem", "DeleteItem"], keys=["LINK#*"]),
            # Companies in exercises, and the codes with which they join.
            _items(exercises, ["GetItem", "PutItem", "DeleteItem"], keys=["COMPANIES#*", "CODE#*"]),
            _items(exercises, ["Query"], keys=["COMPANIES#*"]),
            # Activation makes empty tallies: no attribute that counts an option can be among these.
            _items(counters, ["PutItem"], keys=["TALLY#*"], attributes=EMPTY_TALLY, returns=["NONE"]),
            watch,
            _items(exercises, ["GetItem"], keys=["PUBLIC#*"]),
            _secret(data.token_keys.secret_arn),
        ],
        # What it makes is kept nowhere, so there is nothing to write to.
        "materials": [
            keep_signed_in,
            _items(exercises, ["GetItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["Query"], keys=["COMPANIES#*"]),
            watch,
        ],
        "survey": [
            _items(exercises, ["GetItem"], keys=["LINK#*", "SCHOOL#*"]),
            # Counts without ever seeing a count.
            _items(counters, ["UpdateItem"], keys=["TALLY#*"], returns=["NONE"]),
            _items(
                counters,
                ["GetItem"],
                keys=["TALLY#*"],
                attributes=["PK", "SK", "sealed", "closes_at", "seen_*", "slips"],
                select="SPECIFIC_ATTRIBUTES",
            ),
            _items(counters, ["PutItem", "DeleteItem"], keys=["TEXT#*"], returns=["NONE"]),
            _items(counters, ["UpdateItem"], keys=["TOTALS"], attributes=REFUSED, returns=["NONE"]),
            _secret(data.token_keys.secret_arn),
        ],
        "report": [
            keep_signed_in,
            _items(exercises, ["GetItem", "Query"], keys=["SCHOOL#*", "EXERCISE#*"]),
            note_documents,
            _objects(data.reports, "reports", ["GetObject"]),
        ],
        "privacy": [
            keep_signed_in,
            *_whole_school(data),
            _objects(data.reports, "reports", ["GetObject"]),
            _items(exercises, ["GetItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["PutItem", "DeleteItem"], keys=["SCHOOL#*"], attributes=ERASURE),
            _items(exercises, ["ConditionCheckItem"], keys=["SCHOOL#*"]),
            send_mail,
        ],
        "plan": [
            keep_signed_in,
            _items(exercises, ["GetItem", "Query", "PutItem", "DeleteItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["GetItem"], keys=["EXERCISE#*"]),
        ],
        # Readers who do not sign in: nothing can be written, and nothing be looked through.
        "community": [_items(exercises, ["GetItem"], keys=["SCHOOL#*", "EXERCISE#*"])],
        "data_map": [
            keep_signed_in,
            _items(exercises, ["GetItem", "Query"], keys=["SCHOOL#*"]),
            _items(exercises, ["PutItem"], keys=["SCHOOL#*"], attributes=[*TOOL, *DATA_MAP], returns=["NONE"]),
            _items(exercises, ["DeleteItem"], keys=["SCHOOL#*"], attributes=["PK", "SK", "version"], returns=["NONE"]),
        ],
        # Colleagues who do not sign in: of all that lies beside the tools nothing can be read, written over or deleted.
        "data_map_invited": [
            _items(
                exercises,
                ["GetItem", "Query"],
                keys=["SCHOOL#*"],
                attributes=[*TOOL, *DATA_MAP],
                select="SPECIFIC_ATTRIBUTES",
            ),
            _items(exercises, ["PutItem"], keys=["SCHOOL#*"], attributes=TOOL, returns=["NONE"]),
            _items(exercises, ["UpdateItem"], keys=["ATTEMPTS#*"]),
        ],
        "badge": [
            keep_signed_in,
            _items(exercises, ["GetItem", "Query"], keys=["SCHOOL#*"]),
            _items(exercises, ["GetItem"], keys=["EXERCISE#*", "BADGES#*"]),
            # A badge lies beside the school's profile and exercises, and cannot be written over one of them.
            _items(exercises, ["PutItem"], keys=["SCHOOL#*"], attributes=BADGE, returns=["NONE"]),
            _items(exercises, ["UpdateItem", "PutItem"], keys=["BADGES#*"]),
            *sign_badges,
        ],
        "skip_badge_numbers": [_items(exercises, ["UpdateItem"], keys=["BADGES#*"])],
        "revoke_badge": [
            _items(exercises, ["GetItem"], keys=["SCHOOL#*", "BADGES#*"]),
            _items(exercises, ["PutItem"], keys=["BADGES#*"]),
            *sign_badges,
        ],
        # The name on a certificate is written nowhere, so there is nothing to write to.
        "participation_certificate": [
            _items(exercises, ["GetItem"], keys=["SCHOOL#*"]),
            _secret(data.token_keys.secret_arn),
        ],
        # Signs codes and writes none down.
        "code_slips": [
            keep_signed_in,
            _items(exercises, ["GetItem"], keys=["SCHOOL#*"]),
            _secret(data.token_keys.secret_arn),
        ],
        # Reads counts in the making, and writes nothing but what is encrypted.
        "copy_tallies": [
            query_due,
            _items(exercises, ["GetItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["Query"], keys=["COMPANIES#*"]),
            _items(exercises, ["PutItem"], keys=["COPY#*"], returns=["NONE"]),
            _items(counters, ["GetItem"], keys=["TALLY#*"]),
            _items(data.keys, ["GetItem", "PutItem", "UpdateItem"], keys=["KEY#*"]),
            _copies_key(data, "kms:GenerateDataKey"),
            _copies_key(data, "kms:Decrypt"),
        ],
        "restore_tallies": [
            query_due,
            _items(exercises, ["GetItem"], keys=["SCHOOL#*", "COPY#*"]),
            _items(exercises, ["Query"], keys=["COMPANIES#*"]),
            _items(counters, ["GetItem", "PutItem"], keys=["TALLY#*"], returns=["NONE"]),
            _items(data.keys, ["GetItem"], keys=["KEY#*"]),
            _copies_key(data, "kms:Decrypt"),
        ],
        "list_ending": [query_due, _items(exercises, ["GetItem"], keys=["SCHOOL#*"])],
        "end_account": [
            count_publicly,
            query_due,
            *_whole_school(data),
            *_erase(data),
            _items(exercises, ["GetItem", "PutItem"], keys=["SCHOOL#*"]),
            _items(counters, ["PutItem"], keys=["ERASED#*"], returns=["NONE"]),
            send_mail,
        ],
        # Sees that something is there, and nothing that is in it; exercises and companies alone are read.
        "delete_overdue": [
            query_due,
            _items(exercises, ["GetItem", "DeleteItem"], keys=["SCHOOL#*"]),
            _items(
                exercises,
                ["UpdateItem"],
                keys=["SCHOOL#*"],
                attributes=["PK", "SK", "due", "due_key"],
                returns=["NONE"],
            ),
            _items(exercises, ["Query", "DeleteItem"], keys=["COMPANIES#*"]),
            *_forget_copies(exercises),
            _items(counters, ["GetItem"], keys=["TALLY#*"], attributes=["PK", "SK"], select="SPECIFIC_ATTRIBUTES"),
            _items(counters, ["Query"], keys=["TEXT#*"], attributes=["PK", "SK"], select="SPECIFIC_ATTRIBUTES"),
            _items(counters, ["DeleteItem"], keys=["TALLY#*", "TEXT#*"], returns=["NONE"]),
            _items(data.keys, ["GetItem"], keys=["KEY#*"], attributes=["PK", "SK"], select="SPECIFIC_ATTRIBUTES"),
            _items(data.keys, ["DeleteItem"], keys=["KEY#*"], returns=["NONE"]),
            *(_items(table, ["GetItem", "PutItem"], keys=["EXPIRY#*"]) for table in (exercises, counters, data.keys)),
        ],
        "replay_erasures": [
            count_publicly,
            query_due,
            *_whole_school(data),
            *_erase(data),
            _items(exercises, ["GetItem"], keys=["SCHOOL#*"]),
            _items(counters, ["GetItem"], keys=["ERASED#*"]),
        ],
        # Support sees how many things of which kind there are; even its function sees nothing but their keys.
        "support_look": [
            _items(
                exercises,
                ["Query"],
                keys=["SCHOOL#*", "EXERCISE#*"],
                attributes=["PK", "SK"],
                select="SPECIFIC_ATTRIBUTES",
            ),
            _items(exercises, ["PutItem"], keys=["SCHOOL#*"], attributes=ACCESS),
            _items(exercises, ["ConditionCheckItem"], keys=["SCHOOL#*"]),
        ],
        # Support signs coordinators out, and sees no session: what it deletes is found by keys alone.
        "end_sessions": [
            _items(
                exercises,
                ["Query"],
                keys=["SCHOOL#*", "IDENTITY#*"],
                attributes=["PK", "SK", "role"],
                select="SPECIFIC_ATTRIBUTES",
            ),
            _items(exercises, ["PutItem"], keys=["SCHOOL#*"], attributes=ACCESS),
            _items(exercises, ["ConditionCheckItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["DeleteItem"], keys=["COOKIE#*", "IDENTITY#*"], returns=["NONE"]),
        ],
        # Of a large night it puts the list down, and cannot read it again.
        "list_due": [query_due, _objects(data.reports, "due", ["PutObject"])],
        "close_exercise": [
            _items(exercises, ["GetItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["GetItem", "Query", "PutItem"], keys=["EXERCISE#*"]),
            _items(exercises, ["Query"], keys=["COMPANIES#*"]),
            note_documents,
            # Seals, and so gets the final counts; it cannot change one.
            _items(counters, ["UpdateItem"], keys=["TALLY#*"], attributes=["PK", "SK", "sealed"], returns=["ALL_NEW"]),
            _items(counters, ["Query"], keys=["TEXT#*"]),
            # Destroys the key of what was copied without having read it.
            _items(
                data.keys,
                ["UpdateItem"],
                keys=["KEY#*"],
                attributes=["PK", "SK", "wrapped_key", "copied", "expires_at"],
                returns=["NONE"],
            ),
            *_forget_copies(exercises),
        ],
        # Writes what a school gave, and can neither read it again nor open the seal.
        "contribute": [
            _items(exercises, ["GetItem"], keys=["SCHOOL#*", "EXERCISE#*", "RESEARCH#*"]),
            _items(exercises, ["PutItem"], keys=["EXERCISE#*"], attributes=CONTRIBUTION, returns=["NONE"]),
            _objects(data.research, "contributions", ["PutObject"]),
            iam.PolicyStatement(
                actions=["kms:Encrypt"], resources=[data.research_seal_key.key_arn], conditions=FOR_RESEARCH
            ),
        ],
        # The only role that opens seals, and that makes pseudonyms; it reads no table but the ledger.
        "release": [
            _items(exercises, ["PutItem", "UpdateItem"], keys=["RESEARCH#*"]),
            _items(exercises, ["PutItem"], keys=["RELEASES#*"]),
            # Of the whole bucket: that something is not there, S3 tells only whoever may list it, and no prefix is
            # named when one object is asked for. Tables are asked for before they are made; contributions may be gone.
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[data.research.bucket_arn]),
            _objects(data.research, "contributions", ["GetObject"]),
            _objects(data.research, "frozen", ["GetObject", "PutObject"]),
            _objects(data.research, "linked", ["GetObject", "PutObject"]),
            _objects(data.research, "releases", ["PutObject"]),
            iam.PolicyStatement(
                actions=["kms:Decrypt"], resources=[data.research_seal_key.key_arn], conditions=FOR_RESEARCH
            ),
            iam.PolicyStatement(
                actions=["kms:GenerateMac"],
                resources=[data.research_pseudonym_key.key_arn],
                conditions={"StringEquals": {"kms:MacAlgorithm": "HMAC_SHA_256"}},
            ),
        ],
        # The public register: it knows who received what, and nothing else.
        "research_register": [_items(exercises, ["Query"], keys=["RELEASES#*"])],
        "finish_closing": [
            count_publicly,
            _items(exercises, ["GetItem", "PutItem"], keys=["SCHOOL#*"]),
            _items(exercises, ["GetItem"], keys=["EXERCISE#*"]),
            _items(counters, ["UpdateItem"], keys=["TOTALS"], attributes=CLOSED, returns=["NONE"]),
        ],
        # Of an address it knows only the hash, and what it notes there is not whose it is.
        "note_mail": [_items(exercises, ["UpdateItem"], keys=["EMAIL#*"], attributes=MAILBOX)],
        "watch_hourly": [query_due, note_documents, _items(counters, ["DeleteItem"], keys=["TOTALS"])],
        "wait_for_results": [_items(exercises, ["GetItem"], keys=["EXERCISE#*"])],
        "render_document": [
            _items(exercises, ["GetItem", "Query"], keys=["SCHOOL#*", "EXERCISE#*"]),
            note_documents,
            _objects(data.reports, "reports", ["PutObject"]),
        ],
        "record_report": [note_documents],
        "send_report": [
            _items(exercises, ["GetItem"], keys=["SCHOOL#*", "EXERCISE#*", "EMAIL#*"]),
            note_documents,
            _objects(data.reports, "reports", ["GetObject"]),
            send_mail,
        ],
    }


def _whole_school(data: DataStack) -> Sequence[iam.PolicyStatement]:
    """Read all that is stored of a school, but no count and no open text."""
    return (
        _items(data.exercises, ["Query"], keys=["SCHOOL#*", "EXERCISE#*", "COMPANIES#*"]),
        _items(data.exercises, ["GetItem"], keys=["EMAIL#*", "IDENTITY#*", "LINK#*"]),
    )


def _erase(data: DataStack) -> Sequence[iam.PolicyStatement]:
    """Delete all that is stored of a school; of what was counted and written nothing is seen on the way."""
    return (
        _items(
            data.exercises,
            ["DeleteItem"],
            keys=["SCHOOL#*", "EXERCISE#*", "EMAIL#*", "IDENTITY#*", "LINK#*", "COMPANIES#*", "CODE#*", "COOKIE#*"],
        ),
        # Whoever coordinates it is signed out; sessions are found by keys alone.
        _items(data.exercises, ["Query"], keys=["IDENTITY#*"], attributes=["PK", "SK"], select="SPECIFIC_ATTRIBUTES"),
        _items(data.keys, ["DeleteItem", "UpdateItem"], keys=["KEY#*"], returns=["NONE"]),
        *_forget_copies(data.exercises),
        _items(data.counters, ["Query"], keys=["TEXT#*"], attributes=["PK", "SK"], select="SPECIFIC_ATTRIBUTES"),
        _items(data.counters, ["DeleteItem"], keys=["TALLY#*", "TEXT#*"], returns=["NONE"]),
        _objects(data.reports, "reports", ["DeleteObject"]),
        _objects(data.research, "contributions", ["DeleteObject"]),
    )


def _forget_copies(exercises: dynamodb.ITable) -> Sequence[iam.PolicyStatement]:
    """Delete the copies of tallies without reading one."""
    return (
        _items(exercises, ["Query"], keys=["COPY#*"], attributes=["PK", "SK"], select="SPECIFIC_ATTRIBUTES"),
        _items(exercises, ["DeleteItem"], keys=["COPY#*"], returns=["NONE"]),
    )


def _copies_key(data: DataStack, action: str) -> iam.PolicyStatement:
    """Use the key that wraps the keys of exercises, and for nothing else."""
    return iam.PolicyStatement(
        actions=[action],
        resources=[data.copies_key.key_arn],
        conditions={"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["exercise"]}},
    )


def _items(
    table: dynamodb.ITable,
    actions: Sequence[str],
    *,
    keys: Sequence[str],
    attributes: Sequence[str] = (),
    returns: Sequence[str] = (),
    select: str = "",
) -> iam.PolicyStatement:
    """Allow actions on the items below some partition keys; a limit that is left out does not apply.

    «ForAllValues» also holds for a request that names no attribute, hence ``select``: reading without a projection
    selects all attributes and is refused.
    """
    limits: dict[str, dict[str, Any]] = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(keys)}}
    if attributes:
        limits["ForAllValues:StringLike"]["dynamodb:Attributes"] = list(attributes)
    if select:
        limits["StringEquals"] = {"dynamodb:Select": select}
    if returns:
        limits["StringEqualsIfExists"] = {"dynamodb:ReturnValues": list(returns)}
    return iam.PolicyStatement(
        actions=[f"dynamodb:{action}" for action in actions], resources=[table.table_arn], conditions=limits
    )


def _objects(bucket: s3.Bucket, prefix: str, actions: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[f"s3:{action}" for action in actions], resources=[bucket.arn_for_objects(f"{prefix}/*")]
    )


def _secret(arn: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[arn])
