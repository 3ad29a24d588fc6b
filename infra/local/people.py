"""The people whom the local identity provider knows; their passwords and second factors are made once."""

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyotp

from infra.local.files import read_json, write_json
from selfie.domain.school import Identity, School

RIVERSIDE: Final = School("riverside222", "Riverside School", "BE", "en", ("office@riverside.example",))
HILLSIDE: Final = School("hillside2222", "École de la Colline", "FR", "fr", ("bureau@hillside.example",))

# Who coordinates which school; of the others, one knows no school and one has no second factor.
COORDINATORS: Final = {"robin": RIVERSIDE, "camille": HILLSIDE}
WITHOUT_SCHOOL: Final = "alex"
WITHOUT_SECOND_FACTOR: Final = "sam"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in by ``name``; ``subject`` is how the provider names them to us."""

    name: str
    password: str
    totp_secret: str | None
    subject: str

    def identity(self, issuer: str) -> Identity:
        """Return who this is for the school accounts."""
        return Identity(issuer, self.subject)


def people(file: Path) -> dict[str, Person]:
    """Read the people of an earlier run by user name, or make them."""
    if not file.exists():
        made = [
            Person(
                name,
                password=f"{name}-{secrets.token_hex(4)}",
                totp_secret=None if name == WITHOUT_SECOND_FACTOR else pyotp.random_base32(),
                subject=secrets.token_hex(8),
            )
            for name in (*COORDINATORS, WITHOUT_SCHOOL, WITHOUT_SECOND_FACTOR)
        ]
        write_json(file, [asdict(person) for person in made])
    read = (Person(**entry) for entry in read_json(file))
    return {person.name: person for person in read}
