"""Every alarm has a page that says what to do; every command of a page names something that is deployed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.packages import ROOT
from tests.infra.conftest import Cloud

RUNBOOK = ROOT / "docs/runbook"
PAGES = {page.name: page.read_text(encoding="utf-8") for page in RUNBOOK.glob("*.md") if page.name != "README.md"}
INDEX = (RUNBOOK / "README.md").read_text(encoding="utf-8")
HEADINGS = ["What it means", "What people see", "What to do", "How you know it is over"]


def alarms(cloud: Cloud) -> Iterator[tuple[str, str]]:
    """Yield the page and the name of every alarm, from the description that the operator gets by e-mail."""
    for stack in cloud.templates:
        for key, alarm in cloud.resources(stack, "AWS::CloudWatch::Alarm").items():
            description = alarm["Properties"]["AlarmDescription"]
            (page,) = re.findall(r"docs/runbook/([\w-]+\.md)", description)
            yield page, re.sub(r"[0-9A-F]{8}$", "", key)
        # A budget has no description; its page is found by its name alone.
        for _ in cloud.resources(stack, "AWS::Budgets::Budget"):
            yield "cost-over-budget.md", "CostOverBudget"


def indexed(title: str) -> list[str]:
    """Return the pages that the index lists under a heading."""
    _, _, part = INDEX.partition(f"## {title}\n")
    return re.findall(r"^\| \[[^]]+\]\(([\w-]+\.md)\)", part.partition("\n## ")[0], flags=re.MULTILINE)


def test_every_alarm_has_a_page_of_its_own_that_bears_its_name(cloud: Cloud) -> None:
    found = list(alarms(cloud))
    assert len({page for page, _ in found}) == len(found)
    for page, alarm in found:
        assert page in PAGES, f"{alarm} has no page docs/runbook/{page}"
        assert PAGES[page].startswith(f"# {alarm}\n")
        assert f"| [{alarm}]({page}) |" in INDEX


def test_the_index_lists_every_page_once_as_an_alarm_or_as_a_procedure(cloud: Cloud) -> None:
    assert sorted(indexed("Alarms")) == sorted(page for page, _ in alarms(cloud))
    assert sorted([*indexed("Alarms"), *indexed("Procedures")]) == sorted(PAGES)


@pytest.mark.parametrize("page", sorted(indexed("Alarms")))
def test_a_page_of_an_alarm_says_what_somebody_asks_at_night(page: str) -> None:
    assert re.findall(r"^## (.+)$", PAGES[page], flags=re.MULTILINE) == HEADINGS


@pytest.mark.parametrize("page", [*sorted(PAGES), "README.md"])
def test_links_of_the_runbook_lead_somewhere(page: str) -> None:
    text = (RUNBOOK / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (RUNBOOK / link).exists()] == []
    named = re.findall(r"`((?:docs|infra|scripts)/[\w./-]+)`", text)
    assert [path for path in named if not _exists(path)] == []


def _exists(path: str) -> bool:
    # «docs/adr/0001» is short for the file that begins like that.
    whole = ROOT / path
    return whole.exists() or any(Path(whole.parent).glob(f"{whole.name}*"))


@pytest.mark.parametrize("page", sorted(PAGES))
def test_commands_of_the_runbook_name_one_thing_that_is_deployed(cloud: Cloud, page: str) -> None:
    named = re.findall(r"name (\w+) (\w+) (AWS::[\w:]+)", PAGES[page])
    named += [
        (stack, f"{name}Log", "AWS::Logs::LogGroup") for stack, name in re.findall(r"errors (\w+) (\w+)", PAGES[page])
    ]
    for stack, prefix, kind in named:
        found = [key for key in cloud.resources(stack, kind) if key.startswith(prefix)]
        assert len(found) == 1, f"{stack} {prefix} {kind}: {found}"
