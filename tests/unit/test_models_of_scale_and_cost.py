"""The arithmetic of the simulation of large nights and of the model of cost, on numbers that can be checked by hand."""

import random

import pytest

from bench import cost, scale
from bench.measured import Retry, Work, closing_map, events_of, retry

NEVER = Retry(0, 1, 2, 60)
WORK = Work(calls=5, write_units=7, read_units=3, processor_s=0.02)


def test_one_lane_does_one_exercise_after_the_other() -> None:
    night = scale.Night()
    stages = [scale.Stage(2, NEVER), scale.Stage(1, NEVER)]
    assert scale.simulate(stages, [[1, 2, 3]], random.Random(1), 10, night) == 10 + 3 * (2 + 1)
    assert (night.most_at_once, night.throttled, night.given_up) == (1, 0, 0)


def test_lanes_work_at_once() -> None:
    night = scale.Night()
    assert scale.simulate([scale.Stage(2, NEVER)], [[1], [2], [3]], random.Random(1), 0, night) == 2
    assert night.most_at_once == 3


def test_what_is_throttled_is_tried_again_or_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(scale.QUOTAS, "lambda_concurrency", {"value": 1})
    lanes = [[number] for number in range(4)]
    patient, night = scale.Stage(1, Retry(50, 1, 2, 8)), scale.Night()
    assert scale.simulate([patient], lanes, random.Random(1), 0, night) >= 4
    assert night.throttled > 0
    assert (night.most_at_once, night.given_up) == (1, 0)
    hasty = scale.Night()
    scale.simulate([scale.Stage(1, NEVER)], lanes, random.Random(1), 0, hasty)
    assert hasty.given_up == 3


def test_mails_go_out_at_the_rate_of_the_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(scale.QUOTAS, "mail_rate", {"value": 2})
    stage, night = scale.Stage(0.01, NEVER, Retry(99, 1, 1, 1)), scale.Night()
    # Two at once, and two a second from then on.
    assert scale.simulate([stage], [[number] for number in range(10)], random.Random(1), 0, night) >= 4
    assert night.given_up == 0


def test_waits_grow_up_to_the_longest() -> None:
    assert [Retry(9, 2, 2, 10).wait_s(tries) for tries in (1, 2, 3, 4)] == [2, 4, 8, 10]


def test_retries_and_events_are_read_off_the_shipped_machines() -> None:
    assert retry("close_session", "CloseExercise", scale.THROTTLED).most == 8
    assert retry("close_session", "CloseExercise", "ValueError").most == 3
    with pytest.raises(LookupError):
        retry("close_session", "Nothing", "ValueError")
    # Four tasks of five events, a choice and a pass of two, the iteration's own two.
    assert events_of(closing_map()["ItemProcessor"]["States"], scale.PATH) == 4 * 5 + 2 * 2 + 2


def test_money_is_units_times_price() -> None:
    table = {"mail": cost.Price("a thousand messages", 0.10, 1000, checked=True)}
    assert cost.money({"mail": 2500}, table) == {"mail": pytest.approx(0.25)}
    with pytest.raises(KeyError):
        cost.money({"pigeon": 1}, table)


def test_every_unit_has_a_price_and_a_country_is_its_schools_and_its_stage() -> None:
    work = dict.fromkeys(("open", "submit", "close", "report"), WORK)
    table = cost.prices()
    one, stage = cost.of_month(1, cost.School(), work), cost.of_stage(cost.Stage())
    country = cost.together(cost.of_month(1000, cost.School(), work), stage)
    spent = sum(cost.money(country, table).values())
    alone = 1000 * sum(cost.money(one, table).values()) + sum(cost.money(stage, table).values())
    assert spent == pytest.approx(alone)
    assert all(price.dollars > 0 and price.per > 0 for price in table.values())


def test_a_function_with_more_memory_is_faster_and_pays_for_it() -> None:
    assert WORK.seconds("render_document") < WORK.seconds("survey")
    assert WORK.gb_seconds("survey") == pytest.approx(WORK.seconds("survey"))
