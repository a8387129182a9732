"""Counting the facets of a filter in a thread; each is sent as soon as it is counted.

One set of facets is counted at a time: a newer request cancels the statement of an older one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.message import Message

from localpay.errors import CancelledError, LocalpayError, StoreClosedError
from localpay.store import Cancellation
from localpay.tui import threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from localpay.storage.facets import FacetValue
    from localpay.store import Store
    from localpay.tui.columns import ListKind

TIME: Final = "time"
"""Stands for counts by month, or by day if the records span a year or less."""

_FEW_MONTHS = 12

_COUNTED = {"payment_session": ("status", "provider", "month", "day"), "cart": ("type",)}
"""Facets whose amounts are not added up: for sessions that would need each one's cart."""


class Wish(NamedTuple):
    """A facet to count.

    Attributes:
        facet: its name, or `TIME`.
        query: the filter.
    """

    facet: str
    query: str


class Labelled(NamedTuple):
    """A value of a facet.

    Attributes:
        found: the value, its count and its sums.
        label: what people call it, such as the name of a region. Any text.
    """

    found: FacetValue
    label: str


@dataclass(slots=True)
class Count:
    """A request to count facets.

    Attributes:
        kind: the list.
        wishes: the facets, in the order in which they are counted.
        cancellation: ends the counting.
    """

    kind: ListKind
    wishes: Sequence[Wish]
    cancellation: Cancellation = field(default_factory=Cancellation)


class FacetCounted(Message):
    """A facet was counted, or failed.

    Attributes:
        count: the request.
        wish: the facet.
        values: its values, the most frequent first.
        error: why there are none.
    """

    def __init__(
        self,
        count: Count,
        wish: Wish,
        values: Sequence[Labelled],
        error: LocalpayError | None = None,
    ) -> None:
        super().__init__()
        self.count, self.wish, self.values, self.error = count, wish, values, error


class Counter:
    """Counts for one widget, which gets the messages.

    Args:
        store: where.
        owner: who gets the messages.
    """

    def __init__(self, store: Store, owner: Widget) -> None:
        self._store = store
        self._owner = owner
        self._thread = ThreadPoolExecutor(1, "localpay-count")
        self._mark: tuple[int, int] | None = None
        self._names: dict[str, str] = {}
        self._known: dict[tuple[str, Wish], Sequence[Labelled]] = {}
        self.current: Count | None = None

    def ask(self, kind: ListKind, wishes: Sequence[Wish]) -> None:
        """Start counting, and drop the request before."""
        self.cancel()
        self.current = Count(kind, wishes)
        self._thread.submit(partial(self._count, self.current))

    def cancel(self) -> None:
        """Stop counting."""
        if self.current is not None:
            self.current.cancellation.cancel()
            self.current = None

    def close(self) -> None:
        """Stop for good."""
        self.cancel()
        threads.end(self._thread)

    # In the thread

    def _count(self, count: Count) -> None:
        self._forget()
        for wish in count.wishes:
            try:
                values = self._values(count, wish)
            except (CancelledError, StoreClosedError):
                return
            except LocalpayError as error:
                self._owner.post_message(FacetCounted(count, wish, (), error))
            else:
                self._owner.post_message(FacetCounted(count, wish, values))

    def _forget(self) -> None:
        """Forget counts that may be out of date.

        Counts without a filter are good until the store changes; a filter may match other
        records later on.
        """
        before, self._mark = self._mark, None
        with suppress(LocalpayError):  # counting will fail too, and report it
            self._mark = self._store.change_mark()
        if self._mark is None or self._mark != before:
            self._names.clear()
            self._known.clear()
        self._known = {key: values for key, values in self._known.items() if not key[1].query}

    def _values(self, count: Count, wish: Wish) -> Sequence[Labelled]:
        if wish.facet == TIME:
            months = self._values(count, wish._replace(facet="month"))
            if len(months) > _FEW_MONTHS:
                return months
            return self._values(count, wish._replace(facet="day"))
        key = count.kind.entity, wish
        if key not in self._known:
            self._known[key] = self._counted(count, wish)
        return self._known[key]

    def _counted(self, count: Count, wish: Wish) -> Sequence[Labelled]:
        facets = self._store.records(count.kind.entity).facets(
            wish.query,
            only=(wish.facet,),
            sums=wish.facet not in _COUNTED.get(count.kind.entity, ()),
            cancellation=count.cancellation,
        )
        return [
            Labelled(found, self._label(wish.facet, found.value))
            for _, values in facets
            for found in values
        ]

    def _label(self, facet: str, value: str | None) -> str:
        if value is None:
            return "none"
        if facet != "region":
            return value
        if value not in self._names:
            region = self._store.regions.find(value)
            self._names[value] = value if region is None else region.name
        return self._names[value]
