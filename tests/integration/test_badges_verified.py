"""Badges before strangers: libraries that share no code with ours verify them, and refuse what is not right."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3.verifier import OB3Verifier
from openbadgeslib.verify import VerifyResult, verify_badge

from functions.badge.baking import baked_png, baked_svg
from functions.badge.proofs import CONTEXTS, with_proof
from selfie.adapters.signing import FileSigner
from tests.support.badges import credential_in_png, credential_in_svg, issuing, key_file, verify
from tests.support.reports import SCHOOL


def changed(credential: dict[str, Any], *path: Any, value: Any) -> dict[str, Any]:
    """Return a copy in which one thing is another."""
    copy = json.loads(json.dumps(credential))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Issue two badges, revoke one, forge some, and let everything be verified."""
    folder = tmp_path_factory.mktemp("badges")
    # The did:web of an address with a port is the one in which something can be wrong.
    it = issuing(folder, site="http://localhost:8000")
    good = it.service.valid(it.service.ask(SCHOOL.id, "2024-1", "ar").id)
    (folder / "badge.png").write_bytes(baked_png(good))
    credential = json.loads(credential_in_png(folder / "badge.png"))
    empty_list = json.loads(it.service.status(1))
    stranger = FileSigner(key_file(folder, bytes(32)))
    unproven = {name: value for name, value in credential.items() if name != "proof"}
    method = it.issuer.multikey_id(it.signer.public_keys()[0])
    forged_by_stranger = with_proof(unproven, method, it.clock(), stranger.sign)
    documents = {it.issuer.did: it.service.issuer_document(), empty_list["id"]: empty_list}
    name = ("credentialSubject", "identifier", 0, "identityHash")
    seen = verify(
        it.issuer.did,
        documents,
        {
            "from the PNG": credential,
            "from the SVG": json.loads(credential_in_svg(baked_svg(good))),
            "another school": changed(credential, *name, value="Another School"),
            "another session": changed(credential, "name", value="Another session"),
            "with a score": changed(credential, "credentialSubject", "result", value=[{"type": ["Result"]}]),
            "with a word nobody knows": changed(credential, "rank", value="first"),
            "another place in the list": changed(credential, "credentialStatus", "statusListIndex", value="1"),
            "signed by a stranger": forged_by_stranger,
        },
        {
            "good": good.token,
            "another school": _with_another_school(good.token),
            "no signature": good.token.rpartition(".")[0] + ".",
        },
    )
    it.service.revoke(good.badge.id)
    revoked_list = json.loads(it.service.status(1))
    nobody_revoked = empty_list["credentialSubject"]["encodedList"]
    forged_list = changed(revoked_list, "credentialSubject", "encodedList", value=nobody_revoked)
    documents[empty_list["id"]] = revoked_list
    after = verify(it.issuer.did, documents, {"revoked": credential}, {})
    documents[empty_list["id"]] = forged_list
    forged = verify(it.issuer.did, documents, {"with a forged list": credential}, {})
    return {
        "credentials": seen["credentials"] | after["credentials"] | forged["credentials"],
        "tokens": seen["tokens"],
        "context": seen["openBadgesContext"],
        "credential": credential,
    }


def _with_another_school(token: str) -> str:
    head, payload, signature = token.split(".")
    claims = json.loads(urlsafe_b64decode(payload + "=="))
    claims["credentialSubject"]["identifier"][0]["identityHash"] = "Another School"
    return ".".join((head, urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("="), signature))


@pytest.mark.parametrize("name", ["from the PNG", "from the SVG"])
def test_a_badge_is_verified_out_of_its_picture(found: dict[str, Any], name: str) -> None:
    assert found["credentials"][name] == {"verified": True, "signed": True, "revoked": False, "why": ""}


@pytest.mark.parametrize(
    "name",
    [
        "another school",
        "another session",
        "with a score",
        "with a word nobody knows",
        "another place in the list",
        "signed by a stranger",
        "with a forged list",
    ],
)
def test_a_forgery_is_refused(found: dict[str, Any], name: str) -> None:
    assert not found["credentials"][name]["signed"]
    assert found["credentials"][name]["why"]


def test_a_revoked_badge_is_refused(found: dict[str, Any]) -> None:
    assert found["credentials"]["revoked"] == {"verified": False, "signed": True, "revoked": True, "why": ""}


def test_the_token_is_verified_and_says_the_same(found: dict[str, Any]) -> None:
    good = found["tokens"]["good"]
    assert good["verified"]
    credential = {name: value for name, value in found["credential"].items() if name != "proof"}
    claims = {name: value for name, value in good["payload"].items() if name not in ("iss", "jti", "sub", "nbf")}
    assert claims == credential
    assert good["payload"]["iss"] == "did:web:localhost%3A8000:badges"
    assert (good["payload"]["jti"], good["payload"]["sub"]) == (credential["id"], credential["credentialSubject"]["id"])


@pytest.mark.parametrize("name", ["another school", "no signature"])
def test_a_forged_token_is_refused(found: dict[str, Any], name: str) -> None:
    assert not found["tokens"][name]["verified"]


def unbaked(folder: Path, picture: str, status: str) -> VerifyResult:
    """Let PyPI's verifier find credential, issuer and list by itself; it reads proofs of lists only in tokens."""
    published = {
        "https://selfie.example/badges/did.json": "did.json",
        "https://selfie.example/badges/status/1": status,
    }
    return verify_badge(
        (folder / picture).read_bytes(),
        resolve_did=True,
        check_status=True,
        verify_status_list=False,
        download=lambda address: (folder / published[address]).read_bytes(),
    )


def test_a_verifier_from_pypi_reads_pictures_and_token_by_itself(tmp_path: Path) -> None:
    it = issuing(tmp_path)
    good = it.service.valid(it.service.ask(SCHOOL.id, "2024-1", "en").id)
    (tmp_path / "badge.png").write_bytes(baked_png(good))
    (tmp_path / "badge.svg").write_text(baked_svg(good))
    (tmp_path / "forged.svg").write_text(baked_svg(good).replace(SCHOOL.name, "Another School"))
    (tmp_path / "did.json").write_text(json.dumps(it.service.issuer_document()))
    (tmp_path / "before.json").write_text(it.service.status(1))
    it.service.revoke(good.badge.id)
    (tmp_path / "after.json").write_text(it.service.status(1))
    for picture in ("badge.png", "badge.svg"):
        valid = unbaked(tmp_path, picture, "before.json")
        assert (valid.valid, valid.trusted, valid.issuer_did) == (True, True, it.issuer.did)
        revoked = unbaked(tmp_path, picture, "after.json")
        assert not revoked.valid
        assert "revocation" in str(revoked.reason)
    assert not unbaked(tmp_path, "forged.svg", "before.json").valid
    strangers = OB3Verifier.for_issuer_did(it.issuer.did, lambda _address: (tmp_path / "did.json").read_bytes())
    assert strangers.verify(good.token).id == f"https://selfie.example/badges/{good.badge.id}"


def test_the_context_that_is_signed_over_is_the_published_one(found: dict[str, Any]) -> None:
    (file,) = CONTEXTS.values()
    assert json.loads(Path(file).read_text(encoding="utf-8")) == found["context"]
