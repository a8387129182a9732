"""States that are not stored: how far a payment or a cart has come, derived from its instants.

A payment session has its state in `status`. For the other records this module decides; what filters
ask, `localpay.storage.links` says the same in SQL.
"""

from __future__ import annotations

from localpay.entities import (
    BaseEntity,
    Cart,
    CartState,
    Payment,
    PaymentCollection,
    PaymentSession,
    PaymentState,
)


def payment_state(payment: Payment) -> PaymentState:
    """How far a payment has come. A refund counts more than the capture."""
    if payment.canceled_at is not None:
        return "canceled"
    if payment.amount_refunded > 0:
        whole = payment.amount_refunded >= payment.amount
        return "refunded" if whole else "partially_refunded"
    return "authorized" if payment.captured_at is None else "captured"


def cart_state(cart: Cart) -> CartState:
    """How far a cart has come, by its own fields; no relation needs to be loaded."""
    if cart.deleted_at is not None:
        return "deleted"
    if cart.completed_at is not None:
        return "completed"
    return "open" if cart.payment_authorized_at is None else "authorized"


def state(record: BaseEntity) -> str | None:
    """The state of any record; None if it has none, such as a region."""
    match record:
        case PaymentSession() | PaymentCollection():
            return record.status
        case Payment():
            return payment_state(record)
        case Cart():
            return cart_state(record)
    return None
