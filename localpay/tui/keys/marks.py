"""Marking rows, and changing or deleting all marked records."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from localpay.errors import LocalpayError
from localpay.store import Cancellation, Selection
from localpay.tui.views import Elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable

    from localpay.tui.rows import Rows
    from localpay.tui.screens.main import MainScreen
    from localpay.tui.views import View


@dataclass(slots=True)
class _Search:
    """A search for all rows that a filter matches, to mark them.

    Attributes:
        view: the list.
        query: the filter.
        then: what to do with the marked records once they are found.
        cancellation: ends the search.
    """

    view: View
    query: str
    then: Callable[[], None] | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)


@dataclass(slots=True)
class _Count:
    """The marked rows are being looked for in a list, under whose filter they may not be.

    Attributes:
        view: how it is looked at.
        rows: the rows of the list.
        marks: the marked ones.
    """

    view: View
    rows: Rows
    marks: Selection


class MarkKeys:
    """The keys that mark rows and those that act on marked records.

    Args:
        screen: the screen with the lists.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._search: _Search | None = None
        self._count: _Count | None = None

    @property
    def summary(self) -> str:
        """How many rows are marked, and the keys that act on them."""
        if self._search is not None:
            return "marking …  esc cancels"
        view, count = self._view, len(self._view.marks)
        if not count:
            return ""
        if view.marked_elsewhere:
            return f"{count:,} marked, {_not_in_list(view)}"
        hint = "" if self._screen.store.read_only else ": E changes, D deletes"
        return f"{count:,} marked{hint}"

    @property
    def _view(self) -> View:
        return self._screen.browser.view

    def action_mark(self) -> None:
        """Mark or unmark the record, and go to the next one."""
        number = self._number()
        if number is None:
            return
        view = self._view
        self.count_elsewhere()
        if number in view.marks:
            view.marks.remove([number])
        else:
            view.marks.add([number])
        view.marked_last = number
        self._show()
        self._screen.browser.table.action_cursor_down()

    def action_mark_range(self) -> None:
        """Mark all records from the last marked one to this one."""
        view, cursor = self._view, self._screen.browser.table.cursor
        number = self._number()
        if number is None or view.rows is None:
            return
        start = None if view.marked_last is None else view.rows.position(view.marked_last)
        if start is None:
            self._screen.tell("v marks the first record of a range, V all from there to here.")
            return
        view.marks.add(view.rows.numbers(min(start, cursor), max(start, cursor) + 1))
        view.marked_last = number
        self._show()

    def action_mark_all(self) -> None:
        """Mark all records that the filter matches, without waiting for the list."""
        self._give_up()
        self._search = _Search(self._view, self._view.query)
        self._screen.browser.fetcher.run(partial(self._find_all, self._search))
        self._show()

    def _find_all(self, search: _Search) -> None:
        """Find the rows that match; runs in a thread."""
        screen, found = self._screen, None
        repository = screen.store.records(search.view.kind.entity)
        try:
            found = repository.select(search.query, cancellation=search.cancellation)
        finally:
            screen.app.call_from_thread(self._found, search, found)

    def _found(self, search: _Search, found: Selection | None) -> None:
        if search is not self._search:
            return
        self._search = None
        if found is not None:
            found.add(search.view.marks)
            search.view.marks = found
            if search.query != search.view.query:
                self._count_again(search.view)
        self._show()
        if found is not None and search.then is not None and search.view is self._view:
            search.then()

    def _put_off(self, action: Callable[[], None]) -> bool:
        """Put an action off until the search for rows to mark is over.

        Returns:
            False if no search is running: the action can be done now.
        """
        if self._search is None or self._search.view is not self._view:
            return False
        self._search.then = action
        return True

    def _give_up(self) -> bool:
        if self._search is None:
            return False
        self._search.cancellation.cancel()
        self._search = None
        self._show()
        return True

    def clear(self) -> bool:
        """Unmark all rows of the list.

        Returns:
            False if none was marked.
        """
        view = self._view
        if self._give_up():
            return True
        if not view.marks:
            return False
        view.marks, view.marked_last = Selection(), None
        self._show()
        return True

    def action_change_marked(self) -> None:
        """Set one field of all marked records, or of the one under the cursor."""
        if self._put_off(self.action_change_marked):
            return
        chosen = self._chosen()
        if chosen is None:
            return
        from localpay.tui.screens.change_many import ChangeManyScreen  # noqa: PLC0415 - rarely used

        where = _not_in_list(self._view)
        screen = ChangeManyScreen(self._screen.store, self._view.kind, chosen, where)
        self._screen.app.push_screen(screen, self._on_changed)

    def _on_changed(self, summary: str | None) -> None:
        if summary is not None:
            self._screen.tell(summary)
            self._screen.browser.refresh_rows()

    def action_delete_marked(self) -> None:
        """Delete all marked records, or the one under the cursor, if the user agrees."""
        if self._put_off(self.action_delete_marked):
            return
        chosen, view = self._chosen(), self._view
        if chosen is None:
            return
        from localpay.tui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual passes it so
            if yes:
                self._delete(view, chosen)

        counted = view.kind.counted(len(chosen))
        lines = [f"{counted}, as one step that u undoes"]
        if where := _not_in_list(view):
            lines.insert(0, where)
        if view.kind.name == "carts":
            lines.append("with all of their items and sessions")
        self._screen.app.push_screen(ConfirmScreen(f"Delete {counted}?", lines, "Delete"), answered)

    def _delete(self, view: View, chosen: Selection) -> None:
        from localpay.tui.screens.work import WorkScreen  # noqa: PLC0415

        kind = view.kind

        def work(progress: Callable[[int], None]) -> str:
            removed = self._screen.store.records(kind.entity).delete_many(chosen, progress=progress)
            return f"Deleted {kind.counted(removed)}. u brings them back."

        def ended(answer: str | LocalpayError | None) -> None:
            if isinstance(answer, str):
                view.marks, view.marked_last = Selection(), None
                self._show()
                self._on_changed(answer)
            elif answer is not None:
                self._screen.tell(f"Nothing was deleted: {answer}", error=True)

        self._screen.app.push_screen(WorkScreen("Deleting", len(chosen), work), ended)

    def _chosen(self) -> Selection | None:
        """The marked rows, else the one under the cursor; None if there is neither."""
        if self._view.marks:
            return self._view.marks.copy()
        number = self._number()
        return None if number is None else Selection([number])

    def _number(self) -> int | None:
        """The number of the row under the cursor; None if its record is not loaded."""
        table, rows = self._screen.browser.table, self._view.rows
        if rows is None or table.record is None:
            return None
        return next(iter(rows.numbers(table.cursor, table.cursor + 1)), None)

    def count_elsewhere(self) -> None:
        """Count the marked rows that are not in the list that is seen, unless that is known.

        It stays so while rows of the list are marked and unmarked.
        """
        view, rows = self._view, self._view.rows
        if rows is None:
            return
        if not view.marks:
            view.elsewhere = Elsewhere(rows.listing, 0)
        if view.marked_elsewhere is not None or self._screen.browser.fetcher.current is not None:
            return
        if self._count is None or self._count.rows is not rows:
            self._count = _Count(view, rows, view.marks.copy())
            self._screen.browser.fetcher.run(partial(self._count_in_thread, self._count))

    def _count_in_thread(self, count: _Count) -> None:
        rows, marks = count.rows, count.marks
        found = marks.count_among(rows.numbers(0, len(rows)))

        def show() -> None:
            if count is self._count:
                self._count = None
                count.view.elsewhere = Elsewhere(rows.listing, len(marks) - found)
                self._show()

        self._screen.app.call_from_thread(show)

    def _count_again(self, view: View) -> None:
        """Count them, as rows were marked, or forgotten, that may not be in the list."""
        view.elsewhere = self._count = None
        self.count_elsewhere()

    def _show(self) -> None:
        self._screen.browser.table.mark(self._view.marks)

    def prune(self) -> None:
        """Unmark rows that are gone: new rows may get their numbers."""
        view = self._view
        if view.marks:
            self._screen.browser.fetcher.run(partial(self._find_gone, view, view.marks))

    def _find_gone(self, view: View, marks: Selection) -> None:
        """Find out which marked rows still exist; runs in a thread."""
        try:
            left: Selection = self._screen.store.records(view.kind.entity).still_there(marks.copy())
        except LocalpayError:
            return  # the list reports the error

        def show() -> None:
            if view.marks is marks and len(left) < len(marks):
                view.marks = left
                self._count_again(view)
                self._show()

        self._screen.app.call_from_thread(show)


def _not_in_list(view: View) -> str:
    """How many marked rows are not in the list; nothing if all of them are."""
    count = view.marked_elsewhere
    if count is None:
        return "some of them maybe not in this list"
    if count == len(view.marks) > 0:
        return "none of them in this list"
    return f"{count:,} of them not in this list" if count else ""
