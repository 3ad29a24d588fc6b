"""Pages that functions write themselves: how their templates are filled, and the frame around them (``frame.html``)."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from selfie.i18n import language_name, text_direction, translator

SHARED: Final = Path(__file__).parent / "templates"


def render(folder: Path, template: str, locale: str, **values: Any) -> str:
    """Fill a template of a folder in a language."""
    translations = translator(locale)
    return (
        _environment(folder)
        .get_template(template)
        .render(
            gettext=translations.gettext,
            ngettext=translations.ngettext,
            locale=locale,
            direction=text_direction(locale),
            **values,
        )
    )


def languages(locales: Sequence[str]) -> list[tuple[str, str, str]]:
    """Say for each locale how its language calls itself and which way it is written: what the frame offers."""
    return [(tag, language_name(tag), text_direction(tag)) for tag in locales]


@cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([folder, SHARED]),
        # Texts come with each rendering, so one environment serves all locales and compiles each template once.
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    return environment
