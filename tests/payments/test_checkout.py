from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localpay import errors
from localpay.store import Store
from tests.payments.paying import Watched, new_cart, paid, session_of


def test_a_cart_is_paid_and_completed(store: Store, card: Watched) -> None:
    cart = new_cart(store)
    assert {each.provider_id for each in cart.payment_sessions or ()} == {"card", "manual"}
    assert cart.payment_session is None
    cart = store.checkout.select(cart.id, "card")
    assert cart.payment_session is not None
    assert cart.payment_session.provider_id == "card"
    cart = store.checkout.add_item(cart.id, title="Cup", unit_price=250, quantity=2)
    assert [each.amount for each in cart.payment_sessions or ()] == [1500, 1500]
    cart = store.checkout.complete(cart.id)
    assert cart.completed_at
    assert cart.payment is not None
    assert cart.payment.amount == 1500
    assert store.payments.capture(cart.payment.id).captured_at
    refund = store.payments.refund(cart.payment.id, 500, "return", "one cup broke")
    assert refund.note == "one cup broke"
    assert store.payments.get(cart.payment.id).amount_refunded == 500
    assert store.check() == []
    assert card.asked == [
        "initiate", "update", "authorize", "retrieve", "status", "capture", "refund",
    ]  # fmt: skip


def test_more_can_be_required_before_it_is_authorized(store: Store) -> None:
    cart = new_cart(store)
    store.checkout.update_data(cart.id, "card", {"card": "4000002500003155"})
    cart = store.checkout.complete(cart.id)
    assert cart.completed_at is None
    assert session_of(cart, "card").status == "requires_more"
    assert store.checkout.complete(cart.id).completed_at


def test_data_is_merged_one_level_deep(store: Store) -> None:
    cart = new_cart(store, "manual", "silent")
    store.checkout.update_data(cart.id, "manual", {"a": {"x": 1}, "b": 1})
    cart = store.checkout.update_selected_data(cart.id, {"a": {"y": 2}, "c": None})
    expected = {"status": "pending", "a": {"y": 2}, "b": 1, "c": None}
    assert session_of(cart, "manual").data == expected


def test_data_without_a_selected_session_changes_nothing(store: Store) -> None:
    cart = new_cart(store)
    assert store.checkout.update_selected_data(cart.id, {"a": 1}) == cart


def test_removing_the_last_item_removes_the_sessions(store: Store, card: Watched) -> None:
    cart = store.checkout.select(new_cart(store).id, "card")
    cart = store.checkout.remove_item(cart.id, (cart.items or ())[0].id)
    assert cart.payment_sessions == ()
    assert card.asked[-1] == "delete"


def test_a_change_before_there_are_sessions_makes_none(store: Store) -> None:
    cart = new_cart(store, sessions=False)
    cart = store.checkout.update(cart.id, email="b@example.com")
    assert cart.payment_sessions == ()


NO_CART: list[Callable[[Store], object]] = [
    lambda store: store.checkout.create_sessions("cart_none"),
    lambda store: store.checkout.select("cart_none", "card"),
    lambda store: store.checkout.update_data("cart_none", "card", {}),
    lambda store: store.checkout.update_selected_data("cart_none", {}),
    lambda store: store.checkout.refresh("cart_none", "card"),
    lambda store: store.checkout.delete("cart_none", "card"),
    lambda store: store.checkout.update("cart_none", email="x"),
    lambda store: store.checkout.add_item("cart_none", title="x", unit_price=1, quantity=1),
    lambda store: store.checkout.authorize("cart_none"),
    lambda store: store.checkout.complete("cart_none"),
]


@pytest.mark.parametrize("act", NO_CART)
def test_an_unknown_cart_is_reported(store: Store, act: Callable[[Store], object]) -> None:
    with pytest.raises(errors.RecordNotFoundError, match="no cart with id 'cart_none'"):
        act(store)


REFUSED: list[tuple[Callable[[Any, Any], object], type[Exception], str]] = [
    (
        lambda store, cart: store.checkout.select(cart.id, "silent"),
        errors.ProviderNotOfferedError,
        "it offers: card, gone, manual",
    ),
    (
        lambda store, cart: store.checkout.select(cart.id, 7),
        errors.FieldError,
        "provider_id: takes text",
    ),
    (
        lambda store, cart: store.checkout.select(cart.id, "gone"),
        errors.UnknownProviderError,
        r"Store\.open\(providers=…\)",
    ),
    (
        lambda store, cart: store.checkout.authorize(cart.id),
        errors.NothingSelectedError,
        "select the one to pay with",
    ),
    (
        lambda store, cart: store.checkout.update_data(cart.id, "card", [1]),
        errors.FieldError,
        "takes an object, not list",
    ),
    (
        lambda store, cart: store.checkout.update_data(cart.id, "card", {"at": object()}),
        errors.FieldError,
        "is not JSON",
    ),
    (
        lambda store, cart: store.checkout.change_item(cart.id, "item_none", quantity=1),
        errors.RecordNotFoundError,
        "line item",
    ),
    (
        lambda store, cart: store.checkout.update(cart.id, colour="red"),
        errors.FieldError,
        "is not a field",
    ),
    (
        lambda store, cart: store.checkout.update(cart.id, region_id="reg_none"),
        errors.RecordNotFoundError,
        "region",
    ),
]


@pytest.mark.parametrize(("act", "error", "words"), REFUSED)
def test_what_cannot_be_done_says_what_to_do(
    store: Store,
    card: Watched,
    act: Callable[[Store, Any], object],
    error: type[Exception],
    words: str,
) -> None:
    cart = new_cart(store, "card", "manual", "gone")
    with pytest.raises(error, match=words):
        act(store, cart)
    assert card.asked == []
    assert store.carts.get(cart.id) == cart


def test_a_missing_session_has_to_be_created(store: Store) -> None:
    cart = new_cart(store, sessions=False)
    with pytest.raises(errors.SessionMissingError, match="create its sessions"):
        store.checkout.select(cart.id, "card")


PAYMENT_REFUSED: list[tuple[Callable[[Any, Any], object], type[Exception], str]] = [
    (
        lambda store, payment: store.payments.refund(payment.id, 1001, "other"),
        errors.RefundTooLargeError,
        "at most 1000 is left",
    ),
    (
        lambda store, payment: store.payments.refund(payment.id, 1, "other", currency_code="usd"),
        errors.CurrencyError,
        "is in eur, not in usd",
    ),
    (
        lambda store, payment: store.payments.refund(payment.id, 1, "because"),
        errors.FieldError,
        "takes one of discount",
    ),
    (
        lambda store, payment: store.payments.refund(payment.id, 1.5, "other"),
        errors.FieldError,
        "takes a whole number",
    ),
]


@pytest.mark.parametrize(("act", "error", "words"), PAYMENT_REFUSED)
def test_what_cannot_be_refunded_says_why(
    store: Store,
    card: Watched,
    act: Callable[[Store, Any], object],
    error: type[Exception],
    words: str,
) -> None:
    payment = paid(store)
    with pytest.raises(error, match=words):
        act(store, payment)
    assert "refund" not in card.asked


def test_only_a_captured_payment_is_refunded(store: Store) -> None:
    payment = paid(store, capture=False)
    with pytest.raises(errors.PaymentNotCapturedError, match="capture it, or cancel it"):
        store.payments.refund(payment.id, 1, "other")


@pytest.mark.parametrize("method", ["capture", "cancel", "status"])
def test_an_unknown_payment_is_reported(store: Store, method: str) -> None:
    with pytest.raises(errors.RecordNotFoundError, match="no payment with id 'pay_none'"):
        getattr(store.payments, method)("pay_none")


def test_a_captured_payment_is_not_captured_again(store: Store, card: Watched) -> None:
    payment = paid(store)
    assert store.payments.capture(payment.id).captured_at == payment.captured_at
    assert card.asked.count("capture") == 1


def test_the_provider_is_asked_for_the_status(store: Store, card: Watched) -> None:
    payment = paid(store)
    assert store.payments.status(payment.id) == "authorized"
    assert card.asked[-1] == "status"
