"""Rows from outside: inserted by the thousand, one by one where the file refuses some of them.

Rows may come before those that they name, so references are checked at the end: what still names
nothing is taken out again, with all that names it. Everything happens inside one transaction.
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
    """That a column of a table names a row of another one.

    Attributes:
        table: the table.
        column: its column.
        parent: the table that the column names a row of, by its id.
        owned: whether the row goes when the one that it names goes.
    """

    table: str
    column: str
    parent: str
    owned: bool


@frozen
class Removed:
    """A row that was taken out again.

    Attributes:
        table: its table.
        place: how many rows this table had gained before it.
        row: its columns.
        reason: why, in a sentence.
    """

    table: str
    place: int
    row: Stored
    reason: str


class Intake:
    """What an import adds to one store.

    Args:
        database: in a transaction that is the import's own.
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
            Whether the file took them; if it refused one, none is inserted.
        """
        try:
            with self._database.writing():
                write_rows(self._database, table, rows)
        except sqlite3.IntegrityError:
            return False
        return True

    def insert(self, table: str, row: Sequence[Any], record_id: str) -> None:
        """Insert one row, given as in `insert_all`.

        Raises:
            RuleError: it would break a rule of the data.
        """
        self._run(statements.insert(MODELS[table]), row, table, record_id)

    def find(self, table: str, key: Sequence[Any]) -> tuple[Stored, int] | None:
        """The row of this key, if there is one.

        Returns:
            Its columns, and how many rows the table had gained before it; negative for one that
            was in the store before.
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
        """Give columns of a row other values.

        Raises:
            RuleError: it would break a rule of the data.
        """
        ordered = {name: changes[name] for name in MODELS[table].columns() if name in changes}
        statement = statements.update(MODELS[table], tuple(ordered))
        self._run(statement, (*ordered.values(), *key), table, "/".join(key))

    def references(self, table: str) -> Iterator[Reference]:
        """The columns of a table that name rows of others."""
        return (each for each in self._references if each.table == table)

    def missing(self, table: str, values: Mapping[str, Any]) -> str | None:
        """A sentence on a row that these values name and that is not in the store, if any."""
        for reference in self.references(table):
            named = values.get(reference.column)
            if named is not None and not self._database.row(
                f'SELECT 1 FROM "{reference.parent}" WHERE id = ?', (named,)
            ):
                return _missing(reference.parent, named)
        return None

    def remove_orphans(self) -> Iterator[Removed]:
        """Take out the new rows that name what is not there, and those that name them."""
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
        """Have a cart's totals, or only its currency, found out anew at the end."""
        self._totals.open(cart_id, mark)

    def open_totals_of_new_items(self) -> None:
        """Have the totals of older carts computed anew that have gained items."""
        for (cart_id,) in self._database.rows(
            "SELECT DISTINCT cart_id FROM line_item WHERE rowid > ? AND cart_id IN"
            " (SELECT id FROM cart WHERE rowid <= ?)",
            (self._before["line_item"], self._before["cart"]),
        ):
            self.open_totals(cart_id)

    def close_totals(self) -> Iterator[Removed]:
        """Find out all totals that are open; a new cart whose totals are no amounts is taken out.

        Raises:
            RuleError: there is such a cart among the older ones.
        """
        for rowid in self._totals.close():
            if rowid <= self._before["cart"]:
                cart_id = self._database.value("SELECT id FROM cart WHERE rowid = ?", (rowid,))
                raise RuleError("cart", cart_id, f"cart {cart_id!r}: {TOO_MUCH}")
            yield from self._remove("cart", rowid, TOO_MUCH)

    def close(self) -> None:
        """Have references checked at once again, in case the transaction goes on."""
        self._database.run("PRAGMA defer_foreign_keys = 0")

    def _remove(self, table: str, rowid: int, reason: str | None) -> Iterator[Removed]:
        """Take out a row with all that names it, those before it that would go with it."""
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
    return f"there is no {spoken(parent)} {record_id!r}, which it names"
