"""A list to choose from, with a line to type in that is shown only while it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from localpay.tui.present import STYLES, Tone, fit
from localpay.tui.screens.dialog import Answer, Dialog, Keys
from localpay.tui.widgets.choices import Choices
from localpay.tui.widgets.editors import LineEditor

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

_LONGEST: Final = 300
_LOW: Final = 6
"""The most lines of the screen at which there is still no room for the keys."""


class ChoosingScreen(Dialog[Answer]):
    """Lines with a cursor; keys act on the line under it, and some ask for a word.

    Args:
        title: the title of the dialog.

    Attributes:
        KEYS: what the keys do.
    """

    KEYS: ClassVar[tuple[tuple[str, str], ...]]
    AUTO_FOCUS = "Choices"
    DEFAULT_CSS = """
    ChoosingScreen {
        & LineEditor { display: none; background: $block-cursor-background; }
        & #message { height: auto; max-height: 2; display: none; }
        &.-asking LineEditor { display: block; }
        &.-asking #keys { display: none; }
        &.-roomy Choices, &.-roomy #keys, &.-roomy.-asking #message { margin-top: 1; }
        &.-roomy.-asking LineEditor { margin-top: 1; }
    }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title_text = title

    def compose(self) -> ComposeResult:
        """The lines, a line to type in, a message, and the keys."""
        with Vertical():
            yield Static(Content(self._title_text), id="title")
            yield Choices()
            yield LineEditor(compact=True, select_on_focus=False)
            yield Static(id="message")
            yield Keys(*self.KEYS)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the lines to the room there is."""
        height = event.size.height
        self.set_class(height <= _LOW, "-low")
        self.query_one("#keys").display = height > _LOW
        taken = 9 if height >= self.ROOMY[1] else 4 if height > _LOW else 1
        self.query_one(Choices).styles.max_height = max(1, height - taken)

    @property
    def place(self) -> int:
        """The place of the line with the cursor."""
        return self.query_one(Choices).chosen

    @property
    def is_asking(self) -> bool:
        """Whether something is being typed."""
        return self.has_class("-asking")

    def ask(self, what: str) -> None:
        """Ask for text.

        Args:
            what: what to type, in words.
        """
        self.add_class("-asking")
        self.say(what)
        self.query_one(LineEditor).focus()

    def end_asking(self) -> None:
        """Go back to the list, and drop what was typed."""
        self.remove_class("-asking")
        self.query_one(LineEditor).value = ""
        self.say("")
        self.query_one(Choices).focus()

    def say(self, sentence: str, tone: Tone = "off") -> None:
        """Show a message until the next one; an empty one clears it."""
        message = self.query_one("#message", Static)
        message.display = bool(sentence)
        message.update(Content.styled(fit(sentence, _LONGEST), STYLES[tone]))

    def action_leave(self) -> None:
        """Stop typing; if nothing is being typed, close."""
        if self.is_asking:
            self.end_asking()
        else:
            self.dismiss(None)
