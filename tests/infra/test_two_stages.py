"""Two stages in one account share nothing, and a change of one function's code deploys that function alone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from infra import packages
from tests.infra.conftest import Cloud, synthesised

# Properties by which AWS tells things of one account apart.
NAMES: Final = re.compile(r"(Name|Domain|Identity|Alias(es)?)$")
# What is named within something of a stage is its own anyway.
WITHIN: Final = {
    ("AWS::ApiGatewayV2::Stage", "StageName"): "within its API",
    ("AWS::CloudWatch::Alarm", "MetricName"): "names what is measured; its dimensions or its namespace tell whose",
    ("AWS::IAM::Policy", "PolicyName"): "within its role",
    ("AWS::Lambda::Alias", "Name"): "within its function",
    ("AWS::WAFv2::WebACL", "MetricName"): "within its firewall",
}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)


def _physical_names(cloud: Cloud) -> set[tuple[str, str, str]]:
    """Find what is named by us: kind, property, name; properties of one settings object count as the resource's own."""
    found = set()
    for template in cloud.templates.values():
        for resource in template["Resources"].values():
            properties = dict(resource.get("Properties", {}))
            for name, value in list(properties.items()):
                if name.endswith("Config") and isinstance(value, dict):
                    properties |= value
            for name, value in properties.items():
                # A reference is no name: what it leads to is made by the stage itself.
                if NAMES.search(name) and (resource["Type"], name) not in WITHIN and not isinstance(value, dict):
                    found |= {(resource["Type"], name, text) for text in _texts(value)}
    return found


def test_no_name_is_used_in_both_stages(cloud: Cloud, production: Cloud) -> None:
    names = _physical_names(cloud)
    kinds = {kind for kind, _, _ in names}
    assert {"AWS::SecretsManager::Secret", "AWS::KMS::Alias", "AWS::WAFv2::WebACL", "AWS::SES::EmailIdentity"} <= kinds
    assert {"AWS::Scheduler::ScheduleGroup", "AWS::CloudFront::Function", "AWS::Cognito::UserPoolDomain"} <= kinds
    assert names & _physical_names(production) == set()


def test_nothing_that_bears_our_name_is_in_both_stages(cloud: Cloud, production: Cloud) -> None:
    """Exports, paths of parameters, secrets in policies, tables to be restored, addresses, groups of figures."""
    texts = {text for text in _texts(cloud.templates) if "selfie" in text.lower()}
    assert len(texts) > 50
    shared = texts & {text for text in _texts(production.templates) if "selfie" in text.lower()}
    assert not shared


def test_everything_whose_name_is_left_to_aws_is_in_a_stack_of_the_stage(cloud: Cloud, production: Cloud) -> None:
    for each in (cloud, production):
        stacks = {path.name.partition(".")[0] for path in (each.folder / "cdk.out").glob("*.template.json")}
        assert stacks == {f"selfie-{each.stage}-{name}" for name in each.templates}


def test_a_change_of_one_function_deploys_that_function_alone(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made from a copy in another folder: also proof that the same input gives the same templates."""
    for folder in ("functions", "layers"):
        shutil.copytree(packages.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "functions" / "survey" / "service.py").open("a", encoding="utf-8") as code:
        code.write("\n# One more line.\n")
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    changed = synthesised(tmp_path / "cdk")
    differing = {
        logical_id
        for stack, template in cloud.templates.items()
        for logical_id in template["Resources"].keys() | changed.templates[stack]["Resources"].keys()
        if template["Resources"].get(logical_id) != changed.templates[stack]["Resources"].get(logical_id)
    }
    # The function, its version before and after, and the alias that leads to the new one.
    assert {re.sub(r"[0-9A-F]{8}([0-9a-f]{32})?$", "", logical_id) for logical_id in differing} == {
        "Survey",
        "SurveyCurrentVersion",
        "SurveyLive",
    }
    for stack, template in cloud.templates.items():
        others = {key: value for key, value in template.items() if key not in {"Resources", "Outputs"}}
        assert others == {key: changed.templates[stack][key] for key in others}
