"""Hashes of passwords of the former system: brought into a form that is safe to keep, and checked once.

bcrypt and argon2 are kept as they are. What is older (a plain MD5, SHA-1 or SHA-2, with a salt or without) is wrapped
in argon2id when it comes in: nothing at rest can be tried out fast.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from selfie.domain.errors import Invalid

# Digits of a digest in hexadecimal.
_OLDER: Final[Mapping[str, int]] = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_BCRYPT: Final = re.compile(r"\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}")
_ARGON2: Final = re.compile(
    r"\$argon2(?:id|i|d)\$v=19\$m=([0-9]{1,9}),t=([0-9]{1,5}),p=[0-9]{1,3}\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{6,}"
)
# Above these a check would take longer than the function may; such a school gets its link without the password.
_HIGHEST_BCRYPT_COST: Final = 13
_MOST_ARGON2_KIB: Final = 128 * 1024
_MOST_ARGON2_WORK: Final = 512 * 1024  # KiB times passes
# bcrypt looks at no more of a password; its library refuses a longer one instead of cutting it.
_BCRYPT_BYTES: Final = 72
_SALT_BYTES: Final = 16
_WRAPPED: Final = "wrapped"
# OWASP, Password Storage Cheat Sheet, 2025: 19 MiB, two passes, one lane.
_LENGTH, _ITERATIONS, _LANES, _MEMORY_KIB = 32, 2, 1, 19 * 1024


def storable(scheme: str, digest: str, salt: str = "", salt_is: str = "before") -> str:
    """Return a hash in the form in which it is kept; raise Invalid, naming the fault and never the hash.

    ``salt_is`` says whether an older hash was made of the salt before or after the password.
    """
    if scheme == "bcrypt":
        found = _BCRYPT.fullmatch(digest)
        if found is None:
            raise Invalid.one("password.hash", "not_this_scheme")
        if int(found[1]) > _HIGHEST_BCRYPT_COST:
            raise Invalid.one("password.hash", "too_costly")
        return digest
    if scheme == "argon2":
        found = _ARGON2.fullmatch(digest)
        if found is None:
            raise Invalid.one("password.hash", "not_this_scheme")
        if int(found[1]) > _MOST_ARGON2_KIB or int(found[1]) * int(found[2]) > _MOST_ARGON2_WORK:
            raise Invalid.one("password.hash", "too_costly")
        return digest
    if scheme not in _OLDER:
        raise Invalid.one("password.scheme", "unknown_scheme")
    if salt_is not in {"before", "after"}:
        raise Invalid.one("password.salt_is", "not_offered")
    digest = digest.lower()
    if not re.fullmatch(f"[0-9a-f]{{{_OLDER[scheme]}}}", digest):
        raise Invalid.one("password.hash", "not_this_scheme")
    written_salt = base64.b64encode(salt.encode()).decode()
    return "|".join((_WRAPPED, scheme, salt_is, written_salt, _argon2id(digest)))


def fits(password: str, kept: str) -> bool:
    """Tell whether a password is the one behind a hash; without a hash the same work is done for nothing."""
    typed = password.encode()
    if not kept:
        _is_argon2(typed, _nobodys())
        return False
    if kept.startswith("$2"):
        import bcrypt

        return bcrypt.checkpw(typed[:_BCRYPT_BYTES], kept.encode())
    if kept.startswith(_WRAPPED):
        _, scheme, salt_is, written_salt, wrapped = kept.split("|")
        salt = base64.b64decode(written_salt)
        salted = salt + typed if salt_is == "before" else typed + salt
        return _is_argon2(hashlib.new(scheme, salted, usedforsecurity=False).hexdigest().encode(), wrapped)
    return _is_argon2(typed, kept)


def _argon2id(text: str) -> str:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    made = Argon2id(
        salt=secrets.token_bytes(_SALT_BYTES),
        length=_LENGTH,
        iterations=_ITERATIONS,
        lanes=_LANES,
        memory_cost=_MEMORY_KIB,
    )
    return made.derive_phc_encoded(text.encode())


def _is_argon2(typed: bytes, kept: str) -> bool:
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf import argon2

    verifiers: Mapping[str, Callable[[bytes, str], Any]] = {
        "argon2id": argon2.Argon2id.verify_phc_encoded,
        "argon2i": argon2.Argon2i.verify_phc_encoded,
        "argon2d": argon2.Argon2d.verify_phc_encoded,
    }
    try:
        verifiers[kept.split("$")[1]](typed, kept)
    # What cannot be a hash, though it looks like one, fits no password.
    except (InvalidKey, ValueError):
        return False
    return True


def _nobodys() -> str:
    """Return the hash of a password that nobody has, which costs as much to check as a wrapped one."""
    salt = base64.b64encode(bytes(_SALT_BYTES)).rstrip(b"=").decode()
    digest = base64.b64encode(bytes(_LENGTH)).rstrip(b"=").decode()
    return f"$argon2id$v=19$m={_MEMORY_KIB},t={_ITERATIONS},p={_LANES}${salt}${digest}"
