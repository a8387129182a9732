"""Lists for programs: json, ndjson and csv, with the values as they are.

Values look as `localpay export` writes them, but only the columns asked for are written.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from localpay import clock, jsontext
from localpay.text import csv_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TextIO

    from localpay.cli.columns import Column


def write_json(out: TextIO, columns: Sequence[Column], records: Iterable[Any]) -> None:
    """Write one array, with an object on each line."""
    before = "[\n"
    for record in records:
        out.write(f"{before}{_object(columns, record)}")
        before = ",\n"
    out.write("[]\n" if before == "[\n" else "\n]\n")


def write_ndjson(out: TextIO, columns: Sequence[Column], records: Iterable[Any]) -> None:
    """Write an object on each line."""
    out.writelines(f"{_object(columns, record)}\n" for record in records)


def write_csv(out: TextIO, columns: Sequence[Column], records: Iterable[Any]) -> None:
    """Write a header and a line for each record; null is empty, and the empty text is `""`."""
    out.write(_line(each.name for each in columns))
    out.writelines(_line(_cell(each.value(record)) for each in columns) for record in records)


def _object(columns: Sequence[Column], record: Any) -> str:
    return jsontext.dumps_javascript(
        {each.name: clock.to_json(each.value(record)) for each in columns}
    )


def _line(cells: Iterable[str | None]) -> str:
    return ",".join(["" if cell is None else csv_cell(cell) for cell in cells]) + "\n"


def _cell(value: Any) -> str | None:
    if isinstance(value, datetime):
        return clock.to_text(value)
    return value if value is None or isinstance(value, str) else jsontext.dumps(value)


WRITERS: dict[str, Callable[[TextIO, Sequence[Column], Iterable[Any]], None]] = {
    "json": write_json,
    "ndjson": write_ndjson,
    "csv": write_csv,
}
"""The formats by their names."""
