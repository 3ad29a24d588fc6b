"""The files of a release, written row by row: Parquet and CSV with a codebook.

DuckDB writes Parquet from the CSV; it is imported here alone, by the job that nobody waits for.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from functions.research.codebook import CHANGE, COLUMNS, MEAN, QUESTION_COLUMNS, about, questions
from selfie.domain.research import Row

ROWS_CSV, ROWS_PARQUET = "means.csv", "means.parquet"
CODEBOOK_CSV, CODEBOOK_JSON = "codebook.csv", "codebook.json"
# Beyond this, DuckDB writes what it works on to the job's own folder.
MEMORY: Final = "256MB"
_TYPES: Final = {MEAN: "DECIMAL(5, 1)", CHANGE: "DECIMAL(5, 1)", "schools": "INTEGER"}
_BLOCK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many rows, most schools behind one of them, and the versions of the questionnaire."""

    rows: int
    schools: int
    versions: tuple[str, ...]


def write(rows: Iterable[Row], folder: Path, *, study: bool) -> Written:
    """Write all files of a release into an empty folder; a ``study`` compares two sessions."""
    columns = [name for name in COLUMNS if name != (MEAN if study else CHANGE)]
    count, schools, versions = 0, 0, set()
    with (folder / ROWS_CSV).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(_cells(row))
            count, schools = count + 1, max(schools, row.schools)
            versions.add(row.cut.version)
    described = about(sorted(versions))
    _write_parquet(folder, columns, json.dumps(described, ensure_ascii=False))
    listed = [line for version in sorted(versions) for line in questions(version)]
    _write_codebook(folder, described, listed)
    return Written(count, schools, tuple(sorted(versions)))


def hashes(folder: Path) -> Mapping[str, str]:
    """Return the SHA-256 of every file."""
    return {file.name: _hash(file) for file in sorted(folder.iterdir())}


def _cells(row: Row) -> Sequence[str | int]:
    cut = row.cut
    return (
        cut.session_id,
        row.since,
        cut.country,
        row.region,
        cut.level,
        cut.version,
        row.unit,
        row.question,
        row.option,
        str(row.value),
        row.schools,
    )


def _write_parquet(folder: Path, columns: Sequence[str], described: str) -> None:
    import duckdb

    types = ", ".join(f"'{name}': '{_TYPES.get(name, 'VARCHAR')}'" for name in columns)
    settings: dict[str, Any] = {"memory_limit": MEMORY, "threads": 1, "temp_directory": str(folder.parent)}
    # Names of columns are ours; what is put in by value is where files lie, and the description.
    source = f"SELECT * FROM read_csv('{folder / ROWS_CSV}', header = true, nullstr = '', columns = {{{types}}})"  # noqa: S608
    options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{codebook: {_text(described)}}}"
    with duckdb.connect(config=settings) as connection:
        connection.execute(f"COPY ({source}) TO '{folder / ROWS_PARQUET}' ({options})")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _write_codebook(folder: Path, described: Mapping[str, Any], listed: Sequence[Sequence[str]]) -> None:
    with (folder / CODEBOOK_CSV).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(QUESTION_COLUMNS)
        writer.writerows(listed)
    of_questions = [dict(zip(QUESTION_COLUMNS, line, strict=True)) for line in listed]
    text = json.dumps({**described, "questions": of_questions}, ensure_ascii=False, indent=1)
    (folder / CODEBOOK_JSON).write_text(text, encoding="utf-8")


def _hash(file: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
