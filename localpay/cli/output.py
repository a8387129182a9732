"""Data: the one writer to stdout, or to the file in its place.

It is UTF-8 whatever the locale says, and line ends are written unchanged on every system.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from localpay.errors import OutputError
from localpay.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import NoReturn, TextIO


@contextmanager
def stdout() -> Iterator[TextIO]:
    """Stdout for data, flushed at the end of the block.

    Raises:
        OutputError: it cannot be written.
        click.exceptions.Exit: its reader is gone, which is not an error.
    """
    if sys.stdout is None:
        raise OutputError("standard output", "it is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as error:
        _give_up(error)


@contextmanager
def file(path: Path) -> Iterator[TextIO]:
    """A file for data: whole at the end of the block, or as it was before.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        with replace_file(path) as target:
            yield target
    except OSError as error:
        raise OutputError(str(path.absolute()), error.strerror or str(error)) from None


def room() -> int | None:
    """The width of the terminal that stdout writes to, in cells; None if it is no terminal."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    import shutil  # noqa: PLC0415 - loads three compressors, which a pipe can do without

    return shutil.get_terminal_size().columns


def _give_up(error: OSError) -> NoReturn:
    # Python flushes stdout once more when it ends, which would fail again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        raise click.exceptions.Exit(0) from None
    raise OutputError("standard output", error.strerror or str(error)) from None
