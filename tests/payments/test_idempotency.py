from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localpay import errors
from localpay.storage.models import IdempotencyKey
from localpay.store import Store
from tests.payments.paying import Watched, new_cart, paid, session_of


def keys(store: Store) -> list[Any]:
    return store._database.rows("SELECT idempotency_key, recovery_point FROM idempotency_key")


@pytest.mark.parametrize(
    "act",
    [
        lambda store, cart: store.checkout.create_sessions(cart.id, idempotency_key="k"),
        lambda store, cart: store.checkout.select(cart.id, "manual", idempotency_key="k"),
        lambda store, cart: store.checkout.update_data(
            cart.id, "card", {"a": [1]}, idempotency_key="k"
        ),
        lambda store, cart: store.checkout.update_selected_data(cart.id, {}, idempotency_key="k"),
        lambda store, cart: store.checkout.refresh(cart.id, "card", idempotency_key="k"),
        lambda store, cart: store.checkout.delete(cart.id, "card", idempotency_key="k"),
        lambda store, cart: store.checkout.update(cart.id, email="b@c.de", idempotency_key="k"),
        lambda store, cart: store.checkout.add_item(
            cart.id, title="Cup", unit_price=5, quantity=1, idempotency_key="k"
        ),
        lambda store, cart: store.checkout.change_item(
            cart.id, cart.items[0].id, quantity=2, idempotency_key="k"
        ),
        lambda store, cart: store.checkout.authorize(cart.id, idempotency_key="k"),
        lambda store, cart: store.checkout.complete(cart.id, idempotency_key="k"),
    ],
)
def test_the_same_key_answers_the_same_without_a_call(
    store: Store, card: Watched, act: Callable[[Store, Any], Any]
) -> None:
    cart = store.checkout.select(new_cart(store).id, "card")
    first = act(store, cart)
    asked = list(card.asked)
    store.carts.update(cart.id, metadata={"changed": "since"})
    assert act(store, cart) == first
    assert card.asked == asked


@pytest.mark.parametrize("method", ["capture", "cancel"])
def test_a_provider_is_called_once_under_one_key(store: Store, card: Watched, method: str) -> None:
    payment = paid(store, capture=False)
    first = getattr(store.payments, method)(payment.id, idempotency_key="k")
    assert getattr(store.payments, method)(payment.id, idempotency_key="k") == first
    assert card.asked.count(method) == 1


def test_a_refund_is_made_once_under_one_key(store: Store, card: Watched) -> None:
    payment = paid(store)
    first = store.payments.refund(payment.id, 400, "return", idempotency_key="k")
    assert store.payments.refund(payment.id, 400, "return", idempotency_key="k") == first
    assert store.payments.get(payment.id).amount_refunded == 400
    assert card.asked.count("refund") == 1
    assert card.requests[-1].idempotency_key == "k"


def test_a_collection_is_made_once_under_one_key(store: Store) -> None:
    region = store.regions.create(name="EU", currency_code="eur", providers=["card"])
    made = [
        store.collections.create(amount=5, region_id=region.id, idempotency_key="k")
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert store.collections.count() == 1


def test_a_key_is_bound_to_operation_and_arguments(store: Store) -> None:
    payment = paid(store)
    store.payments.refund(payment.id, 400, "return", idempotency_key="k")
    with pytest.raises(errors.IdempotencyError, match="used for refund with other arguments"):
        store.payments.refund(payment.id, 401, "return", idempotency_key="k")
    with pytest.raises(errors.IdempotencyError):
        store.payments.capture(payment.id, idempotency_key="k")
    assert store.refunds.count() == 1


def test_a_failure_is_not_kept(store: Store, card: Watched) -> None:
    payment = paid(store)
    card.refuses = {"refund"}
    with pytest.raises(errors.ProviderRefusedError):
        store.payments.refund(payment.id, 400, "return", idempotency_key="k")
    card.refuses = set()
    assert store.payments.refund(payment.id, 400, "return", idempotency_key="k").amount == 400


def test_an_unfinished_operation_is_not_kept(store: Store) -> None:
    cart = new_cart(store)
    store.checkout.update_data(cart.id, "card", {"outcome": "require_more"})
    waiting = store.checkout.complete(cart.id, idempotency_key="k")
    assert session_of(waiting, "card").status == "requires_more"
    assert keys(store) == []
    assert store.checkout.complete(cart.id, idempotency_key="k").completed_at
    assert keys(store) == [("k", "finished")]


def test_keys_live_in_the_file(open_store: Any) -> None:
    store = open_store(path="shop")
    payment = paid(store)
    refund = store.payments.refund(payment.id, 400, "return", idempotency_key="k")
    again = open_store(path="shop")
    assert again.payments.refund(payment.id, 400, "return", idempotency_key="k") == refund


def test_keys_have_medusas_shape(store: Store) -> None:
    cart = new_cart(store)
    store.checkout.select(cart.id, "manual", idempotency_key="k")
    row = store._rows.find(IdempotencyKey, ("k",))
    assert row is not None
    assert row["id"].startswith("ikey_")
    assert row["request_method"] == "POST"
    assert row["request_path"] == "select"
    assert row["response_code"] == 200
    assert row["recovery_point"] == "finished"
    assert row["locked_at"] is None


# As Medusa does (without keys_are_bound)


def server_key(store: Store) -> str:
    key: str = store._database.value(
        "SELECT idempotency_key FROM idempotency_key ORDER BY rid DESC"
    )
    return key


def test_medusa_ignores_a_clients_key(medusa: Store) -> None:
    payment = paid(medusa)
    for _ in range(2):
        medusa.payments.refund(payment.id, 400, "return", idempotency_key="k")
    assert medusa.payments.get(payment.id).amount_refunded == 800
    cart = new_cart(medusa)
    medusa.checkout.create_sessions(cart.id, idempotency_key="mine")
    assert "mine" not in [key for key, _ in keys(medusa)]


def test_a_key_of_medusas_answers_anything(medusa: Store) -> None:
    first = new_cart(medusa)
    medusa.checkout.select(first.id, "card")
    completed = medusa.checkout.complete(first.id)
    key = server_key(medusa)
    second = new_cart(medusa)
    medusa.checkout.select(second.id, "card")
    assert medusa.checkout.complete(second.id, idempotency_key=key) == completed
    assert medusa.carts.get(second.id).completed_at is None
    assert medusa.checkout.create_sessions(second.id, idempotency_key=key) == completed


def test_a_stage_that_failed_under_medusas_key_fails_for_ever(medusa: Store) -> None:
    cart = new_cart(medusa)
    medusa.checkout.update_data(cart.id, "card", {"outcome": "error"})
    with pytest.raises(errors.NotAuthorizedError):
        medusa.checkout.complete(cart.id)
    key = server_key(medusa)
    medusa.checkout.select(cart.id, "manual")
    with pytest.raises(errors.NotAuthorizedError):
        medusa.checkout.complete(cart.id, idempotency_key=key)
    assert medusa.checkout.complete(cart.id).completed_at


def test_a_key_of_ours_tries_again(store: Store) -> None:
    cart = new_cart(store)
    store.checkout.update_data(cart.id, "card", {"outcome": "error"})
    with pytest.raises(errors.NotAuthorizedError):
        store.checkout.complete(cart.id, idempotency_key="k")
    store.checkout.select(cart.id, "manual")
    assert store.checkout.complete(cart.id, idempotency_key="k").completed_at
