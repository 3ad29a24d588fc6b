"""Schools, education levels, respondent groups and questionnaire families."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class EducationLevel(StrEnum):
    """Exactly one per exercise (guide, «Select education level»); the order is from lowest to highest."""

    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY_GENERAL = "upper_secondary_general"
    UPPER_SECONDARY_VOCATIONAL = "upper_secondary_vocational"
    POST_SECONDARY = "post_secondary"


# Guide, «Select education level»: ISCED level and short name.
ISCED: Final = {
    EducationLevel.PRIMARY: 1,
    EducationLevel.LOWER_SECONDARY: 2,
    EducationLevel.UPPER_SECONDARY_GENERAL: 3,
    EducationLevel.UPPER_SECONDARY_VOCATIONAL: 3,
    EducationLevel.POST_SECONDARY: 4,
}
SHORT_NAMES: Final = {
    EducationLevel.PRIMARY: "PE",
    EducationLevel.LOWER_SECONDARY: "LSGE",
    EducationLevel.UPPER_SECONDARY_GENERAL: "USGE",
    EducationLevel.UPPER_SECONDARY_VOCATIONAL: "USVET",
    EducationLevel.POST_SECONDARY: "PSNTE",
}


class RespondentGroup(StrEnum):
    """Who answers; trainers only at the vocational level."""

    SCHOOL_LEADER = "school_leader"
    TEACHER = "teacher"
    STUDENT = "student"
    IN_COMPANY_TRAINER = "in_company_trainer"


SCHOOL_GROUPS: Final = (RespondentGroup.SCHOOL_LEADER, RespondentGroup.TEACHER, RespondentGroup.STUDENT)

# How many of a group can be named for one exercise: (fewest, most).
NUMBER_BOUNDS: Final = {
    RespondentGroup.SCHOOL_LEADER: (1, 200),
    RespondentGroup.TEACHER: (1, 2_000),
    RespondentGroup.STUDENT: (1, 20_000),
    RespondentGroup.IN_COMPANY_TRAINER: (0, 500),
}


def groups_of(level: EducationLevel) -> tuple[RespondentGroup, ...]:
    """Name the groups that an exercise of this level can address."""
    if level is EducationLevel.UPPER_SECONDARY_VOCATIONAL:
        return tuple(RespondentGroup)
    return SCHOOL_GROUPS


class Family(StrEnum):
    """Which wording of the questionnaire is used."""

    PRIMARY = "primary"
    GENERAL = "general"
    VOCATIONAL = "vocational"
    WBL = "wbl"


# Where a text is looked for when a family has none of its own.
FALLBACKS: Final = {
    Family.PRIMARY: (Family.PRIMARY, Family.GENERAL),
    Family.GENERAL: (Family.GENERAL,),
    Family.VOCATIONAL: (Family.VOCATIONAL, Family.GENERAL),
    Family.WBL: (Family.WBL, Family.VOCATIONAL, Family.GENERAL),
}


def family_of(level: EducationLevel, trainers: int) -> Family:
    """Choose the family: vocational exercises with trainers are work-based learning."""
    if level is EducationLevel.PRIMARY:
        return Family.PRIMARY
    if level is EducationLevel.UPPER_SECONDARY_VOCATIONAL:
        return Family.WBL if trainers > 0 else Family.VOCATIONAL
    return Family.GENERAL


class SchoolKind(StrEnum):
    """Who runs and pays for a school."""

    PUBLIC = "public"
    PRIVATE_FUNDED = "private_funded"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class School:
    """A school account; it belongs to the school, not to a person. ``emails`` has one or two addresses.

    ``policy`` is the version of the privacy notice that the school agreed to. ``version`` counts the changes. What a
    school need not tell is empty; ``region`` is a code of the deployment's list for its country. Until the end of
    ``blocked_until`` nobody can change who coordinates it or where its messages go; on ``remind_on`` it is asked to
    check its profile.
    """

    id: str
    name: str
    country: str
    locale: str
    emails: tuple[str, ...]
    policy: str = ""
    kind: str = ""
    levels: tuple[EducationLevel, ...] = ()
    address: str = ""
    region: str = ""
    version: int = 0
    blocked_until: date | None = None
    remind_on: date | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A person at an identity provider; never the e-mail address, which people change."""

    issuer: str
    subject: str
