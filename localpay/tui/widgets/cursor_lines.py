"""What the list, the facets and the details share: lines that scroll, with a cursor."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.scroll_view import ScrollView

from localpay.tui.widgets.tones import Tones

_CURSOR: Final = "cursor-lines--cursor"


class CursorLines(ScrollView, can_focus=True):
    """Lines that the widget draws itself, with the cursor on one of them.

    Attributes:
        cursor: the number of the line that the cursor is on.
        tones: the colours of the lines.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR}
    DEFAULT_CSS = """
    CursorLines {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $panel;
        background: $background;
        & > .cursor-lines--cursor { background: $panel; }
        &:focus > .cursor-lines--cursor { background: $block-cursor-background; }
        &:ansi > .cursor-lines--cursor { background: ansi_default; text-style: bold; }
        &:ansi:focus > .cursor-lines--cursor { text-style: reverse; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.cursor = 0
        self.tones = Tones(self, _CURSOR)

    @property
    def seen(self) -> int:
        """How many lines fit."""
        return max(1, self.scrollable_content_region.height)

    @property
    def sees_cursor(self) -> bool:
        """Whether the cursor is in sight: the mouse wheel scrolls without it."""
        return 0 <= self.cursor - self.scroll_offset.y < self.seen

    def follow_cursor(self) -> None:
        """Scroll until the cursor is in sight."""
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + self.seen:
            self.scroll_to(y=self.cursor - self.seen + 1, animate=False)

    def notify_style_update(self) -> None:
        """Forget the colours when the theme or the focus changes. Called by Textual."""
        super().notify_style_update()
        self.tones.forget()
