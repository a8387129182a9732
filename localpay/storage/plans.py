"""Plans: the statements that find the rows of a filter, in the order of a sort."""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from localpay import query
from localpay.errors import QueryError, SortError, spoken
from localpay.storage.columns import GREATEST
from localpay.storage.compile import ALIASES, Condition, SortKey, compile_where, sort_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from localpay.query import Query
    from localpay.storage.compile import Ask
    from localpay.storage.database import Database
    from localpay.storage.models import BaseEntity
    from localpay.storage.search import SearchIndex

_PART = 20_000
_parse = lru_cache(256)(query.parse)


class Order:
    """What is listed, and in which order, whatever the filter.

    Args:
        entity: what is listed, by its table name.
        columns: the columns of its records.
        alias: the alias of the table in conditions and keys.
        keys: what the rows are sorted by; a repeated one is ignored.

    Attributes:
        keys: as given, without repetitions.
        table: what follows FROM to count rows.
        source: what follows FROM to sort them.
        rid: the expression of the row number.
        onward: how row numbers compare with the one before, if all keys are equal: `<` or `>`.
        by: the terms of ORDER BY, the row number last, so that no two rows are equal.
    """

    def __init__(
        self, entity: str, columns: Iterable[str], alias: str, keys: tuple[SortKey, ...]
    ) -> None:
        distinct: dict[str, SortKey] = {}
        for key in keys:
            distinct.setdefault(key.expression, key)
        self.keys = keys = tuple(distinct.values())
        self.table = self.source = f'"{entity}" AS {alias}'
        if any(key.needs_cart for key in keys):
            self.source += f" LEFT JOIN cart AS c ON c.id = {alias}.cart_id"
        self.rid = f"{alias}.rid"
        self.onward = "<" if keys and keys[0].descending else ">"
        last = f"{self.rid} DESC" if self.onward == "<" else self.rid
        self.by = ", ".join([*(key.sql for key in keys), last])
        self._wanted = ", ".join(
            [
                self.rid,
                *(key.expression for key in keys),
                *(f'{alias}."{name}"' for name in columns),
            ]
        )

    def numbers(self, condition: str) -> str:
        """The statement that finds the numbers of the rows that meet a condition."""
        return f"SELECT {self.rid} FROM {self.source} WHERE {condition} ORDER BY {self.by}"

    def page(self, condition: str) -> str:
        """The statement that finds the first rows that meet a condition, up to a limit.

        It finds the row numbers first, by an index if there is one, and then reads only those rows:
        the number of each, its sort values, and its columns.
        """
        return (
            f"SELECT {self._wanted} FROM {self.source} WHERE {self.rid} IN"
            f" ({self.numbers(condition)} LIMIT ?) ORDER BY {self.by}"
        )


class Plan:
    """A filter and an order.

    Args:
        order: the order.
        query: the filter; None for an entity that cannot be filtered.
        write: writes the filter in SQL; takes what `condition` takes.

    Attributes:
        order: as given.
        query: as given.
    """

    def __init__(
        self, order: Order, query: Query | None, write: Callable[[bool], Condition]
    ) -> None:
        self.order = order
        self.query = query
        self._write = write
        self._conditions: dict[bool, Condition] = {}
        self._is_fixed = True
        self._pages: dict[str, str] = {}

    @property
    def signature(self) -> str:
        """What it lists and in which order, as text: equal for two plans of the same list."""
        return f"{self.order.source}\0{self.order.by}\0{self.query or ''}"

    def condition(self, *, whole: bool) -> Condition:
        """The filter in SQL, written once.

        Args:
            whole: write it to find every match quickly, rather than the first few.
        """
        known = self._conditions.get(whole)
        if known is None:
            known = self._write(whole)
            self._is_fixed = self._is_fixed and known.is_fixed
            self._conditions[whole] = known
        return known

    @property
    def is_reusable(self) -> bool:
        """Whether its SQL was written, and would be the same if it were written again later."""
        return bool(self._conditions) and self._is_fixed

    def page(
        self, database: Database, condition: str, parameters: Sequence[Any], limit: int
    ) -> list[tuple[Any, ...]]:
        """The first rows in order that also meet a second condition.

        Args:
            database: the open file.
            condition: the second condition, in SQL.
            parameters: its values.
            limit: how many, at most; -1 for all.

        Returns:
            The number of each row, its sort values, and its columns.
        """
        few = self.condition(whole=False)
        statement = self._pages.get(condition)
        if statement is None:
            statement = self.order.page(f"{few.sql} AND {condition}")
            self._pages[condition] = statement
        return database.rows(statement, (*few.params, *parameters, min(limit, GREATEST)))

    def first(self, database: Database, limit: int) -> Iterator[int]:
        """The first row numbers in order, one by one, as soon as they are found."""
        few = self.condition(whole=False)
        statement = f"{self.order.numbers(few.sql)} LIMIT ?"
        parameters = (*few.params, min(limit, GREATEST))
        for ((rid,),) in database.stream(statement, parameters, size=1):
            yield rid

    def rids(self, database: Database) -> array[int]:
        """All row numbers in order."""
        order = array("q")
        self.fill(database, order)
        return order

    def fill(
        self, database: Database, order: array[int], progress: Callable[[], None] | None = None
    ) -> None:
        """Append all row numbers in order to an array, which other threads may read meanwhile."""
        every = self.condition(whole=True)
        statement = self.order.numbers(every.sql)
        with database.reading():
            for part in database.stream(statement, every.params, size=_PART):
                order.extend([rid for (rid,) in part])
                if progress is not None:
                    progress()

    def count(self, database: Database, at_most: int | None = None) -> int:
        """How many rows match, up to `at_most`."""
        if at_most is None:
            every = self.condition(whole=True)
            statement = f"SELECT count(*) FROM {self.order.table} WHERE {every.sql}"
            parameters = every.params
        else:
            few = self.condition(whole=False)
            found = f"SELECT 1 FROM {self.order.table} WHERE {few.sql} LIMIT ?"
            statement = f"SELECT count(*) FROM ({found})"
            parameters = (*few.params, min(at_most, GREATEST))
        count: int = database.value(statement, parameters)
        return count


def plan(
    model: type[BaseEntity],
    text: str,
    sort: str | tuple[str, ...],
    *,
    now: datetime,
    index: SearchIndex | None = None,
    ask: Ask | None = None,
) -> Plan:
    """Compile a query and a sort for an entity.

    Args:
        model: the entity's table.
        text: the query in the filter language; empty for all records.
        sort: the fields to sort by, with `-` in front for descending order.
        now: the instant that relative times in the query count from.
        index: the store's search index, used for bare words.
        ask: runs a statement that counts, to choose the faster way.

    Raises:
        QueryError: the query cannot be understood.
        SortError: the entity cannot be sorted by such a field.
    """
    name = model.table()
    if name not in ALIASES:
        if text.strip():
            raise QueryError(text, 0, f"a {spoken(name)} cannot be filtered", len(text))
        return Plan(_order(model, sort), None, lambda _whole: Condition("TRUE", ()))
    parsed = _parse(text, name)
    order = _order(model, sort)
    first = order.keys[0] if order.keys else None
    return Plan(
        order,
        parsed,
        lambda whole: compile_where(parsed, now=now, whole=whole, sort=first, index=index, ask=ask),
    )


@lru_cache(64)
def _order(model: type[BaseEntity], sort: str | tuple[str, ...]) -> Order:
    name = model.table()
    if name in ALIASES:
        return Order(name, model.columns(), ALIASES[name], sort_terms(name, sort))
    return Order(name, model.columns(), "e", _simple_keys(model, sort))


def _simple_keys(model: type[BaseEntity], sort: str | tuple[str, ...]) -> tuple[SortKey, ...]:
    """The sort of an entity that the filter language does not know."""
    columns = model.columns()
    keys = []
    for term in (sort,) if isinstance(sort, str) else sort:
        column = term.removeprefix("-")
        if column not in columns:
            name = spoken(model.table())
            raise SortError(f"{name}s cannot be sorted by {column!r}")
        keys.append(
            SortKey(
                expression=f'e."{column}"',
                descending=term.startswith("-"),
                needs_cart=False,
                is_nullable=columns[column].null,
            )
        )
    return tuple(keys)
