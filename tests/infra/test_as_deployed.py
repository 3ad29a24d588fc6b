"""Packages as they are deployed: every handler runs from them with nothing else installed, and what ships is for arm64.

A layer is filled twice: with wheels for this machine, to run it, and with those that Lambda gets, to look at.
"""

import ast
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.functions import FUNCTIONS, Function
from infra.local.dynamodb import Database
from infra.packages import LAYERS, ROOT, fill_function, fill_layer, install_wheels
from infra.parameters import Parameters
from infra.stacks.api import routes_of
from infra.stacks.function import calendar_json
from web.messages import compile_catalogues

STANDARD = frozenset(sys.stdlib_module_names)
LARGEST_LAYER_ZIPPED = 50 * 1024 * 1024  # what Lambda takes in one upload
LARGEST_UNPACKED = 250 * 1024 * 1024  # function and layers together
LARGEST_FUNCTION = 200 * 1024
AARCH64 = 183  # e_machine of ELF

Packages = dict[str, Path]

# Run without site-packages: what is imported comes from the packages or from Python itself.
CHILD = """
import importlib, json, os, sys
asked = json.loads(sys.stdin.read())
module, _, handler = asked["entry"].rpartition(".")
call = getattr(importlib.import_module(module), handler)
class Context:
    function_name = "tried"; memory_limit_in_mb = 1024; aws_request_id = "1"; invoked_function_arn = "arn:tried"
try:
    answer = call(asked["event"], Context())
    print(json.dumps({"status": answer.get("statusCode", 200), "error": ""}))
except Exception as error:
    print(json.dumps({"status": 500, "error": f"{type(error).__module__}.{type(error).__name__}"}))
"""


@pytest.fixture(scope="module")
def layers_here(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    return _layers(tmp_path_factory.mktemp("here"), for_lambda=False)


@pytest.fixture(scope="module")
def layers_shipped(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    return _layers(tmp_path_factory.mktemp("shipped"), for_lambda=True)


def _layers(folder: Path, *, for_lambda: bool) -> Packages:
    compile_catalogues()
    made = {}
    for layer in LAYERS:
        made[layer] = fill_layer(layer, folder / layer)
        install_wheels(ROOT / "layers" / layer / "requirements.lock", made[layer], for_lambda=for_lambda)
    return made


def _layers_of(function: Function, layers: Packages) -> list[Path]:
    return [path for name, path in layers.items() if name in function.layers]


def test_every_handler_runs_with_nothing_but_its_packages(
    layers_here: Packages, function: Function, tmp_path: Path, dynamodb: Database
) -> None:
    fill_function(function.folder, tmp_path / "task")
    attached = _layers_of(function, layers_here)
    asked = {"entry": function.entry, "event": _event(function)}
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, [tmp_path / "task", *attached])),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": dynamodb.endpoint,
        "EXERCISES_TABLE": dynamodb.exercises,
        "COUNTERS_TABLE": dynamodb.counters,
        "KEYS_TABLE": dynamodb.keys,
        "SITE_URL": "https://school.example",
        "LOCALES": "en fr",
        "CALENDAR": calendar_json(Parameters.of_stage("trial")),
        "POWERTOOLS_SERVICE_NAME": "tried",
        "POWERTOOLS_METRICS_NAMESPACE": "tried",
    }
    run = subprocess.run(
        [sys.executable, "-S", "-c", CHILD],
        input=json.dumps(asked),
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    answer = json.loads(run.stdout.splitlines()[-1])
    # A task refuses what does not exist with an error of ours; anything of Python's would be a fault of the package.
    assert answer["status"] < 500 or answer["error"].startswith(("selfie.domain.errors.", "pydantic_core.")), answer


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layers_own_code_finds_all_that_it_imports(layers_here: Packages, layer: str) -> None:
    _import_all(_imported(ROOT / "layers" / layer / "python"), [layers_here["core"], layers_here[layer]])


@pytest.mark.parametrize("folder", sorted({function.folder for function in FUNCTIONS}))
def test_a_functions_code_finds_all_that_it_imports(layers_here: Packages, folder: str, tmp_path: Path) -> None:
    fill_function(folder, tmp_path)
    layers = {layer for function in FUNCTIONS if function.folder == folder for layer in function.layers}
    _import_all(_imported(tmp_path), [tmp_path, *(layers_here[layer] for layer in layers)])


def test_what_ships_is_for_arm64_and_small_enough(layers_shipped: Packages, tmp_path: Path) -> None:
    unpacked = {}
    for layer, folder in layers_shipped.items():
        files = [path for path in folder.rglob("*") if path.is_file()]
        for library in (path for path in files if re.search(r"\.so(\.\d+)*$", path.name)):
            head = library.read_bytes()[:20]
            assert head[:4] == b"\x7fELF", library
            assert struct.unpack("<H", head[18:20])[0] == AARCH64, library
        unpacked[layer] = sum(path.stat().st_size for path in files)
        packed = shutil.make_archive(str(tmp_path / layer), "zip", folder.parent)
        assert Path(packed).stat().st_size < LARGEST_LAYER_ZIPPED, layer
    for function in FUNCTIONS:
        assert sum(unpacked[layer] for layer in function.layers) < LARGEST_UNPACKED, function.name


def test_what_ships_has_the_packages_that_were_tried_here(layers_here: Packages, layers_shipped: Packages) -> None:
    for layer in LAYERS:
        here, shipped = (
            {path.name for path in folders[layer].glob("*.dist-info")} for folders in (layers_here, layers_shipped)
        )
        assert here == shipped, layer


def test_functions_are_kilobytes(tmp_path: Path) -> None:
    for folder in {function.folder for function in FUNCTIONS}:
        fill_function(folder, tmp_path / folder)
        packed = shutil.make_archive(str(tmp_path / f"{folder}.zip"), "zip", tmp_path / folder)
        assert Path(packed).stat().st_size < LARGEST_FUNCTION, folder


def test_filling_a_layer_twice_gives_the_same_files(tmp_path: Path) -> None:
    once, twice = (fill_layer("core", tmp_path / name) for name in ("once", "twice"))
    assert _contents(once) == _contents(twice)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _imported(folder: Path) -> list[str]:
    """Name the modules that Python files import anywhere, lazily too, but for Python's own."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return sorted(name for name in found if name.partition(".")[0] not in STANDARD)


def _import_all(names: list[str], reachable: list[Path]) -> None:
    script = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, reachable))}
    command = [sys.executable, "-S", "-c", script, *names]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]


def _event(function: Function) -> dict[str, Any]:
    """Ask a route for what does not exist, or a task for an exercise that does not."""
    if not function.serves_http:
        return {"exercise": "a" * 12 + "-2026-1-primary", "locale": "en", "state": "ready", "execution": "tried-1"}
    method, path = next((route for route in routes_of(function) if route[0] == "GET"), next(routes_of(function)))
    parameters = dict.fromkeys(re.findall(r"{(\w+)}", path), "unknown")
    return {
        "path": path,
        "httpMethod": method,
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters,
        "stageVariables": None,
        "requestContext": {"resourcePath": path, "httpMethod": method},
        "body": "",
        "isBase64Encoded": False,
    }
