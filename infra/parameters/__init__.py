"""Read what differs between stages: one TOML file each, values only, no secrets."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The OpenID Connect provider that coordinators sign in with; its client secret is kept in Secrets Manager."""

    issuer: str
    client_id: str
    algorithm: str
    client_authentication: str
    accepted_acr: list[str]
    mfa_by_provider: bool


@dataclass(frozen=True, slots=True)
class SessionDays:
    """One session of the calendar; both days belong to it."""

    school_year: int
    number: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that a stage decides for itself."""

    stage: str
    region: str
    domain: str
    certificate_arn: str
    api_domain: str
    api_certificate_arn: str
    locales: list[str]
    mail_sender: str
    alarm_address: str
    security_contact: str
    identity_provider: IdentityProvider
    migration_last_day: date
    calendar: list[SessionDays]

    @property
    def site_url(self) -> str:
        """Return the address that people see."""
        return f"https://{self.domain}"

    @classmethod
    def of_stage(cls, stage: str) -> Self:
        """Read a stage's file; raise TypeError when a value is missing or unknown."""
        values = tomllib.loads((Path(__file__).parent / f"{stage}.toml").read_text(encoding="utf-8"))
        return cls(
            stage=stage,
            identity_provider=IdentityProvider(**values.pop("identity_provider")),
            calendar=[SessionDays(**session) for session in values.pop("calendar")],
            **values,
        )
