"""Relations between records, each loaded for many records with one statement."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

from localpay.errors import ArgumentError, FieldError
from localpay.spelling import suggestion
from localpay.storage.arguments import is_list
from localpay.storage.loading import changed, fetch
from localpay.storage.models import (
    BaseEntity,
    Cart,
    LineItem,
    Payment,
    PaymentCollection,
    PaymentCollectionPayment,
    PaymentCollectionSession,
    PaymentSession,
    Refund,
    Region,
    RegionPaymentProvider,
    Row,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localpay.storage.database import Database

Loader: TypeAlias = "Callable[[Database, Sequence[Any]], list[Any]]"
"""Takes records and returns what is related to each, in the same order."""


_OFFERED = (
    f"SELECT provider_id FROM {RegionPaymentProvider.table()} WHERE region_id = ?"
    " ORDER BY provider_id"
)


def expand(
    database: Database, model: type[BaseEntity], records: list[Any], names: Sequence[str]
) -> list[Any]:
    """Load relations of records.

    Args:
        database: the open file.
        model: the records' table.
        records: of one entity.
        names: the relations to load.

    Returns:
        The records with these relations.

    Raises:
        FieldError: the entity has no such relation.
        ArgumentError: the names are not a list of text.
    """
    if not names:
        return records
    if not is_list(names):
        raise ArgumentError("expand", "a list of relations", names)
    known = _RELATIONS.get(model, {})
    related = []
    for name in names:
        if not isinstance(name, str):
            raise ArgumentError("expand", "names of relations", name)
        if name not in known:
            raise FieldError(model.table(), name, f"is not a relation{suggestion(name, known)}")
        related.append(known[name](database, records))
    return [
        changed(record, **dict(zip(names, found, strict=True)))
        for record, *found in zip(records, *related, strict=True)
    ]


def _one(model: type[BaseEntity], field: str) -> Loader:
    """The record whose id is in a field, or None."""

    def load(database: Database, records: Sequence[Any]) -> list[Any]:
        ids = [getattr(record, field) for record in records]
        found = {each.id: each for each in fetch(database, model, "id", ids)}
        return [found.get(each) for each in ids]

    return load


def _many(model: type[BaseEntity], field: str) -> Loader:
    """The records that have this record's id in a field."""

    def load(database: Database, records: Sequence[Any]) -> list[Any]:
        found = defaultdict(list)
        for each in fetch(database, model, field, (record.id for record in records)):
            found[getattr(each, field)].append(each)
        return [tuple(found[record.id]) for record in records]

    return load


def _linked(link: type[Row], model: type[BaseEntity]) -> Loader:
    """The records that a table of pairs links to this record."""
    ours, theirs = link.key

    def load(database: Database, records: Sequence[Any]) -> list[Any]:
        related = []
        for record in records:
            pairs = database.rows(
                f'SELECT "{theirs}" FROM "{link.table()}" WHERE "{ours}" = ?', (record.id,)
            )
            related.append(tuple(fetch(database, model, "id", (each for (each,) in pairs))))
        return related

    return load


def _providers(database: Database, records: Sequence[Any]) -> list[tuple[str, ...]]:
    return [offered_providers(database, region.id) for region in records]


def offered_providers(database: Database, region_id: str) -> tuple[str, ...]:
    """The ids of the payment providers that a region offers, in order."""
    return tuple(provider for (provider,) in database.rows(_OFFERED, (region_id,)))


def _region_with_providers(database: Database, records: Sequence[Any]) -> list[Any]:
    regions = fetch(database, Region, "id", [record.region_id for record in records])
    whole = {
        region.id: changed(region, providers=offered_providers(database, region.id))
        for region in regions
    }
    return [whole.get(record.region_id) for record in records]


_RELATIONS: dict[type[BaseEntity], dict[str, Loader]] = {
    Region: {"providers": _providers},
    Cart: {
        "items": _many(LineItem, "cart_id"),
        "region": _region_with_providers,
        "payment": _one(Payment, "payment_id"),
        "payment_sessions": _many(PaymentSession, "cart_id"),
    },
    PaymentSession: {"cart": _one(Cart, "cart_id")},
    Payment: {"refunds": _many(Refund, "payment_id"), "cart": _one(Cart, "cart_id")},
    PaymentCollection: {
        "payment_sessions": _linked(PaymentCollectionSession, PaymentSession),
        "payments": _linked(PaymentCollectionPayment, Payment),
    },
}
