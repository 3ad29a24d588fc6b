"""Every requirement of ASVS 5.0.0, levels 1 and 2, has a line in docs/asvs.md, and what a line names is there."""

import re
from typing import Final

import pytest

from infra.packages import ROOT

# The levels of the requirements of each section, one after the other (OWASP/ASVS, 5.0.0).
LEVELS: Final = """
1.1 22; 1.2 1111122223; 1.3 112222222223; 1.4 222; 1.5 123; 2.1 122; 2.2 112; 2.3 12223; 2.4 23; 3.1 3; 3.2
113; 3.3 12223; 3.4 11222233; 3.5 11122333; 3.6 3; 3.7 22333; 4.1 12233; 4.2 23333; 4.3 22; 4.4 1222; 5.1 2;
5.2 112333; 5.3 113; 5.4 222; 6.1 122; 6.2 111111112222; 6.3 11223333; 6.4 112233; 6.5 22222333; 6.6 2223; 6.7
33; 6.8 2222; 7.1 222; 7.2 1111; 7.3 22; 7.4 11222; 7.5 223; 7.6 22; 8.1 1233; 8.2 1123; 8.3 133; 8.4 23; 9.1
111; 9.2 1222; 10.1 22; 10.2 223; 10.3 22223; 10.4 1111122222233333; 10.5 22222; 10.6 22; 10.7 222; 11.1 2233;
11.2 22233; 11.3 11233; 11.4 1222; 11.5 23; 11.6 23; 11.7 33; 12.1 12233; 12.2 11; 12.3 22223; 13.1 2333; 13.2
222223; 13.3 2233; 13.4 1222233; 14.1 22; 14.2 12223333; 14.3 122; 15.1 12233; 15.2 12233; 15.3 1222222; 15.4
3333; 16.1 2; 16.2 22222; 16.3 2222; 16.4 222; 16.5 2223; 17.1 23; 17.2 22223333; 17.3 22
"""
STATES: Final = {"holds", "does not apply", "open"}
TABLE: Final = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS: Final = re.findall(
    r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", TABLE, flags=re.MULTILINE
)


def _required() -> list[tuple[str, str]]:
    sections = (section.split() for section in LEVELS.split(";"))
    return [
        (f"{section}.{number}", level)
        for section, levels in sections
        for number, level in enumerate(levels, 1)
        if level in "12"
    ]


def test_every_requirement_of_levels_1_and_2_has_its_line() -> None:
    assert len(_required()) == 70 + 183
    assert [(number, level) for number, level, *_ in ROWS] == _required()


def test_the_summary_counts_right() -> None:
    states = [state for _, _, _, state, _ in ROWS]
    assert set(states) == STATES
    counts = tuple(str(states.count(state)) for state in ("holds", "does not apply", "open"))
    assert re.search(r"^(\d+) hold, (\d+) do not apply, (\d+) are open\.", TABLE, flags=re.MULTILINE).groups() == counts


@pytest.mark.parametrize(("number", "state", "shown_by"), [(row[0], row[3], row[4]) for row in ROWS])
def test_what_a_line_names_is_there(number: str, state: str, shown_by: str) -> None:
    named = re.findall(r"`([^`]+)`", shown_by)
    assert named or state != "holds", "what holds is shown by something"
    for name in named:
        path, _, test = name.partition("::")
        (file,) = [each for each in (ROOT / path, ROOT / "tests" / path) if each.exists()]
        assert not test or f"def {test}(" in file.read_text(encoding="utf-8"), name
