"""The environment of a function, read and checked once."""

import os
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, Json, field_validator

from selfie.domain.session import Calendar, Session


class SessionEntry(BaseModel):
    """One session of the deployment's calendar."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid")

    school_year: int
    number: int
    first_day: date
    last_day: date


class Settings(BaseModel):
    """Every variable that any function reads; a function is given those it needs."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    stage: str = "local"
    site_url: str = "http://localhost:8000"
    static_path: str = "/static"
    locales: tuple[str, ...] = ("en", "fr")
    calendar: Json[tuple[SessionEntry, ...]] = Field(default=())
    exercises_table: str = ""
    counters_table: str = ""
    reports_bucket: str = ""
    mail_sender: str = ""
    token_keys_secret: str = ""
    build_report_arn: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_name: str = ""
    oidc_algorithm: str = "PS512"
    oidc_client_authentication: str = "client_secret_jwt"
    oidc_accepted_acr: tuple[str, ...] = ()
    oidc_mfa_by_provider: bool = False

    @field_validator("locales", "oidc_accepted_acr", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return tuple(value.split()) if isinstance(value, str) else value

    @property
    def sessions(self) -> Calendar:
        """The calendar as the domain knows it; raises ValueError when sessions overlap."""
        return Calendar.of(
            Session(entry.first_day, entry.last_day, entry.school_year, entry.number) for entry in self.calendar
        )


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read settings from variables named like the fields in capitals."""
    known = {name: environment[name.upper()] for name in Settings.model_fields if environment.get(name.upper())}
    return Settings.model_validate(known)


@cache
def settings() -> Settings:
    """Return this process's settings."""
    return read_settings(os.environ)
