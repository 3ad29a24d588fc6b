"""Write a school's data map, alone or with colleagues who come by a link, and print it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from selfie.domain import data_map as rules
from selfie.domain import deadlines
from selfie.domain.data_map import DataMap, Form, Rules, Tool
from selfie.domain.errors import ChangedMeanwhile, TooManyAttempts, TryAgain
from selfie.domain.versions import is_still
from selfie.i18n import first_offered
from selfie.notices import Notice
from selfie.ports import Attempts, Clock, DataMaps, Schools

if TYPE_CHECKING:
    from selfie_reporting.data_map_view import DataMapView, GapView, ToolsView

# Far above what a staff meeting writes; a link that got into wrong hands cannot keep the map busy.
MOST_CHANGES_A_DAY: Final = 500
# How many colleagues may list a tool in the same moment.
_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Download:
    """A file with the name it should be saved under."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ToolSaved:
    """A tool as it is stored now, with what is still open of it."""

    tool: dict[str, Any]
    gaps: Sequence["GapView"]


@dataclass(frozen=True, slots=True)
class Opened:
    """What somebody with a link sees."""

    school: str
    last_day: date
    view: "ToolsView"


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What a school does with its data map; ``new_secret`` makes what nobody guesses."""

    maps: DataMaps
    schools: Schools
    attempts: Attempts
    new_secret: Callable[[], str]
    locales: Sequence[str]
    clock: Clock

    def view(self, school_id: str, locale: str | None) -> "DataMapView":
        """Write the map with its words and with what is still open."""
        from selfie_reporting.data_map_view import data_map_view

        of, tools = self.maps.get(school_id), self.maps.tools(school_id)
        return data_map_view(of, tools, self._today(), self._locale(locale))

    def change_rules(self, school_id: str, version: int, sent: Rules) -> DataMap:
        """Put what was typed in the place of what is said of all tools; raise ChangedMeanwhile or Invalid."""
        before = self._at(school_id, version)
        return self.maps.change(before, rules.with_rules(before, sent, self._today()))

    def list_tool(self, school_id: str, sent: Tool, locale: str | None) -> ToolSaved:
        """Add a tool; raise Invalid or TooManyTools."""
        first_version = int(self.clock().timestamp())
        for _ in range(_TRIES):
            tool = rules.listed(sent, self.maps.tools(school_id), self._today(), first_version)
            try:
                self.maps.add_tool(school_id, tool)
            except ChangedMeanwhile:  # somebody else took the number
                continue
            return self._saved(tool, locale)
        raise TryAgain

    def change_tool(self, school_id: str, number: int, version: int, sent: Tool, locale: str | None) -> ToolSaved:
        """Put what was typed in the place of what a tool said; raise Unknown, ChangedMeanwhile or Invalid."""
        before = self.maps.tool(school_id, number)
        is_still(before, version)
        after = rules.with_changes(before, sent, self._today())
        return self._saved(self.maps.change_tool(school_id, before, after), locale)

    def remove_tool(self, school_id: str, number: int, version: int) -> None:
        """Delete a tool; raise Unknown or ChangedMeanwhile."""
        tool = self.maps.tool(school_id, number)
        is_still(tool, version)
        self.maps.remove_tool(school_id, tool)

    def invite(self, school_id: str, version: int, days: int) -> str:
        """Make a link for colleagues, in the place of an earlier one; return what only its holders know."""
        secret, school = self.new_secret(), self.schools.get(school_id).name
        before = self._at(school_id, version)
        self.maps.change(before, rules.inviting(before, secret, days, school, self._today()))
        return rules.token_of(school_id, secret)

    def take_back(self, school_id: str, version: int) -> DataMap:
        """Let the link lead nowhere from now on."""
        before = self._at(school_id, version)
        return self.maps.change(before, rules.without_invitation(before))

    def register(self, school_id: str, form: Form, locale: str | None) -> Download:
        """Make the register of processing."""
        from selfie_reporting.data_map_document import register_document
        from selfie_reporting.data_map_tables import register_csv, register_workbook

        of, tools, school = self.maps.get(school_id), self.maps.tools(school_id), self.schools.get(school_id).name
        chosen, today = self._locale(locale), self._today()
        match form:
            case Form.PDF:
                content = register_document(of, tools, school, today, chosen)
            case Form.EXCEL:
                content = register_workbook(of, tools, school, today, chosen)
            case Form.CSV:
                content = register_csv(of, tools, school, chosen)
        return Download(f"register-{today.isoformat()}-{chosen}.{form}", content)

    def notice(self, school_id: str, locale: str | None) -> Notice:
        """Write the notice to parents."""
        from selfie_reporting.data_map_notice import data_map_notice

        school = self.schools.get(school_id)
        of, tools = self.maps.get(school_id), self.maps.tools(school_id)
        return data_map_notice(of, tools, school.name, school.country, self._locale(locale))

    def notice_document(self, school_id: str, locale: str | None) -> Download:
        """Set the notice as a PDF."""
        from selfie_reporting.notice_document import notice_document

        chosen = self._locale(locale)
        content = notice_document(self.notice(school_id, chosen), self.schools.get(school_id).name, chosen)
        return Download(f"notice-to-parents-{chosen}.pdf", content)

    def open(self, token: str, locale: str | None) -> Opened:
        """Show the tools to somebody with a link; raise Unknown or InvitationOver when it leads nowhere."""
        from selfie_reporting.data_map_view import tools_view

        school_id, secret = rules.parse_token(token)
        of = self.maps.get(school_id)
        invitation = rules.invitation_of(of, secret, self._today())
        view = tools_view(of, self.maps.tools(school_id), self._today(), self._locale(locale))
        return Opened(invitation.school, invitation.last_day, view)

    def list_tool_by_link(self, token: str, sent: Tool, locale: str | None) -> ToolSaved:
        """Add a tool as somebody with a link; also raise TooManyAttempts."""
        return self.list_tool(self._admitted(token), sent, locale)

    def change_tool_by_link(self, token: str, number: int, version: int, sent: Tool, locale: str | None) -> ToolSaved:
        """Change a tool as somebody with a link; also raise TooManyAttempts."""
        return self.change_tool(self._admitted(token), number, version, sent, locale)

    def _admitted(self, token: str) -> str:
        """Return the school of a link with which something is to be changed, and count that."""
        school_id, secret = rules.parse_token(token)
        invitation = rules.invitation_of(self.maps.get(school_id), secret, self._today())
        # Only whoever has the link gets here, so that nobody else uses the day's changes up.
        name = sha256(f"map|{self._today()}|{invitation.secret_hash}".encode()).hexdigest()
        if not self.attempts.allow(name, MOST_CHANGES_A_DAY, self.clock() + timedelta(days=1)):
            raise TooManyAttempts
        return school_id

    def _saved(self, tool: Tool, locale: str | None) -> ToolSaved:
        from selfie_reporting.data_map_view import gaps_of_tool, tool_view

        chosen = self._locale(locale)
        return ToolSaved(tool_view(tool, self._today(), chosen), gaps_of_tool(tool, self._today(), chosen))

    def _at(self, school_id: str, version: int) -> DataMap:
        of = self.maps.get(school_id)
        is_still(of, version)
        return of

    def _today(self) -> date:
        return deadlines.day_of(self.clock())

    def _locale(self, wanted: str | None) -> str:
        return first_offered(self.locales, wanted)
