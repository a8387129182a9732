"""The help: every key, from the table of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from localpay.tui.actions import ACTIONS, PLACES, Action, key_sign
from localpay.tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

_NARROW: Final = 72
"""Columns of the screen below which the help of a key is on the next line."""


class HelpScreen(Dialog[None]):
    """All keys, by the place where they work."""

    BINDINGS = [  # noqa: RUF012 - as Textual has it
        Binding("escape,q,question_mark,f1", "dismiss", "Close"),
        Binding("j,down", "scroll('down')", "Down"),
        Binding("k,up", "scroll('up')", "Up"),
    ]
    DEFAULT_CSS = """
    HelpScreen > VerticalScroll { max-height: 90%; }
    """

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll():
            yield Static()

    def on_resize(self, event: events.Resize) -> None:
        """Fit the lines to the width."""
        self.query_one(Static).update(_text(narrow=event.size.width < _NARROW))

    def action_scroll(self, direction: str) -> None:
        """Scroll the text."""
        view = self.query_one(VerticalScroll)
        view.scroll_relative(y=1 if direction == "down" else -1, animate=False)


def _text(*, narrow: bool) -> Content:
    parts: list[Content] = []
    for place, title in PLACES.items():
        section = [action for action in ACTIONS if action.place == place]
        parts += [Content.styled(title, "bold $text-accent"), *_lines(section, narrow), Content("")]
    parts.append(Content.styled("esc closes this help. The mouse works too.", "$foreground 60%"))
    return Content("\n").join(parts)


def _lines(section: Sequence[Action], narrow: bool) -> list[Content]:  # noqa: FBT001
    """Keys and what they do, side by side or on two lines."""
    return [
        Content.assemble(
            (f"  {keys}\n    " if narrow else f"  {keys:<20}", "$text-primary"),
            (action.help, "$foreground"),
        )
        for action in section
        for keys in ("  ".join(map(key_sign, action.keys)),)
    ]
