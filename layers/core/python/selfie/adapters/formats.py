"""How values of the domain are written into items: attributes for what changes, compressed JSON for what is published.

Whatever an older or newer version of the program wrote beside the fields known here is passed over in reading.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from selfie.adapters import plain
from selfie.domain.action_plan import ActionPlan
from selfie.domain.exercise import Exercise
from selfie.domain.results import Results
from selfie.domain.school import School

# An item as boto3's client gives and takes it.
Item = Mapping[str, Mapping[str, Any]]

# Open answers are cut into parts well below DynamoDB's 400 KB an item.
_LARGEST_PART_BYTES: Final = 250_000


def attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write plain values as attributes; None is not written."""
    return {name: _attribute(value) for name, value in values.items() if value is not None}


def values_of(item: Item) -> dict[str, Any]:
    """Read attributes as plain values."""
    return {name: _value(attribute) for name, attribute in item.items()}


def write_exercise(exercise: Exercise) -> dict[str, Any]:
    """Write an exercise as attributes."""
    return attributes(plain.write(exercise))


def read_exercise(item: Item) -> Exercise:
    """Read an exercise from its item."""
    return plain.read(Exercise, values_of(item))


def write_school(school: School) -> dict[str, Any]:
    """Write a school as attributes."""
    return attributes(plain.write(school))


def read_school(item: Item) -> School:
    """Read a school from its item."""
    return plain.read(School, values_of(item))


def write_action_plan(plan: ActionPlan) -> dict[str, Any]:
    """Write an action plan as attributes."""
    return attributes(plain.write(plan))


def read_action_plan(item: Item) -> ActionPlan:
    """Read an action plan from its item."""
    return plain.read(ActionPlan, values_of(item))


def write_results(results: Results) -> bytes:
    """Write results as compressed JSON."""
    return zlib.compress(_json({"results": plain.write(results)}))


def read_results(content: bytes) -> Results:
    """Read results from compressed JSON."""
    return plain.read(Results, json.loads(zlib.decompress(content))["results"])


def write_texts(texts: Sequence[str]) -> list[bytes]:
    """Write texts as compressed JSON, in as many parts as it takes to fit each into an item."""
    parts: list[list[str]] = [[]]
    size = 0
    for text in texts:
        size += len(json.dumps(text))
        if size > _LARGEST_PART_BYTES and parts[-1]:
            parts.append([])
            size = len(json.dumps(text))
        parts[-1].append(text)
    return [zlib.compress(_json(part)) for part in parts if part]


def read_texts(content: bytes) -> tuple[str, ...]:
    """Read one part."""
    return tuple(json.loads(zlib.decompress(content)))


def epoch(instant: datetime) -> int:
    """Return whole seconds, as DynamoDB's expiry wants them."""
    return int(instant.timestamp())


def instant_of(seconds: int) -> datetime:
    """Return the instant of whole seconds."""
    return datetime.fromtimestamp(int(seconds), UTC)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# Boto3 has the same two in ``boto3.dynamodb.types``, which cannot be imported without all of boto3: see ``aws.client``.
def _attribute(value: Any) -> dict[str, Any]:  # noqa: PLR0911  one for each kind of value
    match value:
        case None:
            return {"NULL": True}
        case bool():  # before int, which it is too
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [_attribute(each) for each in value]}
        case dict():
            return {"M": {name: _attribute(each) for name, each in value.items()}}
    raise TypeError(f"no attribute is made of a {type(value).__name__}")


def _value(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value)
        case "L":
            return [_value(each) for each in value]
        case "M":
            return {name: _value(each) for name, each in value.items()}
    return value
