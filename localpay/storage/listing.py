"""Lists of millions: a filter and a sort give the row numbers in order, to show windows of.

The order is an array of row numbers, eight bytes each, filled by one statement that can be
cancelled. The first page does not need the array; a statement with a limit finds it at once.
Windows are read by row number, so every position takes the same time, and the order stays the same
while others write.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Generic, TypeVar

from localpay import entities
from localpay.storage.arguments import check_count, check_progress, is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localpay.storage.database import Cancellation, Database
    from localpay.storage.plans import Plan

E_co = TypeVar("E_co", bound=entities.BaseEntity, covariant=True)


class Listing(Generic[E_co]):
    """A list to scroll in, whose order stays the same while the file changes.

    Args:
        database: the open file.
        plan: the filter and the sort.
        load: reads records by row number; None for one that has been deleted.

    Attributes:
        complete: whether the order is complete, and `len` exact.
    """

    def __init__(
        self,
        database: Database,
        plan: Plan,
        load: Callable[[Sequence[int], Sequence[str]], list[E_co | None]],
    ) -> None:
        self._database = database
        self._plan = plan
        self._load = load
        self._order = array("q")
        self._head: list[int] = []
        self.complete = False

    def __len__(self) -> int:
        """How many records were found so far; all of them once `complete`."""
        return len(self._order)

    def first(
        self, size: int, *, expand: Sequence[str] = (), cancellation: Cancellation | None = None
    ) -> list[E_co | None]:
        """The first records, found without waiting for the order.

        Raises:
            ArgumentError: the size is not a whole number, or below 0.
            FieldError: there is no such relation.
            CancelledError: it was cancelled.
        """
        check_count("size", size)
        with self._database.cancellable(cancellation):
            self._head = head = []
            for rid in self._plan.first(self._database, size):
                head.append(rid)  # noqa: PERF402 - one by one, so that `found` has it
            return self._load(head, expand)

    def found(self, *, expand: Sequence[str] = ()) -> list[E_co | None]:
        """What `first` has found so far, while it runs in another thread."""
        return self._load(self._head[:], expand)

    def count(self, at_most: int, *, cancellation: Cancellation | None = None) -> int:
        """How many records there are, up to `at_most`; fast, even if there are millions.

        Raises:
            ArgumentError: `at_most` is not a whole number, or below 0.
            CancelledError: it was cancelled.
        """
        check_count("at_most", at_most)
        if self.complete:
            return min(len(self), at_most)
        with self._database.cancellable(cancellation):
            return self._plan.count(self._database, at_most)

    def fill(
        self,
        *,
        cancellation: Cancellation | None = None,
        progress: Callable[[], None] | None = None,
    ) -> None:
        """Find the complete order; for a background thread.

        Args:
            cancellation: lets another thread stop it.
            progress: called each time `len` has grown.

        Raises:
            CancelledError: it was cancelled.
            ArgumentError: `progress` cannot be called.
        """
        check_progress(progress)
        with self._database.cancellable(cancellation):
            self._plan.fill(self._database, self._order, progress)
        self.complete = True

    def window(self, start: int, size: int, *, expand: Sequence[str] = ()) -> list[E_co | None]:
        """The records from a position on; None for one that has been deleted.

        Args:
            start: the position of the first, from 0.
            size: how many, at most.
            expand: the relations to load.

        Raises:
            ArgumentError: the position or the size is not a whole number, or below 0.
            FieldError: there is no such relation.
        """
        check_count("start", start)
        check_count("size", size)
        return self._load(self._order[start : start + size], expand)

    def numbers(self, start: int, stop: int, *, head: bool = False) -> Sequence[int]:
        """The row numbers between two positions, for a `Selection`.

        Args:
            start: the first position.
            stop: the position after the last one.
            head: take them from the page that `first` found, not from the order.

        Raises:
            ArgumentError: a position is not a whole number, or below 0.
        """
        check_count("start", start)
        check_count("stop", stop)
        return (self._head if head else self._order)[start:stop]

    def position(self, record_id: str) -> int | None:
        """The position of a record, or None if it is not in the list, or not found yet."""
        if not is_text(record_id):
            return None
        rid = self._database.value(
            f"SELECT rid FROM {self._plan.order.table} WHERE id = ?", (record_id,)
        )
        if rid is None:
            return None
        try:
            return self._order.index(rid)
        except ValueError:
            return None
