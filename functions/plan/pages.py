"""Write what the school community sees of a plan as HTML in the reader's language: no script, no cookie."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from functions.plan.service import SharedPlan
from selfie.domain.errors import Unknown
from selfie.pages import languages, render
from selfie_reporting.plan_words import plan_words
from selfie_reporting.words import words

TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    """``static_path`` is where the style sheets are."""

    def __init__(self, static_path: str, locales: Sequence[str]) -> None:
        self._static_path, self._locales = static_path, locales

    def plan(self, shared: SharedPlan, locale: str) -> str:
        """Show a plan."""
        return self._render("plan.html", locale, plan=shared.view, school=shared.school)

    def refusal(self, code: str, locale: str) -> str:
        """Say that a link leads nowhere, or that something went wrong here."""
        return self._render("refusal.html", locale, is_unknown=code == Unknown.code)

    def _render(self, template: str, locale: str, **values: Any) -> str:
        return render(
            TEMPLATES,
            template,
            locale,
            languages=languages(self._locales),
            static=self._static_path,
            units=words(locale).units,
            when=plan_words(locale).when,
            **values,
        )
