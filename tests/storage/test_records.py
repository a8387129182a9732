"""What every repository does: records in, records out, each value checked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from localpay.entities import Cart, PaymentSession
from localpay.errors import (
    DuplicateRecordError,
    FieldError,
    RecordInUseError,
    RecordNotFoundError,
    RuleError,
)
from localpay.jsontext import loads
from localpay.store import Store


def test_a_record_without_an_id_gets_one_with_its_prefix(store: Store, cart: Cart) -> None:
    session = store.sessions.create(cart_id=cart.id, provider_id="manual")

    assert session.id.startswith("ps_")
    assert len(session.id) == len("ps_") + 26


@pytest.mark.parametrize("given", ["mine", "ps_ü", "x" * 300])
def test_an_id_that_is_given_is_kept_whatever_it_looks_like(store: Store, given: str) -> None:
    assert store.sessions.create(id=given, provider_id="manual").id == given


@pytest.mark.parametrize("given", ["", None])
def test_an_empty_id_is_taken_for_none(store: Store, given: str | None) -> None:
    assert store.sessions.create(id=given, provider_id="manual").id.startswith("ps_")


def test_a_session_starts_pending_unselected_and_for_the_carts_total(
    store: Store, cart: Cart
) -> None:
    session = store.sessions.create(cart_id=cart.id, provider_id="manual")

    assert session.status == "pending"
    assert session.is_selected is None
    assert session.is_initiated is False
    assert session.data == {}
    assert session.amount == cart.total == 3000
    assert session.created_at == session.updated_at


def test_what_was_created_is_what_get_find_and_list_give(store: Store, cart: Cart) -> None:
    session = store.sessions.create(cart_id=cart.id, provider_id="manual", data={"b": 1, "a": 2})

    assert store.sessions.get(session.id) == session
    assert store.sessions.find(session.id) == session
    assert store.sessions.list() == [session]
    assert list(store.sessions.get(session.id).data) == ["b", "a"]


def test_find_gives_none_and_get_complains_where_there_is_no_such_record(store: Store) -> None:
    assert store.sessions.find("ps_none") is None
    with pytest.raises(RecordNotFoundError, match="no payment session with id 'ps_none'"):
        store.sessions.get("ps_none")


def test_an_update_moves_updated_at_even_within_one_millisecond() -> None:
    still = datetime(2026, 1, 1, tzinfo=UTC)
    with Store.open(":memory:", clock=lambda: still) as store:
        first = store.sessions.create(provider_id="manual", amount=1)
        second = store.sessions.update(first.id, amount=2)
        third = store.sessions.update(first.id, amount=3)

    assert first.updated_at < second.updated_at < third.updated_at
    assert third.created_at == first.created_at


def test_an_update_that_changes_nothing_writes_nothing(store: Store) -> None:
    session = store.sessions.create(provider_id="manual", amount=1)
    lines = len(list(store.history()))

    assert store.sessions.update(session.id, amount=1, status="pending") == session
    assert len(list(store.history())) == lines


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("status", "paid", "takes one of authorized, pending"),
        ("status", None, "needs a value"),
        ("amount", "12", "takes a whole number, not str"),
        ("amount", True, "takes a whole number, not bool"),
        ("amount", 2**63, "more than 64 bits"),
        ("is_selected", 1, "takes true or false, not int"),
        ("provider_id", "", "must not be empty"),
        ("provider_id", "half \ud800", "half a surrogate pair"),
        ("data", {"a": float("nan")}, "is not JSON"),
        ("data", {1: object()}, "is not JSON"),
        ("data", loads("[" * 201 + "]" * 201), "nested deeper than 200 levels"),
        ("payment_authorized_at", "2026-01-01", "takes an instant, not str"),
        ("payment_authorized_at", datetime(2026, 1, 1), "has no time zone"),  # noqa: DTZ001
        ("statu", "pending", "is not a field; did you mean 'status'?"),
    ],
)
def test_a_value_that_its_field_does_not_take_is_refused_with_the_reason(
    store: Store, field: str, value: Any, reason: str
) -> None:
    session = store.sessions.create(provider_id="manual", amount=1)

    with pytest.raises(FieldError, match=reason) as caught:
        store.sessions.update(session.id, **{field: value})

    assert caught.value.field == field
    assert store.sessions.get(session.id) == session


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        None,
        "text",
        0,
        {"z": 1, "a": {"deep": [1, 2.5, True, None]}},
        {"big": 2**70, "exact": 9007199254740993},
        {"nul": "\x00", "emoji": "🛒", "half": "\ud83d", "rtl": "\u202e"},
    ],
)
def test_data_comes_back_as_it_was_given(store: Store, data: Any) -> None:
    session = store.sessions.create(provider_id="manual", data=data)

    assert store.sessions.get(session.id).data == data


def test_two_records_of_one_id_are_refused(store: Store) -> None:
    store.sessions.create(id="ps_1", provider_id="manual")

    with pytest.raises(DuplicateRecordError, match="already a payment session with id 'ps_1'"):
        store.sessions.create(id="ps_1", provider_id="manual")


def test_a_cart_has_at_most_one_selected_session(store: Store, cart: Cart) -> None:
    store.sessions.create(cart_id=cart.id, provider_id="manual", is_selected=True)
    other = store.sessions.create(cart_id=cart.id, provider_id="stripe")

    with pytest.raises(RuleError, match="already has a selected session"):
        store.sessions.update(other.id, is_selected=True)


def test_a_cart_has_at_most_one_session_of_a_provider(store: Store, cart: Cart) -> None:
    store.sessions.create(cart_id=cart.id, provider_id="manual")

    with pytest.raises(RuleError, match="already has a session of this provider"):
        store.sessions.create(cart_id=cart.id, provider_id="manual")


def test_a_cart_has_at_most_one_live_payment(store: Store, cart: Cart) -> None:
    payment = store.payments.create(cart_id=cart.id, provider_id="manual", amount=3000)
    with pytest.raises(RuleError, match="already has a live payment"):
        store.payments.create(cart_id=cart.id, provider_id="manual", amount=3000)

    store.payments.update(payment.id, canceled_at=datetime(2026, 1, 1, tzinfo=UTC))
    store.payments.create(cart_id=cart.id, provider_id="manual", amount=3000)

    assert store.payments.count() == 2


def test_a_session_cannot_name_a_cart_that_is_not_there(store: Store) -> None:
    with pytest.raises(RecordNotFoundError, match="no cart with id 'cart_none'"):
        store.sessions.create(cart_id="cart_none", provider_id="manual")


def test_a_session_cannot_be_moved_to_a_cart_that_is_not_there(store: Store, cart: Cart) -> None:
    session = store.sessions.create(cart_id=cart.id, provider_id="manual")

    with pytest.raises(RuleError, match="it refers to a record that does not exist"):
        store.sessions.update(session.id, cart_id="cart_none")


def test_a_cart_is_whole_with_its_items_region_sessions_and_payment(
    store: Store, cart: Cart
) -> None:
    session = store.sessions.create(cart_id=cart.id, provider_id="manual", is_selected=True)
    payment = store.payments.create(cart_id=cart.id, provider_id="manual", amount=3000)

    whole = store.carts.get(cart.id)

    assert [item.title for item in whole.items or ()] == ["Mug"]
    assert whole.region is not None
    assert whole.region.providers == ("manual", "stripe")
    assert whole.payment_sessions == (session,)
    assert whole.payment_session == session
    assert whole.payment == payment


def test_lists_load_the_relations_that_are_asked_for(store: Store, cart: Cart) -> None:
    store.sessions.create(cart_id=cart.id, provider_id="manual")
    store.sessions.create(provider_id="stripe")

    bare = store.sessions.list(sort="created_at")
    expanded = store.sessions.list(sort="created_at", expand=["cart"])

    assert [session.cart for session in bare] == [None, None]
    assert [session.cart and session.cart.email for session in expanded] == [cart.email, None]


def test_a_relation_that_does_not_exist_is_refused(store: Store, cart: Cart) -> None:
    with pytest.raises(FieldError, match=r"is not a relation; did you mean 'items'\?"):
        store.carts.get(cart.id, expand=["item"])


def test_totals_follow_the_items_and_are_taxed_line_by_line(store: Store, cart: Cart) -> None:
    changed = store.carts.update(
        cart.id,
        items=[
            {"id": (cart.items or ())[0].id, "quantity": 1},
            {"title": "Pen", "unit_price": 3, "quantity": 1},
        ],
        shipping_total=490,
        discount_total=0,
    )

    assert (changed.subtotal, changed.tax_total) == (1253, 250 + 1 + 98)
    assert changed.total == 1253 + 349 + 490


def test_an_item_left_out_of_an_update_is_removed(store: Store, cart: Cart) -> None:
    assert store.carts.update(cart.id, items=[]).total == 0


def test_a_new_cart_is_one_line_in_the_journal_with_its_totals(store: Store, cart: Cart) -> None:
    made = store.carts.create(
        region_id=cart.region_id,
        items=[{"title": "Mug", "unit_price": 1000, "quantity": 2}],
        shipping_total=490,
        tax_total=1,
    )

    lines = [line for line in store.history() if line.record_id == made.id]
    assert [line.operation for line in lines] == ["create"]
    assert lines[0].after is not None
    assert (lines[0].after["total"], made.total) == (2491, 2491)
    assert (made.subtotal, made.tax_total) == (2000, 1)
    assert made.updated_at == made.created_at


@pytest.mark.parametrize("item", [{}, {"unit_price": "5", "quantity": 1}, {"unit_price": 5}])
def test_an_item_that_has_no_price_makes_no_cart(
    store: Store, cart: Cart, item: dict[str, Any]
) -> None:
    with pytest.raises(FieldError, match="line item"):
        store.carts.create(region_id=cart.region_id, items=[{"title": "Mug", **item}])
    assert store.carts.count() == 1


def test_a_total_that_is_told_is_taken_as_it_is(store: Store, cart: Cart) -> None:
    assert store.carts.update(cart.id, total=1).total == 1
    assert store.carts.update(cart.id, email="other@example.com").total == 1


def test_deleting_a_cart_takes_its_items_and_sessions_along(store: Store, cart: Cart) -> None:
    store.sessions.create(cart_id=cart.id, provider_id="manual")

    store.carts.delete(cart.id)

    assert store.carts.find(cart.id) is None
    assert store.sessions.count() == 0
    store.undo()
    assert store.carts.get(cart.id) == cart


def test_a_cart_with_a_payment_is_not_deleted(store: Store, cart: Cart) -> None:
    payment = store.payments.create(cart_id=cart.id, provider_id="manual", amount=3000)
    with pytest.raises(RecordInUseError, match="it has a payment"):
        store.carts.delete(cart.id)

    store.payments.delete(payment.id)
    store.carts.delete(cart.id)

    assert store.carts.count() == 0


def test_a_region_with_carts_is_not_deleted(store: Store, cart: Cart) -> None:
    with pytest.raises(RecordInUseError, match="a cart belongs to it"):
        store.regions.delete(cart.region_id)


def test_a_regions_providers_can_be_changed(store: Store, cart: Cart) -> None:
    region = store.regions.update(cart.region_id, providers=["paypal", "manual"])

    assert region.providers == ("manual", "paypal")
    assert store.regions.providers() == ["manual", "paypal", "stripe"]


def test_iterating_streams_in_order_and_leaves_out_what_was_deleted_meanwhile(
    store: Store,
) -> None:
    made: list[PaymentSession] = [
        store.sessions.create(provider_id="manual", amount=amount) for amount in (3, 1, 2)
    ]

    stream = store.sessions.iterate(sort="amount")
    store.sessions.delete(made[2].id)

    assert [session.amount for session in stream] == [1, 3]


def test_an_id_that_no_record_can_have_is_that_of_none(store: Store) -> None:
    odd = "half \ud800"
    store.sessions.create(provider_id="manual")

    assert store.sessions.find(odd) is None
    assert list(store.history(odd)) == []
    assert list(store.quarantine.of(odd)) == []
    for ask in (
        lambda: store.sessions.get(odd),
        lambda: store.sessions.update(odd, amount=1),
        lambda: store.sessions.update_many([odd], amount=1),
        lambda: store.sessions.delete(odd),
        lambda: store.sessions.create(provider_id="manual", cart_id=odd),
        lambda: store.checkout.authorize(odd),
        lambda: store.payments.capture(odd),
    ):
        with pytest.raises(RecordNotFoundError):
            ask()
    assert store.sessions.count() == 1


def test_a_total_of_more_than_64_bits_is_refused(store: Store, cart: Cart) -> None:
    item = {"title": "Ring", "unit_price": 2**62, "quantity": 4}
    with pytest.raises(FieldError, match="more than 64 bits"):
        store.carts.update(cart.id, items=[item])

    assert store.carts.get(cart.id) == cart


@pytest.mark.parametrize("items", ["abc", [1], 7, None, {"title": "Mug"}, [None]])
def test_items_that_are_no_list_of_fields_are_refused(store: Store, cart: Cart, items: Any) -> None:
    with pytest.raises(FieldError, match="takes a list of items"):
        store.carts.create(region_id=cart.region_id, items=items)
