"""Profiles of OpenID Connect providers: what is agreed with each kind, so that a stage names its kind only.

A profile says how the provider signs, how we prove who we are, and how it proves the second factor. Everything else is
read from the provider's own description (``/.well-known/openid-configuration``).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """What is agreed with a kind of provider.

    ``accepted_acr`` are the levels of assurance that mean two factors. ``mfa_by_provider`` is for a provider that lets
    nobody in without and says nothing about it in its tokens.
    """

    algorithm: str
    client_authentication: str
    accepted_acr: tuple[str, ...] = ()
    mfa_by_provider: bool = False


COGNITO: Final = "cognito"
PROFILES: Final = {
    # A user pool of the stage itself, see infra/stacks/identity.py: it demands the second factor.
    COGNITO: Profile("RS256", "client_secret_basic", mfa_by_provider=True),
    "eu_login": Profile(
        "PS512",
        "client_secret_jwt",
        ("https://ecas.ec.europa.eu/loa/medium", "https://ecas.ec.europa.eu/loa/high"),
    ),
    # The realm maps the name «mfa» to the level of its browser flow that asks for a second factor.
    "keycloak": Profile("PS256", "client_secret_jwt", ("mfa",)),
}
