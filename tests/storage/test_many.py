"""Many records at a time: one step, all of them or none, counted beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from localpay.entities import Cart
from localpay.errors import (
    FieldError,
    QueryError,
    ReadOnlyStoreError,
    RecordInUseError,
    RecordNotFoundError,
    RuleError,
)
from localpay.storage.many import Preview
from localpay.storage.selection import Selection
from localpay.store import Store


@pytest.fixture
def sessions(store: Store) -> list[str]:
    """Twelve sessions, four of them with an error, of amounts 0 to 11."""
    return [
        store.sessions.create(
            provider_id="manual", amount=number, status="error" if number % 3 == 0 else "pending"
        ).id
        for number in range(12)
    ]


def statuses(store: Store) -> list[str]:
    return [each.status for each in store.sessions.iterate(sort="amount")]


@pytest.mark.usefixtures("sessions")
def test_all_that_a_query_matches_are_changed(store: Store) -> None:
    assert store.sessions.update_many("status:error", status="canceled") == 4

    assert store.sessions.count("status:canceled") == 4
    assert store.sessions.count("status:pending") == 8


def test_ids_name_the_records_too(store: Store, sessions: list[str]) -> None:
    assert store.sessions.update_many(sessions[:2], status="authorized", amount=99) == 2

    assert [store.sessions.get(each).amount for each in sessions[:3]] == [99, 99, 2]


@pytest.mark.usefixtures("sessions")
def test_a_selection_names_rows(store: Store) -> None:
    selection = store.sessions.select("amount:>=10")

    assert len(selection) == 2
    assert store.sessions.update_many(selection, status="canceled") == 2
    assert store.sessions.delete_many(selection) == 2
    assert store.sessions.count() == 10


@pytest.mark.usefixtures("sessions")
def test_only_records_that_differ_are_counted_and_written(store: Store) -> None:
    lines = len(list(store.history()))

    assert store.sessions.update_many("", status="error") == 8
    assert len(list(store.history())) == lines + 8
    assert store.sessions.update_many("", status="error") == 0


@pytest.mark.usefixtures("sessions")
def test_many_changes_are_one_step_with_one_undo(store: Store) -> None:
    before = list(store.sessions.iterate())
    store.sessions.update_many("", status="canceled", amount=7)

    store.undo()
    assert list(store.sessions.iterate()) == before
    store.redo()
    assert store.sessions.count("status:canceled amount:7") == 12

    store.undo()
    store.sessions.delete_many("status:error")
    assert store.sessions.count() == 8
    store.undo()
    assert list(store.sessions.iterate(sort="id")) == sorted(before, key=lambda each: each.id)


def test_one_record_that_breaks_a_rule_is_named_and_nothing_is_changed(
    store: Store, cart: Cart
) -> None:
    first = store.sessions.create(cart_id=cart.id, provider_id="manual")
    second = store.sessions.create(cart_id=cart.id, provider_id="stripe")

    with pytest.raises(RuleError, match="already has a selected session") as caught:
        store.sessions.update_many("", is_selected=True)

    assert caught.value.record_id in {first.id, second.id}
    assert store.sessions.count("selected:true") == 0


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize(
    ("field", "value"), [("status", "paid"), ("amount", "12"), ("statu", "error")]
)
def test_a_value_that_the_field_does_not_take_is_refused_at_once(
    store: Store, field: str, value: Any
) -> None:
    changes = {field: value}
    with pytest.raises(FieldError):
        store.sessions.update_many("", **changes)
    with pytest.raises(FieldError):
        store.sessions.preview_update("", **changes)


def test_an_id_or_a_query_that_is_none_changes_nothing(store: Store, sessions: list[str]) -> None:
    with pytest.raises(RecordNotFoundError, match="ps_none"):
        store.sessions.update_many([sessions[1], "ps_none"], status="canceled")
    with pytest.raises(QueryError):
        store.sessions.update_many("statu:error", status="canceled")

    assert "canceled" not in statuses(store)


def test_a_row_that_is_gone_is_left_out(store: Store, sessions: list[str]) -> None:
    selection = store.sessions.select()
    store.sessions.delete(sessions[0])

    assert store.sessions.preview_update(selection, amount=1) == Preview(11, 1)
    assert store.sessions.update_many(selection, amount=1) == 10


def test_raising_in_the_progress_takes_everything_back(store: Store) -> None:
    for _ in range(1100):
        store.sessions.create(provider_id="manual", amount=1)
    told: list[int] = []

    def stop(done: int) -> None:
        told.append(done)
        if done == 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.sessions.update_many("", progress=stop, amount=2)

    assert told == [500, 1000]
    assert store.sessions.count("amount:2") == 0


def test_a_step_of_many_lines_goes_back_and_forth_in_order(store: Store) -> None:
    for number in range(1100):
        store.sessions.create(provider_id="manual", amount=number)
    with store.transaction():
        store.sessions.update_many("", amount=1)
        store.sessions.update_many("", amount=2)

    store.undo()
    assert [each.amount for each in store.sessions.iterate(sort="amount")] == list(range(1100))
    store.redo()
    assert store.sessions.count("amount:2") == 1100


@pytest.mark.usefixtures("sessions")
def test_many_changes_join_a_transaction(store: Store) -> None:
    with store.transaction():
        store.sessions.update_many("status:error", amount=1)
        store.sessions.delete_many("status:pending")
    store.undo()

    assert store.sessions.count() == 12


@pytest.mark.usefixtures("sessions")
def test_a_preview_counts_what_would_differ_and_changes_nothing(store: Store) -> None:
    lines = len(list(store.history()))

    preview = store.sessions.preview_update("", status="error")

    assert (preview.total, preview.same, preview.refused, preview.changing) == (12, 4, 0, 8)
    assert store.sessions.count("status:error") == 4
    assert len(list(store.history())) == lines


def test_a_preview_says_which_records_would_break_a_rule(store: Store, cart: Cart) -> None:
    for provider in ("manual", "stripe", "paypal"):
        store.sessions.create(cart_id=cart.id, provider_id=provider)
    alone = store.sessions.create(provider_id="manual", is_selected=True)
    lines = len(list(store.history()))

    preview = store.sessions.preview_update("", is_selected=True)

    assert preview.total == 4
    assert preview.same == 1
    assert preview.refused == 2
    assert preview.changing == 1
    assert all("already has a selected session" in reason for reason in preview.reasons)
    assert store.sessions.list("selected:true") == [alone]
    assert len(list(store.history())) == lines


@pytest.mark.parametrize(("field", "value"), [("cart_id", "cart_none"), ("provider_id", "manual")])
def test_a_preview_tries_what_depends_on_other_records(
    store: Store, cart: Cart, field: str, value: str
) -> None:
    for provider in ("manual", "stripe", "paypal"):
        store.sessions.create(cart_id=cart.id, provider_id=provider)
    changes: dict[str, Any] = {field: value}

    preview = store.sessions.preview_update("", **changes)

    assert preview.refused > 0
    with pytest.raises((RuleError, RecordNotFoundError)):
        store.sessions.update_many("", **changes)


def test_carts_compute_their_totals_anew(store: Store, cart: Cart) -> None:
    assert store.carts.update_many([cart.id], discount_total=500) == 1

    single = store.carts.get(cart.id)
    assert single.discount_total == 500
    assert single.total < cart.total


def test_carts_with_payments_are_not_deleted_and_then_none_is(store: Store, cart: Cart) -> None:
    store.carts.create(region_id=cart.region_id)
    store.payments.create(cart_id=cart.id, provider_id="manual", amount=cart.total)

    with pytest.raises(RecordInUseError, match=cart.id):
        store.carts.delete_many("")

    assert store.carts.count() == 2


def test_a_store_open_read_only_counts_and_does_not_change(store: Store) -> None:
    store.sessions.create(provider_id="manual", amount=1)
    if store.path == ":memory:":
        pytest.skip("a store in memory is not opened twice")
    with Store.open(store.path, read_only=True) as reader:
        assert reader.sessions.preview_update("", status="error") == Preview(1, 0)
        with pytest.raises(ReadOnlyStoreError):
            reader.sessions.update_many("", status="error")


# Selections


def test_a_selection_holds_each_row_once_and_gives_them_in_order() -> None:
    selection = Selection([7, 512, 3, 2**62, 7, 513, 0])
    selection.add([511])

    assert list(selection) == [0, 3, 7, 511, 512, 513, 2**62]
    assert len(selection) == 7
    assert 512 in selection
    assert 510 not in selection


def test_the_rows_of_a_selection_are_counted_among_others() -> None:
    selection = Selection([3, 511, 512, 2**62])

    assert selection.count_among(range(1000)) == 3
    assert selection.count_among([2**62, 5, 3]) == 2
    assert Selection().count_among([0]) == 0


def test_rows_are_taken_out_of_a_selection_and_a_copy_keeps_its_own() -> None:
    selection = Selection(range(2000))
    copy = selection.copy()
    selection.remove([*range(1000), 5, 9999])

    assert len(selection) == 1000
    assert list(selection) == list(range(1000, 2000))
    assert len(copy) == 2000
