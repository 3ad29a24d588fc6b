"""Secrets of the deployment, read through Powertools and kept for a few minutes."""

import base64
import json
from typing import Final

from aws_lambda_powertools.utilities import parameters

# How long a rotated secret may go unnoticed: two keys are accepted at any time.
KEPT_SECONDS: Final = 300


def secret_text(name: str) -> str:
    """Return a secret by its name."""
    return str(parameters.get_secret(name, max_age=KEPT_SECONDS))


def secret_texts(name: str) -> tuple[str, ...]:
    """Return what a secret holds: one text, or a JSON list of texts, newest first, while one replaces another."""
    text = secret_text(name)
    return tuple(json.loads(text)) if text.startswith("[") else (text,)


def token_keys(name: str) -> tuple[bytes, ...]:
    """Return the keys that sign tokens, newest first; the secret is a JSON list of base64 texts."""
    return tuple(base64.b64decode(key) for key in json.loads(secret_text(name)))
