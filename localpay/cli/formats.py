"""Lists for programs: json, ndjson and csv, with the values as they are."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import TYPE_CHECKING, Any

from localpay import clock, jsontext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TextIO

    from localpay.cli.columns import Column


def write_json(out: TextIO, columns: Sequence[Column], records: Iterable[Any]) -> None:
    """One array of objects, an object a line."""
    before = "[\n"
    for record in records:
        out.write(f"{before}{_object(columns, record)}")
        before = ",\n"
    out.write("\n]\n" if before != "[\n" else "[]\n")


def write_ndjson(out: TextIO, columns: Sequence[Column], records: Iterable[Any]) -> None:
    """An object a line."""
    out.writelines(f"{_object(columns, record)}\n" for record in records)


def write_csv(out: TextIO, columns: Sequence[Column], records: Iterable[Any]) -> None:
    """A header, then a line a record; null is nothing, and an empty text is ""."""
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([each.name for each in columns])
    lines.writerows([_cell(each.value(record)) for each in columns] for record in records)


def _object(columns: Sequence[Column], record: Any) -> str:
    return jsontext.dumps_javascript({each.name: plain(each.value(record)) for each in columns})


def plain(value: Any) -> Any:
    """A field's value as JSON holds it: an instant is text, to the millisecond."""
    return clock.to_milliseconds(clock.to_text(value)) if isinstance(value, datetime) else value


def whole(record: Any, *, reveal: bool) -> str:
    """One record with its relations."""
    raise NotImplementedError


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return jsontext.dumps(value)
    return plain(value)


WRITERS: dict[str, Callable[[TextIO, Sequence[Column], Iterable[Any]], None]] = {
    "json": write_json,
    "ndjson": write_ndjson,
    "csv": write_csv,
}
