"""What action plans say in every form: names of states, aims and outcomes, and figures as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from selfie.domain.action_plan import ActivityStatus, Aim, Outcome
from selfie.i18n import format_day, format_number, format_period, translator


@dataclass(frozen=True, slots=True)
class PlanWords:
    """Names in one locale; the patterns hold a value or years."""

    locale: str
    statuses: Mapping[ActivityStatus, str]
    aims: Mapping[Aim, str]
    outcomes: Mapping[Outcome, str]
    percent_pattern: str
    year_pattern: str
    from_pattern: str
    by_pattern: str

    def value(self, value: Decimal | float, *, percent: bool) -> str:
        """Write a figure: whole percent, or a mean with one decimal."""
        number = Decimal(str(value))
        if percent:
            return self.percent_pattern.format(percent=format_number(number, self.locale))
        return format_number(number, self.locale, decimals=1)

    def target(self, aim: Aim, value: Decimal | float, *, percent: bool) -> str:
        """Write a target, as in «at least 80 %»."""
        return self.aims[aim].format(value=self.value(value, percent=percent))

    def year(self, school_year: int) -> str:
        """Name a school year, as in «2026–2027»."""
        return self.year_pattern.format(first_year=school_year, second_year=school_year + 1)

    def when(self, first_day: str | None, last_day: str | None) -> str:
        """Write the ISO days of an activity; one of them, or both, may be open."""
        first, last = (date.fromisoformat(day) if day else None for day in (first_day, last_day))
        if first and last:
            return format_day(first, self.locale) if first == last else format_period(first, last, self.locale)
        if first:
            return self.from_pattern.format(day=format_day(first, self.locale))
        return self.by_pattern.format(day=format_day(last, self.locale)) if last else ""


@cache
def plan_words(locale: str) -> PlanWords:
    """Return the words of a locale."""
    _ = translator(locale).gettext
    return PlanWords(
        locale,
        statuses={
            ActivityStatus.PLANNED: _("Planned"),
            ActivityStatus.UNDER_WAY: _("Under way"),
            ActivityStatus.DONE: _("Done"),
            ActivityStatus.DROPPED: _("Dropped"),
        },
        aims={Aim.AT_LEAST: _("at least {value}"), Aim.AT_MOST: _("at most {value}")},
        outcomes={
            Outcome.MET: _("Target met"),
            Outcome.CLOSER: _("Closer to the target"),
            Outcome.NOT_MET: _("Not met"),
            Outcome.NO_FIGURE: _("No figure"),
        },
        percent_pattern=_("{percent}%"),
        year_pattern=_("{first_year}–{second_year}"),
        from_pattern=_("from {day}"),
        by_pattern=_("by {day}"),
    )
