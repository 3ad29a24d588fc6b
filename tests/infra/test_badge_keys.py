"""The keys that sign badges: moto has no Ed25519 and a stub takes any name, so names are held against KMS's model."""

import botocore.session
import pytest

from selfie.adapters.signing import MESSAGE_TYPE, SIGNING_ALGORITHM
from tests.infra.conftest import Cloud


@pytest.mark.parametrize(
    ("shape", "name"),
    [("SigningAlgorithmSpec", SIGNING_ALGORITHM), ("MessageType", MESSAGE_TYPE)],
    ids=str,
)
def test_kms_knows_what_the_adapter_asks_for(shape: str, name: str) -> None:
    assert name in botocore.session.get_session().get_service_model("kms").shape_for(shape).enum


def test_keys_are_of_a_kind_that_kms_signs_with_and_are_kept(cloud: Cloud) -> None:
    model = botocore.session.get_session().get_service_model("kms")
    keys = [key for name, key in cloud.resources("data", "AWS::KMS::Key").items() if name.startswith("BadgeKey")]
    assert keys
    for key in keys:
        assert key["Properties"]["KeySpec"] == "ECC_NIST_EDWARDS25519"
        assert key["Properties"]["KeySpec"] in model.shape_for("KeySpec").enum
        assert key["Properties"]["KeyUsage"] == "SIGN_VERIFY"
        assert key["DeletionPolicy"] == "Retain"
