"""Records as Medusa's API returns them: its fields in its order, instants cut to milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay import clock
from localpay.entities import (
    BaseEntity,
    Cart,
    LineItem,
    Payment,
    PaymentCollection,
    PaymentSession,
    Refund,
    Region,
    fields_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_CART_TOTALS = (
    "subtotal", "discount_total", "shipping_total", "tax_total", "gift_card_total", "total",
)  # fmt: skip
_FIELDS: dict[type[BaseEntity], tuple[str, ...]] = {
    entity: fields_of(entity)
    for entity in (Region, LineItem, PaymentSession, Payment, Refund, PaymentCollection)
} | {Cart: tuple(each for each in fields_of(Cart) if each not in {"currency_code", *_CART_TOTALS})}
"""In Medusa's order. There a cart has no currency of its own, and its totals come last."""


def document(record: BaseEntity, installed: Mapping[str, bool]) -> dict[str, Any]:
    """A record as the API returns it, with the fields that localpay stores.

    Args:
        record: the record; relations that are not loaded are omitted.
        installed: whether each payment provider is installed, by its id.
    """
    match record:
        case Cart():
            return _cart(record, installed)
        case Region():
            return _region(record, installed)
        case Payment():
            return _own(record) | _lists(record, "refunds")
        case PaymentCollection():
            return _own(record) | _lists(record, "payment_sessions", "payments")
    return _own(record)


def _cart(cart: Cart, installed: Mapping[str, bool]) -> dict[str, Any]:
    written = {"object": "cart", **_own(cart), **_lists(cart, "items")}
    written["payment"] = cart.payment and _own(cart.payment)
    written |= _lists(cart, "payment_sessions")
    if cart.payment_session is not None:
        written["payment_session"] = _own(cart.payment_session)
    if cart.region is not None:
        written["region"] = _region(cart.region, installed)
    return written | {name: getattr(cart, name) for name in _CART_TOTALS}


def _region(region: Region, installed: Mapping[str, bool]) -> dict[str, Any]:
    written = _own(region)
    if region.tax_rate.is_integer():
        written["tax_rate"] = int(region.tax_rate)
    if region.providers is not None:
        written["payment_providers"] = [
            {"id": provider, "is_installed": installed[provider]} for provider in region.providers
        ]
    return written


def _lists(record: BaseEntity, *relations: str) -> dict[str, list[dict[str, Any]]]:
    """The relations of a record that are loaded."""
    loaded = {name: getattr(record, name) for name in relations}
    return {
        name: [_own(each) for each in records]
        for name, records in loaded.items()
        if records is not None
    }


def _own(record: BaseEntity) -> dict[str, Any]:
    """A record's own fields."""
    values = {name: getattr(record, name) for name in _FIELDS[type(record)]}
    return {name: clock.to_json(value) for name, value in values.items()}
