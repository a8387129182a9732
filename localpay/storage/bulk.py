"""Writes and reads rows by the thousand, without a line in the journal for each."""

from __future__ import annotations

import sqlite3
from itertools import chain
from typing import TYPE_CHECKING, Any

from localpay.errors import DuplicateRecordError
from localpay.storage import statements
from localpay.storage.models import MODELS
from localpay.storage.rows import broken_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from localpay.storage.database import Database

_TOGETHER = 50


def insert_rows(database: Database, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows inside a transaction.

    Args:
        database: the open file.
        table: its name.
        rows: the columns of each, in the order of the model and in the file's form.

    Raises:
        DuplicateRecordError: a row with one of the ids exists already.
        RuleError: a row breaks a rule of the data.
    """
    try:
        write_rows(database, table, list(rows))
    except sqlite3.IntegrityError as error:
        broken = broken_rule(error, table, "?")
        if isinstance(broken, DuplicateRecordError):
            raise DuplicateRecordError(table, "one of those to be added") from None
        raise broken from None


def write_rows(database: Database, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, fifty per statement, which takes two thirds of the time of single ones.

    Args:
        database: in a transaction.
        table: its name.
        rows: the columns of each, in the order of the model and in the file's form.

    Raises:
        sqlite3.IntegrityError: a row breaks a rule of the data; others may be inserted.
    """
    model = MODELS[table]
    whole = len(rows) - len(rows) % _TOGETHER
    values = list(chain.from_iterable(rows[:whole]))
    width = len(model.columns()) * _TOGETHER
    database.write_many(
        statements.insert(model, _TOGETHER),
        (values[start : start + width] for start in range(0, len(values), width)),
    )
    database.write_many(statements.insert(model), rows[whole:])


def count_rows(database: Database, table: str) -> int:
    """How many rows a table has."""
    count: int = database.value(f'SELECT count(*) FROM "{table}"')
    return count


def stream_rows(
    database: Database, table: str, names: Iterable[str]
) -> Iterator[list[tuple[Any, ...]]]:
    """Columns of all rows of a table in the file's form, in the order of their creation."""
    columns = statements.column_list(names)
    return database.stream(f'SELECT {columns} FROM "{table}" ORDER BY rowid')
