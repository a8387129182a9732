"""Runs statements and transactions on one file, from any thread; failures become our errors.

Every write is a transaction of its own, or part of one that the caller opened. Each begins with
`BEGIN IMMEDIATE`, because a transaction that reads first and writes later fails at once under load.
A store in memory has one connection, which threads use in turns.
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

_ALWAYS = nullcontext()
"""For a block that nothing stops. One serves all, as it holds nothing."""


class Transaction:
    """One transaction of one thread.

    Attributes:
        now: the instant it began, which all of its records share, as in PostgreSQL.
        step: the number of its step in the journal; None until it changes something.
        undoes: the step that it undoes, if any.
        redoes: the step that it redoes, if any.
        on_rollback: functions to call after it, or the nested part that added them, is rolled back.
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
        """The instant it began, in the file's form."""
        if self._at is None or self._at[0] is not self.now:
            self._at = self.now, to_text(self.now)
        return self._at[1]


class Cancellation:
    """Lets one thread stop the statements that another runs in `Database.cancellable`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """Stop the running statement, and refuse all that follow. May be called twice."""
        with self._lock:
            self.cancelled = True
            if self._connection is not None:
                with suppress(sqlite3.ProgrammingError):  # the store has been closed
                    self._connection.interrupt()

    def watch(self, connection: Connection | None) -> None:
        """Set the connection whose statement is stopped; None when there is none any more."""
        with self._lock:
            self._connection = connection


class _ThreadState(threading.local):
    transaction: Transaction | None = None
    # A transaction keeps its connection until it ends, so it is looked up only once.
    connection: Connection | None = None
    cancellation: Cancellation | None = None


class _TrialOver(Exception):  # noqa: N818 - nothing went wrong
    """Rolls back what was only tried."""


class Database:
    """One open file.

    Args:
        path: the file, or ":memory:".
        clock: gives the instant of each transaction.
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
        """Run a statement once for each row, inside a transaction. Raises as `run` does."""
        connection = self._connection()
        try:
            with connection.busy:
                connection.executemany(statement, rows)
        except FAILURES as error:
            raise self._translated(error) from error

    def stream(
        self, statement: str, parameters: Sequence[Any] = (), *, size: int = 4096
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The rows that a statement finds, in lists of up to `size`, as SQLite finds them.

        In a store in memory, other threads have their turn between two lists, but not in `reading`.
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
        """Commit what the block changed, or nothing if it raises. May be nested.

        Raises:
            ReadOnlyStoreError: the store is open for reading only.
            StoreLockedError: another program kept the file locked for too long.
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
                # After an automatic rollback, another one would fail and hide the error.
                if self._is_in_transaction():
                    self.run("ROLLBACK")
                raise
            finally:
                self._state.transaction = self._state.connection = None
                for react in transaction.on_rollback:
                    react()

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
                for react in due:
                    react()
            raise
        else:
            self.run(f"RELEASE {name}")
        finally:
            transaction.depth -= 1

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Roll back what the block changed, to try a change without making it. May be nested.

        Raises:
            ReadOnlyStoreError: the store is open for reading only.
            StoreLockedError: another program kept the file locked for too long.
        """
        with suppress(_TrialOver), self.writing():
            yield
            raise _TrialOver

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let the block see the store as it is now, whatever others write meanwhile."""
        with self._turns:
            connection = self._connection()
            if connection.in_transaction:
                yield
                return
            self.run("BEGIN")
            try:
                yield
            finally:
                # `run` would refuse this if the block was cancelled.
                try:
                    connection.rows("ROLLBACK")
                except FAILURES as error:
                    raise self._translated(error) from error

    def cancellable(self, cancellation: Cancellation | None) -> AbstractContextManager[None]:
        """Let another thread stop the block's reading statements.

        Raises:
            CancelledError: it was cancelled.
            ArgumentError: the argument is not a Cancellation.
        """
        if cancellation is None:
            return _ALWAYS
        if not isinstance(cancellation, Cancellation):
            raise ArgumentError("cancellation", "a Cancellation", cancellation)
        return self._watched(cancellation)

    @contextmanager
    def _watched(self, cancellation: Cancellation) -> Iterator[None]:
        with self._turns:
            cancellation.watch(self._connection())
            self._state.cancellation = cancellation
            try:
                yield
            finally:
                self._state.cancellation = None
                cancellation.watch(None)

    def change_mark(self) -> tuple[int, int]:
        """A value that changes when the file changes, through this program or another."""
        outside = 0 if self.path == MEMORY else self.value("PRAGMA data_version")
        return outside, self._commits

    def backup_to(self, target: sqlite3.Connection) -> None:
        """Copy the whole store, as it is at one moment, into an empty database.

        Raises:
            StoreError: the store cannot be read, or this thread is in a transaction.
            sqlite3.Error: the target cannot be written.
        """
        if self._state.connection is not None:
            # SQLite would find the file locked until the transaction ends, and wait for ever.
            raise StoreError(self.path, "the store cannot be copied inside a transaction")
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
        """Close the connections of all threads; running statements raise `StoreClosedError`."""
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
            # A thread in a transaction already has its turn and its connection.
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
        """Whether there is still one to roll back; a full disk, or closing, has ended it."""
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
            # If a signal handler closed the store, this connection is still open.
            self._pool.close_all()
            return StoreClosedError(self.path)
        return meaning
