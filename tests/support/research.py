"""Schools that contribute to research, and keys that hide them."""

import base64
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from selfie.domain.disclosure import Unit
from selfie.domain.research import Contribution, Cut, Percentages
from selfie.domain.results import whole_percents
from selfie.domain.school import EducationLevel
from selfie.ports import Contributions, SchoolSeal

VERSION = "v2026_1"
QUESTIONS = ((Unit.TEACHER, "A1"), (Unit.STUDENT, "C3"))
FIVE = ("1", "2", "3", "4", "5")


def seal_file(folder: Path) -> Path:
    """Write keys that are the same in every run."""
    file = folder / "research-keys.json"
    keys = {name: base64.b64encode(name.encode().ljust(32, b".")).decode() for name in ("seal", "pseudonym")}
    file.write_text(json.dumps(keys))
    return file


def cut(session_id: str = "2026-1", country: str = "IE", level: EducationLevel = EducationLevel.PRIMARY) -> Cut:
    """Name what is totalled together."""
    return Cut(session_id, country, level, VERSION)


def school(number: int) -> str:
    """Name a school."""
    return f"school{number:06}"


def percentages(chance: random.Random) -> Iterator[Percentages]:
    """Draw what a school's groups answered."""
    for unit, question in QUESTIONS:
        counts = [chance.randrange(1, 20) for _ in FIVE]
        yield Percentages(unit, question, sum(counts), dict(zip(FIVE, whole_percents(counts), strict=True)))


def contribute(
    contributions: Contributions,
    seal: SchoolSeal,
    of: Cut,
    numbers: Sequence[int],
    regions: Sequence[str] = ("",),
) -> None:
    """Let schools contribute, each the same figures in every run."""
    for number in numbers:
        school_id, region = school(number), regions[number % len(regions)]
        drawn = tuple(percentages(random.Random(f"{of} {number}")))
        made = Contribution(of, region, seal.seal(school_id), drawn)
        contributions.add(f"{school_id}-{of.session_id}-{of.level}", made)
