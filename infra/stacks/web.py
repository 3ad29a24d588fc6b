"""The one address that people see: static pages from a bucket, everything else from the API, all through the CDN."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from aws_cdk import Acknowledgment, CfnElement, CfnOutput, Duration, RemovalPolicy, Stack, Token, Validations
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from functions.survey.schemas import LARGEST_BODY
from infra.headers import BADGE_HEADERS, BADGES, HIDDEN_HEADERS, SECURITY_HEADERS
from infra.parameters import Parameters
from infra.stacks.firewall import FirewallStack

YEAR: Final = Duration.days(365)
NOT_FOUND: Final = "*404.html"
# The CDN would show a class for ten seconds the fault that one of them met.
FAULTS: Final = (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)


class WebStack(Stack):
    """Bucket of static pages, distribution, and the copying of the built site into the bucket."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        site: Path,
        firewall: FirewallStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        self.pages = s3.Bucket(
            self,
            "Pages",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
        )
        Validations.of(self.pages).acknowledge(
            Acknowledgment(id="AwsSolutions-S1", reason="Public pages; a log would hold readers' addresses.")
        )
        self.distribution = self._distribution(parameters, site, firewall)
        self._copy(site)
        CfnOutput(
            self,
            "SiteTarget",
            value=self.distribution.distribution_domain_name,
            description=f"{parameters.domain} must be a CNAME of this",
        )

    def _distribution(self, parameters: Parameters, site: Path, firewall: FirewallStack) -> cloudfront.Distribution:
        headers, anonymous_requests = self._headers("Headers", SECURITY_HEADERS), self._anonymous_requests()
        api = origins.HttpOrigin(
            parameters.api_domain,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
            read_timeout=Duration.seconds(30),
        )
        coordinators = cloudfront.BehaviorOptions(
            origin=api,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=headers,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        )
        respondents = cloudfront.BehaviorOptions(
            origin=api,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=self._pages_without_token(),
            origin_request_policy=anonymous_requests,
            response_headers_policy=headers,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=self._edge_function(
                        "respondent_request", locales=parameters.locales, largest_body=LARGEST_BODY
                    ),
                    event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
                )
            ],
        )
        as_answers_say = self._as_long_as_answers_say()
        counts = cloudfront.BehaviorOptions(
            origin=api,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
            cache_policy=as_answers_say,
            origin_request_policy=anonymous_requests,
            response_headers_policy=headers,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        )
        badges = cloudfront.BehaviorOptions(
            origin=api,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
            cache_policy=as_answers_say,
            origin_request_policy=anonymous_requests,
            response_headers_policy=self._headers("BadgeHeaders", BADGE_HEADERS),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        )
        distribution = cloudfront.Distribution(
            self,
            "Site",
            domain_names=[parameters.domain],
            certificate=firewall.certificate,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=firewall.firewall.attr_arn,
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in FAULTS
            ],
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(self.pages),
                cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                response_headers_policy=headers,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                function_associations=[
                    cloudfront.FunctionAssociation(
                        function=self._edge_function(
                            "viewer_request", locales=parameters.locales, pages=_pages(site), files=_files(site)
                        ),
                        event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
                    ),
                    cloudfront.FunctionAssociation(
                        function=self._edge_function("viewer_response"),
                        event_type=cloudfront.FunctionEventType.VIEWER_RESPONSE,
                    ),
                ],
            ),
            additional_behaviors={
                # Before the others: the first that fits counts.
                "/api/counts": counts,
                "/api/*": coordinators,
                "/auth/*": coordinators,
                "/s/*": respondents,
                "/plan/*": respondents,
                f"{BADGES}*": badges,
            },
        )
        Validations.of(distribution).acknowledge(
            Acknowledgment(id="AwsSolutions-CFR1", reason="Families answer from wherever they are."),
            Acknowledgment(
                id="AwsSolutions-CFR3",
                reason="Anonymity: a log would hold respondents' addresses, and is per distribution.",
            ),
        )
        return distribution

    def _pages_without_token(self) -> cloudfront.CachePolicy:
        """Keep what the function lets be kept, a minute at most; it says «no-store» of all that holds a token.

        The most that may be kept must be more than nothing, or no Accept-Encoding reaches the function, and no page is
        compressed. The edge function has left one value for each language in these headers.
        """
        return cloudfront.CachePolicy(
            self,
            "PagesWithoutToken",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=Duration.minutes(1),
            cookie_behavior=cloudfront.CacheCookieBehavior.none(),
            header_behavior=cloudfront.CacheHeaderBehavior.allow_list("Accept", "Accept-Language"),
            query_string_behavior=cloudfront.CacheQueryStringBehavior.allow_list("lang"),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )

    def _as_long_as_answers_say(self) -> cloudfront.CachePolicy:
        """Keep files of badges and public counts for the minutes that they allow; pages allow none."""
        return cloudfront.CachePolicy(
            self,
            "AsAnswersSay",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=Duration.days(1),
            cookie_behavior=cloudfront.CacheCookieBehavior.none(),
            # Not the language: only pages have one, and they are not kept.
            header_behavior=cloudfront.CacheHeaderBehavior.allow_list("Accept"),
            query_string_behavior=cloudfront.CacheQueryStringBehavior.allow_list("lang"),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )

    def _anonymous_requests(self) -> cloudfront.OriginRequestPolicy:
        """Let through only what a questionnaire or a shared plan needs: no cookie, no user agent, no referrer."""
        return cloudfront.OriginRequestPolicy(
            self,
            "AnonymousRequests",
            cookie_behavior=cloudfront.OriginRequestCookieBehavior.none(),
            header_behavior=cloudfront.OriginRequestHeaderBehavior.allow_list(
                "Accept", "Accept-Language", "Content-Type"
            ),
            query_string_behavior=cloudfront.OriginRequestQueryStringBehavior.allow_list("lang"),
        )

    def _edge_function(self, name: str, **values: list[str] | int) -> cloudfront.Function:
        text = (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")
        if "locales" in values:
            text += (Path(__file__).parent / "best_locale.js").read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(f"__{key.upper()}__", json.dumps(value))
        return cloudfront.Function(
            self,
            name.title().replace("_", ""),
            code=cloudfront.FunctionCode.from_inline(text),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )

    def _headers(self, name: str, headers: Mapping[str, str]) -> cloudfront.ResponseHeadersPolicy:
        """Add the headers that every page and answer carries; the CDN takes six of them by their own names only."""
        left = dict(headers)
        csp, sts = left.pop("Content-Security-Policy"), left.pop("Strict-Transport-Security")
        referrer, frames = left.pop("Referrer-Policy"), left.pop("X-Frame-Options", "DENY")
        left.pop("X-Content-Type-Options")  # knows one value
        return cloudfront.ResponseHeadersPolicy(
            self,
            name,
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=csp, override=False
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption[frames], override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy[referrer.upper().replace("-", "_")],
                    override=True,
                ),
                strict_transport_security=_strict_transport(sts),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in left.items()
                ]
            ),
            # What tells which software is behind.
            remove_headers=list(HIDDEN_HEADERS),
        )

    def _copy(self, site: Path) -> None:
        public = deployment.CacheControl.set_public()
        pages = deployment.CacheControl.max_age(Duration.minutes(5))
        # What lies under /static is named by its content and never changes; older builds stay for pages still open.
        self._copy_part(
            "Static",
            site,
            include=["static/*"],
            prune=False,
            cache_control=[public, deployment.CacheControl.max_age(YEAR), deployment.CacheControl.immutable()],
        )
        # The CDN reads this mark in the answer and sets the status, see viewer_response.js.
        self._copy_part(
            "NotFound", site, include=[NOT_FOUND], cache_control=[public, pages], metadata={"status": "404"}
        )
        self._copy_part(
            "Texts",
            site,
            exclude=["static/*", NOT_FOUND],
            cache_control=[public, pages],
            distribution=self.distribution,
            distribution_paths=["/*"],
        )
        self._acknowledge_copying()

    def _copy_part(self, name: str, site: Path, **options: Any) -> None:
        if "include" in options:
            options["exclude"] = ["*"]  # a later rule wins
        deployment.BucketDeployment(
            self, name, sources=[deployment.Source.asset(str(site))], destination_bucket=self.pages, **options
        )

    def _acknowledge_copying(self) -> None:
        (copier,) = (child for child in self.node.children if child.node.id.startswith("Custom::CDKBucketDeployment"))
        pages = self.get_logical_id(cast(CfnElement, self.pages.node.default_child))
        account = "<AWS::AccountId>" if Token.is_unresolved(self.account) else self.account
        staging = f"arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-{account}-{self.region}"
        logs = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        reason = "CDK's own function copies public pages while a deployment runs, and never again."
        rules = ["L1", f"IAM4[Policy::{logs}]"]
        rules += [f"IAM5[Action::s3:{verb}*]" for verb in ("GetBucket", "GetObject", "List", "Abort", "DeleteObject")]
        # Invalidations cannot be limited to one distribution by the role that CDK makes.
        rules += [f"IAM5[Resource::{resource}]" for resource in (f"{staging}/*", f"<{pages}.Arn>/*", "*")]
        ids = [f"AwsSolutions-{rule}" for rule in rules]
        ids += [f"Serverless-Lambda{rule}" for rule in ("LatestVersion", "Tracing", "DLQ")]
        for rule in ids:
            Validations.of(copier).acknowledge(Acknowledgment(id=rule, reason=reason))


def _pages(site: Path) -> list[str]:
    """List the pages of the site below their language, those that are folders by the folder's name."""
    found = (path.relative_to(site).as_posix().partition("/")[2] for path in site.glob("*/**/*.html"))
    return sorted({page.removesuffix("index.html") for page in found})


def _files(site: Path) -> list[str]:
    """List the addresses of what is no page and in no language, as /openapi.json."""
    found = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    return sorted(f"/{name}" for name in found if not name.startswith("static/") and not name.endswith(".html"))


def _strict_transport(value: str) -> cloudfront.ResponseHeadersStrictTransportSecurity:
    directives = [directive.strip() for directive in value.split(";")]
    (age,) = (directive for directive in directives if directive.startswith("max-age="))
    return cloudfront.ResponseHeadersStrictTransportSecurity(
        access_control_max_age=Duration.seconds(int(age.removeprefix("max-age="))),
        include_subdomains="includeSubDomains" in directives,
        preload="preload" in directives,
        override=True,
    )
