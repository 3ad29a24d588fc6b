"""The words of the questionnaire for one family, in one locale.

Every text is looked up in the English files by family (with the family's fallbacks) and translated by gettext, domain
``questionnaire``, under a context that names where it stands: ``A1 teacher general help``. ``messages`` lists all of
them for extraction with the same contexts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from selfie.catalogue import source
from selfie.catalogue.structure import CURRENT
from selfie.domain.questionnaire import OwnStatement
from selfie.domain.school import FALLBACKS, Family, RespondentGroup
from selfie.i18n import translator


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the sentence that helps with it; ``help`` may be empty."""

    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a scale; ``detail`` may be empty."""

    code: str
    label: str
    detail: str = ""


class Texts:
    """All texts of one version, family and locale; child wordings where pupils of primary schools read them."""

    def __init__(self, version: str, family: Family, locale: str) -> None:
        self.version, self.family, self.locale = version, family, locale
        self._gettext = translator(locale, domain="questionnaire").pgettext

    def area_name(self, code: str) -> str:
        """Name one of the eight areas, as results and coordinators' pages do."""
        return self._say(f"area {code} name", self._area(code)["name"])

    def area_heading(self, code: str, group: RespondentGroup) -> Text:
        """Head the page of an area; the help is its opening sentence."""
        area = self._area(code)
        child = self._speaks_to_children(group)
        reader = "primary" if child else ("student" if group is RespondentGroup.STUDENT else "staff")
        name = self._say(f"area {code} child_name", area["child_name"]) if child else self.area_name(code)
        return Text(name, self._say(f"area {code} intro {reader}", area["intro"][reader]))

    def topic(self, code: str) -> str:
        """Say in a few words what a statement is about."""
        return self._say(f"{code} topic", source.statements(self.version)[code]["topic"])

    def statement(self, code: str, group: RespondentGroup) -> Text:
        """Return a statement of the catalogue in a group's words."""
        return self._by_family(f"{code} {group}", source.statements(self.version)[code]["texts"][group])

    def own_statement(self, statement: OwnStatement, group: RespondentGroup) -> Text:
        """Return a school's statement in a group's words; it is never translated."""
        own = statement.texts[group]
        return Text(own.text, own.help)

    def options(self, scale: str, group: RespondentGroup) -> tuple[Option, ...]:
        """Return the choices of a scale in order."""
        entry = _entry(self.version, "scales", scale)
        return tuple(self._option(f"scale {scale}", option, group) for option in entry["options"])

    def other_area_name(self, key: str) -> str:
        """Name one of the ten other areas."""
        return self._say(f"other {key} name", _entry(self.version, "other_areas", key)["name"])

    def other_area_question(self, key: str, group: RespondentGroup) -> Text:
        """Return what an other area asks a group."""
        question = _entry(self.version, "other_areas", key)["question"][group]
        return self._by_family(f"other {key} {group}", question)

    def other_area_item(self, key: str, code: str) -> str:
        """Name an item of an other area."""
        items = _entry(self.version, "other_areas", key)["items"]
        item = next(item for item in items if item["code"] == code)
        family = self._family_in(item["texts"])
        return self._say(f"other {key} item {code} {family}", item["texts"][family])

    def background(self, key: str) -> str:
        """Return a background question."""
        texts = _entry(self.version, "background", key)["text"]
        family = self._family_in(texts)
        return self._say(f"background {key} {family}", texts[family])

    def background_options(self, key: str, group: RespondentGroup) -> tuple[Option, ...]:
        """Return the bands of a background question."""
        options = _entry(self.version, "background", key)["options"]
        return tuple(self._option(f"background {key}", option, group) for option in options)

    def experience(self, key: str, group: RespondentGroup) -> Text:
        """Return one of the ratings at the end."""
        return self._by_family(f"experience {key} {group}", _entry(self.version, "experience", key)["texts"][group])

    def open_question(self, group: RespondentGroup) -> Text:
        """Return the open question; the help warns not to write names."""
        entry = _entry(self.version, "open_questions", "open")
        own, warning = entry["texts"][group], entry["warning"]
        asked, warned = self._family_in(own), "primary" if self._speaks_to_children(group) else "general"
        return Text(
            self._say(f"open {group} {asked}", own[asked]),
            self._say(f"open warning {warned}", warning[warned]),
        )

    def library(self) -> Sequence[tuple[str, str, Mapping[RespondentGroup, Text]]]:
        """Return the suggested own statements: key, topic and a text for each group that each addresses."""
        return [
            (
                entry["key"],
                self._say(f"library {entry['key']} topic", entry["topic"]),
                {
                    RespondentGroup(group): self._text(f"library {entry['key']} {group}", text)
                    for group, text in entry["texts"].items()
                },
            )
            for entry in source.read(self.version, "library")
        ]

    def _area(self, code: str) -> Any:
        return next(area for area in source.read(self.version, "areas") if area["code"] == code)

    def _say(self, context: str, text: str) -> str:
        # gettext answers an empty text with its own header.
        return self._gettext(context, text) if text else ""

    def _text(self, context: str, entry: Mapping[str, str]) -> Text:
        return Text(self._say(context, entry["text"]), self._say(f"{context} help", entry.get("help", "")))

    def _by_family(self, context: str, texts: Mapping[str, Mapping[str, str]]) -> Text:
        family = self._family_in(texts)
        return self._text(f"{context} {family}", texts[family])

    def _family_in(self, texts: Mapping[str, Any]) -> Family:
        return next(family for family in FALLBACKS[self.family] if family in texts)

    def _speaks_to_children(self, group: RespondentGroup) -> bool:
        return self.family is Family.PRIMARY and group is RespondentGroup.STUDENT

    def _option(self, context: str, option: Mapping[str, str], group: RespondentGroup) -> Option:
        code = option["code"]
        if "child_label" in option and self._speaks_to_children(group):
            return Option(code, self._say(f"{context} {code} child", option["child_label"]))
        detail = self._say(f"{context} {code} detail", option.get("detail", ""))
        return Option(code, self._say(f"{context} {code}", option["label"]), detail)


@cache
def texts(version: str = CURRENT, family: Family = Family.GENERAL, locale: str = "en") -> Texts:
    """Return the texts of a version, family and locale."""
    return Texts(version, family, locale)


@cache
def _entry(version: str, name: str, key: str) -> Any:
    return next(entry for entry in source.read(version, name) if entry["key"] == key)


def messages(version: str = CURRENT) -> Iterator[tuple[str, str]]:
    """List (context, English text) of everything that can be translated, in the order of the files."""
    for area in source.read(version, "areas"):
        yield f"area {area['code']} name", area["name"]
        yield f"area {area['code']} child_name", area["child_name"]
        for reader, text in area["intro"].items():
            yield f"area {area['code']} intro {reader}", text
    for code, entry in source.statements(version).items():
        yield f"{code} topic", entry["topic"]
        for group, families in entry["texts"].items():
            yield from _with_help(f"{code} {group}", families)
    for scale in source.read(version, "scales"):
        yield from _option_messages(f"scale {scale['key']}", scale["options"])
    yield from _other_area_messages(version)
    yield from _closing_messages(version)
    for entry in source.read(version, "library"):
        yield f"library {entry['key']} topic", entry["topic"]
        for group, text in entry["texts"].items():
            yield from _with_help(f"library {entry['key']}", {group: text})


def _other_area_messages(version: str) -> Iterator[tuple[str, str]]:
    for area in source.read(version, "other_areas"):
        yield f"other {area['key']} name", area["name"]
        for group, families in area["question"].items():
            yield from _with_help(f"other {area['key']} {group}", families)
        for item in area["items"]:
            for family, text in item["texts"].items():
                yield f"other {area['key']} item {item['code']} {family}", text


def _closing_messages(version: str) -> Iterator[tuple[str, str]]:
    for entry in source.read(version, "background"):
        for family, text in entry["text"].items():
            yield f"background {entry['key']} {family}", text
        yield from _option_messages(f"background {entry['key']}", entry["options"])
    for entry in source.read(version, "experience"):
        for group, families in entry["texts"].items():
            yield from _with_help(f"experience {entry['key']} {group}", families)
    for entry in source.read(version, "open_questions"):
        for group, families in entry["texts"].items():
            for family, text in families.items():
                yield f"open {group} {family}", text
        for family, text in entry["warning"].items():
            yield f"open warning {family}", text


def _with_help(context: str, texts: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for name, entry in texts.items():
        yield f"{context} {name}", entry["text"]
        if entry.get("help"):
            yield f"{context} {name} help", entry["help"]


def _option_messages(context: str, options: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for option in options:
        yield f"{context} {option['code']}", option["label"]
        if "detail" in option:
            yield f"{context} {option['code']} detail", option["detail"]
        if "child_label" in option:
            yield f"{context} {option['code']} child", option["child_label"]
