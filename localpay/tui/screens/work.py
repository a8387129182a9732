"""Long work on many records: its progress, and a key that cancels and undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from localpay.errors import CancelledError, LocalpayError, StoreClosedError
from localpay.tui.present import fit

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE: Final = 0.25
"""Seconds until it is shown: most work is done by then."""

_LONGEST: Final = 60


class WorkScreen(ModalScreen[Any]):
    """Runs work in a thread; other keys do nothing meanwhile.

    Its answer is what the work returned, the error that ended it, or None if it was cancelled.

    Args:
        title: what is being done.
        total: the number of records.
        work: does it; gets a function to report how many records are done.
    """

    BINDINGS: ClassVar = [Binding("escape,q,ctrl+c", "cancel", "Cancel", priority=True)]
    AUTO_FOCUS = None
    DEFAULT_CSS = """
    WorkScreen {
        align: center middle;
        background: transparent;
        & > Static { width: 64; max-width: 100%; height: auto; max-height: 100%; display: none; }
        &.-slow { background: $background 60%; }
        &.-slow > Static { display: block; background: $surface; padding: 0 2; }
    }
    """

    @dataclass
    class _Progressed(Message):
        """A number of records are done."""

        done: int

    @dataclass
    class _Ended(Message):
        """The work is over."""

        answer: Any

    def __init__(
        self, title: str, total: int, work: Callable[[Callable[[int], None]], Any]
    ) -> None:
        super().__init__()
        self._title_text = fit(title, _LONGEST)
        self._total = total
        self._work = work
        self._cancelled = False
        self._text = Static()

    def compose(self) -> Any:
        """One text."""
        yield self._text

    def on_mount(self) -> None:
        """Start the work."""
        self._show(0)
        self.set_timer(_PATIENCE, lambda: self.add_class("-slow"))
        self.run_worker(self._run, thread=True)

    def on_unmount(self) -> None:
        """Stop the thread."""
        self._cancelled = True

    def _run(self) -> None:
        answer: Any = None
        try:
            answer = self._work(self._progress)
        except (CancelledError, StoreClosedError):
            answer = None
        except LocalpayError as error:
            answer = error
        self.post_message(self._Ended(answer))

    def _progress(self, done: int) -> None:
        """Report the progress, or stop the work if it was cancelled; runs in its thread."""
        if self._cancelled:
            raise CancelledError
        self.post_message(self._Progressed(done))

    def _on_work_screen__progressed(self, message: _Progressed) -> None:
        self._show(message.done)

    def _on_work_screen__ended(self, message: _Ended) -> None:
        self.dismiss(message.answer)

    def action_cancel(self) -> None:
        """Cancel the work, and undo all of it."""
        self._cancelled = True
        self._title_text = "Undoing it"
        self._show(0)

    def _show(self, done: int) -> None:
        line = f"{self._title_text} …"
        if done:
            line += f"  {done:,} of {self._total:,}"
        self._text.update(Content(f"{line}\nesc cancels and undoes it"))
