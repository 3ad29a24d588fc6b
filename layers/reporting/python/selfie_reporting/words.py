"""Names of groups, levels and sessions, and what is said of participation, in a locale."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from selfie.domain.participation import ParticipationLevel
from selfie.domain.school import EducationLevel
from selfie.i18n import translator


@dataclass(frozen=True, slots=True)
class Words:
    """``units`` holds the names of groups, too: a group is a unit of its own name."""

    units: Mapping[str, str]
    levels: Mapping[EducationLevel, str]
    participation: Mapping[ParticipationLevel, str]
    cautions: Mapping[ParticipationLevel, str]
    of_former_system: str
    session_pattern: str

    def session(self, session_id: str) -> str:
        """Name a session by its id, as in «2026–2027, session 1»."""
        year, number = session_id.split("-")
        return self.session_pattern.format(first_year=year, second_year=int(year) + 1, number=number)


@cache
def words(locale: str) -> Words:
    """Return the words of a locale."""
    _ = translator(locale).gettext
    return Words(
        units={
            "school_leader": _("School leaders"),
            "teacher": _("Teachers"),
            "staff": _("School leaders and teachers together"),
            "student": _("Students"),
            "in_company_trainer": _("In-company trainers"),
        },
        levels={
            EducationLevel.PRIMARY: _("Primary"),
            EducationLevel.LOWER_SECONDARY: _("Lower secondary"),
            EducationLevel.UPPER_SECONDARY_GENERAL: _("Upper secondary, general"),
            EducationLevel.UPPER_SECONDARY_VOCATIONAL: _("Upper secondary, vocational"),
            EducationLevel.POST_SECONDARY: _("Post-secondary non-tertiary"),
        },
        participation={
            ParticipationLevel.NONE: _("No participation"),
            ParticipationLevel.INCOMPLETE: _("Incomplete participation"),
            ParticipationLevel.MEDIUM: _("Medium participation"),
            ParticipationLevel.HIGH: _("High participation"),
        },
        cautions={
            ParticipationLevel.INCOMPLETE: _(
                "These results are incomplete: at least one of the three groups did not take part. "
                "They cannot speak for the whole school."
            ),
            ParticipationLevel.MEDIUM: _(
                "Read these results with care: fewer people took part than recommended, "
                "so they may not speak for everybody at the school."
            ),
        },
        of_former_system=_(
            "These results come from the former system. Its statements were worded differently, so a difference from "
            "later results may come from the words."
        ),
        session_pattern=_("{first_year}–{second_year}, session {number}"),
    )
