"""Statements and transactions on one file, from any thread, each failure as one of our errors.

Every write is a transaction of its own or part of one that the caller opened; each begins with
`BEGIN IMMEDIATE`, because one that reads first and writes later fails at once under load.
A store in memory has one connection, which threads take in turns.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from localpay.clock import to_text
from localpay.errors import (
    ArgumentError,
    CancelledError,
    ReadOnlyStoreError,
    StoreClosedError,
    StoreError,
)
from localpay.storage.connections import (
    FAILURES,
    MEMORY,
    OF_WRITING,
    Connection,
    ConnectionPool,
    translate,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from localpay.clock import Clock

T = TypeVar("T")


class Transaction:
    """One transaction of one thread.

    Attributes:
        now: the instant it began, which all of its records share, as in PostgreSQL.
        step: the journal's number for what it changes; None until something changed.
        undoes: the step that it takes back, if it does.
        redoes: the step that it does again, if it does.
        on_rollback: what to do once it was rolled back, or the part of it that added this.
    """

    __slots__ = ("_at", "depth", "now", "on_rollback", "redoes", "step", "undoes")

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.depth = 0
        self.step: int | None = None
        self.undoes: int | None = None
        self.redoes: int | None = None
        self.on_rollback: list[Callable[[], None]] = []
        self._at: tuple[datetime, str] | None = None

    @property
    def at(self) -> str:
        """Its instant as the file holds it."""
        if self._at is None or self._at[0] is not self.now:
            self._at = self.now, to_text(self.now)
        return self._at[1]


class Cancellation:
    """Lets one thread stop the statements that another one runs in `Database.cancellable`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """Stop the running statement, and refuse all further ones. May be called twice."""
        with self._lock:
            self.cancelled = True
            if self._connection is not None:
                with suppress(sqlite3.ProgrammingError):  # the store was closed meanwhile
                    self._connection.interrupt()

    def watch(self, connection: Connection | None) -> None:
        """Say whose statements are meant, or with None that they are over."""
        with self._lock:
            self._connection = connection


class _ThreadState(threading.local):
    transaction: Transaction | None = None
    # A transaction keeps its connection to the end, so it is not asked for again and again.
    connection: Connection | None = None
    cancellation: Cancellation | None = None


class _TrialOver(Exception):  # noqa: N818 - nothing went wrong
    """Rolls back what was only tried."""


class Database:
    """One open file.

    Args:
        path: the file, or ":memory:".
        clock: what transactions take their instant from.
        read_only: refuse every change.
    """

    def __init__(self, path: Path | str, clock: Clock, *, read_only: bool = False) -> None:
        self.path = path
        self.clock = clock
        self.read_only = read_only
        self._pool = ConnectionPool(path, read_only=read_only)
        self._turns: AbstractContextManager[Any] = (
            threading.RLock() if path == MEMORY else nullcontext()
        )
        self._state = _ThreadState()
        self._commits = 0
        self._closed = False

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement that changes something.

        Raises:
            CancelledError: another thread cancelled it.
            StoreError: the file cannot be used.
            sqlite3.IntegrityError: it would break a constraint of the file.
        """
        self._ask(Connection.rows, statement, parameters)

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a statement finds. Raises as `run` does."""
        return self._ask(Connection.rows, statement, parameters)

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row that a statement finds, or None. Raises as `run` does."""
        return self._ask(Connection.row, statement, parameters)

    def value(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        """The first value of the first row found, or None. Raises as `run` does."""
        found = self.row(statement, parameters)
        return None if found is None else found[0]

    def write_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a writing statement once for each row, inside a transaction. Raises as `run`."""
        connection = self._connection()
        try:
            with connection.busy:
                connection.executemany(statement, rows)
        except FAILURES as error:
            raise self._translated(error) from error

    def stream(
        self, statement: str, parameters: Sequence[Any] = (), *, size: int = 4096
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Run a statement and give its rows in lists of up to `size`, as SQLite finds them.

        Between two lists another thread has its turn at a store in memory; within `reading` none.
        """
        try:
            with self._turns:
                connection = self._connection()
                with connection.busy:
                    cursor = connection.execute(statement, parameters)
                    found = cursor.fetchmany(size)
            while found:
                yield found
                with self._turns, connection.busy:
                    found = cursor.fetchmany(size)
        except FAILURES as error:
            raise self._translated(error) from error

    @property
    def transaction(self) -> Transaction | None:
        """The calling thread's transaction, if it is in one."""
        return self._state.transaction

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """All or nothing: commit what the block changed, or nothing if it raises. Nests.

        Raises:
            ReadOnlyStoreError: the store is open for reading only.
            StoreLockedError: another program wrote for longer than the time to wait.
        """
        if self.read_only:
            raise ReadOnlyStoreError(self.path)
        outer = self._state.transaction
        if outer is not None:
            with self._nested(outer):
                yield outer
            return
        with self._turns:
            self.run("BEGIN IMMEDIATE")
            self._state.transaction = transaction = Transaction(self.clock())
            self._state.connection = self._pool.current()
            try:
                yield transaction
                self.run("COMMIT")
                self._commits += 1
                transaction.on_rollback.clear()
            except BaseException:
                # A second ROLLBACK would hide what went wrong.
                if self._is_in_transaction():
                    self.run("ROLLBACK")
                raise
            finally:
                self._state.transaction = self._state.connection = None
                for tell in transaction.on_rollback:
                    tell()

    @contextmanager
    def _nested(self, transaction: Transaction) -> Iterator[None]:
        transaction.depth += 1
        name = f"nested_{transaction.depth}"
        step = transaction.step
        added = len(transaction.on_rollback)
        self.run(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            if self._is_in_transaction():
                self.run(f"ROLLBACK TO {name}")
                self.run(f"RELEASE {name}")
                transaction.step = step
                due = transaction.on_rollback[added:]
                del transaction.on_rollback[added:]
                for tell in due:
                    tell()
            raise
        else:
            self.run(f"RELEASE {name}")
        finally:
            transaction.depth -= 1

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Take back what the block changed, once it has seen what that comes to. Nests.

        Raises:
            ReadOnlyStoreError: the store is open for reading only.
            StoreLockedError: another program wrote for longer than the time to wait.
        """
        with suppress(_TrialOver), self.writing():
            yield
            raise _TrialOver

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the store throughout the block, whatever others write meanwhile."""
        with self._turns:
            connection = self._connection()
            if connection.in_transaction:
                yield
                return
            self.run("BEGIN")
            try:
                yield
            finally:
                # Also when the block was cancelled, which refuses every further statement.
                try:
                    connection.rows("ROLLBACK")
                except FAILURES as error:
                    raise self._translated(error) from error

    @contextmanager
    def cancellable(self, cancellation: Cancellation | None) -> Iterator[None]:
        """Let another thread stop the block's reading statements.

        Raises:
            CancelledError: it did.
            ArgumentError: what it is to stop them with is something else.
        """
        if cancellation is None:
            yield
            return
        if not isinstance(cancellation, Cancellation):
            raise ArgumentError("cancellation", "a Cancellation", cancellation)
        with self._turns:
            cancellation.watch(self._connection())
            self._state.cancellation = cancellation
            try:
                yield
            finally:
                self._state.cancellation = None
                cancellation.watch(None)

    def change_mark(self) -> tuple[int, int]:
        """A value that differs once the file was changed, by this program or by another one."""
        outside = 0 if self.path == MEMORY else self.value("PRAGMA data_version")
        return outside, self._commits

    def backup_to(self, target: sqlite3.Connection) -> None:
        """Copy the whole store, as it is at one moment, into an empty database.

        Raises:
            StoreError: it cannot be read, or this thread is in a transaction.
            sqlite3.Error: the target cannot be written.
        """
        if self._state.connection is not None:
            # SQLite answers "locked" as long as the transaction lasts, and is asked for ever.
            raise StoreError(self.path, "is copied after a transaction, not inside it")
        with self._turns:
            connection = self._connection()
            try:
                with connection.busy:
                    connection.backup(target)
            except FAILURES as error:
                if getattr(error, "sqlite_errorcode", None) in OF_WRITING:
                    raise
                raise self._translated(error) from error

    def close(self) -> None:
        """Close the connections of all threads, whose statements end with `StoreClosedError`."""
        with self._turns:
            self._closed = True
            self._pool.close_all()

    def _ask(
        self,
        how: Callable[[Connection, str, Sequence[Any]], T],
        statement: str,
        parameters: Sequence[Any],
    ) -> T:
        held = self._state.connection
        try:
            # A thread that is in a transaction has its turn, and its connection.
            if held is not None:
                return how(held, statement, parameters)
            with self._turns:
                return how(self._connection(), statement, parameters)
        except FAILURES as error:
            raise self._translated(error) from error

    def _connection(self) -> Connection:
        held = self._state.connection
        if held is not None:
            return held
        if self._closed:
            raise StoreClosedError(self.path)
        cancellation = self._state.cancellation
        if cancellation is not None and cancellation.cancelled:
            raise CancelledError
        try:
            return self._pool.current()
        except Exception as error:
            raise self._translated(error) from error

    def _is_in_transaction(self) -> bool:
        """Whether there is one to roll back: a full disk has done so, and so has closing."""
        try:
            return self._connection().in_transaction
        except (sqlite3.ProgrammingError, StoreClosedError):
            return False

    def _translated(self, error: Exception) -> BaseException:
        signal = self._pool.raised_by_signal()
        if signal is not None:
            return signal
        meaning = translate(error, self.path, read_only=self.read_only)
        if isinstance(meaning, CancelledError) and self._closed:
            self._pool.close_all()  # also this connection, if a signal's handler closed the store
            return StoreClosedError(self.path)
        return meaning
