"""What a certificate says of the person who asked for it: a name, which goes into it and nowhere else."""

from typing import Final

from selfie.domain.errors import Invalid
from selfie.domain.submission import one_line

LONGEST_NAME: Final = 80


def read_name(typed: str) -> str:
    """Return a name as it is printed; raise Invalid when it is too long."""
    name = one_line(typed)
    if len(name) > LONGEST_NAME:
        raise Invalid.one("name", "too_long")
    return name
