"""Each role may do what its function does and nothing more; who may see or change a count is asked here."""

import re
from typing import Any

import pytest

from infra.functions import FUNCTIONS, Function
from tests.infra.conftest import Cloud
from tests.infra.roles import Statement

# They delete counts and open texts with the school that they belong to, and see none of them.
ERASING = {"end_account", "replay_erasures"}
DELETING = {*ERASING, "delete_overdue"}
RESEARCH = {"contribute", "release"}
TOTALS = ["TOTALS"]
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
READS = {"GetItem", "BatchGetItem", "Query", "Scan", "PartiQLSelect"}


def _on(cloud: Cloud, function: Function, table: str) -> list[Statement]:
    found = []
    for statement in cloud.statements(function):
        if any(resource.startswith(table) for resource in statement.resources):
            assert all(action.startswith("dynamodb:") for action in statement.actions)
            # The totals lie beside the tallies and are asked about by themselves.
            if table != "Counters" or _keys(statement) != TOTALS:
                found.append(statement)
    return found


def _actions(statements: list[Statement]) -> set[str]:
    return {action.removeprefix("dynamodb:") for statement in statements for action in statement.actions}


def _who(cloud: Cloud, table: str, actions: set[str]) -> set[str]:
    return {function.name for function in FUNCTIONS if _actions(_on(cloud, function, table)) & actions}


def _keys(statement: Statement) -> list[str]:
    keys: list[str] = statement.conditions["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    return keys


def _attributes(statement: Statement) -> set[str]:
    return set(statement.conditions["ForAllValues:StringLike"].get("dynamodb:Attributes", ["*"]))


def _returned(statement: Statement) -> Any:
    return statement.conditions["StringEqualsIfExists"]["dynamodb:ReturnValues"]


def test_no_role_has_a_wildcard_in_its_actions(cloud: Cloud, function: Function) -> None:
    assert not [action for statement in cloud.statements(function) for action in statement.actions if "*" in action]


def test_a_role_has_a_wildcard_only_for_the_keys_of_documents(cloud: Cloud, function: Function) -> None:
    wild = {resource for statement in cloud.statements(function) for resource in statement.resources if "*" in resource}
    kinds = r"Reports\w+/(reports|due)/\*|Research\w+/(contributions|frozen|linked|releases)/\*"
    assert not [resource for resource in wild if not re.fullmatch(kinds, resource)]
    with_objects = {"list_due", "report", "render_document", "send_report", *ERASING, "privacy", *RESEARCH}
    assert bool(wild) == (function.name in with_objects)


def test_the_release_job_may_ask_for_what_is_not_there(cloud: Cloud) -> None:
    """S3 says «not found» only to whoever may list the bucket whatever the prefix; all others hear «forbidden»."""
    release = next(function for function in FUNCTIONS if function.name == "release")
    (listing,) = (statement for statement in cloud.statements(release) if "s3:ListBucket" in statement.actions)
    assert not listing.conditions


def test_state_machines_may_use_only_what_their_definition_names(cloud: Cloud) -> None:
    # A large night is closed by runs of the closing itself, from a list in S3.
    in_parts = {"states:DescribeExecution", "states:StopExecution", "s3:GetObject"}
    for prefix, extra, of_itself in (
        ("CloseSession", {"states:StartExecution", *in_parts}, 3),
        ("BuildReport", set(), 0),
        ("EndAccounts", set(), 0),
    ):
        machine = cloud.one("workflows", "AWS::StepFunctions::StateMachine", prefix)
        named = set(machine["DefinitionString"]["Fn::Sub"][1])
        statements = cloud.statements_of_role("workflows", machine["RoleArn"]["Fn::GetAtt"][0])
        assert {action for s in statements for action in s.actions} == {"lambda:InvokeFunction"} | extra
        assert len({resource for s in statements for resource in s.resources}) == len(named) + of_itself


@pytest.mark.parametrize(
    ("schedule", "action"),
    [
        ("CloseSession", "states:StartExecution"),
        ("EndAccounts", "states:StartExecution"),
        ("RemindSchools", "lambda:InvokeFunction"),
        ("CopyTallies", "lambda:InvokeFunction"),
        ("WatchHourly", "lambda:InvokeFunction"),
        ("DeleteOverdue", "lambda:InvokeFunction"),
    ],
)
def test_a_schedule_may_start_what_it_is_for_and_nothing_else(cloud: Cloud, schedule: str, action: str) -> None:
    target = cloud.one("workflows", "AWS::Scheduler::Schedule", schedule)["Target"]
    statements = cloud.statements_of_role("workflows", target["RoleArn"]["Fn::GetAtt"][0])
    allowed = {(action, resource) for s in statements for action in s.actions for resource in s.resources}
    assert {action for action, _ in allowed} == {action, "sqs:SendMessage"}
    started = [resource for each, resource in allowed if each == action]
    assert len(started) == 1
    assert started[0].startswith(schedule)
    assert "*" not in started[0]


def test_nobody_scans(cloud: Cloud, function: Function) -> None:
    actions = {action for statement in cloud.statements(function) for action in statement.actions}
    assert not actions & {"dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:BatchGetItem"}


def test_counters_refuse_scans_whoever_asks(cloud: Cloud) -> None:
    (statement,) = cloud.one("data", "AWS::DynamoDB::Table", "Counters")["ResourcePolicy"]["PolicyDocument"][
        "Statement"
    ]
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] in ("*", {"AWS": "*"})
    assert {"dynamodb:Scan", "dynamodb:PartiQLSelect"} <= set(statement["Action"])


def test_only_survey_exercise_closing_copying_and_erasing_touch_counters(cloud: Cloud) -> None:
    assert _who(cloud, "Counters", WRITES | READS) == {
        "survey",
        "exercise",
        "materials",
        "close_exercise",
        "copy_tallies",
        "restore_tallies",
        *DELETING,
    }


def test_copying_changes_no_count_and_restoring_takes_none_away(cloud: Cloud) -> None:
    assert _actions(_on(cloud, _function("copy_tallies"), "Counters")) == {"GetItem"}
    (restore,) = _on(cloud, _function("restore_tallies"), "Counters")
    assert (_actions([restore]), _keys(restore)) == ({"GetItem", "PutItem"}, ["TALLY#*"])
    assert _returned(restore) == ["NONE"]
    # Neither can make, read or take away an open text.
    for name in ("copy_tallies", "restore_tallies"):
        assert not [key for s in _on(cloud, _function(name), "Counters") for key in _keys(s) if "TEXT" in key]


def test_who_can_read_a_copy_and_who_can_destroy_its_key(cloud: Cloud) -> None:
    reading = [s for name in DELETING for s in _on(cloud, _function(name), "Keys") if _actions([s]) == {"GetItem"}]
    assert [_attributes(s) for s in reading if _keys(s) != ["EXPIRY#*"]] == [{"PK", "SK"}]
    assert _who(cloud, "Keys", {"GetItem"}) == {"copy_tallies", "restore_tallies", "delete_overdue"}
    assert _who(cloud, "Keys", {"PutItem"}) == {"copy_tallies", "delete_overdue"}
    assert _who(cloud, "Keys", {"Query", "Scan"}) == set()
    assert _who(cloud, "Keys", {"DeleteItem"}) == DELETING
    (destroy,) = _on(cloud, _function("close_exercise"), "Keys")
    assert _actions([destroy]) == {"UpdateItem"}
    assert _returned(destroy) == ["NONE"]

    def uses(action: str) -> set[str]:
        return {
            function.name
            for function in FUNCTIONS
            for statement in cloud.statements(function)
            if action in statement.actions and statement.resources[0].startswith("CopiesKey")
        }

    assert uses("kms:Decrypt") == {"copy_tallies", "restore_tallies"}
    assert uses("kms:GenerateDataKey") == {"copy_tallies"}
    # Copies lie in the Exercises table, where others look for other things.
    readers = {
        function.name
        for function in FUNCTIONS
        for statement in _on(cloud, function, "Exercises")
        if "dynamodb:GetItem" in statement.actions and "COPY#*" in _keys(statement)
    }
    assert readers == {"restore_tallies"}


def test_totals_are_added_to_without_being_seen_and_taken_by_the_watch_alone(cloud: Cloud) -> None:
    found = {
        function.name: [
            (_actions([statement]), _attributes(statement), statement.conditions.get("StringEqualsIfExists"))
            for statement in cloud.statements(function)
            if any(resource.startswith("Counters") for resource in statement.resources) and _keys(statement) == TOTALS
        ]
        for function in FUNCTIONS
    }
    nothing = {"dynamodb:ReturnValues": ["NONE"]}
    assert {name: allowed for name, allowed in found.items() if allowed} == {
        "survey": [({"UpdateItem"}, {"PK", "SK", "refused_*"}, nothing)],
        "finish_closing": [({"UpdateItem"}, {"PK", "SK", "exercises", "submissions"}, nothing)],
        "watch_hourly": [({"DeleteItem"}, {"*"}, None)],
    }


def test_deleting_takes_away_counts_and_texts_and_sees_none(cloud: Cloud) -> None:
    for name in DELETING:
        for statement in _on(cloud, _function(name), "Counters"):
            match sorted(_actions([statement])):
                case ["Query"]:
                    assert statement.conditions["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
                    assert _attributes(statement) == {"PK", "SK"}
                case ["GetItem"] if _keys(statement) == ["TALLY#*"]:
                    assert statement.conditions["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
                    assert _attributes(statement) == {"PK", "SK"}
                case ["GetItem"] | ["PutItem"] | ["GetItem", "PutItem"]:
                    assert _keys(statement) in (["ERASED#*"], ["EXPIRY#*"])
                case actions:
                    assert actions == ["DeleteItem"]
                    assert _returned(statement) == ["NONE"]


def test_support_sees_keys_and_leaves_its_own_trace(cloud: Cloud) -> None:
    assert _actions(_on(cloud, _function("support_look"), "Exercises")) == {"Query", "PutItem", "ConditionCheckItem"}
    (read,) = (s for s in _on(cloud, _function("support_look"), "Exercises") if "dynamodb:Query" in s.actions)
    assert read.conditions["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    assert _attributes(read) == {"PK", "SK"}
    (write,) = (s for s in _on(cloud, _function("support_look"), "Exercises") if "dynamodb:PutItem" in s.actions)
    assert _attributes(write) == {"PK", "SK", "at", "reason"}


def test_support_ends_sessions_without_seeing_one(cloud: Cloud) -> None:
    statements = _on(cloud, _function("end_sessions"), "Exercises")
    assert _actions(statements) == {"Query", "PutItem", "ConditionCheckItem", "DeleteItem"}
    (read,) = (s for s in statements if "dynamodb:Query" in s.actions)
    assert read.conditions["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    assert _attributes(read) == {"PK", "SK", "role"}
    (end,) = (s for s in statements if "dynamodb:DeleteItem" in s.actions)
    assert (_keys(end), _returned(end)) == (["COOKIE#*", "IDENTITY#*"], ["NONE"])


def test_only_the_survey_role_may_count(cloud: Cloud) -> None:
    for function in FUNCTIONS:
        for statement in _on(cloud, function, "Counters"):
            if not _actions([statement]) & WRITES:
                continue
            # What is restored was counted before.
            if function.name in {"survey", "restore_tallies"} or _keys(statement) in (["ERASED#*"], ["EXPIRY#*"]):
                continue
            if _actions([statement]) == {"DeleteItem"}:
                continue
            # The others may name only attributes that count no option.
            assert _attributes(statement) <= {
                "PK",
                "SK",
                "submissions",
                "sealed",
                "closes_at",
                "cap",
                "opening",
                "expires_at",
            }
    assert _who(cloud, "Counters", {"UpdateItem"}) == {"survey", "close_exercise"}
    assert _who(cloud, "Counters", {"PutItem"}) == {
        "survey",
        "exercise",
        "restore_tallies",
        "end_account",
        "delete_overdue",
    }
    assert _who(cloud, "Counters", {"DeleteItem"}) == {"survey", *DELETING}


def test_sealing_cannot_change_a_count(cloud: Cloud) -> None:
    (seal,) = (s for s in _on(cloud, _function("close_exercise"), "Counters") if "dynamodb:UpdateItem" in s.actions)
    assert _attributes(seal) == {"PK", "SK", "sealed"}
    assert _keys(seal) == ["TALLY#*"]


def test_only_closing_reads_options_and_open_texts(cloud: Cloud) -> None:
    for name in ("survey", "exercise", "materials"):
        for statement in _on(cloud, _function(name), "Counters"):
            if _actions([statement]) & READS:
                # Without a projection a read selects all attributes, and is refused.
                assert statement.conditions["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
                assert _attributes(statement) <= {"PK", "SK", "sealed", "closes_at", "submissions", "seen_*", "slips"}
            if _actions([statement]) & WRITES:
                assert _returned(statement) == ["NONE"]
    assert _who(cloud, "Counters", {"Query"}) == {"close_exercise", *DELETING}


def test_the_dashboard_sees_how_many_submitted_and_nothing_else(cloud: Cloud) -> None:
    for name in ("exercise", "materials"):
        (read,) = (s for s in _on(cloud, _function(name), "Counters") if "dynamodb:GetItem" in s.actions)
        assert _attributes(read) == {"PK", "SK", "submissions"}


def test_the_survey_role_gets_items_of_exercises_and_does_nothing_else_with_them(cloud: Cloud) -> None:
    assert _actions(_on(cloud, _function("survey"), "Exercises")) == {"GetItem"}


def test_every_role_is_held_to_the_kinds_of_items_it_works_with(cloud: Cloud, function: Function) -> None:
    for table in ("Exercises", "Counters", "Keys"):
        for statement in _on(cloud, function, table):
            if statement.resources[0].endswith("/index/due"):
                assert statement.actions == ("dynamodb:Query",)
            else:
                # The index holds keys only; a part of it has one name.
                searched = all(resource.endswith("/index/due") for resource in statement.resources)
                assert all(key == "REMINDER" if searched else key.endswith("#*") for key in _keys(statement))


def test_only_sign_in_reads_the_providers_secret(cloud: Cloud) -> None:
    def readers(secret: str) -> set[str]:
        return {
            function.name
            for function in FUNCTIONS
            for statement in cloud.statements(function)
            if statement.actions == ("secretsmanager:GetSecretValue",) and statement.resources[0].startswith(secret)
        }

    assert readers("OidcClientSecret") == {"register"}
    assert readers("TokenKeys") == {"survey", "exercise", "code_slips", "participation_certificate"}


def test_only_the_report_function_starts_a_state_machine_and_only_that_of_reports(cloud: Cloud) -> None:
    started = {
        (function.name, resource)
        for function in FUNCTIONS
        for statement in cloud.statements(function)
        if "states:StartExecution" in statement.actions
        for resource in statement.resources
    }
    assert {(name, re.sub(r"\W?[0-9A-F]{8}$", "", machine)) for name, machine in started} == {("report", "BuildReport")}


def _function(name: str) -> Function:
    return next(function for function in FUNCTIONS if function.name == name)
