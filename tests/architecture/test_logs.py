"""What functions log has a name that does not change, and fields of a list in which nothing personal is."""

import ast
from collections.abc import Iterator

from infra.packages import ROOT

# Ids of exercises, kinds, counts of things. A new one is looked at here and entered in privacy/register.toml.
FIELDS = {
    "accounts",
    "deleted",
    "exercise",
    "exercises",
    "locale",
    "lost",
    "method",
    "overdue",
    "reason",
    "release",
    "route",
    "rows",
    "schools",
    "set_ups",
    "state",
    "status",
    "step",
    "tallies",
    "waiting",
}


def calls() -> Iterator[ast.Call]:
    """Yield every call that writes a line."""
    for folder in ("functions", "layers"):
        for module in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log":
                    yield node


def test_an_event_has_a_name_that_does_not_change() -> None:
    for call in calls():
        (name,) = call.args
        names = [name.body, name.orelse] if isinstance(name, ast.IfExp) else [name]
        assert all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in names), ast.unparse(call)


def test_a_line_has_fields_of_the_list_alone() -> None:
    used = {field.arg for call in calls() for field in call.keywords}
    assert used == FIELDS
