"""Undo and redo: taking back the journal's last step, and doing it again.

Both are read from the journal, so they outlive the program, and both are steps in the journal
themselves. A step whose records have changed since is left alone, and so is one in which a
payment provider was called: taking back the records would not take back what happened there.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from localpay.errors import NothingToUndoError, UndoConflictError
from localpay.storage.journal import ROW_OPERATIONS, Journal, Stored
from localpay.storage.models import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.storage.database import Database, Transaction
    from localpay.storage.models import Row
    from localpay.storage.rows import Rows

_STEPS = (
    "SELECT step, max(undoes), max(redoes), max(operation IN ('create', 'update', 'delete')),"
    " max(operation), max(operation = 'provider_call')"
    " FROM change GROUP BY step ORDER BY step DESC"
)


class Undo:
    """Takes steps of one store back and forth."""

    def __init__(self, database: Database, rows: Rows, journal: Journal) -> None:
        self._database = database
        self._rows = rows
        self._journal = journal

    def undo(self) -> int:
        """Take back the last step that was not taken back yet.

        Returns:
            The step's number.

        Raises:
            NothingToUndoError: there is none, or it loaded records in bulk, or called a provider.
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
        """Do the step again that was taken back last. Returns and raises as `undo` does."""
        with self._stepping() as transaction:
            transaction.redoes = step = self._last_undone()
            for operation, table, record_id, before, after in self._journal.step(step):
                if operation in ROW_OPERATIONS:
                    self._replace(MODELS[table], record_id, before, after)
        return step

    @contextmanager
    def _stepping(self) -> Iterator[Transaction]:
        if self._database.transaction is not None:
            raise NothingToUndoError("a step is taken back on its own, not inside a transaction")
        try:
            with self._database.writing() as transaction:
                # Records of one step may name one another in any order.
                self._database.run("PRAGMA defer_foreign_keys = 1")
                yield transaction
        except sqlite3.IntegrityError:
            raise NothingToUndoError(
                "records made since belong to those of the step; delete these first"
            ) from None

    def _last_done(self) -> int:
        """The newest step of changed rows that counts: a later undo of it, or redo, decides."""
        undone: dict[int, bool] = {}
        for part in self._database.stream(_STEPS, size=64):
            for step, undoes, redoes, has_rows, operation, has_calls in part:
                if undoes is not None:
                    undone.setdefault(undoes, True)
                elif redoes is not None:
                    undone.setdefault(redoes, False)
                elif operation in {"import", "seed"}:
                    raise NothingToUndoError(
                        f"the last step is {_article(operation)}, which is not undone: "
                        "restore a backup, or start a new store"
                    )
                elif has_rows and not undone.get(step, False):
                    if has_calls:
                        raise NothingToUndoError(self._called(step))
                    return int(step)
        raise NothingToUndoError("there is nothing to undo")

    def _called(self, step: int) -> str:
        """Why a step in which providers were called is not undone."""
        calls = [
            after or {}
            for operation, _, _, _, after in self._journal.step(step)
            if operation == "provider_call"
        ]
        last = calls[-1]
        return (
            f"the last step called provider {last.get('provider')!r} ({last.get('call')}), and "
            "taking back the records would not take that back: cancel, refund, or select anew"
        )

    def _last_undone(self) -> int:
        """The step undone last, unless something new was done after it."""
        undone: dict[int, bool] = {}
        for part in self._database.stream(_STEPS, size=64):
            for step, undoes, redoes, has_rows, _, _ in part:
                if redoes is not None:
                    undone.setdefault(redoes, False)
                elif undoes is not None:
                    if undone.setdefault(undoes, True):
                        return int(undoes)
                elif has_rows and not undone.get(step, False):
                    break
            else:
                continue
            break
        raise NothingToUndoError("there is nothing to redo")

    def _replace(
        self, model: type[Row], record_id: str, old: Stored | None, new: Stored | None
    ) -> None:
        """Give a row the columns of `new`, provided that it still has those of `old`."""
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
            raise UndoConflictError(model.table(), record_id, "it was made again")
        if old is not None and row is None:
            raise UndoConflictError(model.table(), record_id, "it is gone")
        for name, value in (old or {}).items():
            if row is not None and row[name] != value and name != "updated_at":
                raise UndoConflictError(model.table(), record_id, f"its {name} is another one now")
        if old is not None and row is not None and row.get("updated_at") != old.get("updated_at"):
            raise UndoConflictError(model.table(), record_id, "it was written to")


def _article(operation: str) -> str:
    return f"an {operation}" if operation[0] in "aeiou" else f"a {operation}"
