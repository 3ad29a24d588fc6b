"""Look for known vulnerabilities in what the lockfiles name, and list all components: python -m scripts.audit.

A service that does not answer is named, and never taken for one that found nothing: mirrors of registries answer «none»
or «unknown» to everything. Each is therefore asked first about a version that everybody knows to be vulnerable.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
CHECKS: Final = ROOT / ".venv-checks" / "bin"
ACCEPTED: Final = Path(__file__).parent / "accepted_vulnerabilities.toml"
COMPONENTS: Final = ROOT / "build" / "sbom"
# What ships lies in the layers; the project's lockfile has what makes, checks and runs it too.
LOCKFILES: Final = {
    "project": ROOT / "requirements.lock",
    "checks": ROOT / "requirements-checks.lock",
    **{f"layer-{path.parent.name}": path for path in sorted((ROOT / "layers").glob("*/requirements.lock"))},
}
KNOWN_IN_PYTHON: Final = "jinja2==2.4.1"
KNOWN_IN_NPM: Final = ("lodash", "4.17.0")
PATIENCE_S: Final = 15


class NoAnswerError(Exception):
    """The service could not be reached, or does not know what it should know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A known vulnerability of a package that is locked; ``ids`` are its names in several lists."""

    package: str
    version: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A vulnerability that does not touch us: why, and the last day on which that may be believed."""

    id: str
    package: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Source:
    """One of the two worlds that packages come from: what it finds, and what it has to find."""

    name: str
    find: Callable[[], Sequence[Finding]]
    find_known: Callable[[], Sequence[Finding]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit and list; return 1 when something was found, or (if that is asked for) when nobody answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--must-answer", action="store_true", help="fail when a service does not answer")
    must_answer = parser.parse_args(arguments).must_answer
    accepted = read_accepted(ACCEPTED)
    sources = (
        Source("Python", lambda: _ask_pip_audit(_locked_in_python()), lambda: _ask_pip_audit([KNOWN_IN_PYTHON])),
        Source("npm", lambda: _ask_npm(ROOT), _ask_npm_about_a_known_one),
    )
    kept = [audited(source, accepted, datetime.now(UTC).date(), must_answer=must_answer) for source in sources]
    write_components(COMPONENTS)
    return 0 if all(kept) else 1


def audited(source: Source, accepted: Iterable[Accepted], today: date, *, must_answer: bool = False) -> bool:
    """Say what was found, or that nobody answered; return whether that may pass."""
    try:
        if not source.find_known():
            raise NoAnswerError("it does not know a vulnerability that everybody knows")
        complaints = judged(source.find(), accepted, today)
    except NoAnswerError as silence:
        print(f"{source.name}: not audited: no answer ({silence})")
        return not must_answer
    for complaint in complaints:
        print(f"{source.name}: {complaint}")
    if not complaints:
        print(f"{source.name}: audited, nothing found that is not accepted")
    return not complaints


def judged(findings: Iterable[Finding], accepted: Iterable[Accepted], today: date) -> list[str]:
    """Return what has to be mended: what was found and is not accepted, or no longer."""
    complaints = []
    for finding in findings:
        fitting = [each for each in accepted if each.package == finding.package and each.id in finding.ids]
        what = f"{finding.package} {finding.version} has {' = '.join(finding.ids)}"
        if not fitting:
            complaints.append(what)
        elif (last := max(each.until for each in fitting)) < today:
            complaints.append(f"{what}, accepted until {last}")
    return complaints


def read_accepted(path: Path) -> list[Accepted]:
    """Read the list of what is accepted; raise TypeError when an entry lacks its reason or its last day."""
    return [Accepted(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", [])]


def write_components(folder: Path) -> None:
    """Write what each lockfile names as a list in CycloneDX's form."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lockfile in LOCKFILES.items():
        command = [
            str(CHECKS / "cyclonedx-py"),
            "requirements",
            "--output-reproducible",
            "--no-validate",
            str(lockfile),
        ]
        (folder / f"{name}.cdx.json").write_text(_run(command).stdout, encoding="utf-8")
    listed = _run(["npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]).stdout
    (folder / "npm.cdx.json").write_text(listed, encoding="utf-8")
    print(f"Components listed in {folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder}")


def _locked_in_python() -> list[str]:
    lines = "\n".join(path.read_text(encoding="utf-8") for path in LOCKFILES.values()).splitlines()
    return sorted({line.split()[0] for line in lines if "==" in line and not line.startswith((" ", "#"))})


def _ask_pip_audit(packages: Sequence[str]) -> list[Finding]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(packages))
        listed.flush()
        command = [str(CHECKS / "pip-audit"), "--format", "json", "--progress-spinner", "off", "--disable-pip"]
        command += ["--no-deps", "--timeout", str(PATIENCE_S), "--requirement", listed.name]
        return read_pip_audit(_run(command, check=False).stdout)


def read_pip_audit(text: str) -> list[Finding]:
    """Read pip-audit's answer; raise NoAnswerError when it looked up only a part."""
    entries = _json(text).get("dependencies")
    if entries is None:
        raise NoAnswerError("the service of PyPI cannot be reached")
    if skipped := [entry["name"] for entry in entries if "skip_reason" in entry]:
        raise NoAnswerError(f"the service of PyPI knows nothing of {len(skipped)} of {len(entries)} packages")
    return [
        Finding(entry["name"], entry["version"], (vulnerability["id"], *vulnerability["aliases"]))
        for entry in entries
        for vulnerability in entry["vulns"]
    ]


def _ask_npm_about_a_known_one() -> list[Finding]:
    name, version = KNOWN_IN_NPM
    locked = {"": {"dependencies": {name: version}}, f"node_modules/{name}": {"version": version}}
    with tempfile.TemporaryDirectory() as folder:
        for file, content in {
            "package.json": {"dependencies": {name: version}},
            "package-lock.json": {"lockfileVersion": 3, "requires": True, "packages": locked},
        }.items():
            (Path(folder) / file).write_text(json.dumps(content), encoding="utf-8")
        return _ask_npm(Path(folder))


def _ask_npm(folder: Path) -> list[Finding]:
    command = ["npm", "audit", "--json", "--package-lock-only", "--fetch-retries=0"]
    return read_npm_audit(_run([*command, f"--fetch-timeout={PATIENCE_S}000"], folder=folder, check=False).stdout)


def read_npm_audit(text: str) -> list[Finding]:
    """Read npm's answer; raise NoAnswerError when it says no more than that it could not ask."""
    answer = _json(text)
    if "auditReportVersion" not in answer:
        raise NoAnswerError(answer.get("message") or "npm's registry cannot be reached")
    return [
        # A text among the causes names another package of the list, which has a cause of its own.
        Finding(name, entry["range"], (str(cause["url"]).rpartition("/")[2],))
        for name, entry in answer["vulnerabilities"].items()
        for cause in entry["via"]
        if isinstance(cause, dict)
    ]


def _json(text: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(text)
    except ValueError:
        return {}
    return answer


def _run(command: Sequence[str], *, folder: Path = ROOT, check: bool = True) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, check=check, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())
