"""Everything a list asks of the store, in threads, so that the screen never waits.

One list is loaded at a time: a newer wish cancels the statement of an older one. What comes back
comes as messages; the widget that gets them owns the state.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.message import Message

from localpay.errors import CancelledError, LocalpayError, RecordNotFoundError, StoreClosedError
from localpay.store import Cancellation
from localpay.tui.rows import WINDOW, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from localpay.entities import BaseEntity
    from localpay.store import Listing, Store
    from localpay.tui.columns import ListKind

POLL_SECONDS: Final = 0.5
"""How often the store is asked whether something changed."""

_TICK = 0.15
"""Seconds between two reports of how far counting has come."""


@dataclass(slots=True)
class Load:
    """A wish to see a list.

    Attributes:
        kind: which list.
        query: the filter.
        sort: the field to sort by.
        size: how many records the first page needs.
        target: the id of the record to show, the first one if None.
        position: where to go if the target is gone.
        above: how many rows to leave above the target.
        needed: whether to drop the filter if the target is not in it.
        shown: whether its rows are seen already.
        cancellation: ends it.
    """

    kind: ListKind
    query: str
    sort: str
    size: int
    target: str | None = None
    position: int = 0
    above: int | None = None
    needed: bool = False
    shown: bool = False
    cancellation: Cancellation = field(default_factory=Cancellation)


@dataclass
class Loaded(Message):
    """The first rows of a list are there, or those around its target."""

    load: Load
    rows: Rows
    cursor: int


@dataclass
class Counted(Message):
    """More of a list is known.

    Attributes:
        load: which list.
        done: whether that is all of it.
        total: how many records there are without the filter, once it is done.
    """

    load: Load
    done: bool = False
    total: int | None = None


@dataclass
class LoadFailed(Message):
    """A list cannot be shown."""

    load: Load
    error: LocalpayError


@dataclass
class WindowFetched(Message):
    """A window of rows is there; None in place of the records if it could not be read."""

    rows: Rows
    number: int
    records: Sequence[BaseEntity | None] | None
    error: LocalpayError | None = None


class StoreChanged(Message):
    """Something in the store is different from before."""


class Fetcher:
    """Fetches for one widget, which gets the messages.

    Args:
        store: where from.
        owner: who gets the messages, and whose workers the threads are.
    """

    def __init__(self, store: Store, owner: Widget) -> None:
        self._store = store
        self._owner = owner
        self._current: Load | None = None
        self._fetching = False
        self._closed = threading.Event()

    @property
    def current(self) -> Load | None:
        """The wish that is being fulfilled; None when all is done."""
        return self._current

    def load(self, load: Load) -> None:
        """Begin to load a list, and drop the one that is being loaded."""
        self.cancel()
        self._current = load
        self._work(partial(self._load, load))

    def cancel(self) -> None:
        """Stop loading."""
        if self._current is not None:
            self._current.cancellation.cancel()
            self._current = None

    def done(self, load: Load) -> None:
        """Take notice that a wish was fulfilled, or failed."""
        if self._current is load:
            self._current = None

    def fetch(self, kind: ListKind, rows: Rows, number: int) -> None:
        """Begin to fetch a window, unless another one is on its way."""
        if not self._fetching:
            self._fetching = True
            self._work(partial(self._fetch, kind, rows, number))

    def fetched(self) -> None:
        """Take notice that the window arrived: the next one may be asked for."""
        self._fetching = False

    def watch(self) -> None:
        """Begin to look for changes, by this program or others."""
        self._work(self._watch)

    def close(self) -> None:
        """Stop everything."""
        self._closed.set()
        self.cancel()

    def _work(self, work: Any) -> None:
        self._owner.run_worker(work, thread=True, group="store", exit_on_error=False)

    # In threads

    def _post(self, message: Message) -> None:
        self._owner.post_message(message)

    def _load(self, load: Load) -> None:
        try:
            if load.target is None:
                self._load_top(load)
            else:
                self._load_around(load)
        except CancelledError:
            pass
        except LocalpayError as error:
            self._post(LoadFailed(load, error))

    def _load_top(self, load: Load) -> None:
        listing = self._listing(load)
        records = listing.first(load.size, expand=load.kind.expand, cancellation=load.cancellation)
        whole = len(records) < load.size
        self._post(Loaded(load, Rows(listing, 0, records, whole=whole), 0))
        if not whole:
            self._fill(load, listing)
        self._post(Counted(load, done=True, total=self._total(load)))

    def _load_around(self, load: Load) -> None:
        assert load.target is not None
        listing = self._listing(load)
        self._fill(load, listing)
        position = listing.position(load.target)
        if position is None and load.needed:
            if not load.query:
                raise RecordNotFoundError(load.kind.entity, load.target)
            load.query = ""
            self._load_around(load)
            return
        if position is None:
            position = max(0, min(load.position, len(listing) - 1))
        start = position - position % WINDOW
        records = listing.window(start, WINDOW, expand=load.kind.expand)
        self._post(Loaded(load, Rows(listing, start, records), position))
        self._post(Counted(load, done=True, total=self._total(load)))

    def _listing(self, load: Load) -> Listing[BaseEntity]:
        listing: Listing[BaseEntity] = load.kind.repository(self._store).listing(
            load.query, sort=load.sort
        )
        return listing

    def _fill(self, load: Load, listing: Listing[BaseEntity]) -> None:
        told = time.monotonic()

        def progress() -> None:
            nonlocal told
            if time.monotonic() - told > _TICK:
                told = time.monotonic()
                self._post(Counted(load))

        listing.fill(cancellation=load.cancellation, progress=progress)

    def _total(self, load: Load) -> int | None:
        if not load.query:
            return None
        total: int = load.kind.repository(self._store).count()
        return total

    def _fetch(self, kind: ListKind, rows: Rows, number: int) -> None:
        try:
            records = rows.listing.window(number * WINDOW, WINDOW, expand=kind.expand)
        except LocalpayError as error:
            self._post(WindowFetched(rows, number, None, error))
        else:
            self._post(WindowFetched(rows, number, records))

    def _watch(self) -> None:
        try:
            mark = self._store.change_mark()
            while not self._closed.wait(POLL_SECONDS):
                before, mark = mark, self._store.change_mark()
                if mark != before:
                    self._post(StoreChanged())
        except StoreClosedError:
            pass
