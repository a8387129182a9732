"""A bare app to put a widget or a screen on, and ways to press keys and read what is drawn."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App

from localpay.store import Listing
from localpay.tui.theme import DARK
from tests.hostile import RAW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    import pytest
    from textual.message import Message
    from textual.pilot import Pilot
    from textual.screen import Screen
    from textual.widget import Widget

WAIT_SECONDS = 60.0
"""How long a test waits for something. It takes that long only if something is broken."""

HELD_SECONDS = 2 * WAIT_SECONDS
"""How long a thread waits that a test holds back: longer than the test waits for anything."""

SIZES = ((80, 24), (200, 50), (60, 20), (40, 10), (20, 5), (5, 3), (1, 1), (100, 30))


class Stage(App[Any]):
    """An app with one widget, or one screen, that keeps the messages it is sent."""

    def __init__(self, part: Widget | Screen[Any]) -> None:
        super().__init__()
        self.part = part
        self.answers: list[Any] = []
        self.heard: list[Message] = []

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        if self.part.is_modal if hasattr(self.part, "is_modal") else False:
            self.push_screen(self.part, self.answers.append)  # type: ignore[arg-type]
        else:
            self.mount(self.part)
            self.part.focus()

    def on_detail_pane_jump(self, message: Message) -> None:
        self.heard.append(message)


class Pause:
    """Holds back the order of a list, as if it had a million rows, until the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.begun, self.going_on = threading.Event(), threading.Event()
        method = getattr(Listing, name)

        def paused(listing: Listing[Any], *args: Any, **how: Any) -> Any:
            self.begun.set()
            self.going_on.wait(HELD_SECONDS)
            return method(listing, *args, **how)

        monkeypatch.setattr(Listing, name, paused)


@asynccontextmanager
async def on_stage(
    part: Widget | Screen[Any], size: tuple[int, int] = (100, 40)
) -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
    """Run an app with a widget or a screen, crashes and all."""
    app = Stage(part)
    async with app.run_test(size=size, tooltips=True, notifications=True) as pilot:
        await settle(pilot)
        yield app, pilot


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until threads have answered and all is drawn."""
    await pilot.pause()
    if len(pilot.app.workers):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys all at once: Pilot's own way takes 60 ms for each."""
    for key in keys:
        character = key if len(key) == 1 else {"space": " "}.get(key)
        pilot.app.post_message(events.Key(key, character))
    await settle(pilot)


async def until(holds: Callable[[], object]) -> None:
    """Wait for something that a thread brings about."""
    while not holds():
        await asyncio.sleep(0.005)


def drawn(app: App[Any]) -> str:
    """All that is on the screen, none of it raw."""
    strips = app.screen._compositor.render_strips()
    text = "\n".join(strip.text for strip in strips)
    assert not RAW & set(text), sorted(RAW & set(text))
    return text


def run(act: Coroutine[Any, Any, None]) -> None:
    """Run an asynchronous test."""
    asyncio.run(asyncio.wait_for(act, WAIT_SECONDS))
