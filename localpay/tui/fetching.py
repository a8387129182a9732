"""Everything a list asks of the store, in threads, so that the screen never waits.

One list is loaded at a time: a newer request cancels the statement of an older one. Results are
sent as messages; the widget that gets them owns the state.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.message import Message

from localpay.errors import CancelledError, LocalpayError, RecordNotFoundError, StoreClosedError
from localpay.store import Cancellation
from localpay.tui import threads
from localpay.tui.rows import WINDOW, Rows
from localpay.tui.views import TOP, Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from textual.widget import Widget

    from localpay.entities import BaseEntity
    from localpay.store import Listing, Store
    from localpay.tui.columns import ListKind
    from localpay.tui.widgets.record_table import Awaited

POLL_SECONDS: Final = 0.5
"""Seconds between checks whether the store has changed."""

_THREADS = 4
"""One watches for changes, one loads, one fetches windows, one does what the user asks for."""

_MOMENT = 0.03
"""Seconds that the first frame waits for its rows at most."""

_PATIENCE = 0.5
"""Seconds after which rows are counted even if they are not on the screen yet."""

_TICK = 0.15
"""Seconds between two reports of the count so far."""


@dataclass(slots=True)
class Load:
    """A request to show a list.

    Attributes:
        kind: which list.
        query: the filter.
        sort: the field to sort by.
        size: how many records the first page needs.
        spot: where to go in it.
        needed: whether to drop the filter if the spot's record is not in it.
        follows: whether the list on the screen is read again, while the user may move on.
        listing: the list, if it is read already, or while its first rows are searched for.
        awaited: what the user waits for; None if the list is only shown.
        shown: set when its first rows are drawn: counting would slow the drawing down.
        cancellation: ends the loading.
    """

    kind: ListKind
    query: str
    sort: str
    size: int
    spot: Spot = TOP
    needed: bool = False
    follows: bool = False
    listing: Listing[BaseEntity] | None = None
    awaited: Awaited | None = None
    shown: threading.Event = field(default_factory=threading.Event)
    cancellation: Cancellation = field(default_factory=Cancellation)

    def around(self, spot: Spot, listing: Listing[BaseEntity]) -> Load:
        """The same request at another spot of a list that was read."""
        read = listing if listing.complete else None
        return Load(
            self.kind, self.query, self.sort, self.size, spot, follows=self.follows, listing=read
        )


# Messages are plain classes: dataclasses take ten times as long to make, before the first frame.


class Loaded(Message):
    """The first rows of a list were read, or those around its target.

    Attributes:
        load: which list.
        rows: the rows.
        cursor: the position to go to.
        partly: whether the search for the first rows still goes on.
    """

    def __init__(self, load: Load, rows: Rows, cursor: int, *, partly: bool = False) -> None:
        super().__init__()
        self.load, self.rows, self.cursor, self.partly = load, rows, cursor, partly


class Counted(Message):
    """More of a list is known.

    Attributes:
        load: which list.
        done: whether the whole list is known.
        total: how many records there are without the filter, once it is done.
        hint: why the filter matches none of them, where that is known.
    """

    def __init__(
        self, load: Load, *, done: bool = False, total: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__()
        self.load, self.done, self.total, self.hint = load, done, total, hint


class LoadFailed(Message):
    """A list cannot be shown."""

    def __init__(self, load: Load, error: LocalpayError) -> None:
        super().__init__()
        self.load, self.error = load, error


class WindowFetched(Message):
    """A window of rows was read; the records are None if that failed."""

    def __init__(
        self,
        rows: Rows,
        number: int,
        records: Sequence[BaseEntity | None] | None,
        error: LocalpayError | None = None,
    ) -> None:
        super().__init__()
        self.rows, self.number, self.records, self.error = rows, number, records, error


class StoreChanged(Message):
    """The store has changed."""


class Failed(Message):
    """Work in a thread failed."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class Fetcher:
    """Fetches for one widget, which gets the messages.

    Args:
        store: where from.
        owner: who gets the messages.
    """

    def __init__(self, store: Store, owner: Widget) -> None:
        self._store = store
        self._owner = owner
        self._current: Load | None = None
        self._fetching = False
        self._closed = threading.Event()
        self._first = threading.Event()
        self._threads = ThreadPoolExecutor(_THREADS, "localpay")

    @property
    def current(self) -> Load | None:
        """The request being worked on; None when all is done."""
        return self._current

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way."""
        return self._current is None and not self._fetching

    def load(self, load: Load) -> None:
        """Start loading a list, and drop the one being loaded."""
        self.cancel()
        self._current = load
        self.run(partial(self._load, load))

    def show_found(self, load: Load) -> None:
        """Send the first rows found so far, if there are any."""
        if load.listing is not None:
            self.run(partial(self._show_found, load, load.listing))

    def wait_a_moment(self) -> None:
        """Wait for the first rows, but too short for anybody to notice."""
        self._first.wait(_MOMENT)

    def cancel(self) -> None:
        """Stop loading."""
        if self._current is not None:
            self._current.cancellation.cancel()
            self._current.shown.set()
            self._current = None

    def done(self, load: Load) -> None:
        """A request is done, or failed."""
        if self._current is load:
            self._current = None

    def fetch(self, kind: ListKind, rows: Rows, number: int) -> None:
        """Start fetching a window, unless another one is being fetched."""
        if not self._fetching:
            self._fetching = True
            self.run(partial(self._fetch, kind, rows, number))

    def fetched(self) -> None:
        """The window has arrived: the next one can be fetched."""
        self._fetching = False

    def watch(self) -> None:
        """Start watching for changes, by this program or others."""
        self.run(self._watch)

    def run(self, work: Callable[[], None]) -> None:
        """Run something in a thread. If it raises, the owner gets `Failed`."""
        self._threads.submit(work).add_done_callback(self._ended)

    def close(self) -> None:
        """Stop everything."""
        self._closed.set()
        self.cancel()
        threads.end(self._threads)

    # In threads

    def _ended(self, work: Future[None]) -> None:
        error = None if work.cancelled() else work.exception()
        if error is not None and not isinstance(error, CancelledError | StoreClosedError):
            self._post(Failed(error))

    def _post(self, message: Message) -> None:
        self._owner.post_message(message)

    def _load(self, load: Load) -> None:
        try:
            if load.spot.target is None and not load.spot.position and load.listing is None:
                self._load_top(load)
            else:
                self._load_around(load)
        except CancelledError:
            raise
        except LocalpayError as error:
            self._post(LoadFailed(load, error))

    def _load_top(self, load: Load) -> None:
        load.listing = listing = self._listing(load)
        records = listing.first(load.size, expand=load.kind.expand, cancellation=load.cancellation)
        whole = len(records) < load.size
        self._post(Loaded(load, Rows(listing, 0, records, whole=whole), 0))
        self._first.set()
        if not whole:
            load.shown.wait(_PATIENCE)
            self._fill(load, listing)
        self._post(self._counted(load, len(records)))

    def _show_found(self, load: Load, listing: Listing[BaseEntity]) -> None:
        records = listing.found(expand=load.kind.expand)
        if records:
            self._post(Loaded(load, Rows(listing, 0, records), 0, partly=True))

    def _load_around(self, load: Load) -> None:
        target, listing = load.spot.target, load.listing
        if listing is None:
            listing = self._listing(load)
            self._fill(load, listing)
        position = None if target is None else listing.position(target)
        if position is None and target is not None and load.needed:
            if not load.query and load.listing is None:
                raise RecordNotFoundError(load.kind.entity, target)
            load.query, load.listing = "", None
            self._load_around(load)
            return
        if position is None:
            position = max(0, min(load.spot.position, len(listing) - 1))
        start = position - position % WINDOW
        records = listing.window(start, WINDOW, expand=load.kind.expand)
        self._post(Loaded(load, Rows(listing, start, records), position))
        self._post(self._counted(load, len(records)))

    def _listing(self, load: Load) -> Listing[BaseEntity]:
        listing: Listing[BaseEntity] = self._store.records(load.kind.entity).listing(
            load.query, sort=load.sort
        )
        return listing

    def _fill(self, load: Load, listing: Listing[BaseEntity]) -> None:
        posted = time.monotonic()

        def progress() -> None:
            nonlocal posted
            if time.monotonic() - posted > _TICK:
                posted = time.monotonic()
                self._post(Counted(load))

        listing.fill(cancellation=load.cancellation, progress=progress)

    def _counted(self, load: Load, seen: int) -> Counted:
        total = hint = None
        if load.query:
            repository = self._store.records(load.kind.entity)
            total = repository.count(cancellation=load.cancellation)
            hint = None if seen else repository.hint(load.query, cancellation=load.cancellation)
        return Counted(load, done=True, total=total, hint=hint)

    def _fetch(self, kind: ListKind, rows: Rows, number: int) -> None:
        try:
            records = rows.listing.window(number * WINDOW, WINDOW, expand=kind.expand)
        except LocalpayError as error:
            self._post(WindowFetched(rows, number, None, error))
        else:
            self._post(WindowFetched(rows, number, records))

    def _watch(self) -> None:
        # The mark belongs to a connection, hence to a thread, and means nothing in another.
        mark = self._store.change_mark()
        while not self._closed.wait(POLL_SECONDS):
            before, mark = mark, self._store.change_mark()
            if mark != before:
                self._post(StoreChanged())
