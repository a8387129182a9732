"""The journal: one line for every change, in the transaction that makes it.

A line has the fields that changed, before and after, in the file's form, so that a step can be
undone exactly. Lines that were committed together are one step.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localpay import clock, entities, jsontext
from localpay.storage import statements
from localpay.storage.columns import GREATEST
from localpay.storage.models import MODELS, Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localpay.entities import ChangeOperation
    from localpay.storage.database import Database

Stored = dict[str, Any]
"""Columns of a row with their values in the file's form."""

ROW_OPERATIONS: tuple[ChangeOperation, ...] = ("create", "update", "delete")
"""The operations on one row, which can be undone. The others record an event."""

_PART = 500
"""Lines of a step that are read at a time; a step may have a million lines."""


class Journal:
    """Writes and reads the journal.

    Args:
        database: the open file.
        actor: who makes the changes, such as library, cli or tui.
    """

    def __init__(self, database: Database, actor: str) -> None:
        self._database = database
        self.actor = actor

    def write(
        self,
        operation: ChangeOperation,
        entity: str,
        record_id: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        """Add a line to the transaction's step.

        Args:
            operation: create, update or delete of a row, or another event.
            entity: the table's name.
            record_id: the record's id; for a row without an id, its key joined by "/".
            before: the columns that changed as they were, in the file's form.
            after: the same columns as they are now; for an event, JSON about it.
        """
        # The columns of a row have been checked; the details of an event may be anything.
        write = jsontext.encode if operation in ROW_OPERATIONS else jsontext.dumps
        self._add(
            operation,
            entity,
            record_id,
            None if before is None else write(before),
            None if after is None else write(after),
        )

    def record(self, operation: ChangeOperation, entity: str, record_id: str, text: str) -> None:
        """Add a line about an event that changed no row.

        Args:
            operation: what happened.
            entity: the table's name of the record that it concerns.
            record_id: the record's id.
            text: the details, a JSON object as text.
        """
        self._add(operation, entity, record_id, None, text)

    def _add(
        self,
        operation: ChangeOperation,
        entity: str,
        record_id: str,
        before: str | None,
        after: str | None,
    ) -> None:
        transaction = self._database.transaction
        assert transaction is not None, "the journal is written inside a transaction"
        if transaction.step is None:
            transaction.step = (self._database.value(statements.last_step()) or 0) + 1
        line = (
            None,
            transaction.step,
            transaction.at,
            self.actor,
            operation,
            entity,
            record_id,
            before,
            after,
            transaction.undoes,
            transaction.redoes,
        )
        self._database.run(statements.insert(Change), line)

    def lines(self, record_id: str | None = None) -> Iterator[entities.Change]:
        """The lines, newest first: all of them, or those of one record."""
        if record_id is None:
            parts = self._database.stream(
                statements.select_sorted(Change, "number", descending=True)
            )
        else:
            of_record = statements.select(Change, ("record_id",))
            parts = self._database.stream(f"{of_record} ORDER BY number DESC", (record_id,))
        return (_change(line) for part in parts for line in part)

    def step(
        self, number: int, *, newest_first: bool = False
    ) -> Iterator[tuple[ChangeOperation, str, str, Stored | None, Stored | None]]:
        """The lines of a step in order: operation, table, record id, columns before and after."""
        side, direction = ("<", "DESC") if newest_first else (">", "ASC")
        of_step = statements.select(Change, ("step",))
        statement = f"{of_step} AND number {side} ? ORDER BY number {direction} LIMIT {_PART}"
        last = GREATEST if newest_first else 0
        while lines := self._database.rows(statement, (number, last)):
            last = lines[-1][0]
            for _, _, _, _, operation, entity, record_id, before, after, _, _ in lines:
                yield operation, entity, record_id, _stored(before), _stored(after)


def record_id_of(key: tuple[Any, ...]) -> str:
    """The id of a row in the journal: its own, or the parts of its key joined by "/"."""
    return "/".join(key)


def _stored(text: str | None) -> Stored | None:
    return None if text is None else json.loads(text)


def _change(line: tuple[Any, ...]) -> entities.Change:
    number, step, at, actor, operation, entity, record_id, before, after, undoes, redoes = line
    return entities.Change(
        number=number,
        step=step,
        at=clock.from_text(at),
        actor=actor,
        operation=operation,
        entity=entity,
        record_id=record_id,
        before=_readable(operation, entity, before),
        after=_readable(operation, entity, after),
        undoes=undoes,
        redoes=redoes,
    )


def _readable(operation: ChangeOperation, entity: str, text: str | None) -> dict[str, Any] | None:
    """Columns in the callers' form; the details of an event are in it already."""
    if text is None:
        return None
    if operation not in ROW_OPERATIONS:
        details: dict[str, Any] = jsontext.loads(text)
        return details
    columns = MODELS[entity].columns()
    return {name: columns[name].python_value(value) for name, value in json.loads(text).items()}
