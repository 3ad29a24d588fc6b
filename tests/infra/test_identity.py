"""A stage has a user pool of its own that demands two factors, or an external provider, and nothing in between."""

import dataclasses

import pytest

from infra.identity_providers import PROFILES
from infra.parameters import IdentityProvider, Parameters
from tests.infra.conftest import Cloud


def test_nobody_gets_in_without_a_second_factor_or_with_a_short_password(cloud: Cloud) -> None:
    pool = cloud.one("data", "AWS::Cognito::UserPool")
    assert pool["MfaConfiguration"] == "ON"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert pool["DeletionProtection"] == "ACTIVE"


def test_the_pool_takes_people_to_us_and_nowhere_else(cloud: Cloud) -> None:
    client = cloud.one("data", "AWS::Cognito::UserPoolClient")
    site = Parameters.of_stage("trial").site_url
    assert client["CallbackURLs"] == [f"{site}/auth/callback"]
    assert client["LogoutURLs"] == [f"{site}/"]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid"]
    assert client["GenerateSecret"] is True
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    # The pages that ask again who somebody is before coordinators change.
    assert cloud.one("data", "AWS::Cognito::UserPoolDomain")["ManagedLoginVersion"] == 2
    assert cloud.one("data", "AWS::Cognito::ManagedLoginBranding")


def test_the_function_knows_the_pool_and_its_secret_stands_in_no_template(cloud: Cloud) -> None:
    (register,) = (
        made["Properties"]["Environment"]["Variables"]
        for made in cloud.resources("api", "AWS::Lambda::Function").values()
        if made["Properties"]["Handler"] == "functions.register.app.app"
    )
    assert cloud.name("api", register["OIDC_ISSUER"]).startswith("https://cognito-idp.eu-west-1.amazonaws.com/")
    assert register["OIDC_MFA_BY_PROVIDER"] == "true"
    assert register["OIDC_ALGORITHM"] == "RS256"
    secret = cloud.one("data", "AWS::SecretsManager::Secret", "OidcClientSecret")
    (_, attribute) = secret["SecretString"]["Fn::GetAtt"]
    assert attribute == "ClientSecret"


def test_an_external_provider_is_as_its_profile_says_but_for_what_is_given() -> None:
    provider = Parameters.of_stage("production").identity_provider
    assert not provider.is_own_pool
    assert provider.profile == PROFILES["eu_login"]
    other = dataclasses.replace(provider, algorithm="PS384", accepted_acr=["urn:two-factors"])
    assert (other.profile.algorithm, other.profile.accepted_acr) == ("PS384", ("urn:two-factors",))
    assert other.profile.client_authentication == "client_secret_jwt"


@pytest.mark.parametrize("kind", PROFILES)
def test_every_profile_proves_the_second_factor_one_way_or_the_other(kind: str) -> None:
    assert bool(PROFILES[kind].accepted_acr) != PROFILES[kind].mfa_by_provider


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "somebody"},
        {"kind": "cognito"},
        {"kind": "cognito", "issuer": "https://login.example.org", "client_id": "us"},
        {"kind": "eu_login", "issuer": "https://login.example.org"},
        {"kind": "keycloak", "issuer": "https://login.example.org", "client_id": "us", "domain_prefix": "x"},
    ],
)
def test_parameters_that_do_not_go_together_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="identity_provider"):
        IdentityProvider(**given)
