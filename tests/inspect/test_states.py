from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from localpay.entities import CART_STATES, PAYMENT_STATES
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


TIMES = (None, NOW)


def test_a_filter_finds_the_carts_of_each_state(store: Store) -> None:
    region = store.regions.create(name="EU", currency_code="eur", providers=[])
    for deleted, completed, authorized in product(TIMES, repeat=3):
        cart = store.carts.create(
            region_id=region.id, deleted_at=deleted, completed_at=completed,
            payment_authorized_at=authorized,
        )  # fmt: skip
        store.sessions.create(cart_id=cart.id, provider_id="manual")
    carts, sessions = store.carts.list(), store.sessions.list(expand=["cart"])
    for name in CART_STATES:
        asked = {each.id for each in carts if cart_state(each) == name}
        assert {each.id for each in store.carts.list(f"state:{name}")} == asked != set()
        assert {each.id for each in store.carts.list(f"-state:{name.upper()}")} == {
            each.id for each in carts
        } - asked
        assert {each.cart_id for each in store.sessions.list(f"cart.state:{name}")} == asked
    assert len(sessions) == len(carts) == store.carts.count("has:state")


def test_a_filter_finds_the_payments_of_each_state(store: Store) -> None:
    for captured, canceled, refunded, amount in product(TIMES, TIMES, (0, 1, 99, 100), (0, 100)):
        store.payments.create(
            amount=amount, amount_refunded=min(refunded, amount), captured_at=captured,
            canceled_at=canceled, currency_code="eur", provider_id="manual",
        )  # fmt: skip
    payments = store.payments.list(limit=100)
    for name in PAYMENT_STATES:
        asked = {each.id for each in payments if payment_state(each) == name}
        assert {each.id for each in store.payments.list(f"state:{name}", limit=100)} == asked
        assert asked
    in_order = [payment_state(each) for each in store.payments.iterate(sort="state")]
    assert in_order == sorted(in_order)


def test_a_session_says_its_state_itself_and_a_region_has_none(store: Store) -> None:
    assert state(store.sessions.create(provider_id="manual", status="error")) == "error"
    assert state(store.regions.create(name="EU", currency_code="eur", providers=[])) is None
