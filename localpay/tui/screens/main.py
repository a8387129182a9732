"""The main screen: a list, the details of the record under its cursor, and the keys."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING

from textual.screen import Screen

from localpay.errors import LocalpayError
from localpay.tui import actions, edits
from localpay.tui.keys.marks import MarkKeys
from localpay.tui.keys.places import PlaceKeys
from localpay.tui.keys.records import RecordKeys
from localpay.tui.keys.views import ViewKeys
from localpay.tui.present import fit
from localpay.tui.widgets.bars import KeyBar, TopBar
from localpay.tui.widgets.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size
    from textual.timer import Timer

    from localpay.entities import SavedView
    from localpay.store import Store
    from localpay.tui.fetching import Failed
    from localpay.tui.filter_history import FilterHistory
    from localpay.tui.settings import Settings
    from localpay.tui.widgets.detail import DetailPane
    from localpay.tui.widgets.record_table import RecordTable

_WIDE = 120
"""Columns from which the details are beside the list, and open from the start."""

_LOW = 20
"""Lines below which the details replace the list, because there is no room under it."""

_FLAT = 6
"""Lines below which there is only room for the list."""

_LONGEST = 300
"""Cells of the longest message: ids may have any length."""

_SETTLE = 0.04
"""Seconds the cursor must rest on a record before its details are read."""


class MainScreen(Screen[None]):
    """Sessions, carts and payments.

    Args:
        store: what is shown.
        title: its name.
        settings: keeps the user's choices.
        history: the filters used before.
        view: the saved view to start with; without one all sessions are shown.
    """

    BINDINGS = actions.bindings("app")
    AUTO_FOCUS = "RecordTable"
    BLANK = True  # its parts cover it, so it need not be drawn
    DEFAULT_CSS = """
    MainScreen {
        layout: vertical;
        TopBar { dock: top; }
        KeyBar { dock: bottom; }
        DetailPane { display: none; width: 100%; height: 55%; border-top: solid $panel; }
        &.-details DetailPane { display: block; }
        &.-wide { layout: horizontal; }
        &.-wide DetailPane {
            width: 42%; height: 100%; border-top: none; border-left: solid $panel;
        }
        &.-narrow.-low.-details Browser { display: none; }
        &.-narrow.-low DetailPane { height: 100%; border: none; }
        &.-flat TopBar, &.-flat KeyBar { display: none; }
    }
    """

    def __init__(
        self,
        store: Store,
        title: str,
        settings: Settings,
        history: FilterHistory,
        view: SavedView | None = None,
    ) -> None:
        super().__init__()
        self.store = store
        self.browser = Browser(store, settings.columns(), history)
        self._records = RecordKeys(self)
        self._marks = MarkKeys(self)
        self._places = PlaceKeys(self)
        self._views = ViewKeys(self, settings)
        if view is not None:
            self.browser.start(view)
        self.pane: DetailPane | None = None
        self._top = TopBar(title, read_only=store.read_only)
        self._top.chosen = self.browser.view.kind.name
        self._keys = KeyBar(read_only=store.read_only)
        self._settling: Timer | None = None

    def compose(self) -> ComposeResult:
        """The parts; the details are added when they are first opened."""
        self._fit(self.app.size)
        yield self._top
        yield self.browser
        yield self._keys

    def on_mount(self) -> None:
        """Open the details if there is room, once the list is drawn."""
        self.app.theme_changed_signal.subscribe(self, self._views.keep_theme)
        if self.app.size.width >= _WIDE:
            self.call_after_refresh(self._open_pane)

    def on_resize(self, event: events.Resize) -> None:
        """Arrange the parts for the new size."""
        self._fit(event.size)
        if not self._in_pane:
            self._close_cover()

    def _fit(self, size: Size) -> None:
        """Set classes for the room there is; before the first frame, so that it is drawn once."""
        self.set_class(size.width >= _WIDE, "-wide")
        self.set_class(size.width < _WIDE, "-narrow")
        self.set_class(size.height < _LOW, "-low")
        self.set_class(size.height < _FLAT, "-flat")

    def tell(self, message: str, *, error: bool = False) -> None:
        """Show a message that goes away by itself, or with the next one.

        Args:
            message: any text.
            error: whether something went wrong.
        """
        self.app.clear_notifications()
        shown = fit(message, _LONGEST)
        self.app.notify(shown, severity="error" if error else "information", markup=False)

    @property
    def cursor_rests(self) -> bool:
        """Whether the cursor has stopped, so that the details were asked for."""
        return self._settling is None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way to the screen."""
        gathering = self.pane is not None and self.pane.gathering
        return self.cursor_rests and self.browser.is_idle and not gathering

    # Actions

    @property
    def parts(self) -> tuple[object, ...]:
        """The parts that do the actions of `actions.BY_ID`."""
        return (
            self, self._records, self._marks, self._views, self._places,
            self.browser, *self.browser.parts,
        )  # fmt: skip

    async def action_perform(self, action_id: str) -> None:
        """Do what a key, a click or the palette asks for.

        Args:
            action_id: one of `actions.BY_ID`.
        """
        action = actions.BY_ID[action_id]
        if action.writes and self.store.read_only:
            self.tell(f"{action.label} does nothing here: the store is open read-only.")
            return
        owner = actions.owner_of(self.parts, action_id)
        doing = getattr(owner, f"action_{action_id}")()
        if isawaitable(doing):
            await doing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to the filter line while it has the focus. Called by Textual."""
        if action == "perform" and self.focused is self.browser.filter.input:
            if parameters[0] == "take_completion":
                return self.browser.suggestions.takes_right
            return actions.BY_ID[str(parameters[0])].place == "filter"
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Go to the filter line."""
        self._close_cover()
        query = self.browser.filter.input
        self.set_focus(query)
        query.cursor_position = len(query.value)

    async def action_leave_filter(self) -> None:
        """Go from the filter line to the list, or accept the chosen completion."""
        await self.browser.finish_filter()
        if not self.browser.suggestions.take_chosen():
            self.browser.suggestions.leave()
            self.browser.filter.rest()
            self.set_focus(self.browser.table)

    def action_escape(self) -> None:
        """Leave the details; in the list, clear the marks or the filter."""
        if self._in_pane:
            self._close_cover()
            self.set_focus(self.browser.table)
        elif self.browser.frame.in_facets:
            self.browser.frame.leave()
        elif not self._marks.clear() and self.browser.view.query:
            self.browser.filter_by("")

    def action_copy_value(self) -> None:
        """Copy the value under the cursor of the details, or the record's id."""
        record = self.browser.record
        if self.pane is not None and self._in_pane:
            value = self.pane.copy_value()
            if value is None:
                self.tell("There is no value on this line.")
            else:
                self._copy(value, "Copied the whole value")
        elif record is not None:
            self._copy(record.id, f"Copied {record.id}")

    def action_copy_record(self) -> None:
        """Copy the record as JSON."""
        record = self.browser.record
        if record is not None:
            self._copy(edits.as_json(record), f"Copied {record.id} as JSON")

    def _copy(self, text: str, message: str) -> None:
        # Half surrogates cannot be sent to a terminal.
        self.app.copy_to_clipboard(text.encode("utf-8", "replace").decode())
        self.tell(message)

    # The details

    def action_open_details(self) -> None:
        """Go to the details; open them if they are closed."""
        self._open_pane()
        if self.pane is not None:
            self.set_focus(self.pane)

    def action_toggle_details(self) -> None:
        """Show or hide the details."""
        if self.has_class("-details"):
            self._close_pane()
        else:
            self._open_pane()

    def action_switch_focus(self) -> None:
        """Go from the list to the details, or back."""
        if self._in_pane:
            self._close_cover()
            self.set_focus(self.browser.table)
        elif self.browser.frame.in_facets:
            self.browser.frame.leave()
        elif self.pane is not None and self.has_class("-details"):
            self.set_focus(self.pane)
        else:
            self.set_focus(self.browser.table)

    def action_reveal(self) -> None:
        """Show secrets, or mask them again."""
        self._open_pane()
        if self.pane is not None:
            shown = self.pane.toggle_secrets()
            self.tell("Secrets are shown. x masks them." if shown else "Secrets are masked.")

    @property
    def _in_pane(self) -> bool:
        focused = self.focused
        return self.pane is not None and focused is not None and self.pane in (
            focused, *focused.ancestors
        )  # fmt: skip

    def _open_pane(self) -> None:
        if self.has_class("-details"):
            return
        if self.pane is None:
            from localpay.tui.widgets.detail import DetailPane  # noqa: PLC0415

            self.pane = DetailPane(self.store)
            self.mount(self.pane, after=self.browser)
        self.add_class("-details")
        self._settle()

    def _close_pane(self) -> None:
        if self._in_pane:
            self.set_focus(self.browser.table)
        self.remove_class("-details")

    def _close_cover(self) -> None:
        """Hide the details if they cover the list."""
        if self.has_class("-narrow") and self.has_class("-low"):
            self._close_pane()

    def _settle(self) -> None:
        self._settling = None
        if self.pane is not None and self.has_class("-details"):
            self.pane.show(self.browser.record)

    def on_detail_pane_jump(self, message: DetailPane.Jump) -> None:
        """Follow a link of the details."""
        message.stop()
        self._close_cover()
        self.browser.jump(message.entity, message.record_id)

    # The program

    def action_help(self) -> None:
        """Show all keys, and how filters are written."""
        from localpay.tui.screens.help import HelpScreen  # noqa: PLC0415

        self.app.push_screen(HelpScreen(self.browser.view.kind))

    def action_palette(self) -> None:
        """Find any command by its name."""
        self.app.action_command_palette()

    def action_quit(self) -> None:
        """Leave."""
        self.app.exit()

    # Keeping up

    def on_browser_moved(self, message: Browser.Moved) -> None:
        """Let the details follow the cursor, once it rests."""
        message.stop()
        self._show_keys()
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLE, self._settle)

    def on_browser_grown(self, message: Browser.Grown) -> None:
        """Show how many rows are known."""
        message.stop()
        self._show_keys()

    def on_browser_outdated(self, message: Browser.Outdated) -> None:
        """Unmark records that are gone."""
        message.stop()
        self._marks.prune()

    def on_browser_entered(self, message: Browser.Entered) -> None:
        """Highlight the name of the list on the screen."""
        message.stop()
        self._top.choose(message.name)

    def on_failed(self, message: Failed) -> None:
        """Report an error in a thread."""
        message.stop()
        error = message.error
        reason = str(error) if isinstance(error, LocalpayError) else f"Not done: {error!r}"
        self.tell(reason, error=True)

    def on_record_table_opened(self, message: RecordTable.Opened) -> None:
        """Open the details of a record that was double-clicked."""
        message.stop()
        self.action_open_details()

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """Show the keys of the part that has the focus."""
        self._show_keys()

    def _show_keys(self) -> None:
        table = self.browser.table
        where = f"{table.cursor + 1:,} of {table.count:,}" if table.count else ""
        if table.awaited is not None:
            where = f"→ {table.awaited.text} …"
        self._marks.count_elsewhere()
        if marked := self._marks.summary:
            where = f"{marked}  {where}"
        places: tuple[actions.Place, ...] = ("list", "app")
        if self.focused is self.browser.filter.input:
            places = ("filter",)
        elif self._in_pane:
            places = ("details", "app")
        elif self.browser.frame.in_facets:
            places = ("facets", "app")
        self._keys.show(places, where)

    # In threads

    def in_thread(self, work: Callable[[], str | None]) -> None:
        """Do something with the store in a thread, and show the message it returns."""

        def run() -> None:
            message = work()
            if message is not None:
                self.app.call_from_thread(self.tell, message)
                self.app.call_from_thread(self.browser.refresh_rows)

        self.browser.fetcher.run(run)
