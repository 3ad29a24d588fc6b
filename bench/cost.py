"""Work out from measured units what the system costs: for 1,000 submissions, a school, a country, a month, and idle.

Run as ``python -m bench.cost``. Units are counted on the real code (``bench/measured.py``) or measured by the benches
named beside them, prices are those of ``bench/prices.toml``. No network is asked.
"""

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.measured import MEMORY, SECONDS_TO_DRAW, WRITE_UNITS, Work, measured

Units = Mapping[str, float]

# Measured by bench/page_weight.py: what a browser loads that has nothing yet, and what comes from a cache of its own.
PAGE_BYTES: Final = 20_500
FIRST_PAGE_BYTES: Final = 4_000
# A document with all charts, as it is attached (bench/report.py).
REPORT_BYTES: Final = 330_000
MIME: Final = 4 / 3
# The firewall, the edge and the API see: the first page, the questionnaire, two files of the site, the submission.
REQUESTS: Final = 5
# First pages are kept a minute by the CDN: of a class of 25 at once one reaches the function.
REACHING_THE_API: Final = 2.1
# Transitions of one exercise in close_session and build_report (their states, and what starts them).
TRANSITIONS: Final = 6 + 6
# What a coordinator does around an exercise: requests to the API, and pages with their files.
COORDINATORS_REQUESTS: Final = 300
COORDINATORS_BYTES: Final = 3_000_000
MAILS_AN_EXERCISE: Final = 2


@dataclass(frozen=True, slots=True)
class School:
    """What a school does in a month with one exercise in it."""

    submissions: int = 260
    exercises: int = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """What a deployment holds, whoever uses it."""

    keys: int = 4
    secrets: int = 2
    alarms: int = 30
    metrics: int = 20
    firewall_rules: int = 4


SCHOOLS_OF_A_COUNTRY: Final = 1_000


@dataclass(frozen=True, slots=True)
class Price:
    """What so much of something costs."""

    what: str
    dollars: float
    per: float
    checked: bool


def prices() -> Mapping[str, Price]:
    """Read the table."""
    read = tomllib.loads(Path(__file__).with_name("prices.toml").read_text(encoding="utf-8"))
    return {
        entry["key"]: Price(entry["what"], entry["dollars"], entry["per"], entry["checked"]) for entry in read["price"]
    }


def money(units: Units, table: Mapping[str, Price]) -> Mapping[str, float]:
    """Turn units into dollars, each by its price; raise KeyError for a unit without one."""
    return {key: amount * table[key].dollars / table[key].per for key, amount in units.items()}


def times(units: Units, factor: float) -> Units:
    """Take units so many times."""
    return {key: amount * factor for key, amount in units.items()}


def together(*parts: Units) -> Units:
    """Add units up."""
    return {key: sum(part.get(key, 0) for part in parts) for key in sorted({key for part in parts for key in part})}


def of_submission(work: Mapping[str, Work]) -> Units:
    """What one person takes, from the first page to the thanks."""
    opened, sent = work["open"], work["submit"]
    return {
        "lambda_request": REACHING_THE_API,
        "lambda_gb_second": opened.gb_seconds("survey") + sent.gb_seconds("survey"),
        "http_request": REACHING_THE_API,
        "write_unit": max(sent.write_units, WRITE_UNITS),
        "read_unit": opened.read_units + sent.read_units,
        "cdn_request": REQUESTS,
        "cdn_gb": (PAGE_BYTES + FIRST_PAGE_BYTES) / 1e9,
        "edge_function": REACHING_THE_API,
        "firewall_request": REQUESTS,
    }


def of_exercise(work: Mapping[str, Work]) -> Units:
    """What an exercise takes whoever answers: its set-up, its closing, its report."""
    closing, report = work["close"], work["report"]
    drawing = SECONDS_TO_DRAW * MEMORY["render_document"] / 1024
    return {
        "lambda_request": COORDINATORS_REQUESTS + 7,
        "lambda_gb_second": COORDINATORS_REQUESTS * 0.05
        + closing.gb_seconds("close_exercise")
        + report.gb_seconds("render_document")
        + drawing,
        "http_request": COORDINATORS_REQUESTS,
        "write_unit": closing.write_units + report.write_units + COORDINATORS_REQUESTS,
        "read_unit": closing.read_units + report.read_units + 3 * COORDINATORS_REQUESTS,
        "transition": TRANSITIONS,
        "mail": MAILS_AN_EXERCISE,
        "mail_gb": REPORT_BYTES * MIME / 1e9,
        "s3_put": 2,
        "kms_call": 20,
        "cdn_request": 2 * COORDINATORS_REQUESTS,
        "cdn_gb": COORDINATORS_BYTES / 1e9,
        "firewall_request": 2 * COORDINATORS_REQUESTS,
        "log_gb": COORDINATORS_REQUESTS * 400 / 1e9,
    }


def of_stage(stage: Stage) -> Units:
    """What a month costs in which nobody comes."""
    return {
        "kms_key_month": stage.keys,
        "secret_month": stage.secrets,
        "alarm_month": stage.alarms,
        "metric_month": stage.metrics,
        "dashboard_month": 1,
        "firewall_month": 1,
        "firewall_rule_month": stage.firewall_rules,
    }


def of_month(schools: int, school: School, work: Mapping[str, Work]) -> Units:
    """What so many schools take in a month in which each has its exercise."""
    one = together(times(of_submission(work), school.submissions), times(of_exercise(work), school.exercises))
    stored = {"table_gb_month": 60_000 / 1e9, "s3_gb_month": REPORT_BYTES / 1e9}
    return times(together(one, stored), schools)


def main() -> int:
    """Print what things cost and where the money goes."""
    table, work = prices(), measured()
    country = together(of_month(SCHOOLS_OF_A_COUNTRY, School(), work), of_stage(Stage()))
    lines = {
        "1,000 submissions": times(of_submission(work), 1000),
        "an exercise without its submissions": of_exercise(work),
        "a school, a month with an exercise": of_month(1, School(), work),
        "1,000 schools, such a month, stage included": country,
        "the same in a year of three sessions": together(
            times(of_month(SCHOOLS_OF_A_COUNTRY, School(), work), 3), times(of_stage(Stage()), 12)
        ),
        "an idle stage, a month": of_stage(Stage()),
    }
    print("US dollars, eu-west-1, no free tier, no tax; prices of bench/prices.toml\n")
    for name, units in lines.items():
        spent = money(units, table)
        largest = sorted(spent, key=lambda key: -spent[key])[:3]
        causes = ", ".join(f"{key} {spent[key] / sum(spent.values()):.0%}" for key in largest)
        print(f"{name:46}{sum(spent.values()):>10.3f}  {causes}")
    unchecked = sorted(key for key, price in table.items() if not price.checked and key in country)
    print(f"\nNot read on a page for this table: {', '.join(unchecked)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
