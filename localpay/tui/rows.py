"""The rows of one list, as far as they have been fetched.

The list itself is an order of millions that the store holds; here are the few windows of it that
were looked at last.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.entities import BaseEntity
    from localpay.store import Listing

WINDOW: Final = 256
"""Records that are fetched at once."""

KEPT: Final = 5
"""Windows that are kept: those in view, and some that were looked at before."""


class Missing(Enum):
    """Why there is no record to show in a row."""

    AWAITED = "not fetched yet"
    GONE = "deleted since the list was made"


class Rows:
    """A window cache over one listing. Belongs to the screen's thread.

    Args:
        listing: the order; another thread may still be filling it.
        start: the position of the records that are there already, a multiple of `WINDOW`.
        records: these, None for one that is gone.
        whole: whether they are all there are, so that the listing need not be filled.
    """

    def __init__(
        self,
        listing: Listing[BaseEntity],
        start: int = 0,
        records: Sequence[BaseEntity | None] = (),
        *,
        whole: bool = False,
    ) -> None:
        self.listing = listing
        self._whole = whole
        self._windows: OrderedDict[int, Sequence[BaseEntity | None]] = OrderedDict()
        self._first = len(records) if start == 0 else 0
        self._is_head = whole or not len(listing)
        if records:
            self._windows[start // WINDOW] = records

    def __len__(self) -> int:
        """How many rows are known so far."""
        known = len(self.listing)
        return known if self.listing.complete else max(known, self._first)

    @property
    def complete(self) -> bool:
        """Whether `len` is the whole truth."""
        return self._whole or self.listing.complete

    def get(self, position: int) -> BaseEntity | Missing:
        """The record of a row, or why there is none."""
        number, offset = divmod(position, WINDOW)
        window = self._windows.get(number)
        if window is None or offset >= len(window):
            return Missing.AWAITED
        self._windows.move_to_end(number)
        return window[offset] or Missing.GONE

    def numbers(self, first: int, last: int) -> Sequence[int]:
        """The numbers that the store has for some rows; fewer where the list is not known yet.

        Args:
            first: the position of the first row.
            last: the position after the last one.
        """
        return self.listing.numbers(first, last, head=self._is_head and last <= self._first)

    def position(self, number: int) -> int | None:
        """Where the row of a number stands; None if it is not in the list."""
        try:
            return self.numbers(0, len(self)).index(number)
        except ValueError:
            return None

    def missing(self, first: int, last: int) -> list[int]:
        """The numbers of the windows that have to be fetched to show some rows.

        Args:
            first: the position of the first row.
            last: the position after the last one.
        """
        known = len(self.listing)
        first, last = max(first, 0), min(last, known)
        return [
            number
            for number in range(first // WINDOW, -(-last // WINDOW))
            if len(self._windows.get(number, ())) < min(WINDOW, known - number * WINDOW)
        ]

    def put(self, number: int, records: Sequence[BaseEntity | None]) -> None:
        """Keep a window that was fetched, and forget the one not looked at for longest."""
        self._is_head = self._is_head and number != 0
        self._windows[number] = records
        self._windows.move_to_end(number)
        while len(self._windows) > KEPT:
            self._windows.popitem(last=False)
