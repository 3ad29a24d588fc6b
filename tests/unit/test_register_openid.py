"""The relying party believes nothing that is not proven."""

import base64
import hmac
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.register import openid
from functions.register.openid import Authentication, ClientAuthentication, Reason, Registration, RelyingParty
from selfie.domain.errors import LoginRefused, TryAgain
from selfie.domain.school import Identity
from selfie.ports import LoginTransaction
from tests.support.examples import at
from tests.support.identity_provider import (
    CLIENT,
    ISSUER,
    LOA_MEDIUM,
    SECRET,
    SUBJECT,
    FakeProvider,
    public_key,
    rsa_key,
)
from tests.support.memory import StoppedClock

REGISTRATION = Registration(
    issuer=ISSUER,
    client_id=CLIENT,
    client_secrets=lambda: [SECRET],
    redirect_uri="https://selfie.example.org/auth/callback",
    algorithm="PS512",
    authentication=ClientAuthentication.SECRET_JWT,
    accepted_acr=(LOA_MEDIUM, "https://provider.example.org/loa/high"),
)


@dataclass
class Meeting:
    """A provider and a relying party with a log-in under way between them."""

    clock: StoppedClock
    provider: FakeProvider
    party: RelyingParty
    transaction: LoginTransaction

    def identify(self, **answer: str) -> Authentication:
        """Log in at the provider and come back."""
        given = self.provider.log_in(self.party.authorization_url(self.transaction))
        return self.party.identify(self.transaction, given | answer)

    def refused(self, **answer: str) -> object:
        """Log in, be refused, and return the reason."""
        with pytest.raises(LoginRefused) as caught:
            self.identify(**answer)
        return caught.value.args[0]


@pytest.fixture
def meeting() -> Meeting:
    return meet(REGISTRATION)


def meet(registration: Registration) -> Meeting:
    clock = StoppedClock(at("2026-11-24T08:00"))
    provider = FakeProvider(clock)
    transaction = openid.begin("/en/setup/", clock() + timedelta(minutes=10))
    return Meeting(clock, provider, RelyingParty(registration, provider, clock), transaction)


def test_an_identity_is_issuer_and_subject(meeting: Meeting) -> None:
    assert meeting.identify().identity == Identity(ISSUER, SUBJECT)


def test_the_browser_is_sent_with_everything_that_binds_the_answer(meeting: Meeting) -> None:
    url = meeting.party.authorization_url(meeting.transaction)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert query.pop("code_challenge") not in meeting.transaction.verifier
    assert query == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REGISTRATION.redirect_uri,
        "scope": "openid",
        "state": meeting.transaction.state,
        "nonce": meeting.transaction.nonce,
        "code_challenge_method": "S256",
        "max_age": "28800",
        "acr_values": " ".join(REGISTRATION.accepted_acr),
    }


def test_no_two_log_ins_share_anything() -> None:
    ends = at("2026-11-24T08:10")
    first, second = openid.begin("/", ends), openid.begin("/", ends)
    assert len({first.state, first.nonce, first.verifier, second.state, second.nonce, second.verifier}) == 6
    assert all(len(text) >= 43 for text in (first.state, first.nonce, first.verifier))


def test_the_secret_itself_does_not_travel_in_an_assertion(meeting: Meeting) -> None:
    meeting.identify()
    (form,) = meeting.provider.posted
    assert SECRET not in str(form)


def test_a_provider_may_want_the_secret_by_basic_authentication() -> None:
    basic = meet(replace(REGISTRATION, authentication=ClientAuthentication.SECRET_BASIC))
    assert basic.identify().identity == Identity(ISSUER, SUBJECT)
    assert "client_assertion" not in basic.provider.posted[0]


def test_a_wrong_client_secret_is_refused_by_the_provider() -> None:
    wrong = meet(replace(REGISTRATION, client_secrets=lambda: [SECRET + "?"]))
    with pytest.raises(LoginRefused):
        wrong.identify()


@pytest.mark.parametrize("authentication", ClientAuthentication)
@pytest.mark.parametrize("known", [[SECRET + "?", SECRET], [SECRET, SECRET + "?"]])
def test_while_one_secret_replaces_another_the_provider_may_know_either(
    authentication: ClientAuthentication, known: list[str]
) -> None:
    meeting = meet(replace(REGISTRATION, client_secrets=lambda: known, authentication=authentication))
    assert meeting.identify().identity.subject == SUBJECT


# The answer


def test_another_issuer_may_not_answer(meeting: Meeting) -> None:
    assert meeting.refused(iss="https://evil.example.org") == Reason.ISSUER
    assert meeting.provider.posted == []


def test_an_answer_without_the_promised_issuer_is_refused(meeting: Meeting) -> None:
    answer = meeting.provider.log_in(meeting.party.authorization_url(meeting.transaction))
    del answer["iss"]
    with pytest.raises(LoginRefused, match=Reason.ISSUER):
        meeting.party.identify(meeting.transaction, answer)


def test_a_provider_that_promises_no_issuer_need_not_send_one(meeting: Meeting) -> None:
    del meeting.provider.metadata["authorization_response_iss_parameter_supported"]
    answer = meeting.provider.log_in(meeting.party.authorization_url(meeting.transaction))
    del answer["iss"]
    assert meeting.party.identify(meeting.transaction, answer).identity.subject == SUBJECT
    assert meeting.refused(iss="https://evil.example.org") == Reason.ISSUER


def test_an_error_of_the_provider_is_a_refusal(meeting: Meeting) -> None:
    assert meeting.refused(error="access_denied") == Reason.CANCELLED
    assert meeting.refused(code="") == Reason.CANCELLED
    assert meeting.provider.posted == []


def test_a_code_of_another_log_in_is_refused(meeting: Meeting) -> None:
    other = openid.begin("/", meeting.transaction.expires_at)
    stolen = meeting.provider.log_in(meeting.party.authorization_url(other))
    with pytest.raises(LoginRefused):
        meeting.party.identify(meeting.transaction, stolen)


def test_a_code_is_worth_one_token(meeting: Meeting) -> None:
    answer = meeting.provider.log_in(meeting.party.authorization_url(meeting.transaction))
    meeting.party.identify(meeting.transaction, answer)
    with pytest.raises(LoginRefused):
        meeting.party.identify(meeting.transaction, answer)


# The signature


@pytest.mark.parametrize("algorithm", ["PS256", "PS384", "RS512", "RS256"])
def test_only_the_agreed_algorithm_counts(meeting: Meeting, algorithm: str) -> None:
    meeting.provider.algorithm = algorithm
    assert meeting.refused() == Reason.SIGNATURE


def test_a_token_without_signature_is_refused(meeting: Meeting) -> None:
    meeting.provider.algorithm, meeting.provider.signing_key = "none", ""
    assert meeting.refused() == Reason.SIGNATURE


def test_a_token_signed_with_the_client_secret_is_refused(meeting: Meeting) -> None:
    meeting.provider.algorithm, meeting.provider.signing_key = "HS256", SECRET
    assert meeting.refused() == Reason.SIGNATURE


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(meeting: Meeting) -> None:
    # PyJWT refuses to make such a token, so it is made by hand.
    public = rsa_key("first").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    answer = meeting.provider.log_in(meeting.party.authorization_url(meeting.transaction))
    claims = jwt.decode(meeting.provider.id_token(meeting.transaction.nonce), options={"verify_signature": False})
    signed = f"{_part({'alg': 'HS512', 'kid': 'first'})}.{_part(claims)}"
    mac = base64.urlsafe_b64encode(hmac.digest(public, signed.encode(), "sha512")).rstrip(b"=").decode()
    meeting.provider.token = f"{signed}.{mac}"
    with pytest.raises(LoginRefused, match=Reason.SIGNATURE):
        meeting.party.identify(meeting.transaction, answer)


def test_a_token_signed_by_somebody_else_is_refused(meeting: Meeting) -> None:
    meeting.provider.signing_key = rsa_key("somebody else's")
    assert meeting.refused() == Reason.SIGNATURE


def test_claims_changed_after_signing_are_refused(meeting: Meeting) -> None:
    answer = meeting.provider.log_in(meeting.party.authorization_url(meeting.transaction))
    head, claims, signature = meeting.provider.id_token(meeting.transaction.nonce).split(".")
    changed = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"sub": "somebody else"}
    meeting.provider.token = f"{head}.{_part(changed)}.{signature}"
    with pytest.raises(LoginRefused, match=Reason.SIGNATURE):
        meeting.party.identify(meeting.transaction, answer)


def _part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("token", ["", "a.b.c", "no token", "…"])
def test_what_is_no_token_is_refused(meeting: Meeting, token: str) -> None:
    meeting.provider.token = token or "."
    assert meeting.refused() == Reason.SIGNATURE


def test_a_key_for_encryption_signs_nothing(meeting: Meeting) -> None:
    meeting.provider.keys = [public_key("first", use="enc")]
    assert meeting.refused() == Reason.SIGNATURE


@pytest.mark.parametrize("key", [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}, {"kid": "first"}, "first"])
def test_a_key_that_does_not_fit_is_refused(meeting: Meeting, key: dict[str, str]) -> None:
    meeting.provider.keys = [key]
    assert meeting.refused() == Reason.SIGNATURE


def test_a_single_key_needs_no_name(meeting: Meeting) -> None:
    meeting.provider.header = {}
    assert meeting.identify().identity.subject == SUBJECT
    meeting.provider.keys.append(public_key("second"))
    meeting.clock.instant += openid.KEPT
    assert meeting.refused() == Reason.SIGNATURE


def jwks_fetched(meeting: Meeting) -> int:
    return meeting.provider.fetched.count(f"{ISSUER}/jwks")


def test_keys_are_fetched_once_an_hour(meeting: Meeting) -> None:
    meeting.identify()
    meeting.identify()
    assert jwks_fetched(meeting) == 1
    meeting.clock.instant += timedelta(hours=1)
    meeting.identify()
    assert jwks_fetched(meeting) == 2


def test_a_new_key_is_found_and_made_up_ones_do_not_hammer_the_provider(meeting: Meeting) -> None:
    meeting.identify()
    meeting.provider.header = {"kid": "second"}
    meeting.provider.signing_key = rsa_key("second")
    for _ in range(5):
        assert meeting.refused() == Reason.SIGNATURE
    assert jwks_fetched(meeting) == 1
    meeting.provider.keys.append(public_key("second"))
    meeting.clock.instant += timedelta(minutes=1)
    assert meeting.identify().identity.subject == SUBJECT
    assert jwks_fetched(meeting) == 2


@pytest.mark.parametrize("algorithm", ["HS256", "none", "", "ps512"])
def test_a_registration_needs_an_asymmetric_algorithm(algorithm: str) -> None:
    with pytest.raises(ValueError, match="asymmetric"):
        replace(REGISTRATION, algorithm=algorithm)


# The claims


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example.org"},
        {"iss": f"{ISSUER}/"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": ["another client"]},
        {"aud": None},
        {"aud": [CLIENT, "another client"]},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"nonce": "another log-in's"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"exp": None},
        {"iat": None},
    ],
)
def test_a_token_of_or_for_somebody_else_is_refused(meeting: Meeting, claims: dict[str, object]) -> None:
    meeting.provider.claims = claims
    assert meeting.refused() == Reason.CLAIMS


@pytest.mark.parametrize(
    "claims", [{"aud": [CLIENT]}, {"aud": [CLIENT, "another client"], "azp": CLIENT}, {"azp": CLIENT}]
)
def test_a_token_that_names_us_as_its_party_is_accepted(meeting: Meeting, claims: dict[str, object]) -> None:
    meeting.provider.claims = claims
    assert meeting.identify().identity.subject == SUBJECT


@pytest.mark.parametrize(
    ("claim", "seconds", "accepted"),
    [
        ("exp", -59, True),
        ("exp", -60, False),
        ("iat", 60, True),
        ("iat", 61, False),
        ("auth_time", 61, False),
        ("auth_time", -8 * 3600 - 60, True),
        ("auth_time", -8 * 3600 - 61, False),
    ],
)
def test_times_may_differ_by_a_minute(meeting: Meeting, claim: str, seconds: int, accepted: bool) -> None:
    meeting.provider.claims = {claim: int(meeting.clock().timestamp()) + seconds}
    if accepted:
        assert meeting.identify().identity.subject == SUBJECT
    else:
        assert meeting.refused() == Reason.TIME


@pytest.mark.parametrize("auth_time", [None, "yesterday", float("nan"), [1]])
def test_the_time_of_authentication_must_be_told(meeting: Meeting, auth_time: object) -> None:
    meeting.provider.claims = {"auth_time": auth_time}
    assert meeting.refused() == Reason.TIME


def test_a_time_may_have_a_fraction(meeting: Meeting) -> None:
    meeting.provider.claims = {"auth_time": meeting.clock().timestamp() - 0.25}
    assert meeting.identify().identity.subject == SUBJECT


# The second factor


@pytest.mark.parametrize(
    "claims",
    [
        {"acr": "https://provider.example.org/loa/basic"},
        {"acr": None},
        {"acr": ""},
        {"acr": [LOA_MEDIUM]},
        {"acr": None, "amr": ["pwd"]},
        {"acr": None, "amr": ["otp"]},
        {"acr": None, "amr": "mfa"},
        {"acr": None, "amr": []},
    ],
)
def test_a_log_in_without_second_factor_is_refused(meeting: Meeting, claims: dict[str, object]) -> None:
    meeting.provider.claims = claims
    assert meeting.refused() == Reason.SECOND_FACTOR


@pytest.mark.parametrize(
    "claims",
    [
        {"acr": "https://provider.example.org/loa/high"},
        {"acr": None, "amr": ["pwd", "otp"]},
        {"acr": "unknown", "amr": ["mfa"]},
    ],
)
def test_a_second_factor_is_proven_by_level_or_by_methods(meeting: Meeting, claims: dict[str, object]) -> None:
    meeting.provider.claims = claims
    assert meeting.identify().identity.subject == SUBJECT


def test_a_provider_may_guarantee_the_second_factor_itself() -> None:
    guaranteed = meet(replace(REGISTRATION, accepted_acr=(), mfa_by_provider=True))
    guaranteed.provider.claims = {"acr": None}
    assert guaranteed.identify().identity.subject == SUBJECT
    assert "acr_values" not in guaranteed.party.authorization_url(guaranteed.transaction)


def test_without_accepted_levels_none_is_accepted() -> None:
    strict = meet(replace(REGISTRATION, accepted_acr=()))
    strict.provider.claims = {"acr": None}
    assert strict.refused() == Reason.SECOND_FACTOR


# The provider


def test_a_description_of_another_issuer_is_refused(meeting: Meeting) -> None:
    meeting.provider.metadata["issuer"] = "https://evil.example.org"
    with pytest.raises(LoginRefused, match=Reason.METADATA):
        meeting.party.authorization_url(meeting.transaction)


@pytest.mark.parametrize(
    "url",
    [
        "http://provider.example.org/authorize",
        "file:///etc/passwd",
        "javascript:alert(1)",
        None,
        "http://localhost.evil.example.org",
    ],
)
def test_an_endpoint_is_encrypted_or_on_this_machine(meeting: Meeting, url: str | None) -> None:
    meeting.provider.metadata["authorization_endpoint"] = url
    with pytest.raises(LoginRefused, match=Reason.METADATA):
        meeting.party.authorization_url(meeting.transaction)


def test_the_description_is_fetched_once_an_hour(meeting: Meeting) -> None:
    for _ in range(3):
        meeting.party.authorization_url(meeting.transaction)
    assert len(meeting.provider.fetched) == 1
    meeting.clock.instant += timedelta(hours=1)
    meeting.party.authorization_url(meeting.transaction)
    assert len(meeting.provider.fetched) == 2


def test_a_provider_that_is_down_may_be_asked_again(meeting: Meeting) -> None:
    meeting.provider.down = True
    with pytest.raises(TryAgain):
        meeting.party.authorization_url(meeting.transaction)
    meeting.provider.down = False
    assert meeting.identify().identity.subject == SUBJECT


def test_leaving_the_provider_comes_back_to_us(meeting: Meeting) -> None:
    url = urlsplit(meeting.party.end_session_url("https://selfie.example.org/"))
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{ISSUER}/logout"
    assert parse_qs(url.query) == {
        "client_id": [CLIENT],
        "post_logout_redirect_uri": ["https://selfie.example.org/"],
        "logout_uri": ["https://selfie.example.org/"],
    }


def test_a_provider_without_log_out_is_left_by_going_home(meeting: Meeting) -> None:
    del meeting.provider.metadata["end_session_endpoint"]
    assert meeting.party.end_session_url("https://selfie.example.org/") == "https://selfie.example.org/"
