"""Package the code for Lambda: a zip per folder of ``functions/``, a layer per lockfile, all without Docker."""

import importlib.metadata
import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, FileSystem, IgnoreMode, ILocalBundling
from aws_cdk import aws_lambda as lambda_
from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parent.parent

RUNTIME: Final = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE: Final = lambda_.Architecture.ARM_64
PYTHON: Final = "3.13"

# Newest glibc first: Lambda's Amazon Linux 2023 has 2.34, and some wheels are only made for one of the two.
PLATFORMS: Final = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64")

# What a layer's own code imports; the lockfile beside it adds what these need in turn. boto3 is among them although
# Lambda brings one: that one is older than what the tests ran with, and changes without a deployment of ours.
LAYERS: Final = {
    "core": (
        "altcha",
        "aws-lambda-powertools",
        "babel",
        "bcrypt",
        "boto3",
        "chalice",
        "cryptography",
        "jinja2",
        "pydantic",
        "pyjwt[crypto]",
        "tzdata",
    ),
    "reporting": ("fonttools", "fpdf2", "openpyxl", "pillow", "segno", "uharfbuzz"),
    "badge": ("pyld",),
    "research": ("duckdb",),
}

# Chalice needs nothing but these two at run time; its command line drags in pip, setuptools and wheel.
CHALICE_FILES: Final = {"__init__.py", "app.py"}

IGNORED: Final = ("__pycache__", "*.pyc")

log = logging.getLogger(__name__)


def function_code(folder: str) -> lambda_.Code:
    """Package ``functions/<folder>`` alone, so that a change of one function deploys one function."""

    def build(output: Path) -> None:
        compile_bytecode(fill_function(folder, output))
        settle_rights(output)

    return lambda_.Code.from_asset(
        str(ROOT / "functions" / folder),
        asset_hash_type=AssetHashType.CUSTOM,
        asset_hash=function_hash(folder),
        bundling=_bundling(build),
    )


def function_hash(folder: str) -> str:
    """Name a package by what it is made of, wherever and whenever that lies."""
    # The name is part of the hash, because it is part of the package.
    return f"{folder}-{_fingerprint(ROOT / 'functions' / folder)}-{_compiled()}"


def layer_code(layer: str, *, wheels: bool) -> lambda_.Code:
    """Package a layer: own code, translations (core) and the locked wheels.

    Without ``wheels`` nothing is downloaded: such a layer serves to look at templates, never to deploy.
    """
    source = ROOT / "layers" / layer

    def build(output: Path) -> None:
        target = fill_layer(layer, output)
        if wheels:
            install_wheels(source / "requirements.lock", target)
        compile_bytecode(target)
        settle_rights(output)

    return lambda_.Code.from_asset(
        str(source),
        asset_hash_type=AssetHashType.CUSTOM,
        asset_hash=layer_hash(layer, wheels=wheels),
        bundling=_bundling(build),
    )


def layer_hash(layer: str, *, wheels: bool) -> str:
    """Name a layer by its own code, its lockfile and what wheels are taken for."""
    parts = [_fingerprint(ROOT / "layers" / layer), _compiled()]
    if layer == "core":
        parts.append(_fingerprint(ROOT / "layers" / "locales", "**/*.mo"))  # made from what is counted
    parts.append("-".join((PYTHON, *PLATFORMS)) if wheels else "own-code-only")
    return "-".join(parts)


def fill_function(folder: str, output: Path) -> Path:
    """Put a function's own code where Lambda looks for it; return the folder of the code."""
    target = output / "functions" / folder
    shutil.copytree(ROOT / "functions" / folder, target, ignore=shutil.ignore_patterns(*IGNORED))
    return target


def fill_layer(layer: str, output: Path) -> Path:
    """Put a layer's own code and its translations where Lambda looks for them; return the folder of the code."""
    source, locales, target = ROOT / "layers" / layer / "python", ROOT / "layers" / "locales", output / "python"
    target.mkdir(parents=True)
    if source.is_dir():  # the layers badge and research hold wheels alone
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*IGNORED), dirs_exist_ok=True)
    if layer == "core":
        shutil.copytree(locales, target / "locales", ignore=shutil.ignore_patterns("*.pot", "*.po", "register.mo"))
    return target


def _fingerprint(folder: Path, *made: str) -> str:
    return FileSystem.fingerprint(str(folder), exclude=["**/__pycache__", *made], ignore_mode=IgnoreMode.GLOB)


def _compiled() -> str:
    return "bytecode" if bytecode_compiler() else "source"


def install_wheels(lockfile: Path, target: Path, *, for_lambda: bool = True) -> None:
    """Install exactly what a lockfile names, for Lambda's Python and processor, next to our own code.

    Not ``for_lambda``, it is what this machine runs, so that packages can be tried out here.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--target", str(target), "--upgrade", "--requirement", str(lockfile)]
    # The lockfile is complete; resolving again would ask for what Chalice's command line needs.
    command += ["--require-hashes", "--no-deps", "--only-binary=:all:"]
    if for_lambda:
        command += ["--implementation", "cp", "--python-version", PYTHON]
        for platform in PLATFORMS:
            command += ["--platform", platform]
    subprocess.run(command, check=True)  # noqa: S603 - nothing in it comes from outside
    shutil.rmtree(target / "bin", ignore_errors=True)
    for record in target.glob("*.dist-info/RECORD"):
        # Nor what is written down of it: its hash depends on where this machine keeps its Python.
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        record.write_text("".join(line for line in lines if not line.startswith("../../bin/")), encoding="utf-8")
    if (target / "chalice").is_dir():
        keep_runtime_of_chalice(target / "chalice")


def keep_runtime_of_chalice(package: Path) -> None:
    """Delete all of Chalice's package but what its apps import."""
    for entry in package.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name not in CHALICE_FILES:
            entry.unlink()


def settle_rights(folder: Path) -> None:
    """Let everybody read what is packaged, whatever this machine's umask: the zip holds these rights."""
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


@cache
def bytecode_compiler() -> str | None:
    """Find a Python of Lambda's minor version, whose bytecode is the only one of use there."""
    python = shutil.which(f"python{PYTHON}")
    # A name on the path may also be a stand-in for a version that is not installed, and fail.
    if python and subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0:  # noqa: S603
        return python
    log.warning("There is no python%s here, so no bytecode is packaged: cold starts will be slower.", PYTHON)
    return None


def compile_bytecode(folder: Path) -> None:
    """Compile what Lambda cannot: there a cold start takes 0.4 s with bytecode and 1 s without.

    Hash-based and unchecked, so that the same source gives the same bytes.
    """
    if python := bytecode_compiler():
        command = [python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
        subprocess.run([*command, "-s", str(folder), str(folder)], check=True)  # noqa: S603


def _bundling(build: Callable[[Path], None]) -> BundlingOptions:
    # CDK wants an image even where local bundling always succeeds.
    return BundlingOptions(image=DockerImage.from_registry("never-used"), local=_LocalBundling(build))


@jsii.implements(ILocalBundling)
class _LocalBundling:
    """Run a build function where CDK would start Docker."""

    def __init__(self, build: Callable[[Path], None]) -> None:
        self._build = build

    def try_bundle(self, output_dir: str, *_options: object, **_named_options: object) -> bool:
        """Fill the asset's folder."""
        self._build(Path(output_dir))
        return True


def lockfile_text(layer: str) -> str:
    """Return the part of the project's ``requirements.lock`` that a layer needs, with the same versions and hashes."""
    locked = _locked(ROOT / "requirements.lock")
    wanted = _closure(LAYERS[layer])
    if layer != "core":
        wanted -= _closure(LAYERS["core"])
    head = f"# What the layer {layer} needs of ../../requirements.lock; written by: python -m infra.packages\n"
    return head + "".join(locked[name] for name in sorted(wanted))


def _locked(lockfile: Path) -> dict[str, str]:
    blocks = re.findall(
        r"^[\w.-]+(?:\[[\w,.-]+\])?==[^\n]*\n(?:    --hash[^\n]*\n)*", lockfile.read_text(), flags=re.MULTILINE
    )
    return {re.split(r"[\[=]", block, maxsplit=1)[0]: block for block in blocks}


def _closure(roots: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    waiting = [Requirement(root) for root in roots]
    while waiting:
        requirement = waiting.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in found:
            continue
        found.add(name)
        if name != "chalice":  # see CHALICE_FILES
            waiting += _needed_by(requirement)
    return found


def _needed_by(requirement: Requirement) -> Iterator[Requirement]:
    # Markers are read as on Lambda, not as on the machine that writes the lockfile.
    lambda_environment = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "aarch64",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{PYTHON}.0",
        "python_version": PYTHON,
        "sys_platform": "linux",
    }
    for line in importlib.metadata.requires(requirement.name) or ():
        needed = Requirement(line)
        for extra in ("", *requirement.extras):
            if needed.marker is None or needed.marker.evaluate({**lambda_environment, "extra": extra}):
                yield needed
                break


def write_lockfiles() -> None:
    """Write every layer's lockfile."""
    for layer in LAYERS:
        (ROOT / "layers" / layer / "requirements.lock").write_text(lockfile_text(layer))


if __name__ == "__main__":
    write_lockfiles()
