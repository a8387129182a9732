"""What all dialogs over the main screen share: the box, the line of keys, closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.geometry import Size

_BETWEEN: Final = "   "

Answer = TypeVar("Answer")
_Other = TypeVar("_Other")

_SLIM = 84
"""Columns below which a box takes the whole width: little would be left beside it."""


class Modal(ModalScreen[Answer]):
    """A screen over the main one, with the same ctrl+c."""

    def action_copy_text(self) -> None:
        """Copy the selection; without one, say how to leave. Called by Textual for ctrl+c."""
        try:
            super().action_copy_text()
        except SkipAction:
            self.app.action_help_quit()


class Dialog(Modal[Answer]):
    """A box in the middle with a title, its parts, and the keys or the answers at its foot.

    The box is the only `Vertical` or `VerticalScroll` directly under it; `#title`, `#keys` and
    `#answers` look the same everywhere. The class `-roomy` means that there is room for margins.

    Attributes:
        ROOMY: the columns and lines of the screen that leave room for margins.
    """

    ROOMY: ClassVar[tuple[int, int]] = (0, 16)
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        & > Vertical, & > VerticalScroll {
            width: 76; max-width: 100%; height: auto; max-height: 100%;
            background: $surface; padding: 0 1;
        }
        &.-slim > Vertical, &.-slim > VerticalScroll { width: 100%; }
        &.-roomy > Vertical, &.-roomy > VerticalScroll { padding: 1 3; }
        & VerticalScroll {
            scrollbar-size-vertical: 1; scrollbar-color: $panel; scrollbar-background: $surface;
            scrollbar-background-hover: $surface; scrollbar-background-active: $surface;
            scrollbar-gutter: stable;  /* else a box of few cells may change for ever */
        }
        & #title { height: 1; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
        & #keys { height: auto; max-height: 2; color: $foreground 60%; }
        & #answers { height: 1; }
        & #answers Button { margin-right: 2; min-width: 1; background: $panel; color: $foreground; }
        & #answers Button:focus {
            background: $block-cursor-background; color: $block-cursor-foreground;
            text-style: bold;
        }
        & #answers Button:ansi:focus { text-style: bold reverse; }
    }
    """

    def on_resize(self, event: events.Resize) -> None:
        """Set classes for the room there is."""
        columns, lines = self.ROOMY
        self.set_class(event.size.width >= columns and event.size.height >= lines, "-roomy")
        self.set_class(event.size.width < _SLIM, "-slim")

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer, only once: the key may be pressed twice."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def open_over(
        self, screen: ModalScreen[_Other], answered: Callable[[_Other | None], None]
    ) -> None:
        """Open another dialog in place of this one, which comes back when that closes.

        The focus is restored then, because hidden widgets lose it.

        Args:
            screen: the other dialog.
            answered: gets its answer.
        """
        box, focused = self.children[0], self.focused

        def closed(answer: _Other | None) -> None:
            box.visible = True
            self.set_focus(focused)
            answered(answer)

        box.visible = False
        self.app.push_screen(screen, closed)


class Keys(Widget):
    """The line at the foot of a dialog that shows its keys, like that of the main screen.

    Args:
        keys: keys as people write them, and what they do.
    """

    def __init__(self, *keys: tuple[str, str]) -> None:
        super().__init__(id="keys")
        self._keys = keys

    def tell(self, *keys: tuple[str, str]) -> None:
        """Show other keys."""
        self._keys = keys
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """How many lines are needed. Called by Textual."""
        del container, viewport
        return self._lines(width).plain.count("\n") + 1

    def render(self) -> Content:
        """The lines. Called by Textual."""
        return self._lines(self.size.width)

    def _lines(self, width: int) -> Content:
        """The keys, with line breaks only between them."""
        content, room = Content(""), width
        for key, label in self._keys:
            taken = cell_len(key) + 1 + cell_len(label)
            if content and taken + len(_BETWEEN) > room:
                content, room = content + "\n", width
            elif content:
                content, room = content + _BETWEEN, room - len(_BETWEEN)
            content += Content.assemble((key, "$text-accent"), f" {label}")
            room -= taken
        return content
