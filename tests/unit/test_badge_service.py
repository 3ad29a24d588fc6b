"""A school's badge: who can have one, what it says, and that it can be revoked."""

import base64
import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from PIL import Image

from functions.badge.baking import bake_svg, baked_png, baked_svg, emblem
from functions.badge.credential import achievement, status_credential
from functions.badge.proofs import base58, jwk, thumbprint
from selfie.adapters.signing import MESSAGE_TYPE, SIGNING_ALGORITHM, KmsSigner
from selfie.domain.account import LONGEST_NAME
from selfie.domain.badge import PLACES, Badge, Criterion, parse_badge_id, place_of
from selfie.domain.errors import CriteriaUnmet, Revoked, Unknown
from selfie.domain.school import EducationLevel
from selfie.i18n import locales
from selfie_reporting.badge_image import badge_svg, session_label
from tests.support.badges import credential_in_png, credential_in_svg, issuing
from tests.support.reports import LEADER, SCHOOL, SHOWN_AT, STUDENT, TEACHER, add_closed, another

SESSION = "2024-1"


def test_a_badge_is_issued_once_for_a_session_and_kept(tmp_path: Path) -> None:
    it = issuing(tmp_path)
    badge = it.service.ask(SCHOOL.id, SESSION, "en")
    it.clock.instant += timedelta(days=3)
    assert it.service.ask(SCHOOL.id, SESSION, "fr") == badge
    assert it.service.show(badge.id).issued.badge == badge
    assert not it.service.show(badge.id).revoked
    (entry,) = it.service.listing(SCHOOL.id)
    assert (entry.session_id, entry.badge, entry.is_earned) == (SESSION, badge, True)


def test_unmet_criteria_are_named_and_refuse_the_badge(tmp_path: Path) -> None:
    it = issuing(tmp_path, sent={LEADER: 1, TEACHER: 9})
    (entry,) = it.service.listing(SCHOOL.id)
    assert entry.levels[0].unmet == (Criterion.ALL_THREE_GROUPS, Criterion.MORE_THAN_TEN)
    with pytest.raises(CriteriaUnmet):
        it.service.ask(SCHOOL.id, SESSION, "en")
    with pytest.raises(CriteriaUnmet):
        it.service.ask(SCHOOL.id, "2025-1", "en")
    # One exercise of the session is enough, whatever another lacks.
    of = another(it.exercise, EducationLevel.PRIMARY)
    add_closed(it, of, {LEADER: 1, TEACHER: 1, STUDENT: 9})
    assert it.service.ask(SCHOOL.id, SESSION, "en").session_id == SESSION


def test_nothing_is_said_before_the_results_may_be_seen(tmp_path: Path) -> None:
    it = issuing(tmp_path)
    it.clock.instant = SHOWN_AT - timedelta(seconds=1)
    assert it.service.listing(SCHOOL.id) == []
    with pytest.raises(CriteriaUnmet):
        it.service.ask(SCHOOL.id, SESSION, "en")


def test_a_badge_is_found_by_its_whole_name_only(tmp_path: Path) -> None:
    it = issuing(tmp_path)
    badge = it.service.ask(SCHOOL.id, SESSION, "en")
    for name in (f"{SCHOOL.id}-{SESSION}-aaaaaaaaaaaaaaaa", badge.id[:-1], badge.id.upper(), "did.json", ""):
        with pytest.raises(Unknown):
            it.service.show(name)
    assert parse_badge_id(badge.id) == (SCHOOL.id, SESSION, badge.secret)


def test_a_revoked_badge_is_shown_as_such_and_not_handed_on(tmp_path: Path) -> None:
    it = issuing(tmp_path)
    badge = it.service.ask(SCHOOL.id, SESSION, "en")
    it.service.revoke(badge.id)
    it.service.revoke(badge.id)
    assert it.service.show(badge.id).revoked
    with pytest.raises(Revoked):
        it.service.valid(badge.id)
    # It stays revoked however often it is asked for.
    assert it.service.ask(SCHOOL.id, SESSION, "en") == badge
    assert it.service.listing(SCHOOL.id)[0].revoked
    assert it.badges.status_list(1).version == 3


def test_what_is_signed_names_school_and_session_and_holds_no_figure_of_the_results(tmp_path: Path) -> None:
    it = issuing(tmp_path, school=replace(SCHOOL, name="Γυμνάσιο & «Λύκειο» ]]> <b>"))
    badge = it.service.ask(SCHOOL.id, SESSION, "fr")
    credential = json.loads(it.service.valid(badge.id).credential)
    subject = credential["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == "Γυμνάσιο & «Λύκειο» ]]> <b>"
    assert "2024–2025" in credential["name"]
    assert (subject["activityStartDate"], subject["activityEndDate"]) == ("2024-11-04", "2024-11-17")
    assert set(subject) == {"id", "type", "identifier", "activityStartDate", "activityEndDate", "achievement"}
    assert "result" not in json.dumps(credential)
    # The same badge of a school with other results is the same, but for its name in our books.
    (tmp_path / "other").mkdir()
    other = issuing(tmp_path / "other", school=it.schools.get(SCHOOL.id), sent={LEADER: 5, TEACHER: 44, STUDENT: 90})
    twin = other.service.ask(SCHOOL.id, SESSION, "fr")
    same = json.loads(other.service.valid(twin.id).credential.replace(twin.secret, badge.secret))
    assert {**same, "proof": None} == {**credential, "proof": None}


@pytest.mark.parametrize("locale", locales())
def test_a_token_of_the_longest_name_is_short_enough_for_kms_to_sign(tmp_path: Path, locale: str) -> None:
    site = "https://self-reflection.digital.schools.ministry.example.org"
    it = issuing(tmp_path, site, school=replace(SCHOOL, name="𝄞" * LONGEST_NAME))
    badge = it.service.ask(SCHOOL.id, SESSION, locale)
    signed = it.service.valid(badge.id).token.rpartition(".")[0]
    assert len(signed) <= 4096
    assert badge.school == "𝄞" * 99 + "…"


def test_pictures_carry_the_credential_and_stay_pictures(tmp_path: Path) -> None:
    it = issuing(tmp_path, school=replace(SCHOOL, name='مدرسة "النهر" ]]> <&'))
    issued = it.service.valid(it.service.ask(SCHOOL.id, SESSION, "ar").id)
    file = tmp_path / "badge.png"
    file.write_bytes(baked_png(issued))
    assert credential_in_png(file) == issued.credential
    assert credential_in_svg(baked_svg(issued)) == issued.credential
    with Image.open(file) as picture:
        assert picture.size == (600, 600)
        assert picture.getpixel((0, 0))[3] == 0
    assert emblem() != file.read_bytes()
    assert credential_in_svg(bake_svg(badge_svg(session_label(SESSION)), "]]>]]>")) == "]]>]]>"


def test_a_list_has_a_bit_for_each_of_its_badges(tmp_path: Path) -> None:
    it = issuing(tmp_path)
    assert [place_of(number) for number in (0, PLACES - 1, PLACES)] == [(1, 0), (1, PLACES - 1), (2, 0)]
    subject = status_credential(it.issuer, 1, {0, 9, PLACES - 1}, SHOWN_AT)["credentialSubject"]
    text = subject["encodedList"]
    bits = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert text[0] == "u"
    assert len(bits) == PLACES // 8
    assert (bits[0], bits[1], bits[-1]) == (0x80, 0x40, 0x01)
    assert sum(bits) == 0x80 + 0x40 + 0x01


def test_keys_are_named_as_the_standards_say() -> None:
    # RFC 8037, appendix A.3.
    key = base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    assert jwk(key)["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    # The draft of the base58 encoding, section 5.
    assert base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert base58(bytes.fromhex("0000287fb4cd")) == "11233QC4"


def test_kms_signs_with_the_first_key_and_shows_all() -> None:
    client = boto3.client("kms", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    keys = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2)]
    der = [bytes.fromhex("302a300506032b6570032100") + key.public_key().public_bytes_raw() for key in keys]
    names, message = ["arn:aws:kms:eu-west-1:1:key/new", "arn:aws:kms:eu-west-1:1:key/old"], b"what is signed"
    with Stubber(client) as kms:
        for name, encoded in zip(names, der, strict=True):
            kms.add_response("get_public_key", {"PublicKey": encoded}, {"KeyId": name})
        kms.add_response(
            "sign",
            {"Signature": keys[0].sign(message)},
            {"KeyId": names[0], "Message": message, "MessageType": MESSAGE_TYPE, "SigningAlgorithm": SIGNING_ALGORITHM},
        )
        signer = KmsSigner(client, names)
        for _ in range(2):  # asked once
            assert list(signer.public_keys()) == [key.public_key().public_bytes_raw() for key in keys]
        Ed25519PublicKey.from_public_bytes(signer.public_keys()[0]).verify(signer.sign(message), message)
        kms.assert_no_pending_responses()


def test_every_language_defines_the_achievement(tmp_path: Path) -> None:
    it = issuing(tmp_path)
    defined = [achievement(it.issuer, locale) for locale in ("en", "fr")]
    assert defined[0]["id"] != defined[1]["id"]
    assert defined[0]["name"] != defined[1]["name"]


def test_a_badge_knows_nothing_but_school_session_and_days() -> None:
    assert set(Badge.__dataclass_fields__) == {
        "school_id", "session_id", "secret", "number", "school", "locale", "first_day", "last_day", "issued_at",
    }  # fmt: skip
