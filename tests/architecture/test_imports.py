"""Who may know whom: reads the imports of every module and compares them with the rules of docs/architecture.md."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Where packages begin, and which of them are looked at.
SOURCES = {
    "layers/core/python": ("selfie",),
    "layers/reporting/python": ("selfie_reporting",),
    ".": ("functions", "web", "infra", "privacy"),
}
STANDARD = frozenset(sys.stdlib_module_names)


@dataclass(frozen=True)
class Rule:
    """Modules like ``who`` may import ``allowed`` and the standard library, but never ``never``.

    ``{own}`` stands for the folder of the function that the module is in, an empty name for everything.
    """

    who: str
    allowed: tuple[str, ...]
    never: tuple[str, ...] = ()


CORE = (
    "selfie.domain",
    "selfie.ports",
    "selfie.catalogue",
    "selfie.i18n",
    "selfie.letters",
    "selfie.pages",
    "selfie.notices",
    "selfie.tables",
)
# A use case is told the time and its settings.
SURROUNDINGS = ("os", "logging")

# The first that fits counts.
RULES = (
    Rule("selfie.domain*", ("selfie.domain",), SURROUNDINGS),
    Rule("selfie.ports", ("selfie.domain",), SURROUNDINGS),
    Rule("selfie.i18n", ("selfie.domain", "babel")),
    Rule("selfie.notices", ("selfie.domain", "selfie.i18n")),
    Rule("selfie.data_map_words", ("selfie.domain", "selfie.i18n")),
    Rule("selfie.tables", ()),
    Rule("selfie.letters", ("selfie.ports", "selfie.i18n", "jinja2")),
    Rule("selfie.pages", ("selfie.i18n", "jinja2")),
    Rule("selfie.catalogue.schema", ("selfie.domain", "selfie.catalogue", "pydantic")),
    Rule("selfie.catalogue*", ("selfie.domain", "selfie.catalogue", "selfie.i18n")),
    Rule("selfie.settings", ("selfie.domain",)),
    Rule("selfie.observability", ("aws_lambda_powertools",)),
    Rule(
        "selfie.http*",
        ("selfie.domain", "selfie.ports", "selfie.i18n", "selfie.http", "selfie.observability", "chalice", "pydantic"),
    ),
    Rule(
        "selfie.adapters*",
        (
            "selfie.domain",
            "selfie.ports",
            "selfie.adapters",
            "boto3",
            "botocore",
            "aws_lambda_powertools.utilities.parameters",
            "cryptography",
        ),
    ),
    Rule("selfie.wiring", ("selfie",)),
    Rule("selfie", ()),
    Rule("functions.register.puzzle", (*CORE, "altcha")),
    Rule("functions.register.passwords", ("selfie.domain", "bcrypt", "cryptography")),
    Rule("functions.badge.proofs", ("pyld",)),
    Rule("functions.research.files", ("selfie.domain", "{own}", "duckdb")),
    Rule("functions.*.schemas", ("selfie.domain", "selfie.http.requests", "pydantic")),
    Rule(
        "functions.*.service",
        (*CORE, "{own}", "selfie_reporting"),
        (*SURROUNDINGS, "{own}.app", "{own}.schemas", "{own}.wiring"),
    ),
    Rule(
        "functions.*.app",
        (*CORE, "selfie.http", "selfie.observability", "{own}", "chalice", "pydantic"),
        ("os",),
    ),
    # Parts of an app that would make it too long.
    *(
        Rule(part, (*CORE, "selfie.http", "{own}", "chalice"), ("os",))
        for part in ("functions.*.*_routes", "functions.register.access", "functions.register.cookies")
    ),
    Rule(
        "functions.*.wiring",
        ("selfie", "selfie_reporting", "{own}", "boto3", "botocore"),
        ("{own}.app", "{own}.schemas"),
    ),
    Rule(
        "functions.*",
        (*CORE, "{own}", "selfie_reporting", "jinja2", "jwt", "segno"),
        (*SURROUNDINGS, "{own}.app", "{own}.wiring"),
    ),
    Rule(
        "selfie_reporting*",
        (
            "selfie.domain",
            "selfie.catalogue",
            "selfie.i18n",
            "selfie.notices",
            "selfie.pages",
            "selfie.data_map_words",
            "selfie.tables",
            "selfie_reporting",
            "jinja2",
            "openpyxl",
            "fpdf",
            "uharfbuzz",
            "segno",
            "PIL",
            "fontTools",
        ),
    ),
    Rule("privacy*", ("privacy", "pydantic")),
    Rule(
        "web*",
        (
            "web",
            "privacy",
            "selfie.i18n",
            "selfie.notices",
            "selfie.data_map_words",
            "selfie.catalogue",
            "selfie.domain",
            "jinja2",
            "babel",
        ),
    ),
    # Never deployed, and so never known to what is.
    Rule("infra.local*", ("",)),
    Rule("infra*", ("",), ("infra.local", "tests")),
)


def modules() -> Iterator[tuple[str, Path]]:
    """Yield every module of the project with its dotted name."""
    for start, packages in SOURCES.items():
        for package in packages:
            for path in sorted((ROOT / start / package).rglob("*.py")):
                parts = path.relative_to(ROOT / start).with_suffix("").parts
                yield ".".join(part for part in parts if part != "__init__"), path


def imports(source: str) -> Iterator[str]:
    """Yield what a module imports anywhere in it, as in ``selfie.domain.exercise.Exercise``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole package"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def forbidden(module: str, source: str) -> list[str]:
    """Name the imports that break the rule for a module."""
    rule = next((rule for rule in RULES if fnmatchcase(module, rule.who)), None)
    assert rule is not None, f"no rule says what {module} may import"
    own = ".".join(module.split(".")[:2])

    def is_below(name: str, prefixes: tuple[str, ...]) -> bool:
        return any(not prefix or f"{name}.".startswith(f"{prefix.format(own=own)}.") for prefix in prefixes)

    return [
        name
        for name in imports(source)
        if is_below(name, rule.never) or not (is_below(name, rule.allowed) or name.split(".")[0] in STANDARD)
    ]


def clock_readings(source: str) -> list[str]:
    """Name the calls that ask the machine for the time."""
    calls = (ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [
        call for call in calls if re.fullmatch(r"(.*\.)?(date\.today|datetime\.(now|utcnow|today)|time\.time)", call)
    ]


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_module_knows_only_whom_it_may_know(module: str, path: Path) -> None:
    assert forbidden(module, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("selfie.domain.tally", "import boto3"),
        ("selfie.domain.tally", "import os"),
        ("selfie.domain.tally", "from selfie.ports import Clock"),
        ("selfie.domain.tally", "def later():\n    from pydantic import BaseModel"),
        ("selfie.adapters.keys", "from functions.survey import service"),
        ("selfie.adapters.keys", "from aws_lambda_powertools import Tracer"),
        ("selfie.http.problems", "from selfie.adapters import clock"),
        ("functions.survey.service", "from selfie.adapters import clock"),
        ("functions.survey.service", "import os.path"),
        ("functions.survey.service", "from functions.survey import wiring"),
        ("functions.survey.service", "from functions.exercise.service import SetUp"),
        ("functions.survey.app", "import selfie.adapters.keys"),
        ("functions.survey.app", "import boto3"),
        ("functions.survey.app", "from functions.report import service"),
        ("functions.survey.schemas", "import boto3"),
        ("functions.survey.pages", "from functions.survey import wiring"),
        ("functions.survey.wiring", "import infra.local"),
        ("selfie_reporting.charts", "import boto3"),
        ("web.build", "from selfie.settings import settings"),
        ("infra.stacks.api", "from infra.local import gateway"),
    ],
)
def test_a_broken_rule_is_found(module: str, source: str) -> None:
    assert len(forbidden(module, source)) == 1


def test_only_one_module_reads_a_clock() -> None:
    reading = {
        module
        for module, path in modules()
        if not module.startswith(("infra", "web")) and clock_readings(path.read_text(encoding="utf-8"))
    }
    assert reading == {"selfie.adapters.clock"}


@pytest.mark.parametrize("call", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()"])
def test_a_hidden_clock_is_found(call: str) -> None:
    assert len(clock_readings(f"at = {call}")) == 1


def test_every_package_is_looked_at() -> None:
    looked_at = {name.split(".")[0] for name, _ in modules()}
    assert looked_at == {"selfie", "selfie_reporting", "functions", "web", "infra", "privacy"}
