"""Which school contributed, hidden by keys in KMS, or by keys in a file for the run on one machine.

The function that contributes may seal and not open; the release job may open, and make pseudonyms with a second key.
"""

import base64
import hmac
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from selfie.adapters.wrapping import decrypt, encrypt

# What the key of seals is told that it is used for; it refuses to open anything else.
USE: Final = {"use": "research"}
_AT_ONCE: Final = 16


class KmsSeal:
    """Seals with a key in KMS; ``client`` is boto3's for KMS."""

    def __init__(self, client: Any, key_id: str) -> None:
        self._client, self._key_id = client, key_id

    def seal(self, school_id: str) -> bytes:
        """Return something that is another one every time and that the release job alone can open."""
        sealed = self._client.encrypt(KeyId=self._key_id, Plaintext=school_id.encode(), EncryptionContext=USE)
        return bytes(sealed["CiphertextBlob"])


class KmsPseudonyms:
    """Opens seals and makes pseudonyms with keys in KMS, neither of which can be read; ``client`` is boto3's."""

    def __init__(self, client: Any, seal_key: str, pseudonym_key: str) -> None:
        self._client, self._seal_key, self._pseudonym_key = client, seal_key, pseudonym_key

    def of(self, study: str, sealed: Sequence[bytes]) -> Sequence[str]:
        """Return what stands for the schools within a study, in the same order."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda each: self._one(study, each), sealed))

    def _one(self, study: str, sealed: bytes) -> str:
        opened = self._client.decrypt(KeyId=self._seal_key, CiphertextBlob=sealed, EncryptionContext=USE)
        message = _message(study, opened["Plaintext"])
        made = self._client.generate_mac(KeyId=self._pseudonym_key, Message=message, MacAlgorithm="HMAC_SHA_256")
        return bytes(made["Mac"]).hex()


class FileSeal:
    """Both keys in a JSON object of base64 texts, ``seal`` and ``pseudonym``; never deployed."""

    def __init__(self, file: Path) -> None:
        texts = json.loads(file.read_text(encoding="utf-8"))
        self._seal = base64.b64decode(texts["seal"])
        self._pseudonym = base64.b64decode(texts["pseudonym"])

    def seal(self, school_id: str) -> bytes:
        """Return something that is another one every time."""
        return encrypt(self._seal, school_id.encode(), "")

    def of(self, study: str, sealed: Sequence[bytes]) -> Sequence[str]:
        """Return what stands for the schools within a study, in the same order."""
        opened = [decrypt(self._seal, each, "") for each in sealed]
        return [hmac.digest(self._pseudonym, _message(study, each), "sha256").hex() for each in opened]


def _message(study: str, school_id: bytes) -> bytes:
    # A study's name has no line break, so no two pairs give the same message.
    return study.encode() + b"\n" + school_id
