"""An OpenID provider in memory that signs PS512 as EU Login does, checks its client, and can be told to misbehave."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from selfie.domain.errors import LoginRefused, TryAgain
from selfie.ports import Clock

ISSUER = "https://provider.example.org/oauth2"
CLIENT = "school-self-reflection"
SECRET = "a client secret of more than sixty-four letters, so that HS256 is content"
LOA_MEDIUM = "https://provider.example.org/loa/medium"
SUBJECT = "n0042abc"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Return the key of this name; making one takes a while."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_key(name: str, **changes: object) -> dict[str, Any]:
    """Return what the provider tells of a key."""
    described = json.loads(RSAAlgorithm.to_jwk(rsa_key(name).public_key()))
    kept = {part: described[part] for part in ("kty", "n", "e")}
    return kept | {"kid": name, "use": "sig"} | changes


@dataclass
class FakeProvider:
    """What the provider says and does; ``claims`` replace those of the token, None leaves one out."""

    clock: Clock
    metadata: dict[str, Any] = field(
        default_factory=lambda: {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "end_session_endpoint": f"{ISSUER}/logout",
            "authorization_response_iss_parameter_supported": True,
        }
    )
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public_key("first")])
    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "PS512"
    signing_key: Any = None
    header: dict[str, Any] = field(default_factory=lambda: {"kid": "first"})
    token: str | None = None  # instead of the one it would make
    down: bool = False
    fetched: list[str] = field(default_factory=list)
    posted: list[Mapping[str, str]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def log_in(self, url: str) -> dict[str, str]:
        """Do what a person does at the authorization endpoint; return the query of the callback."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{ISSUER}/authorize?")
        code = f"code-{len(self._codes)}"
        self._codes[code] = query
        return {"code": code, "state": query["state"], "iss": ISSUER}

    def fetch(self, url: str) -> Mapping[str, Any]:
        """Answer the relying party."""
        self.fetched.append(url)
        if self.down:
            raise TryAgain
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return self.metadata
        assert url == f"{ISSUER}/jwks"
        return {"keys": list(self.keys)}

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
        """Redeem a code, once, for the client that began."""
        assert url == f"{ISSUER}/token"
        self.posted.append(form)
        if not self._is_client(form, headers):
            raise LoginRefused  # and the code may be used by whom it is for
        asked = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["code_challenge_method"] != "S256"
            or asked["redirect_uri"] != form["redirect_uri"]
            or form["grant_type"] != "authorization_code"
        ):
            raise LoginRefused
        return {
            "access_token": "opaque",
            "token_type": "Bearer",
            "id_token": self.token or self.id_token(asked["nonce"]),
        }

    def _is_client(self, form: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        if "Authorization" in headers:
            pair = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
            return [unquote(part) for part in pair.split(":")] == [CLIENT, SECRET] and "client_assertion" not in form
        assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        try:
            assertion = jwt.decode(
                form["client_assertion"],
                SECRET,
                algorithms=["HS256"],
                audience=f"{ISSUER}/token",
                issuer=CLIENT,
                options={"require": ["sub", "jti", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            return False
        lives = assertion["iat"] <= self.clock().timestamp() < assertion["exp"] <= assertion["iat"] + 300
        return lives and assertion["sub"] == CLIENT and len(assertion["jti"]) > 20

    def logout_token(self, **changes: Any) -> str:
        """Sign that somebody logged out; ``changes`` replace claims, None leaves one out."""
        now = int(self.clock().timestamp())
        claims = {
            "iss": ISSUER,
            "sub": SUBJECT,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": f"log-out-{now}",
            "sid": "their-session",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        } | changes
        return self._signed({name: value for name, value in claims.items() if value is not None}, "logout+jwt")

    def _signed(self, claims: Mapping[str, Any], kind: str = "JWT") -> str:
        key = rsa_key("first") if self.signing_key is None else self.signing_key
        return jwt.encode(dict(claims), key, algorithm=self.algorithm, headers={"typ": kind} | self.header)

    def id_token(self, nonce: str) -> str:
        """Sign who logged in."""
        now = int(self.clock().timestamp())
        claims = {
            "iss": ISSUER,
            "sub": SUBJECT,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": now - 5,
            "nonce": nonce,
            "acr": LOA_MEDIUM,
        } | self.claims
        return self._signed({name: value for name, value in claims.items() if value is not None})
