"""What the screen shows while a list is slow: the rows found so far, or that it is searching."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localpay.tui.fetching import Load
    from localpay.tui.widgets.browser import Browser

_EARLY, _LATE = 0.04, 0.2
"""Seconds after which an incomplete list shows what was found so far, and says that the search goes
on."""


class Waiting:
    """Watches the list that is being read.

    Args:
        browser: reads the list, and shows it.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def begin(self, load: Load) -> None:
        """Watch a list from now on, until it is there or another one is asked for."""
        self._browser.set_timer(_EARLY, partial(self._show_found, load))
        self._browser.set_timer(_LATE, partial(self._say_slow, load))

    def _show_found(self, load: Load) -> None:
        """Show what was found so far, again and again."""
        browser, rows = self._browser, self._browser.view.rows
        if browser.fetcher.current is not load or load.listing is None:
            return
        shown = len(rows) if rows is not None and rows.listing is load.listing else 0
        if len(load.listing.numbers(0, load.size, head=True)) > shown:
            browser.fetcher.show_found(load)
        browser.set_timer(_EARLY, partial(self._show_found, load))

    def _say_slow(self, load: Load) -> None:
        browser, rows = self._browser, self._browser.view.rows
        if browser.fetcher.current is not load or load.shown.is_set():
            return
        if rows is None or rows.listing is not load.listing:
            browser.filter.count("searching …")
            if rows is None:
                browser.table.say(f"Reading {load.kind.label.lower()} …")
