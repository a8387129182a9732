"""Keyset pages: each begins after the last record of the previous one, wherever that is now.

A cursor holds the last record's sort values and row number, and a digest of the query and the sort
it belongs to. Somebody who alters a cursor at worst sees another part of the same list.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from localpay import entities
from localpay.errors import CursorError
from localpay.frozen import frozen
from localpay.storage.arguments import check_count, is_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localpay.storage.compile import SortKey
    from localpay.storage.database import Database
    from localpay.storage.plans import Plan

E = TypeVar("E", bound=entities.BaseEntity)


class Page(list[E], Generic[E]):
    """A list of records with the cursor of the next page.

    Attributes:
        next: the cursor of the next page; None if this is the last one.
    """

    def __init__(self, records: Iterable[E], next_cursor: str | None) -> None:
        super().__init__(records)
        self.next = next_cursor


@frozen
class Place:
    """Where a page begins in an order: after these sort values and this row number."""

    values: tuple[Any, ...]
    rid: int


def read_page(
    database: Database, plan: Plan, limit: int | None, after: str | None
) -> tuple[list[tuple[Any, ...]], str | None]:
    """The rows of one page, and the cursor of the next.

    Args:
        database: the open file.
        plan: the filter and the sort.
        limit: how many, at most; None for all that are left.
        after: the cursor of this page; None for the first.

    Returns:
        The columns of each row, and the cursor; None instead of it if no row is left.

    Raises:
        ArgumentError: the limit is not a whole number, or below 0.
        CursorError: the cursor belongs to another filter or sort, or is not a cursor.
    """
    if limit is not None:
        check_count("limit", limit)
    place = None if after is None else _decoded(after, plan)
    if limit == 0:
        return [], after
    most = -1 if limit is None else limit + 1
    rows: list[tuple[Any, ...]] = []
    for condition, parameters in _stretches(plan, place):
        if most < 0 or len(rows) < most:
            left = most if most < 0 else most - len(rows)
            rows += plan.page(database, condition, parameters, left)
    head = len(plan.order.keys) + 1
    following = None
    if limit is not None and len(rows) > limit:
        rows = rows[:limit]
        rid, *values = rows[-1][:head]
        following = _encoded(Place(tuple(values), rid), plan)
    return [row[head:] for row in rows], following


def _stretches(plan: Plan, place: Place | None) -> list[tuple[str, tuple[Any, ...]]]:
    """Conditions that together select what follows a place; an index can serve each of them.

    Records without a value in the first key come last, so they have a condition of their own.
    """
    if place is None:
        return [("TRUE", ())]
    if not plan.order.keys:
        return [(f"{plan.order.rid} {plan.order.onward} ?", (place.rid,))]
    first, value = plan.order.keys[0], place.values[0]
    condition, parameters = _follows(plan, place)
    if value is None:
        return [(f"{first.expression} IS NULL AND ({condition})", parameters)]
    bound = f"{first.expression} {'<=' if first.descending else '>='} ?"
    valued = f"{bound} AND ({condition})", (value, *parameters)
    return [valued, (f"{first.expression} IS NULL", ())] if first.is_nullable else [valued]


def _follows(plan: Plan, place: Place) -> tuple[str, tuple[Any, ...]]:
    """A condition for what follows a place: the first keys are equal, and the next is greater."""
    alternatives: list[str] = []
    parameters: list[Any] = []
    equal: list[str] = []
    equal_values: list[Any] = []
    for key, value in zip(plan.order.keys, place.values, strict=True):
        beyond = _beyond(key, value)
        if beyond:
            alternatives.append(" AND ".join([*equal, beyond]))
            parameters += [*equal_values, value]
        equal.append(f"{key.expression} IS ?")
        equal_values.append(value)
    alternatives.append(" AND ".join([*equal, f"{plan.order.rid} {plan.order.onward} ?"]))
    parameters += [*equal_values, place.rid]
    return " OR ".join(f"({each})" for each in alternatives), tuple(parameters)


def _beyond(key: SortKey, value: Any) -> str:
    if value is None:
        return ""
    past = f"{key.expression} {'<' if key.descending else '>'} ?"
    return f"({past} OR {key.expression} IS NULL)" if key.is_nullable else past


def _mark(plan: Plan) -> str:
    """A short digest of the query and the sort."""
    return blake2b(plan.signature.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def _encoded(place: Place, plan: Plan) -> str:
    text = json.dumps([_mark(plan), place.rid, *place.values], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, plan: Plan) -> Place:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        mark, rid, *values = json.loads(urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError, RecursionError, AttributeError):
        raise CursorError from None
    sound = (
        mark == _mark(plan)
        and isinstance(rid, int)
        and abs(rid) < 2**63
        and len(values) == len(plan.order.keys)
        and all(_is_stored(value) for value in values)
    )
    if not sound:
        raise CursorError
    return Place(tuple(values), rid)


def _is_stored(value: Any) -> bool:
    if isinstance(value, int):
        return abs(value) < 2**63
    return value is None or isinstance(value, float) or is_text(value)
