"""Keys for the copies of tallies, each wrapped by one that KMS never hands out, or by a file on one machine."""

import base64
import secrets
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class KeyWrapping(Protocol):
    """Makes keys that are stored wrapped; what is wrapped for one exercise is worth nothing for another."""

    def new_key(self, exercise_id: str) -> tuple[bytes, bytes]:
        """Return a new key and the same key wrapped."""
        ...

    def unwrap(self, wrapped: bytes, exercise_id: str) -> bytes:
        """Return a key again."""
        ...


class KmsWrapping:
    """A key in KMS; ``client`` is boto3's for KMS."""

    def __init__(self, client: Any, key_id: str) -> None:
        self._client, self._key_id = client, key_id

    def new_key(self, exercise_id: str) -> tuple[bytes, bytes]:
        """Return a new key and the same key wrapped."""
        made = self._client.generate_data_key(
            KeyId=self._key_id, KeySpec="AES_256", EncryptionContext={"exercise": exercise_id}
        )
        return made["Plaintext"], made["CiphertextBlob"]

    def unwrap(self, wrapped: bytes, exercise_id: str) -> bytes:
        """Return a key again."""
        given = {"CiphertextBlob": wrapped, "EncryptionContext": {"exercise": exercise_id}}
        key: bytes = self._client.decrypt(KeyId=self._key_id, **given)["Plaintext"]
        return key


class FileWrapping:
    """A key in a file, as base64; never deployed."""

    def __init__(self, file: Path) -> None:
        self._key = base64.b64decode(file.read_text(encoding="utf-8"))

    def new_key(self, exercise_id: str) -> tuple[bytes, bytes]:
        """Return a new key and the same key wrapped."""
        key = secrets.token_bytes(_KEY_BYTES)
        return key, encrypt(self._key, key, exercise_id)

    def unwrap(self, wrapped: bytes, exercise_id: str) -> bytes:
        """Return a key again."""
        return decrypt(self._key, wrapped, exercise_id)


def encrypt(key: bytes, content: bytes, about: str) -> bytes:
    """Encrypt (AES-256-GCM); what it is ``about`` must be said again to decrypt it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, about.encode())


def decrypt(key: bytes, encrypted: bytes, about: str) -> bytes:
    """Decrypt; raise cryptography's InvalidTag when anything of it is another."""
    return AESGCM(key).decrypt(encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:], about.encode())
