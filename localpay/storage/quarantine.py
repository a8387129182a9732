"""The quarantine: imported rows that break a rule of the data, kept with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay import entities
from localpay.storage import statements
from localpay.storage.models import QuarantinedRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localpay.storage.database import Database

_COLUMNS = QuarantinedRow.columns()
_ALL = QuarantinedRow.select(*_COLUMNS.values()).order_by(QuarantinedRow.number).sql()[0]


class Quarantine:
    """`store.quarantine`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def iterate(self) -> Iterator[entities.QuarantinedRow]:
        """The rows left out, in the order in which they were found."""
        for part in self._database.stream(_ALL):
            for row in part:
                values = [
                    column.python_value(value)
                    for column, value in zip(_COLUMNS.values(), row, strict=True)
                ]
                yield entities.QuarantinedRow(*values)

    def count(self) -> int:
        """How many rows were left out."""
        count: int = self._database.value("SELECT count(*) FROM quarantine")
        return count

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        """Keep rows, inside a transaction.

        Args:
            rows: each with all fields of `QuarantinedRow` but `number`.
        """
        encoded = (
            [
                None if name == "number" else column.db_value(row[name])
                for name, column in _COLUMNS.items()
            ]
            for row in rows
        )
        self._database.write_many(statements.insert(QuarantinedRow), encoded)
