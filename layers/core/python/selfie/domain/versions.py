"""What several people may change at once has a version, and nobody overwrites one that they have not seen."""

from typing import Protocol

from selfie.domain.errors import ChangedMeanwhile


class Versioned(Protocol):
    """Something that is stored with a version."""

    @property
    def version(self) -> int:
        """The number of its last change."""
        ...


def is_still(stored: Versioned, version: int) -> None:
    """Raise ChangedMeanwhile unless it is the one that somebody saw."""
    if stored.version != version:
        raise ChangedMeanwhile
