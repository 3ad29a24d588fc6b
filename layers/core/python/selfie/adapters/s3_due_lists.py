"""Lists of what a large night has to close, in the bucket of documents; a state machine reads them."""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from selfie.adapters import keys
from selfie.ports import StoredList


class S3DueLists:
    """JSON under a name of its own for each night, which the bucket deletes; ``client`` is boto3's for S3."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def put(self, parts: Sequence[Sequence[str]]) -> StoredList:
        """Keep a list of parts, each a list of exercises, for a day."""
        # Two nights at once do not write over each other's list while it is read.
        key = keys.due_object(secrets.token_hex(8))
        written = json.dumps([list(part) for part in parts]).encode()
        self._client.put_object(Bucket=self._bucket, Key=key, Body=written, ContentType="application/json")
        return StoredList(self._bucket, key)
