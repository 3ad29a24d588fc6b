"""Locales: translated texts by gettext, and days, numbers and names as each language writes them.

Locales are BCP 47 tags (``sr-Latn``) everywhere except in the names of catalogue folders (``sr_Latn``). Babel is
imported where it is used: it costs a function more than everything else here together.
"""

import gettext
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from selfie.domain.deadlines import BRUSSELS

if TYPE_CHECKING:
    from babel import Locale

SOURCE_LOCALE: Final = "en"
# A European tool writes days before months.
_FORMATTING: Final = {"en": "en-GB"}
# What Babel says too, but it reads a file of each language for it, and every page offers them all.
NAMES: Final = {
    "ar": "العربية",
    "bg": "Български",
    "bs": "Bosanski",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "fi": "Suomi",
    "fr": "Français",
    "ga": "Gaeilge",
    "he": "עברית",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "is": "Íslenska",
    "it": "Italiano",
    "ka": "ქართული",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "mk": "Македонски",
    "mt": "Malti",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sq": "Shqip",
    "sr-Cyrl": "Српски (ћирилица)",
    "sr-Latn": "Srpski (latinica)",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
}
WRITTEN_FROM_THE_RIGHT: Final = frozenset({"ar", "he"})
# The folder stands beside the packages in the deployed layer and beside the layers in the sources.
_BESIDE_PACKAGES: Final = Path(__file__).parents[1] / "locales"
_BESIDE_LAYERS: Final = Path(__file__).parents[3] / "locales"


def catalogue_folder() -> Path:
    """Find the folder that holds ``<locale>/LC_MESSAGES``."""
    return _BESIDE_PACKAGES if _BESIDE_PACKAGES.is_dir() else _BESIDE_LAYERS


def locales(folder: Path | None = None) -> tuple[str, ...]:
    """List the locales in which the pages are translated, the source first."""
    found = {_tag(entry.parts[-3]) for entry in (folder or catalogue_folder()).glob("*/LC_MESSAGES/interface.[mp]o")}
    return (SOURCE_LOCALE, *sorted(found - {SOURCE_LOCALE}))


@cache
def translator(locale: str, domain: str = "interface", folder: Path | None = None) -> gettext.NullTranslations:
    """Return the translations of a domain; what a catalogue lacks is read in English.

    Compiled catalogues are made by ``python -m web.messages compile``.
    """
    place = folder or catalogue_folder()
    return gettext.translation(domain, place, [locale.replace("-", "_")], fallback=True)


def format_day(day: date, locale: str) -> str:
    """Write a day in full, as in «24 November 2026»."""
    from babel.dates import format_date  # noqa: PLC0415

    return format_date(day, "long", locale=_babel(locale))


def format_period(first_day: date, last_day: date, locale: str) -> str:
    """Write two days as a stretch, as in «2–20 Nov 2026»."""
    from babel.dates import format_interval  # noqa: PLC0415

    return format_interval(first_day, last_day, "yMMMMd", locale=_babel(locale))


def format_instant(instant: datetime, locale: str) -> str:
    """Write an aware instant as day and minute in Brussels."""
    from babel.dates import format_time, get_datetime_format  # noqa: PLC0415

    local = instant.astimezone(BRUSSELS)
    pattern = str(get_datetime_format("long", locale=_babel(locale))).replace("'", "")
    time = format_time(local.time(), "short", locale=_babel(locale))
    return pattern.replace("{0}", time).replace("{1}", format_day(local.date(), locale))


def format_number(value: Decimal | int, locale: str, decimals: int = 0) -> str:
    """Write a number with exactly so many decimals."""
    from babel.numbers import format_decimal  # noqa: PLC0415

    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale=_babel(locale))


def text_direction(locale: str) -> str:
    """Return ``ltr`` or ``rtl``."""
    if locale in NAMES:
        return "rtl" if locale in WRITTEN_FROM_THE_RIGHT else "ltr"
    return str(_babel(locale).text_direction)


def language_name(locale: str) -> str:
    """Name a language in itself."""
    if locale in NAMES:
        return NAMES[locale]
    from babel import Locale  # noqa: PLC0415

    name = Locale.parse(locale, sep="-").get_display_name() or locale
    # Title case, not upper case: Georgian has capitals that are not used so.
    return name[0].title() + name[1:]


def formatting_locale(locale: str) -> str:
    """Return the locale whose days and numbers are used; browsers are told the same one."""
    return _FORMATTING.get(locale, locale)


def first_offered(offered: Sequence[str], *wishes: str | None) -> str:
    """Return the first wish that is offered, else the first locale that is."""
    return next((wish for wish in wishes if wish and wish in offered), offered[0])


def negotiate(accept_language: str, offered: Sequence[str]) -> str:
    """Choose the offered locale that an ``Accept-Language`` header likes best; the first one where none fits."""
    by_tag = {locale.lower(): locale for locale in offered}
    for wanted in _preferred(accept_language):
        for tag in (wanted, wanted.split("-")[0]):
            if tag in by_tag:
                return by_tag[tag]
    return offered[0]


def _preferred(accept_language: str) -> Iterator[str]:
    weighted = []
    for entry in accept_language.lower().split(","):
        tag, _, parameter = entry.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighted.append((weight, tag.strip()))
    return (tag for _, tag in sorted(weighted, key=lambda pair: -pair[0]))


def _tag(folder_name: str) -> str:
    return folder_name.replace("_", "-")


@cache
def _babel(locale: str) -> "Locale":
    from babel import Locale  # noqa: PLC0415

    return Locale.parse(formatting_locale(locale), sep="-")
