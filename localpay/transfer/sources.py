"""Sources: files and standard input as text, in blocks of whole lines, and their kinds.

A source is read once, from beginning to end. Its kind depends on how it begins, never on its name.
Errors name the source, the line and the column.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from localpay.errors import SourceError
from localpay.storage.opening import file_path

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD_INPUT = "-"
BLOCK = 1 << 19
"""Bytes to read at a time."""

_SQLITE = b"SQLite format 3\x00"
_NEWLINE = b"\n"


class Kind(Enum):
    """The kind of a source."""

    NDJSON = "ndjson"
    JSON = "json"
    CSV = "csv"


class Block(NamedTuple):
    """Some complete lines of a source; the last block may end without a line break.

    Attributes:
        line: the number of the first line, counted from 1.
        text: the lines.
    """

    line: int
    text: str


class Source:
    """An open source.

    Args:
        name: its name in messages.
        file: the file, open for reading bytes.
        size: its size in bytes, if known.

    Attributes:
        position: how many bytes have been read.
    """

    def __init__(self, name: str, file: BinaryIO, size: int | None) -> None:
        self.name = name
        self.size = size
        self.position = 0
        self._file = file
        self._begin = b""

    def kind(self) -> Kind:
        """Find the kind by how the source begins. Call this before reading anything else.

        Raises:
            SourceError: it is empty, or of a kind that cannot be imported.
        """
        begin = self._read()
        while not begin.removeprefix(codecs.BOM_UTF8).strip() and (more := self._read()):
            begin += more
        self._begin = begin
        if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise self.error("the encoding is UTF-16; save it as UTF-8", 1, 1)
        if begin.startswith(_SQLITE):
            raise self.error(
                "is an SQLite file, not CSV or JSON; export a store with `localpay export` first"
            )
        text = begin.removeprefix(codecs.BOM_UTF8).lstrip()
        if not text:
            raise self.error("is empty")
        if not text.startswith((b"{", b"[")):
            return Kind.CSV
        return Kind.NDJSON if _is_header(text.partition(_NEWLINE)[0]) else Kind.JSON

    def blocks(self) -> Iterator[Block]:
        """The lines, many at a time, without a byte order mark.

        Raises:
            SourceError: it cannot be read, or is not UTF-8.
        """
        line = 1
        rest = self._begin.removeprefix(codecs.BOM_UTF8)
        self._begin = b""
        while True:
            whole, found, rest = rest.rpartition(_NEWLINE)
            if found:
                yield Block(line, self._decoded(whole + found, line))
                line += whole.count(_NEWLINE) + 1
            # A line may be longer than a block: read to its end, and join the pieces once.
            pieces = [rest]
            while (piece := self._read()) and _NEWLINE not in piece:
                pieces.append(piece)
            if not piece:
                break
            rest = b"".join([*pieces, piece])
        rest = b"".join(pieces)
        if rest:
            yield Block(line, self._decoded(rest, line))

    def text(self) -> str:
        """The whole text."""
        return "".join([block.text for block in self.blocks()])

    def error(self, reason: str, line: int | None = None, column: int | None = None) -> SourceError:
        """An error that says what is wrong with this source, and where."""
        return SourceError(self.name, reason, line=line, column=column)

    def _read(self) -> bytes:
        try:
            data = self._file.read(BLOCK)
        except OSError as error:
            raise self.error(f"cannot be read: {_reason(error)}") from None
        self.position += len(data)
        return data

    def _decoded(self, data: bytes, line: int) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            before = data[: error.start]
            in_line = before[before.rfind(_NEWLINE) + 1 :].decode()
            raise self.error(
                f"the byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8",
                line + before.count(_NEWLINE),
                len(in_line) + 1,
            ) from None


@contextmanager
def open_source(place: Path | str) -> Iterator[Source]:
    """Open a file, or standard input for "-".

    Raises:
        SourceError: there is no such file, or it cannot be opened.
    """
    # A name that is not UTF-8 could be neither shown nor stored.
    name = os.fsencode(file_path(place)).decode(errors="backslashreplace")
    if name == STANDARD_INPUT:
        yield Source(name, sys.stdin.buffer, None)
        return
    try:
        file = Path(place).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise SourceError(name, _reason(error)) from None
    with file:
        # A pipe has a name too, but no size.
        size = file.seek(0, io.SEEK_END) if file.seekable() else None
        if size is not None:
            file.seek(0)
        yield Source(name, file, size)


def _is_header(line: bytes) -> bool:
    """Whether a first line is the header of a file that localpay wrote."""
    try:
        header = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and "localpay" in header


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return (error.strerror or str(error)).lower()
