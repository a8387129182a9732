"""localpay's own format: a header line, then a line of JSON for each row of each table.

It loses nothing but the journal: microseconds of instants, exact numbers and the order of keys are
kept. The header says how many lines follow, so that a truncated file is noticed; a file written by
hand may omit the number.
"""

from __future__ import annotations

from functools import cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from localpay import jsontext
from localpay.errors import JsonError
from localpay.storage.columns import Boolean, Column, Instant, Integer, Json, Real, Text
from localpay.storage.models import MODELS
from localpay.transfer.batches import Batch
from localpay.transfer.values import JsonForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from localpay.transfer.sources import Block, Source

VERSION = 1

TABLES = (
    "payment_provider",
    "region",
    "region_payment_providers",
    "cart",
    "line_item",
    "payment_session",
    "payment",
    "refund",
    "payment_collection",
    "payment_collection_sessions",
    "payment_collection_payments",
    "idempotency_key",
    "saved_view",
    "quarantine",
)
"""The tables of a whole store, in the order in which they are written."""

_ASIDE = frozenset(
    {
        "payment_provider",
        "region_payment_providers",
        "payment_collection_sessions",
        "payment_collection_payments",
    }
)
"""Tables whose rows may be repeated without being a conflict."""


def read(source: Source) -> Iterator[Batch]:
    """The rows of a source, many at a time.

    Raises:
        SourceError: a line is not JSON or not a record, or the file was cut off.
    """
    form = JsonForm()
    expected: int | None = None
    count = -1
    line = 0
    for block in source.blocks():
        groups: dict[tuple[str, ...], tuple[list[Any], list[int]]] = {}
        for line, record in _numbered(source, block):
            count += 1
            if count == 0:
                expected = _expected(source, record, line)
                continue
            kind = record.get("kind") if isinstance(record, dict) else None
            if kind not in TABLES:
                raise source.error(_not_a_record(kind), line, 1)
            del record["kind"]
            rows, lines = groups.setdefault((kind, *record), ([], []))
            rows.append(tuple(record.values()))
            lines.append(line)
        for (table, *names), (rows, lines) in groups.items():
            yield Batch(table, tuple(names), rows, lines, form, table in _ASIDE)
    if expected not in {None, count}:
        raise source.error(
            f"holds {count} records but its header says {expected}; it was cut off, or edited "
            'without updating "records" in the header',
            line,
        )


def _numbered(source: Source, block: Block) -> Iterator[tuple[int, Any]]:
    """The value on each line of a block, with the line's number."""
    for line, text in enumerate(block.text.split("\n"), block.line):
        if text and not text.isspace():
            try:
                yield line, jsontext.loads(text)
            except JsonError as error:
                raise source.error(error.reason, line, error.column) from None


def header(records: int) -> str:
    """The first line, with its line break.

    Args:
        records: how many lines follow.
    """
    return f'{{"localpay":{VERSION},"records":{records}}}\n'


def columns(table: str) -> dict[str, Column]:
    """The columns of a table that are written: all but the number of a quarantined row."""
    return {name: each for name, each in MODELS[table].columns().items() if name != "number"}


def write(table: str, rows: Sequence[Sequence[Any]]) -> str:
    """Rows as lines, each with its line break.

    Args:
        table: their table.
        rows: their values for `columns`, in the file's form.
    """
    texts = [
        ["null" if value is None else write_value(value) for value in values]
        for write_value, values in zip(_writers(table), zip(*rows, strict=True), strict=True)
    ]
    line = _line(table)
    return "".join([line % values for values in zip(*texts, strict=True)])


@cache
def _line(table: str) -> str:
    members = "".join(f',"{name}":%s' for name in columns(table))
    return f'{{"kind":"{table}"{members}}}\n'


@cache
def _writers(table: str) -> list[Callable[[Any], str]]:
    return [_WRITERS[type(column)] for column in columns(table).values()]


def _one_line(text: str) -> str:
    """JSON text on one line; another program may have stored it with line breaks."""
    return text if "\n" not in text else jsontext.dumps(jsontext.loads(text))


_WRITERS: dict[type[Column], Callable[[Any], str]] = {
    Text: encode_basestring,
    Instant: encode_basestring,
    Integer: str,
    Real: repr,
    Boolean: ("false", "true").__getitem__,
    Json: _one_line,
}
"""What writes a value that is not null, by the type of its column."""


def _expected(source: Source, record: Any, line: int) -> int | None:
    """The number of records according to the header, if it has one."""
    version = record["localpay"]
    if isinstance(version, int) and version > VERSION:
        raise source.error(
            f"written by a newer localpay (format {version}, this one reads {VERSION}); "
            "upgrade localpay to import it",
            line,
            1,
        )
    if version is True or version != VERSION:
        raise source.error(f'the header must contain "localpay":{VERSION}', line, 1)
    records = record.get("records")
    return records if isinstance(records, int) else None


def _not_a_record(kind: Any) -> str:
    if kind is None:
        return 'is not a record: expected a JSON object with a "kind"'
    return f"there is no kind {kind!r}; use one of {', '.join(TABLES)}"
