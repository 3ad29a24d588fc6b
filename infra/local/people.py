"""The people whom the local identity provider knows; their passwords and second factors are made once."""

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyotp

from infra.local.files import read_json, write_json
from selfie.domain.school import EducationLevel, Identity, School

RIVERSIDE: Final = School("riverside222", "Riverside School", "BE", "en", ("office@riverside.example",))
HILLSIDE: Final = School("hillside2222", "École de la Colline", "FR", "fr", ("bureau@hillside.example",))

# An account of a former system that nobody has associated yet, and its password there.
LINDENHOF: Final = School(
    "lindenhof222",
    "Lindenhof School",
    "DE",
    "en",
    ("post@lindenhof.example", "head@lindenhof.example"),
    kind="public",
    levels=(EducationLevel.PRIMARY,),
    address="Am Lindenhof 1\n12345 Dorf",
)
OLD_PASSWORD: Final = "seven old lime trees"

# A company that trains students of the first school.
STEELWORKS: Final = School("company-steelworks22", "Steelworks", "BE", "en", ("office@steelworks.example",))

# Who coordinates which school or company; of the others, one has no second factor, the rest come to sign something up.
COORDINATORS: Final = {"robin": RIVERSIDE, "camille": HILLSIDE, "kim": STEELWORKS}
NEWCOMERS: Final = ("alex", "linda", "nora")
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
    """Read the people of an earlier run by user name, and make those that it lacks."""
    known = {entry["name"]: Person(**entry) for entry in read_json(file) or ()}
    everybody = {name: known.get(name) or _new(name) for name in (*COORDINATORS, *NEWCOMERS, WITHOUT_SECOND_FACTOR)}
    if everybody != known:
        write_json(file, [asdict(person) for person in everybody.values()])
    return everybody


def _new(name: str) -> Person:
    return Person(
        name,
        password=f"{name}-{secrets.token_hex(4)}",
        totp_secret=None if name == WITHOUT_SECOND_FACTOR else pyotp.random_base32(),
        subject=secrets.token_hex(8),
    )
