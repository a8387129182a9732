"""Listing millions: a filter and a sort give an order of row numbers, and windows into it.

The order is an array of row numbers, eight bytes a record, filled from the database in one
statement that can be cancelled. Its first page needs no array: a limited statement gives it at
once. Windows are fetched by row numbers, so any position costs the same, and the order stays as it
was while others write.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from localpay import entities, query
from localpay.errors import QueryError, SortError, spoken
from localpay.storage.compile import ALIASES, compile_where, sort_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from localpay.storage.database import Cancellation, Database
    from localpay.storage.models import BaseEntity

E = TypeVar("E", bound=entities.BaseEntity)

_PART = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A filter and a sort as SQL.

    Attributes:
        source: what follows FROM when rows are put in order.
        table: what follows FROM when they are only counted.
        rid: the expression of the row's number.
        where: the condition, with `?` for each parameter.
        parameters: the values of the condition.
        order_by: the terms of the order, the row's number last.
    """

    source: str
    table: str
    rid: str
    where: str
    parameters: tuple[Any, ...]
    order_by: str

    def rids(self, database: Database, limit: int | None = None) -> list[int]:
        """The first row numbers in order; all of them without a limit."""
        return [
            rid
            for (rid,) in database.rows(
                f"{self._ordered()} LIMIT ?", (*self.parameters, -1 if limit is None else limit)
            )
        ]

    def order(self, database: Database) -> array[int]:
        """All row numbers in order, eight bytes each."""
        order = array("q")
        for part in database.stream(self._ordered(), self.parameters, size=_PART):
            order.extend([rid for (rid,) in part])
        return order

    def stream(
        self,
        database: Database,
        order: array[int],
        cancellation: Cancellation | None,
        progress: Callable[[], None] | None,
    ) -> None:
        """Append all row numbers to an array that another thread may look at meanwhile."""
        with database.cancellable(cancellation):
            for part in database.stream(self._ordered(), self.parameters, size=_PART):
                order.extend([rid for (rid,) in part])
                if progress is not None:
                    progress()

    def count(self, database: Database) -> int:
        """How many rows the condition holds for."""
        count: int = database.value(
            f"SELECT count(*) FROM {self.table} WHERE {self.where}", self.parameters
        )
        return count

    def _ordered(self) -> str:
        return f"SELECT {self.rid} FROM {self.source} WHERE {self.where} ORDER BY {self.order_by}"


def plan(model: type[BaseEntity], text: str, sort: str | Sequence[str], now: datetime) -> Plan:
    """Compile a query and a sort for one entity.

    Args:
        model: the entity's table.
        text: the query in the filter language; empty for all records.
        sort: fields to sort by, each with `-` before it for the greatest first.
        now: what relative times in the query count from.

    Raises:
        QueryError: the query cannot be understood.
        SortError: there is no such field to sort by.
    """
    name = model.table()
    if name not in ALIASES:
        return _simple_plan(model, text, sort)
    alias = ALIASES[name]
    condition = compile_where(query.parse(text, name), now=now)
    keys = sort_terms(name, sort)
    table = f'"{name}" AS {alias}'
    source = table
    if any(key.needs_cart for key in keys):
        source += f" LEFT JOIN cart AS c ON c.id = {alias}.cart_id"
    rid = f"{alias}.rid"
    # Rows that are equal in all keys follow one another as they were made, or the other way round.
    last = f"{rid} DESC" if keys and keys[0].descending else rid
    order_by = ", ".join([*(key.sql for key in keys), last])
    return Plan(source, table, rid, condition.sql, condition.params, order_by)


def _simple_plan(model: type[BaseEntity], text: str, sort: str | Sequence[str]) -> Plan:
    """The plan for an entity that the filter language does not know: it is sorted, not filtered."""
    name = model.table()
    if text.strip():
        raise QueryError(text, 0, f"a {spoken(name)} cannot be filtered", len(text))
    order = []
    for term in (sort,) if isinstance(sort, str) else sort:
        column = term.removeprefix("-")
        if column not in model.columns():
            raise SortError(f"{spoken(name)}s have no field {column!r} to sort by")
        order.append(f'"{column}"{" DESC" * term.startswith("-")} NULLS LAST')
    return Plan(f'"{name}"', f'"{name}"', "rid", "TRUE", (), ", ".join([*order, "rid"]))


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
            return self._load(self._plan.rids(self._database, size), expand)

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
        self._plan.stream(self._database, self._order, cancellation, progress)
        self.complete = True

    def window(self, start: int, size: int, *, expand: Sequence[str] = ()) -> list[E | None]:
        """The records from a position on, None for one that is gone by now."""
        return self._load(self._order[start : start + size], expand)

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
