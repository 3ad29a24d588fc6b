"""Measure the memory of a release of research data: ``python -m bench.research``.

A child process releases what so many schools contributed, in 27 countries and five levels, and a study of two sessions.
The job is the real one, with the real adapters; S3 is played by a client that makes each contribution when it is asked
for it, as large as those of a real exercise. Memory is the process's peak, DuckDB and Python included.
"""

import argparse
import gzip
import io
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

from botocore.exceptions import ClientError

from functions.research.service import Releasing
from selfie.adapters import keys
from selfie.adapters.s3_research import S3Contributions, S3ResearchTables
from selfie.catalogue import CURRENT, catalogue
from selfie.domain.questionnaire import questionnaire_for
from selfie.domain.research import Cut, Purpose, Wanted
from selfie.domain.results import whole_percents
from selfie.domain.school import SCHOOL_GROUPS, EducationLevel, Family
from selfie.domain.session import Calendar, Session
from tests.support.memory import MemoryResearchLedger

BUDGET_MB: Final = 400
GROWTH_MB: Final = 40
SCHOOLS: Final = (4_000, 40_000)
SCHOOLS_OF_STUDY: Final = (1_500, 15_000)
COUNTRIES: Final = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]
REGIONS: Final = {country: {f"{country}{number}": "" for number in range(1, 6)} for country in COUNTRIES}
SESSIONS: Final = (
    Session(date(2025, 8, 1), date(2025, 12, 31), 2025, 1),
    Session(date(2026, 1, 1), date(2026, 4, 1), 2025, 2),
)
PLACES: Final = [(country, level) for country in COUNTRIES for level in EducationLevel]
BODIES: Final = 40


class PlayedS3:
    """Answers as S3 does: contributions are made up from their names, what is put is kept."""

    def __init__(self, schools: int) -> None:
        self._schools = schools
        self._kept: dict[str, bytes] = {}

    def get_paginator(self, _operation: str) -> "PlayedS3":
        """Page through names."""
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[Mapping[str, Any]]:  # noqa: ARG002  as boto3
        """Yield one page for each country and level."""
        kind, session_id, *_rest = Prefix.split("/")
        if kind != "contributions":
            yield {"Contents": [{"Key": key} for key in sorted(self._kept) if key.startswith(Prefix)]}
            return
        for place, (country, level) in enumerate(PLACES):
            prefix = keys.contributions_prefix(Cut(session_id, country, level, CURRENT))
            if prefix.startswith(Prefix):
                yield {
                    "Contents": [{"Key": f"{prefix}{n:032x}.json.gz"} for n in range(place, self._schools, len(PLACES))]
                }

    def get_object(self, Bucket: str, Key: str) -> Mapping[str, Any]:  # noqa: ARG002
        """Make a contribution, or return what was put."""
        if Key.startswith("contributions/"):
            number = int(Key.rpartition("/")[2].partition(".")[0], 16)
            return {"Body": io.BytesIO(contribution(number, keys.cut_of(Key).country))}
        if Key not in self._kept:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self._kept[Key])}

    def put_object(self, Bucket: str, Key: str, Body: Any, **_more: Any) -> None:  # noqa: ARG002
        """Keep tables; files of releases are only read, as they would be sent."""
        if isinstance(Body, bytes):
            self._kept[Key] = Body
        else:
            while Body.read(1 << 20):
                pass


class PlayedKeys:
    """A seal is the school's number."""

    def of(self, study: str, sealed: Sequence[bytes]) -> Sequence[str]:
        """Return what stands for the schools within a study."""
        return [f"{study}{each.hex()}" for each in sealed]


@cache
def body(number: int) -> str:
    """Return percentages as large as a real exercise's."""
    chance, found = random.Random(number), []
    for group in SCHOOL_GROUPS:
        for question in questionnaire_for(catalogue(), Family.GENERAL, group).questions.values():
            if question.ratings:
                counts = [chance.randrange(1, 20) for _ in question.ratings]
                percents = dict(zip(question.ratings, whole_percents(counts), strict=True))
                found.append([group, question.code, sum(counts), percents])
    return json.dumps(found)


def contribution(number: int, country: str) -> bytes:
    """Return a contribution as it is stored."""
    region = f"{country}{number % 6}"  # of which the sixth is in no list
    school = f"{number:016}"
    text = f'{{"region": "{region}", "school": "{school}", "percentages": {body(number % BODIES)}}}'
    return gzip.compress(text.encode(), compresslevel=1)


def child(schools: int, *, study: bool) -> None:
    """Release and say what that took."""
    s3 = PlayedS3(schools)
    job = Releasing(
        S3Contributions(None, "", s3, "research"),
        S3ResearchTables(s3, "research"),
        MemoryResearchLedger(),
        PlayedKeys(),
        lambda: datetime(2026, 11, 1, tzinfo=UTC),
        Calendar.of(SESSIONS),
        REGIONS,
    )
    earlier, later = (session.id for session in SESSIONS)
    started = time.process_time()
    wanted = Wanted(later, "Somebody", Purpose.SCIENTIFIC_RESEARCH, since=earlier if study else "")
    made = job.release(wanted)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak_mb": peak, "rows": made.rows, "seconds": time.process_time() - started}))


def measured(schools: int, *, study: bool) -> Mapping[str, float]:
    """Run a child and return what it says."""
    command = [sys.executable, "-m", "bench.research", "--child", str(schools), *(["--study"] if study else [])]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    said: Mapping[str, float] = json.loads(run.stdout)
    return said


def main() -> int:
    """Print figures beside budgets; return 1 when one is not kept."""
    kept = True
    for study, sizes in ((False, SCHOOLS), (True, SCHOOLS_OF_STUDY)):
        found = [measured(schools, study=study) for schools in sizes]
        for schools, of in zip(sizes, found, strict=True):
            name = "study of two sessions" if study else "means of a session"
            print(f"{name}, {schools} schools: {of['peak_mb']:.0f} MB, {of['rows']} rows, {of['seconds']:.0f} s")
        grown = found[1]["peak_mb"] - found[0]["peak_mb"]
        print(f"  ten times as many schools: {grown:+.0f} MB (budget {GROWTH_MB}); at most {BUDGET_MB} MB")
        kept &= grown <= GROWTH_MB and found[1]["peak_mb"] <= BUDGET_MB
    return 0 if kept else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--child", type=int)
    parser.add_argument("--study", action="store_true")
    given = parser.parse_args()
    if given.child:
        child(given.child, study=given.study)
    else:
        sys.exit(main())
