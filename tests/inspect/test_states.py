from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from localpay.inspect.states import cart_state, payment_state, state
from localpay.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as store:
        yield store


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "authorized"),
        ({"captured_at": NOW}, "captured"),
        ({"captured_at": NOW, "amount_refunded": 1}, "partially_refunded"),
        ({"captured_at": NOW, "amount_refunded": 100}, "refunded"),
        ({"canceled_at": NOW}, "canceled"),
        ({"canceled_at": NOW, "captured_at": NOW, "amount_refunded": 1}, "canceled"),
    ],
)
def test_the_state_of_a_payment(store: Store, fields: dict[str, Any], expected: str) -> None:
    payment = store.payments.create(amount=100, currency_code="eur", provider_id="manual", **fields)
    assert payment_state(payment) == state(payment) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "open"),
        ({"payment_authorized_at": NOW}, "authorized"),
        ({"payment_authorized_at": NOW, "completed_at": NOW}, "completed"),
        ({"completed_at": NOW, "deleted_at": NOW}, "deleted"),
    ],
)
def test_the_state_of_a_cart(store: Store, fields: dict[str, Any], expected: str) -> None:
    region = store.regions.create(name="EU", currency_code="eur", providers=[])
    cart = store.carts.create(region_id=region.id, **fields)
    assert cart_state(cart) == state(cart) == expected


def test_a_session_says_its_state_itself_and_a_region_has_none(store: Store) -> None:
    assert state(store.sessions.create(provider_id="manual", status="error")) == "error"
    assert state(store.regions.create(name="EU", currency_code="eur", providers=[])) is None
