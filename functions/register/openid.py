"""OpenID Connect as a relying party: code flow with PKCE, everything checked that can be checked.

Pure parts only: what goes over the network goes through ``Web``, time through a clock. PyJWT is imported where it is
needed, in the callback and on its way to the provider's token endpoint.
"""

import base64
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from math import isfinite
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from selfie.domain.errors import LoginRefused
from selfie.domain.school import Identity
from selfie.ports import Clock, LoginTransaction

# Two machines' clocks may differ by this much.
LEEWAY: Final = timedelta(seconds=60)
# A provider's own session may be as old as one of ours can get, not older.
OLDEST_AUTHENTICATION: Final = timedelta(hours=8)
# What a log-in that was asked to be fresh may be old: the time to type it in, and clocks that differ.
OLDEST_FRESH_AUTHENTICATION: Final = timedelta(minutes=10)
# OpenID Connect Back-Channel Logout 1.0, 2.4.
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
OLDEST_LOGOUT: Final = timedelta(minutes=10)
# Description and keys of the provider.
KEPT: Final = timedelta(hours=1)
# Made-up key ids must not make us hammer the provider.
KEYS_ASKED_AT_MOST_EVERY: Final = timedelta(minutes=1)
ASSERTION_LIVES: Final = timedelta(minutes=1)
LONGEST_ACR: Final = 100
_RANDOM_BYTES: Final = 32
_ASYMMETRIC: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})


class Reason(StrEnum):
    """Why a log-in was refused; goes to the log, names nobody."""

    CANCELLED = "the provider answered with an error"
    STATE = "no such log-in under way, or of another browser"
    ISSUER = "another issuer answered"
    METADATA = "the provider's description does not fit"
    CODE = "the provider does not accept the code"
    SIGNATURE = "the token is not signed as agreed"
    CLAIMS = "the token is of or for somebody else, or incomplete"
    TIME = "the token is too old or from the future"
    SECOND_FACTOR = "no second factor was proven"
    REPLAYED = "the provider said so before"


class ClientAuthentication(StrEnum):
    """How we prove to the token endpoint who we are."""

    SECRET_JWT = "client_secret_jwt"  # noqa: S105  the name of a method
    SECRET_BASIC = "client_secret_basic"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Authentication:
    """Who logged in, and how long ago they proved it: the provider's clock may not be ours."""

    identity: Identity
    age: timedelta


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """Who logged out at the provider; ``token`` names the message that said so, which counts once."""

    identity: Identity
    token: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What was agreed with the provider. ``accepted_acr`` are the levels that mean two factors.

    ``client_secrets`` are newest first: while one takes the place of another, the provider may know either.
    """

    issuer: str
    client_id: str
    client_secrets: Callable[[], Sequence[str]]
    redirect_uri: str
    algorithm: str
    authentication: ClientAuthentication
    accepted_acr: tuple[str, ...] = ()
    mfa_by_provider: bool = False

    def __post_init__(self) -> None:
        """Refuse an algorithm that would let anybody who knows a public key sign."""
        if self.algorithm not in _ASYMMETRIC:
            raise ValueError("identity tokens need an asymmetric signature")


class Web(Protocol):
    """Asks the provider."""

    def fetch(self, url: str) -> Mapping[str, Any]:
        """Get a JSON object; raise TryAgain when there is no good answer."""
        ...

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
        """Post a form and get a JSON object; raise LoginRefused when it is refused, TryAgain without an answer."""
        ...


@dataclass(slots=True)
class _Kept:
    """What the provider said, and when it was asked."""

    content: Mapping[str, Any]
    asked_at: datetime


@dataclass(slots=True)
class RelyingParty:
    """Our side of the protocol; keeps the provider's description and keys between requests."""

    registration: Registration
    web: Web
    clock: Clock
    _metadata: _Kept | None = field(default=None, init=False)
    _keys: _Kept | None = field(default=None, init=False)

    def authorization_url(self, transaction: LoginTransaction) -> str:
        """Say where to send the browser."""
        challenge = base64.urlsafe_b64encode(sha256(transaction.verifier.encode()).digest()).rstrip(b"=")
        query = {
            "response_type": "code",
            "client_id": self.registration.client_id,
            "redirect_uri": self.registration.redirect_uri,
            "scope": "openid",
            "state": transaction.state,
            "nonce": transaction.nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
            "max_age": str(int(OLDEST_AUTHENTICATION.total_seconds())),
        }
        if transaction.fresh:
            # Providers know one or the other; what the token says is checked whatever they did.
            query |= {"max_age": "0", "prompt": "login"}
        if self.registration.accepted_acr:
            query["acr_values"] = " ".join(self.registration.accepted_acr)
        return _with_query(self._endpoint("authorization_endpoint"), query)

    def end_session_url(self, back_to: str) -> str:
        """Say where a browser ends its session at the provider; ``back_to`` itself when that is not offered."""
        if "end_session_endpoint" not in self._provider():
            return back_to
        # Amazon Cognito, which is older than the standard, knows the address by its second name; others pass it over.
        query = {"client_id": self.registration.client_id, "post_logout_redirect_uri": back_to, "logout_uri": back_to}
        return _with_query(self._endpoint("end_session_endpoint"), query)

    def identify(self, transaction: LoginTransaction, answer: Mapping[str, str]) -> Authentication:
        """Find out who logged in; ``answer`` is the query of the callback.

        Raise LoginRefused with a Reason unless everything is proven, TryAgain when the provider does not answer.
        """
        self._check_answer(answer)
        token = self._redeem(answer["code"], transaction.verifier).get("id_token")
        if not isinstance(token, str):
            raise LoginRefused(Reason.CODE)
        claims = self._read(token, "sub")
        self._check_claims(claims, transaction.nonce)
        age = self._check_times(claims, OLDEST_FRESH_AUTHENTICATION if transaction.fresh else OLDEST_AUTHENTICATION)
        self._check_second_factor(claims)
        return Authentication(Identity(self.registration.issuer, claims["sub"]), age)

    def logged_out(self, token: str) -> LoggedOut:
        """Read the provider's word that somebody logged out there (OpenID Connect Back-Channel Logout 1.0).

        Raise LoginRefused unless it is the provider's, for us, new, and about a log-out; TryAgain without its keys.
        """
        claims = self._read(token, "jti", "events")
        subject, token_id, events = claims.get("sub"), claims["jti"], claims["events"]
        is_logout = isinstance(events, Mapping) and isinstance(events.get(LOGOUT_EVENT), Mapping)
        # An identity token has a nonce: it can never end a session.
        if not is_logout or "nonce" in claims or not isinstance(token_id, str) or not token_id:
            raise LoginRefused(Reason.CLAIMS)
        # We registered without session ids, so a token that names only one is not as agreed.
        if not isinstance(subject, str) or not subject:
            raise LoginRefused(Reason.CLAIMS)
        now, leeway = self.clock().timestamp(), LEEWAY.total_seconds()
        issued, expires = _seconds(claims["iat"]), _seconds(claims["exp"])
        if not (now - OLDEST_LOGOUT.total_seconds() - leeway <= issued <= now + leeway and now < expires + leeway):
            raise LoginRefused(Reason.TIME)
        return LoggedOut(Identity(self.registration.issuer, subject), token_id)

    def _check_answer(self, answer: Mapping[str, str]) -> None:
        # RFC 9207: with several providers an attacker's one could pass on an honest one's code.
        promised = self._provider().get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", None if promised else self.registration.issuer) != self.registration.issuer:
            raise LoginRefused(Reason.ISSUER)
        if "error" in answer or not answer.get("code"):
            raise LoginRefused(Reason.CANCELLED)

    def _redeem(self, code: str, verifier: str) -> Mapping[str, Any]:
        *others, last = self.registration.client_secrets()
        for secret in others:
            # Whom the provider does not know has used no code up (RFC 6749, 5.2).
            with suppress(LoginRefused):
                return self._redeem_with(secret, code, verifier)
        return self._redeem_with(last, code, verifier)

    def _redeem_with(self, secret: str, code: str, verifier: str) -> Mapping[str, Any]:
        registration, endpoint = self.registration, self._endpoint("token_endpoint")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": registration.redirect_uri,
            "code_verifier": verifier,
        }
        if registration.authentication is ClientAuthentication.SECRET_BASIC:
            # RFC 6749, 2.3.1: both are form-encoded first.
            pair = f"{quote(registration.client_id, safe='')}:{quote(secret, safe='')}"
            return self.web.post(endpoint, form, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"})
        form |= {
            "client_id": registration.client_id,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self._assertion(endpoint, secret),
        }
        return self.web.post(endpoint, form, {})

    def _assertion(self, endpoint: str, secret: str) -> str:
        import jwt

        now = self.clock()
        claims = {
            "iss": self.registration.client_id,
            "sub": self.registration.client_id,
            "aud": endpoint,
            "jti": secrets.token_urlsafe(_RANDOM_BYTES),
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LIVES).timestamp()),
        }
        return jwt.encode(claims, secret, algorithm="HS256")

    def _read(self, token: str, *required: str) -> Mapping[str, Any]:
        """Check signature, issuer and audience; times are checked with our own clock."""
        import jwt

        registration = self.registration
        try:
            header = jwt.get_unverified_header(token)
            # What the token says about its algorithm counts for nothing: ours is pinned.
            return jwt.decode(
                token,
                self._signing_key(header.get("kid")),
                algorithms=[registration.algorithm],
                audience=registration.client_id,
                issuer=registration.issuer,
                options={
                    "require": ["iss", "aud", "exp", "iat", *required],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.DecodeError, jwt.InvalidAlgorithmError, jwt.InvalidKeyError, jwt.PyJWKError) as error:
            raise LoginRefused(Reason.SIGNATURE) from error
        except jwt.PyJWTError as error:
            raise LoginRefused(Reason.CLAIMS) from error

    def _signing_key(self, key_id: object) -> Any:
        import jwt

        now = self.clock()
        age = now - self._keys.asked_at if self._keys else KEPT
        found = self._find_key(key_id) if age < KEPT else None
        if found is None and age >= KEYS_ASKED_AT_MOST_EVERY:
            self._keys = _Kept(self.web.fetch(self._endpoint("jwks_uri")), now)
            found = self._find_key(key_id)
        if found is None:
            raise LoginRefused(Reason.SIGNATURE)
        return jwt.PyJWK.from_dict(dict(found), algorithm=self.registration.algorithm)

    def _find_key(self, key_id: object) -> Mapping[str, Any] | None:
        keys = [key for key in (self._keys.content.get("keys", ()) if self._keys else ()) if _can_sign(key)]
        if key_id is None:
            return keys[0] if len(keys) == 1 else None
        return next((key for key in keys if key.get("kid") == key_id), None)

    def _check_claims(self, claims: Mapping[str, Any], nonce: str) -> None:
        ours = self.registration.client_id
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        party = claims.get("azp", None if several else ours)
        subject = claims["sub"]
        if claims.get("nonce") != nonce or party != ours or not isinstance(subject, str) or not subject:
            raise LoginRefused(Reason.CLAIMS)

    def _check_times(self, claims: Mapping[str, Any], oldest: timedelta) -> timedelta:
        """Return how long ago somebody proved who they are."""
        now = self.clock().timestamp()
        leeway = LEEWAY.total_seconds()
        expires, issued, authenticated = (_seconds(claims.get(name)) for name in ("exp", "iat", "auth_time"))
        earliest = now - oldest.total_seconds() - leeway
        if not (now < expires + leeway and issued <= now + leeway and earliest <= authenticated <= now + leeway):
            raise LoginRefused(Reason.TIME)
        return timedelta(seconds=max(0.0, now - authenticated))

    def _check_second_factor(self, claims: Mapping[str, Any]) -> None:
        if self.registration.mfa_by_provider or claims.get("acr") in self.registration.accepted_acr:
            return
        methods = claims.get("amr")
        methods = set(map(str, methods)) if isinstance(methods, list) else set()
        # RFC 8176: a one-time password is a second factor only beside another one.
        if "mfa" not in methods and not {"pwd", "otp"} <= methods:
            # Says how people log in there, not who: whoever sets up a provider needs to know it.
            raise LoginRefused(Reason.SECOND_FACTOR, f"acr {str(claims.get('acr'))[:LONGEST_ACR]}")

    def _provider(self) -> Mapping[str, Any]:
        """Return the provider's description of itself, at most an hour old."""
        now = self.clock()
        if self._metadata is None or now - self._metadata.asked_at >= KEPT:
            metadata = self.web.fetch(f"{self.registration.issuer.rstrip('/')}/.well-known/openid-configuration")
            if metadata.get("issuer") != self.registration.issuer:
                raise LoginRefused(Reason.METADATA)
            self._metadata = _Kept(metadata, now)
        return self._metadata.content

    def _endpoint(self, name: str) -> str:
        url = self._provider().get(name)
        # Codes and secrets travel encrypted, or stay on this machine.
        if not isinstance(url, str) or not url.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
            raise LoginRefused(Reason.METADATA)
        return url


def begin(return_to: str, expires_at: datetime, *, fresh: bool = False) -> LoginTransaction:
    """Make what a log-in needs to be recognised when it comes back."""
    state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
    return LoginTransaction(state, nonce, verifier, return_to, expires_at, fresh)


def _seconds(claim: object) -> float:
    """Read an instant; some providers write seconds with a fraction."""
    try:
        seconds = float(claim)  # type: ignore[arg-type]  # whatever it is
    except (TypeError, ValueError) as error:
        raise LoginRefused(Reason.TIME) from error
    if not isfinite(seconds):
        raise LoginRefused(Reason.TIME)
    return seconds


def _can_sign(key: object) -> bool:
    return isinstance(key, Mapping) and key.get("use", "sig") == "sig"


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
