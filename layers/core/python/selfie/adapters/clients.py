"""Boto3's clients, for functions that may take its import's time; the others take ``selfie.adapters.aws.client``."""

from typing import Any

import boto3
from botocore.config import Config

from selfie.adapters.aws import PATIENCE


def patient(service: str) -> Any:
    """Make a client that waits and tries again as long as somebody who waits for a function can."""
    return boto3.client(service, config=PATIENCE)


def that_asks_once(service: str, seconds: int) -> Any:
    """Make a client that sends a request once and waits so long for the answer."""
    once = Config(connect_timeout=1, read_timeout=seconds, retries={"total_max_attempts": 1})
    return boto3.client(service, config=once)
