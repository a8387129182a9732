"""The editors that values are chosen or typed with, and the row around an editor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import TextArea

from localpay import text
from localpay.tui.present import STYLES
from localpay.tui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import RenderResult
    from textual.document._document import EditResult
    from textual.document._edit import Edit

    from localpay.tui.present import Cell


class Choice(Widget, can_focus=True):
    """One of a few values, changed with the arrow keys.

    Args:
        choices: the values.
        value: the default.
        show: how a value looks.
    """

    @dataclass
    class Changed(Message):
        """Another value was chosen."""

        choice: Choice

    BINDINGS: ClassVar = [
        Binding("right,l,space", "step(1)", "Next value", show=False),
        Binding("left,h", "step(-1)", "Previous value", show=False),
    ]
    DEFAULT_CSS = "Choice { height: 1; width: 1fr; }"

    value: reactive[Any] = reactive(None)

    def __init__(self, choices: tuple[Any, ...], value: Any, show: Callable[[Any], Cell]) -> None:
        super().__init__()
        self._choices = choices if value in choices else (*choices, value)
        self._show_value = show
        self.set_reactive(Choice.value, value)

    def render(self) -> RenderResult:
        """The value between arrows."""
        shown = self._show_value(self.value)
        return Content.assemble(
            ("‹ ", STYLES["faint"]), (shown.text, STYLES[shown.tone]), (" ›", STYLES["faint"])
        )

    def action_step(self, step: int) -> None:
        """Take the next value, or the one before."""
        place = self._choices.index(self.value) + step
        self.value = self._choices[place % len(self._choices)]
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        """Take the next value."""
        self.action_step(1)


class LineEditor(LineInput):
    """A line to type in. Pasted lines are joined."""

    def _on_paste(self, event: events.Paste) -> None:
        event.text = " ".join(event.text.splitlines())


class TextEditor(TextArea):
    """Several lines to type in. What is typed or pasted is made safe to show."""

    def edit(self, edit: Edit) -> EditResult:
        """Change the text. Called by Textual for every key and paste."""
        return super().edit(replace(edit, text=text.block(edit.text)))


Editor: TypeAlias = Choice | LineEditor | TextEditor


class EditorRow(Horizontal):
    """An editor with its name on the left, and a note below it."""

    DEFAULT_CSS = """
    EditorRow {
        height: auto;
        & > .label { height: 1; color: $foreground 70%; text-wrap: nowrap; }
        & > Vertical { height: auto; width: 1fr; }
        & .note { height: auto; color: $foreground 60%; }
        & .note.-wrong { color: $text-error; }
        & LineEditor, & TextEditor, & Choice { background: $surface-lighten-1; width: 1fr; }
        & LineEditor:focus, & TextEditor:focus, & Choice:focus {
            background: $block-cursor-background;
        }
        & TextEditor {
            height: auto; max-height: 14; min-height: 1; padding: 0;
            scrollbar-size-vertical: 1; scrollbar-color: $panel;
            scrollbar-background: $surface-lighten-1;
        }
        &:focus-within > .label { color: $foreground; text-style: bold; }
    }
    """
