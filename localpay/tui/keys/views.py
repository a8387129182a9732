"""Choosing how a list looks: its columns, its sort, saved views, the colours."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from localpay.entities import SavedView
from localpay.errors import LocalpayError
from localpay.tui import saved, sorting

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.theme import Theme

    from localpay.tui.screens.arrange import Arrangement
    from localpay.tui.screens.main import MainScreen
    from localpay.tui.settings import Settings


class ViewKeys:
    """The keys for columns, sorting, saved views and colours.

    Args:
        screen: the screen with the lists.
        settings: keeps the user's choices.
    """

    def __init__(self, screen: MainScreen, settings: Settings) -> None:
        self._screen = screen
        self._settings = settings

    def action_next_sort(self) -> None:
        """Sort by the next visible column; with several sort keys, change the last one."""
        self._step_sort(sorting.with_last, kept=-1)

    def action_further_sort(self) -> None:
        """Add the next visible column as a sort key."""
        self._step_sort(sorting.by_further, kept=None)

    def _step_sort(self, change: Callable[[str, str], str], *, kept: int | None) -> None:
        """Change the sort with the next visible column that is not in the kept `keys[:kept]`."""
        browser = self._screen.browser
        sort = browser.view.sort
        keys = sorting.names(sort)
        names = [each.sort for each in browser.table.fitted if each.sort is not None]
        start = names.index(keys[-1]) + 1 if keys and keys[-1] in names else 0
        left = [name for name in names[start:] + names[:start] if name not in keys[:kept]]
        if left:
            browser.sort_by(change(sort, left[0]))

    def action_reverse_sort(self) -> None:
        """Reverse the sort; with several sort keys, the last one."""
        browser = self._screen.browser
        browser.sort_by(sorting.with_last_reversed(browser.view.sort))

    def action_columns(self) -> None:
        """Choose the columns."""
        from localpay.tui.screens.arrange import ArrangeScreen  # noqa: PLC0415 - rarely used

        view = self._screen.browser.view
        screen = ArrangeScreen(view.kind, view.shown, view.sort)
        self._screen.app.push_screen(screen, self._arrange)

    def _arrange(self, wanted: Arrangement | None) -> None:
        if wanted is None:
            return
        browser = self._screen.browser
        if wanted.shown != browser.view.shown:
            entity, texts = browser.view.kind.entity, [str(each) for each in wanted.shown]
            browser.fetcher.run(partial(self._settings.keep_columns, entity, texts))
        browser.rearrange(wanted.shown, wanted.sort)

    def action_theme(self) -> None:
        """Choose the colours."""
        self._screen.app.action_change_theme()

    def keep_theme(self, theme: Theme) -> None:
        """Remember the chosen colours."""
        self._screen.browser.fetcher.run(partial(self._settings.keep_theme, theme.name))

    def action_views(self) -> None:
        """Show the saved views, to open or forget one."""
        self._open_views(naming=False)

    def action_save_view(self) -> None:
        """Save the filter, sort and columns as a view."""
        self._open_views(naming=True)

    def _open_views(self, *, naming: bool) -> None:
        from localpay.tui.screens.saved_views import SavedViewsScreen  # noqa: PLC0415 - rarely used

        view = self._screen.browser.view
        shown = tuple(str(each) for each in view.shown)
        present = SavedView("", view.kind.entity, view.query, view.sort, shown)
        screen = SavedViewsScreen(self._screen.store, self._settings, present, naming=naming)
        self._screen.app.push_screen(screen, self._open)

    def _open(self, wanted: SavedView | None) -> None:
        if wanted is None:
            return
        try:
            saved.check(self._screen.store, wanted)
        except LocalpayError as error:
            self._screen.tell(f"{wanted.name} cannot be opened: {error}", error=True)
        else:
            self._screen.browser.open_view(wanted)
