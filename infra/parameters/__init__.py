"""Read what differs between stages: one TOML file each, values only, no secrets."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Self

from infra.identity_providers import COGNITO, PROFILES, Profile
from privacy.register import Operator
from selfie.domain.account import COUNTRIES

# Frankfurt, Ireland, Paris, Stockholm, Milan and Spain: London and Zurich are not in the Union.
REGIONS_OF_THE_UNION: Final = ("eu-central-1", "eu-west-1", "eu-west-3", "eu-north-1", "eu-south-1", "eu-south-2")

# What a stage may choose, in days. The longest is what privacy/register.toml promises; CloudWatch knows no others.
PERIODS: Final[Mapping[str, Sequence[int]]] = {
    "log_days": (1, 3, 5, 7, 14, 30),
    "backup_days": range(1, 36),
    "missed_night_days": range(1, 15),
}

# What marks a value of the delivered files: domains that nobody can own (RFC 2606), an account of AWS's own examples.
_EXAMPLES: Final = re.compile(r"\bexample\.|:111122223333:|Example (operator|Street)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The OpenID Connect provider that coordinators sign in with; its client secret is kept in Secrets Manager.

    For ``cognito`` the stage makes a user pool, whose pages live below ``domain_prefix``; for another one ``issuer``
    and ``client_id`` are as registered there. What is left out is as the profile of its kind says.
    """

    kind: str
    issuer: str = ""
    client_id: str = ""
    domain_prefix: str = ""
    algorithm: str = ""
    client_authentication: str = ""
    accepted_acr: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raise ValueError when something is missing for this kind of provider, or does not go with it."""
        if self.kind not in PROFILES:
            raise ValueError(f"identity_provider.kind is one of {', '.join(PROFILES)}")
        needed = {"domain_prefix"} if self.is_own_pool else {"issuer", "client_id"}
        given = {name for name in ("domain_prefix", "issuer", "client_id") if getattr(self, name)}
        if given != needed:
            raise ValueError(f"identity_provider of kind {self.kind} needs {' and '.join(sorted(needed))}")

    @property
    def is_own_pool(self) -> bool:
        """Tell whether the stage makes the provider itself."""
        return self.kind == COGNITO

    @property
    def profile(self) -> Profile:
        """Return what is agreed with the provider: that of its kind, but for what is given."""
        agreed = PROFILES[self.kind]
        return Profile(
            self.algorithm or agreed.algorithm,
            self.client_authentication or agreed.client_authentication,
            tuple(self.accepted_acr) or agreed.accepted_acr,
            # No stage can say so of a provider that it does not make itself.
            agreed.mfa_by_provider,
        )


@dataclass(frozen=True, slots=True)
class SessionDays:
    """One session of the calendar; both days belong to it."""

    school_year: int
    number: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which figures on an alarm rings; each has its page in docs/runbook. The others ring at the first."""

    # Of a hundred requests to the API in five minutes, how many end in an error of ours.
    error_percent: float
    # Failures of the questionnaire in five minutes.
    survey_failures: int
    # Requests that DynamoDB turns away in five minutes.
    tables_throttled: int
    # Parts of all e-mails that come back, and that are called unwanted.
    bounce_rate: float
    complaint_rate: float
    # Days that a certificate has left.
    certificate_days: int


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days the traces of running the service stay: at most as long as the register of stored data says.

    What schools and respondents entrust to the service stays as the privacy policy says, in every stage alike.
    """

    log_days: int
    backup_days: int
    missed_night_days: int

    def __post_init__(self) -> None:
        """Raise ValueError for a number of days that AWS does not know or that breaks the register's promise."""
        for name, choices in PERIODS.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"retention.{name} must be one of {', '.join(map(str, choices))}")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that a stage decides for itself."""

    stage: str
    region: str
    domain: str
    api_domain: str
    locales: list[str]
    mail_sender: str
    alarm_address: str
    monthly_budget: int
    security_contact: str
    badge_keys: list[str]
    identity_provider: IdentityProvider
    migration_last_day: date
    council_countries: list[str]
    calendar: list[SessionDays]
    # Regions that a school can name, by country: code and name.
    regions: dict[str, dict[str, str]]
    # Who organises self-reflection in a country («BE») or a region («BE/BE2») and may read its releases.
    organisers: list[str]
    thresholds: Thresholds
    retention: Retention
    # Who answers for the service, as its privacy policy and the record of processing say.
    operator: Operator
    # The table that a restore made beside the stage's own, if schools are to use that one (docs/runbook/restore.md).
    restored_exercises_table: str = ""
    # Certificates that are there already, the first in us-east-1; the stage makes those that are left out.
    certificate_arn: str = ""
    api_certificate_arn: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for a country that no school can be in, a region in no list, a stage outside the Union."""
        if self.region not in REGIONS_OF_THE_UNION:
            raise ValueError(f"region must be one of {', '.join(REGIONS_OF_THE_UNION)}: notices say so")
        if unknown := set(self.council_countries).difference(COUNTRIES):
            raise ValueError(f"council_countries has {', '.join(sorted(unknown))}, which no school can choose")
        if unknown := set(self.regions).difference(COUNTRIES):
            raise ValueError(f"regions has {', '.join(sorted(unknown))}, which no school can choose")
        for organiser in self.organisers:
            country, _, region = organiser.partition("/")
            if country not in COUNTRIES or (region and region not in self.regions.get(country, {})):
                raise ValueError(f"organisers has {organiser}, which is no country or none of its regions")

    def examples(self) -> Sequence[str]:
        """Name the values that are those of the delivered file, with which nothing can be deployed."""
        given = {
            "domain": self.domain,
            "certificate_arn": self.certificate_arn,
            "api_domain": self.api_domain,
            "api_certificate_arn": self.api_certificate_arn,
            "mail_sender": self.mail_sender,
            "alarm_address": self.alarm_address,
            "security_contact": self.security_contact,
            **{f"operator.{name}": value for name, value in self.operator.model_dump(exclude={"country"}).items()},
        }
        return [name for name, value in given.items() if _EXAMPLES.search(value)]

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
            operator=Operator(**values.pop("operator")),
            identity_provider=IdentityProvider(**values.pop("identity_provider")),
            thresholds=Thresholds(**values.pop("thresholds")),
            retention=Retention(**values.pop("retention")),
            calendar=[SessionDays(**session) for session in values.pop("calendar")],
            **values,
        )
