"""The rows of one list, as far as they have been fetched.

The store holds the order of the list, which may have millions of rows; this module keeps the few
windows of it that were shown last.
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
"""How many records are fetched at once."""

KEPT: Final = 5
"""How many windows are kept: those in view, and some shown before."""


class Missing(Enum):
    """Why there is no record to show in a row."""

    AWAITED = "not fetched yet"
    GONE = "deleted since the list was made"


class Rows:
    """A window cache over one listing. Belongs to the screen's thread.

    Args:
        listing: the order; another thread may still be filling it.
        start: the position of the first given record, a multiple of `WINDOW`.
        records: records that were read already; None for one that is gone.
        whole: whether these are all, so that the listing need not be filled.
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
        """Whether all rows are known."""
        return self._whole or self.listing.complete

    def get(self, position: int) -> BaseEntity | Missing:
        """The record in a row, or why there is none."""
        number, offset = divmod(position, WINDOW)
        window = self._windows.get(number)
        if window is None or offset >= len(window):
            return Missing.AWAITED
        self._windows.move_to_end(number)
        return window[offset] or Missing.GONE

    def numbers(self, first: int, last: int) -> Sequence[int]:
        """The store's numbers for some rows; fewer if not all of them are known yet.

        Args:
            first: the position of the first row.
            last: the position after the last one.
        """
        return self.listing.numbers(first, last, head=self._is_head and last <= self._first)

    def position(self, number: int) -> int | None:
        """The position of the row with a number; None if it is not in the list."""
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
        """Store a fetched window, and drop the one that was not shown for longest."""
        self._is_head = self._is_head and number != 0
        self._windows[number] = records
        self._windows.move_to_end(number)
        while len(self._windows) > KEPT:
            self._windows.popitem(last=False)
