"""The operations on a record at its payment providers: a list, with what each would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from localpay.errors import LocalpayError, StoreClosedError
from localpay.text import one_line
from localpay.tui.operating import telling
from localpay.tui.operating.offers import offers
from localpay.tui.operating.rehearsal import Situation, look
from localpay.tui.present import STYLES, fit
from localpay.tui.screens.dialog import Dialog, Keys
from localpay.tui.screens.perform import PerformScreen
from localpay.tui.widgets.choices import Choices

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from localpay.entities import BaseEntity
    from localpay.store import Store
    from localpay.tui.operating.offers import Offer

_LONGEST = 400
_LABEL = 20


class OperateScreen(Dialog[str]):
    """Offers the operations on a record; its answer says what was done, or why nothing can be.

    Args:
        store: where the record is.
        record: a session, cart or payment.
    """

    BINDINGS: ClassVar = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("pagedown,space", "scroll(1)", "Scroll down", show=False),
        Binding("pageup", "scroll(-1)", "Scroll up", show=False),
    ]
    AUTO_FOCUS = "Choices"
    ROOMY = (60, 30)
    DEFAULT_CSS = """
    OperateScreen {
        & > Vertical { width: 92; }
        & #about { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #missing { height: auto; max-height: 2; color: $text-warning; display: none; }
        & #missing.-shown { display: block; }
        & #outlook { height: 9; border-top: solid $panel; }
        &.-roomy Choices { margin: 1 0; }
        &.-low #outlook, &.-low #about, &.-low #keys { display: none; }
        &.-flat #title, &.-flat #missing.-shown { display: none; }
    }
    """

    @dataclass
    class _Looked(Message):
        """A thread has found the operations."""

        found: tuple[Situation, list[Offer]] | LocalpayError

    def __init__(self, store: Store, record: BaseEntity) -> None:
        super().__init__()
        self._store = store
        self._record = record
        self._situation: Situation | None = None
        self._offers: list[Offer] = []

    def compose(self) -> ComposeResult:
        """The record, its operations, what one would do, and the keys."""
        with Vertical():
            title = f"Actions  {one_line(self._record.id)}"
            yield Static(Content(fit(title, _LONGEST)), id="title")
            yield Static(Content("Checking what can be done …"), id="about")
            yield Static(id="missing")
            yield Choices()
            with VerticalScroll(id="outlook", can_focus=False):
                yield Static(id="lines")
            yield Keys(("enter", "choose"), ("↑ ↓", "look"), ("esc", "close"))

    def on_mount(self) -> None:
        """Look for operations."""
        self._look()

    def on_resize(self, event: events.Resize) -> None:
        """Hide what there is no room for."""
        self.set_class(event.size.height < 16, "-low")
        self.set_class(event.size.height < 8, "-flat")

    def _look(self) -> None:
        self.run_worker(self._read, thread=True, exclusive=True)

    def _read(self) -> None:
        """Rehearse everything; runs in a thread."""
        try:
            situation = look(self._store, self._record)
            self.post_message(self._Looked((situation, offers(situation))))
        except StoreClosedError:
            return
        except LocalpayError as error:
            self.post_message(self._Looked(error))

    def _on_operate_screen__looked(self, message: _Looked) -> None:
        if isinstance(message.found, LocalpayError):
            self.dismiss(str(message.found))
            return
        self._situation, self._offers = message.found
        if not self._offers:
            self.dismiss("This session has no cart; its payment collection authorizes it.")
            return
        self.query_one("#about", Static).update(telling.about(self._situation))
        missing = self.query_one("#missing", Static)
        missing.update(Content(fit(telling.missing(self._situation), _LONGEST)))
        missing.set_class(bool(telling.missing(self._situation)), "-shown")
        menu = self.query_one(Choices)
        place = menu.highlighted
        if place is None:
            useful = (at for at, offer in enumerate(self._offers) if offer.reason is None)
            place = next(useful, 0)
        width = _LABEL if self.size.width >= 40 else 0
        menu.show((_line(offer, width) for offer in self._offers), place)

    def on_option_list_option_highlighted(self, event: Choices.OptionHighlighted) -> None:
        """Show what the operation would do, or why it makes no sense."""
        event.stop()
        if self._situation is None or event.option_index >= len(self._offers):
            return
        lines = self._outlook(self._offers[event.option_index])
        self.query_one("#lines", Static).update(Content("\n").join(lines))
        self.query_one("#outlook").scroll_home(animate=False)

    def _outlook(self, offer: Offer) -> list[Content]:
        """What an operation is for, and what it would do, or why it makes no sense."""
        assert self._situation is not None
        lines = [Content.styled(f"{offer.operation.help}.", STYLES["muted"])]
        if offer.outlook is None or not (offer.outlook.lines or offer.outlook.error):
            reason = fit(f"✗ {offer.reason}.", _LONGEST)
            return [*lines, Content.styled(reason, STYLES["attention"])]
        return lines + telling.announced(self._situation, offer.outlook)

    def on_option_list_option_selected(self, event: Choices.OptionSelected) -> None:
        """Ask for the inputs, and do it."""
        event.stop()
        if self._situation is None:
            return
        offer = self._offers[event.option_index]
        # With another provider than the default it may make sense.
        names = [each.name for each in offer.operation.inputs]
        if offer.reason is not None and "provider" not in names:
            # There may be no room for these lines.
            self.app.notify(self._outlook(offer)[-1].plain, severity="warning", markup=False)
            return
        screen = PerformScreen(self._store, self._situation, offer.operation)
        self.open_over(screen, self._on_performed)

    def _on_performed(self, report: str | None) -> None:
        if report is None:
            self._look()
        else:
            self.dismiss(report)

    def action_scroll(self, pages: int) -> None:
        """Scroll what would happen."""
        outlook = self.query_one("#outlook")
        outlook.scroll_relative(y=pages * max(outlook.size.height - 2, 1), animate=False)


def _line(offer: Offer, width: int) -> Content:
    label = offer.operation.label
    if offer.reason is None:
        return Content.styled(label, STYLES["plain"])
    return Content.styled(fit(f"{label:{width}} – {offer.reason}", _LONGEST), STYLES["faint"])
