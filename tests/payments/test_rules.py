"""Each repaired fault: the damage under Medusa's rules, and no damage under ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest

from localpay import errors
from localpay.payments.rules import FAULTS, Rules, table
from localpay.store import Store
from tests.payments.paying import OpenStore, Watched, new_cart, paid, session_of


def test_every_rule_is_documented_in_the_table_and_in_the_docstring() -> None:
    names = [each.name for each in fields(Rules)]
    assert [fault.rule for fault in FAULTS if fault.rule is not None] == names
    for name in names:
        assert f"`{name}`" in table()
        assert name in (Rules.__doc__ or "")


def test_medusas_rules_repair_nothing() -> None:
    assert not any(getattr(Rules.medusa(), each.name) for each in fields(Rules))
    assert all(getattr(Rules(), each.name) for each in fields(Rules))


# reuse_last_session


def _one_provider_left(store: Store) -> str:
    cart = new_cart(store)
    store.regions.update(cart.region_id, providers=["card"])
    return cart.id


def test_the_last_provider_left_fails_on_its_own_session_in_medusa(
    medusa: Store, card: Watched
) -> None:
    cart_id = _one_provider_left(medusa)
    for _ in range(2):
        with pytest.raises(errors.RuleError, match="already has a session of this provider"):
            medusa.checkout.create_sessions(cart_id)
    assert card.asked == ["initiate", "initiate"]


def test_the_last_provider_left_reuses_its_session(store: Store, card: Watched) -> None:
    cart_id = _one_provider_left(store)
    before = session_of(store.carts.get(cart_id), "card")
    session = session_of(store.checkout.create_sessions(cart_id), "card")
    assert session.id == before.id
    assert session.is_selected
    assert card.asked == ["initiate"]


# refresh_keeps_selection


def test_a_refresh_deselects_in_medusa(medusa: Store) -> None:
    cart = new_cart(medusa)
    medusa.checkout.select(cart.id, "card")
    medusa.checkout.refresh(cart.id, "card")
    with pytest.raises(errors.NothingSelectedError):
        medusa.checkout.complete(cart.id)


def test_a_refresh_keeps_the_selection(store: Store) -> None:
    cart = new_cart(store)
    before = session_of(store.checkout.select(cart.id, "card"), "card")
    after = session_of(store.checkout.refresh(cart.id, "card"), "card")
    assert after.id != before.id
    assert after.is_selected
    assert store.checkout.complete(cart.id).completed_at


# live_payment_counts


def test_a_payment_that_is_there_blocks_every_retry_in_medusa(medusa: Store, card: Watched) -> None:
    cart = new_cart(medusa, email=None, customer_id=None)
    medusa.checkout.select(cart.id, "card")
    with pytest.raises(errors.CartIncompleteError):
        medusa.checkout.complete(cart.id)
    assert medusa.carts.get(cart.id).payment is not None
    medusa.carts.update(cart.id, email="ada@example.com", customer_id="cus_1")
    with pytest.raises(errors.RuleError, match="live payment"):
        medusa.checkout.complete(cart.id)
    assert card.asked.count("authorize") == 2


def test_what_completing_needs_is_checked_before_authorizing(store: Store, card: Watched) -> None:
    cart = new_cart(store, email=None, customer_id=None)
    store.checkout.select(cart.id, "card")
    with pytest.raises(errors.CartIncompleteError, match="e-mail"):
        store.checkout.complete(cart.id)
    assert "authorize" not in card.asked


def test_a_live_payment_counts_as_authorized(store: Store, card: Watched) -> None:
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    payment = store.checkout.authorize(cart.id).payment
    completed = store.checkout.complete(cart.id)
    assert completed.completed_at
    assert payment is not None
    assert completed.payment_id == payment.id
    assert card.asked.count("authorize") == 1


def test_a_live_payment_of_another_amount_has_to_be_canceled(store: Store) -> None:
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    store.checkout.authorize(cart.id)
    store.checkout.update(cart.id, discount_total=100)
    with pytest.raises(errors.LivePaymentError, match="cancel payment"):
        store.checkout.authorize(cart.id)


# amount_follows_total


@pytest.mark.parametrize(("rules", "amount"), [(Rules(), 3000), (Rules.medusa(), 1000)])
def test_the_amount_when_an_update_is_answered_with_nothing(
    rules: Rules, amount: int, open_store: OpenStore
) -> None:
    store = open_store(rules)
    cart = new_cart(store, "silent")
    item = (cart.items or ())[0]
    cart = store.checkout.change_item(cart.id, item.id, quantity=3)
    assert cart.total == 3000
    assert session_of(cart, "silent").amount == amount


# authorize_current_amount


def _authorized_after_a_quiet_change(store: Store) -> None:
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    store.carts.update(cart.id, total=7777)
    store.checkout.authorize(cart.id)


def test_medusa_authorizes_a_stale_amount(medusa: Store, card: Watched) -> None:
    _authorized_after_a_quiet_change(medusa)
    assert "update" not in card.asked
    assert medusa.payments.list()[0].amount == 7777
    assert medusa.sessions.list("provider:card")[0].amount == 1000


def test_the_total_is_sent_before_authorizing(store: Store, card: Watched) -> None:
    _authorized_after_a_quiet_change(store)
    assert card.asked[-3:] == ["update", "authorize", "retrieve"]
    assert card.requests[-3].amount == 7777
    assert store.sessions.list("provider:card")[0].amount == 7777


# delete_all_initiated


def _moved(store: Store) -> None:
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    elsewhere = store.regions.create(name="US", currency_code="usd", providers=["manual"])
    cart = store.checkout.update(cart.id, region_id=elsewhere.id)
    assert cart.payment_sessions == ()
    assert cart.currency_code == "usd"


def test_medusa_leaves_payments_behind_in_another_region(medusa: Store, card: Watched) -> None:
    _moved(medusa)
    assert "delete" not in card.asked


def test_another_region_deletes_what_was_started(store: Store, card: Watched) -> None:
    _moved(store)
    assert card.asked[-1] == "delete"


# one_total


@pytest.mark.parametrize(("rules", "amount"), [(Rules(), 1000), (Rules.medusa(), 1250)])
def test_the_amount_where_taxes_are_not_automatic(
    rules: Rules, amount: int, open_store: OpenStore
) -> None:
    store = open_store(rules)
    cart = new_cart(store, tax_rate=25.0, automatic_taxes=False)
    assert session_of(cart, "card").amount == amount
    assert session_of(store.checkout.select(cart.id, "card"), "card").amount == 1000


# undo_at_provider


def test_medusa_deletes_the_old_payment_before_the_new_one_starts(
    medusa: Store, card: Watched
) -> None:
    cart = new_cart(medusa)
    medusa.checkout.select(cart.id, "card")
    card.asked.clear()
    card.breaks = {"initiate"}
    with pytest.raises(errors.ProviderFailedError):
        medusa.checkout.refresh(cart.id, "card")
    assert card.asked == ["delete", "initiate"]
    assert session_of(medusa.carts.get(cart.id), "card").is_initiated


def test_the_old_payment_stays_until_the_new_one_is_there(store: Store, card: Watched) -> None:
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    card.asked.clear()
    card.breaks = {"initiate"}
    with pytest.raises(errors.ProviderFailedError):
        store.checkout.refresh(cart.id, "card")
    assert card.asked == ["initiate"]


def test_what_was_started_is_deleted_again_if_a_later_call_fails(
    store: Store, card: Watched
) -> None:
    cart = new_cart(store)
    before = store.checkout.select(cart.id, "card")
    card.asked.clear()
    card.refuses = {"delete"}
    with pytest.raises(errors.ProviderRefusedError):
        store.checkout.refresh(cart.id, "card")
    assert card.asked == ["initiate", "delete", "delete"]
    assert card.requests[-1].data != card.requests[-2].data
    assert store.carts.get(cart.id).payment_sessions == before.payment_sessions


# keys_are_bound: see test_idempotency

# nothing_to_pay_completes


def _free_with_a_selected_session(store: Store) -> str:
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    store.carts.update(cart.id, total=0)
    return cart.id


def test_a_free_cart_with_a_selected_session_never_completes_in_medusa(medusa: Store) -> None:
    cart_id = _free_with_a_selected_session(medusa)
    assert medusa.checkout.complete(cart_id).completed_at is None
    assert medusa.checkout.complete(cart_id).completed_at is None


def test_a_free_cart_completes_whatever_is_selected(store: Store, card: Watched) -> None:
    cart_id = _free_with_a_selected_session(store)
    assert store.checkout.complete(cart_id).completed_at
    assert "authorize" not in card.asked


# refunds_are_positive


def test_medusa_refunds_negative_amounts_and_then_more_than_there_was(medusa: Store) -> None:
    payment = paid(medusa)
    medusa.payments.refund(payment.id, 0, "other")
    medusa.payments.refund(payment.id, -250, "other")
    medusa.payments.refund(payment.id, 1250, "other")
    assert medusa.payments.get(payment.id).amount_refunded == 1000


@pytest.mark.parametrize("amount", [0, -250])
def test_a_refund_is_of_1_minor_unit_or_more(store: Store, card: Watched, amount: int) -> None:
    payment = paid(store)
    with pytest.raises(errors.RefundAmountError, match="1 minor unit or more"):
        store.payments.refund(payment.id, amount, "other")
    assert "refund" not in card.asked


# payments_have_states


def test_medusa_captures_and_refunds_canceled_payments(medusa: Store, card: Watched) -> None:
    payment = paid(medusa, capture=False)
    medusa.payments.cancel(payment.id)
    medusa.payments.cancel(payment.id)
    medusa.payments.capture(payment.id)
    medusa.payments.refund(payment.id, 100, "other")
    medusa.payments.cancel(payment.id)
    assert card.asked[-5:] == ["cancel", "cancel", "capture", "refund", "cancel"]


def test_a_canceled_payment_stays_canceled(store: Store, card: Watched) -> None:
    payment = paid(store, capture=False)
    first = store.payments.cancel(payment.id)
    assert store.payments.cancel(payment.id) == first
    with pytest.raises(errors.PaymentCanceledError):
        store.payments.capture(payment.id)
    with pytest.raises(errors.PaymentCanceledError):
        store.payments.refund(payment.id, 100, "other")
    assert card.asked.count("cancel") == 1


def test_a_captured_payment_is_not_canceled(store: Store, card: Watched) -> None:
    payment = paid(store)
    with pytest.raises(errors.PaymentCapturedError, match="refund it instead"):
        store.payments.cancel(payment.id)
    assert "cancel" not in card.asked


# completed_is_final


def _completed(store: Store) -> str:
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    return store.checkout.complete(cart.id).id


def test_medusa_calls_the_provider_of_a_completed_cart(medusa: Store, card: Watched) -> None:
    cart_id = _completed(medusa)
    card.asked.clear()
    medusa.checkout.create_sessions(cart_id)
    medusa.checkout.refresh(cart_id, "card")
    medusa.checkout.delete(cart_id, "card")
    assert card.asked == ["update", "delete", "initiate", "delete"]


def test_a_completed_cart_is_left_as_it_is(store: Store, card: Watched) -> None:
    cart_id = _completed(store)
    card.asked.clear()
    checkout = store.checkout
    changes: list[Callable[[], object]] = [
        lambda: checkout.create_sessions(cart_id),
        lambda: checkout.select(cart_id, "manual"),
        lambda: checkout.update_data(cart_id, "card", {}),
        lambda: checkout.update_selected_data(cart_id, {}),
        lambda: checkout.refresh(cart_id, "card"),
        lambda: checkout.delete(cart_id, "card"),
        lambda: checkout.authorize(cart_id),
        lambda: checkout.update(cart_id, email="other@example.com"),
        lambda: checkout.add_item(cart_id, title="Cup", unit_price=1, quantity=1),
    ]
    for change in changes:
        with pytest.raises(errors.CartCompletedError):
            change()
    assert card.asked == []


def test_completing_a_completed_cart_answers_the_same(store: Store, card: Watched) -> None:
    cart_id = _completed(store)
    card.asked.clear()
    before = store.carts.get(cart_id)
    assert store.checkout.complete(cart_id) == before
    assert card.asked == []


# false_is_unselected


def test_a_false_row_blocks_another_selection_in_medusa(medusa: Store, card: Watched) -> None:
    cart = new_cart(medusa, "card", "manual", "silent")
    medusa.checkout.select(cart.id, "card")
    medusa.sessions.update(session_of(cart, "manual").id, is_selected=False)
    with pytest.raises(errors.RuleError, match="is_selected = false"):
        medusa.checkout.select(cart.id, "silent")
    assert card.asked[-1] == "delete"


def test_a_false_row_counts_as_not_selected(store: Store) -> None:
    cart = new_cart(store, "card", "manual", "silent")
    store.checkout.select(cart.id, "card")
    store.sessions.update(session_of(cart, "manual").id, is_selected=False)
    cart = store.checkout.select(cart.id, "silent")
    assert session_of(cart, "silent").is_selected
    assert session_of(cart, "manual").is_selected is None


# leave_uninstalled


def _selected_and_then_uninstalled(store: Store) -> str:
    cart = new_cart(store, "gone", "manual")
    store.sessions.update(session_of(cart, "gone").id, is_selected=True, is_initiated=True)
    return cart.id


def test_nothing_gets_a_cart_away_from_an_uninstalled_provider_in_medusa(medusa: Store) -> None:
    cart_id = _selected_and_then_uninstalled(medusa)
    changes: list[Callable[[], object]] = [
        lambda: medusa.checkout.select(cart_id, "manual"),
        lambda: medusa.checkout.delete(cart_id, "gone"),
        lambda: medusa.checkout.refresh(cart_id, "gone"),
    ]
    for change in changes:
        with pytest.raises(errors.UnknownProviderError, match="'gone' is not installed"):
            change()


def test_a_session_of_an_uninstalled_provider_is_changed_locally(store: Store) -> None:
    cart_id = _selected_and_then_uninstalled(store)
    cart = store.checkout.select(cart_id, "manual")
    assert not session_of(cart, "gone").is_initiated
    cart = store.checkout.delete(cart_id, "gone")
    assert [each.provider_id for each in cart.payment_sessions or ()] == ["manual"]


# collections_stay_whole


def _collection(store: Store) -> tuple[str, list[str]]:
    region = store.regions.create(name="EU", currency_code="eur", providers=["card", "manual"])
    collection = store.collections.create(amount=1000, region_id=region.id)
    collection = store.collections.set_sessions(
        collection.id,
        [{"provider_id": "card", "amount": 700}, {"provider_id": "manual", "amount": 300}],
    )
    return collection.id, [each.id for each in collection.payment_sessions or ()]


def test_medusas_collections_lose_sessions(medusa: Store) -> None:
    collection_id, (first, _) = _collection(medusa)
    collection = medusa.collections.refresh(collection_id, first)
    assert len(collection.payment_sessions or ()) == 1
    assert medusa.sessions.count() == 2


def test_authorizing_nothing_locks_medusas_collections(medusa: Store) -> None:
    collection_id, _ = _collection(medusa)
    assert medusa.collections.authorize(collection_id, []).status == "awaiting"
    with pytest.raises(errors.CollectionStateError):
        medusa.collections.delete(collection_id)


def test_medusas_deleted_collections_leave_orphans(medusa: Store, card: Watched) -> None:
    collection_id, _ = _collection(medusa)
    medusa.collections.delete(collection_id)
    assert medusa.sessions.count() == 2
    assert "delete" not in card.asked


def test_a_refreshed_session_leaves_the_others_in_place(store: Store) -> None:
    collection_id, (first, second) = _collection(store)
    collection = store.collections.refresh(collection_id, first)
    left = [each.id for each in collection.payment_sessions or ()]
    assert second in left
    assert first not in left
    assert len(left) == 2


def test_authorizing_nothing_changes_nothing(store: Store) -> None:
    collection_id, _ = _collection(store)
    before = store.collections.get(collection_id)
    assert store.collections.authorize(collection_id, []) == before
    with pytest.raises(errors.SessionMissingError):
        store.collections.authorize(collection_id, ["ps_none"])
    assert store.collections.get(collection_id) == before


def test_a_deleted_collection_takes_its_sessions_along(store: Store, card: Watched) -> None:
    collection_id, _ = _collection(store)
    store.collections.delete(collection_id)
    assert store.sessions.count() == 0
    assert card.asked[-1] == "delete"


# customer_everywhere


@pytest.mark.parametrize(("rules", "customer"), [(Rules(), "cus_1"), (Rules.medusa(), None)])
def test_the_customer_that_a_refresh_sends(
    rules: Rules, customer: str | None, open_store: OpenStore, card: Watched
) -> None:
    store = open_store(rules)
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    assert card.requests[-1].customer_id == "cus_1"
    store.checkout.refresh(cart.id, "card")
    initiated = [
        request
        for method, request in zip(card.asked, card.requests, strict=True)
        if method == "initiate"
    ]
    assert initiated[-1].customer_id == customer


# authorized_stays


def test_medusa_deselects_an_authorized_session_and_keeps_its_payment(medusa: Store) -> None:
    cart = new_cart(medusa)
    medusa.checkout.select(cart.id, "card")
    medusa.checkout.authorize(cart.id)
    medusa.checkout.select(cart.id, "manual")
    session = session_of(medusa.checkout.select(cart.id, "card"), "card")
    assert session.status == "pending"
    assert session.payment_authorized_at is not None
    assert medusa.payments.list()[0].canceled_at is None


def test_an_authorized_session_is_given_up_once_its_payment_is_canceled(
    store: Store, card: Watched
) -> None:
    cart = new_cart(store)
    store.checkout.select(cart.id, "card")
    payment = store.checkout.authorize(cart.id).payment
    assert payment is not None
    asked = len(card.asked)
    ways: list[Callable[[], object]] = [
        lambda: store.checkout.select(cart.id, "manual"),
        lambda: store.checkout.refresh(cart.id, "card"),
        lambda: store.checkout.delete(cart.id, "card"),
    ]
    for leave in ways:
        with pytest.raises(errors.LivePaymentError, match=payment.id):
            leave()
    assert len(card.asked) == asked
    store.payments.cancel(payment.id)
    store.checkout.select(cart.id, "manual")
    session = session_of(store.checkout.select(cart.id, "card"), "card")
    assert session.status == "pending"
    assert session.payment_authorized_at is None
