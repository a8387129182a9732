"""Facets: how many of the matching records have each status, provider, currency, region, month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from localpay.errors import ArgumentError
from localpay.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.storage.database import Cancellation, Database
    from localpay.storage.plans import Plan

_SESSION_CART = "LEFT JOIN cart AS k ON k.id = s.cart_id"
_PAYMENT_CART = "LEFT JOIN cart AS k ON k.id = p.cart_id"


@frozen
class FacetValue:
    """One value of a facet.

    Attributes:
        value: the value; None for records that have none.
        count: how many matching records have it.
        sums: their amounts in minor units, by currency; of a cart its total.
    """

    value: str | None
    count: int
    sums: dict[str, int] = field(default_factory=dict)


@frozen
class _Facet:
    """How a facet is computed.

    Attributes:
        value: what it groups by.
        currency: whose currency its amounts have; None where sums are not taken.
        amount: what is summed.
        join: the table that these need beside the record's own.
    """

    value: str
    currency: str | None = None
    amount: str = ""
    join: str = ""


_FACETS: dict[str, dict[str, _Facet]] = {
    "payment_session": {
        "status": _Facet("s.status"),
        "provider": _Facet("s.provider_id"),
        "currency": _Facet("k.currency_code", "k.currency_code", "s.amount", _SESSION_CART),
        "region": _Facet("k.region_id", "k.currency_code", "s.amount", _SESSION_CART),
        "month": _Facet("substr(s.created_at, 1, 7)"),
        "day": _Facet("substr(s.created_at, 1, 10)"),
    },
    "cart": {
        "type": _Facet("c.type"),
        "currency": _Facet("c.currency_code", "c.currency_code", "c.total"),
        "region": _Facet("c.region_id", "c.currency_code", "c.total"),
        "month": _Facet("substr(c.created_at, 1, 7)", "c.currency_code", "c.total"),
        "day": _Facet("substr(c.created_at, 1, 10)", "c.currency_code", "c.total"),
    },
    "payment": {
        "provider": _Facet("p.provider_id", "p.currency_code", "p.amount"),
        "currency": _Facet("p.currency_code", "p.currency_code", "p.amount"),
        "region": _Facet("k.region_id", "p.currency_code", "p.amount", _PAYMENT_CART),
        "month": _Facet("substr(p.created_at, 1, 7)", "p.currency_code", "p.amount"),
        "day": _Facet("substr(p.created_at, 1, 10)", "p.currency_code", "p.amount"),
    },
}


def names(entity: str) -> tuple[str, ...]:
    """The facets of an entity, cheapest first; days, of which there are many, only on request."""
    return tuple(name for name in _FACETS.get(entity, {}) if name != "day")


def facets(
    database: Database,
    entity: str,
    plan: Plan,
    cancellation: Cancellation | None = None,
    *,
    only: Sequence[str] | None = None,
) -> Iterator[tuple[str, list[FacetValue]]]:
    """Compute the facets of what a plan matches, cheapest first, each when it is asked for.

    Args:
        database: the open file.
        entity: what is listed, by its table name.
        plan: the filter.
        cancellation: lets another thread stop it.
        only: the names of those to compute; all of `names` by default.

    Yields:
        The facet's name, and its values with the most frequent first.

    Raises:
        CancelledError: it was cancelled meanwhile.
    """
    known = _FACETS.get(entity, {})
    if only is not None and not _are_in(known, only):
        raise ArgumentError("only", f"a list of these: {', '.join(known) or 'none'}", only)
    for name in names(entity) if only is None else only:
        with database.cancellable(cancellation):
            found = _values(database, plan, _FACETS[entity][name])
        yield name, found


def _are_in(known: Mapping[str, _Facet], only: object) -> bool:
    return (
        isinstance(only, Sequence)
        and not isinstance(only, str)
        and all(isinstance(name, str) and name in known for name in only)
    )


def _values(database: Database, plan: Plan, facet: _Facet) -> list[FacetValue]:
    summed = facet.currency is not None
    columns = f"{facet.currency}, sum({facet.amount})" if summed else "NULL, NULL"
    groups = "1, 3" if summed else "1"
    found: dict[str | None, FacetValue] = {}
    for value, count, currency, amount in database.rows(
        f"SELECT {facet.value}, count(*), {columns} FROM {plan.order.table} {facet.join}"
        f" WHERE {plan.every.sql} GROUP BY {groups}",
        plan.every.params,
    ):
        before = found.get(value, FacetValue(value, 0))
        sums = before.sums if amount is None or currency is None else {
            **before.sums, currency: amount,
        }  # fmt: skip
        found[value] = FacetValue(value, before.count + count, sums)
    return sorted(found.values(), key=lambda each: (-each.count, each.value or ""))
