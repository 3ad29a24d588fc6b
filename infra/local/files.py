"""Small JSON files that are whole even when we are killed while writing them."""

import json
import os
from pathlib import Path
from typing import Any


def write_json(file: Path, value: Any) -> None:
    """Replace a file in one step; nobody else on this machine may read it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    whole = file.with_suffix(".new")
    whole.touch(mode=0o600)
    whole.write_text(json.dumps(value, indent=2), encoding="utf-8")
    os.replace(whole, file)


def read_json(file: Path) -> Any:
    """Read a file; None when there is none."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
