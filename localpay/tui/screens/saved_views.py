"""The saved views: open one by its number, save the current one, or forget one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import set_cell_size
from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from localpay.entities import SavedView
from localpay.errors import LocalpayError, StoreClosedError
from localpay.tui import columns, saved
from localpay.tui.present import STYLES, fit
from localpay.tui.screens.choosing import ChoosingScreen
from localpay.tui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.widgets import Input

    from localpay.store import Store
    from localpay.tui.saved import Kept
    from localpay.tui.settings import Settings

_NAMING: Final = "a name for the current filter, sort and columns; enter saves, esc cancels"
_NAMING_OWN: Final = "a name for your own view, in every store; enter saves, esc cancels"
_NONE: Final = "There are none yet: n saves the current filter, sort and columns."
_LONGEST: Final = 300
_NAME: Final = 22


class SavedViewsScreen(ChoosingScreen[SavedView | None]):
    """The views; the answer is the one to open, or None.

    Args:
        store: where views are kept.
        settings: where the user's own views are kept.
        present: the current view, without a name.
        naming: whether to start by asking for a name to save it.
    """

    BINDINGS: ClassVar = [
        *(Binding(str(number), f"open({number})", show=False) for number in range(1, 10)),
        Binding("n,s,W", "name(False)", "Save in the store"),
        Binding("N", "name(True)", "Save with your settings"),
        Binding("d,delete", "forget", "Forget"),
        Binding("escape,q,w", "leave", "Close"),
    ]
    KEYS = (
        ("1 … 9", "open"), ("enter", "open"), ("n", "save here"), ("N", "save for all stores"),
        ("d", "forget"), ("esc", "close"),
    )  # fmt: skip

    @dataclass
    class _Read(Message):
        """A thread has read the views, or failed."""

        views: list[Kept] | None
        message: str
        failed: bool = False

    def __init__(
        self, store: Store, settings: Settings, present: SavedView, *, naming: bool = False
    ) -> None:
        super().__init__("Saved views")
        self._store = store
        self._settings = settings
        self._present = present
        self._naming = naming
        self._views: list[Kept] = []
        self._own = False
        self._doubted: str | None = None

    def on_mount(self) -> None:
        """Read the views."""
        self._in_thread(str)
        if self._naming:
            self.action_name()

    def _in_thread(self, work: Callable[[], str]) -> None:
        """Do something with the views in a thread, and read them again."""

        def run() -> None:
            try:
                message = work()
                read = self._Read(saved.views(self._store, self._settings), message)
            except StoreClosedError:
                return
            except LocalpayError as error:
                read = self._Read(None, str(error), failed=True)
            self.post_message(read)

        self.run_worker(run, thread=True)

    def _on_saved_views_screen__read(self, message: _Read) -> None:
        if message.views is not None:
            self._views = message.views
            choices = self.query_one(Choices)
            choices.show(map(self._line, range(len(self._views))), choices.chosen)
        if message.message:
            self.say(message.message, "bad" if message.failed else "off")
        elif not self._views and not self.is_asking:
            self.say(_NONE)

    def _line(self, place: int) -> Content:
        view, own = self._views[place]
        number = str(place + 1) if place < 9 else " "
        rest = f"{columns.BY_ENTITY[view.entity].label.lower()}  {view.query or 'all'}"
        return Content.assemble(
            (f"{number}  ", STYLES["link"]),
            (set_cell_size(fit(view.name, _NAME), _NAME) + "  ", STYLES["plain"]),
            (fit(f"{rest}  by {view.sort}", _LONGEST), STYLES["muted"]),
            ("  your own" if own else "", STYLES["faint"]),
        )

    def action_open(self, number: int) -> None:
        """Open the view with a number."""
        if number <= len(self._views):
            self.dismiss(self._views[number - 1].view)

    def on_option_list_option_selected(self, event: Choices.OptionSelected) -> None:
        """Open the view under the cursor."""
        event.stop()
        self.action_open(event.option_index + 1)

    def on_option_list_option_highlighted(self) -> None:
        """Ask again before another view is forgotten."""
        if self._doubted is not None:
            self._doubted = None
            self.say("")

    def action_name(self, own: bool = False) -> None:  # noqa: FBT001, FBT002 - bindings pass it so
        """Ask for a name for the current view.

        Args:
            own: keep it in the user's settings rather than in the store.
        """
        self._own, self._doubted = own or self._store.read_only, None
        self.ask(_NAMING_OWN if self._own else _NAMING)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save the current view under a name; replace another view only at the second enter."""
        event.stop()
        name = event.value.strip()
        taken = any(each.view.name == name and each.own == self._own for each in self._views)
        if taken and self._doubted != name:
            self._doubted = name
            self.say(f"{name} exists already; enter again replaces it", "attention")
            return
        self._doubted, self._naming = None, False
        self.end_asking()
        view = replace(self._present, name=name)
        self._in_thread(partial(saved.save, self._store, self._settings, view, own=self._own))

    def action_leave(self) -> None:
        """Stop typing; close if nothing is being typed, or if it was opened to ask for a name."""
        if self._naming:
            self.end_asking()
        super().action_leave()

    def action_forget(self) -> None:
        """Forget the view under the cursor when asked for the second time."""
        if not self._views:
            return
        kept = self._views[self.place]
        if self._doubted != kept.view.name:
            self._doubted = kept.view.name
            self.say(f"d again forgets {kept.view.name}; u does not bring it back", "attention")
            return
        self._doubted = None
        self._in_thread(partial(saved.forget, self._store, self._settings, kept))
