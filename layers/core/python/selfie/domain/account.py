"""How a school account comes to be: its addresses, its links in e-mails, and what a school says about itself."""

import re
import secrets
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from selfie.domain.errors import FieldError, Invalid
from selfie.domain.school import EducationLevel, School, SchoolKind
from selfie.domain.submission import clean_text, one_line

# The version of the privacy policy that a school agrees to at sign-up; a new wording gets a new day.
POLICY_VERSION: Final = "2026-11-28"
TIME_TO_CONFIRM: Final = timedelta(hours=48)
LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 500
# RFC 5321, 4.5.3.1.
_LONGEST_EMAIL: Final = 254
_LONGEST_LOCAL_PART: Final = 64
_TOKEN_BYTES: Final = 32
_ID_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_ID_LENGTH: Final = 12
_COMPANY: Final = "company-"

_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")

# ISO 3166-1, what is assigned in 2026, and Kosovo by its usual code.
COUNTRIES: Final = tuple(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB
    GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG
    KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB
    SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US
    UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW""".split()  # noqa: SIM905  a list of literals would take three times the lines
)


class LinkPurpose(StrEnum):
    """What an account link is for; a link of one purpose is worth nothing for another."""

    SIGN_UP = "sign_up"
    # Leads nowhere: a known address gets a message without a link, but nobody may see that less was written for it.
    KNOWN = "known"
    # Known at once to the browser that confirmed an e-mail, until somebody has signed in there.
    BINDING = "binding"
    # Confirms a school's additional address.
    EMAIL = "email"
    # Associates an account of the former system; sent to all addresses of its school.
    ASSOCIATION = "association"
    # As BINDING, for an account that is there already.
    ADOPTION = "adoption"
    # Lets whoever signs in with it take a coordinator's role.
    INVITATION = "invitation"
    # Known at once to the browser that accepted an invitation, until somebody has signed in there.
    JOINING = "joining"
    # Takes a role from a coordinator.
    REMOVAL = "removal"
    # Takes back a change that the school says was not its own.
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class AccountLink:
    """What stands behind a link in an e-mail. Nobody has the link itself but who got the message.

    ``holder`` is the code of the identity that has the ``role`` when the link is made, or empty.
    """

    purpose: LinkPurpose
    expires_at: datetime
    email: str
    locale: str
    policy: str = ""
    name: str = ""
    country: str = ""
    school_id: str = ""
    role: str = ""
    holder: str = ""
    company: bool = False


class Role(StrEnum):
    """The two who can coordinate a school; both may do the same."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class OldAccount:
    """What is left of an account of the former system until somebody associates it or the time to do so is over.

    ``password`` is a hash as ``functions.register.passwords`` writes it; empty where a link to the addresses of the
    school is the only way.
    """

    school_id: str
    password: str
    expires_at: datetime


def new_link() -> str:
    """Make the secret part of a link."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def new_school_id() -> str:
    """Make the id of a new school: sixty random bits, which a conditional write keeps apart."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))


def new_company_id() -> str:
    """Make the id of a new company; no exercise can belong to it, since it cannot be read off an exercise's id."""
    return f"{_COMPANY}{new_school_id()}"


def is_company(account_id: str) -> bool:
    """Tell a company's account from a school's."""
    return account_id.startswith(_COMPANY)


def imported_school_id(old_id: str) -> str:
    """Return the id of the school that had another one in the former system: the same for every import."""
    bits = int.from_bytes(sha256(f"imported {old_id}".encode()).digest())
    return "".join(_ID_ALPHABET[bits >> 5 * place & 31] for place in range(_ID_LENGTH))


def read_email(text: str, field: str = "email") -> str:
    """Return an address as it is stored and compared; raise Invalid for one that cannot get mail.

    Letters of all scripts are possible after the «@». Upper and lower case are not told apart: no school has two
    addresses that differ by that.
    """
    local_part, at, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode() if domain else ""
    except UnicodeError as error:
        raise Invalid.one(field, "no_email") from error
    email = f"{local_part}{at}{domain}".lower()
    fits = len(email) <= _LONGEST_EMAIL and len(local_part) <= _LONGEST_LOCAL_PART
    if not (fits and _LOCAL_PART.fullmatch(local_part) and _DOMAIN.fullmatch(domain.lower())):
        raise Invalid.one(field, "no_email" if email else "missing")
    return email


def read_name(text: str, field: str = "name") -> str:
    """Return a school's name in one line, without what cannot be seen; raise Invalid."""
    name = one_line(text)
    if not name:
        raise Invalid.one(field, "missing")
    if len(name) > LONGEST_NAME:
        raise Invalid.one(field, "too_long")
    return name


def with_profile(
    school: School,
    *,
    name: str,
    country: str,
    locale: str,
    kind: str,
    region: str,
    regions: Mapping[str, Container[str]],
    levels: Sequence[EducationLevel],
    address: str,
) -> School:
    """Return the school as it describes itself; raise Invalid, naming every field that does not fit.

    ``regions`` are those that a school can name, by country.
    """
    faults: list[FieldError] = []

    def read(check: Callable[[], str]) -> str:
        try:
            return check()
        except Invalid as error:
            faults.extend(error.errors)
            return ""

    cleaned = clean_text(address)
    if len(cleaned) > LONGEST_ADDRESS:
        faults.append(FieldError("address", "too_long"))
    if kind and kind not in set(SchoolKind):
        faults.append(FieldError("kind", "not_offered"))
    if region and region not in regions.get(country, ()):
        faults.append(FieldError("region", "not_offered"))
    described = replace(
        school,
        name=read(lambda: read_name(name)),
        country=read(lambda: read_country(country)),
        locale=locale,
        kind=kind,
        region=region,
        levels=tuple(level for level in EducationLevel if level in levels),
        address=cleaned,
    )
    if faults:
        raise Invalid(faults)
    return described


def with_email(school: School, email: str) -> School:
    """Return the school with an additional address instead of the one it had, if any."""
    return replace(school, emails=(school.emails[0], email) if email != school.emails[0] else school.emails)


def without_additional_email(school: School) -> School:
    """Return the school with its first address alone."""
    return replace(school, emails=school.emails[:1])


def read_country(text: str, field: str = "country") -> str:
    """Return the code of a country; raise Invalid."""
    if text not in COUNTRIES:
        raise Invalid.one(field, "missing" if not text else "not_offered")
    return text
