"""localpay's own format: a header line, then a line of JSON for each row of each table.

It loses nothing but the journal: instants have their microseconds, numbers and the order of keys
are kept. The header says how many lines follow, so that a file that was cut off is known; one
written by hand may leave the number out.
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
"""What a whole store is, in the order in which it is written."""

_ASIDE = frozenset(
    {
        "payment_provider",
        "region_payment_providers",
        "payment_collection_sessions",
        "payment_collection_payments",
    }
)
"""Tables whose rows are facts that may be told twice."""


def read(source: Source) -> Iterator[Batch]:
    """The rows of a source, many at a time.

    Raises:
        SourceError: a line is not JSON, or no record, or the file was cut off.
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
                raise source.error(_no_record(kind), line, 1)
            del record["kind"]
            rows, lines = groups.setdefault((kind, *record), ([], []))
            rows.append(tuple(record.values()))
            lines.append(line)
        for (table, *names), (rows, lines) in groups.items():
            yield Batch(table, tuple(names), rows, lines, form, table in _ASIDE)
    if expected not in {None, count}:
        raise source.error(
            f"holds {count} records where its header says {expected}; it was cut off, or changed "
            'without changing "records" in the header',
            line,
        )


def _numbered(source: Source, block: Block) -> Iterator[tuple[int, Any]]:
    """What stands on each line of a block, with the line's number."""
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
    """The columns of a table that are written; the number of a quarantined row is not."""
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
    """JSON text on one line, as localpay writes it; another program may have put it otherwise."""
    return text if "\n" not in text else jsontext.dumps(jsontext.loads(text))


_WRITERS: dict[type[Column], Callable[[Any], str]] = {
    Text: encode_basestring,
    Instant: encode_basestring,
    Integer: str,
    Real: repr,
    Boolean: ("false", "true").__getitem__,
    Json: _one_line,
}
"""How values that are not null are written, by the type of their column."""


def _expected(source: Source, record: Any, line: int) -> int | None:
    """What the header says of the number of records."""
    version = record["localpay"]
    if isinstance(version, int) and version > VERSION:
        raise source.error(
            f"written by a newer localpay (format {version}, this one reads {VERSION}); "
            "upgrade localpay to import it",
            line,
            1,
        )
    if version is True or version != VERSION:
        raise source.error(f'the header has to say "localpay":{VERSION}', line, 1)
    records = record.get("records")
    return records if isinstance(records, int) else None


def _no_record(kind: Any) -> str:
    if kind is None:
        return 'is no record: a JSON object with its "kind" is expected'
    return f"there is no kind {kind!r}; it is one of {', '.join(TABLES)}"
