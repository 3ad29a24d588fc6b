"""Define the tables: the stacks deploy them and the local run and the tests make them (docs/data-model.md)."""

from typing import Final, TypedDict


class Index(TypedDict):
    """A secondary index that holds keys only; both keys are strings."""

    name: str
    partition_key: str
    sort_key: str


class Table(TypedDict):
    """A table with string keys ``PK`` and ``SK``; ``ttl`` names the attribute (epoch seconds) after which items go."""

    name: str
    indexes: list[Index]
    ttl: str
    backed_up: bool


EXERCISES: Final[Table] = {
    "name": "exercises",
    "indexes": [{"name": "due", "partition_key": "due", "sort_key": "due_key"}],
    "ttl": "expires_at",
    "backed_up": True,
}

# No stream, no recovery, no export: two images a moment apart would differ by one person's answers.
COUNTERS: Final[Table] = {"name": "counters", "indexes": [], "ttl": "expires_at", "backed_up": False}

# The keys under which tallies are copied into the Exercises table: no backup must bring a destroyed one back, and none
# must be lost together with the counts.
KEYS: Final[Table] = {"name": "keys", "indexes": [], "ttl": "expires_at", "backed_up": False}

TABLES: Final = (EXERCISES, COUNTERS, KEYS)
