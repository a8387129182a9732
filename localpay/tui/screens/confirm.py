"""A yes-or-no question."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from localpay.tui.present import fit
from localpay.tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

_LONGEST = 1000


class ConfirmScreen(Dialog[bool]):
    """Asks before something is done; its answer is True only if the user agrees.

    Args:
        title: the question.
        lines: what it is about, line by line; plain or styled text.
        yes_label: the word for yes, such as "Delete".
        agree: let enter mean yes from the start; otherwise it means no.
    """

    BINDINGS: ClassVar = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,q,escape", "answer(False)", "No"),
        Binding("left,right,h,l", "app.focus_next", "Other answer", show=False),
        Binding("down,j,pagedown", "scroll(1)", "Down", show=False),
        Binding("up,k,pageup", "scroll(-1)", "Up", show=False),
    ]
    AUTO_FOCUS = None
    DEFAULT_CSS = """
    ConfirmScreen {
        & #lines { height: auto; }
        &.-roomy #answers, &.-roomy #lines { margin-top: 1; }
    }
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[str | Content],
        yes_label: str,
        *,
        agree: bool = False,
    ) -> None:
        super().__init__()
        self._title_text = fit(title, _LONGEST)
        self._text = Content("\n").join(
            line if isinstance(line, Content) else Content(fit(line, _LONGEST)) for line in lines
        )
        self._yes_label = fit(yes_label, _LONGEST)
        self._agree = agree

    def compose(self) -> ComposeResult:
        """The question, what it is about, and the two answers with their keys."""
        with Vertical():
            yield Static(Content(self._title_text), id="title")
            with VerticalScroll(id="lines", can_focus=False):
                yield Static(self._text)
            with Horizontal(id="answers"):
                yield Button(Content(f"{self._yes_label} y"), id="yes", compact=True)
                yield Button(Content("Cancel n"), id="no", compact=True)

    def on_mount(self) -> None:
        """Let enter give the safe answer."""
        self.query_one("#yes" if self._agree else "#no").focus()

    def on_resize(self, event: events.Resize) -> None:
        """Keep title and answers in view, however small the screen."""
        room = event.size.height - (8 if event.size.height >= self.ROOMY[1] else 2)
        self.query_one("#lines").styles.max_height = max(room, 1)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer with the clicked button."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - the answer itself
        """Close with the answer."""
        self.dismiss(yes)

    def action_scroll(self, lines: int) -> None:
        """Scroll what the question is about."""
        self.query_one("#lines").scroll_relative(y=lines, animate=False)
