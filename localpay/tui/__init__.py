"""The screen: a store looked at, and changed, in a terminal. Loads Textual only when it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localpay.store import Store


def run(store: Store, *, title: str | None = None) -> None:
    """Show a store on the terminal until the user leaves.

    Args:
        store: the store, open.
        title: what to call it; its file's name by default.
    """
    import gc  # noqa: PLC0415

    from localpay.tui.app import LocalpayApp  # noqa: PLC0415 - Textual is loaded here, not before

    # What was imported stays to the end: the collector need not look through it again and again.
    gc.freeze()
    LocalpayApp(store, title=title).run()


def smoke(store: Store) -> None:
    """Draw a store's screen once without a terminal, to see that it can be done.

    Raises:
        LocalpayError: the list could not be read.
    """
    import asyncio  # noqa: PLC0415

    from localpay.tui.app import LocalpayApp  # noqa: PLC0415

    async def draw() -> None:
        app = LocalpayApp(store)
        async with app.run_test(tooltips=True, notifications=True) as pilot:
            await pilot.pause()

    asyncio.run(draw())
