"""One-time codes: the right to answer once, printed on slips of paper that are drawn from a hat.

A code is a number under an HMAC, made anew whenever a sheet is printed; none is stored, not even as a hash. That one
was used is marked in the very write that counts the submission, see docs/adr on one-time codes.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from selfie.domain.errors import CodeWrong

# Twenty pages: a sheet is made within seconds, and can be printed before the next.
SLIPS_ON_SHEET: Final = 200
# Without I, L, O and U: a child reads the slip and types it.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD: Final = str.maketrans("ILO", "110")
# Nine signs of five bits: which of up to 32,768 slips, and thirty bits that nobody guesses.
_SIGNS: Final = 9
_NUMBER_BITS: Final = 15
_PROOF_BITS: Final = 30
_LINK_BYTES: Final = 3


def code(number: int, link: str, key: bytes) -> str:
    """Write the code of a link's slip, as in «K7Q-M2X-D4P»; slips are numbered from 0."""
    proof = _bits(_PROOF_BITS, f"code|{link}|{number}", key)
    # The number is hidden, so that neighbours on the sheet do not look alike.
    mixed = proof << _NUMBER_BITS | number ^ _bits(_NUMBER_BITS, f"number|{link}|{proof}", key)
    return _written("".join(ALPHABET[mixed >> 5 * place & 31] for place in reversed(range(_SIGNS))))


def read_code(typed: str, link: str, keys: Sequence[bytes], slips: int) -> int:
    """Return the number of the slip that a code is on; any of ``keys`` may have made it. Raise CodeWrong."""
    signs = "".join(filter(str.isalnum, typed.upper())).translate(MISREAD)
    if len(signs) != _SIGNS or not set(signs) <= set(ALPHABET):
        raise CodeWrong
    mixed = 0
    for sign in signs:
        mixed = mixed << 5 | ALPHABET.index(sign)
    proof, hidden = divmod(mixed, 1 << _NUMBER_BITS)
    for key in keys:
        number = hidden ^ _bits(_NUMBER_BITS, f"number|{link}|{proof}", key)
        if number < slips and code(number, link, key) == _written(signs):
            return number
    raise CodeWrong


def mark(number: int, link: str) -> bytes:
    """Return what stands for a used slip: another one for every link, so that new slips of a replaced link are new."""
    return sha256(link.encode()).digest()[:_LINK_BYTES] + number.to_bytes(2)


def _written(signs: str) -> str:
    return "-".join(signs[start : start + 3] for start in range(0, _SIGNS, 3))


def _bits(count: int, text: str, key: bytes) -> int:
    return int.from_bytes(hmac.new(key, text.encode(), sha256).digest()) % (1 << count)
