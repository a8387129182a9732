from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from localpay.entities import Cart, PaymentSession
from localpay.payments.providers.manual import Manual
from localpay.payments.providers.protocol import Answer, Provider, Refusal, Request
from localpay.payments.providers.simulator import Simulator
from localpay.payments.rules import Rules
from localpay.store import Store

OpenStore = Callable[..., Store]


class SteppingClock:
    """A clock that moves on by a millisecond each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


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


METHODS = {
    "initiate", "update", "update_data", "authorize", "retrieve",
    "delete", "capture", "refund", "cancel", "status",
}  # fmt: skip


class Silent(Manual):
    """A provider that answers updates without data."""

    id = "silent"

    def update(self, request: Request) -> Answer | Refusal:  # noqa: ARG002
        return Answer()


@pytest.fixture
def card() -> Watched:
    return Watched()


@pytest.fixture
def open_store(tmp_path: Path, card: Watched) -> Iterator[OpenStore]:
    """Opens stores with the watched card as a provider, and closes them afterwards."""
    opened: list[Store] = []

    def open_one(
        rules: Rules | None = None,
        path: Path | str = ":memory:",
        providers: Sequence[Provider] = (),
    ) -> Store:
        place = path if path == ":memory:" else tmp_path / path
        store = Store.open(
            place,
            clock=SteppingClock(),
            random=Random(1),
            rules=rules,
            providers=[card, Silent(), *providers],
        )
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()


@pytest.fixture
def medusa(open_store: OpenStore) -> Store:
    return open_store(Rules.medusa())


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
