"""One field of a form: its name, its editor and a note about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from localpay.entities import AMOUNTS
from localpay.errors import FieldError, LocalpayError
from localpay.tui import form, present
from localpay.tui.present import fit
from localpay.tui.widgets.editors import Choice, Editor, EditorRow, LineEditor, TextEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widgets import Input, TextArea

_LONGEST_NOTE = 400
_LONGEST_WAS = 120


class FormRow(EditorRow):
    """A field with its name, its editor, and a note about errors or changes.

    Args:
        field: the field.
        original: its value in the store.
        written: that value as `form.write` writes it.
        currency: of the record's amounts, if known.
        check: raises a `FieldError` if the store refuses a value.

    Attributes:
        error: why the typed text is not accepted; None if it is.
        value: the typed value; after an error the last good one.
    """

    @dataclass
    class Edited(Message):
        """Something was typed."""

        row: FormRow

    DEFAULT_CSS = """
    FormRow {
        & > .label { width: 25; }
        & .note { display: none; }
        & .note.-shown { display: block; }
        &.-changed > .label { color: $text-warning; }
    }
    """

    def __init__(
        self,
        field: form.Field,
        original: Any,
        written: str,
        currency: str | None,
        check: Callable[[str, Any], None],
    ) -> None:
        super().__init__()
        self.field = field
        self.original = original
        self.value = original
        self.error: str | None = None
        self._currency = currency
        self._check = check
        self._base = original
        self._said = ""
        self._written = written
        self._editor = self._make_editor()

    @property
    def changed(self) -> bool:
        """Whether the typed text differs from the stored value, accepted or not."""
        return self.error is not None or form.changed(self.field, self.original, self.value)

    def compose(self) -> ComposeResult:
        """Name and editor side by side, the note below."""
        yield Static(Content(fit(self.field.name, 60)), classes="label")
        with Vertical():
            yield self._editor or Static(
                Content(f"{len(self._written):,} characters, too many to edit here")
            )
            yield Static(classes="note")

    def _make_editor(self) -> Editor | None:
        written, kind = self._written, self.field.kind
        if kind == "choice":
            return Choice(self.field.choices, self.original, self._choice_cell)
        if len(written) > form.LONGEST:
            return None
        if len(written) <= form.ONE_LINE or kind not in ("json", "text"):
            return LineEditor(written, compact=True, select_on_focus=False)
        return TextEditor(written, compact=True, tab_behavior="focus")

    def _choice_cell(self, value: Any) -> present.Cell:
        if self.field.name == "status":
            return present.status_cell(value)
        if value is None:
            return present.Cell("null", "faint")
        return present.value((self.field.name,), value)

    def reveal(self, reveal: bool) -> None:  # noqa: FBT001 - it is the state to be in
        """Show secrets as they are, or mask them; typed text with an error stays as it is."""
        if self.error is not None or not isinstance(self._editor, LineEditor | TextEditor):
            return
        written = form.write(self.field, self.value, reveal=reveal)
        self._base = self.value
        if isinstance(self._editor, LineEditor):
            self._editor.value = " ".join(written.split("\n"))
        else:
            self._editor.text = written

    def focus_editor(self) -> None:
        """Put the cursor into the editor."""
        if self._editor is not None:
            self._editor.focus()

    def refuse(self, reason: str) -> None:
        """Show that the store refuses the value."""
        self.error = reason
        self._show_note()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read what was typed."""
        event.stop()
        self._take(partial(self._read, event.value))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Read what was typed."""
        event.stop()
        self._take(partial(self._read, event.text_area.text))

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Take what was chosen."""
        event.stop()
        self._take(lambda: event.choice.value)

    def _read(self, typed: str) -> Any:
        return form.read(self.field, typed, self._base)

    def _take(self, read: Callable[[], Any]) -> None:
        try:
            value = read()
            self._check(self.field.name, value)
        except FieldError as error:
            self.error = error.reason
        except LocalpayError as error:
            self.error = str(error)
        else:
            self.value, self.error = value, None
        self._show_note()
        self.post_message(self.Edited(self))

    @property
    def hint(self) -> str:
        """How to write the field."""
        kind = self.field.kind
        if self.field.name in AMOUNTS:
            return f"in minor units: {present.amount(self.value, self._currency) or 'null'}"
        if kind == "choice":
            return "← and → change it"
        if kind == "instant":
            return "in UTC, or with an offset; empty is null"
        if kind == "text":
            return 'empty is null, "" the empty text' if self.field.nullable else "text"
        return "JSON" if kind == "json" else "a number"

    def _show_note(self) -> None:
        """Show the error, or what the value was before."""
        said = ""
        if self.error is not None:
            said = fit(self.error, _LONGEST_NOTE)
        elif self.changed:
            before = present.value((self.field.name,), self.original, self._currency)
            said = f"was {fit(before.text, _LONGEST_WAS)}"
        self.set_class(self.changed, "-changed")
        if said == self._said:
            return
        self._said = said
        note = self.query_one(".note", Static)
        note.set_class(self.error is not None, "-wrong")
        note.set_class(bool(said), "-shown")
        note.update(Content(said))
