"""Settings are read from the environment, and what is not right is named."""

import json

import pytest

from selfie.settings import Settings, read_settings

CALENDAR = [
    {"school_year": 2026, "number": 2, "first_day": "2027-01-11", "last_day": "2027-04-15"},
    {"school_year": 2026, "number": 1, "first_day": "2026-08-17", "last_day": "2026-12-18"},
]


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({"LOCALES": "", "HOME": "/"}) == Settings()


def test_variables_are_read_by_their_kind() -> None:
    read = read_settings(
        {
            "SITE_URL": "https://example.org",
            "LOCALES": "en fr  el",
            "OIDC_ACCEPTED_ACR": "one two",
            "OIDC_MFA_BY_PROVIDER": "true",
            "COUNCIL_COUNTRIES": "DE NL",
            "CALENDAR": json.dumps(CALENDAR),
        }
    )
    assert read.site_url == "https://example.org"
    assert read.locales == ("en", "fr", "el")
    assert read.oidc_accepted_acr == ("one", "two")
    assert read.oidc_mfa_by_provider
    assert read.council_countries == ("DE", "NL")
    assert [session.id for session in read.sessions.sessions] == ["2026-1", "2026-2"]
    assert not read_settings({"OIDC_MFA_BY_PROVIDER": "false"}).oidc_mfa_by_provider


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("OIDC_MFA_BY_PROVIDER", "perhaps"),
        ("CALENDAR", "[{}]"),
        ("CALENDAR", "no JSON"),
        ("CALENDAR", json.dumps([CALENDAR[0] | {"number": 4}])),
        ("CALENDAR", json.dumps([CALENDAR[0] | {"first_day": "soon"}])),
    ],
)
def test_a_variable_that_is_not_right_is_named(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        read_settings({name: text})
