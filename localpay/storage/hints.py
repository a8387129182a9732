"""Finds out why a filter matches nothing: no record has one of its values.

Only currencies and fields with facets are checked, because they have few values. An index finds
these at once; without one, a table is read, which takes about 50 ms for the carts of a million
sessions.
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
"""A field that turns out to have more values gets no hint."""

_INDEXED = frozenset({"status", "provider_id", "region_id"})
"""The columns with a facet that are first in an index."""


def hint(
    database: Database, query: Query | None, *, cancellation: Cancellation | None = None
) -> str | None:
    """A sentence about the first value in a filter that no record has.

    Args:
        database: the open file.
        query: a filter that matches nothing.
        cancellation: lets another thread stop it.

    Returns:
        The sentence; None if records have all values that can be checked.

    Raises:
        CancelledError: it was cancelled.
    """
    tree = None if query is None else query.tree
    with database.cancellable(cancellation):
        for term in _terms(tree):
            field = fields.find(term.field.table, term.field.column)
            if term.field.kind is Kind.AMOUNT:
                if sentence := _of_amounts(database, term):
                    return sentence
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
    """A sentence about a list that may be one amount, or a currency that no record has."""
    for units, after in pairwise(map(_units, term.tests)):
        if units and after and (sentence := mistakes.two_amounts(units, after)):
            return sentence
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
    """The minor units that a test asks for exactly, without a currency."""
    if not isinstance(test, Comparison) or test.operator != "=":
        return None
    return test.value.units if isinstance(test.value, Minor) and not test.value.currency else None


def _terms(node: Node | None) -> Iterator[Term]:
    """The terms of a filter that must match, or could match instead of another."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, And | Or):
        for each in node.nodes:
            yield from _terms(each)


def _are_any(field: Field, asked: list[str], known: list[str]) -> bool:
    """Whether one of the values is known."""
    if field.kind is Kind.FOLDED:
        return not {each.casefold() for each in asked}.isdisjoint(map(str.casefold, known))
    return not set(asked).isdisjoint(known)


def _values(database: Database, field: Field) -> list[str] | None:
    """The values of a field; None if there are too many."""
    table, column = field.table, field.column
    statement = f"SELECT DISTINCT {column} FROM {table} LIMIT ?"
    if column in _INDEXED:
        # DISTINCT would read the whole index.
        following = f"SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) FROM held"
        statement = (
            f"WITH RECURSIVE held(value) AS (SELECT min({column}) FROM {table} UNION ALL"
            f" {following} WHERE value IS NOT NULL)"
            " SELECT value FROM held WHERE value IS NOT NULL LIMIT ?"
        )
    found = [value for (value,) in database.rows(statement, (_MOST + 1,))]
    return found if len(found) <= _MOST else None
