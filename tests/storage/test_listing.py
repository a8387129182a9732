"""A listing: first page, order, windows, position; stable while the file changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from localpay.storage.plans import Plan
from localpay.store import Store


def fill(store: Store, amounts: list[int]) -> list[str]:
    return [store.sessions.create(provider_id="manual", amount=amount).id for amount in amounts]


def test_the_first_page_needs_no_order(store: Store) -> None:
    fill(store, [3, 1, 2])
    listing = store.sessions.listing(sort="amount")

    assert [each and each.amount for each in listing.first(2)] == [1, 2]
    assert not listing.complete


def test_what_the_first_page_has_so_far_can_be_seen_while_it_is_looked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, [3, 1, 2])
    found_two, go_on = threading.Event(), threading.Event()
    first = Plan.first

    def pausing(self: Plan, *arguments: Any) -> Iterator[int]:
        for number, rid in enumerate(first(self, *arguments)):
            if number == 2:
                found_two.set()
                go_on.wait()
            yield rid

    monkeypatch.setattr(Plan, "first", pausing)
    listing = store.sessions.listing(sort="amount")
    assert listing.found() == []
    search = threading.Thread(target=listing.first, args=(10,))
    search.start()
    found_two.wait()
    on_the_way = listing.numbers(0, 10, head=True)
    go_on.set()
    search.join()

    assert len(on_the_way) == 2
    assert [each and each.amount for each in listing.found()] == [1, 2, 3]


def test_a_filled_listing_has_windows_at_any_position(store: Store) -> None:
    ids = fill(store, list(range(100)))
    listing = store.sessions.listing(sort="-amount")
    listing.fill()

    assert listing.complete
    assert len(listing) == 100
    assert [each and each.amount for each in listing.window(97, 10)] == [2, 1, 0]
    assert listing.position(ids[0]) == 99
    assert listing.position("ps_none") is None


def test_a_listing_stays_as_it_is_while_others_write(store: Store) -> None:
    ids = fill(store, [1, 2, 3])
    listing = store.sessions.listing(sort="amount")
    listing.fill()

    store.sessions.delete(ids[1])
    store.sessions.update(ids[0], amount=9)
    fill(store, [0])

    assert [each and each.amount for each in listing.window(0, 10)] == [9, None, 3]


def test_a_filter_narrows_the_listing(store: Store) -> None:
    fill(store, [1, 2, 3])
    listing = store.sessions.listing("amount:>=2", sort="amount")
    listing.fill()

    assert [each and each.amount for each in listing.window(0, 10)] == [2, 3]


def test_records_equal_in_the_sort_keep_the_order_in_which_they_were_made(store: Store) -> None:
    ids = fill(store, [5, 5, 5])

    assert [each.id for each in store.sessions.list(sort="amount")] == ids
    assert [each.id for each in store.sessions.list(sort="-amount")] == ids[::-1]


@pytest.mark.parametrize("many", [2**63 - 1, 2**63, 10**30])
def test_as_many_as_can_be_asked_for_are_all_there_are(store: Store, many: int) -> None:
    ids = fill(store, [1, 2])
    listing = store.sessions.listing(sort="amount")

    assert listing.count(many) == 2
    assert [each and each.id for each in listing.first(many)] == ids
    listing.fill()
    assert [each and each.id for each in listing.window(0, many)] == ids
    assert listing.window(many, many) == []


@pytest.mark.parametrize("record_id", ["ps_none", "", "\0", "\ud800", None, 5, 10**30, ["x"]])
def test_what_is_no_records_id_has_no_position(store: Store, record_id: Any) -> None:
    fill(store, [1])
    listing = store.sessions.listing()
    listing.fill()

    assert listing.position(record_id) is None
