"""Connections to one SQLite file: Peewee opens one per thread, and all can be closed at once.

Also the settings of each connection, and the translation of SQLite's errors to ours.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

import peewee

from localpay.errors import (
    CancelledError,
    ReadOnlyStoreError,
    StoreAccessError,
    StoreClosedError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreLockedError,
)
from localpay.storage.arguments import is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from types import GeneratorType

MEMORY = ":memory:"
PAGE_SIZE = 8192
BUSY_SECONDS = 5.0
CACHE_KIB = 1024
"""The cache of each connection. Four times as much makes nothing faster; thirty times as much makes
an import of unsorted rows 3 % faster."""
STATEMENTS = 100
"""Compiled statements that a connection keeps, a few KiB each. Those of a filter run only once."""

FAILURES = (sqlite3.Error, UnicodeEncodeError, OverflowError)
"""What running a statement may raise: SQLite's errors, and errors about its parameters."""

OF_WRITING = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
    }
)
"""The codes of errors that occur when a file is written, never when it is read."""

_STEPS = 100_000
"""SQLite's instructions between two checks for signals: a few milliseconds."""

_INTERVAL = 0.01
"""Seconds between two attempts to interrupt a statement so that its connection can close."""

_SHM_FULL = 0x130A
"""SQLITE_IOERR_SHMSIZE: the disk is too full for the index of the write-ahead log."""


def _no_access(path: Path | str, detail: str) -> StoreAccessError:
    return StoreAccessError(path, f"the file cannot be opened for writing ({detail})")


_MEANINGS: dict[int, Callable[[Path | str, str], Exception]] = {
    sqlite3.SQLITE_INTERRUPT: lambda _path, _detail: CancelledError(),
    sqlite3.SQLITE_BUSY: lambda path, _detail: StoreLockedError(path),
    sqlite3.SQLITE_LOCKED: lambda path, _detail: StoreLockedError(path),
    sqlite3.SQLITE_FULL: lambda path, _detail: StoreFullError(path),
    sqlite3.SQLITE_CORRUPT: StoreDamagedError,
    sqlite3.SQLITE_NOTADB: StoreDamagedError,
    sqlite3.SQLITE_READONLY: _no_access,
    sqlite3.SQLITE_CANTOPEN: _no_access,
    sqlite3.SQLITE_PERM: _no_access,
    sqlite3.SQLITE_IOERR: lambda path, detail: StoreAccessError(
        path, f"the disk reports an error ({detail})"
    ),
}
"""What each of SQLite's primary result codes means to a user."""


class Connection(sqlite3.Connection):
    """A connection that can be weakly referenced, and closes when nothing refers to it.

    Attributes:
        busy: held while a statement runs. Closing it then, from another thread, would crash Python.
        immutable: whether it was opened on the assumption that nobody writes to the file.
        raised: what a signal handler raised during a statement, and so ended it.
    """

    immutable = False
    raised: list[BaseException]
    _signals: GeneratorType[bool, None, None] | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.busy = threading.RLock()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a statement finds. Raises as `execute` does."""
        with self.busy:
            return self.execute(statement, parameters).fetchall()

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row that a statement finds, or None. Raises as `execute` does."""
        with self.busy:
            found: tuple[Any, ...] | None = self.execute(statement, parameters).fetchone()
            return found

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> sqlite3.Cursor:  # type: ignore[override]
        """Run a statement. In a SELECT, text that cannot be stored becomes NULL, equal to nothing.

        Raises:
            UnicodeEncodeError: a statement that writes was given such text.
        """
        try:
            return sqlite3.Connection.execute(self, statement, parameters)
        except UnicodeEncodeError:
            if not statement.startswith("SELECT"):
                raise
            asked = [
                None if isinstance(each, str) and not is_text(each) else each for each in parameters
            ]
            return sqlite3.Connection.execute(self, statement, asked)

    def hear_signals(self) -> None:
        """Let signals such as ctrl-c end the statements of the program's main thread."""
        self.raised = []
        if threading.current_thread() is threading.main_thread():
            self._signals = cast("GeneratorType[bool, None, None]", _signals(self.raised))
            self.set_progress_handler(self._signals.__next__, _STEPS)

    def finish(self) -> None:
        """Interrupt the running statement, if there is one, and close when it has ended.

        If a signal handler calls this in the middle of a statement, it only interrupts it.
        """
        if self._signals is not None and self._signals.gi_running:
            self.interrupt()
            return
        while not self.busy.acquire(timeout=_INTERVAL):
            self.interrupt()
        try:
            self.close()
        finally:
            self.busy.release()

    def __del__(self) -> None:
        self.close()


def _signals(raised: list[BaseException]) -> Generator[bool, None, None]:
    """Tell SQLite, which asks regularly, whether to end the statement because a handler raised.

    Python runs signal handlers when this generator resumes, so the `try` catches what they raise.
    """
    while True:
        try:
            while True:
                yield False
        except GeneratorExit:
            return
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt above all
            raised.append(error)
            yield True


class ConnectionPool(peewee.SqliteDatabase):
    """Peewee's database, which opens a connection for each thread that asks for one.

    Args:
        path: the file, or ":memory:", for which all threads share one connection.
        read_only: take no locks and leave no files next to the store.
    """

    def __init__(self, path: Path | str, *, read_only: bool) -> None:
        pragmas = [
            ("foreign_keys", 1),
            ("synchronous", "normal"),
            ("cache_size", -CACHE_KIB),
        ]
        if read_only:
            pragmas.append(("query_only", 1))
        self._all: WeakSet[Connection] = WeakSet()
        self._path = path
        self._read_only = read_only
        self._log = None if path == MEMORY else f"{path}-wal"
        super().__init__(
            str(path),
            pragmas=pragmas,
            thread_safe=path != MEMORY,
            timeout=BUSY_SECONDS,
            check_same_thread=False,
            cached_statements=STATEMENTS,
            factory=Connection,
            uri=True,
        )

    def current(self) -> Connection:
        """The calling thread's connection; opened if it has none."""
        connection: Connection = self.connection()  # type: ignore[no-untyped-call]
        if connection.immutable and not connection.in_transaction and self._is_written():
            self.close()
            connection = self.connection()  # type: ignore[no-untyped-call]
        return connection

    def raised_by_signal(self) -> BaseException | None:
        """What a signal handler raised to end the calling thread's statement, if it did."""
        if self.is_closed():
            return None
        raised = self.connection().raised  # type: ignore[no-untyped-call]
        return raised.pop() if raised else None

    def close_all(self) -> None:
        """Close the connections of all threads, and interrupt their statements."""
        self.close()
        for connection in list(self._all):
            connection.finish()

    def _close(self, _: Connection) -> None:
        # Peewee drops the connection. Somebody may still be reading from it, so it stays open.
        pass

    def _connect(self) -> Connection:
        immutable = self._read_only and not self._is_written()
        self.database = self._uri(immutable=immutable)
        connection: Connection = super()._connect()  # type: ignore[misc]
        connection.immutable = immutable
        connection.hear_signals()
        self._all.add(connection)
        return connection

    def _uri(self, *, immutable: bool) -> str:
        if self._path == MEMORY:
            return MEMORY
        place = Path(self._path).absolute().as_uri()
        if not self._read_only:
            return f"{place}?mode=rw"
        # Reading with a write-ahead log leaves files next to the store. While there is no log,
        # nobody writes to the file, and it can be read as one that does not change.
        return f"{place}?mode=ro{'&immutable=1' if immutable else ''}"

    def _is_written(self) -> bool:
        # Called before each statement of a reader; `Path.exists` takes three times as long.
        return self._log is not None and os.path.exists(self._log)  # noqa: PTH110


def translate(error: Exception, path: Path | str, *, read_only: bool = False) -> Exception:
    """Our error for an error of SQLite.

    A broken constraint is returned as it is; what it means depends on the row, and on who wrote it.
    """
    if isinstance(error, peewee.PeeweeException):
        origin = error.__cause__ or error.__context__
        error = origin if isinstance(origin, sqlite3.Error) else error
    if isinstance(error, sqlite3.IntegrityError):
        return error
    if isinstance(error, UnicodeEncodeError):
        return StoreError(path, "half a surrogate pair cannot be stored")
    if isinstance(error, OverflowError):
        return StoreError(path, "a number of more than 64 bits cannot be stored")
    code = getattr(error, "sqlite_errorcode", None)
    if code is None and str(error).startswith("Error binding"):
        kind = str(error).partition("'")[2].partition("'")[0]
        return StoreError(path, f"a value of type {kind} cannot be stored")
    if code is None:
        closed = isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error)
        return StoreClosedError(path) if closed else StoreError(path, str(error))
    if code == _SHM_FULL:
        return StoreFullError(path)
    kind = code & 0xFF
    if kind == sqlite3.SQLITE_READONLY and read_only:
        return ReadOnlyStoreError(path)
    meaning = _MEANINGS.get(kind)
    return meaning(path, str(error)) if meaning else StoreError(path, str(error))


def first_value(connection: sqlite3.Connection, statement: str) -> Any:
    """The single value that a statement returns."""
    return connection.execute(statement).fetchone()[0]
