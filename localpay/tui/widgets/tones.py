"""The colours of a widget that draws its own lines, one of them with the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.style import Style

from localpay.tui.present import STYLES

if TYPE_CHECKING:
    from rich.style import Style as RichStyle
    from textual.widget import Widget

    from localpay.tui.present import Tone


def with_reverse(widget: Widget, style: Style, component: str) -> Style:
    """Add a component's `reverse` to its style; Textual leaves it out."""
    return style + Style(reverse=widget.get_component_styles(component).text_style.reverse)


class Tones:
    """What tones look like on a widget's background, computed once per theme and focus.

    Args:
        widget: the widget.
        cursor: its component class for the line with the cursor.
    """

    def __init__(self, widget: Widget, cursor: str) -> None:
        self._widget = widget
        self._cursor = cursor
        self._styles: dict[tuple[Tone, bool], RichStyle] = {}

    def style(self, tone: Tone, *, cursor: bool = False) -> RichStyle:
        """What a tone looks like.

        Args:
            tone: the tone.
            cursor: whether it is on the line with the cursor.
        """
        found = self._styles.get((tone, cursor))
        if found is None:
            ground = self._widget.visual_style
            if cursor:
                ground = self._widget.get_visual_style(self._cursor)
                ground = with_reverse(self._widget, ground, self._cursor)
            words = self._widget.app.stylesheet.parse_style(STYLES[tone])
            found = self._styles[tone, cursor] = (ground + words).rich_style
        return found

    def forget(self) -> None:
        """Forget all styles, when the theme or the focus changes."""
        self._styles.clear()
