"""Setting one field of many records: choosing field and value, and seeing what would change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from localpay.entities import AMOUNTS, ENTITIES
from localpay.errors import FieldError, LocalpayError
from localpay.tui import form, present
from localpay.tui.present import STYLES, fit
from localpay.tui.screens.confirm import ConfirmScreen
from localpay.tui.screens.dialog import Dialog, Keys
from localpay.tui.screens.work import WorkScreen
from localpay.tui.widgets.choices import Choices
from localpay.tui.widgets.editors import Choice, LineEditor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

    from localpay.store import Preview, Selection, Store
    from localpay.tui.columns import ListKind

_KEYS: Final = (("enter", "chooses the field"), ("esc", "closes"))
_LONGEST: Final = 300
_VALUE: Final = 40


class ChangeManyScreen(Dialog[str | None]):
    """Asks for a field and its new value; the answer is what was done, None if nothing was.

    Args:
        store: where the records are.
        kind: which list they are in.
        chosen: the rows.
        where: how many of them are not in the list that is seen, in words; empty if all are.
    """

    BINDINGS: ClassVar = [
        Binding("ctrl+s", "review", "Review"),
        Binding("escape", "back", "Back"),
    ]
    DEFAULT_CSS = """
    ChangeManyScreen {
        & #value { height: auto; display: none; }
        & #value LineEditor, & #value Choice { background: $surface-lighten-1; width: 1fr; }
        & #value LineEditor:focus, & #value Choice:focus { background: $block-cursor-background; }
        &.-chosen Choices { display: none; }
        &.-chosen #value { display: block; }
        & #message { height: auto; max-height: 60vh; display: none; }
        &.-roomy #message, &.-roomy #keys, &.-roomy Choices, &.-roomy #value { margin-top: 1; }
    }
    """

    def __init__(self, store: Store, kind: ListKind, chosen: Selection, where: str = "") -> None:
        super().__init__()
        self._store = store
        self._kind = kind
        self._chosen = chosen
        self._where = where
        self._repository = store.records(kind.entity)
        self._fields = form.fields(ENTITIES[kind.entity])
        self._field = self._fields[0]
        self._value: Any = None
        self._error: str | None = None
        self._editor: Choice | LineEditor | None = None

    def compose(self) -> ComposeResult:
        """The fields; once one is chosen, its value in their place."""
        with Vertical():
            yield Static(self._title_for(len(self._chosen)), id="title")
            yield Choices()
            yield Vertical(id="value")
            yield Static(id="message")
            yield Keys(*_KEYS)

    def on_mount(self) -> None:
        """Start with the fields."""
        choices = self.query_one(Choices)
        choices.show(Content(field.name) for field in self._fields)
        choices.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Hide what can be missed if the screen is low."""
        taken = 6 if event.size.height >= self.ROOMY[1] else 2
        self.query_one(Choices).styles.max_height = max(1, event.size.height - taken)

    async def on_option_list_option_selected(self, event: Choices.OptionSelected) -> None:
        """Ask for the field's value."""
        event.stop()
        self._field = field = self._fields[event.option_index]
        if field.kind == "choice":
            show = partial(_choice, field.name)
            editor: Choice | LineEditor = Choice(field.choices, field.choices[0], show)
        else:
            written = "" if field.kind != "json" else "{}"
            editor = LineEditor(written, compact=True, select_on_focus=False)
        self._editor = editor
        holder = self.query_one("#value", Vertical)
        await holder.remove_children()
        await holder.mount(Static(Content(field.name)), editor)
        self.add_class("-chosen")
        editor.focus()
        self._take(field.choices[0] if field.kind == "choice" else editor.value)
        self.query_one(Keys).tell(*_hint(field), ("enter", "counts what changes"), ("esc", "back"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read what was typed."""
        event.stop()
        self._take(event.value)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Take what was chosen."""
        event.stop()
        self._take(event.choice.value)

    def _take(self, typed: Any) -> None:
        self._error = None
        try:
            chosen = self._field.kind == "choice"
            self._value = typed if chosen else form.read(self._field, typed)
            self._repository.check_field(self._field.name, self._value)
        except FieldError as error:
            self._error = error.reason
        except LocalpayError as error:
            self._error = str(error)
        if self._error is not None and typed:
            self._say(self._error, "bad")
        else:
            self._say(f"{self._field.name} → {self._shown()}", "muted")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Count what would change."""
        event.stop()
        self.action_review()

    def on_key(self, event: events.Key) -> None:
        """Let enter do the same at a choice as in a line."""
        if event.key == "enter" and isinstance(self.focused, Choice):
            event.stop()
            self.action_review()

    def action_back(self) -> None:
        """Return to the fields, or close."""
        if not self.has_class("-chosen"):
            self.dismiss(None)
            return
        self.remove_class("-chosen")
        self._say("", "muted")
        self.query_one(Keys).tell(*_KEYS)
        self.query_one(Choices).focus()

    def action_review(self) -> None:
        """Count what would change, and ask."""
        if not self.has_class("-chosen"):
            return
        if self._error is not None:
            self._say(f"{self._field.name}: {self._error}", "bad")
            return
        change = {self._field.name: self._value}

        def count(progress: Callable[[int], None]) -> Preview:
            counted: Preview = self._repository.preview_update(
                self._chosen, progress=progress, **change
            )
            return counted

        self.app.push_screen(WorkScreen("Counting", len(self._chosen), count), self._ask)

    def _ask(self, counted: Preview | LocalpayError | None) -> None:
        if counted is None:
            return
        if isinstance(counted, LocalpayError):
            self._say(str(counted), "bad")
            return
        self.query_one("#title", Static).update(self._title_for(counted.total))
        lines = self._summary(counted)
        if counted.refused or not counted.changing:
            self._say(lines[0], "bad" if counted.refused else "attention", lines[1:])
            return
        title = f"Change {self._kind.counted(counted.changing)}?"

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual passes it so
            if yes:
                self._change()

        if self._where:
            lines.insert(0, self._where)
        self.open_over(ConfirmScreen(title, lines, "Change"), answered)

    def _title_for(self, count: int) -> Content:
        title = f"Change {self._kind.counted(count)}"
        return Content(f"{title}, {self._where}" if self._where else title)

    def _summary(self, counted: Preview) -> list[str]:
        """What would change."""
        change = f"{self._field.name} → {self._shown()}"
        if counted.changing or counted.refused:
            lines = [f"{change} on {self._kind.counted(counted.changing)}"]
            if counted.same:
                lines[-1] += f"; {counted.same:,} {_have(counted.same)} it already"
        else:
            same = self._kind.counted(counted.same)
            lines = [f"{change}: {same} {_have(counted.same)} it already"]
        gone = len(self._chosen) - counted.total
        if gone:
            lines[-1] += f"; {gone:,} {_be(gone)} gone"
        if counted.refused:
            lines[-1] += f"; {counted.refused:,} cannot, so nothing is changed:"
            lines += counted.reasons
            if counted.refused > len(counted.reasons):
                lines.append(f"… and {counted.refused - len(counted.reasons):,} more")
        return lines

    def _change(self) -> None:
        change = {self._field.name: self._value}

        def work(progress: Callable[[int], None]) -> int:
            changed: int = self._repository.update_many(self._chosen, progress=progress, **change)
            return changed

        self.app.push_screen(WorkScreen("Changing", len(self._chosen), work), self._changed)

    def _changed(self, changed: int | LocalpayError | None) -> None:
        if isinstance(changed, LocalpayError):
            self._say(f"Nothing was changed: {changed}", "bad")
        elif changed is None:
            self._say("Cancelled: nothing was changed.", "attention")
        else:
            records = self._kind.counted(changed)
            self.dismiss(f"{self._field.name} is {self._shown()} on {records}. u undoes it.")

    def _shown(self) -> str:
        return fit(present.value((self._field.name,), self._value).text, _VALUE)

    def _say(self, sentence: str, tone: present.Tone, more: Sequence[str] = ()) -> None:
        message = self.query_one("#message", Static)
        message.display = bool(sentence)
        lines = [fit(each, _LONGEST) for each in (sentence, *more)]
        message.update(Content.styled("\n".join(lines), STYLES[tone]))


def _choice(name: str, value: Any) -> present.Cell:
    if name == "status":
        return present.status_cell(value)
    return present.Cell("null", "faint") if value is None else present.value((name,), value)


def _hint(field: form.Field) -> list[tuple[str, str]]:
    """How its value is entered."""
    if field.kind == "choice":
        return [("← →", "change it")]
    if field.kind == "text":
        return [("empty", "is null")] if field.nullable else []
    if field.name in AMOUNTS:
        return [("a number", "of minor units")]
    return [{"json": ("JSON", ""), "instant": ("a time", "in UTC, or with an offset")}.get(
        field.kind, ("a number", "")
    )]  # fmt: skip


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
