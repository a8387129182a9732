"""CSV: read as PostgreSQL's `COPY … CSV HEADER` writes it, and written as RFC 4180 says.

An empty cell is null and a quoted empty cell is the empty text, which Python's `csv` cannot tell
apart. So it reads only the blocks that cannot contain such a cell. A slower reader reads the
others, and also finds where something is wrong.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from localpay.storage.columns import Boolean, Column, Instant, Integer, Json, Real, Text
from localpay.storage.models import MODELS
from localpay.text import csv_cell, spreadsheet_cell
from localpay.transfer import medusa
from localpay.transfer.batches import Batch
from localpay.transfer.values import TextForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from localpay.transfer.sources import Source

Cells: TypeAlias = "list[str | None]"
"""A record's values; None for an empty cell without quotes."""

_LINE_END = "\n"
_LONGEST = 1 << 26
"""The most characters a record may have: a quote that is never closed must not fill the memory."""

_CELL = re.compile(
    r'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<plain>(?!")[^,\r\n]*))(?P<end>,|\r?\n|\Z)'
)
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')


class Record(NamedTuple):
    """One record of a CSV file.

    Attributes:
        line: the line on which it begins.
        cells: its values.
        places: line and column where each cell begins, then those where the last one ends.
        end: the offset after its line break.
    """

    line: int
    cells: Cells
    places: list[tuple[int, int]]
    end: int


class BrokenCsvError(Exception):
    """A text is not CSV.

    Attributes:
        reason: what is wrong.
        line: where.
        column: where in the line.
    """

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


def read(source: Source) -> Iterator[Batch]:
    """The rows of a source, many at a time.

    Raises:
        SourceError: its header is unknown, or it is not CSV.
    """
    form = TextForm()
    table = ""
    names: tuple[str, ...] = ()
    try:
        for line, text in _whole_records(source):
            first, body = line, text
            if not table:
                record = next(parse(text, line), None)
                if record is None:
                    continue
                names = tuple(cell or "" for cell in record.cells)
                table = _table(source, names, record)
                first, body = line + text.count("\n", 0, record.end), text[record.end :]
            rows, lines = records(body, first, len(names))
            if rows:
                yield Batch(table, names, rows, lines, form)
    except BrokenCsvError as error:
        raise source.error(error.reason, error.line, error.column) from None


def records(text: str, line: int, width: int) -> tuple[list[Cells], Sequence[int]]:
    """The records in a text, and the lines on which they begin.

    Args:
        text: complete records.
        line: the line on which the text begins.
        width: how many cells each record must have.

    Raises:
        BrokenCsvError: it is not CSV, or a record has a different number of cells.
    """
    if not _may_hold_empty_text(text):
        try:
            found = list(csv.reader(io.StringIO(text, newline="\n"), strict=True))
        except csv.Error:
            found = [[]]
        if {width}.issuperset(map(len, found)):
            return [[cell or None for cell in row] for row in found], _lines(found, text, line)
    rows, lines = [], []
    for record in parse(text, line):
        if len(record.cells) != width:
            place = record.places[min(width, len(record.cells))]
            raise BrokenCsvError(
                f"the record has {len(record.cells)} cells, the header has {width}; "
                "a cell that holds a comma or a line break needs double quotes",
                *place,
            )
        rows.append(record.cells)
        lines.append(record.line)
    return rows, lines


def parse(text: str, line: int = 1) -> Iterator[Record]:
    """The records in a text, one by one; empty lines are skipped.

    Raises:
        BrokenCsvError: it is not CSV.
    """
    position = start = 0
    cells: Cells = []
    places: list[tuple[int, int]] = []
    first = line
    while position < len(text) or cells:
        places.append((line, position - start + 1))
        found = _CELL.match(text, position)
        if found is None:
            raise _broken(text, position, line, start)
        quoted, plain, end = found.groups()
        if quoted is None:
            cells.append(plain or None)
        else:
            cells.append(quoted.replace('""', '"'))
            if "\n" in quoted:
                line += quoted.count("\n")
                start = text.rindex("\n", position, found.start("end")) + 1
        position = found.end()
        if end == ",":
            continue
        if cells != [None]:
            places.append((line, found.start("end") - start + 1))
            yield Record(first, cells, places, position)
        line, start = line + 1, position
        first, cells, places = line, [], []


def header(table: str) -> str:
    """The first line of a table's CSV, with its line break."""
    return ",".join(MODELS[table].columns()) + _LINE_END


def write(table: str, rows: Sequence[Sequence[Any]], *, excel_safe: bool) -> str:
    """Rows as records, each with its line break.

    Args:
        table: their table.
        rows: their values in the order of the model's columns, in the file's form.
        excel_safe: quote texts that a spreadsheet would run as formulas.
    """
    columns = []
    for column, values in zip(
        MODELS[table].columns().values(), zip(*rows, strict=True), strict=True
    ):
        write_value = _WRITERS[type(column)]
        safe = spreadsheet_cell if excel_safe and isinstance(column, Text | Json) else str
        columns.append(
            ["" if value is None else csv_cell(safe(write_value(value))) for value in values]
        )
    return "".join([",".join(cells) + _LINE_END for cells in zip(*columns, strict=True)])


_WRITERS: dict[type[Column], Callable[[Any], str]] = {
    Text: str,
    Instant: str,
    Integer: str,
    Real: repr,
    Boolean: ("false", "true").__getitem__,
    Json: str,
}
"""What writes a value that is not null, by the type of its column."""


def _table(source: Source, header: tuple[str, ...], record: Record) -> str:
    broken = next((place for place, name in enumerate(header) if "\0" in name), None)
    if broken is not None:
        raise source.error(
            "the header contains a NUL character; export the file again, as UTF-8",
            *record.places[broken],
        )
    table = medusa.table_of_columns(header)
    if table is None:
        raise source.error(
            "is neither JSON nor CSV with the header of a table that localpay stores "
            f"({', '.join(medusa.IDENTIFYING)})",
            record.line,
            1,
        )
    twice = next((place for place, name in enumerate(header) if name in header[:place]), None)
    if twice is not None:
        raise source.error(
            f"the header has the column {header[twice]!r} twice; remove one of them from the file",
            *record.places[twice],
        )
    return table


def _whole_records(source: Source) -> Iterator[tuple[int, str]]:
    """Blocks that end where a record ends, which is where the number of quotes is even."""
    waiting: list[str] = []
    line = quotes = size = 0
    for block in source.blocks():
        line = line if waiting else block.line
        waiting.append(block.text)
        quotes += block.text.count('"')
        size += len(block.text)
        if quotes % 2 == 0:
            yield line, "".join(waiting)
            waiting, size = [], 0
        elif size > _LONGEST:
            break
    if waiting:
        yield line, "".join(waiting)


def _may_hold_empty_text(text: str) -> bool:
    return (
        ',"",' in text
        or ',""\n' in text
        or ',""\r' in text
        or '\n"",' in text
        or text.startswith('"",')
        or text.endswith(',""')
    )


def _lines(found: list[list[str]], text: str, line: int) -> Sequence[int]:
    """The line on which each record begins."""
    if text.count("\n") + (not text.endswith("\n")) == len(found):
        return range(line, line + len(found))
    lines = []
    for row in found:
        lines.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    return lines


def _broken(text: str, position: int, line: int, start: int) -> BrokenCsvError:
    """What is wrong with the cell at a position."""
    if text[position] != '"':
        position = text.index("\r", position)
        reason = (
            "an unquoted cell contains a carriage return; put the cell in double quotes, or save "
            "the file with line feeds as line endings"
        )
    elif closed := _QUOTED.match(text, position):
        line += closed.group().count("\n")
        start = max(start, text.rfind("\n", 0, closed.end()) + 1)
        position = closed.end()
        reason = (
            "a quoted cell continues after its closing quote; write a quote inside a cell twice"
        )
    else:
        reason = "the quote that opens here is never closed; was the file cut off?"
    return BrokenCsvError(reason, line, position - start + 1)
