"""Threads beside the screen: none goes on when the program has ended."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from localpay.storage.repository import Repository
from localpay.store import Listing
from localpay.tui.app import LocalpayApp
from tests.tui.stage import HELD_SECONDS

if TYPE_CHECKING:
    from localpay.store import Store


@pytest.mark.parametrize(("owner", "name"), [(Listing, "first"), (Repository, "facets")])
def test_what_a_thread_asks_the_store_is_waited_for_before_the_store_is_closed(
    store: Store, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    begun, going_on = threading.Event(), threading.Event()
    method = getattr(owner, name)

    def paused(self: Any, *args: Any, **how: Any) -> Any:
        begun.set()
        going_on.wait(HELD_SECONDS)
        return method(self, *args, **how)

    monkeypatch.setattr(owner, name, paused)

    async def leave_while_it_asks() -> None:
        app = LocalpayApp(store)
        async with app.run_test() as pilot:
            await pilot.press("f")
            while not begun.is_set():
                await pilot.pause(0.01)
            app.exit()

    timer = threading.Timer(0.5, going_on.set)
    timer.start()
    asyncio.run(leave_while_it_asks())
    timer.cancel()
    going_on.set()
    assert [each for each in threading.enumerate() if each.name.startswith("localpay")] == []
