"""Each kind of identity provider that is offered works with what is agreed with it, and fails closed without it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.register import openid
from functions.register.openid import ClientAuthentication, Reason, Registration, RelyingParty
from infra.identity_providers import PROFILES
from selfie.domain.errors import LoginRefused
from tests.support.examples import at
from tests.support.identity_provider import CLIENT, ISSUER, SECRET, SUBJECT, FakeProvider
from tests.support.memory import StoppedClock

# What each kind of provider says in its tokens when somebody came with two factors, and with one.
TWO_FACTORS = {
    "eu_login": {"acr": "https://ecas.ec.europa.eu/loa/medium"},
    "cognito": {"acr": None, "token_use": "id", "cognito:username": "0b1c", "at_hash": "x"},
    "keycloak": {"acr": "mfa", "azp": CLIENT, "typ": "ID", "sid": "a-session"},
}
ONE_FACTOR = {
    "eu_login": {"acr": "https://ecas.ec.europa.eu/loa/basic", "amr": ["pwd"]},
    "keycloak": {"acr": "1", "azp": CLIENT, "typ": "ID"},
}


class Meeting:
    """A provider that is as its kind, and us."""

    def __init__(self, kind: str) -> None:
        profile = PROFILES[kind]
        clock = StoppedClock(at("2026-11-24T08:00"))
        self.provider = FakeProvider(clock, algorithm=profile.algorithm, claims=dict(TWO_FACTORS[kind]))
        if kind != "eu_login":
            del self.provider.metadata["authorization_response_iss_parameter_supported"]
        registration = Registration(
            issuer=ISSUER,
            client_id=CLIENT,
            client_secrets=lambda: [SECRET],
            redirect_uri="https://selfie.example.org/auth/callback",
            algorithm=profile.algorithm,
            authentication=ClientAuthentication(profile.client_authentication),
            accepted_acr=profile.accepted_acr,
            mfa_by_provider=profile.mfa_by_provider,
        )
        self.party = RelyingParty(registration, self.provider, clock)
        self.transaction = openid.begin("/en/setup/", clock() + timedelta(minutes=10), fresh=True)

    def subject(self) -> str:
        """Sign in and say who it was."""
        answer = self.provider.log_in(self.party.authorization_url(self.transaction))
        return self.party.identify(self.transaction, answer).identity.subject

    def refused(self) -> object:
        """Sign in, be refused, and say why."""
        with pytest.raises(LoginRefused) as caught:
            self.subject()
        return caught.value.args[0]


@pytest.mark.parametrize("kind", PROFILES)
def test_two_factors_are_enough(kind: str) -> None:
    assert Meeting(kind).subject() == SUBJECT


@pytest.mark.parametrize("kind", ONE_FACTOR)
def test_one_factor_is_not(kind: str) -> None:
    meeting = Meeting(kind)
    meeting.provider.claims = dict(ONE_FACTOR[kind])
    assert meeting.refused() is Reason.SECOND_FACTOR


@pytest.mark.parametrize("kind", PROFILES)
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda provider: setattr(provider, "algorithm", "RS384"), Reason.SIGNATURE),
        (lambda provider: provider.claims.update(aud="another-client"), Reason.CLAIMS),
        (lambda provider: provider.claims.update(auth_time=None), Reason.TIME),
        (lambda provider: provider.claims.update(auth_time=at("2026-11-24T07:00").timestamp()), Reason.TIME),
        (lambda provider: provider.claims.update(exp=at("2026-11-24T07:00").timestamp()), Reason.TIME),
    ],
    ids=["algorithm", "audience", "no time of sign-in", "old sign-in", "expired"],
)
def test_everything_else_is_refused_too(kind: str, spoil: Callable[[FakeProvider], None], reason: Reason) -> None:
    meeting = Meeting(kind)
    spoil(meeting.provider)
    assert meeting.refused() is reason


def test_only_a_pool_of_our_own_is_believed_to_demand_two_factors() -> None:
    assert [kind for kind, profile in PROFILES.items() if profile.mfa_by_provider] == ["cognito"]


@pytest.mark.parametrize("kind", PROFILES)
def test_the_provider_can_log_somebody_out_as_it_signs(kind: str) -> None:
    meeting = Meeting(kind)
    assert meeting.party.logged_out(meeting.provider.logout_token()).identity.subject == SUBJECT
    stranger = replace(meeting.party.registration, algorithm="ES256")
    with pytest.raises(LoginRefused):
        RelyingParty(stranger, meeting.provider, meeting.provider.clock).logged_out(meeting.provider.logout_token())
