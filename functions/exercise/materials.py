"""What a coordinator prints, reads and hands out: lists of statements, sheets with a group's link, the live chart.

Documents and charts are imported where they are made: they need the reporting layer, which the set-up does not have.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.exercise.service import SetUp
from selfie.catalogue import Texts, texts, versions
from selfie.domain.errors import Invalid, Unknown
from selfie.domain.school import Family, RespondentGroup

if TYPE_CHECKING:
    from selfie_reporting.live_participation import LiveParticipation
    from selfie_reporting.statement_lists import StatementList

LISTS = ("statements", "suggestions")


@dataclass(frozen=True, slots=True)
class Materials:
    """Made anew every time; nothing of it is kept."""

    set_up: SetUp
    site_url: str

    def statement_list(self, name: str, family: str, version: str, locale: str | None) -> bytes:
        """Make a list as PDF; raise Unknown for one that does not exist, Invalid for a locale that is not offered."""
        from selfie_reporting import statement_lists

        return statement_lists.as_pdf(_listed(name, self._texts(family, version, locale)))

    def statement_workbook(self, name: str, family: str, version: str, locale: str | None) -> bytes:
        """Make a list as Excel workbook; raise as ``statement_list``."""
        from selfie_reporting import statement_lists

        return statement_lists.as_workbook(_listed(name, self._texts(family, version, locale)))

    def _texts(self, family: str, version: str, locale: str | None) -> Texts:
        if family not in set(Family) or version not in versions():
            raise Unknown
        return texts(version, Family(family), self._offered(locale))

    def code(self, exercise_id: str, group: RespondentGroup) -> str:
        """Draw a group's link as a QR code; raise Unknown where there is no link."""
        from selfie_reporting.link_sheet import code_svg

        return code_svg(self._address(exercise_id, group))

    def sheet(self, exercise_id: str, group: RespondentGroup, locale: str | None) -> bytes:
        """Make the sheet with a group's link as PDF; raise Unknown where there is no link."""
        from selfie_reporting.link_sheet import LinkSheet, link_sheet

        address = self._address(exercise_id, group)
        exercise = self.set_up.get(exercise_id)
        if exercise.first_day is None or exercise.last_day is None:
            raise Unknown
        school = self.set_up.schools.get(exercise.school_id).name
        days = exercise.first_day, exercise.last_day
        return link_sheet(LinkSheet(school, exercise.level, group, address, *days, self._offered(locale)))

    def _address(self, exercise_id: str, group: RespondentGroup) -> str:
        links = self.set_up.get(exercise_id).links or {}
        if group not in links:
            raise Unknown
        return f"{self.site_url}/s/{links[group]}"

    def chart(self, exercise_id: str, locale: str | None) -> str:
        """Draw how many took part so far; raise as ``SetUp.participation``."""
        from selfie_reporting.live_participation import live_svg

        return live_svg(self._live(exercise_id, locale))

    def chart_page(self, exercise_id: str, locale: str | None) -> bytes:
        """Put the same on a PDF page."""
        from selfie_reporting.live_participation import live_page

        return live_page(self._live(exercise_id, locale))

    def _live(self, exercise_id: str, locale: str | None) -> "LiveParticipation":
        from selfie_reporting.live_participation import LiveParticipation

        groups = self.set_up.participation(exercise_id)
        exercise = self.set_up.get(exercise_id)
        school = self.set_up.schools.get(exercise.school_id).name
        return LiveParticipation(school, exercise, groups, self.set_up.clock(), self._offered(locale))

    def _offered(self, locale: str | None) -> str:
        if locale is None or locale not in self.set_up.locales:
            raise Invalid.one("locale", "not_offered")
        return locale


def _listed(name: str, words: Texts) -> "StatementList":
    from selfie_reporting import statement_lists

    if name not in LISTS:
        raise Unknown
    return statement_lists.all_statements(words) if name == "statements" else statement_lists.suggestions(words)
