"""Inserts, changes and deletes single rows, each with its line in the journal."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from localpay import clock
from localpay.errors import DuplicateRecordError, RecordNotFoundError, RuleError, spoken
from localpay.storage import statements
from localpay.storage.journal import Journal, Stored, record_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localpay.storage.database import Database
    from localpay.storage.models import BaseEntity, Row

_TICK = timedelta(milliseconds=1)

_RULES = {
    "payment_session.cart_id": "the cart already has a selected session; deselect that one first",
    "payment_session.cart_id, payment_session.provider_id": (
        "the cart already has a session of this provider"
    ),
    "payment.cart_id": "the cart already has a live payment; cancel that one first",
    "payment.swap_id": "another payment has this swap_id",
    "cart.payment_id": "another cart has this payment_id",
}


class Rows:
    """The rows of one store. Its methods must be called inside a transaction."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def find(self, model: type[Row], key: tuple[Any, ...]) -> Stored | None:
        """The columns of a row, or None if there is no such row."""
        found = self._database.row(statements.select(model), key)
        return None if found is None else dict(zip(model.columns(), found, strict=True))

    def get(self, model: type[BaseEntity], record_id: str) -> Stored:
        """The columns of a record.

        Raises:
            RecordNotFoundError: there is no record with this id.
        """
        row = self.find(model, (record_id,))
        if row is None:
            raise RecordNotFoundError(model.table(), record_id)
        return row

    def select(self, model: type[Row], **by: Any) -> list[Stored]:
        """The rows that have these values in some columns, in the order of their creation."""
        names = model.columns()
        return [
            dict(zip(names, row, strict=True))
            for row in self._database.rows(
                statements.select_all(model, tuple(by)), tuple(by.values())
            )
        ]

    def insert(self, model: type[Row], values: Stored) -> None:
        """Add a row.

        Args:
            model: the table.
            values: all its columns, in the file's form.

        Raises:
            DuplicateRecordError: a row with this id exists already.
            RuleError: it would break a rule of the data.
        """
        ordered = {name: values[name] for name in model.columns()}
        record_id = record_id_of(_key(model, values))
        self._run(statements.insert(model), tuple(ordered.values()), model, record_id)
        self._journal.write("create", model.table(), record_id, None, ordered)

    def update(
        self, model: type[Row], row: Stored, changes: Mapping[str, Any], *, touch: bool = False
    ) -> Stored:
        """Change some columns of a row. Nothing is written if nothing differs.

        Args:
            model: the table.
            row: the row as it is in this transaction.
            changes: the new values, in the file's form. `updated_at` is set automatically.
            touch: set `updated_at` even if nothing else differs.

        Returns:
            The row as it is now.

        Raises:
            RuleError: it would break a rule of the data.
        """
        after = {
            name: changes[name]
            for name in model.columns()
            if name in changes and changes[name] != row[name]
        }
        if not after and not touch:
            return row
        if "updated_at" in row and "updated_at" not in after:
            moved = {"updated_at": self._moved(row["updated_at"])} | after
            after = {name: moved[name] for name in model.columns() if name in moved}
        key = _key(model, row)
        record_id = record_id_of(key)
        statement = statements.update(model, tuple(after))
        self._run(statement, (*after.values(), *key), model, record_id)
        before = {name: row[name] for name in after}
        self._journal.write("update", model.table(), record_id, before, after)
        return row | after

    def delete(self, model: type[Row], row: Stored) -> None:
        """Remove a row, as `find` returned it in this transaction.

        Raises:
            RuleError: other rows refer to it.
        """
        key = _key(model, row)
        record_id = record_id_of(key)
        self._run(statements.delete(model), key, model, record_id)
        self._journal.write("delete", model.table(), record_id, row, None)

    def _moved(self, before: str) -> str:
        """The instant of a change: always later than the last one, even within a millisecond."""
        transaction = self._database.transaction
        assert transaction is not None
        now = transaction.at
        return now if now > before else clock.to_text(clock.from_text(before) + _TICK)

    def _run(
        self, statement: str, parameters: tuple[Any, ...], model: type[Row], record_id: str
    ) -> None:
        try:
            self._database.run(statement, parameters)
        except sqlite3.IntegrityError as error:
            raise broken_rule(error, model.table(), record_id) from None


def broken_rule(
    error: sqlite3.IntegrityError, entity: str, record_id: str
) -> DuplicateRecordError | RuleError:
    """The error that says which rule a record breaks, for a constraint of the file."""
    kind, _, detail = str(error).partition(" constraint failed: ")
    if kind == "UNIQUE" and detail == f"{entity}.id":
        return DuplicateRecordError(entity, record_id)
    if detail in _RULES:
        reason = _RULES[detail]
    elif kind.startswith("FOREIGN KEY"):
        reason = "it refers to a record that does not exist, or another record still refers to it"
    elif kind == "CHECK":
        reason = f"it breaks the rule {detail}"
    else:
        reason = str(error)
    return RuleError(entity, record_id, f"{spoken(entity)} {record_id!r}: {reason}")


def _key(model: type[Row], values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in model.key)
