"""Put all that is stored of a school into files that it can take along: JSON with its schema, tables, documents."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from selfie.ports import StoredItem, WholeSchool
from selfie.tables import csv_table

SCHEMA: Final = Path(__file__).with_name("export.schema.json")
# Lambda answers with at most 6 MB, written in base64.
LARGEST_PART_BYTES: Final = 3_500_000
RESULTS: Final = "EXERCISE/RESULTS"
FIGURE_COLUMNS: Final = ("exercise", "question", "group", "answered", "not_applicable", "mean", "shares")

Document = tuple[str, int]


def parts(documents: Sequence[Document]) -> list[list[str]]:
    """Spread documents over parts that fit into an answer each; the first part also holds everything else."""
    spread: list[list[str]] = [[]]
    filled = 0
    for name, size in documents:
        if filled + size > LARGEST_PART_BYTES and spread[-1]:
            spread.append([])
            filled = 0
        spread[-1].append(name)
        filled += size
    return spread


def export(whole: WholeSchool, school_id: str, number: int, now: datetime) -> bytes | None:
    """Make one part as a zip; None when there is no such part."""
    documents = [name for name, _ in whole.documents(school_id)]
    spread = parts(whole.documents(school_id))
    if not 1 <= number <= len(spread):
        return None
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        if number == 1:
            for name, text in _files(school_id, whole.items(school_id), documents, now):
                archive.writestr(name, text)
        for name in spread[number - 1]:
            archive.writestr(name, whole.document(name), zipfile.ZIP_STORED)
    return content.getvalue()


def _files(
    school_id: str, items: Sequence[StoredItem], documents: Sequence[str], now: datetime
) -> Iterator[tuple[str, str]]:
    whole = {
        "school": school_id,
        "exported_at": now.isoformat(),
        "items": [{"kind": item.kind, "key": item.key, "attributes": item.attributes} for item in items],
        "documents": documents,
    }
    yield "school.json", json.dumps(whole, ensure_ascii=False, indent=1)
    yield "school.schema.json", SCHEMA.read_text(encoding="utf-8")
    for kind in sorted({item.kind for item in items}):
        of_kind = [item for item in items if item.kind == kind]
        if kind == RESULTS:
            yield "tables/results.csv", csv_table(FIGURE_COLUMNS, (row for item in of_kind for row in _figures(item)))
        else:
            yield f"tables/{kind.lower().replace('/', '-')}.csv", _items_table(of_kind)


def _items_table(items: Sequence[StoredItem]) -> str:
    names = sorted({name for item in items for name in item.attributes})
    return csv_table(
        ("key", *names), (("/".join(item.key), *(item.attributes.get(name) for name in names)) for item in items)
    )


def _figures(item: StoredItem) -> Iterator[Sequence[Any]]:
    """Yield a row for every figure, wherever in the results it stands."""
    results = item.attributes["published"]["results"]
    for question in _questions(results):
        for figure in question["figures"]:
            shares = " ".join(f"{share['option']}:{share['percent']}" for share in figure["shares"] or ())
            yield (
                results["exercise_id"],
                question["code"],
                figure["unit"],
                figure["answered"],
                figure["not_applicable"],
                figure["mean"],
                shares,
            )


def _questions(part: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, list):
        for each in part:
            yield from _questions(each)
    elif isinstance(part, dict):
        if "figures" in part:
            yield part
        else:
            yield from _questions(list(part.values()))
