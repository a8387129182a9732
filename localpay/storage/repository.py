"""Repositories: the records of one entity, and the same change to many of them.

Such a change is counted in advance, and then made in one step or not at all. It calls `progress`,
which can stop it by raising.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from localpay import entities
from localpay.errors import ArgumentError, RecordError, RecordNotFoundError
from localpay.storage.many import Preview, count_same, is_bound, present, rows
from localpay.storage.records import Records
from localpay.storage.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from localpay.storage.database import Cancellation

E_co = TypeVar("E_co", bound=entities.BaseEntity, covariant=True)

Which: TypeAlias = "str | Selection | Iterable[str]"
"""Many records: those that match a query, those in a selection, or those with some ids."""

_REASONS = 5


class Repository(Records[E_co], Generic[E_co]):
    """What `store.regions`, `store.carts` and the others are: records, and changes to many."""

    def update_many(
        self,
        which: Which,
        /,
        *,
        progress: Callable[[int], None] | None = None,
        **changes: Any,
    ) -> int:
        """Change fields of many records in one step: all of them, or none.

        Args:
            which: a query, the ids, or a selection of rows.
            progress: called regularly with the number of records processed so far; if it raises,
                nothing is changed.
            changes: the new values.

        Returns:
            How many records changed.

        Raises:
            QueryError: the query cannot be understood.
            RecordNotFoundError: there is no record with one of the ids.
            FieldError: there is no such field, or it does not accept the value.
            RuleError: a record would break a rule of the data; the message says which.
            ArgumentError: `which` is none of these, or a selection of rows of another table.
        """
        stored = self._encoded(changes)
        with self._database.writing():
            return sum(
                self._changed(row, changes, stored) is not row
                for row in rows(self._database, self.model, self._numbers(which), progress)
            )

    def preview_update(
        self,
        which: Which,
        /,
        *,
        progress: Callable[[int], None] | None = None,
        **changes: Any,
    ) -> Preview:
        """Count what `update_many` would do, and change nothing. Accepts and raises what it does.

        If other records decide whether one can change, the changes are made and rolled back.
        """
        stored = self._encoded(changes)
        if not any(is_bound(self._database, self.model, name) for name in stored):
            numbers = self._numbers(which)
            return count_same(self._database, self.model, numbers, stored, progress)
        total = same = refused = 0
        reasons: list[str] = []
        with self._database.trying():
            for row in rows(self._database, self.model, self._numbers(which), progress):
                total += 1
                try:
                    with self._database.writing():
                        same += self._changed(row, changes, stored) is row
                except RecordError as error:
                    refused += 1
                    if len(reasons) < _REASONS:
                        reasons.append(str(error))
        return Preview(total, same, refused, tuple(reasons))

    def delete_many(self, which: Which, /, *, progress: Callable[[int], None] | None = None) -> int:
        """Remove many records in one step: all of them, or none.

        Args:
            which: a query, the ids, or a selection of rows.
            progress: called regularly with the number of records processed so far; if it raises,
                nothing is changed.

        Returns:
            How many records were removed.

        Raises:
            QueryError: the query cannot be understood.
            RecordNotFoundError: there is no record with one of the ids.
            RecordInUseError: other records belong to one; the message says to which.
            ArgumentError: `which` is none of these, or a selection of rows of another table.
        """
        removed = 0
        with self._database.writing():
            for row in rows(self._database, self.model, self._numbers(which), progress):
                self.delete(row["id"])
                removed += 1
        return removed

    def select(self, query: str = "", *, cancellation: Cancellation | None = None) -> Selection:
        """The rows of the records that a query matches.

        Args:
            query: in the filter language; all records by default.
            cancellation: lets another thread stop it.

        Raises:
            QueryError: the query cannot be understood.
            ArgumentError: the query is not text.
            CancelledError: it was cancelled.
        """
        with self._database.cancellable(cancellation):
            rids = self._plan(query, ()).rids(self._database)
            return Selection(rids, self.model.table())

    def still_there(self, selection: Selection) -> Selection:
        """The rows of a selection that have not been deleted since."""
        return Selection(present(self._database, self.model, selection), self.model.table())

    def _numbers(self, which: Which) -> Iterable[int]:
        """The numbers of the rows."""
        if isinstance(which, str):
            return self._plan(which, ()).rids(self._database)
        if isinstance(which, Selection):
            if which.table not in {None, self.model.table()}:
                raise ArgumentError("which", f"rows of the table {self.model.table()}", which.table)
            return which
        if not isinstance(which, Iterable):
            raise ArgumentError("which", "a query, a list of ids, or a selection", which)
        return map(self._number, which)

    def _number(self, record_id: str) -> int:
        statement = f'SELECT rid FROM "{self.model.table()}" WHERE id = ?'
        number: int | None = self._database.value(statement, (record_id,))
        if number is None:
            raise RecordNotFoundError(self.model.table(), record_id)
        return number
