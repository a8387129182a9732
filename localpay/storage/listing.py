"""Listing millions: a filter and a sort give an order of row numbers, and windows into it.

The order is an array of row numbers, eight bytes a record, filled from the database in one
statement that can be cancelled. Its first page needs no array: a limited statement gives it at
once. Windows are fetched by row numbers, so any position costs the same, and the order stays as it
was while others write.
"""

from __future__ import annotations

from array import array
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from localpay import entities, query
from localpay.errors import QueryError, SortError, spoken
from localpay.storage.compile import ALIASES, Condition, SortKey, compile_where, sort_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from localpay.storage.compile import Ask
    from localpay.storage.database import Cancellation, Database
    from localpay.storage.models import BaseEntity
    from localpay.storage.search import SearchIndex

E = TypeVar("E", bound=entities.BaseEntity)

_PART = 20_000
_parse = lru_cache(256)(query.parse)
_sort_terms = lru_cache(64)(sort_terms)


class Plan:
    """A filter and a sort as SQL.

    Args:
        entity: what is listed, by its table name.
        columns: the columns of its records.
        alias: the name that conditions and keys know the table by.
        condition: gives the filter, written for the first rows that it holds for (False), or for
            reading all of them (True).
        keys: what the rows are sorted by.
        asked: the query and the sort, in one spelling.

    Attributes:
        table: what follows FROM when rows are only counted.
        source: what follows FROM when they are put in order.
        rid: the expression of the row's number.
    """

    def __init__(
        self,
        entity: str,
        columns: Iterable[str],
        alias: str,
        condition: Callable[[bool], Condition],
        keys: tuple[SortKey, ...],
        asked: str,
    ) -> None:
        self.table = self.source = f'"{entity}" AS {alias}'
        if any(key.needs_cart for key in keys):
            self.source += f" LEFT JOIN cart AS c ON c.id = {alias}.cart_id"
        self.rid = f"{alias}.rid"
        self.keys = keys
        self.asked = asked
        self._condition = condition
        self._columns = ", ".join(f'{alias}."{name}"' for name in columns)

    @cached_property
    def some(self) -> Condition:
        """The condition, written for the first rows that it holds for."""
        return self._condition(False)  # noqa: FBT003 - the argument's one meaning is above

    @cached_property
    def every(self) -> Condition:
        """The condition, written for reading all rows that it holds for."""
        return self._condition(True)  # noqa: FBT003

    @property
    def onward(self) -> str:
        """How the numbers of rows that are equal in all keys go on: `<` or `>`."""
        return "<" if self.keys and self.keys[0].descending else ">"

    @cached_property
    def order_by(self) -> str:
        """The terms of the order, the row's number last, so that no two rows are equal."""
        last = f"{self.rid} DESC" if self.onward == "<" else self.rid
        return ", ".join([*(key.sql for key in self.keys), last])

    def page(
        self, database: Database, condition: str, parameters: Sequence[Any], limit: int
    ) -> list[tuple[Any, ...]]:
        """The first rows in order for which a further condition holds.

        The numbers of the rows come from an index where there is one; only then are the rows read.

        Args:
            database: the open file.
            condition: the further one, in SQL.
            parameters: its values.
            limit: at most so many; -1 for all.

        Returns:
            The number of each row, its sort values, and its columns.
        """
        wanted = ", ".join([self.rid, *(key.expression for key in self.keys), self._columns])
        numbers = (
            f"SELECT {self.rid} FROM {self.source} WHERE {self.some.sql} AND {condition}"
            f" ORDER BY {self.order_by} LIMIT ?"
        )
        return database.rows(
            f"SELECT {wanted} FROM {self.source} WHERE {self.rid} IN ({numbers})"
            f" ORDER BY {self.order_by}",
            (*self.some.params, *parameters, limit),
        )

    def rids(self, database: Database, limit: int | None = None) -> Sequence[int]:
        """The first row numbers in order; all of them without a limit."""
        if limit is None:
            order = array("q")
            self.fill(database, order)
            return order
        found = database.rows(f"{self._ordered(self.some)} LIMIT ?", (*self.some.params, limit))
        return [rid for (rid,) in found]

    def fill(
        self, database: Database, order: array[int], progress: Callable[[], None] | None = None
    ) -> None:
        """Append all row numbers in order to an array, which others may look at meanwhile."""
        for part in database.stream(self._ordered(self.every), self.every.params, size=_PART):
            order.extend([rid for (rid,) in part])
            if progress is not None:
                progress()

    def count(self, database: Database, at_most: int | None = None) -> int:
        """How many rows the condition holds for, or `at_most` once there are as many."""
        if at_most is None:
            statement = f"SELECT count(*) FROM {self.table} WHERE {self.every.sql}"
            parameters = self.every.params
        else:
            found = f"SELECT 1 FROM {self.table} WHERE {self.some.sql} LIMIT ?"
            statement = f"SELECT count(*) FROM ({found})"
            parameters = (*self.some.params, at_most)
        count: int = database.value(statement, parameters)
        return count

    def _ordered(self, condition: Condition) -> str:
        return (
            f"SELECT {self.rid} FROM {self.source} WHERE {condition.sql} ORDER BY {self.order_by}"
        )


def plan(
    model: type[BaseEntity],
    text: str,
    sort: str | Sequence[str],
    *,
    now: datetime,
    index: SearchIndex | None = None,
    ask: Ask | None = None,
) -> Plan:
    """Compile a query and a sort for one entity.

    Args:
        model: the entity's table.
        text: the query in the filter language; empty for all records.
        sort: fields to sort by, each with `-` before it for the greatest first.
        now: what relative times in the query count from.
        index: the store's search index, asked where the query looks for a bare word.
        ask: runs a statement and gives its one number, to choose the faster way by.

    Raises:
        QueryError: the query cannot be understood.
        SortError: there is no such field to sort by.
    """
    name = model.table()
    if name not in ALIASES:
        return _simple_plan(model, text, sort)
    parsed = _parse(text, name)
    keys = _sort_terms(name, sort if isinstance(sort, str) else tuple(sort))
    return Plan(
        name,
        model.columns(),
        ALIASES[name],
        lambda whole: compile_where(parsed, now=now, whole=whole, index=index, ask=ask),
        keys,
        f"{parsed}\0{' '.join(key.sql for key in keys)}",
    )


def _simple_plan(model: type[BaseEntity], text: str, sort: str | Sequence[str]) -> Plan:
    """The plan for an entity that the filter language does not know: sorted, not filtered."""
    name = model.table()
    if text.strip():
        raise QueryError(text, 0, f"a {spoken(name)} cannot be filtered", len(text))
    columns = model.columns()
    keys = []
    for term in (sort,) if isinstance(sort, str) else sort:
        column = term.removeprefix("-")
        if column not in columns:
            raise SortError(f"{spoken(name)}s cannot be sorted by {column!r}")
        keys.append(
            SortKey(
                expression=f'e."{column}"',
                descending=term.startswith("-"),
                needs_cart=False,
                is_nullable=columns[column].null,
            )
        )
    everything = Condition("TRUE", ())
    return Plan(name, columns, "e", lambda _whole: everything, tuple(keys), repr(sort))


class Listing(Generic[E]):
    """A list to scroll in, which stays as it is while the file changes.

    Args:
        database: the open file.
        plan: the filter and the sort.
        load: gives records by row numbers, None for one that is gone.

    Attributes:
        complete: whether the order is filled and `len` is exact.
    """

    def __init__(
        self,
        database: Database,
        plan: Plan,
        load: Callable[[Sequence[int], Sequence[str]], list[E | None]],
    ) -> None:
        self._database = database
        self._plan = plan
        self._load = load
        self._order = array("q")
        self._head: Sequence[int] = ()
        self.complete = False

    def __len__(self) -> int:
        """How many records are known so far; all of them once `complete`."""
        return len(self._order)

    def first(
        self, size: int, *, expand: Sequence[str] = (), cancellation: Cancellation | None = None
    ) -> list[E | None]:
        """The first records, without waiting for the order.

        Raises:
            CancelledError: it was cancelled meanwhile.
        """
        with self._database.cancellable(cancellation):
            self._head = self._plan.rids(self._database, size)
            return self._load(self._head, expand)

    def count(self, at_most: int, *, cancellation: Cancellation | None = None) -> int:
        """How many records there are, or `at_most` once there are as many: at once, or nearly.

        Raises:
            CancelledError: it was cancelled meanwhile.
        """
        if self.complete:
            return min(len(self), at_most)
        with self._database.cancellable(cancellation):
            return self._plan.count(self._database, at_most)

    def fill(
        self,
        *,
        cancellation: Cancellation | None = None,
        progress: Callable[[], None] | None = None,
    ) -> None:
        """Find the whole order. For a thread in the background.

        Args:
            cancellation: lets another thread stop it.
            progress: called now and then; `len` has grown by then.

        Raises:
            CancelledError: it was cancelled meanwhile.
        """
        with self._database.cancellable(cancellation):
            self._plan.fill(self._database, self._order, progress)
        self.complete = True

    def window(self, start: int, size: int, *, expand: Sequence[str] = ()) -> list[E | None]:
        """The records from a position on, None for one that is gone by now."""
        return self._load(self._order[start : start + size], expand)

    def numbers(self, start: int, stop: int, *, head: bool = False) -> Sequence[int]:
        """The numbers of the rows from one position up to another, for a `Selection`.

        Args:
            start: the first position.
            stop: the position after the last one.
            head: as `first` gave them, and not as the order has them, which came later.
        """
        return (self._head if head else self._order)[start:stop]

    def position(self, record_id: str) -> int | None:
        """Where a record stands, or None if it is not in the list (as far as it is known)."""
        rid = self._database.value(
            f"SELECT {self._plan.rid} FROM {self._plan.table} WHERE id = ?", (record_id,)
        )
        if rid is None:
            return None
        try:
            return self._order.index(rid)
        except ValueError:
            return None
