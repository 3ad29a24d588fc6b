"""Amazon's own descriptions of every resource know all that the templates say (cfn-lint)."""

import json
import subprocess

import pytest

from infra.packages import ROOT
from infra.parameters import Parameters
from tests.infra.conftest import Cloud

LINTER = ROOT / ".venv-checks" / "bin" / "cfn-lint"
# Everything that cfn-lint says is mended or has its reason here.
IGNORED = {"W3005": "CDK writes down each order of creation, also where a reference says it too."}


def test_cfn_lint_finds_nothing_to_say(cloud: Cloud) -> None:
    if not LINTER.exists():
        pytest.fail("make setup installs cfn-lint into .venv-checks")
    regions = {"firewall": "us-east-1", "edge": "us-east-1"}
    found = []
    for region in (Parameters.of_stage("trial").region, "us-east-1"):
        names = [name for name in cloud.templates if regions.get(name, Parameters.of_stage("trial").region) == region]
        templates = [str(cloud.folder / "cdk.out" / f"selfie-trial-{name}.template.json") for name in names]
        command = [str(LINTER), "--format", "json", "--regions", region, "--ignore-checks", *IGNORED, "--", *templates]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert answer.stdout, answer.stderr
        found += json.loads(answer.stdout)
    assert not [(each["Rule"]["Id"], each["Message"], each["Filename"]) for each in found]


def test_cfn_lint_would_say_so(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is wrong in one property is found: the check above can fail."""
    template = json.loads(json.dumps(cloud.templates["data"]))
    table = next(each for each in template["Resources"].values() if each["Type"] == "AWS::DynamoDB::Table")
    table["Properties"]["BillingMode"] = "PAY_WHEN_ASKED"
    broken = tmp_path_factory.mktemp("broken") / "data.template.json"
    broken.write_text(json.dumps(template))
    answer = subprocess.run([str(LINTER), "--format", "json", str(broken)], capture_output=True, text=True, check=False)
    assert "E3030" in {each["Rule"]["Id"] for each in json.loads(answer.stdout)}
