"""Put the register function together; the only place here that names adapters."""

import json
from collections.abc import Mapping, Sequence
from functools import cache, partial
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from functions.register.accounts import Accounts
from functions.register.coordination import Coordination
from functions.register.migration import Migration
from functions.register.openid import ClientAuthentication, Reason, Registration, RelyingParty
from functions.register.profiles import Profiles
from functions.register.reminders import Reminders
from functions.register.service import SigningIn
from selfie import wiring as shared
from selfie.adapters import clock
from selfie.domain.errors import LoginRefused, TryAgain
from selfie.domain.school import Identity
from selfie.ports import AccountLinks, Attempts, Leaving, Logins, Mailboxes, PublicCounters, Schools
from selfie.settings import settings

# The function itself has fifteen seconds, for up to three requests.
PATIENCE_SECONDS: Final = 4
LARGEST_ANSWER: Final = 1024 * 1024


class ProviderWeb:
    """Asks the identity provider over HTTP."""

    def fetch(self, url: str) -> Mapping[str, Any]:
        """Get a JSON object; raise TryAgain when there is no good answer."""
        try:
            return self._ask(Request(url, headers={"Accept": "application/json"}))  # noqa: S310  see openid
        except HTTPError as error:
            raise TryAgain from error

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
        """Post a form and get a JSON object; raise LoginRefused when it is refused, TryAgain without an answer."""
        request = Request(  # noqa: S310  see openid
            url, urlencode(form).encode(), {"Accept": "application/json", **headers}, method="POST"
        )
        try:
            return self._ask(request)
        except HTTPError as error:
            if error.code in {400, 401, 403}:
                raise LoginRefused(Reason.CODE) from error
            raise TryAgain from error

    def _ask(self, request: Request) -> Mapping[str, Any]:
        try:
            with _opener().open(request, timeout=PATIENCE_SECONDS) as answer:
                content = json.loads(answer.read(LARGEST_ANSWER))
        except HTTPError:
            raise
        # OSError holds refused and broken connections and timeouts, ValueError what is not JSON.
        except (OSError, ValueError, HTTPException) as error:
            raise TryAgain from error
        if not isinstance(content, dict):
            raise TryAgain
        return content


class _NoRedirect(HTTPRedirectHandler):
    """Lets a redirect fail: codes and secrets go where the provider's description says and nowhere else."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        """Follow none."""


@cache
def _opener() -> OpenerDirector:
    return build_opener(_NoRedirect)


@cache
def signing_in() -> SigningIn:
    """Return this environment's use cases."""
    from selfie.adapters import lifetimes, secrets

    read = settings()
    registration = Registration(
        issuer=read.oidc_issuer,
        client_id=read.oidc_client_id,
        client_secrets=partial(secrets.secret_texts, read.oidc_client_secret_name),
        redirect_uri=f"{read.site_url}/auth/callback",
        algorithm=read.oidc_algorithm,
        authentication=ClientAuthentication(read.oidc_client_authentication),
        accepted_acr=read.oidc_accepted_acr,
        mfa_by_provider=read.oidc_mfa_by_provider,
    )
    return SigningIn(
        # The provider lives in the world's time, also where the local run has moved our clock forward.
        provider=RelyingParty(registration, ProviderWeb(), clock.system),
        logins=logins(),
        schools=_schools(),
        site_url=read.site_url,
        idle=lifetimes.IDLE,
        clock=clock.now,
        bind=_bind,
        note_login=_leaving().signed_in,
    )


@cache
def accounts() -> Accounts:
    """Return this environment's use cases of accounts."""
    read = settings()
    return Accounts(
        schools=_schools(),
        links=_account_links(),
        attempts=_attempts(),
        mailer=shared.mailer(),
        keys=shared.token_keys,
        locales=read.locales,
        site_url=read.site_url,
        clock=clock.now,
        counters=_public_counters(),
    )


@cache
def migration() -> Migration:
    """Return this environment's use cases of accounts of the former system."""
    import time

    from selfie.adapters.dynamodb_old_accounts import DynamoOldAccounts

    read = settings()
    return Migration(
        schools=_schools(),
        old_accounts=DynamoOldAccounts(shared.dynamodb(), read.exercises_table),
        links=_account_links(),
        attempts=_attempts(),
        mailer=shared.mailer(),
        keys=shared.token_keys,
        locales=read.locales,
        site_url=read.site_url,
        last_day=read.migration_last_day,
        clock=clock.now,
        timer=time.monotonic,
        pause=time.sleep,
        counters=_public_counters(),
    )


@cache
def coordination() -> Coordination:
    """Return this environment's use cases of who coordinates."""
    known = accounts()
    return Coordination(
        schools=known.schools,
        links=known.links,
        mailer=known.mailer,
        logins=logins(),
        attempts=known.attempts,
        keys=known.keys,
        locales=known.locales,
        site_url=known.site_url,
        clock=known.clock,
    )


@cache
def reminders() -> Reminders:
    """Return this environment's daily use case."""
    return Reminders(_schools(), shared.mailer(), settings().site_url, clock.now, _mailboxes())


@cache
def logins() -> Logins:
    """Return coordinators' sessions and log-ins under way."""
    from selfie.adapters.dynamodb_logins import DynamoLogins

    return DynamoLogins(shared.dynamodb(), settings().exercises_table)


@cache
def profiles() -> Profiles:
    """Return this environment's use cases of profiles."""
    read = settings()
    return Profiles(
        _schools(),
        _account_links(),
        shared.mailer(),
        read.locales,
        read.site_url,
        clock.now,
        _public_counters(),
        read.regions,
        _mailboxes(),
        _attempts(),
        shared.token_keys,
    )


def _mailboxes() -> Mailboxes:
    from selfie.adapters.dynamodb_mailboxes import DynamoMailboxes

    return DynamoMailboxes(shared.dynamodb(), settings().exercises_table)


def _account_links() -> AccountLinks:
    from selfie.adapters.dynamodb_account_links import DynamoAccountLinks

    return DynamoAccountLinks(shared.dynamodb(), settings().exercises_table)


def _public_counters() -> PublicCounters:
    from selfie.adapters.dynamodb_public_counters import DynamoPublicCounters

    return DynamoPublicCounters(shared.dynamodb(), settings().exercises_table)


def _attempts() -> Attempts:
    from selfie.adapters.dynamodb_old_accounts import DynamoAttempts

    return DynamoAttempts(shared.dynamodb(), settings().exercises_table)


@cache
def _leaving() -> Leaving:
    from selfie.adapters.dynamodb_leaving import DynamoLeaving

    return DynamoLeaving(shared.dynamodb(), settings().exercises_table)


def _bind(claim: str, identity: Identity) -> str | None:
    # Few come back from the provider with a school to claim; the others do not wait for what that needs.
    return accounts().bind(claim, identity) or migration().bind(claim, identity) or coordination().join(claim, identity)


@cache
def _schools() -> Schools:
    from selfie.adapters.dynamodb_schools import DynamoSchools

    return DynamoSchools(shared.dynamodb(), settings().exercises_table)


def locales() -> Sequence[str]:
    """Return the languages of the pages."""
    return settings().locales


def static_path() -> str:
    """Return where the style sheets are."""
    return settings().static_path
