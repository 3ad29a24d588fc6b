"""The stacks, synthesised once for all tests of this folder, without a network."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from infra.app import Stacks, add_stacks
from infra.functions import FUNCTIONS, Function
from infra.packages import ROOT
from tests.infra.roles import Statement

Json = dict[str, Any]


class Cloud:
    """The synthesised templates, with the questions that tests ask of them."""

    def __init__(self, stacks: Stacks, folder: Path, stage: str = "trial") -> None:
        self.folder = folder
        self.stage = stage
        self.templates: dict[str, Json] = {
            name: dict(Template.from_stack(getattr(stacks, name)).to_json())
            for name in ("data", "workflows", "api", "firewall", "web", "monitoring", "edge", "operators", "organisers")
        }
        self._exports = {
            output["Export"]["Name"]: output["Value"]
            for template in self.templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def resources(self, stack: str, kind: str) -> dict[str, Json]:
        """Return the resources of a kind by their logical ids."""
        found = self.templates[stack]["Resources"].items()
        return {key: resource for key, resource in found if resource["Type"] == kind}

    def one(self, stack: str, kind: str, prefix: str = "") -> Json:
        """Return the properties of the only resource of a kind whose logical id begins with a prefix."""
        (found,) = (r for key, r in self.resources(stack, kind).items() if key.startswith(prefix))
        properties: Json = found["Properties"]
        return properties

    def function(self, function: Function) -> tuple[str, Json]:
        """Return a function's stack and properties."""
        stack = "api" if function.serves_http else "workflows"
        handlers = self.resources(stack, "AWS::Lambda::Function").values()
        (found,) = (r["Properties"] for r in handlers if r["Properties"]["Handler"] == function.entry)
        return stack, found

    def statements(self, function: Function) -> list[Statement]:
        """Return what a function's role may do."""
        stack, properties = self.function(function)
        role = properties["Role"]["Fn::GetAtt"][0]
        assert "ManagedPolicyArns" not in self.templates[stack]["Resources"][role]["Properties"]
        return self.statements_of_role(stack, role)

    def statements_of_role(self, stack: str, role: str) -> list[Statement]:
        """Return the statements of the policies that are attached to a role."""
        return [
            Statement(
                tuple(_several(statement["Action"])),
                tuple(self.name(stack, resource) for resource in _several(statement["Resource"])),
                statement.get("Condition", {}),
            )
            for policy in self.resources(stack, "AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Properties"]["Roles"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]

    def name(self, stack: str, value: Any) -> str:
        """Write an ARN as the logical id of what it names, through imports, with what is added to it."""
        match value:
            case str():
                return value
            case {"Fn::ImportValue": export}:
                return self.name(stack, self._exports[export])
            case {"Fn::GetAtt": [resource, _]} | {"Ref": resource}:
                return str(resource)
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.name(stack, part) for part in parts)
        raise AssertionError(f"cannot read {value}")


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    # With «nag», synthesis fails on everything that AWS's rules say and that has no reason beside it.
    return synthesised(tmp_path_factory.mktemp("cdk"), nag="true")


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    """Another stage, with the identity provider of somebody else."""
    return synthesised(tmp_path_factory.mktemp("production"), stage="production")


def synthesised(folder: Path, *, stage: str = "trial", nag: str = "false") -> Cloud:
    """Synthesise a stage as the command does, without an account."""
    context: Mapping[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(
        analytics_reporting=False,
        context={**context, "stage": stage, "wheels": "false", "nag": nag},
        outdir=str(folder / "cdk.out"),
    )
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith(("AWS_", "CDK_"))]:
            environment.delenv(name)
        stacks = add_stacks(app, folder / "site")
        app.synth()
    return Cloud(stacks, folder, stage)


@pytest.fixture(params=FUNCTIONS, ids=lambda function: function.name)
def function(request: pytest.FixtureRequest) -> Function:
    found: Function = request.param
    return found
