"""The quarantine: rows that an import refused because they break a rule, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay import entities
from localpay.storage import statements
from localpay.storage.models import QuarantinedRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localpay.storage.database import Database

_COLUMNS = QuarantinedRow.columns()
_DROP_KNOWN = (
    "DELETE FROM quarantine WHERE number > ? AND (entity, reason, row) IN"
    " (SELECT entity, reason, row FROM quarantine WHERE number <= ?)"
)


class Quarantine:
    """`store.quarantine`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def iterate(self) -> Iterator[entities.QuarantinedRow]:
        """All rows, in the order in which they were found."""
        return self._read(statements.select_sorted(QuarantinedRow, "number"))

    def of(self, record_id: str) -> Iterator[entities.QuarantinedRow]:
        """The rows with this record id, in the order in which they were found."""
        of_record = statements.select(QuarantinedRow, ("record_id",))
        return self._read(f"{of_record} ORDER BY number", record_id)

    def count(self) -> int:
        """How many rows there are."""
        count: int = self._database.value("SELECT count(*) FROM quarantine")
        return count

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows, inside a transaction.

        Args:
            rows: each with all fields of `QuarantinedRow` except `number`.
        """
        encoded = (
            [
                None if name == "number" else column.db_value(row[name])
                for name, column in _COLUMNS.items()
            ]
            for row in rows
        )
        self._database.write_many(statements.insert(QuarantinedRow), encoded)

    def last(self) -> int:
        """The number of the newest row; 0 if there is none."""
        return self._database.value("SELECT max(number) FROM quarantine") or 0

    def drop_known(self, since: int) -> int:
        """Remove the newer rows that have the same content and reason as an older one.

        Their sources may differ, because a file may have a new name when it is imported again.

        Args:
            since: the number of the last of the older rows, which all stay.

        Returns:
            How many rows were removed.
        """
        if not since:
            return 0
        self._database.run(_DROP_KNOWN, (since, since))
        dropped: int = self._database.value("SELECT changes()")
        return dropped

    def _read(self, statement: str, *parameters: str) -> Iterator[entities.QuarantinedRow]:
        for part in self._database.stream(statement, parameters):
            for row in part:
                values = [
                    column.python_value(value)
                    for column, value in zip(_COLUMNS.values(), row, strict=True)
                ]
                yield entities.QuarantinedRow(*values)
