"""Each AWS call of each use case fails once, in every way, and the process is killed between any two: nothing is lost,
nothing is double, everything closes, one report e-mail goes out. ``python -m bench.faults`` prints what was seen."""

from collections.abc import Iterator

import pytest

from infra.local.dynamodb import make_tables
from tests.support.faults import Fault
from tests.support.survival import USE_CASES, Seen, UseCase, World, killed, play, world

# Those that a state machine repeats whatever the error: for them the faults take turns from call to call.
MANY_CALLS = {"close an exercise", "build a report", "ask for a badge", "remind idle schools", "erase a school"}
IN_STEPS = ("close an exercise", "build a report")


@pytest.fixture(scope="module")
def school(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One school at all stages, on DynamoDB Local."""
    with world(make_tables(dynamodb_endpoint, prefix="faults-"), tmp_path_factory.mktemp("faults")) as made:
        yield made


def named(use_case: UseCase) -> str:
    return use_case.name.replace(" ", "-")


def check(seen: list[Seen], use_case: UseCase) -> None:
    """Everything is done in the end, and all is as if nothing had failed but for what is accepted."""
    assert seen
    not_done = [each for each in seen if not each.how.startswith("try")]
    not_equal = [
        each for each in seen for difference in each.differences if not difference.startswith(use_case.accepted or "-")
    ]
    assert not not_done + not_equal


@pytest.mark.parametrize("use_case", USE_CASES, ids=named)
def test_a_call_that_fails_changes_nothing_in_the_end(school: World, use_case: UseCase) -> None:
    faults = 1 if use_case.name in MANY_CALLS else len(Fault)
    check(list(play(school, use_case, faults)), use_case)


@pytest.mark.parametrize("use_case", [each for each in USE_CASES if each.name in IN_STEPS], ids=named)
def test_a_process_that_is_killed_between_two_calls_changes_nothing_in_the_end(
    school: World, use_case: UseCase
) -> None:
    check(list(killed(school, use_case)), use_case)
