"""Turning a filter, and a sort, into SQL.

The SQL is written as text and not built from Peewee's expressions: Peewee renders a query of four
filters in 231 µs, at every call; this takes 20.

A condition stands in a statement over `payment_session s`, `cart c` or `payment p`. Where the
filter does not match it is false or NULL, so its complement is `(…) IS NOT TRUE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.errors import SortError, spoken
from localpay.frozen import frozen
from localpay.query import fields
from localpay.query.fields import Kind
from localpay.spelling import suggestion
from localpay.storage import links, operands
from localpay.storage.conditions import Ask, ConditionWriter
from localpay.storage.links import ALIASES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from localpay.entities import EntityName
    from localpay.query import Query
    from localpay.query.fields import Field
    from localpay.storage.operands import Parameter
    from localpay.storage.search import SearchIndex

__all__ = ["ALIASES", "Ask", "Condition", "SortKey", "compile_where", "sort_terms"]


@frozen
class Condition:
    """A filter as SQL, to stand after WHERE.

    Attributes:
        sql: the expression, which needs no parentheses next to AND.
        params: the values of its question marks.
        lasts: whether it would be written the same at any other time, whatever the store holds.
    """

    sql: str
    params: tuple[Parameter, ...]
    lasts: bool = True


@frozen
class SortKey:
    """One column to sort by. Records without a value come last, in either direction.

    Attributes:
        expression: what to sort by, in SQL.
        descending: whether the largest comes first.
        needs_cart: whether the statement has to join `cart c`.
        is_nullable: whether there can be records without a value.
    """

    expression: str
    descending: bool
    needs_cart: bool
    is_nullable: bool

    @property
    def sql(self) -> str:
        """The key, to stand after ORDER BY."""
        if self.descending:
            return f"{self.expression} DESC"  # SQLite's NULL is less than all else
        return f"{self.expression} ASC NULLS LAST" if self.is_nullable else f"{self.expression} ASC"


def compile_where(
    query: Query,
    *,
    now: datetime,
    whole: bool = False,
    sort: SortKey | None = None,
    index: SearchIndex | None = None,
    ask: Ask | None = None,
) -> Condition:
    """Write a filter as SQL.

    What is asked of other records, such as a session's cart, can be looked up for each row, or
    gathered in a set once. At a million sessions the first page of `email:*@example.com` takes
    0.2 ms by look-ups and 405 by the set, reading all of its matches 1140 ms and 490. Where few of
    the other records match the set is better for the first page too: `currency:xxx`, which none
    has, takes 48 ms and not 1014. A name that few records share counts as rare; of all else the
    store can tell, if it may be asked. The same goes for the index of amounts, or walking, and for
    times: of few records each is looked up, of many the time around them is walked through, or the
    order in which they are wanted.

    Args:
        query: what to match.
        now: what relative times count from.
        whole: whether every match will be read, and not the first page alone.
        sort: what the page is sorted by first, if it is known.
        index: the store's search index, asked where the filter looks for a bare word.
        ask: runs a statement and gives its one number: counts up to 1000, to choose by.
    """
    if query.tree is None:
        return Condition("TRUE", ())
    is_alone = operands.is_single_term(query.tree)
    writer = ConditionWriter(
        query.entity, now, whole=whole, sort=sort, is_alone=is_alone, index=index, ask=ask
    )
    sql = writer.node(query.tree)
    return Condition(sql, tuple(writer.params), writer.lasts)


def sort_terms(entity: EntityName, sort: str | Sequence[str]) -> tuple[SortKey, ...]:
    """Read what to sort by.

    Args:
        entity: what is listed.
        sort: names of fields, a `-` in front of one for the largest first. In one text they
            stand apart by commas or blanks: "-created_at, amount".

    Raises:
        SortError: there is no such field, or nothing to sort by in it; suggests a near one.
    """
    words = sort.replace(",", " ").split() if isinstance(sort, str) else sort
    return tuple(_sort_key(entity, each) for each in words)


def _sort_key(entity: EntityName, word: str) -> SortKey:
    name = word.removeprefix("-")
    field = fields.find(entity, name)
    if field is None or not _is_sortable(entity, field):
        hint = suggestion(
            name, [each.name for each in fields.fields(entity) if _is_sortable(entity, each)]
        )
        raise SortError(f"{spoken(entity)}s cannot be sorted by {name[:60]!r}{hint}")
    is_own = field.table == entity
    column = links.column(field)
    return SortKey(
        f"{column} COLLATE NOCASE" if field.kind is Kind.FOLDED else column,
        descending=word.startswith("-"),
        needs_cart=not is_own,
        is_nullable=not (is_own and field.required),
    )


def _is_sortable(entity: EntityName, field: Field) -> bool:
    """Whether each record has one value there: its own or its cart's, and not JSON."""
    return field.kind is not Kind.JSON and field.table in {entity, "cart"}
