"""Build all that is served as files: pages, the description of the API, and whom to tell of a security hole."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from infra.openapi import description
from privacy.register import EXAMPLE, Operator
from web.build import build as build_pages

# RFC 9116 advises less than a year.
TOLD_FOR: Final = timedelta(days=360)


def build_site(folder: Path, *, site_url: str, security_contact: str, operator: Operator = EXAMPLE) -> str:
    """Write the site into a folder; return the path of its static files."""
    static_path = build_pages(folder, operator)
    (folder / "openapi.json").write_text(json.dumps(description(site_url)), encoding="utf-8")
    (folder / ".well-known").mkdir()
    (folder / ".well-known" / "security.txt").write_text(
        security_txt(site_url, security_contact, datetime.now(UTC)), encoding="utf-8"
    )
    return static_path


def security_txt(site_url: str, contact: str, now: datetime) -> str:
    """Say where to report a vulnerability (RFC 9116)."""
    # A whole month, so that deploying twice seldom writes another site.
    expires = (now + TOLD_FOR).strftime("%Y-%m-01T00:00:00Z")
    lines = {
        "Contact": f"mailto:{contact}",
        "Expires": expires,
        "Preferred-Languages": "en, fr",
        "Canonical": f"{site_url}/.well-known/security.txt",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())
