"""Read the files of a version; each is read once, when it is first needed."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
AREA_CODES: Final = "ABCDEFGH"


@cache
def read(version: str, name: str) -> Any:
    """Return the content of one file of a version, as in ``read("v2026_1", "scales")``."""
    return json.loads((FOLDER / version / f"{name}.json").read_text(encoding="utf-8"))


@cache
def statements(version: str) -> dict[str, Any]:
    """Return all statements by code, in order."""
    return {entry["code"]: entry for area in AREA_CODES for entry in read(version, f"statements_{area}")}
