"""The saved views: one is opened by its number, the present one is saved, one is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import set_cell_size
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from localpay.entities import SavedView
from localpay.errors import LocalpayError, StoreClosedError
from localpay.tui import columns, saved
from localpay.tui.present import STYLES, fit
from localpay.tui.widgets.choices import Choices
from localpay.tui.widgets.form_row import LineEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

    from localpay.store import Store
    from localpay.tui.saved import Kept
    from localpay.tui.settings import Settings

_KEYS: Final = "1 … 9 and enter open  n saves the present one  d forgets  esc closes"
_NAMING: Final = "a name for the present filter, sort and columns; enter saves, esc does not"
_LONGEST: Final = 300
_NAME: Final = 22


class SavedViewsScreen(ModalScreen[SavedView | None]):
    """The views; the answer is the one to open, None if none is.

    Args:
        store: where views are kept.
        settings: where the user's own views are kept.
        present: what is looked at now, with no name.
        naming: whether to begin with a name to save that under.
    """

    BINDINGS: ClassVar = [
        *(Binding(str(number), f"open({number})", show=False) for number in range(1, 10)),
        Binding("n,s,W", "name", "Save"),
        Binding("d,delete", "forget", "Forget"),
        Binding("escape,q,w", "leave", "Close"),
    ]
    DEFAULT_CSS = """
    SavedViewsScreen {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 76; max-width: 100%; height: auto; max-height: 100%;
            background: $surface; padding: 0 1;
        }
        & #title { height: 1; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
        & LineEditor { display: none; background: $block-cursor-background; }
        &.-naming LineEditor { display: block; }
        & #keys { height: auto; max-height: 2; color: $foreground 60%; }
        &.-roomy > Vertical { padding: 1 3; }
        &.-roomy Choices, &.-roomy #keys { margin-top: 1; }
    }
    """

    @dataclass
    class _Read(Message):
        """A thread has read the views, or failed, and has something to say."""

        views: list[Kept] | None
        told: str
        failed: bool = False

    def __init__(
        self, store: Store, settings: Settings, present: SavedView, *, naming: bool = False
    ) -> None:
        super().__init__()
        self._store = store
        self._settings = settings
        self._present = present
        self._naming = naming
        self._views: list[Kept] = []

    def compose(self) -> ComposeResult:
        """The views, a place for a name, and the keys."""
        with Vertical():
            yield Static(Content("Saved views"), id="title")
            yield Choices()
            yield LineEditor(compact=True, select_on_focus=False)
            yield Static(Content(_KEYS), id="keys")

    def on_mount(self) -> None:
        """Read the views."""
        self.query_one(Choices).focus()
        self._in_thread(str)
        if self._naming:
            self.action_name()

    def on_resize(self, event: events.Resize) -> None:
        """Give the lines the room that there is."""
        roomy = event.size.height >= 16
        self.set_class(roomy, "-roomy")
        taken = 9 if roomy else 4
        self.query_one(Choices).styles.max_height = max(1, event.size.height - taken)

    def _in_thread(self, work: Callable[[], str]) -> None:
        """Do something with the views beside the screen, and read them anew."""

        def run() -> None:
            try:
                told = work()
                read = self._Read(saved.views(self._store, self._settings), told)
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
        if message.told:
            self._say(message.told, failed=message.failed)
        elif not self._views and not self.has_class("-naming"):
            self._say("There are none yet: n saves the present filter, sort and columns.")

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
        """Open the view of a number."""
        if number <= len(self._views):
            self.dismiss(self._views[number - 1].view)

    def on_option_list_option_selected(self, event: Choices.OptionSelected) -> None:
        """Open the view under the cursor."""
        event.stop()
        self.action_open(event.option_index + 1)

    def action_name(self) -> None:
        """Ask for a name for what is looked at now."""
        self.add_class("-naming")
        self._say(_NAMING)
        self.query_one(LineEditor).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save the present view under the name."""
        event.stop()
        view = replace(self._present, name=event.value.strip())
        event.input.value = ""
        self._end_naming()
        self._in_thread(partial(saved.save, self._store, self._settings, view))

    def action_forget(self) -> None:
        """Forget the view under the cursor."""
        if self._views:
            kept = self._views[self.query_one(Choices).chosen]
            self._in_thread(partial(saved.forget, self._store, self._settings, kept))

    def action_leave(self) -> None:
        """Leave what is typed; then close."""
        if self.has_class("-naming"):
            self._end_naming()
        else:
            self.dismiss(None)

    def _end_naming(self) -> None:
        self.remove_class("-naming")
        self._say(_KEYS)
        self.query_one(Choices).focus()

    def _say(self, sentence: str, *, failed: bool = False) -> None:
        style = STYLES["bad" if failed else "off"]
        self.query_one("#keys", Static).update(Content.styled(fit(sentence, _LONGEST), style))
