"""The CDN sends every path to the right place, with the headers of the house; its small functions are run in Node."""

import json
import subprocess
from typing import Any

import pytest

from functions.survey.schemas import LARGEST_BODY
from infra.functions import FUNCTIONS
from infra.headers import BADGE_HEADERS, SECURITY_HEADERS
from infra.parameters import Parameters
from infra.stacks.api import routes_of
from tests.infra.conftest import Cloud, Json


def _distribution(cloud: Cloud) -> Json:
    found: Json = cloud.one("web", "AWS::CloudFront::Distribution")["DistributionConfig"]
    return found


def test_every_route_of_the_api_is_reached_through_the_cdn(cloud: Cloud) -> None:
    patterns = {behaviour["PathPattern"].rstrip("*") for behaviour in _distribution(cloud)["CacheBehaviors"]}
    paths = [path for function in FUNCTIONS if function.serves_http for _, path in routes_of(function)]
    assert paths
    assert not [path for path in paths if not path.startswith(tuple(patterns))]


def test_nothing_that_a_function_answers_to_coordinators_is_cached(cloud: Cloud) -> None:
    caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's own policy of that name
    policies = {
        behaviour["PathPattern"]: behaviour["CachePolicyId"] for behaviour in _distribution(cloud)["CacheBehaviors"]
    }
    # Plans that are shared say «no-store» of themselves.
    assert policies.pop("/s/*") == policies.pop("/plan/*") != caching_disabled
    assert policies.pop("/badges/*") == policies.pop("/api/counts") != caching_disabled
    assert policies == {"/api/*": caching_disabled, "/auth/*": caching_disabled}


def test_of_respondents_pages_only_those_are_cached_that_say_so_and_they_are_compressed(cloud: Cloud) -> None:
    policy = cloud.one("web", "AWS::CloudFront::CachePolicy", "PagesWithoutToken")["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
    # More than nothing, or the CDN passes on no Accept-Encoding.
    assert 0 < policy["MaxTTL"] <= 60
    parameters = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert parameters["EnableAcceptEncodingGzip"] is parameters["EnableAcceptEncodingBrotli"] is True
    assert parameters["CookiesConfig"] == {"CookieBehavior": "none"}
    assert parameters["HeadersConfig"]["Headers"] == ["Accept", "Accept-Language"]
    assert parameters["QueryStringsConfig"]["QueryStrings"] == ["lang"]


def test_files_of_badges_are_cached_as_long_as_they_say(cloud: Cloud) -> None:
    policy = cloud.one("web", "AWS::CloudFront::CachePolicy", "AsAnswersSay")["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
    # A program gets another answer than a browser at the same address, and nobody's cookie makes a difference.
    parameters = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert parameters["HeadersConfig"]["Headers"] == ["Accept"]
    assert parameters["CookiesConfig"] == {"CookieBehavior": "none"}


def test_a_fault_that_one_person_met_is_shown_to_nobody_else(cloud: Cloud) -> None:
    responses = _distribution(cloud)["CustomErrorResponses"]
    assert {response["ErrorCachingMinTTL"] for response in responses} == {0}
    assert {404, 500, 502, 503, 504} <= {response["ErrorCode"] for response in responses}
    assert not [response for response in responses if "ResponsePagePath" in response]


def _respondent(cloud: Cloud, language: str = "", query: str = "", **headers: str) -> Json:
    given = {"accept-language": language, **headers}
    querystring = {"lang": {"value": query}, "utm": {"value": "x"}} if query else {}
    request = {
        "uri": "/s/link",
        "querystring": querystring,
        "headers": {name.replace("_", "-"): {"value": value} for name, value in given.items() if value},
    }
    return _run(cloud, "RespondentRequest", {"request": request})


def test_what_is_passed_on_of_a_respondent_is_the_same_for_all_of_one_language(cloud: Cloud) -> None:
    for language in ("fr-BE,fr;q=0.9,en;q=0.8", "fr", "nl, fr;q=0.3"):
        for accept in ("text/html,application/xhtml+xml,image/avif", "*/*", ""):
            passed = _respondent(cloud, language, "fr", accept=accept)
            assert passed["headers"] == {"accept-language": {"value": "fr"}, "accept": {"value": "text/html"}}
            assert passed["querystring"] == {"lang": {"value": "fr"}}
    assert _respondent(cloud)["headers"]["accept-language"]["value"] == "en"
    assert _respondent(cloud, query="xx")["querystring"] == {}
    assert _respondent(cloud, accept="application/json")["headers"]["accept"]["value"] == "application/json"


def test_a_body_larger_than_any_honest_one_ends_at_the_edge(cloud: Cloud) -> None:
    assert _respondent(cloud, content_length=str(LARGEST_BODY))["uri"] == "/s/link"
    assert _respondent(cloud, content_length=str(LARGEST_BODY + 1))["statusCode"] == 413


def test_the_distribution_has_the_firewall(cloud: Cloud) -> None:
    assert "Firewall" in json.dumps(_distribution(cloud)["WebACLId"])


def test_badges_alone_may_be_shown_on_other_sites(cloud: Cloud) -> None:
    differing = {name for name, value in BADGE_HEADERS.items() if SECURITY_HEADERS[name] != value}
    assert differing == {"Cross-Origin-Resource-Policy"}
    assert BADGE_HEADERS.keys() == SECURITY_HEADERS.keys()


@pytest.mark.parametrize(("policy", "headers"), [("Headers", SECURITY_HEADERS), ("BadgeHeaders", BADGE_HEADERS)])
def test_every_answer_carries_the_security_headers(cloud: Cloud, policy: str, headers: dict[str, str]) -> None:
    distribution = _distribution(cloud)
    badges = [b for b in distribution["CacheBehaviors"] if b["PathPattern"] == "/badges/*"]
    others = [b for b in distribution["CacheBehaviors"] if b not in badges] + [distribution["DefaultCacheBehavior"]]
    behaviours = badges if policy == "BadgeHeaders" else others
    (policy_id,) = (
        name for name in cloud.resources("web", "AWS::CloudFront::ResponseHeadersPolicy") if name.startswith(policy)
    )
    assert {b["ResponseHeadersPolicyId"]["Ref"] for b in behaviours} == {policy_id}
    config = cloud.one("web", "AWS::CloudFront::ResponseHeadersPolicy", policy)["ResponseHeadersPolicyConfig"]
    security, custom = config["SecurityHeadersConfig"], config["CustomHeadersConfig"]["Items"]
    age = security["StrictTransportSecurity"]["AccessControlMaxAgeSec"]
    sent = {item["Header"]: item["Value"] for item in custom} | {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
    }
    wanted = dict(headers)
    assert wanted.pop("X-Content-Type-Options") == "nosniff"
    assert "ContentTypeOptions" in security
    assert f"max-age={age}" in wanted.pop("Strict-Transport-Security")
    assert wanted.items() <= sent.items()
    assert security["StrictTransportSecurity"]["IncludeSubdomains"] is True
    assert {item["Header"] for item in config["RemoveHeadersConfig"]["Items"]} >= {"Server"}


def test_only_encrypted_connections_are_answered(cloud: Cloud) -> None:
    distribution = _distribution(cloud)
    behaviours = [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]
    assert {b["ViewerProtocolPolicy"] for b in behaviours} == {"redirect-to-https", "https-only"}
    assert distribution["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    (api,) = (origin["CustomOriginConfig"] for origin in distribution["Origins"] if "CustomOriginConfig" in origin)
    assert (api["OriginProtocolPolicy"], api["OriginSSLProtocols"]) == ("https-only", ["TLSv1.2"])
    (domain,) = cloud.one("api", "AWS::ApiGatewayV2::DomainName")["DomainNameConfigurations"]
    assert domain["SecurityPolicy"] == "TLS_1_2"
    # Only what people type is led from http to https: a program that asks without encryption shall notice.
    redirected = [b.get("PathPattern") for b in behaviours if b["ViewerProtocolPolicy"] == "redirect-to-https"]
    assert redirected == [None]


def test_the_api_answers_nobody_at_the_address_that_aws_gives_it(cloud: Cloud) -> None:
    assert cloud.one("api", "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is True


def _run(cloud: Cloud, name: str, event: Json) -> Json:
    code = cloud.one("web", "AWS::CloudFront::Function", name)["FunctionCode"]
    assert len(code) < 10_000, "the CDN takes no larger function"
    script = f"{code}\nprocess.stdout.write(JSON.stringify(handler({json.dumps(event)})))"
    run = subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True)
    answer: Json = json.loads(run.stdout)
    return answer


def _ask(cloud: Cloud, uri: str, language: str = "") -> Any:
    headers = {"accept-language": {"value": language}} if language else {}
    answer = _run(cloud, "ViewerRequest", {"request": {"uri": uri, "headers": headers}})
    return answer["headers"]["location"]["value"] if "statusCode" in answer else answer["uri"]


@pytest.mark.parametrize(
    ("language", "page"),
    [
        ("fr-BE,fr;q=0.9,en;q=0.8", "/fr/"),
        ("nl,en;q=0.5, fr;q=0.7", "/fr/"),
        ("nl", "/en/"),
        ("", "/en/"),
        ("fr;q=0", "/en/"),
    ],
)
def test_the_bare_domain_leads_to_the_readers_language(cloud: Cloud, language: str, page: str) -> None:
    assert _ask(cloud, "/", language) == page


def test_every_page_of_the_site_is_found(cloud: Cloud) -> None:
    site = cloud.folder / "site"
    locales = Parameters.of_stage("trial").locales
    pages = [path.relative_to(site).as_posix() for locale in locales for path in (site / locale).rglob("*.html")]
    assert len(pages) > 10
    for page in pages:
        assert _ask(cloud, "/" + page.removesuffix("index.html")) == "/" + page


def test_a_folder_without_its_slash_leads_to_the_folder(cloud: Cloud) -> None:
    assert _ask(cloud, "/en/setup") == "/en/setup/"
    assert _ask(cloud, "/fr") == "/fr/"


def test_static_files_are_taken_as_they_are(cloud: Cloud) -> None:
    assert _ask(cloud, "/static/0123/base.css") == "/static/0123/base.css"


@pytest.mark.parametrize("address", ["/openapi.json", "/.well-known/security.txt"])
def test_what_is_in_no_language_has_an_address_of_its_own(cloud: Cloud, address: str) -> None:
    assert (cloud.folder / "site" / address.removeprefix("/")).is_file()
    assert _ask(cloud, address) == address


@pytest.mark.parametrize(
    ("uri", "page"),
    [("/fr/nowhere/", "/fr/404.html"), ("/nowhere", "/en/404.html"), ("/en/index", "/en/404.html")],
)
def test_an_unknown_address_gets_the_page_that_says_so(cloud: Cloud, uri: str, page: str) -> None:
    assert _ask(cloud, uri) == page


def test_the_page_that_says_not_found_has_the_status_404(cloud: Cloud) -> None:
    headers = {"x-amz-meta-status": {"value": "404"}, "content-type": {"value": "text/html"}}
    answer = _run(cloud, "ViewerResponse", {"response": {"statusCode": 200, "headers": headers}})
    assert (answer["statusCode"], list(answer["headers"])) == (404, ["content-type"])
    marked = [
        copy["Properties"]
        for copy in cloud.resources("web", "Custom::CDKBucketDeployment").values()
        if "UserMetadata" in copy["Properties"]
    ]
    assert [(copy["Include"], copy["UserMetadata"]) for copy in marked] == [(["*404.html"], {"status": "404"})]


@pytest.mark.parametrize(
    ("copied", "answered"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("text/css; charset=utf-8", "text/css; charset=utf-8"),
        ("text/javascript", "text/javascript; charset=utf-8"),
        ("image/svg+xml", "image/svg+xml; charset=utf-8"),
        ("image/png", "image/png"),
    ],
)
def test_texts_say_how_they_are_written(cloud: Cloud, copied: str, answered: str) -> None:
    answer = _run(cloud, "ViewerResponse", {"response": {"headers": {"content-type": {"value": copied}}}})
    assert answer["headers"]["content-type"]["value"] == answered


def test_static_files_are_there_before_a_questionnaire_names_them(cloud: Cloud) -> None:
    manifest = json.loads((cloud.folder / "cdk.out" / "manifest.json").read_text())
    assert "selfie-trial-web" in manifest["artifacts"]["selfie-trial-api"]["dependencies"]


def test_other_pages_keep_their_status(cloud: Cloud) -> None:
    answer = _run(cloud, "ViewerResponse", {"response": {"statusCode": 200, "headers": {}}})
    assert answer["statusCode"] == 200


def test_pages_are_looked_for_anew_and_static_files_are_kept(cloud: Cloud) -> None:
    copies = {key: copy["Properties"] for key, copy in cloud.resources("web", "Custom::CDKBucketDeployment").items()}
    (static,) = (copy for copy in copies.values() if copy.get("Include") == ["static/*"])
    assert "immutable" in static["SystemMetadata"]["cache-control"]
    assert static["Prune"] is False
    others = [copy for copy in copies.values() if copy is not static]
    assert not [copy for copy in others if "immutable" in copy["SystemMetadata"]["cache-control"]]
