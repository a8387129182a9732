"""Single rows: inserting, changing and deleting one, always with its line in the journal."""

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
    "payment_session.cart_id": "the cart has a selected session already; deselect that one first",
    "payment_session.cart_id, payment_session.provider_id": (
        "the cart has a session of this provider already"
    ),
    "payment.cart_id": "the cart has a live payment already; cancel that one first",
    "payment.swap_id": "another payment has this swap_id",
    "cart.payment_id": "another cart has this payment_id",
}


class Rows:
    """The rows of one store. Each method needs a transaction around it."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def find(self, model: type[Row], key: tuple[Any, ...]) -> Stored | None:
        """A row's columns, or None if there is no such row."""
        found = self._database.row(statements.select(model), key)
        return None if found is None else dict(zip(model.columns(), found, strict=True))

    def get(self, model: type[BaseEntity], record_id: str) -> Stored:
        """A record's columns.

        Raises:
            RecordNotFoundError: there is no record of this id.
        """
        row = self.find(model, (record_id,))
        if row is None:
            raise RecordNotFoundError(model.table(), record_id)
        return row

    def select(self, model: type[Row], **by: Any) -> list[Stored]:
        """The rows with these values in some columns, in the order they were made."""
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
            values: all of its columns, in the file's form.

        Raises:
            DuplicateRecordError: there is a row of this id.
            RuleError: it would break a rule of the data.
        """
        ordered = {name: values[name] for name in model.columns()}
        record_id = record_id_of(_key(model, values))
        self._run(statements.insert(model), tuple(ordered.values()), model, record_id)
        self._journal.write("create", model.table(), record_id, None, ordered)

    def update(
        self, model: type[Row], row: Stored, changes: Mapping[str, Any], *, touch: bool = False
    ) -> Stored:
        """Change some columns of a row. Where nothing differs nothing is written.

        Args:
            model: the table.
            row: the row as it is in this transaction.
            changes: the new values, in the file's form. `updated_at` moves by itself.
            touch: move `updated_at` even where nothing else differs.

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
        """Remove a row that `find` gave in this transaction.

        Raises:
            RuleError: others refer to it.
        """
        key = _key(model, row)
        record_id = record_id_of(key)
        self._run(statements.delete(model), key, model, record_id)
        self._journal.write("delete", model.table(), record_id, row, None)

    def _moved(self, before: str) -> str:
        """The instant of a change, later than the one before even within one millisecond."""
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
    """What a broken constraint of the file means for a record, in a sentence."""
    kind, _, detail = str(error).partition(" constraint failed: ")
    if kind == "UNIQUE" and detail == f"{entity}.id":
        return DuplicateRecordError(entity, record_id)
    if detail in _RULES:
        reason = _RULES[detail]
    elif kind.startswith("FOREIGN KEY"):
        reason = "a record that it names is not in the store, or another one still names it"
    elif kind == "CHECK":
        reason = f"it does not hold that {detail}"
    else:
        reason = str(error)
    return RuleError(entity, record_id, f"{spoken(entity)} {record_id!r}: {reason}")


def _key(model: type[Row], values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in model.key)
