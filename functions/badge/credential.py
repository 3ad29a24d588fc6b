"""Write a badge as an Open Badges 3.0 credential, its issuer and its status list; nothing here is signed yet.

No score can get in: a badge knows none.
"""

import base64
import gzip
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from functions.badge.proofs import jwk, multibase_key, thumbprint
from selfie.domain.badge import PLACES, Badge
from selfie.i18n import translator
from selfie_reporting.words import words

Json = dict[str, Any]

CREDENTIALS: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DECENTRALISED_ID: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)


class Issuer:
    """Us, as credentials name us: a ``did:web`` below ``/badges/`` of the site."""

    def __init__(self, site_url: str) -> None:
        self.folder = f"{site_url}/badges"
        self.did = f"did:web:{quote(site_url.partition('://')[2], safe='')}:badges"
        self._site_url = site_url

    def profile(self, locale: str) -> Json:
        """Say who we are."""
        name = translator(locale).gettext("School self-reflection")
        return {"id": self.did, "type": ["Profile"], "name": name, "url": f"{self._site_url}/"}

    def document(self, public_keys: Sequence[bytes]) -> Json:
        """Show the keys, each in the form for Data Integrity and in the form for JSON Web Tokens."""
        methods: list[Json] = []
        for key in public_keys:
            common = {"controller": self.did}
            multikey = {"type": "Multikey", "publicKeyMultibase": multibase_key(key)}
            methods += [
                {"id": self.multikey_id(key), **common, **multikey},
                {"id": self.jwk_id(key), **common, "type": "JsonWebKey", "publicKeyJwk": jwk(key)},
            ]
        return {
            "@context": list(DECENTRALISED_ID),
            "id": self.did,
            "verificationMethod": methods,
            "assertionMethod": [method["id"] for method in methods],
        }

    def multikey_id(self, key: bytes) -> str:
        """Name a key for Data Integrity."""
        return f"{self.did}#{multibase_key(key)}"

    def jwk_id(self, key: bytes) -> str:
        """Name a key for JSON Web Tokens."""
        return f"{self.did}#{thumbprint(key)}"

    def badge_address(self, badge_id: str) -> str:
        """Return the address of a badge's page."""
        return f"{self.folder}/{badge_id}"

    def status_address(self, number: int) -> str:
        """Return the address of a status list."""
        return f"{self.folder}/status/{number}"


def achievement(issuer: Issuer, locale: str) -> Json:
    """Say what was achieved; every language has a definition of its own."""
    _ = translator(locale).gettext
    return {
        "id": f"{issuer.folder}/achievement/{locale}",
        "type": ["Achievement"],
        "inLanguage": locale,
        "name": _("Digital self-reflection of a school"),
        "description": _("The whole school reflected on how it uses digital technology for teaching and learning."),
        "criteria": {
            "narrative": _(
                "In one exercise of the session school leaders, teachers and students all took part, and more than "
                "10 people answered. What they answered plays no part."
            )
        },
        "image": {"id": f"{issuer.folder}/emblem.png", "type": "Image"},
    }


def badge_credential(issuer: Issuer, badge: Badge) -> Json:
    """Say which school earned the badge, and in which session."""
    address = issuer.badge_address(badge.id)
    status, place = badge.place
    name = translator(badge.locale).gettext("Digital self-reflection of a school")
    session = words(badge.locale).session(badge.session_id)
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{name} ({session})",
        "issuer": issuer.profile(badge.locale),
        "validFrom": _instant(badge.issued_at),
        "credentialSubject": {
            "id": f"{address}#school",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": badge.school}
            ],
            "activityStartDate": badge.first_day.isoformat(),
            "activityEndDate": badge.last_day.isoformat(),
            "achievement": achievement(issuer, badge.locale),
        },
        "credentialStatus": {
            "id": f"{issuer.status_address(status)}#{place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(place),
            "statusListCredential": issuer.status_address(status),
        },
    }


def status_credential(issuer: Issuer, number: int, revoked: Collection[int], now: datetime) -> Json:
    """Say which badges of a list are revoked (W3C Bitstring Status List)."""
    address = issuer.status_address(number)
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": _instant(now),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": _encoded(revoked),
        },
    }


def token_claims(credential: Mapping[str, Any], issued_at: datetime) -> Json:
    """Write a credential as the claims of a JSON Web Token (Open Badges 3.0, «JSON Web Token Proof Format»)."""
    return {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": int(issued_at.timestamp()),
    }


def _encoded(revoked: Collection[int]) -> str:
    """Set a bit for every revoked place, the first place being the leftmost bit."""
    bits = bytearray(PLACES // 8)
    for place in revoked:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def _instant(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
