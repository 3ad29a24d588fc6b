"""A user pool as identity provider: for stages that have no other one. Nobody gets in without a second factor."""

from typing import Final

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, SecretValue, Validations
from aws_cdk import aws_cognito as cognito
from constructs import Construct

SHORTEST_PASSWORD: Final = 12


class UserPool(Construct):
    """Coordinators' identities: an address, a password and an authenticator app; they make them themselves.

    ``issuer``, ``client_id`` and ``client_secret`` are what the register function needs to know.
    """

    def __init__(self, scope: Construct, construct_id: str, *, region: str, site_url: str, domain_prefix: str) -> None:
        super().__init__(scope, construct_id)
        pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            # The proof of a second factor that every token stands for, see ``mfa_by_provider`` in openid.py.
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=SHORTEST_PASSWORD,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        Validations.of(pool).acknowledge(
            Acknowledgment(
                id="AwsSolutions-COG3",
                reason="Threat protection looks at people's addresses and devices; the second factor is required.",
            ),
            Acknowledgment(
                id="AwsSolutions-COG8",
                reason="The plan would be bought for threat protection, which is not wanted here.",
            ),
        )
        pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(domain_prefix=domain_prefix),
            # The older pages do not ask again who somebody is, which changing coordinators needs.
            managed_login_version=cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
        )
        client = pool.add_client(
            "Client",
            generate_secret=True,
            prevent_user_existence_errors=True,
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID],
                callback_urls=[f"{site_url}/auth/callback"],
                logout_urls=[f"{site_url}/"],
            ),
            # Tokens are looked at once, in the callback; the session after that is ours.
            id_token_validity=Duration.minutes(5),
            access_token_validity=Duration.minutes(5),
            refresh_token_validity=Duration.hours(1),
        )
        cognito.CfnManagedLoginBranding(
            self,
            "Pages",
            user_pool_id=pool.user_pool_id,
            client_id=client.user_pool_client_id,
            use_cognito_provided_values=True,
        )
        described = client.node.default_child
        assert isinstance(described, cognito.CfnUserPoolClient)
        self.issuer = f"https://cognito-idp.{region}.amazonaws.com/{pool.user_pool_id}"
        self.client_id = client.user_pool_client_id
        # Read by CloudFormation itself: the library's way would be a function with a role of its own.
        self.client_secret = SecretValue.resource_attribute(described.attr_client_secret)
