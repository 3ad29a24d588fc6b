"""What must outlive every deployment: tables, documents, secrets, and the proof that we may send e-mail."""

from typing import Any, Final

from aws_cdk import Acknowledgment, CfnOutput, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.parameters import Parameters
from infra.stacks.identity import UserPool
from infra.tables import COUNTERS, EXERCISES, KEYS, Table

# Long enough to compare a school year with the one before; a school's account may end earlier.
CONTRIBUTIONS_KEPT: Final = Duration.days(1095)


class DataStack(Stack):
    """Three tables, the buckets of documents and of research data, two secrets, keys, and the sender's domain."""

    def __init__(self, scope: Construct, construct_id: str, *, parameters: Parameters, **options: Any) -> None:
        super().__init__(scope, construct_id, termination_protection=True, **options)
        self._backup_days = parameters.retention.backup_days
        made = self._table("Exercises", EXERCISES)
        self.exercises: dynamodb.ITable = made
        if beside := parameters.restored_exercises_table:
            # The stage's own stays as it is, and is used again when the parameter is taken away.
            self.exercises = dynamodb.Table.from_table_attributes(
                self,
                "RestoredExercises",
                table_name=beside,
                global_indexes=[index["name"] for index in EXERCISES["indexes"]],
            )
        self.counters = self._table("Counters", COUNTERS)
        # Whole-table reads would show two images of the counters a moment apart: nobody may, whatever their role.
        self.counters.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["dynamodb:Scan", "dynamodb:PartiQLSelect"],
                resources=["*"],  # the table itself; its ARN here would refer to itself
            )
        )
        self.keys = self._table("Keys", KEYS)
        # One for all exercises; each has a key of its own that this one wraps, and that is destroyed at its closing.
        self.copies_key = kms.Key(
            self,
            "CopiesKey",
            alias=f"selfie/{parameters.stage}/copies",
            description="Wraps the keys under which open tallies are copied",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.reports = self._bucket("Reports")
        self.reports.add_lifecycle_rule(prefix="due/", expiration=Duration.days(1))
        self.research = self._bucket("Research")
        self.research.add_lifecycle_rule(prefix="contributions/", expiration=CONTRIBUTIONS_KEPT)
        # Which school contributed: whoever contributes may seal, the release job alone may open.
        self.research_seal_key = kms.Key(
            self,
            "ResearchSealKey",
            alias=f"selfie/{parameters.stage}/research-seal",
            description="Seals the ids of schools that contribute to research",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.research_pseudonym_key = kms.Key(
            self,
            "ResearchPseudonymKey",
            alias=f"selfie/{parameters.stage}/research-pseudonym",
            description="Makes pseudonyms of schools for one study each; nobody, we included, can read it",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=RemovalPolicy.RETAIN,
        )
        # Made with values that fit neither use; the operator sets the real ones before the first school comes, until
        # then signing in and opening a questionnaire fail. The secret of a user pool of our own is known here.
        self.token_keys = secretsmanager.Secret(
            self,
            "TokenKeys",
            secret_name=f"selfie/{parameters.stage}/token-keys",
            description="JSON list of base64 keys that sign respondents' tokens, newest first",
        )
        provider = parameters.identity_provider
        self.oidc_issuer, self.oidc_client_id, given_secret = provider.issuer, provider.client_id, None
        if provider.is_own_pool:
            pool = UserPool(
                self,
                "Coordinators",
                region=parameters.region,
                site_url=parameters.site_url,
                domain_prefix=provider.domain_prefix,
            )
            self.oidc_issuer, self.oidc_client_id, given_secret = pool.issuer, pool.client_id, pool.client_secret
        self.oidc_client_secret = secretsmanager.Secret(
            self,
            "OidcClientSecret",
            secret_name=f"selfie/{parameters.stage}/oidc-client-secret",
            description="Client secret from the OpenID Connect provider",
            secret_string_value=given_secret,
        )
        # The first one signs. The others stay, because what they signed is verified with them.
        self.badge_keys = [
            kms.Key(
                self,
                f"BadgeKey{name}",
                alias=f"selfie/{parameters.stage}/badge-{name}",
                description="Signs schools' badges; nobody, we included, can read it",
                key_spec=kms.KeySpec.ECC_NIST_EDWARDS25519,
                key_usage=kms.KeyUsage.SIGN_VERIFY,
                removal_policy=RemovalPolicy.RETAIN,
            )
            for name in parameters.badge_keys
        ]
        # Whoever asks for mail gets it, also at an address that did not take it before: our own rules, not a list of
        # Amazon's, say when an address is left alone.
        self.mail = ses.ConfigurationSet(
            self,
            "Mail",
            configuration_set_name=f"selfie-{parameters.stage}",
            reputation_metrics=True,
            disable_suppression_list=True,
        )
        self.mail_arn = self.format_arn(
            service="ses", resource="configuration-set", resource_name=f"selfie-{parameters.stage}"
        )
        sender_domain = parameters.mail_sender.partition("@")[2]
        self.sender = ses.EmailIdentity(
            self,
            "Sender",
            identity=ses.Identity.domain(sender_domain),
            configuration_set=self.mail,
            mail_from_domain=f"bounce.{sender_domain}",
        )
        self._print_records_of_mail(sender_domain, parameters)
        self._acknowledge()

    def _print_records_of_mail(self, domain: str, parameters: Parameters) -> None:
        """Put out what has to be set in the sender's DNS, so that others can tell our mail from forged one."""
        for number, record in enumerate(self.sender.dkim_records, 1):
            CfnOutput(self, f"DkimName{number}", value=record.name, description="CNAME to set for the sender's domain")
            CfnOutput(self, f"DkimValue{number}", value=record.value)
        records = {
            # Where mail that comes back goes: SPF is looked up here, and bounces are taken here.
            f"Mx bounce.{domain} MX": f"10 feedback-smtp.{parameters.region}.amazonses.com",
            f"Spf bounce.{domain} TXT": "v=spf1 include:amazonses.com -all",
            f"Dmarc _dmarc.{domain} TXT": f"v=DMARC1; p=quarantine; rua=mailto:{parameters.security_contact}",
        }
        for record_of, value in records.items():
            name, owner, kind = record_of.split(" ")
            CfnOutput(self, f"{name}Value", value=value, description=f"{kind} to set for {owner}")

    def _bucket(self, construct_id: str) -> s3.Bucket:
        return s3.Bucket(
            self,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _table(self, construct_id: str, table: Table) -> dynamodb.Table:
        made = dynamodb.Table(
            self,
            construct_id,
            partition_key=_string("PK"),
            sort_key=_string("SK"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            time_to_live_attribute=table["ttl"],
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=table["backed_up"],
                recovery_period_in_days=self._backup_days if table["backed_up"] else None,
            ),
            removal_policy=RemovalPolicy.RETAIN,
            deletion_protection=True,
        )
        for index in table["indexes"]:
            made.add_global_secondary_index(
                index_name=index["name"],
                partition_key=_string(index["partition_key"]),
                sort_key=_string(index["sort_key"]),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            )
        return made

    def _acknowledge(self) -> None:
        Validations.of(self.counters).acknowledge(
            Acknowledgment(
                id="AwsSolutions-DDB3",
                reason="Anonymity: two images of the counters a second apart differ by one person's answers.",
            )
        )
        Validations.of(self.keys).acknowledge(
            Acknowledgment(
                id="AwsSolutions-DDB3",
                reason="What a key opened must stay closed once it is destroyed: no backup brings one back.",
            )
        )
        Validations.of(self.reports).acknowledge(
            Acknowledgment(
                id="AwsSolutions-S1",
                reason="Access logs would hold addresses; documents are read through the report function alone.",
            )
        )
        Validations.of(self.research).acknowledge(
            Acknowledgment(
                id="AwsSolutions-S1",
                reason="Access logs would hold addresses; what leaves is entered in the public register.",
            )
        )
        for secret in (self.token_keys, self.oidc_client_secret):
            Validations.of(secret).acknowledge(
                Acknowledgment(
                    id="AwsSolutions-SMG4",
                    reason="The operator rotates: two token keys are accepted at once; the provider gives the other.",
                )
            )


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
