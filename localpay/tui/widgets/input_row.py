"""One input of an operation: chosen or typed, and checked while typing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from localpay.errors import LocalpayError
from localpay.tui import present
from localpay.tui.present import fit
from localpay.tui.widgets.editors import Choice, EditorRow, LineEditor

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from localpay.tui.operating import operations
    from localpay.tui.operating.rehearsal import Situation

_LONGEST = 500


class InputRow(EditorRow):
    """An input to choose or to type, with its name and its error.

    Args:
        wanted: the input.
        situation: knows which providers can be called.
    """

    @dataclass
    class Changed(Message):
        """The value has changed."""

        row: InputRow

    DEFAULT_CSS = """
    InputRow {
        & > .label { width: 12; }
        & .note { max-height: 2; }
    }
    """

    def __init__(self, wanted: operations.Input, situation: Situation) -> None:
        super().__init__()
        self.wanted = wanted
        self.error: str | None = None
        self.value = wanted.value if wanted.choices else wanted.read(wanted.value)
        self._situation = situation
        self._editor: Choice | LineEditor
        if wanted.choices:
            self._editor = Choice(wanted.choices, wanted.value, self._cell)
        else:
            self._editor = LineEditor(wanted.value, compact=True)

    def compose(self) -> ComposeResult:
        """Name and editor side by side, the note below."""
        yield Static(Content(self.wanted.name), classes="label")
        with Vertical():
            yield self._editor
            yield Static(Content(fit(self.wanted.hint, _LONGEST)), classes="note")

    def _cell(self, value: Any) -> present.Cell:
        if value is None:
            return present.Cell("as in the session's data", "muted")
        if self.wanted.name == "provider" and not self._situation.installed.get(value, False):
            return present.Cell(f"{fit(value, 60)}, not installed", "attention")
        text = str(value) if self.wanted.name == "provider" else str(value).replace("_", " ")
        return present.Cell(fit(text, 60))

    def focus_editor(self) -> None:
        """Put the cursor into the editor."""
        self._editor.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read what was typed."""
        event.stop()
        try:
            self.value, self.error = self.wanted.read(event.value), None
        except LocalpayError as error:
            self.error = str(error)
        note = self.query_one(".note", Static)
        note.set_class(self.error is not None, "-wrong")
        note.update(Content(fit(self.error or self.wanted.hint, _LONGEST)))
        self.post_message(self.Changed(self))

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Take what was chosen."""
        event.stop()
        self.value = event.choice.value
        self.post_message(self.Changed(self))
