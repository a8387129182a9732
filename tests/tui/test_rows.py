"""The rows of a list as they are fetched, window by window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.entities import BaseEntity
from localpay.store import Store
from localpay.tui.rows import KEPT, WINDOW, Missing, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "many.localpay") as store:
        store.seed(carts=300, seed=1)
        yield store


def filled(store: Store) -> Rows:
    listing = store.sessions.listing()
    listing.fill()
    return Rows(listing)


def fetch(rows: Rows, number: int) -> None:
    rows.put(number, rows.listing.window(number * WINDOW, WINDOW))


def test_the_first_page_is_there_before_the_list_is_counted(store: Store) -> None:
    listing = store.sessions.listing()
    rows = Rows(listing, 0, listing.first(40))
    assert (len(rows), rows.complete) == (40, False)
    assert isinstance(rows.get(39), BaseEntity)
    listing.fill()
    assert (len(rows), rows.complete) == (store.sessions.count(), True)
    assert rows.get(40) is Missing.AWAITED


def test_a_first_page_that_is_everything_needs_no_counting(store: Store) -> None:
    listing = store.sessions.listing("status:error")
    records = listing.first(1000)
    rows = Rows(listing, 0, records, whole=True)
    assert (len(rows), rows.complete) == (len(records), True)
    assert rows.missing(0, 1000) == []


def test_what_is_missing_is_asked_for_by_window(store: Store) -> None:
    rows = filled(store)
    assert rows.missing(250, 260) == [0, 1]
    fetch(rows, 0)
    assert rows.missing(250, 260) == [1]
    assert rows.missing(-50, 100) == []


def test_the_last_window_is_whole_though_it_is_short(store: Store) -> None:
    rows = filled(store)
    last = (len(rows) - 1) // WINDOW
    fetch(rows, last)
    assert rows.missing(len(rows) - 10, len(rows) + 10) == []
    assert isinstance(rows.get(len(rows) - 1), BaseEntity)


def test_windows_not_looked_at_for_long_are_forgotten(store: Store) -> None:
    rows = filled(store)
    fetch(rows, 0)
    for number in range(1, KEPT):
        rows.put(number, [None])
    assert rows.get(0) is not Missing.AWAITED
    rows.put(KEPT, [None])
    assert rows.get(0) is not Missing.AWAITED
    assert rows.get(WINDOW) is Missing.AWAITED


def test_a_record_deleted_meanwhile_leaves_its_row_empty(store: Store) -> None:
    rows = filled(store)
    gone = store.sessions.list(sort="-created_at", limit=1)[0]
    store.sessions.delete(gone.id)
    fetch(rows, 0)
    assert rows.get(0) is Missing.GONE
