"""Every function of the list is deployed with its handler, its routes and the environment that it reads."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from infra.functions import FUNCTIONS, Function
from infra.packages import ROOT
from infra.stacks.api import routes_of
from selfie.settings import VARIABLES
from tests.infra.conftest import Cloud

# What Powertools reads by itself.
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}

HTTP = [function for function in FUNCTIONS if function.serves_http]


def test_every_function_is_deployed_as_the_list_says(cloud: Cloud, function: Function) -> None:
    _, properties = cloud.function(function)
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == ["arm64"]
    assert properties["MemorySize"] == function.memory_mb
    assert properties["Timeout"] == function.timeout_s
    layers = " ".join(layer["Ref"] for layer in properties["Layers"])
    assert "CoreLayer" in layers
    assert ("ReportingLayer" in layers) == function.reporting
    assert ("BadgeLayer" in layers) == function.badge
    assert ("ResearchLayer" in layers) == function.research


def test_no_function_is_deployed_that_is_not_in_the_list(cloud: Cloud) -> None:
    handlers = {
        resource["Properties"]["Handler"]
        for stack in ("api", "workflows")
        for resource in cloud.resources(stack, "AWS::Lambda::Function").values()
    }
    assert handlers == {function.entry for function in FUNCTIONS}


def test_routes_of_the_api_are_those_of_the_chalice_apps(cloud: Cloud) -> None:
    integrations = cloud.resources("api", "AWS::ApiGatewayV2::Integration")
    deployed = set()
    for route in cloud.resources("api", "AWS::ApiGatewayV2::Route").values():
        target = cloud.name("api", route["Properties"]["Target"]).removeprefix("integrations/")
        handler = cloud.name("api", integrations[target]["Properties"]["IntegrationUri"])
        deployed.add((handler, route["Properties"]["RouteKey"]))
    declared = set()
    for function in HTTP:
        handler = next(
            key
            for key, made in cloud.resources("api", "AWS::Lambda::Function").items()
            if made["Properties"]["Handler"] == function.entry
        )
        if function.name == "survey":
            (handler,) = cloud.resources("api", "AWS::Lambda::Alias")
        declared |= {(handler, f"{method} {path}") for method, path in routes_of(function)}
    assert deployed == declared
    assert len({function_handler for function_handler, _ in declared}) == len(HTTP)


def test_events_have_the_format_that_chalice_reads(cloud: Cloud) -> None:
    integrations = cloud.resources("api", "AWS::ApiGatewayV2::Integration").values()
    assert {integration["Properties"]["PayloadFormatVersion"] for integration in integrations} == {"1.0"}


def test_other_sites_may_not_call_the_api(cloud: Cloud) -> None:
    assert "CorsConfiguration" not in cloud.one("api", "AWS::ApiGatewayV2::Api")


def test_a_function_gets_only_variables_that_somebody_reads(cloud: Cloud, function: Function) -> None:
    _, properties = cloud.function(function)
    given = set(properties["Environment"]["Variables"]) - POWERTOOLS
    assert given <= VARIABLES


def test_a_function_gets_every_setting_that_its_modules_read(cloud: Cloud, function: Function) -> None:
    _, properties = cloud.function(function)
    missing = _settings_read_in(ROOT / "functions" / function.folder) - set(properties["Environment"]["Variables"])
    if function.name != "report":
        missing -= {"BUILD_REPORT_ARN"}  # tasks are run by state machines and start none, nor do certificates
    assert not missing


@pytest.mark.parametrize("stage", sorted(path.stem for path in (ROOT / "infra" / "parameters").glob("*.toml")))
def test_the_parameters_of_every_stage_make_settings_that_functions_accept(stage: str) -> None:
    from infra.parameters import Parameters
    from infra.stacks.function import calendar_json
    from selfie.settings import read_settings

    parameters = Parameters.of_stage(stage)
    settings = read_settings({"CALENDAR": calendar_json(parameters), "LOCALES": " ".join(parameters.locales)})
    with pytest.raises(ValueError, match="council_countries has XX"):
        replace(parameters, council_countries=["NL", "XX"])
    assert [session.first_day for session in settings.sessions.sessions] == [
        days.first_day for days in parameters.calendar
    ]
    assert list(settings.locales) == parameters.locales


def _settings_read_in(folder: Path) -> set[str]:
    """Find what is read off ``settings()`` or off a name that was given to it."""
    names = set()
    for module in folder.glob("*.py"):
        text = module.read_text(encoding="utf-8")
        holders = {"settings()", *re.findall(r"^\s*(\w+) = settings\(\)", text, flags=re.MULTILINE)}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in holders:
                names.add("CALENDAR" if node.attr == "sessions" else node.attr.upper())
    assert names <= VARIABLES
    return names
