"""Tables as CSV that any spreadsheet opens, and from which none takes a formula."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

# What a spreadsheet would take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write a table; what is no text is written as JSON, nothing as an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    # A spreadsheet reads the letters of all languages when the file begins with this mark.
    return "\ufeff" + text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
