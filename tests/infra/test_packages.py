"""What goes into the packages of functions and layers, and what stays out."""

import re
from pathlib import Path

import pytest

from infra.functions import FUNCTIONS, Function
from infra.packages import CHALICE_FILES, LAYERS, ROOT, keep_runtime_of_chalice, lockfile_text
from tests.infra.conftest import Cloud, Json


def _asset(cloud: Cloud, properties: Json) -> Path:
    key = (properties.get("Code") or properties["Content"])["S3Key"]
    return cloud.folder / "cdk.out" / f"asset.{key.removesuffix('.zip')}"


def test_a_functions_package_holds_its_own_folder_alone(cloud: Cloud, function: Function) -> None:
    _, properties = cloud.function(function)
    package = _asset(cloud, properties)
    assert [path.name for path in package.iterdir()] == ["functions"]
    assert [path.name for path in (package / "functions").iterdir()] == [function.folder]
    source = ROOT / "functions" / function.folder
    packaged = {path.relative_to(package / "functions" / function.folder) for path in package.rglob("*.*")}
    for path in source.rglob("*.*"):
        if "__pycache__" not in path.parts:
            assert path.relative_to(source) in packaged


def test_functions_of_different_folders_are_different_packages(cloud: Cloud) -> None:
    packages = {function.folder: _asset(cloud, cloud.function(function)[1]) for function in FUNCTIONS}
    assert len(set(packages.values())) == len(packages)


def test_layers_hold_our_code_and_translations_where_lambda_looks(cloud: Cloud) -> None:
    for stack in ("api", "workflows"):
        core = _asset(cloud, cloud.one(stack, "AWS::Lambda::LayerVersion", "CoreLayer")) / "python"
        assert (core / "selfie" / "settings.py").is_file()
        assert (core / "selfie" / "catalogue" / "v2026_1" / "areas.json").is_file()
        assert {path.name for path in (core / "locales").glob("*") if path.is_dir()} >= {"en", "fr"}
        assert list((core / "locales" / "fr" / "LC_MESSAGES").glob("*.mo"))
        reporting = cloud.one(stack, "AWS::Lambda::LayerVersion", "ReportingLayer")
        assert (_asset(cloud, reporting) / "python" / "selfie_reporting").is_dir()


def test_both_stacks_use_the_same_packages(cloud: Cloud) -> None:
    for name in ("CoreLayer", "ReportingLayer"):
        contents = [
            cloud.one(stack, "AWS::Lambda::LayerVersion", name)["Content"]["S3Key"] for stack in ("api", "workflows")
        ]
        assert contents[0] == contents[1]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layers_lockfile_is_the_part_of_the_projects_that_it_needs(layer: str) -> None:
    # Written by `python -m infra.packages`.
    assert (ROOT / "layers" / layer / "requirements.lock").read_text() == lockfile_text(layer)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_line_of_a_layers_lockfile_has_a_hash(layer: str) -> None:
    text = (ROOT / "layers" / layer / "requirements.lock").read_text()
    packages = re.findall(
        r"^([\w.-]+)(?:\[[\w,.-]+\])?==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, flags=re.MULTILINE
    )
    assert len(packages) == text.count("==")


def test_layers_carry_nothing_twice_and_no_tool_of_development() -> None:
    names = [
        re.findall(r"^([\w.-]+)[\[=]", (ROOT / "layers" / layer / "requirements.lock").read_text(), flags=re.MULTILINE)
        for layer in LAYERS
    ]
    both = [name for group in names for name in group]
    assert len(both) == len(set(both))
    assert not {"pip", "setuptools", "wheel", "moto", "pytest", "aws-xray-sdk"} & set(both)


def test_what_remains_of_chalice_is_what_its_apps_import(tmp_path: Path) -> None:
    for name in (*CHALICE_FILES, "cli.py", "py.typed"):
        (tmp_path / name).write_text("")
    (tmp_path / "deploy").mkdir()
    keep_runtime_of_chalice(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == CHALICE_FILES


def test_templates_hold_no_secret(cloud: Cloud) -> None:
    """A secret is made by AWS, or taken over from what AWS made; no template has one in it."""
    secrets = [
        resource["Properties"]
        for template in cloud.templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::SecretsManager::Secret"
    ]
    assert len(secrets) >= 2
    for properties in secrets:
        assert not isinstance(properties.get("SecretString"), str)
