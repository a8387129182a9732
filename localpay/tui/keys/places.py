"""Going to another list, to a place in a list, to a linked record, or to any record by its id."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from localpay.tui import edits
from localpay.tui.columns import LISTS
from localpay.tui.places import Row, Share, read_place
from localpay.tui.widgets.record_table import Awaited

if TYPE_CHECKING:
    from localpay.entities import BaseEntity
    from localpay.tui.screens.main import MainScreen


class PlaceKeys:
    """The keys that switch lists, follow links and go back, and the one that asks where to go.

    Args:
        screen: the screen with the lists.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def action_sessions(self) -> None:
        """Show the payment sessions."""
        self._screen.browser.visit("sessions")

    def action_carts(self) -> None:
        """Show the carts."""
        self._screen.browser.visit("carts")

    def action_payments(self) -> None:
        """Show the payments."""
        self._screen.browser.visit("payments")

    def action_next_tab(self) -> None:
        """Show the list to the right."""
        self._turn(1)

    def action_previous_tab(self) -> None:
        """Show the list to the left."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        browser = self._screen.browser
        browser.visit(LISTS[(LISTS.index(browser.view.kind) + step) % len(LISTS)].name)

    def action_back(self) -> None:
        """Go back to where a link was followed."""
        if not self._screen.browser.back():
            self._screen.tell("There is no way back: no link was followed.")

    def action_follow(self) -> None:
        """Go to the record's cart, or from a cart to its session."""
        record = self._screen.browser.record
        if record is not None:
            self._screen.in_thread(partial(self._follow, record))

    def _follow(self, record: BaseEntity) -> str | None:
        target = edits.linked(self._screen.store, record)
        if target is None:
            return "There is nothing to go to: the record has no cart, or the cart no session."
        self._screen.app.call_from_thread(self._screen.browser.jump, *target)
        return None

    def action_cursor_last(self) -> None:
        """Go to the last record, as soon as it is known."""
        self._move(Share(Fraction(1)), "last")

    def action_go_to(self) -> None:
        """Ask for a place, and go there."""
        from localpay.tui.screens.go_to import GoToScreen  # noqa: PLC0415 - rarely used

        self._screen.app.push_screen(GoToScreen(), self._go)

    def _go(self, text: str | None) -> None:
        if not text:
            return
        place = read_place(text)
        if place is None:
            self._screen.in_thread(partial(self._find, text))
        else:
            self._move(place, text)

    def _move(self, place: Row | Share, text: str) -> None:
        """Put the cursor on a row of the list on the screen, or of the one being read."""
        browser = self._screen.browser
        arrive = partial(self._arrive, place, text)
        known = place.position(browser.table.count) is not None
        stands = isinstance(place, Row) or not place.part  # however long the list gets
        load = browser.fetcher.current
        if load is None or (known and stands and load.shown.is_set()):
            arrive()
        else:
            browser.table.awaited = Awaited(text, arrive)
            browser.post_message(browser.Grown())

    def _arrive(self, place: Row | Share, text: str) -> None:
        browser = self._screen.browser
        rows, count = browser.view.rows, browser.table.count
        position = place.position(count)
        if position is not None:
            browser.table.move_to(position)
        elif not count:
            self._screen.tell("There is nowhere to go: the list is empty.")
        elif isinstance(place, Share):
            self._screen.tell(f"{text} is not in the list: it goes from 0% to 100%.")
        elif rows is not None and not rows.complete:
            self._screen.tell(f"There is no row {text} yet: {count:,} are known so far.")
        else:
            self._screen.tell(f"There is no row {text}: the list has {count:,}.")

    def _find(self, record_id: str) -> str | None:
        """Go to a record in whichever list it is, trying the one on the screen first."""
        screen = self._screen
        seen = screen.browser.view.kind
        for kind in (seen, *(each for each in LISTS if each is not seen)):
            if screen.store.records(kind.entity).find(record_id, expand=()) is not None:
                screen.app.call_from_thread(screen.browser.jump, kind.entity, record_id)
                return None
        # Not returned: a returned message has the list read again.
        screen.app.call_from_thread(
            screen.tell, f"There is no session, cart or payment with the id {record_id}."
        )
        return None
