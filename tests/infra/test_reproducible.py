"""The same sources give the same packages: another folder, time, umask and other rights are no matter."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import packages

LONG_AGO = 1_000_000_000
# Runs in a process of its own, because a umask belongs to a process.
BUILD = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[1], 8))
from infra import packages
packages.ROOT = Path(sys.argv[2])
packages.bytecode_compiler = lambda: sys.argv[4] or None
out = Path(sys.argv[3])
for folder in ("survey", "report"):
    packages.compile_bytecode(packages.fill_function(folder, out / folder))
    packages.settle_rights(out / folder)
for layer in packages.LAYERS:
    target = packages.fill_layer(layer, out / layer)
    if layer == "reporting":
        packages.install_wheels(packages.ROOT / "layers" / layer / "requirements.lock", target)
    packages.compile_bytecode(target)
    packages.settle_rights(out / layer)
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the sources, older and readable by their owner alone, as after a clone with another umask."""
    copy = tmp_path_factory.mktemp("a clone with a longer name")
    for folder in ("functions", "layers"):
        shutil.copytree(packages.ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in copy.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (LONG_AGO, LONG_AGO))
    return copy


def _build(sources: Path, output: Path, *, umask: str) -> dict[str, tuple[int, bytes]]:
    command = [sys.executable, "-c", BUILD, umask, str(sources), str(output), sys.executable]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(packages.ROOT)})
    return {
        str(path.relative_to(output)): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for package in output.iterdir()
        for path in package.rglob("*")
    }


def test_the_same_sources_give_the_same_packages(elsewhere: Path, tmp_path: Path) -> None:
    here = _build(packages.ROOT, tmp_path / "here", umask="022")
    there = _build(elsewhere, tmp_path / "somewhere" / "else", umask="077")
    assert here.keys() == there.keys()
    assert [name for name, content in here.items() if there[name] != content] == []
    # Wheels are among them, and bytecode.
    assert any(name.startswith("reporting/python/fpdf/") for name in here)
    assert any(name.endswith(".pyc") for name in here)
    # Lambda is neither the owner nor of the owner's group.
    assert not [name for name, (mode, _) in there.items() if not mode & 0o004]


def test_the_same_sources_have_the_same_hash(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = list(_hashes())
    monkeypatch.setattr(packages, "ROOT", elsewhere)
    assert list(_hashes()) == here
    changed = elsewhere / "layers" / "core" / "python" / "selfie" / "settings.py"
    kept = changed.read_bytes()
    changed.write_bytes(kept + b"\n")
    try:
        differing = [name for (name, now), (_, then) in zip(_hashes(), here, strict=True) if now != then]
    finally:
        changed.write_bytes(kept)
    assert differing == ["core"]


def _hashes() -> Iterator[tuple[str, str]]:
    for folder in sorted(path.name for path in (packages.ROOT / "functions").iterdir() if path.is_dir()):
        yield folder, packages.function_hash(folder)
    for layer in packages.LAYERS:
        yield layer, packages.layer_hash(layer, wheels=True)
