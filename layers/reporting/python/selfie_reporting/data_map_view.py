"""A school's data map with its words: what pages, register, notice and workbook are made from."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final, NamedTuple, TypedDict

from selfie.data_map_words import DataMapWords, data_map_words
from selfie.domain.data_map import (
    DataMap,
    Gap,
    Invitation,
    Kind,
    Prompt,
    Tool,
    gaps,
    open_prompts,
    rules_changed_on,
    tool_gaps,
)
from selfie.domain.informing import Approval
from selfie.i18n import format_day


class GapView(TypedDict):
    """Something to be done, and at which field; ``tool`` is 0 for what is said of all tools."""

    code: str
    field: str
    tool: int
    about: str
    text: str


class InvitationView(TypedDict):
    """The link for colleagues, without its secret."""

    last_day: str
    over: bool


class ChoiceView(TypedDict):
    """An entry of a list."""

    key: str
    name: str


class ToolsView(TypedDict):
    """What those who come by a link see: tools with all their fields, and what is open of them.

    A tool is as ``Tool`` has it, with ``kind_name`` and ``gaps``, how many.
    """

    tools: list[dict[str, Any]]
    kinds: list[ChoiceView]
    open_prompts: list[ChoiceView]
    gaps: list[GapView]


class DataMapView(ToolsView):
    """A whole map; ``rules`` is as ``Rules`` has it."""

    version: int
    absent_prompts: list[ChoiceView]
    rules: dict[str, Any]
    rules_changed_on: str | None
    invitation: InvitationView | None


class Line(NamedTuple):
    """One thing that is said of a tool."""

    field: str
    name: str
    said: str


def tools_view(of: DataMap, tools: Sequence[Tool], today: date, locale: str) -> ToolsView:
    """Write the tools of a map."""
    words = data_map_words(locale)
    return {
        "tools": [tool_view(tool, today, locale) for tool in tools],
        "kinds": [{"key": kind, "name": words.name(kind)} for kind in Kind],
        "open_prompts": _named(open_prompts(of, tools), words),
        "gaps": [gap for tool in tools for gap in gaps_of_tool(tool, today, locale)],
    }


def data_map_view(of: DataMap, tools: Sequence[Tool], today: date, locale: str) -> DataMapView:
    """Write a map as coordinators see it."""
    words = data_map_words(locale)
    changed = rules_changed_on(of, tools)
    return {
        **tools_view(of, tools, today, locale),
        "gaps": [_gap(gap, words) for gap in gaps(of, tools, today)],
        "version": of.version,
        "absent_prompts": _named(of.rules.absent, words),
        "rules": _plain(of.rules),
        "rules_changed_on": changed.isoformat() if changed else None,
        "invitation": _invitation(of.invitation, today),
    }


def tool_view(tool: Tool, today: date, locale: str) -> dict[str, Any]:
    """Write one tool with all its fields."""
    kind = data_map_words(locale).name(tool.kind)
    return {**_plain(tool), "kind_name": kind, "gaps": len(list(tool_gaps(tool, today)))}


def gaps_of_tool(tool: Tool, today: date, locale: str) -> list[GapView]:
    """Write what is open of one tool."""
    words = data_map_words(locale)
    return [_gap(Gap(code, at, tool.number), words) for code, at in tool_gaps(tool, today)]


# What a register says of a tool, in the order of Art. 30(1) GDPR; fields that say more of another one come with it.
TOLD: Final = (
    "kind",
    "provider",
    "purposes",
    "ground",
    "people",
    "data",
    "special",
    "special_ground",
    "sources",
    "seen_by",
    "passed_to",
    "code_names",
    "kept_from",
    "destroyed",
    "places",
    "transfer",
    "agreement",
    "agreement_from",
    "agreement_until",
    "breach_clause",
    "deletion_clause",
    "note",
)
_MORE: Final = {"data": "data_other", "purposes": "purpose_other"}


def told_of(tool: Tool, locale: str) -> Iterator[Line]:
    """Say all that is known of a tool, field by field; what is open is said in no words."""
    words = data_map_words(locale)
    for name in TOLD:
        value = getattr(tool, name)
        match value:
            case tuple():
                more = getattr(tool, _MORE[name]) if name in _MORE else ""
                said = words.listed([*words.names(value), *([more] if more else [])])
            case None:
                said = ""
            case date():
                said = format_day(value, locale)
            case _ if name == "kept_from":
                said = words.period(tool)
            case _:
                said = value if name in ("provider", "passed_to", "note") else words.name(value)
        yield Line(name, words.fields[name], said)


def _gap(gap: Gap, words: DataMapWords) -> GapView:
    return {"code": gap.code, "field": gap.field, "tool": gap.tool, "about": gap.about, "text": words.gap(gap)}


def _named(prompts: Sequence[Prompt], words: DataMapWords) -> list[ChoiceView]:
    return [{"key": prompt, "name": words.name(prompt)} for prompt in prompts]


def _invitation(invitation: Invitation | None, today: date) -> InvitationView | None:
    if invitation is None:
        return None
    return {"last_day": invitation.last_day.isoformat(), "over": invitation.last_day < today}


def _plain(value: Any) -> Any:
    """Return what JSON has."""
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def approved(approval: Approval, locale: str) -> str:
    """Say who agreed, when, and where that is written down, on a line each: they may be in several scripts."""
    return "\n".join((approval.body, format_day(approval.day, locale), approval.reference))
