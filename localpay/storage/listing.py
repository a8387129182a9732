"""Listing millions: a filter and a sort give an order of row numbers, and windows into it.

The order is an array of row numbers, eight bytes a record, filled from the database in one
statement that can be cancelled. Its first page needs no array: a limited statement gives it at
once. Windows are fetched by row numbers, so any position costs the same, and the order stays as it
was while others write.
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
    """A list to scroll in, which stays as it is while the file changes.

    Args:
        database: the open file.
        plan: the filter and the sort.
        load: gives records by row numbers, None for one that is gone.

    Attributes:
        complete: whether the order is filled and `len` is exact.
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
        """How many records are known so far; all of them once `complete`."""
        return len(self._order)

    def first(
        self, size: int, *, expand: Sequence[str] = (), cancellation: Cancellation | None = None
    ) -> list[E_co | None]:
        """The first records, without waiting for the order.

        Raises:
            ArgumentError: the size is no whole number, or below 0.
            FieldError: there is no such relation.
            CancelledError: it was cancelled meanwhile.
        """
        check_count("size", size)
        with self._database.cancellable(cancellation):
            self._head = head = []
            for rid in self._plan.first(self._database, size):
                head.append(rid)  # noqa: PERF402 - one by one, so that `found` knows of it
            return self._load(head, expand)

    def found(self, *, expand: Sequence[str] = ()) -> list[E_co | None]:
        """What `first`, which another thread is waiting for, has found so far."""
        return self._load(self._head[:], expand)

    def count(self, at_most: int, *, cancellation: Cancellation | None = None) -> int:
        """How many records there are, or `at_most` once there are as many: at once, or nearly.

        Raises:
            ArgumentError: `at_most` is no whole number, or below 0.
            CancelledError: it was cancelled meanwhile.
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
        """Find the whole order. For a thread in the background.

        Args:
            cancellation: lets another thread stop it.
            progress: called now and then; `len` has grown by then.

        Raises:
            CancelledError: it was cancelled meanwhile.
            ArgumentError: what is to be told of the progress is no function.
        """
        check_progress(progress)
        with self._database.cancellable(cancellation):
            self._plan.fill(self._database, self._order, progress)
        self.complete = True

    def window(self, start: int, size: int, *, expand: Sequence[str] = ()) -> list[E_co | None]:
        """The records from a position on, None for one that is gone by now.

        Args:
            start: the position of the first, from 0.
            size: at most so many.
            expand: the relations to load.

        Raises:
            ArgumentError: the position or the size is no whole number, or below 0.
            FieldError: there is no such relation.
        """
        check_count("start", start)
        check_count("size", size)
        return self._load(self._order[start : start + size], expand)

    def numbers(self, start: int, stop: int, *, head: bool = False) -> Sequence[int]:
        """The numbers of the rows from one position up to another, for a `Selection`.

        Args:
            start: the first position.
            stop: the position after the last one.
            head: as `first` found them, and not as the order has them, which came later.

        Raises:
            ArgumentError: a position is no whole number, or below 0.
        """
        check_count("start", start)
        check_count("stop", stop)
        return (self._head if head else self._order)[start:stop]

    def position(self, record_id: str) -> int | None:
        """Where a record stands, or None if it is not in the list (as far as it is known)."""
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
