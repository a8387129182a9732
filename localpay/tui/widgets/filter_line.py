"""The line that filters the list as one types, with what is wrong with the filter under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from localpay.text import one_line
from localpay.tui.actions import bindings
from localpay.tui.present import fit

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from localpay.errors import QueryError

DEBOUNCE_SECONDS = 0.03
"""How long to wait for the next key before the list is asked for."""


class _Query(Input):
    """An input that takes no character which a terminal would obey."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in place of other text, made safe to show."""
        super().replace(one_line(text), start, end)


class FilterLine(Widget):
    """The filter, how many records match it, and its error."""

    BINDINGS = bindings("filter")
    DEFAULT_CSS = """
    FilterLine {
        height: auto;
        background: $background;
        & > Horizontal { height: 1; }
        & #prompt { width: 3; color: $foreground 60%; }
        & #query { width: 1fr; padding: 0; background: $background; border: none; height: 1; }
        & #count { width: auto; color: $foreground 70%; padding: 0 1; }
        & #problem { display: none; color: $text-error; padding: 0 1 0 3; height: 2; }
        &.-failed #problem { display: block; }
        &.-failed #prompt { color: $text-error; text-style: bold; }
        &:focus-within #prompt { color: $text-accent; text-style: bold; }
    }
    """

    @dataclass
    class Changed(Message):
        """Another filter was typed."""

        query: str

    def __init__(self) -> None:
        super().__init__(id="filter")
        self._timer: Timer | None = None
        self._asked = ""

    def compose(self) -> ComposeResult:
        """The line and the error under it."""
        with Horizontal():
            yield Static(Content(" / "), id="prompt")
            yield _Query(id="query", compact=True, select_on_focus=False)
            yield Static(Content(""), id="count")
        yield Static(Content(""), id="problem")

    @property
    def input(self) -> Input:
        """Where one types."""
        return self.query_one(Input)

    def take(self, query: str, example: str) -> None:
        """Show a filter that was not typed here.

        Args:
            query: the filter.
            example: what to suggest while there is none.
        """
        self._stop()
        self._asked = query
        self.input.value = query
        self.input.placeholder = f"filter, for example {example}"
        self.accept()

    def accept(self) -> None:
        """Take the error away."""
        self.remove_class("-failed")

    def refuse(self, error: QueryError) -> None:
        """Point at what is wrong."""
        before = cell_len(one_line(error.text[: error.position]))
        width = max(1, self.size.width - 4)
        mark = " " * before + "^" * max(1, min(error.length, len(error.text) - error.position))
        if before + 1 > width:
            mark = " " * (width - 1) + "→"
        self.query_one("#problem", Static).update(
            Content(f"{mark[:width]}\n{fit(error.reason, width)}")
        )
        self.add_class("-failed")

    def count(self, text: str) -> None:
        """Show how many records there are, in words."""
        self.query_one("#count", Static).update(Content(text))

    def focus_input(self) -> None:
        """Begin to type."""
        self.input.focus()
        self.input.cursor_position = len(self.input.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait a moment for the next key, then ask for the list."""
        event.stop()
        self._stop()
        if event.value != self._asked:
            self._timer = self.set_timer(DEBOUNCE_SECONDS, self._ask)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the list. The input has its own use for the key."""
        event.stop()
        await self.run_action("screen.perform('leave_filter')")

    def _ask(self) -> None:
        self._asked = self.input.value
        self.post_message(self.Changed(self._asked))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
