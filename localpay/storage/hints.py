"""Why a filter matches nothing: one of its values is none that a record has.

Asked after currencies, and after fields with few values alone, those that have a facet. By an index
their values are found at once, else by reading a table: of a million sessions their carts' in some
50 ms.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from localpay.query import fields, mistakes
from localpay.query.fields import Kind
from localpay.query.tree import And, Comparison, Or, Term
from localpay.query.values import Minor
from localpay.storage import operands
from localpay.storage.facets import facet_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.entities import EntityName
    from localpay.query import Query
    from localpay.query.fields import Field
    from localpay.query.tree import Node, Test
    from localpay.storage.database import Cancellation, Database

_MOST = 1000
"""Values; of a field that turns out to have more, nothing is said."""

_INDEXED = frozenset({"status", "provider_id", "region_id"})
"""The columns with a facet that an index begins with."""


def hint(
    database: Database, query: Query | None, *, cancellation: Cancellation | None = None
) -> str | None:
    """What is to be said of the first value of a filter that no record has.

    Args:
        database: the open file.
        query: a filter that matches nothing.
        cancellation: lets another thread stop it.

    Returns:
        A sentence; None if all values are there, of those that can be looked up.

    Raises:
        CancelledError: it was cancelled meanwhile.
    """
    tree = None if query is None else query.tree
    with database.cancellable(cancellation):
        for term in _terms(tree):
            field = fields.find(term.field.table, term.field.column)
            if term.field.kind is Kind.AMOUNT:
                if said := _of_amounts(database, term):
                    return said
                continue
            noun = None if field is None else facet_of(field.table, field)
            if field is None or noun is None or not all(map(operands.is_single, term.tests)):
                continue
            asked = [value for test in term.tests for value in operands.pieces(test)]
            known = _values(database, field)
            if known is not None and not _are_any(field, asked, known):
                return mistakes.unknown_value(field, noun, asked[0], known)
    return None


def _of_amounts(database: Database, term: Term) -> str | None:
    """What is said of a list that may be one amount, and of a currency that no record has."""
    for units, after in pairwise(map(_units, term.tests)):
        if units and after and (said := mistakes.two_amounts(units, after)):
            return said
    owner: EntityName = "payment" if term.field.table == "payment" else "cart"
    field = fields.find(owner, "currency_code")
    asked = [each.currency for each in map(operands.amount, term.tests) if isinstance(each, Minor)]
    named = [each for each in asked if each]
    if field is None or len(named) < len(term.tests):
        return None
    known = _values(database, field)
    if known is None or _are_any(field, named, known):
        return None
    return mistakes.unknown_value(field, "currency", named[0], known)


def _units(test: Test) -> int | None:
    """The minor units, in no certain currency, that a test asks for as they are."""
    if not isinstance(test, Comparison) or test.operator != "=":
        return None
    return test.value.units if isinstance(test.value, Minor) and not test.value.currency else None


def _terms(node: Node | None) -> Iterator[Term]:
    """The terms of a filter that have to match, each one or an alternative to it."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, And | Or):
        for each in node.nodes:
            yield from _terms(each)


def _are_any(field: Field, asked: list[str], known: list[str]) -> bool:
    """Whether a record has one of the values that are asked for."""
    if field.kind is Kind.FOLDED:
        return not {each.casefold() for each in asked}.isdisjoint(map(str.casefold, known))
    return not set(asked).isdisjoint(known)


def _values(database: Database, field: Field) -> list[str] | None:
    """The values that a field has; None if they are too many."""
    table, column = field.table, field.column
    statement = f"SELECT DISTINCT {column} FROM {table} LIMIT ?"
    if column in _INDEXED:
        # SQLite itself would read all of the index.
        following = f"SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) FROM held"
        statement = (
            f"WITH RECURSIVE held(value) AS (SELECT min({column}) FROM {table} UNION ALL"
            f" {following} WHERE value IS NOT NULL)"
            " SELECT value FROM held WHERE value IS NOT NULL LIMIT ?"
        )
    found = [value for (value,) in database.rows(statement, (_MOST + 1,))]
    return found if len(found) <= _MOST else None
