"""A line that asks where to go."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.widgets import Static

from localpay.tui.screens.dialog import Modal
from localpay.tui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widgets import Input


class GoToScreen(Modal[str]):
    """Asks for a place; its answer is what was typed, maybe nothing."""

    BINDINGS: ClassVar = [Binding("escape", "leave", "Leave")]
    DEFAULT_CSS = """
    GoToScreen {
        align: left bottom;
        background: $background 0%;
        layout: horizontal;
        & > Static { width: 7; height: 1; background: $panel; color: $text-accent; }
        & > LineInput { width: 1fr; height: 1; background: $panel; }
    }
    """

    def compose(self) -> ComposeResult:
        """One line, in place of the footer."""
        yield Static(" go to ", markup=False)
        yield LineInput(placeholder="an id, a row, 50%, first or last", compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with what was typed."""
        event.stop()
        self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Go nowhere."""
        self.dismiss("")
