"""A cart that can be paid at four providers: one always agrees, one does what it is told, one takes
as long as the test wants, and one is not installed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from localpay.providers import Manual
from localpay.store import Store
from tests.tui.stage import HELD_SECONDS

if TYPE_CHECKING:
    from localpay.entities import Cart, PaymentSession
    from localpay.providers import Authorization, Refusal, Request

PROVIDERS = ("manual", "simulator", "slow", "stripe")


class Slow(Manual):
    """Authorizes once it is let."""

    def __init__(self) -> None:
        self.id = "slow"
        self.asked = threading.Event()
        self.let = threading.Event()

    def authorize(self, request: Request) -> Authorization | Refusal:
        self.asked.set()
        assert self.let.wait(HELD_SECONDS)
        return super().authorize(request)


class Breaking(Manual):
    """Breaks down when it is to authorize."""

    def __init__(self, id: str, words: str) -> None:  # noqa: A002 - what the attribute is called
        self.id = id
        self._words = words

    def authorize(self, request: Request) -> Authorization | Refusal:
        raise RuntimeError(f"{self._words} {request.amount}")


def open_shop(slow: Slow | None = None, *, providers: tuple[str, ...] = PROVIDERS) -> Store:
    """A store in memory with one cart and a session for each provider."""
    store = Store.open(":memory:", actor="tui", providers=[slow or Slow()])
    region = store.regions.create(name="Europe", currency_code="eur", providers=providers)
    cart = store.carts.create(
        region_id=region.id,
        email="ada@example.com",
        items=[{"title": "Mug", "unit_price": 1250, "quantity": 2}],
    )
    store.checkout.create_sessions(cart.id)
    return store


def the_cart(store: Store) -> Cart:
    [cart] = store.carts.list(expand=("payment_sessions", "payment"))
    return cart


def session_of(store: Store, provider_id: str) -> PaymentSession:
    [session] = store.sessions.list(f"provider:{provider_id}")
    return session
