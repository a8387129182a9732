"""The line that filters the list while the user types, with the filter's error under it."""

from __future__ import annotations

import asyncio
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from localpay.text import one_line
from localpay.tui.actions import bindings
from localpay.tui.present import fit
from localpay.tui.widgets.line_input import LineInput, drawn

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer
    from textual.widgets import Input

    from localpay.errors import QueryError

DEBOUNCE_SECONDS = 0.02
"""Seconds to wait for the next key before the list is loaded."""

_PROMPT = " / "
_COUNT = 24
"""Cells for the count, on the right."""

_NARROW = 56
"""Cells below which there is no room for the count."""


class FilterLine(Widget):
    """The filter, how many records match it, and its error.

    It draws everything but the input itself, so that a new count moves nothing.
    """

    BINDINGS = bindings("filter")
    ALLOW_SELECT = False
    DEFAULT_CSS = f"""
    FilterLine {{
        height: 1;
        background: $background;
        &.-failed {{ height: 3; }}
        &.-failed.-long {{ height: 4; }}
        &.-failed.-hushed {{ height: 1; }}
        & > LineInput {{ width: 1fr; margin: 0 {_COUNT} 0 3; background: $background; }}
        & > LineInput:focus {{ background-tint: $foreground 0%; }}
        &.-narrow > LineInput {{ margin: 0 0 0 3; }}
    }}
    """

    class Changed(Message):
        """Another filter was typed."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    def __init__(self) -> None:
        super().__init__(id="filter")
        self.input = LineInput(id="query", compact=True, select_on_focus=False)
        self._timer: Timer | None = None
        self._asked = ""
        self._error: QueryError | None = None
        self._count = ""

    @property
    def waiting(self) -> bool:
        """Whether a typed filter is not applied yet, as more keys may follow."""
        return self._timer is not None

    def compose(self) -> ComposeResult:
        """The input."""
        yield self.input

    def render(self) -> Content:
        """Everything around the input. Called by Textual."""
        width = self.size.width
        failed = self._error is not None
        style = "bold $text-error" if failed else "$foreground 60%"
        if self.input.has_focus and not failed:
            style = "bold $text-accent"
        count = fit(self._count, _COUNT - 2) if width >= _NARROW else ""
        room = max(0, width - len(_PROMPT) - cell_len(count) - 1)
        line = [(_PROMPT, style), (" " * room, ""), (count, "$foreground 70%")]
        return Content.assemble(*line, *self._problem(max(1, width - len(_PROMPT) - 1)))

    def _problem(self, width: int) -> list[tuple[str, str]]:
        """A mark under the error in the filter, and what is wrong."""
        error = self._error
        if error is None:
            return []
        before = cell_len(drawn(error.text[: error.position]))
        mark = " " * before + "^" * max(1, min(error.length, len(error.text) - error.position))
        if before >= width:
            mark = " " * (width - 1) + "→"
        indent = " " * len(_PROMPT)
        reason = "".join(f"\n{indent}{line}" for line in self._reason(width))
        return [(f"\n{indent}{mark[:width]}{reason}", "$text-error")]

    def _reason(self, width: int) -> list[str]:
        """What is wrong, on two lines at most."""
        reason = "" if self._error is None else self._error.reason
        first, *rest = wrap(one_line(reason), width) or [""]
        return [first, fit(" ".join(rest), width)] if rest else [first]

    def take(self, query: str, example: str) -> None:
        """Show a filter that was not typed here.

        Args:
            query: the filter.
            example: the filter to suggest while there is none.
        """
        self._stop()
        self._asked = query
        self.input.value = query
        self.input.placeholder = f"filter, for example {example}"
        if not self.input.has_focus:
            self.rest()
        self.accept()

    def accept(self) -> None:
        """Remove the error."""
        if self._error is not None:
            self._error = None
            self.remove_class("-failed")
            self.refresh()

    def refuse(self, error: QueryError) -> None:
        """Show an error."""
        self._error = error
        self.add_class("-failed")
        self._fit()
        self.refresh()

    def hush(self, *, quiet: bool) -> None:
        """Hide the error while a word is being completed, or show it again."""
        self.set_class(quiet, "-hushed")

    def rest(self) -> None:
        """Show the filter from its beginning when typing is over."""
        self.input.cursor_position = 0

    def count(self, text: str) -> None:
        """Show how many records there are, in words."""
        if text != self._count:
            self._count = text
            self.refresh()

    async def catch_up(self) -> None:
        """Wait for the keys still on their way to the input."""
        arrived = asyncio.Event()
        self.input.call_later(arrived.set)
        await arrived.wait()

    async def finish(self) -> str | None:
        """Wait for the keys still on their way to the input, but for no more.

        Returns:
            The filter; None if it is applied already.
        """
        await self.catch_up()
        self._stop()
        if self.input.value == self._asked:
            return None
        self._asked = self.input.value
        return self._asked

    def on_resize(self, event: events.Resize) -> None:
        """Give the input the room of the count if the line is narrow."""
        self.set_class(event.size.width < _NARROW, "-narrow")
        self._fit()

    def _fit(self) -> None:
        width = max(1, self.size.width - len(_PROMPT) - 1)
        self.set_class(len(self._reason(width)) > 1, "-long")

    def on_descendant_focus(self) -> None:
        """Show that the line has the focus."""
        self.refresh()

    def on_descendant_blur(self) -> None:
        """Show that the line has lost the focus."""
        self.refresh()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait a moment for the next key, then apply the filter."""
        event.stop()
        self._stop()
        if event.value != self._asked:
            self._timer = self.set_timer(DEBOUNCE_SECONDS, self._ask)

    def _ask(self) -> None:
        self._timer = None
        self._asked = self.input.value
        self.post_message(self.Changed(self._asked))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
