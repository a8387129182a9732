"""A small shop, somebody who looks at it on the screen, and snapshots of what is seen.

Nothing here awaits: `User` presses keys and comes back when the screen has answered.
"""

from __future__ import annotations

import asyncio
import difflib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from textual import events
from textual.keys import _character_to_key

from localpay.store import Store
from localpay.tui.app import LocalpayApp
from localpay.tui.screens.main import MainScreen
from tests.clocks import SteppingClock
from tests.tui.stage import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.pilot import Pilot

    from localpay.entities import BaseEntity
    from localpay.tui.filter_history import FilterHistory
    from localpay.tui.settings import Settings

SNAPSHOTS = Path(__file__).parent / "snapshots"


def clock() -> SteppingClock:
    """A clock that moves by one minute and a bit each time it is read."""
    return SteppingClock(datetime(2026, 3, 14, 9, 26, 53, 589_000, UTC), timedelta(seconds=61))


def fill(store: Store) -> None:
    """Ten carts in two currencies with sessions in every state, and three payments."""
    europe = store.regions.create(
        name="Europe", currency_code="eur", tax_rate=20.0, automatic_taxes=True
    )
    japan = store.regions.create(name="日本", currency_code="jpy", tax_rate=10.0)
    statuses = ("pending", "requires_more", "authorized", "error", "canceled")
    for number in range(10):
        cart = store.carts.create(
            region_id=(japan if number % 4 == 3 else europe).id,
            email=None if number == 5 else f"buyer{number}@example.test",
            items=[{"title": f"Mug {number}", "unit_price": 1250 + number, "quantity": 2}],
        )
        status = statuses[number % 5]
        for provider in ("stripe", "paypal")[: 1 + number % 2]:
            chosen = provider == "stripe"
            store.sessions.create(
                cart_id=cart.id,
                provider_id=provider,
                is_selected=True if chosen else None,
                is_initiated=chosen,
                status=status if chosen else "pending",
                data={"id": f"pi_{number}", "client_secret": f"pi_{number}_secret_x"},
            )
        if status == "authorized":
            payment = store.payments.create(
                cart_id=cart.id, provider_id="stripe", amount=cart.total,
                currency_code=cart.currency_code, data={"id": f"pi_{number}"},
            )  # fmt: skip
            store.carts.update(cart.id, payment_id=payment.id)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop, made once."""
    path = tmp_path_factory.mktemp("shop") / "shop.localpay"
    with Store.open(path, clock=clock(), random=Random(7)) as store:
        fill(store)
    return path


@pytest.fixture
def path(shop: Path, tmp_path: Path) -> Path:
    """A copy of the small shop, to be changed."""
    return Path(shutil.copy(shop, tmp_path / "shop.localpay"))


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """The small shop."""
    with Store.open(path, clock=clock(), random=Random(8), actor="tui") as store:
        yield store


@pytest.fixture
def thousand(tmp_path: Path) -> Iterator[Store]:
    """Some thousand sessions."""
    with Store.open(tmp_path / "many.localpay") as store:
        store.seed(carts=600, seed=1)
        yield store


class User:
    """Somebody in front of the screen."""

    def __init__(
        self,
        store: Store,
        size: tuple[int, int],
        settings: Settings | None,
        history: FilterHistory | None,
    ) -> None:
        self.store = store
        self.app = LocalpayApp(store, settings=settings, history=history)
        self._runner = asyncio.Runner()
        self._test = self.app.run_test(size=size, tooltips=True, notifications=True)
        self._pilot: Pilot[None] = self._runner.run(self._test.__aenter__())
        self.settle()

    def close(self) -> None:
        self._runner.run(self._test.__aexit__(None, None, None))
        self._runner.close()

    def press(self, *keys: str) -> User:
        """Press keys, faster than anybody types, and wait for what they do."""
        self.post(*keys)
        self.settle()
        return self

    def post(self, *keys: str) -> None:
        """Press keys without waiting until the list is there."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            self.app.post_message(events.Key(name, key if len(key) == 1 else None))

    def type(self, text: str) -> User:
        return self.press(*text)

    def click(self, x: int, y: int, *, times: int = 1, shift: bool = False) -> User:
        self._runner.run(self._pilot.click(offset=(x, y), times=times, shift=shift))
        self.settle()
        return self

    def resize(self, width: int, height: int) -> User:
        self._runner.run(self._pilot.resize_terminal(width, height))
        self.settle()
        return self

    def wait_for(self, what: Callable[[], Any]) -> None:
        """Wait until something holds."""

        async def wait() -> None:
            async with asyncio.timeout(WAIT_SECONDS):
                while not what():
                    await self._pilot.pause(0.01)

        self._runner.run(wait())

    def settle(self) -> None:
        """Wait until nothing is on its way to the screen."""
        self._rest(self._is_settled)

    def obey(self, *keys: str) -> None:
        """Press keys, and wait until they are obeyed: the list may still be on its way."""
        self.post(*keys)
        self._rest(self._has_obeyed)

    def _rest(self, is_quiet: Callable[[], bool]) -> None:
        async def rest() -> None:
            quiet = 0
            async with asyncio.timeout(WAIT_SECONDS):
                while self.app.is_running and quiet < 3:
                    await self._pilot.pause(0.004)
                    quiet = quiet + 1 if is_quiet() else 0

        self._runner.run(rest())

    def _has_obeyed(self) -> bool:
        parts = [self.app, *self.app.screen_stack, *self.app.screen.walk_children()]
        return all(part._message_queue.empty() for part in parts) and self.main.cursor_rests

    def _is_settled(self) -> bool:
        return not self.app.is_running or (self._has_obeyed() and self.main.is_idle)

    @property
    def main(self) -> MainScreen:
        main = self.app.screen_stack[0]
        assert isinstance(main, MainScreen)
        return main

    @property
    def record(self) -> BaseEntity:
        """The record under the cursor."""
        record = self.main.browser.record
        assert record is not None
        return record

    @property
    def focus(self) -> str:
        """The kind of widget that gets the keys."""
        return type(self.main.focused).__name__

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        width, height = self.app.size
        compositor = self.app.screen._compositor
        strips = compositor.render_strips(self.app.size)
        return [strip.text[:width].rstrip() for strip in strips[:height]]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """What is on the screen, wherever its lines are broken."""
        return " ".join(self.text.split())

    @property
    def notices(self) -> list[str]:
        """What was said and went away."""
        return [each.message for each in self.app._notifications]


class Open(Protocol):
    def __call__(
        self,
        store: Store,
        size: tuple[int, int] = (80, 24),
        settings: Settings | None = None,
        history: FilterHistory | None = None,
    ) -> User: ...


@pytest.fixture
def open_screen() -> Iterator[Open]:
    """Opens a store on a screen of some size."""
    users: list[User] = []

    def open_screen(
        store: Store,
        size: tuple[int, int] = (80, 24),
        settings: Settings | None = None,
        history: FilterHistory | None = None,
    ) -> User:
        users.append(User(store, size, settings, history))
        return users[-1]

    yield open_screen
    for user in users:
        user.close()


@pytest.fixture
def user(store: Store, open_screen: Open) -> User:
    """Somebody who looks at the small shop in 80 columns."""
    return open_screen(store)


class Snapshot(Protocol):
    def __call__(self, text: str) -> None: ...


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Compares a text with the one that was kept under the test's name."""

    def compare(text: str) -> None:
        name = request.node.name.removeprefix("test_").replace("[", "-").rstrip("]")
        path = SNAPSHOTS / f"{name}.txt"
        if request.config.getoption("--snapshot-update"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{text}\n", encoding="utf-8")
            return
        assert path.exists(), f"no snapshot {path.name}; --snapshot-update makes it"
        kept = path.read_text(encoding="utf-8")
        difference = difflib.unified_diff(
            kept.splitlines(), text.splitlines(), "kept", "now", lineterm=""
        )
        assert kept == f"{text}\n", "\n" + "\n".join(difference)

    return compare
