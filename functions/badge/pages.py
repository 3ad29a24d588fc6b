"""Write the public page of a badge, in the visitor's language."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from functions.badge.credential import Issuer
from functions.badge.service import ShownBadge
from selfie.i18n import format_day, format_period
from selfie.pages import languages, render
from selfie_reporting.words import words

TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    """All pages for visitors. ``static_path`` is where the style sheets are."""

    def __init__(self, static_path: str, locales: Sequence[str], site_url: str, issuer: Issuer) -> None:
        self._static_path, self._locales, self._site_url, self._issuer = static_path, locales, site_url, issuer

    def badge(self, locale: str, shown: ShownBadge) -> str:
        """Say what the badge says, who issued it, whether it is valid, and how to verify that."""
        badge = shown.issued.badge
        return self._render(
            "badge.html",
            locale,
            badge=badge,
            revoked=shown.revoked,
            address=self._issuer.badge_address(badge.id),
            path=f"/badges/{badge.id}",
            session=words(locale).session(badge.session_id),
            period=format_period(badge.first_day, badge.last_day, locale),
            issued=format_day(badge.issued_on, locale),
            status_list=self._issuer.status_address(badge.place[0]),
        )

    def unknown(self, locale: str) -> str:
        """Say that there is no such badge."""
        return self._render("unknown.html", locale)

    def failed(self, locale: str) -> str:
        """Say that something went wrong here."""
        return self._render("failed.html", locale)

    def _render(self, template: str, locale: str, **values: Any) -> str:
        return render(
            TEMPLATES,
            template,
            locale,
            languages=languages(self._locales),
            static=self._static_path,
            site_url=self._site_url,
            issuer=self._issuer.did,
            issuer_document=f"{self._issuer.folder}/did.json",
            **values,
        )
