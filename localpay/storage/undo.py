"""Undo and redo of the journal's last step.

Both read the journal, so they work after a restart, and both are steps in the journal themselves.
A step whose records have changed since is not undone, nor is one that called a payment provider:
restoring the records would not reverse what happened there.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from itertools import starmap
from typing import TYPE_CHECKING

from localpay.errors import NothingToUndoError, UndoConflictError
from localpay.frozen import frozen
from localpay.storage.journal import ROW_OPERATIONS, Journal, Stored
from localpay.storage.models import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.entities import ChangeOperation
    from localpay.storage.database import Database, Transaction
    from localpay.storage.models import Row
    from localpay.storage.rows import Rows

_STEPS = (
    "SELECT step, max(undoes), max(redoes),"
    f" max(operation IN ({', '.join(map(repr, ROW_OPERATIONS))})),"
    " max(operation = 'provider_call'), max(operation)"
    " FROM change GROUP BY step ORDER BY step DESC"
)


@frozen
class _Step:
    """A step of the journal, as `_STEPS` reads it.

    Attributes:
        number: its number.
        undoes: the step that it undid, if any.
        redoes: the step that it redid, if any.
        has_rows: whether it changed rows.
        has_calls: whether it called a provider.
        operation: the operation of one of its lines; an import and a seed have no others.
    """

    number: int
    undoes: int | None
    redoes: int | None
    has_rows: bool
    has_calls: bool
    operation: ChangeOperation


class Undo:
    """Undoes and redoes the steps of one store."""

    def __init__(self, database: Database, rows: Rows, journal: Journal) -> None:
        self._database = database
        self._rows = rows
        self._journal = journal

    def undo(self) -> int:
        """Undo the last step that is not undone yet.

        Returns:
            The step's number.

        Raises:
            NothingToUndoError: there is none, or it was an import or a seed, or called a provider.
            UndoConflictError: a record of the step has changed since.
        """
        with self._stepping() as transaction:
            transaction.undoes = step = self._last_done()
            for operation, table, record_id, before, after in self._journal.step(
                step, newest_first=True
            ):
                if operation in ROW_OPERATIONS:
                    self._replace(MODELS[table], record_id, after, before)
        return step

    def redo(self) -> int:
        """Redo the step that was undone last. Returns and raises as `undo` does."""
        with self._stepping() as transaction:
            transaction.redoes = step = self._last_undone()
            for operation, table, record_id, before, after in self._journal.step(step):
                if operation in ROW_OPERATIONS:
                    self._replace(MODELS[table], record_id, before, after)
        return step

    @contextmanager
    def _stepping(self) -> Iterator[Transaction]:
        if self._database.transaction is not None:
            raise NothingToUndoError("undo and redo work on their own, not inside a transaction")
        try:
            with self._database.writing() as transaction:
                # The records of a step may refer to each other in any order.
                self._database.run("PRAGMA defer_foreign_keys = 1")
                yield transaction
        except sqlite3.IntegrityError:
            raise NothingToUndoError(
                "newer records belong to the records of this step; delete the newer ones first"
            ) from None

    def _steps(self) -> Iterator[_Step]:
        """All steps, newest first."""
        for part in self._database.stream(_STEPS, size=64):
            yield from starmap(_Step, part)

    def _last_done(self) -> int:
        """The newest step that changed rows and is not undone."""
        undone: dict[int, bool] = {}
        for step in self._steps():
            # Of several steps that undid or redid the same one, the newest decides.
            if step.undoes is not None:
                undone.setdefault(step.undoes, True)
            elif step.redoes is not None:
                undone.setdefault(step.redoes, False)
            elif step.operation in {"import", "seed"}:
                raise NothingToUndoError(
                    f"the last step is {_article(step.operation)}, which cannot be undone; "
                    "restore a backup, or start a new store"
                )
            elif step.has_rows and not undone.get(step.number, False):
                if step.has_calls:
                    raise NothingToUndoError(self._called(step.number))
                return step.number
        raise NothingToUndoError("there is nothing to undo")

    def _last_undone(self) -> int:
        """The step that was undone last, unless something new was done after that."""
        redone: set[int] = set()
        for step in self._steps():
            if step.redoes is not None:
                redone.add(step.redoes)
            elif step.undoes is not None:
                if step.undoes not in redone:
                    return step.undoes
            elif step.has_rows:
                break
        raise NothingToUndoError("there is nothing to redo")

    def _called(self, step: int) -> str:
        """Why a step that called a provider cannot be undone."""
        calls = [
            after or {}
            for operation, _, _, _, after in self._journal.step(step)
            if operation == "provider_call"
        ]
        last = calls[-1]
        return (
            f"the last step called provider {last.get('provider')!r} ({last.get('call')}), which "
            "cannot be undone; cancel or refund the payment, or select a session again"
        )

    def _replace(
        self, model: type[Row], record_id: str, old: Stored | None, new: Stored | None
    ) -> None:
        """Give a row the columns of `new` if it still has those of `old`."""
        key = tuple(record_id.split("/")) if len(model.key) > 1 else (record_id,)
        row = self._rows.find(model, key)
        self._expect(model, record_id, row, old)
        if new is None and row is not None:
            self._rows.delete(model, row)
        elif row is None and new is not None:
            self._rows.insert(model, new)
        elif row is not None and new is not None:
            self._rows.update(model, row, new)

    @staticmethod
    def _expect(model: type[Row], record_id: str, row: Stored | None, old: Stored | None) -> None:
        if old is None and row is not None:
            raise UndoConflictError(model.table(), record_id, "it exists again")
        if old is not None and row is None:
            raise UndoConflictError(model.table(), record_id, "it no longer exists")
        for name, value in (old or {}).items():
            if row is not None and row[name] != value and name != "updated_at":
                raise UndoConflictError(model.table(), record_id, f"its {name} is different")
        if old is not None and row is not None and row.get("updated_at") != old.get("updated_at"):
            raise UndoConflictError(model.table(), record_id, "it was saved again")


def _article(operation: ChangeOperation) -> str:
    return f"an {operation}" if operation[0] in "aeiou" else f"a {operation}"
