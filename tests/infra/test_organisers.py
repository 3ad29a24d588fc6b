"""An organiser reads the releases of its own country or region, and nothing else; the controller releases."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.functions import FUNCTIONS
from selfie.adapters import sealing
from tests.infra.conftest import Cloud
from tests.infra.test_operators import several

ROLES = {
    "OrganiserIE": "releases/country/IE/1/means.csv",
    "OrganiserBE": "releases/country/BE/1/means.csv",
    "OrganiserBEBE2": "releases/region/BE/BE2/1/means.csv",
}
FILES = (
    "releases/all/1/means.parquet",
    "releases/country/IE/1/means.csv",
    "releases/country/BE/1/means.csv",
    "releases/region/BE/BE1/1/means.csv",
    "releases/region/BE/BE2/1/means.csv",
    "releases/region/BE/BE21/1/means.csv",
    "releases/country/FR/1/means.csv",
    "contributions/2026-1/IE/primary/v/a.json.gz",
    "frozen/2026-1/IE/primary/v.json.gz",
    "linked/2026-2/BE/primary/v/2026-1.json.gz",
)


def statements(cloud: Cloud, role: str) -> list[dict[str, Any]]:
    """Return the statements of exactly one role."""
    found = []
    for policy in cloud.resources("organisers", "AWS::IAM::Policy").values():
        # The template appends eight letters to a name.
        if any(each["Ref"][:-8] == role for each in policy["Properties"]["Roles"]):
            found += policy["Properties"]["PolicyDocument"]["Statement"]
    assert found, role
    return found


def decision(cloud: Cloud, role: str, action: str, resource: str, **context: str) -> bool:
    """Decide as IAM does; ``resource`` is written with the bucket's name in the template."""
    effects = set()
    for statement in statements(cloud, role):
        names = [cloud.name("organisers", r) for r in several(statement.get("Resource", statement.get("NotResource")))]
        about = any(fnmatchcase(resource, name) for name in names) == ("Resource" in statement)
        acts = any(fnmatchcase(action, each) for each in several(statement["Action"]))
        limits = statement.get("Condition", {}).get("StringLike", {})
        holds = all(any(fnmatchcase(context.get(key[3:], ""), p) for p in several(limits[key])) for key in limits)
        if about and acts and holds:
            effects.add(statement["Effect"])
    return effects == {"Allow"}


def bucket(cloud: Cloud) -> str:
    """Name the bucket of research data."""
    (key,) = (key for key in cloud.resources("data", "AWS::S3::Bucket") if key.startswith("Research"))
    return key


def readable(cloud: Cloud, role: str) -> set[str]:
    """Return which of the files a role can read."""
    return {file for file in FILES if decision(cloud, role, "s3:GetObject", f"{bucket(cloud)}/{file}")}


def test_an_organiser_of_a_country_reads_what_is_its_own(cloud: Cloud) -> None:
    assert readable(cloud, "OrganiserIE") == {"releases/country/IE/1/means.csv"}
    belgian = {file for file in FILES if file.startswith(("releases/country/BE/", "releases/region/BE/"))}
    assert readable(cloud, "OrganiserBE") == belgian


def test_an_organiser_of_a_region_reads_that_region_alone(cloud: Cloud) -> None:
    assert readable(cloud, "OrganiserBEBE2") == {"releases/region/BE/BE2/1/means.csv"}


def test_organisers_list_what_they_can_read_and_nothing_else(cloud: Cloud) -> None:
    for role, own in ROLES.items():
        listed = {file for file in FILES if decision(cloud, role, "s3:ListBucket", bucket(cloud), prefix=file)}
        assert listed == readable(cloud, role)
        assert own in listed
        assert not decision(cloud, role, "s3:ListBucket", bucket(cloud), prefix="releases/")


def test_the_controller_reads_what_was_released_and_starts_releases(cloud: Cloud) -> None:
    assert readable(cloud, "Controller") == {file for file in FILES if file.startswith("releases/")}
    (release,) = (
        key
        for key, made in cloud.resources("workflows", "AWS::Lambda::Function").items()
        if made["Properties"]["Handler"] == "functions.research.app.release"
    )
    assert decision(cloud, "Controller", "lambda:InvokeFunction", release)
    assert not any(decision(cloud, role, "lambda:InvokeFunction", release) for role in ROLES)


@pytest.mark.parametrize("role", ["Controller", *ROLES])
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("kms:Decrypt", "ResearchSealKey"),
        ("kms:GenerateMac", "ResearchPseudonymKey"),
        ("dynamodb:GetItem", "Exercises"),
        ("dynamodb:Query", "Counters"),
        ("s3:PutObject", "Research/releases/all/1/means.csv"),
        ("s3:GetObject", "Reports/reports/a/en.pdf"),
        ("secretsmanager:GetSecretValue", "TokenKeys"),
    ],
)
def test_whoever_receives_totals_reads_nothing_that_they_are_made_of(
    cloud: Cloud, role: str, action: str, resource: str
) -> None:
    assert not decision(cloud, role, action, resource)


def test_only_the_job_opens_seals_and_makes_pseudonyms(cloud: Cloud) -> None:
    users: dict[str, set[str]] = {}
    for stack in ("api", "workflows", "operators", "organisers"):
        for policy in cloud.resources(stack, "AWS::IAM::Policy").values():
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                resources = str([cloud.name(stack, r) for r in several(statement.get("Resource", ""))])
                for action in several(statement["Action"]):
                    if statement["Effect"] == "Allow" and ("ResearchSeal" in resources or "ResearchPseu" in resources):
                        users.setdefault(action, set()).update(r["Ref"][:-8] for r in policy["Properties"]["Roles"])
    assert users == {
        "kms:Encrypt": {"ContributeRole"},
        "kms:Decrypt": {"ReleaseRole"},
        "kms:GenerateMac": {"ReleaseRole"},
    }


def test_seals_are_made_and_opened_for_research_alone(cloud: Cloud) -> None:
    for name, action in (("contribute", "kms:Encrypt"), ("release", "kms:Decrypt")):
        function = next(each for each in FUNCTIONS if each.name == name)
        (statement,) = (each for each in cloud.statements(function) if each.actions == (action,))
        assert statement.conditions == {
            "StringEquals": {f"kms:EncryptionContext:{key}": value for key, value in sealing.USE.items()}
        }


@pytest.mark.parametrize(
    ("action", "place", "functions"),
    [
        ("s3:GetObject", "contributions", {"release"}),
        ("s3:PutObject", "contributions", {"contribute"}),
        ("s3:DeleteObject", "contributions", {"end_account", "replay_erasures"}),
        ("s3:GetObject", "frozen", {"release"}),
        ("s3:PutObject", "frozen", {"release"}),
        ("s3:DeleteObject", "frozen", set()),
        ("s3:PutObject", "linked", {"release"}),
        ("s3:PutObject", "releases", {"release"}),
        ("s3:DeleteObject", "releases", set()),
    ],
)
def test_functions_touch_what_is_theirs(cloud: Cloud, action: str, place: str, functions: set[str]) -> None:
    found = {
        function.name
        for function in FUNCTIONS
        for statement in cloud.statements(function)
        if action in statement.actions and f"{bucket(cloud)}/{place}/*" in statement.resources
    }
    assert found == functions


def test_every_role_needs_a_second_factor_and_lasts_an_hour(cloud: Cloud) -> None:
    roles = cloud.resources("organisers", "AWS::IAM::Role").values()
    assert len(roles) == 1 + len(ROLES)
    for role in roles:
        (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        assert role["Properties"]["MaxSessionDuration"] == 3600
