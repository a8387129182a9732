"""The three lists, one of them on the screen, each with its filter, its sort and its cursor.

It decides what is read and when, and remembers where the user was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from localpay.errors import QueryError
from localpay.tui import columns, sorting
from localpay.tui.fetching import (
    Counted,
    Failed,
    Fetcher,
    Load,
    Loaded,
    LoadFailed,
    StoreChanged,
    WindowFetched,
)
from localpay.tui.views import TOP, Spot, View, Visit
from localpay.tui.waiting import Waiting
from localpay.tui.widgets.filter_line import FilterLine
from localpay.tui.widgets.record_table import Awaited, RecordTable
from localpay.tui.widgets.suggestions import Suggestions
from localpay.tui.widgets.table_frame import TableFrame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from localpay.entities import BaseEntity, ListName, SavedView
    from localpay.store import Store
    from localpay.tui.filter_history import FilterHistory
    from localpay.tui.layouts import Shown
    from localpay.tui.widgets.facet_pane import FacetPane


class Browser(Widget):
    """Sessions, carts or payments, under the line that filters them.

    Args:
        store: the store.
        chosen: the columns that the user chose, by the table of the list.
        history: the filters used before.
    """

    BLANK = True  # its parts cover it
    DEFAULT_CSS = """
    Browser { layout: vertical; width: 1fr; height: 1fr; background: $background; }
    """

    class Moved(Message):
        """Another record is under the cursor, or none."""

    class Grown(Message):
        """More rows of the list are known."""

    class Outdated(Message):
        """The store has changed, and the list is being read again."""

    class Entered(Message):
        """Another list is on the screen."""

        def __init__(self, name: ListName) -> None:
            super().__init__()
            self.name = name

    def __init__(
        self, store: Store, chosen: Mapping[str, tuple[Shown, ...]], history: FilterHistory
    ) -> None:
        super().__init__(id="browser")
        self.table = RecordTable(id="table")
        self.frame = TableFrame(store, self.table)
        self.filter = FilterLine()
        self.suggestions = Suggestions(store, self.filter, history, lambda: self.view.kind)
        self._views = {
            kind.name: View(kind, shown=chosen.get(kind.entity, ())) for kind in columns.LISTS
        }
        self.view = self._views["sessions"]
        self.fetcher = Fetcher(store, self)
        self._waiting = Waiting(self)
        self._visits: list[Visit] = []

    def compose(self) -> ComposeResult:
        """The filter line and the table."""
        yield self.filter
        yield self.frame
        yield self.suggestions

    def on_mount(self) -> None:
        """Load the first list at once."""
        self.filter.take(self.view.query, self.view.kind.example)
        self._load()
        # The first frame then has the first rows, which mostly come quickly enough.
        self.fetcher.wait_a_moment()
        self.fetcher.watch()

    def on_unmount(self) -> None:
        """Stop all threads."""
        self.fetcher.close()

    @property
    def record(self) -> BaseEntity | None:
        """The record under the cursor."""
        return self.table.record

    @property
    def parts(self) -> tuple[Widget, ...]:
        """The parts that do actions of their own."""
        return (self.suggestions, self.frame, self.table)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way to the list, its filter and its completions."""
        return self.fetcher.idle and not (self.filter.waiting or self.suggestions.counting)

    # Going places

    def visit(self, name: ListName) -> None:
        """Show a list, where it was left."""
        if self.view.kind.name != name or self.view.rows is None:
            view = self._enter(name)
            if view.stale:
                self._load(view.spot, follows=True)

    def jump(self, entity: str, record_id: str) -> None:
        """Go to a record in whichever list it is, if need be without filter; `back` returns."""
        kind = columns.BY_ENTITY.get(entity)
        if kind is None:
            return
        self._remember()
        view = self.view
        self._visits.append(Visit(view.kind.name, view.query, view.spot))
        self._enter(kind.name)
        self._go(Spot(record_id, above=self.table.size.height // 3), needed=True)

    def back(self) -> bool:
        """Go back to where the last link was followed.

        Returns:
            False if no link was followed.
        """
        if not self._visits:
            return False
        visit = self._visits.pop()
        view = self._enter(visit.name)
        if view.query != visit.query:
            view.query, view.stale = visit.query, True
            self.filter.take(view.query, view.kind.example)
        self._go(visit.spot)
        return True

    async def finish_filter(self) -> None:
        """Apply the filter typed so far at once."""
        query = await self.filter.finish()
        if query is not None:
            self._filter(query)

    def filter_by(self, query: str) -> None:
        """Filter the list. Without a filter the cursor stays on its record."""
        self.filter.take(query, self.view.kind.example)
        self._filter(query)

    def start(self, saved: SavedView) -> None:
        """Start with a saved view; called before the first frame."""
        self.view = self._views[columns.BY_ENTITY[saved.entity].name]
        self.view.take(saved)

    def open_view(self, saved: SavedView) -> None:
        """Show a list as a saved view has it."""
        view = self._enter(columns.BY_ENTITY[saved.entity].name)
        view.take(saved)
        self.filter.take(view.query, view.kind.example)
        self._load()

    def rearrange(self, shown: tuple[Shown, ...], sort: str) -> None:
        """Show other columns, and sort by other keys; the cursor stays on its record."""
        view = self.view
        view.shown = shown
        if sort != view.sort:
            self._remember()
            view.sort = sort
            self._load(view.spot)
        elif view.rows is not None:
            self._show(self.table.cursor, self.table.above, follow=self.table.sees_cursor)

    def sort_by(self, sort: str) -> None:
        """Sort by other keys, and go to the first record."""
        self._remember()
        self.view.sort = sort
        self._load()

    def refresh_rows(self) -> None:
        """Read the list again after a change; cursor and scroll position stay."""
        self.post_message(self.Outdated())
        for view in self._views.values():
            view.stale = True
        if self.fetcher.current is None:
            self._reload()

    def _enter(self, name: ListName) -> View:
        """Show a list as far as it is known."""
        self._remember()
        self.table.awaited = None
        if self.fetcher.current is not None:
            self.view.stale = True
            self.fetcher.cancel()
        self.view = view = self._views[name]
        self.filter.take(view.query, view.kind.example)
        self._show(view.spot.position, view.spot.above)
        self.filter.count(self.view.counted)
        self.frame.follow(view.kind, view.query)
        self.post_message(self.Entered(name))
        return view

    def _remember(self) -> None:
        self.view.spot = self.table.spot or self.view.spot

    def _filter(self, query: str) -> None:
        self._remember()
        self.view.query = query
        if query:
            self._load()
        else:
            self._load(Spot(self.view.spot.target, above=self.table.size.height // 3))

    # Reading

    def _load(self, spot: Spot = TOP, *, follows: bool = False) -> None:
        """Read the list again, and go to a spot in it, or to where the user has moved meanwhile."""
        self._begin(self._request(spot, follows=follows))

    def _go(self, spot: Spot, *, needed: bool = False) -> None:
        """Go to a spot of the list, which is read again only if it is stale or incomplete."""
        rows, load = self.view.rows, self._request(spot, needed=needed)
        if rows is not None and rows.listing.complete and not self.view.stale:
            load.listing = rows.listing
        load.awaited = Awaited(spot.text)
        self._begin(load)
        self.post_message(self.Grown())
        self.screen.set_focus(self.table)

    def _request(self, spot: Spot, *, needed: bool = False, follows: bool = False) -> Load:
        view, size = self.view, max(60, self.app.size.height)
        return Load(view.kind, view.query, view.sort, size, spot, needed=needed, follows=follows)

    def _begin(self, load: Load) -> None:
        self.view.stale, self.table.awaited = False, load.awaited
        self.fetcher.load(load)
        self._waiting.begin(load)

    def _reload(self) -> None:
        self._remember()
        self._load(self.view.spot, follows=True)

    def on_loaded(self, message: Loaded) -> None:
        """Show the rows that were read."""
        message.stop()
        load, view = message.load, self.view
        if load is not self.fetcher.current or (message.partly and load.listing is None):
            return
        again = view.rows is not None and view.rows.listing is message.rows.listing
        if load.awaited is not None:
            if self.table.awaited is not load.awaited:
                if not again:
                    self._reload()  # to stay where the user is, under the same filter
                return
            self.table.awaited = None
        here = self.table.spot if load.follows or (again and load.awaited is None) else None
        if here is not None and not again and here.is_elsewhere(load.spot):
            self.fetcher.load(load.around(here, message.rows.listing))
            return
        if load.query != view.query:
            view.query = load.query
            self.filter.take(load.query, view.kind.example)
        self.filter.accept()
        self.frame.follow(view.kind, view.query)
        view.rows = message.rows
        if here is None:
            self._show(message.cursor, load.spot.above)
        else:
            position = here.position if again else message.cursor
            self._show(position, here.above, follow=self.table.sees_cursor)
        self.filter.count(self.view.counted)
        if not message.partly:
            load.listing = None
            self.call_after_refresh(load.shown.set)

    def on_counted(self, message: Counted) -> None:
        """Show how many records there are."""
        message.stop()
        view = self.view
        if message.load is not self.fetcher.current or view.rows is None:
            return
        self.table.grow()
        if message.done:
            self.fetcher.done(message.load)
            view.total = message.total if view.query else len(view.rows)
            view.hint = message.hint
            if not len(view.rows):
                self.table.say(*view.empty)
            awaited = self.table.arrive()
            if view.stale:
                self._reload()
                self.table.awaited = awaited
        self.filter.count(self.view.counted)
        self.post_message(self.Grown())

    def on_load_failed(self, message: LoadFailed) -> None:
        """Say why there is no list; the one before stays, if there is one."""
        message.stop()
        view, error = self.view, message.error
        if message.load is not self.fetcher.current:
            return
        self.fetcher.done(message.load)
        self.table.awaited = None
        self.filter.count(self.view.counted)
        if isinstance(error, QueryError):
            view.stale = True
            self.filter.refuse(error)
            self.filter.count("")
            if view.rows is None:
                self.table.say("This filter cannot be understood", "/ corrects it, esc clears it")
        elif view.rows is None:
            self.table.say(str(error), "the list's number key tries again")
        else:
            self.post_message(Failed(error))

    def on_record_table_wanted(self, message: RecordTable.Wanted) -> None:
        """Fetch the rows that came into view."""
        message.stop()
        self.fetcher.fetch(self.view.kind, message.rows, message.windows[0])

    def on_window_fetched(self, message: WindowFetched) -> None:
        """Show fetched rows, and ask for those that came into view meanwhile."""
        message.stop()
        self.fetcher.fetched()
        if message.error is not None:
            self.post_message(Failed(message.error))
            return
        if message.rows is self.view.rows and message.records is not None:
            self.table.put(message.number, message.records)
        self.table.grow()

    def on_store_changed(self, message: StoreChanged) -> None:
        """Keep up with other programs."""
        message.stop()
        self.refresh_rows()

    def on_filter_line_changed(self, message: FilterLine.Changed) -> None:
        """Filter while the user types."""
        message.stop()
        self._filter(message.query)

    def on_facet_pane_toggled(self, message: FacetPane.Toggled) -> None:
        """Add a value to the filter, or remove it."""
        message.stop()
        try:
            query = self.view.toggled(message.field, message.value)
        except QueryError as error:
            self.post_message(Failed(error))
        else:
            self.filter_by(query)

    def on_record_table_moved(self, message: RecordTable.Moved) -> None:
        """Announce the record under the cursor."""
        message.stop()
        self.post_message(self.Moved())

    def on_record_table_sort_chosen(self, message: RecordTable.SortChosen) -> None:
        """Sort by the column that was clicked."""
        message.stop()
        if message.column.sort is not None:
            change = sorting.by_further if message.further else sorting.by
            self.sort_by(change(self.view.sort, message.column.sort))

    # Showing

    def _show(self, cursor: int, above: int, *, follow: bool = True) -> None:
        view = self.view
        if view.rows is None:
            self.table.say("")
        elif not len(view.rows) and view.rows.complete:
            self.table.say(*view.empty)
        else:
            self.table.show(
                view.rows, view.columns, view.sort, cursor=cursor, above=above, follow=follow
            )
        self.table.mark(view.marks)
