"""The keys that sign badges: in KMS, which never hands them out, or in a file for the run on one machine."""

import base64
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

# What stands in front of the 32 bytes of an Ed25519 key in the form that KMS gives (RFC 8410).
_DER_HEAD: Final = bytes.fromhex("302a300506032b6570032100")

# As KMS calls Ed25519 over the message itself (RFC 8032).
SIGNING_ALGORITHM: Final = "ED25519_SHA_512"
MESSAGE_TYPE: Final = "RAW"


class KmsSigner:
    """Keys in KMS, the one that signs first; ``client`` is boto3's for KMS."""

    def __init__(self, client: Any, key_ids: Sequence[str]) -> None:
        self._client, self._key_ids = client, key_ids

    def public_keys(self) -> Sequence[bytes]:
        """Return the public keys, 32 bytes each, the one that signs first."""
        return self._public_keys

    def sign(self, message: bytes) -> bytes:
        """Sign at most 4,096 bytes with the first key."""
        signed = self._client.sign(
            KeyId=self._key_ids[0], Message=message, MessageType=MESSAGE_TYPE, SigningAlgorithm=SIGNING_ALGORITHM
        )
        return bytes(signed["Signature"])

    @cached_property
    def _public_keys(self) -> tuple[bytes, ...]:
        encoded = [self._client.get_public_key(KeyId=key_id)["PublicKey"] for key_id in self._key_ids]
        return tuple(bytes(key).removeprefix(_DER_HEAD) for key in encoded)


class FileSigner:
    """Keys in a JSON list of base64 texts, the one that signs first; never deployed."""

    def __init__(self, file: Path) -> None:
        texts = json.loads(file.read_text(encoding="utf-8"))
        self._keys = [Ed25519PrivateKey.from_private_bytes(base64.b64decode(text)) for text in texts]

    def public_keys(self) -> Sequence[bytes]:
        """Return the public keys, 32 bytes each, the one that signs first."""
        return tuple(key.public_key().public_bytes_raw() for key in self._keys)

    def sign(self, message: bytes) -> bytes:
        """Sign with the first key."""
        return self._keys[0].sign(message)
