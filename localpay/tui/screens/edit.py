"""The form to edit a record: fields are checked while typing, compared, and saved as one step.

Nothing typed is lost: a field with an error keeps its text, a failed save leaves the form as it
is, and a record changed by somebody else is only overwritten after the user has seen how.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from localpay.entities import Cart, currency_of
from localpay.errors import FieldError, LocalpayError, StoreClosedError, spoken
from localpay.inspect.difference import differences, path_text
from localpay.inspect.redact import redact
from localpay.text import one_line
from localpay.tui import form, present
from localpay.tui.present import STYLES, fit
from localpay.tui.screens.confirm import ConfirmScreen
from localpay.tui.screens.dialog import Dialog, Keys
from localpay.tui.widgets.form_row import FormRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual import events
    from textual.app import ComposeResult

    from localpay.entities import BaseEntity, EntityName
    from localpay.store import Store

_LONGEST = 300
_MOST_LINES = 200


class _Rows(VerticalScroll, inherit_bindings=False):
    """Rows that scroll; the form handles the keys."""


class EditScreen(Dialog[bool]):
    """A form with the fields of a record; its answer is True if changes were saved.

    Args:
        store: where the record is.
        entity: the name of its table: payment_session, cart or payment.
        record_id: the record's id.
    """

    BINDINGS: ClassVar = [
        Binding("ctrl+s", "review", "Review and save"),
        Binding("escape", "leave", "Close"),
        Binding("ctrl+r", "reveal", "Reveal secrets"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("pagedown", "scroll(1)", "Down", show=False),
        Binding("pageup", "scroll(-1)", "Up", show=False),
    ]
    ROOMY = (100, 0)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (100, "-wide")]  # noqa: RUF012
    DEFAULT_CSS = """
    EditScreen {
        & > Vertical { width: 100%; height: 100%; }
        &.-wide > Vertical { width: 92; height: 92%; }
        & #rows { height: 1fr; }
        &.-narrow FormRow { layout: vertical; }
        &.-narrow FormRow > * { width: 100%; }
        & #message { height: auto; max-height: 3; }
        & #hint {
            height: 1; color: $foreground 60%; text-wrap: nowrap; text-overflow: ellipsis;
        }
        &.-normal #rows, &.-wide #rows { margin: 1 0; }
    }
    """

    @dataclass
    class _Loaded(Message):
        """A thread has read the record, and written its fields as text."""

        record: BaseEntity | LocalpayError
        written: dict[str, str]

    @dataclass
    class _Saved(Message):
        """A thread has saved the changes, or failed."""

        error: LocalpayError | None = None

    @dataclass
    class _Overtaken(Message):
        """Somebody else has changed the record since the form was opened."""

        record: BaseEntity

    def __init__(self, store: Store, entity: EntityName, record_id: str) -> None:
        super().__init__()
        self._store = store
        self._entity = entity
        self._record_id = record_id
        self._repository = store.records(entity)
        self._record: BaseEntity | None = None
        self._saving = False
        self._revealed = False

    def compose(self) -> ComposeResult:
        """Title, rows, messages, and the keys."""
        with Vertical():
            title = f"Edit {spoken(self._entity)}  {one_line(self._record_id)}"
            yield Static(Content(fit(title, _LONGEST)), id="title")
            yield _Rows(Static(Content("Reading the record …")), id="rows", can_focus=False)
            yield Static(id="message")
            yield Static(id="hint")
            yield Keys(("ctrl+s", "save"), ("esc", "close"), ("ctrl+r", "secrets"))

    def on_mount(self) -> None:
        """Read the record."""
        self.run_worker(self._read, thread=True)

    def _read(self) -> None:
        try:
            record = self._find()
        except StoreClosedError:
            return
        except LocalpayError as error:
            self.post_message(self._Loaded(error, {}))
            return
        written = {
            field.name: form.write(field, getattr(record, field.name))
            for field in form.fields(type(record))
        }
        self.post_message(self._Loaded(record, written))

    def _find(self) -> BaseEntity:
        expand = {"cart": ("items",), "payment_session": ("cart",)}.get(self._entity, ())
        record: BaseEntity = self._repository.get(self._record_id, expand=expand)
        return record

    async def _on_edit_screen__loaded(self, message: _Loaded) -> None:
        rows = self.query_one("#rows", _Rows)
        await rows.remove_children()
        if isinstance(message.record, LocalpayError):
            self._say(str(message.record), "bad")
            return
        self._record = record = message.record
        currency = currency_of(record)
        check = self._repository.check_field
        await rows.mount(
            Static(_fixed(record)),
            *(
                FormRow(
                    field, getattr(record, field.name), message.written[field.name], currency, check
                )
                for field in form.fields(type(record))
            ),
            *([Static(_items(record))] if isinstance(record, Cart) else []),
        )
        self._rows[0].focus_editor()

    # What the user does

    @property
    def _rows(self) -> list[FormRow]:
        return list(self.query(FormRow))

    @property
    def _changes(self) -> dict[str, Any]:
        """The new values of the changed fields that have no error."""
        return {
            row.field.name: row.value for row in self._rows if row.changed and row.error is None
        }

    def on_descendant_focus(self) -> None:
        """Show how to write the field with the cursor."""
        row = next((row for row in self._rows if row.has_focus_within), None)
        hint = "" if row is None else f"{row.field.name}: {row.hint}"
        self.query_one("#hint", Static).update(Content(hint), layout=False)

    def on_form_row_edited(self) -> None:
        """Show how many fields were changed."""
        self.on_descendant_focus()
        wrong = sum(row.error is not None for row in self._rows)
        count = sum(row.changed for row in self._rows)
        summary = f"{count} field{'' if count == 1 else 's'} changed" if count else ""
        if wrong:
            self._say(f"{summary}, {wrong} of them wrong", "bad")
        else:
            self._say(summary, "attention")

    def action_review(self) -> None:
        """Show the changes, and save them if the user agrees."""
        if self._record is None or self._saving:
            return
        wrong = next((row for row in self._rows if row.error is not None), None)
        if wrong is not None:
            wrong.focus_editor()
            self._say(f"{wrong.field.name}: {wrong.error}", "bad")
        elif not self._changes:
            self._say("Nothing was changed.", "muted")
        else:
            self._ask("Save these changes?", self._compared(), "Save", self._save, agree=True)

    def action_leave(self) -> None:
        """Close the form; if something was changed, ask first."""
        if self._saving:
            return
        changed = [row.field.name for row in self._rows if row.changed]
        if changed:
            lines = [Content(f"Changed: {', '.join(changed)}")]
            self._ask("Discard the changes?", lines, "Discard", self._close)
        else:
            self._close()

    def _close(self, *, saved: bool = False) -> None:
        self.dismiss(saved)

    def action_reveal(self) -> None:
        """Show secrets as they are, or mask them again."""
        self._revealed = not self._revealed
        for row in self._rows:
            row.reveal(self._revealed)

    def action_scroll(self, pages: int) -> None:
        """Scroll the rows."""
        rows = self.query_one("#rows")
        rows.scroll_relative(y=pages * max(rows.size.height - 1, 1), animate=False)

    def _ask(
        self,
        title: str,
        lines: list[Content],
        yes: str,
        act: Callable[[], None],
        *,
        agree: bool = False,
    ) -> None:
        def answered(agreed: bool | None) -> None:  # noqa: FBT001 - Textual passes it so
            if agreed:
                act()

        self.open_over(ConfirmScreen(title, lines, yes, agree=agree), answered)

    # Saving

    def _save(self) -> None:
        self._saving = True
        self._say("Saving …", "muted")
        assert self._record is not None
        self.run_worker(partial(self._write, self._record, self._changes), thread=True)

    def _write(self, seen: BaseEntity, changes: Mapping[str, Any]) -> None:
        """Save the changes unless the record has changed since it was read; runs in a thread."""
        message: Message = self._Saved()
        try:
            with self._store.transaction():
                now = self._find()
                if now.updated_at == seen.updated_at:
                    self._repository.update(self._record_id, **changes)
                else:
                    message = self._Overtaken(now)
        except LocalpayError as error:
            message = self._Saved(error)
        self.post_message(message)

    def _on_edit_screen__saved(self, message: _Saved) -> None:
        self._saving = False
        error = message.error
        if error is None:
            self._close(saved=True)
            return
        self._say(f"Not saved: {error}", "bad")
        if isinstance(error, FieldError):
            for row in self._rows:
                if row.field.name == error.field:
                    row.refuse(error.reason)

    def _on_edit_screen__overtaken(self, message: _Overtaken) -> None:
        self._saving = False
        assert self._record is not None
        lines = [
            Content("Changed meanwhile:"),
            *self._differences(_stored(self._record), _stored(message.record)),
            Content("Your changes:"),
            *self._differences(_stored(message.record), self._changes),
        ]
        self._say("Not saved: the record was changed meanwhile.", "attention")

        def go_on() -> None:
            self._record = message.record
            self._save()

        self._ask("The record was changed meanwhile", lines, "Save anyway", go_on)

    # Messages

    def _say(self, sentence: str, tone: present.Tone) -> None:
        shown = Content.styled(fit(sentence, _LONGEST), STYLES[tone])
        self.query_one("#message", Static).update(shown)

    def _compared(self) -> list[Content]:
        assert self._record is not None
        return self._differences(_stored(self._record), self._changes)

    def _differences(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Content]:
        """The fields of `new` that differ, with paths inside JSON: old → new."""
        names = [name for name in new if name not in form.FIXED]
        found = differences({n: old[n] for n in names}, {n: new[n] for n in names})
        lines = [self._difference(*each) for each in found[:_MOST_LINES]]
        if len(found) > _MOST_LINES:
            lines.append(Content(f"… and {len(found) - _MOST_LINES} more"))
        return lines

    def _difference(self, path: tuple[str | int, ...], old: Any, new: Any) -> Content:
        assert self._record is not None
        currency = currency_of(self._record)
        name = path_text(path if self._revealed else [redact(step) for step in path])
        before, after = (
            fit(present.value(path, each, currency, reveal=self._revealed).text, _LONGEST)
            for each in (old, new)
        )
        return Content.assemble(
            (f"{fit(name, _LONGEST)}  ", STYLES["muted"]),
            (before, STYLES["faint"]),
            ("  →  ", STYLES["faint"]),
            (after, STYLES["attention"]),
        )

    def on_resize(self, event: events.Resize) -> None:
        """Hide the keys if the screen is low."""
        for line in ("#hint", "#keys"):
            self.query_one(line).display = event.size.height > 8


def _stored(record: BaseEntity) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in form.fields(type(record))}


def _fixed(record: BaseEntity) -> Content:
    """The fields that are not edited."""
    lines = [
        f"{name:<25}{present.field(name, getattr(record, name), None).text}\n"
        for name in form.FIXED
    ]
    return Content.styled("".join(lines), STYLES["off"])


def _items(cart: Cart) -> Content:
    """The cart's items, which are not edited here."""
    lines = [f"\n{'items':<25}not edited here"]
    for item in cart.items or ():
        price = present.amount(item.unit_price, cart.currency_code)
        lines.append(f"  {fit(f'{item.quantity} × {item.title}', 60)}  {price}")
    return Content.styled("\n".join(lines), STYLES["off"])
