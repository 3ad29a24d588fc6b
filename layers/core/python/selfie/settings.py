"""The environment of a function, read and checked once.

Without pydantic, which respondents would wait for: it is a fifth of a cold start.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from selfie.domain.session import Calendar, Session

_FILE: Final = "file:"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every variable that any function reads; a function is given those it needs."""

    stage: str = "local"
    site_url: str = "http://localhost:8000"
    static_path: str = "/static"
    locales: tuple[str, ...] = ("en", "fr")
    calendar: tuple[Session, ...] = ()
    exercises_table: str = ""
    counters_table: str = ""
    keys_table: str = ""
    copies_key: str = ""
    reports_bucket: str = ""
    mail_sender: str = ""
    token_keys_secret: str = ""
    build_report_arn: str = ""
    badge_keys: tuple[str, ...] = ()
    operator: str = ""
    # Regions that schools can name, by country: code and name.
    regions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    research_bucket: str = ""
    research_seal_key: str = ""
    research_pseudonym_key: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_name: str = ""
    oidc_algorithm: str = "PS512"
    oidc_client_authentication: str = "client_secret_jwt"
    oidc_accepted_acr: tuple[str, ...] = ()
    oidc_mfa_by_provider: bool = False
    # The last day on which accounts of the former system can be associated; without one there are none.
    migration_last_day: date | None = None
    # Countries in whose schools a participation council has to agree before links go out.
    council_countries: tuple[str, ...] = ()

    @property
    def sessions(self) -> Calendar:
        """The calendar as the domain knows it; raises ValueError when sessions overlap."""
        return Calendar.of(self.calendar)


VARIABLES: Final = frozenset(field.name.upper() for field in fields(Settings))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _sessions(text: str) -> tuple[Session, ...]:
    return tuple(
        Session(
            first_day=date.fromisoformat(entry["first_day"]),
            last_day=date.fromisoformat(entry["last_day"]),
            school_year=int(entry["school_year"]),
            number=int(entry["number"]),
        )
        for entry in json.loads(text)
    )


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text]


# Everything else is text.
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "LOCALES": _words,
    "MIGRATION_LAST_DAY": date.fromisoformat,
    "BADGE_KEYS": _words,
    "COUNCIL_COUNTRIES": _words,
    "CALENDAR": _sessions,
    "REGIONS": json.loads,
    "OIDC_ACCEPTED_ACR": _words,
    "OIDC_MFA_BY_PROVIDER": _truth,
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read settings from variables named like the fields in capitals; raise ValueError naming one that is not right."""
    known = {}
    for name in VARIABLES:
        if text := environment.get(name):
            try:
                known[name.lower()] = _READERS.get(name, str)(text)
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{name} is not right") from error
    return Settings(**known)


@cache
def settings() -> Settings:
    """Return this process's settings."""
    return read_settings(os.environ)


def key_file(key: str) -> Path | None:
    """Return where a key lies on one machine, which names it ``file:…``; None for a key in KMS."""
    return Path(key.removeprefix(_FILE)) if key.startswith(_FILE) else None
