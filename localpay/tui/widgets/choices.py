"""A plain list to choose from, with the arrow keys or j and k."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from localpay.tui.widgets.tones import with_reverse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.content import Content
    from textual.style import Style


_CURSOR: Final = "option-list--option-highlighted"


class Choices(OptionList):
    """Lines to choose from."""

    BINDINGS: ClassVar = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
        Binding("l,right", "select", "Choose", show=False),
    ]
    DEFAULT_CSS = """
    Choices {
        height: auto; min-width: 1; border: none; padding: 0; background: $surface;
        text-wrap: nowrap; text-overflow: ellipsis;
        scrollbar-size-vertical: 1; scrollbar-color: $panel; scrollbar-background: $surface;
        &:focus { border: none; background-tint: $foreground 0%; }
        &:ansi > .option-list--option-highlighted { background: ansi_default; text-style: bold; }
        &:ansi:focus > .option-list--option-highlighted { text-style: reverse; }
    }
    """

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """A style of its parts. Called by Textual."""
        style = super().get_visual_style(*component_classes, partial=partial)
        return with_reverse(self, style, _CURSOR) if _CURSOR in component_classes else style

    def show(self, lines: Iterable[Content], chosen: int = 0) -> None:
        """Show other lines.

        Args:
            lines: the lines.
            chosen: the index of the line to put the cursor on.
        """
        self.clear_options()
        self.add_options(Option(line) for line in lines)
        if self.option_count:
            self.highlighted = max(0, min(chosen, self.option_count - 1))

    @property
    def chosen(self) -> int:
        """The index of the line with the cursor; 0 if there is none."""
        return self.highlighted or 0
