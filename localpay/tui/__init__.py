"""The screen: look at a store and change it in a terminal. Textual is loaded when it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localpay.store import Store


def run(store: Store, *, title: str | None = None, view: str | None = None) -> None:
    """Show a store on the terminal until the user leaves.

    Args:
        store: the store, open.
        title: its name on the screen; by default the file's name.
        view: the name of the saved view to start with.

    Raises:
        ViewNotFoundError: there is no view of this name.
        LocalpayError: its filter or its sort cannot be understood.
    """
    import gc  # noqa: PLC0415

    # Imported modules live until the end, so the collector need not scan them again and again.
    collects = gc.isenabled()
    gc.disable()
    from localpay.tui.app import LocalpayApp  # noqa: PLC0415 - Textual is loaded here, not before

    gc.freeze()
    if collects:
        gc.enable()
    from localpay.tui.filter_history import FilterHistory  # noqa: PLC0415
    from localpay.tui.settings import Settings  # noqa: PLC0415

    settings, history = Settings.of_user(), FilterHistory.of_user()
    begun = None
    if view is not None:
        from localpay.tui import saved  # noqa: PLC0415

        begun = saved.find(store, settings, view)
    LocalpayApp(store, title=title, settings=settings, history=history, view=begun).run()


def smoke(store: Store) -> None:
    """Draw a store's screen once without a terminal, to check that it works.

    Raises:
        StoreError: the first list cannot be read.
    """
    import asyncio  # noqa: PLC0415

    from localpay.errors import StoreError  # noqa: PLC0415
    from localpay.tui.app import LocalpayApp  # noqa: PLC0415
    from localpay.tui.widgets.browser import Browser  # noqa: PLC0415

    async def draw() -> None:
        app = LocalpayApp(store)
        async with app.run_test(tooltips=True, notifications=True) as pilot:
            browser = app.screen.query_one(Browser)
            while not browser.is_idle:
                await pilot.pause(0.01)
            if browser.view.rows is None:
                raise StoreError(store.path, "its payment sessions cannot be read")

    asyncio.run(draw())
