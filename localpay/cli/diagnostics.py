"""Messages for people: the one writer to stderr, and the exit statuses.

0 is success, 1 an error, 2 wrong usage (a wrong filter too), 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from localpay.errors import LocalpayError, QueryError, SortError
from localpay.text import cut, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn, Self

FAILED = 1
MISUSED = 2
INTERRUPTED = 130

DEBUG = "LOCALPAY_DEBUG"
"""If this is set in the environment, unexpected errors show their traceback."""

_SECONDS_BETWEEN = 0.1
_ERASE = "\r\x1b[K"


def say(text: str) -> None:
    """Write a message in one line."""
    _write(f"{one_line(text)}\n")


@contextmanager
def errors_to_exits() -> Iterator[None]:
    """Turn whatever the block raises into one line and an exit status."""
    try:
        yield
    except click.UsageError as error:
        message = error.format_message().replace("\n\t", " ")  # click lists choices in lines
        if error.ctx is not None:
            message = f"{message.rstrip('.')} (see {error.ctx.command_path} --help)"
        _fail(message, MISUSED)
    except click.Abort:
        _fail("interrupted", INTERRUPTED)
    except QueryError as error:
        _fail(f"{error} (see localpay filters)", MISUSED)
    except SortError as error:
        _fail(str(error), MISUSED)
    except (LocalpayError, click.ClickException) as error:
        _fail(str(error), FAILED)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        if isinstance(error, OSError) and error.filename is not None:
            _fail(f"{error.filename}: {error.strerror}", FAILED)
        name = type(error).__name__
        _fail(f"unexpected {name}: {error} ({DEBUG}=1 shows where)", FAILED)


def _fail(message: str, status: int) -> NoReturn:
    say(f"localpay: {message}")
    sys.exit(status)


class Progress:
    """Shows how far a long task is, in one line of a terminal; silent in a pipe."""

    def __init__(self) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._shown and self._next:
            _write(_ERASE)

    def __call__(self, text: str) -> None:
        """Show how far it is, but not more often than one can read."""
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS_BETWEEN
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
            _write(f"{_ERASE}{cut(one_line(text), max(columns - 1, 1))}")


def _write(text: str) -> None:
    if sys.stderr is None:
        return
    with suppress(OSError):  # the reader is gone, and there is nobody else to tell
        stream = getattr(sys.stderr, "buffer", None)
        if stream is None:
            sys.stderr.write(text)
        else:
            stream.write(text.encode("utf-8", "backslashreplace"))
        sys.stderr.flush()
