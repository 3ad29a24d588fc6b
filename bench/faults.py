"""Print what comes of every fault: each AWS call of each use case fails once, in every way, or the process is killed.

Run as ``python -m bench.faults``; ends with 1 when something is lost, double or left undone beyond what is accepted.
``docs/survival.md`` says what the columns mean.
"""

import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from infra.local.dynamodb import dynamodb_local, make_tables
from tests.support.faults import Fault
from tests.support.survival import USE_CASES, Seen, UseCase, killed, play, world

KILLED: Final = ("close an exercise", "build a report")
COLUMNS: Final = (*Fault, "killed before", "killed after")


def main() -> int:
    """Print one row for each call and say whether all is well."""
    print(f"| use case (who tries again) | call | {' | '.join(COLUMNS)} |")
    print(f"|---|---|{'---|' * len(COLUMNS)}")
    well = True
    with (
        tempfile.TemporaryDirectory() as folder,
        dynamodb_local(log=Path(folder) / "dynamodb.txt") as endpoint,
        world(make_tables(endpoint, prefix="faults-"), Path(folder)) as school,
    ):
        for use_case in USE_CASES:
            seen = [*play(school, use_case), *(killed(school, use_case) if use_case.name in KILLED else ())]
            well &= all(_is_well(each, use_case) for each in seen)
            for row in _rows(use_case, seen):
                print(row, flush=True)
    return 0 if well else 1


def _is_well(seen: Seen, use_case: UseCase) -> bool:
    return seen.how.startswith("try") and all(each.startswith(use_case.accepted or "-") for each in seen.differences)


def _rows(use_case: UseCase, seen: Sequence[Seen]) -> Iterable[str]:
    """Write one row for calls in a line that all fared alike."""
    rows: list[tuple[str, list[str], list[int]]] = []
    for number in sorted({each.number for each in seen}):
        of_call = {each.fault: each for each in seen if each.number == number}
        call = next(iter(of_call.values())).call
        cells = [_cell(of_call[column]) if column in of_call else "" for column in COLUMNS]
        if rows and rows[-1][:2] == (call, cells):
            rows[-1][2].append(number)
        else:
            rows.append((call, cells, [number]))
    for call, cells, numbers in rows:
        which = f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"
        yield f"| {use_case.name} ({use_case.caller}) | {which} {call} | {' | '.join(cells)} |"


def _cell(seen: Seen) -> str:
    """Say how it went: the try that got it done, what that try was told, and what differs in the end."""
    different = "; ".join(each.split(":")[0] + " " + each.split(" ")[1] for each in seen.differences)
    return f"{seen.how.removeprefix('try ')}{', ' + different if different else ''}"


if __name__ == "__main__":
    sys.exit(main())
