"""One operation: its inputs, what would happen, and doing it.

The providers are called in a thread. If one takes long the screen can be closed; the outcome is
then shown wherever the user is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Static

from localpay.errors import LocalpayError
from localpay.tui.operating import performing, telling
from localpay.tui.operating.rehearsal import rehearse
from localpay.tui.present import STYLES, fit
from localpay.tui.screens.dialog import Dialog
from localpay.tui.widgets.input_row import InputRow

if TYPE_CHECKING:
    from textual import events
    from textual.app import App, ComposeResult
    from textual.timer import Timer

    from localpay.store import Store
    from localpay.tui.operating.operations import Operation, Values
    from localpay.tui.operating.performing import Outcome
    from localpay.tui.operating.rehearsal import Situation
    from localpay.tui.present import Tone

_LONGEST = 500
_TICK = 0.2
"""Seconds between two updates of the time it takes."""


class PerformScreen(Dialog[str]):
    """Does one operation; its answer says what was done, None if nothing was.

    Args:
        store: the store.
        situation: the records.
        operation: what to do.
    """

    BINDINGS: ClassVar = [
        Binding("ctrl+s,y", "perform", "Do it"),
        Binding("escape,q,n", "leave", "Close"),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Before", show=False),
        Binding("pagedown", "scroll(1)", "Scroll down", show=False),
        Binding("pageup", "scroll(-1)", "Scroll up", show=False),
    ]
    AUTO_FOCUS = None
    ROOMY = (60, 30)
    DEFAULT_CSS = """
    PerformScreen {
        & > Vertical { width: 92; }
        & #inputs, & #scroll, & #lines { height: auto; }
        & #message { height: auto; max-height: 4; display: none; }
        &.-roomy #scroll, &.-roomy #answers, &.-roomy #message { margin-top: 1; }
        &.-roomy #inputs { margin-bottom: 1; }
    }
    """

    @dataclass
    class _Rehearsed(Message):
        """A thread has found out what would happen."""

        lines: list[Content]
        values: Values

    def __init__(self, store: Store, situation: Situation, operation: Operation) -> None:
        super().__init__()
        self._store = store
        self._situation = situation
        self._operation = operation
        self._began: float | None = None
        self._failed = False
        self._ticking: Timer | None = None

    def compose(self) -> ComposeResult:
        """The inputs, what would happen, and the two answers with their keys."""
        operation = self._operation
        record = self._situation.record
        typed = any(not each.choices for each in operation.inputs)
        with Vertical():
            yield Static(Content(fit(f"{operation.label}  {record.id}", _LONGEST)), id="title")
            with VerticalScroll(id="scroll", can_focus=False):
                with Vertical(id="inputs"):
                    for each in operation.inputs:
                        yield InputRow(each, self._situation)
                yield Static(Content("Checking what would happen …"), id="lines")
            yield Static(id="message")
            with Horizontal(id="answers"):
                keys = "ctrl+s" if typed else "y"
                yield Button(Content(f"{operation.verb} {keys}"), id="yes", compact=True)
                yield Button(Content("Close esc"), id="no", compact=True)

    def on_mount(self) -> None:
        """Show what would happen."""
        rows = self._rows
        if rows:
            rows[0].focus_editor()
        else:
            self.query_one("#yes").focus()
        self._rehearse()

    def on_resize(self, event: events.Resize) -> None:
        """Keep title and answers in view, however small the screen."""
        columns, lines = self.ROOMY
        roomy = event.size.width >= columns and event.size.height >= lines
        self.query_one("#title").display = event.size.height > 4
        taken = 12 if roomy else 2 + (2 if event.size.height > 10 else 0)
        self.query_one("#scroll").styles.max_height = max(event.size.height - taken, 1)

    @property
    def _rows(self) -> list[InputRow]:
        """The inputs that are needed."""
        rows = list(self.query(InputRow))
        asked = self._operation.asked({row.wanted.name: row.value for row in rows})
        return [row for row in rows if row.wanted in asked]

    @property
    def _values(self) -> dict[str, Any]:
        return self._operation.defaults() | {row.wanted.name: row.value for row in self._rows}

    def on_input_row_changed(self) -> None:
        """Show what would happen with the changed input."""
        self._say("")
        self._rehearse()

    # Before

    def _rehearse(self) -> None:
        rows = self._rows
        for row in self.query(InputRow):
            row.display = row in rows
        wrong = next((row for row in rows if row.error is not None), None)
        if wrong is not None:
            self.query_one("#lines", Static).update("")
            return
        self.run_worker(partial(self._look, self._values), thread=True, group="look")

    def _look(self, values: Values) -> None:
        """Find out what would happen; runs in a thread."""
        act = self._operation.act
        try:
            outlook = rehearse(self._situation, lambda copy: act(copy, values))
        except LocalpayError as error:
            lines = [Content.styled(fit(f"✗ {error}", _LONGEST), STYLES["attention"])]
        else:
            lines = telling.announced(self._situation, outlook)
            if not outlook.lines and outlook.error is None:
                lines = [Content.styled(f"✗ {self._operation.idle}.", STYLES["attention"])]
        self.post_message(self._Rehearsed(lines, values))

    def _on_perform_screen__rehearsed(self, message: _Rehearsed) -> None:
        if message.values == self._values:
            when = "What would happen now" if self._failed else "What will happen"
            title = Content.styled(when, STYLES["muted"])
            self.query_one("#lines", Static).update(Content("\n").join([title, *message.lines]))

    # Doing it

    def action_perform(self) -> None:
        """Do it."""
        if self._began is not None:
            return
        wrong = next((row for row in self._rows if row.error is not None), None)
        if wrong is not None:
            wrong.focus_editor()
            self._say(f"The {wrong.wanted.name} is not valid yet.", "bad")
            return
        self._began = time.monotonic()
        self._ticking = self.set_interval(_TICK, self._tick)
        self._tick()
        app = self.app
        # The app's worker, not the screen's: closing the screen must not interrupt it.
        app.run_worker(partial(self._work, app, self._values), thread=True, exit_on_error=False)

    def _work(self, app: App[Any], values: Values) -> None:
        """Do it; runs in a thread."""
        act = self._operation.act
        outcome = performing.perform(self._store, self._situation, lambda store: act(store, values))
        if app.is_running:
            app.call_from_thread(self._end, app, outcome)

    def _end(self, app: App[Any], outcome: Outcome) -> None:
        """Show the outcome: here, or wherever the user is after closing the screen."""
        report = telling.reported(outcome)
        if not self.is_attached:
            app.notify(
                fit(report, _LONGEST),
                severity="information" if outcome.error is None else "error",
                markup=False,
            )
            return
        self._began = None
        if self._ticking is not None:
            self._ticking.stop()
        if outcome.error is None:
            self.dismiss(report)
            return
        self._failed = True
        self._say(report, "bad")
        if outcome.situation is not None:
            self._situation = outcome.situation
        self._rehearse()

    def _tick(self) -> None:
        if self._began is not None:
            seconds = time.monotonic() - self._began
            self._say(f"Asking … {seconds:.1f} s  (esc closes; it goes on)", "waiting")

    def action_leave(self) -> None:
        """Close; an operation under way goes on, and its outcome is shown when it ends."""
        self.dismiss(None)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the clicked answer says."""
        event.stop()
        if event.button.id == "yes":
            self.action_perform()
        else:
            self.action_leave()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next input, or to the answers."""
        event.stop()
        self.focus_next()

    def action_scroll(self, pages: int) -> None:
        """Scroll the inputs and what would happen."""
        part = self.query_one("#scroll")
        part.scroll_relative(y=pages * max(part.size.height - 1, 1), animate=False)

    def _say(self, sentence: str, tone: Tone = "plain") -> None:
        message = self.query_one("#message", Static)
        message.display = bool(sentence)
        message.update(Content.styled(fit(sentence, _LONGEST), STYLES[tone]))
