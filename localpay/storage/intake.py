"""Inserts the rows of an import: by the thousand, or one by one if the file refuses some of them.

Rows may come before those that they refer to, so references are checked at the end. A row that
still refers to a missing one is then removed, with all rows that refer to it. Everything happens
in one transaction.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from localpay.errors import RuleError, spoken
from localpay.frozen import frozen
from localpay.storage import statements
from localpay.storage.bulk import write_rows
from localpay.storage.models import MODELS
from localpay.storage.open_totals import TOO_MUCH, TOTALS_OPEN, OpenTotals
from localpay.storage.rows import broken_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localpay.storage.database import Database
    from localpay.storage.journal import Stored

_PART = 2000


@frozen
class Reference:
    """A column that refers to rows of another table.

    Attributes:
        table: the table.
        column: its column.
        parent: the other table, whose ids the column holds.
        owned: whether a row is deleted with the row that it refers to.
    """

    table: str
    column: str
    parent: str
    owned: bool


@frozen
class Removed:
    """A new row that was removed again.

    Attributes:
        table: its table.
        place: how many rows were added to the table before it.
        row: its columns.
        reason: why, as a sentence.
    """

    table: str
    place: int
    row: Stored
    reason: str


class Intake:
    """Adds the rows of one import to a store.

    Args:
        database: inside the transaction of the import.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        database.run("PRAGMA defer_foreign_keys = 1")
        self._before = {
            table: database.value(f'SELECT max(rowid) FROM "{table}"') or 0 for table in MODELS
        }
        self._references = [
            Reference(table, column, parent, on_delete == "CASCADE")
            for table in MODELS
            for _, _, parent, column, _, _, on_delete, _ in database.rows(
                f'PRAGMA foreign_key_list("{table}")'
            )
        ]
        self._totals = OpenTotals(database, self._before["cart"])

    def insert_all(self, table: str, rows: Sequence[Sequence[Any]]) -> bool:
        """Insert rows, each with all columns in the order of the model and in the file's form.

        Returns:
            Whether they were inserted; if the file refused one, none was.
        """
        try:
            with self._database.writing():
                write_rows(self._database, table, rows)
        except sqlite3.IntegrityError:
            return False
        return True

    def insert(self, table: str, row: Sequence[Any], record_id: str) -> None:
        """Insert one row, in the form of `insert_all`.

        Raises:
            RuleError: it would break a rule of the data.
        """
        self._run(statements.insert(MODELS[table]), row, table, record_id)

    def find(self, table: str, key: Sequence[Any]) -> tuple[Stored, int] | None:
        """The row with this key, if there is one.

        Returns:
            Its columns, and how many rows were added to the table before it; negative for a row
            that is older than the import.
        """
        model = MODELS[table]
        names = statements.column_list(model.columns())
        same = " AND ".join(f'"{name}" = ?' for name in model.key)
        found = self._database.row(f'SELECT rowid, {names} FROM "{table}" WHERE {same}', key)
        if found is None:
            return None
        row = dict(zip(model.columns(), found[1:], strict=True))
        return row, found[0] - self._before[table] - 1

    def update(self, table: str, key: Sequence[Any], changes: Mapping[str, Any]) -> None:
        """Change columns of a row.

        Raises:
            RuleError: it would break a rule of the data.
        """
        ordered = {name: changes[name] for name in MODELS[table].columns() if name in changes}
        statement = statements.update(MODELS[table], tuple(ordered))
        self._run(statement, (*ordered.values(), *key), table, "/".join(key))

    def references(self, table: str) -> Iterator[Reference]:
        """The columns of a table that refer to others."""
        return (each for each in self._references if each.table == table)

    def missing(self, table: str, values: Mapping[str, Any]) -> str | None:
        """A sentence about a row that these values refer to and that does not exist, if any."""
        for reference in self.references(table):
            named = values.get(reference.column)
            if named is not None and not self._database.row(
                f'SELECT 1 FROM "{reference.parent}" WHERE id = ?', (named,)
            ):
                return _missing(reference.parent, named)
        return None

    def remove_orphans(self) -> Iterator[Removed]:
        """Remove the new rows that refer to missing ones, and the rows that refer to them."""
        for table in {reference.table: None for reference in self._references}:
            references = list(self.references(table))
            conditions = " OR ".join(
                f'("{each.column}" IS NOT NULL AND NOT EXISTS'
                f' (SELECT 1 FROM "{each.parent}" WHERE id = "{table}"."{each.column}"))'
                for each in references
            )
            last = self._before[table]
            while found := self._database.rows(
                f'SELECT rowid FROM "{table}" WHERE rowid > ? AND ({conditions})'
                f" ORDER BY rowid LIMIT {_PART}",
                (last,),
            ):
                last = found[-1][0]
                for (rowid,) in found:
                    yield from self._remove(table, rowid, None)

    def open_totals(self, cart_id: str, mark: str = TOTALS_OPEN) -> None:
        """Compute a cart's totals, or only its currency, again at the end."""
        self._totals.open(cart_id, mark)

    def open_totals_of_new_items(self) -> None:
        """Compute the totals of older carts that got new items again at the end."""
        for (cart_id,) in self._database.rows(
            "SELECT DISTINCT cart_id FROM line_item WHERE rowid > ? AND cart_id IN"
            " (SELECT id FROM cart WHERE rowid <= ?)",
            (self._before["line_item"], self._before["cart"]),
        ):
            self.open_totals(cart_id)

    def close_totals(self) -> Iterator[Removed]:
        """Compute all open totals; a new cart whose totals are too large is removed.

        Raises:
            RuleError: the totals of an older cart are too large.
        """
        for rowid in self._totals.close():
            if rowid <= self._before["cart"]:
                cart_id = self._database.value("SELECT id FROM cart WHERE rowid = ?", (rowid,))
                raise RuleError("cart", cart_id, f"cart {cart_id!r}: {TOO_MUCH}")
            yield from self._remove("cart", rowid, TOO_MUCH)

    def close(self) -> None:
        """Let SQLite check references immediately again, in case the transaction goes on."""
        self._database.run("PRAGMA defer_foreign_keys = 0")

    def _remove(self, table: str, rowid: int, reason: str | None) -> Iterator[Removed]:
        """Remove a row with all rows that refer to it, first those that it owns."""
        names = tuple(MODELS[table].columns())
        columns = statements.column_list(names)
        found = self._database.row(f'SELECT {columns} FROM "{table}" WHERE rowid = ?', (rowid,))
        if found is None:
            return
        row = dict(zip(names, found, strict=True))
        reason = reason or self.missing(table, row) or ""
        children = [each for each in self._references if each.parent == table]
        for reference in children:
            if reference.owned:
                yield from self._remove_children(reference, row)
        self._database.run(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))
        yield Removed(table, rowid - self._before[table] - 1, row, reason)
        for reference in children:
            if not reference.owned:
                yield from self._remove_children(reference, row)

    def _remove_children(self, reference: Reference, row: Stored) -> Iterator[Removed]:
        for (rowid,) in self._database.rows(
            f'SELECT rowid FROM "{reference.table}" WHERE "{reference.column}" = ?', (row["id"],)
        ):
            yield from self._remove(reference.table, rowid, _missing(reference.parent, row["id"]))

    def _run(self, statement: str, parameters: Sequence[Any], table: str, record_id: str) -> None:
        try:
            self._database.run(statement, parameters)
        except sqlite3.IntegrityError as error:
            raise broken_rule(error, table, record_id) from None


def _missing(parent: str, record_id: str) -> str:
    return f"it refers to {spoken(parent)} {record_id!r}, which does not exist"
