"""Boto3's clients, for functions that may take its import's time; the others take ``selfie.adapters.aws.client``."""

from typing import Any

import boto3

from selfie.adapters.aws import PATIENCE


def patient(service: str) -> Any:
    """Make a client that waits and tries again as long as somebody who waits for a function can."""
    return boto3.client(service, config=PATIENCE)
