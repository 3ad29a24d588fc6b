"""Signed, stateless tokens: the right to submit once, to see a preview, to fetch a certificate."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from selfie.domain.errors import TokenExpired, TokenInvalid
from selfie.domain.school import RespondentGroup

TIME_TO_ANSWER: Final = timedelta(hours=2)
TIME_TO_PREVIEW: Final = timedelta(hours=1)
RECEIPT_BYTES: Final = 8
_MAC_BYTES: Final = 16


class Purpose(StrEnum):
    """What a token is for; a token of one purpose is worth nothing for another."""

    SUBMIT = "submit"
    PREVIEW = "preview"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Token:
    """``receipt`` is random and marks one submission; nothing in a token names a person.

    ``slip`` marks the slip whose one-time code opened the questionnaire; empty where a link was enough.
    """

    purpose: Purpose
    exercise_id: str
    group: RespondentGroup
    issued_at: datetime
    expires_at: datetime
    receipt: bytes
    slip: bytes = b""
    company_id: str = ""


def new_token(
    purpose: Purpose,
    exercise_id: str,
    group: RespondentGroup,
    now: datetime,
    expires_at: datetime,
    slip: bytes = b"",
    company_id: str = "",
) -> Token:
    """Make a token with a fresh receipt; ``company_id`` where only the trainers of one company are asked."""
    whole = now.replace(microsecond=0)
    receipt = secrets.token_bytes(RECEIPT_BYTES)
    return Token(purpose, exercise_id, group, whole, expires_at, receipt, slip, company_id)


def sign(token: Token, key: bytes) -> str:
    """Write a token as URL-safe text under an HMAC."""
    body = "|".join(
        (
            token.purpose,
            token.exercise_id,
            token.group,
            str(int(token.issued_at.timestamp())),
            str(int(token.expires_at.timestamp())),
            token.receipt.hex(),
            *([token.slip.hex(), token.company_id] if token.slip or token.company_id else []),
        )
    ).encode()
    return f"{_encode(body)}.{_encode(_mac(body, key))}"


def read(text: str, purpose: Purpose, keys: Sequence[bytes], now: datetime) -> Token:
    """Check and read a token; any of ``keys`` may have signed it, so that keys can rotate.

    Raise TokenInvalid when it was not made here or for another purpose, TokenExpired when it is too old.
    """
    try:
        body, mac = (_decode(part) for part in text.split("."))
        fields = body.decode().split("|")
    except (ValueError, binascii.Error) as error:
        raise TokenInvalid from error
    if not any(hmac.compare_digest(mac, _mac(body, key)) for key in keys):
        raise TokenInvalid
    kind, exercise_id, group, issued, expires, receipt, *more = fields
    slip, company_id = more or ("", "")
    token = Token(
        Purpose(kind),
        exercise_id,
        RespondentGroup(group),
        datetime.fromtimestamp(int(issued), UTC),
        datetime.fromtimestamp(int(expires), UTC),
        bytes.fromhex(receipt),
        bytes.fromhex(slip),
        company_id,
    )
    if token.purpose is not purpose:
        raise TokenInvalid
    if now >= token.expires_at:
        raise TokenExpired
    return token


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, body, sha256).digest()[:_MAC_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
