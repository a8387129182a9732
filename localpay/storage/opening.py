"""Opens a file: checks that it is a store of a known version, and migrates an older one.

The first hundred bytes of a file are read before SQLite opens it, so that a file of another
program is never locked, migrated or otherwise touched.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from localpay.errors import (
    ArgumentError,
    NewerStoreError,
    NotAStoreError,
    OlderStoreError,
    StoreAccessError,
    StoreExistsError,
    StoreNotFoundError,
)
from localpay.storage import schema
from localpay.storage.connections import BUSY_SECONDS, MEMORY, PAGE_SIZE, first_value, translate
from localpay.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.clock import Clock

_MAGIC = b"SQLite format 3\0"
_OWNER_ONLY = 0o600
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


def open_database(
    path: Path | str, clock: Clock, *, create: bool = True, read_only: bool = False
) -> Database:
    """Open a store; create or migrate it if necessary.

    Args:
        path: the file, or ":memory:" for a store that ends with the program.
        clock: gives the instant of each transaction.
        create: create the file if it does not exist.
        read_only: refuse every change, take no locks, leave no files behind.

    Raises:
        ArgumentError: no file can have this name.
        StoreNotFoundError: the file does not exist and should not be created.
        NotAStoreError: it is not a localpay store.
        NewerStoreError: it was written by a newer localpay.
        OlderStoreError: it must be migrated, but should be opened read-only.
        StoreError: it cannot be read or written.
    """
    if path == MEMORY:
        return _open_memory(clock)
    path = file_path(path)
    version = stored_version(path)
    known = len(schema.MIGRATIONS)
    if version is None and (read_only or not create) and not path.exists():
        raise StoreNotFoundError(path)
    if version is not None and version > known:
        raise NewerStoreError(path, version, known)
    if read_only and version is None:
        raise NotAStoreError(path, "the file is empty")
    if read_only and version is not None and version < known:
        raise OlderStoreError(path, version, known)
    if version is None:
        _touch(path)
    if version is None or version < known:
        _migrate_file(path)
    return Database(path, clock, read_only=read_only)


def file_path(path: Path | str) -> Path:
    """The path of a caller's file name.

    Raises:
        ArgumentError: no file can have this name.
    """
    try:
        named = Path(path)
        can_be = b"\0" not in os.fsencode(named)
    except (TypeError, UnicodeEncodeError):
        can_be = False
    if not can_be:
        raise ArgumentError("path", "the name of a file", path)
    return named


def stored_version(path: Path) -> int | None:
    """The version of a store's format; None if the file is empty or does not exist.

    Raises:
        NotAStoreError: it is not a localpay store, or it is a folder.
        StoreAccessError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise NotAStoreError(path, "this is a folder, not a store") from None
    except OSError as error:
        raise StoreAccessError(path, f"cannot be read: {error.strerror}") from None
    if not header:
        return None
    if not header.startswith(_MAGIC) or len(header) < 100:
        raise NotAStoreError(path, "this is not a localpay store, nor any other SQLite file")
    if int.from_bytes(header[68:72], "big") != schema.APPLICATION_ID:
        raise NotAStoreError(
            path, "this SQLite file belongs to another program; it was not touched"
        )
    return int.from_bytes(header[60:64], "big")


def copy_database(database: Database, path: Path | str) -> None:
    """Write a copy of an open store to a new file, completely or not at all.

    Raises:
        ArgumentError: no file can have this name.
        StoreExistsError: a file with this name exists already.
        StoreError: the file cannot be written.
    """
    path = file_path(path)
    if path.exists():
        raise StoreExistsError(path)
    part = path.with_name(f".{path.name}.part")
    try:
        _make_private(part)
        with closing(sqlite3.connect(part)) as target:
            database.backup_to(target)
            target.execute("PRAGMA journal_mode = DELETE")
        _put_in_place(part, path)
    except FileExistsError:
        raise StoreExistsError(path) from None
    except sqlite3.Error as error:
        raise translate(error, path) from error
    except OSError as error:
        raise StoreAccessError(path, f"cannot be written: {error.strerror}") from None
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            part.with_name(f"{part.name}{suffix}").unlink(missing_ok=True)


def _open_memory(clock: Clock) -> Database:
    database = Database(MEMORY, clock)
    for number, script in enumerate(schema.MIGRATIONS, start=1):
        for statement in _step(number, script):
            database.run(statement)
    return database


def _touch(path: Path) -> None:
    """Create an empty file that only its owner can read; leave an existing one alone."""
    try:
        _make_private(path)
    except OSError as error:
        raise StoreAccessError(path, f"cannot be written: {error.strerror}") from None


def _make_private(path: Path, flags: int = 0) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | flags, _OWNER_ONLY))


def _put_in_place(part: Path, path: Path) -> None:
    """Rename a file, but never over an existing one."""
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Some disks, such as USB sticks, have no links. `O_EXCL` proves that the file is ours.
        _make_private(path, os.O_EXCL)
        part.replace(path)


def _migrate_file(path: Path) -> None:
    """Back up a file, then run the steps that it has not had, each in a transaction."""
    try:
        with closing(
            sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
        ) as connection:
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            version = first_value(connection, "PRAGMA user_version")
            if version:
                _back_up(connection, path, version)
            for number, script in enumerate(schema.MIGRATIONS, start=1):
                _run_step(connection, number, script)
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise translate(error, path) from error


def _run_step(connection: sqlite3.Connection, number: int, script: str) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        # Another program may have run the step while this one waited.
        if first_value(connection, "PRAGMA user_version") < number:
            for statement in _step(number, script):
                connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Copy the file, as `shop.localpay.v1.bak`, before it is migrated."""
    copy = path.with_name(f"{path.name}.v{version}.bak")
    _touch(copy)
    with closing(sqlite3.connect(copy)) as target:
        connection.backup(target)


def _step(number: int, script: str) -> Iterator[str]:
    """The statements of a step, one by one, because `executescript` would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    yield f"PRAGMA application_id = {schema.APPLICATION_ID}"
    yield f"PRAGMA user_version = {number}"
