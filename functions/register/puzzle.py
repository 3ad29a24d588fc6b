"""A puzzle that a browser solves by computing before it may make us send an e-mail: ALTCHA, without any third party.

It slows programs down and asks nothing of people: no picture, no cookie, no look at how somebody moves.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from selfie.domain.errors import Invalid
from selfie.ports import AccountLinks

TIME_TO_SOLVE: Final = timedelta(minutes=20)
# About a third of a second on a computer, some seconds on an old phone, while somebody types.
_ALGORITHM: Final = "PBKDF2/SHA-256"
_COST: Final = 5_000
_FEWEST_TRIES: Final = 50
_MOST_TRIES: Final = 250
# When the puzzle is over by our own clock; the library reads the machine's.
_EXPIRY: Final = "until"


def new_puzzle(key: bytes, now: datetime) -> dict[str, Any]:
    """Make a puzzle for the widget."""
    import altcha

    made = altcha.create_challenge(
        _ALGORITHM,
        _COST,
        counter=_FEWEST_TRIES + secrets.randbelow(_MOST_TRIES - _FEWEST_TRIES),
        data={_EXPIRY: int((now + TIME_TO_SOLVE).timestamp())},
        hmac_secret=_secret(key, b"puzzle"),
        hmac_key_secret=_secret(key, b"solution"),
    )
    challenge: dict[str, Any] = made.to_dict()
    return challenge


def check(solution: str, keys: Sequence[bytes], links: AccountLinks, now: datetime, field: str = "puzzle") -> None:
    """Accept a solved puzzle once; raise Invalid when it is missing, wrong, too old or used."""
    import altcha

    if not solution:
        raise Invalid.one(field, "missing")
    if not any(
        altcha.verify_solution(solution, _secret(key, b"puzzle"), hmac_key_secret=_secret(key, b"solution")).verified
        for key in keys
    ):
        raise Invalid.one(field, "not_solved")
    # Signed by us, so it is as we wrote it.
    challenge = json.loads(base64.b64decode(solution))["challenge"]
    until = challenge["parameters"]["data"][_EXPIRY]
    if now.timestamp() >= until or not links.spend(challenge["signature"], now + TIME_TO_SOLVE):
        raise Invalid.one(field, "not_solved")


def _secret(key: bytes, what: bytes) -> bytes:
    # The same keys sign respondents' tokens: what is signed here must be worth nothing there.
    return hmac.new(key, b"altcha " + what, sha256).digest()
