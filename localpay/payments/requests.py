"""Requests: what providers are sent about sessions of carts, of collections, and about payments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from localpay import jsontext
from localpay.errors import ArgumentError
from localpay.payments.providers.protocol import Request

if TYPE_CHECKING:
    from localpay.entities import Cart, Payment, PaymentCollection
    from localpay.jsontext import JsonValue


def cart_request(
    cart: Cart,
    session_id: str,
    amount: int,
    data: JsonValue,
    *,
    context: Mapping[str, JsonValue] | None = None,
    has_customer: bool = True,
    key: str | None = None,
) -> Request:
    """A request about a session of a cart.

    Args:
        cart: the cart.
        session_id: the session.
        amount: in minor units.
        data: what the provider keeps with the session (JSON).
        context: what the caller gave for the provider, from `checked_context`.
        has_customer: whether to send the cart's customer.
        key: the caller's idempotency key.
    """
    return Request(
        resource_id=cart.id,
        session_id=session_id,
        amount=amount,
        currency_code=cart.currency_code,
        data=data,
        cart=cart,
        customer_id=cart.customer_id if has_customer else None,
        context=context or {},
        idempotency_key=key,
    )


def collection_request(
    collection: PaymentCollection,
    session_id: str,
    amount: int,
    data: JsonValue,
    *,
    context: Mapping[str, JsonValue] | None = None,
    key: str | None = None,
) -> Request:
    """A request about a session of a payment collection. Takes what `cart_request` takes."""
    return Request(
        resource_id=collection.id,
        session_id=session_id,
        amount=amount,
        currency_code=collection.currency_code,
        data=data,
        context=context or {},
        idempotency_key=key,
    )


def payment_request(payment: Payment, amount: int | None = None, key: str | None = None) -> Request:
    """A request about a payment.

    Args:
        payment: the payment.
        amount: the amount to refund; the payment's own amount by default.
        key: the caller's idempotency key.
    """
    return Request(
        resource_id=payment.cart_id or payment.id,
        payment_id=payment.id,
        amount=payment.amount if amount is None else amount,
        currency_code=payment.currency_code,
        data=payment.data,
        idempotency_key=key,
    )


def checked_context(context: Mapping[str, JsonValue] | None) -> dict[str, JsonValue]:
    """The context that a caller gave; empty if there is none.

    Raises:
        ArgumentError: it is not an object.
        JsonError: something in it has no JSON form.
    """
    if context is None:
        return {}
    if not isinstance(context, Mapping):
        raise ArgumentError("context", "a JSON object", context)
    given = dict(context)
    jsontext.dumps(given)
    return given
