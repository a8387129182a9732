"""Many rows of one table, by row number: reading them, and counting what a change would do.

Rows are read in parts, so memory use does not grow with their number.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from localpay.frozen import frozen
from localpay.storage import statements
from localpay.storage.arguments import check_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from localpay.storage.database import Database
    from localpay.storage.journal import Stored
    from localpay.storage.models import BaseEntity

_PART = 500


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
    """Those of the numbers whose rows exist."""
    for part in _parts(numbers):
        statement = f'SELECT rid FROM "{model.table()}" WHERE rid IN ({_places(part)})'
        yield from (number for (number,) in database.rows(statement, part))


def is_bound(database: Database, model: type[BaseEntity], name: str) -> bool:
    """Whether other rows decide what a column can hold: because it is a reference, or unique."""
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
