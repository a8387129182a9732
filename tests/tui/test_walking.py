"""Moving in a list while it is read again, because the store has changed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from localpay.store import Listing
from localpay.tui import fetching
from tests.tui.stage import Pause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.store import Store
    from tests.tui.conftest import Open, User

START = 40
"""Where the walk begins."""


class Walker:
    """Somebody in a list of some thousand sessions, whose order is known."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.ids: Sequence[str] = [each.id for each in user.store.sessions.list(sort="-created_at")]
        user.main.browser.table.move_to(START)
        user.press("j", "k")

    @property
    def position(self) -> int:
        return self.user.main.browser.table.cursor

    @property
    def above(self) -> int:
        return self.user.main.browser.table.above

    def walk(self, *keys: str) -> str:
        """Press keys that go elsewhere, and give the id of the record there."""
        self.user.obey(*keys)
        self.user.wait_for(lambda: self.user.main.browser.record is not None)
        return self.user.record.id

    def change(self) -> None:
        """Have the list read again, in the same order."""
        self.user.store.sessions.update(self.ids[0], provider_id="another")


@pytest.fixture
def walker(thousand: Store, open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> Walker:
    monkeypatch.setattr(fetching, "POLL_SECONDS", 0.02)
    return Walker(open_screen(thousand))


KEYS = [("j", "j", "j"), ("k",), ("pagedown",), ("pageup", "k"), ("g",)]


@pytest.mark.parametrize("held", ["fill", "position"])
@pytest.mark.parametrize("keys", KEYS, ids="".join)
def test_the_cursor_stays_where_one_walked_while_the_list_was_read(
    walker: Walker, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], held: str
) -> None:
    pause = Pause(monkeypatch, held)
    walker.user.store.sessions.create(provider_id="manual", data={})
    walker.user.wait_for(pause.begun.is_set)
    walked = walker.walk(*keys)
    position, above = walker.position, walker.above
    pause.going_on.set()
    walker.user.settle()
    assert walker.user.record.id == walked
    assert (walker.position, walker.above) == (position + 1, above)


@pytest.mark.parametrize("top", [0, 400])
def test_what_one_scrolled_to_without_the_cursor_stays_in_sight(walker: Walker, top: int) -> None:
    user, table = walker.user, walker.user.main.browser.table
    table.scroll_to(y=top, animate=False)
    user.settle()
    seen, above = user.lines[5], walker.above
    user.store.sessions.create(provider_id="manual", data={})
    user.wait_for(lambda: walker.position == START + 1)
    user.settle()
    assert (user.record.id, walker.above) == (walker.ids[START], above)
    assert user.lines[5] == seen


def test_of_a_record_that_is_deleted_meanwhile_the_place_is_kept(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause(monkeypatch, "fill")
    walker.change()
    walker.user.wait_for(pause.begun.is_set)
    walker.user.store.sessions.delete(walker.walk("j", "j"))
    pause.going_on.set()
    walker.user.settle()
    assert walker.position == START + 2
    assert walker.user.record.id == walker.ids[START + 3]


def test_a_row_that_is_not_fetched_yet_is_walked_to_as_well(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, rows = Pause(monkeypatch, "fill"), Pause(monkeypatch, "window")
    walker.change()
    walker.user.wait_for(order.begun.is_set)
    walker.user.obey(*["pagedown"] * 16)
    position = walker.position
    assert position > START + 300
    assert walker.user.main.browser.record is None
    order.going_on.set()
    rows.going_on.set()
    walker.user.settle()
    assert walker.position == position
    assert walker.user.record.id == walker.ids[position]


def test_a_list_left_while_it_is_read_is_found_again_where_one_walked(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause(monkeypatch, "fill")
    walker.change()
    walker.user.wait_for(pause.begun.is_set)
    walked = walker.walk("j", "j")
    walker.user.obey("2", "1")
    assert walker.user.record.id == walked
    walked = walker.walk("j")
    pause.going_on.set()
    walker.user.settle()
    assert walker.user.record.id == walked


def test_places_are_looked_up_beside_the_screen(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []
    position = Listing.position

    def recorded(listing: Listing[Any], record_id: str) -> int | None:
        threads.append(threading.current_thread())
        return position(listing, record_id)

    monkeypatch.setattr(Listing, "position", recorded)
    pause = Pause(monkeypatch, "fill")
    walker.change()
    walker.user.wait_for(pause.begun.is_set)
    walker.walk("j")
    pause.going_on.set()
    walker.user.settle()
    assert threads
    assert threading.main_thread() not in threads


def test_in_a_store_that_is_always_written_to_one_arrives(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, busy, read = walker.user, threading.Event(), threading.Event()
    busy.set()
    fill = Listing.fill

    def written_to(listing: Listing[Any], **how: Any) -> None:
        """Fill, with a change meanwhile that is seen, so that the next reading begins at once."""
        if busy.is_set():
            walker.change()
        while busy.is_set() and not user.main.browser.view.stale:
            time.sleep(0.005)
        fill(listing, **how)
        read.set()

    monkeypatch.setattr(Listing, "fill", written_to)
    walker.change()
    try:
        for _ in range(8):
            read.clear()
            user.post("j")
            user.wait_for(read.is_set)
        user.wait_for(lambda: user.record.id == walker.ids[START + 8])
    finally:
        busy.clear()
    user.settle()
    assert user.record.id == walker.ids[START + 8]


def test_a_filter_that_is_cleared_leads_to_its_record_whatever_one_presses(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    walker.user.type("/provider:stripe").press("enter", "j", "j")
    stood = walker.user.record.id
    pause = Pause(monkeypatch, "fill")
    walker.user.post("escape")
    walker.user.wait_for(pause.begun.is_set)
    walker.walk("j", "j")
    pause.going_on.set()
    walker.user.settle()
    assert walker.user.record.id == stood
