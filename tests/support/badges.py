"""Badges of a sample school, and strangers who verify them."""

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

from PIL import Image

from functions.badge.credential import Issuer
from functions.badge.service import BadgeService
from infra.local.processes import find_program
from selfie.adapters.signing import FileSigner
from selfie.i18n import locales
from tests.support.memory import MemoryBadges
from tests.support.reports import SHOWN_AT, system

ROOT = Path(__file__).parents[2]
SITE = "https://selfie.example"
SVG, BADGE = "{http://www.w3.org/2000/svg}", "{https://purl.imsglobal.org/ob/v3p0}"


def key_file(folder: Path, *seeds: bytes) -> Path:
    """Write keys that are the same in every run."""
    file = folder / "keys.json"
    file.write_text(json.dumps([base64.b64encode(seed).decode() for seed in seeds or (b"badge" * 6 + b"ok",)]))
    return file


def issuing(folder: Path, site: str = SITE, **options: Any) -> SimpleNamespace:
    """Put a school with a closed exercise and the badges together, the day after."""
    it = system(**options)
    it.closing.close(it.exercise.id)
    it.clock.instant = SHOWN_AT
    it.badges = MemoryBadges()
    it.signer = FileSigner(key_file(folder))
    it.issuer = Issuer(site)
    it.service = BadgeService(
        it.exercises, it.published, it.schools, it.badges, it.signer, it.issuer, it.clock, locales()
    )
    return it


def verify(
    did: str,
    documents: Mapping[str, Any],
    credentials: Mapping[str, Any],
    tokens: Mapping[str, str],
) -> dict[str, Any]:
    """Let npm's verifiers look at credentials and tokens."""
    node = find_program("node")
    assert node
    given = {"did": did, "documents": documents, "credentials": credentials, "tokens": tokens}
    done = subprocess.run(
        [node, ROOT / "tests/support/verify_badges.mjs"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def credential_in_png(file: Path) -> str:
    """Read a credential out of a picture, by a library that knows nothing of badges."""
    with Image.open(file) as picture:
        picture.load()
        return str(picture.text["openbadgecredential"])


def credential_in_svg(drawn: str) -> str:
    """Read a credential out of a drawing."""
    root = ElementTree.fromstring(drawn)
    assert root.tag == f"{SVG}svg"
    (credential,) = root.iter(f"{BADGE}credential")
    return str(credential.text)
