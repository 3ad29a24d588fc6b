"""Texts that people read: all of them translatable, all of them translated, numbers and days as people write them."""

import re
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message

from selfie.i18n import (
    NAMES,
    catalogue_folder,
    format_day,
    format_instant,
    format_number,
    format_period,
    language_name,
    locales,
    negotiate,
    text_direction,
    translator,
)
from web.build import build, messages_module, style_sheet
from web.messages import DOMAINS, compile_catalogues, read_catalogue, template_bytes


def strings(message: Message) -> list[str]:
    """Return all forms of a translation."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(text: str) -> set[str]:
    """Find what a text leaves open."""
    return set(re.findall(r"\{\w*\}|%\(\w+\)s", text))


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_template_holds_exactly_what_the_sources_say(domain: str) -> None:
    committed = (catalogue_folder() / f"{domain}.pot").read_bytes()
    assert committed == template_bytes(domain), "run `make messages`"


# What the register lacks is found where the register is held against what is stored: tests/e2e.
@pytest.mark.parametrize("domain", [domain for domain in DOMAINS if domain != "register"])
@pytest.mark.parametrize("locale", [locale for locale in locales() if locale != "en"])
def test_every_text_is_translated_and_keeps_its_placeholders(locale: str, domain: str) -> None:
    catalogue = read_catalogue(locale, domain)
    messages = [message for message in catalogue if message.id]
    assert {(m.context, m.id) for m in messages} == {(m.context, m.id) for m in DOMAINS[domain]() if m.id}
    for message in messages:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        assert not message.fuzzy, message.id
        for string in strings(message):
            assert string, message.id
            assert placeholders(string) <= placeholders("".join(ids)), message.id
        assert placeholders(strings(message)[-1]) == placeholders(ids[-1]), message.id


def test_a_compiled_catalogue_translates() -> None:
    compile_catalogues()
    assert translator("fr").gettext("Teachers") == read_catalogue("fr").get("Teachers").string
    assert translator("en").gettext("Teachers") == "Teachers"


@pytest.mark.parametrize(
    ("locale", "plural_forms"),
    [("fr", [0, 1, 2]), ("pl", [0, 1, 2, 5, 12, 22]), ("ar", [0, 1, 2, 3, 11, 100]), ("lv", [0, 1, 2, 10, 21])],
)
def test_scripts_choose_plurals_as_the_catalogue_does(locale: str, plural_forms: list[int], tmp_path: Path) -> None:
    catalogue = Catalog(locale=locale)
    forms = tuple(f"{{n}} form {place}" for place in range(catalogue.num_plurals))
    catalogue.add(("{n} day", "{n} days"), forms, locations=[("web/static/dates.js", 1)])
    module = tmp_path / "messages.mjs"
    module.write_bytes(messages_module(catalogue, locale, {"dates.js"}))
    program = (
        f"import {{messages, plural}} from {str(module)!r};"
        f"console.log({plural_forms}.map(n => messages['{{n}} day'][plural(n)]).join('|'))"
    )
    said = subprocess.run(
        ["node", "--input-type=module", "-e", program], capture_output=True, text=True, check=True
    ).stdout.strip()
    rule = __import__("gettext").c2py(catalogue.plural_expr)
    assert said == "|".join(forms[rule(n)] for n in plural_forms)


def test_a_plural_rule_that_is_more_than_arithmetic_is_refused() -> None:
    catalogue = Catalog(locale="fr")
    catalogue._plural_expr = "fetch('https://example.org')"
    with pytest.raises(ValueError, match="plural"):
        messages_module(catalogue, "fr", ())


def test_building_twice_gives_the_same_address_and_another_content_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(tmp_path / "site")
    assert build(tmp_path / "site") == first
    assert (tmp_path / "site" / first.removeprefix("/") / "base.css").is_file()
    changed = tmp_path / "static"
    changed.mkdir()
    (changed / "base.css").write_text("body { color: black; }")
    monkeypatch.setattr("web.build.STATIC", changed)
    assert build(tmp_path / "site") != first


def test_a_style_sheet_comes_whole_and_without_what_a_browser_does_not_need() -> None:
    files = {
        "base.css": b"/* Tokens\n   and parts. */\n@layer parts {\n  a:hover { color: red; }\n}\n",
        "survey.css": b'/* On top. */\n@import "base.css";\n.survey :is(.a, .b) > b {\n  margin: 0 1px;\n}\n',
    }
    sheet = "@layer parts{a:hover{color:red}}.survey :is(.a,.b) > b{margin:0 1px}"
    assert style_sheet("survey.css", files).decode().strip() == sheet


def test_days_and_numbers_are_written_as_each_language_does() -> None:
    day = date(2026, 11, 24)
    assert format_day(day, "en") == "24 November 2026"
    assert format_day(day, "fr") == "24 novembre 2026"
    assert format_period(date(2026, 11, 2), date(2026, 11, 20), "en") == "2–20 Nov 2026"
    assert format_number(Decimal("2.9"), "en", 1) == "2.9"
    assert format_number(Decimal("2.9"), "fr", 1) == "2,9"
    assert format_number(12345, "en") == "12,345"


def test_an_instant_is_written_in_brussels_time_summer_and_winter() -> None:
    assert format_instant(datetime(2026, 11, 24, 22, 59, tzinfo=UTC), "en") == "24 November 2026, 23:59"
    assert format_instant(datetime(2026, 6, 24, 21, 59, tzinfo=UTC), "fr") == "24 juin 2026, 23:59"


def test_languages_are_named_in_themselves() -> None:
    assert [language_name(locale) for locale in ("en", "fr", "ka", "ar")] == [
        "English",
        "Français",
        "ქართული",
        "العربية",
    ]
    assert (text_direction("fr"), text_direction("ar"), text_direction("sr-Latn")) == ("ltr", "rtl", "ltr")


@pytest.mark.parametrize("locale", [*NAMES, "fa", "ca"])
def test_names_and_directions_are_those_of_the_unicode_consortium(locale: str) -> None:
    known = Locale.parse(locale, sep="-")
    name = known.get_display_name() or ""
    assert language_name(locale) == name[0].title() + name[1:]
    assert text_direction(locale) == known.text_direction


def test_the_browsers_wishes_are_met_as_far_as_possible() -> None:
    offered = ("en", "fr", "sr-Latn")
    assert negotiate("fr-BE,fr;q=0.9,en;q=0.8", offered) == "fr"
    assert negotiate("de, en;q=0.2, fr;q=0.7", offered) == "fr"
    assert negotiate("sr-latn-RS, fr;q=0.1", offered) == "fr"
    assert negotiate("SR-LATN", offered) == "sr-Latn"
    assert negotiate("fr;q=0, *", offered) == "en"
    assert negotiate("fr;q=abc", offered) == "en"
    assert negotiate("", offered) == "en"


def test_locales_are_read_off_the_folder_with_the_source_first(tmp_path: Path) -> None:
    for name in ("ar", "en", "sr_Latn"):
        (tmp_path / name / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / name / "LC_MESSAGES/interface.po").touch()
    (tmp_path / "el" / "LC_MESSAGES").mkdir(parents=True)  # begun, but without words for the pages
    assert locales(tmp_path) == ("en", "ar", "sr-Latn")
