"""The help: every key there is, from the table of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from localpay.tui.actions import ACTIONS, Action, key_sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

_SECTIONS: Final = (
    ("app", "In the list and the details"),
    ("list", "In the list"),
    ("details", "In the details"),
    ("facets", "In the facets"),
    ("filter", "In the filter line"),
)


class HelpScreen(ModalScreen[None]):
    """All keys, by where they work."""

    BINDINGS = [  # noqa: RUF012 - as Textual has it
        Binding("escape,q,question_mark,f1", "dismiss", "Close"),
        Binding("j,down", "scroll('down')", "Down"),
        Binding("k,up", "scroll('up')", "Up"),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > VerticalScroll {
        width: 72; max-width: 100%; height: auto; max-height: 90%;
        background: $surface; padding: 1 2; scrollbar-size-vertical: 1;
        scrollbar-background: $surface; scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface; scrollbar-color: $panel;
    }
    """

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll():
            yield Static(self._text())

    def action_scroll(self, direction: str) -> None:
        """Scroll the text."""
        view = self.query_one(VerticalScroll)
        view.scroll_relative(y=1 if direction == "down" else -1, animate=False)

    def _text(self) -> Content:
        parts: list[Content] = []
        for place, title in _SECTIONS:
            section = [action for action in ACTIONS if action.place == place]
            parts += [Content.styled(title, "bold $text-accent"), *_lines(section), Content("")]
        parts.append(
            Content.styled("esc closes this help. The mouse works too.", "$foreground 60%")
        )
        return Content("\n").join(parts)


def _lines(section: Sequence[Action]) -> list[Content]:
    return [
        Content.assemble(
            (f"  {'  '.join(key_sign(key) for key in action.keys):<20}", "$text-primary"),
            (action.help, "$foreground"),
        )
        for action in section
    ]
