"""A flood is bounded for each address, each link and each route, and no school is taken for one."""

from typing import Any, Final

import pytest

from infra.functions import FUNCTIONS
from infra.stacks.api import routes_of
from infra.throttles import MAILING, MAILING_ROUTES, ORDINARY, RENDERING
from tests.infra.conftest import Cloud, Json

WINDOW_S: Final = 300
# A school behind one address, all of it at the same time; the firewall sees five minutes of it.
BIG_SCHOOL: Final = 1_500
LARGEST_SCHOOL: Final = 2_000
# What one person asks for: start, questionnaire, sending, thanks and certificate, style, script, picture.
REQUESTS_OF_ONE: Final = 8


@pytest.fixture
def firewall(cloud: Cloud) -> Json:
    return cloud.one("firewall", "AWS::WAFv2::WebACL")


@pytest.fixture
def rules(firewall: Json) -> dict[str, Any]:
    return {rule["Name"]: rule for rule in sorted(firewall["Rules"], key=lambda rule: rule["Priority"])}


def _limit(rules: dict[str, Any], name: str) -> int:
    limit: int = rules[name]["Statement"]["RateBasedStatement"]["Limit"]
    return limit


def _keys(rule: Json) -> set[str]:
    return {kind for key in rule["Statement"]["RateBasedStatement"]["CustomKeys"] for kind in key}


def test_the_firewall_keeps_nothing_of_anybody(cloud: Cloud, firewall: Json) -> None:
    assert firewall["Scope"] == "CLOUDFRONT"
    assert not cloud.resources("firewall", "AWS::WAFv2::LoggingConfiguration")
    # A count of what passed would be a clock of submissions.
    assert firewall["VisibilityConfig"]["CloudWatchMetricsEnabled"] is False
    for visible in [firewall, *firewall["Rules"]]:
        assert visible["VisibilityConfig"]["SampledRequestsEnabled"] is False


def test_it_counts_by_address_at_a_link_then_by_link_then_by_address(rules: dict[str, Any]) -> None:
    bounds = ["OneAddressAtOnePage", "OnePage", "OneAddress"]
    assert list(rules)[:3] == bounds
    assert _keys(rules["OneAddressAtOnePage"]) == {"UriPath", "IP"}
    assert _keys(rules["OnePage"]) == {"UriPath"}
    for name in bounds[:2]:
        statement = rules[name]["Statement"]["RateBasedStatement"]
        assert statement["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"] == "/s/"
        # «%73» is the same as «s» to the API, and must be to the counting.
        transformations = [key["UriPath"]["TextTransformations"] for key in statement["CustomKeys"] if "UriPath" in key]
        transformations.append(statement["ScopeDownStatement"]["ByteMatchStatement"]["TextTransformations"])
        assert transformations == [[{"Priority": 0, "Type": "URL_DECODE"}]] * 2
    assert rules["OneAddress"]["Statement"]["RateBasedStatement"]["AggregateKeyType"] == "IP"
    for name in bounds:
        assert rules[name]["Statement"]["RateBasedStatement"]["EvaluationWindowSec"] == WINDOW_S
        response = rules[name]["Action"]["Block"]["CustomResponse"]
        assert response["ResponseCode"] == 429
        assert [header["Name"] for header in response["ResponseHeaders"]] == ["retry-after"]


@pytest.mark.parametrize("people", [BIG_SCHOOL, LARGEST_SCHOOL])
def test_a_school_behind_one_address_is_not_taken_for_a_flood(rules: dict[str, Any], people: int) -> None:
    # Worse than ten minutes: all of them within one window, and each opens every page three times, or all of it twice.
    assert _limit(rules, "OneAddressAtOnePage") >= people * 3
    assert _limit(rules, "OneAddress") >= people * REQUESTS_OF_ONE * 2


def test_an_attack_from_one_address_leaves_the_link_open_for_its_school(rules: dict[str, Any]) -> None:
    attacker = _limit(rules, "OneAddressAtOnePage")  # turned away from then on, and not counted any more
    assert _limit(rules, "OnePage") >= LARGEST_SCHOOL * 3 + 4 * attacker


def test_one_link_under_attack_does_not_close_a_countrys(rules: dict[str, Any]) -> None:
    pages = {path for function in FUNCTIONS if function.serves_http for _, path in routes_of(function)}
    of_a_link = [path for path in pages if path.startswith("/s/{link}")]
    assert len(of_a_link) >= 4
    worst_a_second = len(of_a_link) * _limit(rules, "OnePage") / WINDOW_S
    assert worst_a_second <= ORDINARY.rate / 2


def test_known_bad_inputs_are_refused_and_answers_are_not_judged(rules: dict[str, Any]) -> None:
    groups = {
        rule["Statement"]["ManagedRuleGroupStatement"]["Name"]: rule
        for rule in rules.values()
        if "ManagedRuleGroupStatement" in rule["Statement"]
    }
    assert groups.keys() == {"AWSManagedRulesKnownBadInputsRuleSet"}
    assert all(rule["OverrideAction"] == {"None": {}} for rule in groups.values())


def test_every_route_has_a_bound_and_costly_ones_a_lower_one(cloud: Cloud) -> None:
    stage = cloud.resources("api", "AWS::ApiGatewayV2::Stage")
    ((_, resource),) = stage.items()
    settings, own = resource["Properties"]["DefaultRouteSettings"], resource["Properties"]["RouteSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (ORDINARY.rate, ORDINARY.burst)
    served = [(f, *route) for f in FUNCTIONS if f.serves_http for route in routes_of(f)]
    assert {(method, path) for _, method, path in served} >= MAILING_ROUTES
    wanted = {}
    for function, method, path in served:
        if (method, path) in MAILING_ROUTES:
            wanted[f"{method} {path}"] = MAILING
        elif function.reporting:
            wanted[f"{method} {path}"] = RENDERING
    assert {key: (each["ThrottlingRateLimit"], each["ThrottlingBurstLimit"]) for key, each in own.items()} == {
        key: (throttle.rate, throttle.burst) for key, throttle in wanted.items()
    }
    # A stage that names a route which is not there yet cannot be made.
    routes = cloud.resources("api", "AWS::ApiGatewayV2::Route")
    bound = {name for name, route in routes.items() if route["Properties"]["RouteKey"] in own}
    assert bound <= set(resource["DependsOn"])


def test_questionnaires_keep_the_whole_bound(cloud: Cloud) -> None:
    own = cloud.one("api", "AWS::ApiGatewayV2::Stage")["RouteSettings"]
    assert not [key for key in own if "/s/{link}" in key and not key.endswith("/certificate")]
