"""Changes to many records: counted in advance, then made in one step or not at all.

Rows are read in parts, so memory use does not grow with their number.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from localpay.errors import ArgumentError, RecordError, RecordNotFoundError
from localpay.frozen import frozen
from localpay.storage import statements
from localpay.storage.arguments import check_progress
from localpay.storage.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from localpay.storage.database import Cancellation, Database
    from localpay.storage.journal import Stored
    from localpay.storage.models import BaseEntity
    from localpay.storage.plans import Plan

Which: TypeAlias = "str | Selection | Iterable[str]"
"""Many records: those that match a query, those in a selection, or those with some ids."""

_PART = 500
_REASONS = 5


@frozen
class Preview:
    """What a change to many records would do.

    Attributes:
        total: how many records are selected.
        same: how many of them already have the new values.
        refused: how many of them would break a rule of the data.
        reasons: why, for the first few of these.
    """

    total: int
    same: int
    refused: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def changing(self) -> int:
        """How many records would change."""
        return self.total - self.same - self.refused


class ManyRecords(ABC):
    """The methods of a repository that work on many records at a time."""

    model: ClassVar[type[BaseEntity]]
    _database: Database

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

    # What the repository implements

    @abstractmethod
    def delete(self, record_id: str) -> None:
        """Remove a record."""

    @abstractmethod
    def _plan(self, query: str, sort: str | Sequence[str]) -> Plan:
        """See `Repository`."""

    @abstractmethod
    def _encoded(self, changes: Mapping[str, Any]) -> Stored:
        """See `Repository`."""

    @abstractmethod
    def _changed(self, row: Stored, changes: Mapping[str, Any], stored: Stored) -> Stored:
        """See `Repository`."""


def rows(
    database: Database,
    model: type[BaseEntity],
    numbers: Iterable[int],
    progress: Callable[[int], None] | None = None,
) -> Iterator[Stored]:
    """Rows by number, in the file's form; a number without a row is skipped.

    Args:
        database: the open file.
        model: the table.
        numbers: the numbers of the rows.
        progress: called after every 500 rows with the number of rows so far.
    """
    names = tuple(model.columns())
    columns = statements.column_list(names)
    check_progress(progress)
    done = 0
    for part in _parts(numbers):
        statement = f'SELECT {columns} FROM "{model.table()}" WHERE rid IN ({_places(part)})'
        for row in database.rows(statement, part):
            yield dict(zip(names, row, strict=True))
        done += len(part)
        if progress is not None:
            progress(done)


def count_same(
    database: Database,
    model: type[BaseEntity],
    numbers: Iterable[int],
    values: Stored,
    progress: Callable[[int], None] | None = None,
) -> Preview:
    """Count the rows that exist, and those that already have some values.

    Args:
        database: the open file.
        model: the table.
        numbers: the numbers of the rows.
        values: columns with their values in the file's form.
        progress: called after every 500 rows with the number of rows so far.
    """
    check_progress(progress)
    equal = " AND ".join(f'"{name}" IS ?' for name in values) or "TRUE"
    total = same = done = 0
    for part in _parts(numbers):
        statement = (
            f'SELECT count(*), count(CASE WHEN {equal} THEN 1 END) FROM "{model.table()}"'
            f" WHERE rid IN ({_places(part)})"
        )
        for counted in database.rows(statement, (*values.values(), *part)):
            total, same = total + counted[0], same + counted[1]
        done += len(part)
        if progress is not None:
            progress(done)
    return Preview(total, same)


def present(database: Database, model: type[BaseEntity], numbers: Iterable[int]) -> Iterator[int]:
    """The numbers, of some, whose rows exist."""
    for part in _parts(numbers):
        statement = f'SELECT rid FROM "{model.table()}" WHERE rid IN ({_places(part)})'
        yield from (number for (number,) in database.rows(statement, part))


def is_bound(database: Database, model: type[BaseEntity], name: str) -> bool:
    """Whether other rows decide what a column can hold: by a reference, or as it must be unique."""
    table = model.table()
    references = database.rows(f'PRAGMA foreign_key_list("{table}")')
    if any(reference[3] == name for reference in references):
        return True
    for _, index, is_unique, *_ in database.rows(f'PRAGMA index_list("{table}")'):
        if is_unique:
            members = database.rows(f'PRAGMA index_info("{index}")')
            script = database.value("SELECT sql FROM sqlite_master WHERE name = ?", (index,)) or ""
            condition = script.partition(" WHERE ")[2]
            if any(each[2] == name for each in members) or re.search(rf"\b{name}\b", condition):
                return True
    return False


def _places(part: Sequence[int]) -> str:
    return ", ".join("?" * len(part))


def _parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    left = iter(numbers)
    while part := list(islice(left, _PART)):
        yield part
