"""What a payment provider has to be able to do, and the words it is asked and answers in.

A provider is any object with an `id` and the ten methods of `Provider`. It is told everything in
one `Request`, and answers with an `Answer`, an `Authorization` or a status, or says no with a
`Refusal`. What breaks down in it is an exception, which localpay takes for exactly that.
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
"""What Medusa calls each method; the journal says it so as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a provider is asked for.

    Attributes:
        resource_id: the cart, or payment collection, that is to be paid.
        session_id: the session it is about; None for payments.
        payment_id: the payment it is about; None for sessions.
        amount: in minor units: the session's or payment's, or what is to be refunded.
        currency_code: of the amount, in lower case.
        data: what the provider keeps with the session or payment (JSON); for `initiate` an empty
            object, for `update_data` what the caller sent.
        cart: the cart, without relations; None for a payment collection.
        customer_id: the cart's customer, if it has one.
        context: what the caller told of the request, with `cart_id` where there is a cart.
        idempotency_key: the caller's key, for providers that take one.
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
    """Yes.

    Attributes:
        data: what the provider keeps from now on (JSON). None leaves what it kept.
    """

    data: JsonValue = None


@frozen
class Authorization:
    """What became of authorizing.

    Attributes:
        status: `authorized`, or what else the session is now.
        data: what the provider keeps from now on (JSON).
    """

    status: SessionStatus
    data: JsonValue


@frozen
class Refusal:
    """No. Nothing happened at the provider.

    Attributes:
        reason: why, for people.
        code: why, for programs, such as `card_declined`.
        detail: more of it.
    """

    reason: str
    code: str | None = None
    detail: str | None = None


@runtime_checkable
class Provider(Protocol):
    """A payment provider. Its methods may be called from several threads at once."""

    @property
    def id(self) -> str:
        """Its name in regions, sessions and payments, such as `manual`."""

    def initiate(self, request: Request) -> Answer | Refusal:
        """Start a payment; the answer's data is kept with the session."""

    def update(self, request: Request) -> Answer | Refusal:
        """Take the new amount of a payment that was started."""

    def update_data(self, request: Request) -> Answer | Refusal:
        """Take data from the caller; the answer's members are merged into the session's data."""

    def authorize(self, request: Request) -> Authorization | Refusal:
        """Reserve the amount."""

    def retrieve(self, request: Request) -> Answer | Refusal:
        """Tell of a payment that was authorized; the answer's data is kept with the payment."""

    def delete(self, request: Request) -> Answer | Refusal:
        """Give up a payment that was started."""

    def capture(self, request: Request) -> Answer | Refusal:
        """Take the money that was reserved."""

    def refund(self, request: Request) -> Answer | Refusal:
        """Give the request's amount back."""

    def cancel(self, request: Request) -> Answer | Refusal:
        """Release what was reserved."""

    def status(self, request: Request) -> SessionStatus | Refusal:
        """Tell how a payment stands."""
