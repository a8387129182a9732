"""The interface of payment providers: their methods, and what these are given and return.

A provider is any object with an `id` and the ten methods of `Provider`. Each method is given one
`Request` and returns an `Answer`, an `Authorization` or a status, or a `Refusal` if the provider
refuses. An exception means that the call failed, and that its outcome is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from localpay.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localpay.entities import Cart, SessionStatus
    from localpay.jsontext import JsonValue

Method: TypeAlias = Literal[
    "initiate",
    "update",
    "update_data",
    "authorize",
    "retrieve",
    "delete",
    "capture",
    "refund",
    "cancel",
    "status",
]

MEDUSA_NAMES: dict[Method, str] = {
    "initiate": "initiatePayment",
    "update": "updatePayment",
    "update_data": "updatePaymentData",
    "authorize": "authorizePayment",
    "retrieve": "retrievePayment",
    "delete": "deletePayment",
    "capture": "capturePayment",
    "refund": "refundPayment",
    "cancel": "cancelPayment",
    "status": "getPaymentStatus",
}
"""Medusa's name of each method, which the journal uses too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a provider is given with each call.

    Attributes:
        resource_id: the id of the cart or payment collection that is to be paid.
        session_id: the session's id; None in requests about a payment.
        payment_id: the payment's id; None in requests about a session.
        amount: in minor units: the session's or payment's amount, or the amount to refund.
        currency_code: the amount's currency, in lower case.
        data: what the provider keeps with the session or payment (JSON); for `initiate` an empty
            object, for `update_data` the data that the caller sent.
        cart: the cart, without relations; None for a payment collection.
        customer_id: the cart's customer, if it has one.
        context: the caller's context for the provider, with `cart_id` if there is a cart.
        idempotency_key: the caller's key, for providers that use one.
    """

    resource_id: str
    session_id: str | None = None
    payment_id: str | None = None
    amount: int
    currency_code: str
    data: JsonValue
    cart: Cart | None = None
    customer_id: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None


@frozen
class Answer:
    """The provider did what it was asked.

    Attributes:
        data: what the provider keeps from now on (JSON); None leaves its data unchanged.
    """

    data: JsonValue = None


@frozen
class Authorization:
    """The outcome of authorizing.

    Attributes:
        status: `authorized`, or another new status of the session.
        data: what the provider keeps from now on (JSON).
    """

    status: SessionStatus
    data: JsonValue


@frozen
class Refusal:
    """The provider refused, and did nothing.

    Attributes:
        reason: the reason, for people.
        code: the reason, for programs, such as `card_declined`.
        detail: more about the reason.
    """

    reason: str
    code: str | None = None
    detail: str | None = None


@runtime_checkable
class Provider(Protocol):
    """A payment provider. Its methods may be called from several threads at once."""

    @property
    def id(self) -> str:
        """The provider's id in regions, sessions and payments, such as `manual`."""

    def initiate(self, request: Request) -> Answer | Refusal:
        """Start a payment; the answer's data is kept with the session."""

    def update(self, request: Request) -> Answer | Refusal:
        """Change the amount of a payment that was started."""

    def update_data(self, request: Request) -> Answer | Refusal:
        """Accept data from the caller; the answer's data is merged into the session's data."""

    def authorize(self, request: Request) -> Authorization | Refusal:
        """Reserve the amount."""

    def retrieve(self, request: Request) -> Answer | Refusal:
        """Return an authorized payment; the answer's data is kept with the payment."""

    def delete(self, request: Request) -> Answer | Refusal:
        """Delete a payment that was started."""

    def capture(self, request: Request) -> Answer | Refusal:
        """Take the reserved money."""

    def refund(self, request: Request) -> Answer | Refusal:
        """Refund the request's amount."""

    def cancel(self, request: Request) -> Answer | Refusal:
        """Release the reserved money."""

    def status(self, request: Request) -> SessionStatus | Refusal:
        """Return the status of a payment."""
