"""Facets: how many matching records have each status, provider, currency, region or month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from localpay.errors import ArgumentError
from localpay.frozen import frozen
from localpay.query import fields
from localpay.storage.sums import halves, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localpay.entities import EntityName
    from localpay.query.fields import Field
    from localpay.storage.database import Cancellation, Database
    from localpay.storage.plans import Plan


@frozen
class FacetValue:
    """One value of a facet.

    Attributes:
        value: the value; None for records without one.
        count: how many matching records have it.
        sums: the sum of their amounts, for carts of their totals, in minor units by currency;
            empty if sums were not requested.
    """

    value: str | None
    count: int
    sums: dict[str, int] = field(default_factory=dict)


@frozen
class _Facets:
    """How the facets of an entity are computed, in SQL. The alias of its cart is `k`.

    Attributes:
        values: the expression that each facet groups by.
        currency: the currency of the amounts.
        amount: the amount to add up.
        cart: joins the cart.
    """

    values: dict[str, str]
    currency: str
    amount: str
    cart: str = ""


_FACETS = {
    "payment_session": _Facets(
        {
            "status": "s.status",
            "provider": "s.provider_id",
            "currency": "k.currency_code",
            "region": "k.region_id",
            "month": "substr(s.created_at, 1, 7)",
            "day": "substr(s.created_at, 1, 10)",
        },
        "k.currency_code",
        "s.amount",
        "LEFT JOIN cart AS k ON k.id = s.cart_id",
    ),
    "cart": _Facets(
        {
            "type": "c.type",
            "currency": "c.currency_code",
            "region": "c.region_id",
            "month": "substr(c.created_at, 1, 7)",
            "day": "substr(c.created_at, 1, 10)",
        },
        "c.currency_code",
        "c.total",
    ),
    "payment": _Facets(
        {
            "provider": "p.provider_id",
            "currency": "p.currency_code",
            "region": "k.region_id",
            "month": "substr(p.created_at, 1, 7)",
            "day": "substr(p.created_at, 1, 10)",
        },
        "p.currency_code",
        "p.amount",
        "LEFT JOIN cart AS k ON k.id = p.cart_id",
    ),
}


def names(entity: str) -> tuple[str, ...]:
    """The facets of an entity, without `day`, which has too many values to be a default."""
    return tuple(name for name in _known(entity) if name != "day")


def facet_of(entity: EntityName, field: Field) -> str | None:
    """The facet that counts the values of a field, if there is one.

    Args:
        entity: the entity that is filtered.
        field: the field, as this entity names it.
    """
    return next((name for name in names(entity) if fields.find(entity, name) == field), None)


def facets(
    database: Database,
    entity: str,
    plan: Plan,
    *,
    only: Sequence[str] | None = None,
    sums: bool = True,
    cancellation: Cancellation | None = None,
) -> Iterator[tuple[str, list[FacetValue]]]:
    """Compute the facets of the records that a plan matches.

    Args:
        database: the open file.
        entity: what is listed, by its table name.
        plan: the filter.
        only: the facets to compute; all of `names` by default.
        sums: also add up amounts, for all facets in one pass over the records. Without sums, each
            facet is counted when it is requested, by an index if there is one.
        cancellation: lets another thread stop it.

    Yields:
        The name of a facet, and its values, the most frequent first.

    Raises:
        ArgumentError: there is no such facet.
        CancelledError: it was cancelled.
    """
    known = _known(entity)
    if only is not None and not _are_in(known, only):
        raise ArgumentError("only", f"a list of these: {', '.join(known) or 'none'}", only)
    wanted = names(entity) if only is None else tuple(only)
    for together in [wanted] if sums and wanted else [(name,) for name in wanted]:
        with database.cancellable(cancellation):
            found = _computed(database, plan, _FACETS[entity], together, sums=sums)
        yield from zip(together, found, strict=True)


def _known(entity: str) -> dict[str, str]:
    """All facets of an entity, with the expression that each groups by."""
    return _FACETS[entity].values if entity in _FACETS else {}


def _are_in(known: dict[str, str], only: object) -> bool:
    return (
        isinstance(only, Sequence)
        and not isinstance(only, str)
        and all(isinstance(name, str) and name in known for name in only)
    )


def _computed(
    database: Database, plan: Plan, known: _Facets, wanted: Sequence[str], *, sums: bool
) -> list[list[FacetValue]]:
    """The values of some facets, from groups of records that are equal in all of them."""
    values = [known.values[name] for name in wanted]
    summed = [known.currency, halves(known.amount)] if sums else []
    columns = ", ".join([*values, "count(*)", *summed])
    needs_cart = any(each.startswith("k.") for each in (*values, *summed))
    groups = ", ".join([*values, *summed[:1]])
    every = plan.condition(whole=True)
    counts: list[dict[str | None, int]] = [{} for _ in values]
    added: list[dict[str | None, dict[str, int]]] = [{} for _ in values]
    for part in database.stream(
        f"SELECT {columns} FROM {plan.order.table} {known.cart if needs_cart else ''}"
        f" WHERE {every.sql} GROUP BY {groups}",
        every.params,
    ):
        for *found, count, currency, upper, lower in part if sums else _without_sums(part):
            for value, count_by, sums_by in zip(found, counts, added, strict=True):
                count_by[value] = count_by.get(value, 0) + count
                if upper is not None and currency is not None:
                    by_currency = sums_by.setdefault(value, {})
                    by_currency[currency] = by_currency.get(currency, 0) + whole(upper, lower)
    return [
        sorted(
            (FacetValue(value, count, sums_by.get(value, {})) for value, count in count_by.items()),
            key=lambda each: (-each.count, each.value or ""),
        )
        for count_by, sums_by in zip(counts, added, strict=True)
    ]


def _without_sums(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    return ((*row, None, None, None) for row in rows)
