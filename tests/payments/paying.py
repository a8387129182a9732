"""Carts to be paid, and providers that do what a test wants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from localpay.entities import Cart, PaymentSession
from localpay.payments.providers.manual import Manual
from localpay.payments.providers.protocol import Answer, Refusal, Request
from localpay.payments.providers.simulator import Simulator
from localpay.store import Store

OpenStore = Callable[..., Store]

METHODS = {
    "initiate", "update", "update_data", "authorize", "retrieve",
    "delete", "capture", "refund", "cancel", "status",
}  # fmt: skip
"""The methods of a provider."""

TICK = timedelta(milliseconds=1)
"""What a clock moves on by each time it is read."""


class Watched(Simulator):
    """A simulator that records its calls, and refuses or fails where the test wants it.

    Attributes:
        asked: the methods that were called, in order.
        requests: their requests, in order.
        refuses: the methods that refuse.
        breaks: the methods that raise an exception.
    """

    def __init__(self, name: str = "card") -> None:
        super().__init__(id=name)
        self.asked: list[str] = []
        self.requests: list[Request] = []
        self.refuses: set[str] = set()
        self.breaks: set[str] = set()

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in METHODS:
            return found

        def watched(request: Request) -> Any:
            self.asked.append(name)
            self.requests.append(request)
            if name in self.refuses:
                return Refusal("no", "refused", "because")
            if name in self.breaks:
                raise ConnectionError("the line is dead")
            return found(request)

        return watched


class Silent(Manual):
    """A provider that answers updates without data."""

    id = "silent"

    def update(self, request: Request) -> Answer | Refusal:  # noqa: ARG002
        return Answer()


def new_cart(
    store: Store,
    *providers: str,
    total: int = 1000,
    sessions: bool = True,
    tax_rate: float = 0.0,
    automatic_taxes: bool = True,
    **fields: Any,
) -> Cart:
    """A cart in its own region, with its sessions."""
    region = store.regions.create(
        name="Europe",
        currency_code="eur",
        tax_rate=tax_rate,
        automatic_taxes=automatic_taxes,
        providers=providers or ("card", "manual"),
    )
    fields = {"email": "ada@example.com", "customer_id": "cus_1", **fields}
    items = [{"title": "Mug", "unit_price": total, "quantity": 1}] if total else []
    cart = store.carts.create(region_id=region.id, items=items, **fields)
    return store.checkout.create_sessions(cart.id) if sessions else cart


def session_of(cart: Cart, provider_id: str) -> PaymentSession:
    """The cart's session of a provider."""
    return next(each for each in cart.payment_sessions or () if each.provider_id == provider_id)


def paid(store: Store, *, capture: bool = True, total: int = 1000) -> Any:
    """A payment of the watched card."""
    cart = new_cart(store, total=total)
    store.checkout.select(cart.id, "card")
    payment = store.checkout.authorize(cart.id).payment
    assert payment is not None
    return store.payments.capture(payment.id) if capture else payment


def calls_in_journal(store: Store) -> list[tuple[str, str]]:
    """The calls in the journal, oldest first: name and outcome."""
    lines = [line.after for line in store.history() if line.is_call]
    return [(line["call"], line["outcome"]) for line in reversed(lines) if line is not None]
