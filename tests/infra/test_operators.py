"""People who run the service can deploy and help, and can read nothing that a school stores."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.stacks.operators import BY_DEPLOYER, BY_SUPPORT
from tests.infra.conftest import Cloud

# Each is a way to a result, a count, a text, a document, a secret, or to more rights.
FORBIDDEN = (
    ("dynamodb:GetItem", "Exercises"),
    ("dynamodb:Query", "Counters"),
    ("dynamodb:Scan", "selfie-trial-restored-exercises"),
    ("dynamodb:PartiQLSelect", "Exercises"),
    ("dynamodb:PutItem", "Exercises"),
    ("dynamodb:ExportTableToPointInTime", "Exercises"),
    ("dynamodb:PutResourcePolicy", "Counters"),
    ("s3:GetObject", "Reports/reports/a/en.pdf"),
    ("s3:GetObjectVersion", "Reports/reports/a/en.pdf"),
    ("s3:GetObject", "Research/contributions/2026-1/IE/primary/v/a.json.gz"),
    ("kms:GenerateMac", "ResearchPseudonymKey"),
    ("lambda:InvokeFunction", "Release"),
    ("secretsmanager:GetSecretValue", "TokenKeys"),
    ("kms:Decrypt", "key"),
    ("kms:GenerateDataKey", "key"),
    ("dynamodb:GetItem", "Keys"),
    ("lambda:InvokeFunction", "CopyTallies"),
    ("lambda:InvokeFunction", "Report"),
    ("lambda:InvokeFunction", "CloseExercise"),
    ("lambda:UpdateFunctionCode", "Report"),
    ("iam:PutRolePolicy", "SupportRole"),
    ("iam:PassRole", "ReportRole"),
)


def statements(cloud: Cloud, role: str) -> list[dict[str, Any]]:
    """Return the statements of a role's policies as they are in the template."""
    found = []
    for policy in cloud.resources("operators", "AWS::IAM::Policy").values():
        if any(each["Ref"].startswith(role) for each in policy["Properties"]["Roles"]):
            found += policy["Properties"]["PolicyDocument"]["Statement"]
    return found


def several(value: Any) -> list[Any]:
    """Read what is written alone where there is one."""
    return value if isinstance(value, list) else [value]


def fits(cloud: Cloud, statement: dict[str, Any], action: str, resource: str) -> bool:
    """Tell whether a statement is about an action on a resource, as IAM reads it."""
    if not any(fnmatchcase(action, pattern) for pattern in several(statement["Action"])):
        return False
    names = [cloud.name("operators", each) for each in several(statement.get("Resource", statement.get("NotResource")))]
    about = any(name == "*" or name.startswith(resource) or fnmatchcase(resource, f"{name}*") for name in names)
    # Names in the templates are followed by a hash, and an object's by its key.
    about = about or any(first(resource) == first(name).rstrip("0123456789ABCDEF") for name in names)
    return about if "Resource" in statement else not about


def first(name: str) -> str:
    """Return the part of a name before its first slash."""
    return name.partition("/")[0]


def may(cloud: Cloud, role: str, action: str, resource: str) -> bool:
    """Decide as IAM does: what is denied is denied, what nothing allows is not allowed."""
    about = [each for each in statements(cloud, role) if fits(cloud, each, action, resource)]
    effects = {each["Effect"] for each in about}
    return "Deny" not in effects and "Allow" in effects


def denied(cloud: Cloud, role: str, action: str, resource: str) -> bool:
    """Tell whether something is refused whatever else a role is given."""
    return any(each["Effect"] == "Deny" and fits(cloud, each, action, resource) for each in statements(cloud, role))


@pytest.mark.parametrize("role", ["Support", "Deployer"])
@pytest.mark.parametrize(("action", "resource"), FORBIDDEN)
def test_nobody_who_runs_the_service_reads_what_a_school_stores(
    cloud: Cloud, role: str, action: str, resource: str
) -> None:
    # Denied, not merely left out: no policy that is added later can allow it.
    assert denied(cloud, role, action, resource)
    assert not may(cloud, role, action, resource)


def test_support_can_look_for_faults_and_at_an_account_through_its_own_function(cloud: Cloud) -> None:
    for action in ("logs:FilterLogEvents", "states:GetExecutionHistory", "cloudwatch:DescribeAlarms"):
        assert may(cloud, "Support", action, "anything")
    assert may(cloud, "Support", "lambda:InvokeFunction", "SupportLook")
    assert may(cloud, "Support", "lambda:InvokeFunction", "EndSessions")
    assert not may(cloud, "Support", "lambda:InvokeFunction", "ReplayErasures")
    assert may(cloud, "Support", "states:StartExecution", "CloseSession")
    assert not may(cloud, "Support", "states:StartExecution", "BuildReport")
    assert not may(cloud, "Support", "sts:AssumeRole", "cdk-deploy")


def test_a_deployer_can_deploy_restore_and_repeat_erasures(cloud: Cloud) -> None:
    assert may(cloud, "Deployer", "lambda:InvokeFunction", "ReplayErasures")
    # It answers how many tallies it made, and nothing that is in them.
    assert may(cloud, "Deployer", "lambda:InvokeFunction", "RestoreTallies")
    assert may(cloud, "Deployer", "lambda:InvokeFunction", "SkipBadgeNumbers")
    for function in ("RestoreTallies", "SkipBadgeNumbers"):
        assert not may(cloud, "Support", "lambda:InvokeFunction", function)
    assert may(cloud, "Deployer", "dynamodb:RestoreTableToPointInTime", "Exercises")
    assumed = [s for s in statements(cloud, "Deployer") if several(s["Action"]) == ["sts:AssumeRole"]]
    assert [cloud_role(s["Resource"]) for s in assumed] == ["role/cdk-*"]


def cloud_role(resource: Any) -> str:
    """Return the end of an ARN that the template puts together."""
    return str(resource["Fn::Join"][1][-1]).lstrip(":")


def test_both_roles_need_a_second_factor_and_last_an_hour(cloud: Cloud) -> None:
    roles = cloud.resources("operators", "AWS::IAM::Role").values()
    assert len(roles) == 2
    for role in roles:
        (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        assert role["Properties"]["MaxSessionDuration"] == 3600
        assert "ManagedPolicyArns" not in role["Properties"]


def test_what_is_started_by_hand_is_what_the_runbook_says() -> None:
    from infra.packages import ROOT

    runbook = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/runbook").glob("*.md"))
    assert all(f"`{name}`" in runbook for name in {*BY_SUPPORT, *BY_DEPLOYER})
