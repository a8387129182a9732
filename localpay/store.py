"""The store: the one door to a file, for programs, the command line and the screen.

The life cycle, import, export and seeding are loaded when they are first used, because together
they would double the time that a short command takes.
"""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal, Self, TextIO, overload

from localpay.clock import Clock, system_clock
from localpay.errors import ArgumentError
from localpay.ids import Ids
from localpay.storage.arguments import check_actor, check_count, check_progress
from localpay.storage.carts import Carts
from localpay.storage.checking import check
from localpay.storage.database import Cancellation, Database
from localpay.storage.journal import Journal
from localpay.storage.listing import Listing
from localpay.storage.many import Preview
from localpay.storage.opening import copy_database, open_database
from localpay.storage.payments import Refunds
from localpay.storage.quarantine import Quarantine
from localpay.storage.regions import Regions
from localpay.storage.rows import Rows
from localpay.storage.selection import Selection
from localpay.storage.sessions import Sessions
from localpay.storage.stats import Stats, stats
from localpay.storage.undo import Undo
from localpay.storage.views import Views
from localpay.storage.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from random import Random

    from localpay.entities import BaseEntity, Change, EntityName, ListName
    from localpay.payments.checkout import Checkout
    from localpay.payments.collections import Collections
    from localpay.payments.operation import Operations
    from localpay.payments.payments import Payments
    from localpay.payments.providers.protocol import Provider
    from localpay.payments.providers.registry import Registry
    from localpay.payments.rules import Rules
    from localpay.storage.repository import Repository
    from localpay.transfer.exporting import Export, ExportFormat
    from localpay.transfer.importing import ImportProgress, ImportSummary, OnConflict

__all__ = ["Cancellation", "Listing", "Preview", "Selection", "Stats", "Store"]


class Store:
    """Payment sessions and carts in one local file.

    May be used from many threads; many programs may have the same file open. Use `Store.open`.

    Any call may raise a `StoreError`: `StoreLockedError` if another program writes for more than
    five seconds, `ReadOnlyStoreError` for a change to a store opened read-only, `StoreClosedError`
    after `close`. With a `cancellation` it raises `CancelledError` once another thread cancels it.

    Attributes:
        path: the file, or ":memory:".
        read_only: whether changes are refused.
        regions: the regions.
        carts: the carts, with their items and totals.
        sessions: the payment sessions.
        refunds: the refunds.
        quarantine: rows that an import left out.
        views: filters saved under a name.
    """

    def __init__(
        self,
        database: Database,
        ids: Ids,
        actor: str,
        providers: Iterable[Provider] = (),
        rules: Rules | None = None,
    ) -> None:
        self.path = database.path
        self.read_only = database.read_only
        self._database = database
        self._journal = Journal(database, actor)
        self._rows = Rows(database, self._journal)
        self._undo = Undo(database, self._rows, self._journal)
        self._workspace = workspace = Workspace(database, self._rows, ids)
        self.regions = Regions(workspace)
        self.carts = Carts(workspace)
        self.sessions = Sessions(workspace)
        self.refunds = Refunds(workspace)
        self.quarantine = Quarantine(database)
        self.views = Views(database)
        self._given_providers = tuple(providers)
        self._given_rules = rules

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        create: bool = True,
        read_only: bool = False,
        actor: str = "library",
        clock: Clock = system_clock,
        random: Random | None = None,
        providers: Iterable[Provider] = (),
        rules: Rules | None = None,
    ) -> Store:
        """Open a store.

        Args:
            path: the file, or ":memory:" for a store that ends with the program.
            create: make the file if there is none.
            read_only: refuse every change, take no lock, leave no file behind.
            actor: who makes the changes, for the journal.
            clock: gives the instants of new records.
            random: the source of the randomness in new ids; the system's own by default.
            providers: payment providers, besides the included ones and the installed plug-ins.
            rules: which of Medusa's faults are repaired; all by default.

        Raises:
            ArgumentError: an argument is of the wrong kind.
            StoreNotFoundError: there is no such file, and `create` is false.
            NotAStoreError: the file is something else; it is not touched.
            NewerStoreError: the file was written by a newer localpay.
            OlderStoreError: the file must be migrated first, which `read_only` forbids.
            StoreError: the file cannot be read or written.
        """
        check_actor(actor)
        ids = Ids(clock, random)
        # A caller who passes providers or rules has loaded these modules already.
        if providers != ():
            from localpay.payments.providers.registry import checked  # noqa: PLC0415 - see above

            providers = checked(providers)
        if rules is not None:
            from localpay.payments.rules import Rules  # noqa: PLC0415 - see above

            if not isinstance(rules, Rules):
                raise ArgumentError("rules", "Rules, such as Rules.medusa()", rules)
        database = open_database(path, clock, create=create, read_only=read_only)
        return cls(database, ids, actor, providers, rules)

    @classmethod
    def demo(cls, path: Path | str, *, actor: str = "library") -> Store:
        """Make the demo shop, always the same one, and open it.

        Args:
            path: the new file, or ":memory:" for a store that ends with the program.
            actor: who makes the changes that follow, for the journal.

        Raises:
            ArgumentError: no file can have this name, or the actor is not text.
            SeedUsedError: the file is already a demo shop.
            StoreError: the file cannot be written.
        """
        from localpay.seeding.demo import build_demo  # noqa: PLC0415 - costs time that few need

        check_actor(actor)
        database = build_demo(path)
        database.clock = system_clock
        return cls(database, Ids(), actor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, for all threads. May be called twice."""
        self._database.close()

    @cached_property
    def rules(self) -> Rules:
        """Which of Medusa's faults are repaired."""
        from localpay.payments.rules import Rules  # noqa: PLC0415 - costs time that few need

        return self._given_rules or Rules()

    @cached_property
    def providers(self) -> Registry:
        """The payment providers that can be called."""
        from localpay.payments.providers.registry import Registry  # noqa: PLC0415 - likewise

        return Registry(self._given_providers)

    @cached_property
    def checkout(self) -> Checkout:
        """What a cart and its sessions go through until the cart is paid."""
        from localpay.payments.checkout import Checkout  # noqa: PLC0415 - likewise

        return Checkout(self._operations, self.carts)

    @cached_property
    def payments(self) -> Payments:
        """The payments, which are captured, refunded and canceled here."""
        from localpay.payments.payments import Payments  # noqa: PLC0415 - likewise

        return Payments(self._operations, self.refunds)

    @cached_property
    def collections(self) -> Collections:
        """Payment collections, whose sessions have no cart."""
        from localpay.payments.collections import Collections  # noqa: PLC0415 - likewise

        return Collections(self._operations)

    @cached_property
    def _operations(self) -> Operations:
        from localpay.payments.operation import Operations  # noqa: PLC0415 - likewise

        return Operations(self._workspace, self._journal, self.providers, self.rules)

    @overload
    def records(self, entity: Literal["payment_session"]) -> Sessions: ...
    @overload
    def records(self, entity: Literal["cart"]) -> Carts: ...
    @overload
    def records(self, entity: Literal["payment"]) -> Payments: ...
    def records(self, entity: EntityName) -> Repository[BaseEntity]:
        """The sessions, carts or payments, by the table name of their entity."""
        if entity == "payment_session":
            return self.sessions
        if entity == "cart":
            return self.carts
        if entity == "payment":
            return self.payments
        raise ArgumentError("entity", "payment_session, cart or payment", entity)

    def transaction(self) -> AbstractContextManager[object]:
        """Make the changes of a block one step, taken back if the block raises. May be nested."""
        return self._database.writing()

    def undo(self) -> int:
        """Take back the last step not taken back yet, also of an earlier run; returns its number.

        Raises:
            NothingToUndoError: there is none, or it is one that cannot be undone.
            UndoConflictError: a record of the step has changed since.
        """
        return self._undo.undo()

    def redo(self) -> int:
        """Do the step again that was undone last. Returns and raises what `undo` does."""
        return self._undo.redo()

    def history(self, record_id: str | None = None, *, after: int = 0) -> Iterator[Change]:
        """The journal, newest first: all lines or one record's, and only those `after` a number."""
        check_count("after", after)
        return takewhile(lambda line: line.number > after, self._journal.lines(record_id))

    def import_sources(
        self,
        sources: Sequence[Path | str],
        *,
        on_conflict: OnConflict = "fail",
        strict: bool = False,
        progress: Callable[[ImportProgress], None] | None = None,
    ) -> ImportSummary:
        """Import records: all sources in one transaction, with one line in the journal.

        A source is JSON from Medusa's API, CSV with a header from PostgreSQL's `COPY`, or
        localpay's own NDJSON; its content tells which. Rows may come in any order. A row that
        breaks a rule of the data goes to the quarantine, together with the rows that refer to it,
        and only once however often it is imported. A cart from JSON keeps its totals; one from CSV
        gets those of its items and its region's tax, as other tables hold shipping and discounts.

        Args:
            sources: files; "-" is standard input.
            on_conflict: what to do if the store has a record of the same id: `fail` ends the
                import, `skip` keeps the stored one, `update` gives it the source's values.
            strict: refuse a row that breaks a rule, instead of putting it in the quarantine.
            progress: called now and then with how far it is; raising in it undoes the import.

        Raises:
            ArgumentError: an argument is of the wrong kind.
            SourceError: a source cannot be read, an id is taken, or with `strict` a row breaks
                a rule. The store stays as it was.
        """
        from localpay.transfer.importing import import_sources  # noqa: PLC0415 - few need it

        check_progress(progress)
        return import_sources(
            self._database,
            self._journal,
            self.quarantine,
            sources,
            on_conflict=on_conflict,
            strict=strict,
            progress=progress,
        )

    def export(
        self,
        target: TextIO,
        file_format: ExportFormat = "ndjson",
        *,
        entity: ListName | None = None,
        query: str = "",
        excel_safe: bool = False,
    ) -> int:
        """Write the records of one moment to a text file; returns how many there are.

        Args:
            target: open for writing text, with UTF-8 as its encoding and `newline=""`.
            file_format: `ndjson` is localpay's own and loses nothing, `json` is Medusa's form,
                `csv` is a table with a header.
            entity: which records; by default the whole store as `ndjson`, but the sessions with
                a query or in another format.
            query: only the records that it matches, in the filter language.
            excel_safe: in `csv`, defuse cells that a spreadsheet would run as formulas.

        Raises:
            ArgumentError: the target takes no text, or there is no such format or entity.
            QueryError: the query cannot be understood.
        """
        return self._export.write(
            target, file_format, entity=entity, query=query, excel_safe=excel_safe
        )

    def document(self, record: BaseEntity) -> dict[str, Any]:
        """A record as Medusa's API would return it, and as an export in the format `json` has it.

        Args:
            record: a record of this store, as it is or was, with the relations to include.

        Raises:
            ArgumentError: it is not a record.
        """
        return self._export.document(record)

    @cached_property
    def _export(self) -> Export:
        from localpay.transfer.exporting import Export  # noqa: PLC0415 - costs time that few need

        return Export(self._database, self.records)

    def backup(self, path: Path | str) -> None:
        """Copy the store, as it is at one moment, to a new file.

        Raises:
            ArgumentError: no file can have this name.
            StoreExistsError: there already is a file of this name.
            StoreError: the file cannot be written, or a transaction is open in this thread.
        """
        copy_database(self._database, path)

    def check(self, *, cancellation: Cancellation | None = None) -> list[str]:
        """Look for everything wrong with the file and its records: a sentence a problem."""
        return check(self._database, cancellation=cancellation)

    def stats(self, *, cancellation: Cancellation | None = None) -> Stats:
        """Count and sum everything."""
        return stats(self._database, cancellation=cancellation)

    def seed(
        self, *, carts: int, seed: int, progress: Callable[[int], None] | None = None
    ) -> dict[str, int]:
        """Add plausible carts with their items, sessions and payments.

        Args:
            carts: how many.
            seed: the same seed gives the same records, another one adds others.
            progress: called now and then with the number of carts written so far.

        Returns:
            How many rows were added to each table; without carts only the regions.

        Raises:
            SeedUsedError: the store already has this seed's carts.
            FieldError: `carts` is below zero, or one of the two is not a whole number.
        """
        from localpay.seeding.seed import seed_store  # noqa: PLC0415 - costs time that few need

        check_progress(progress)
        return seed_store(self._database, self._journal, carts=carts, seed=seed, progress=progress)

    def build_search_index(self) -> None:
        """Make an index that finds any text in milliseconds, and keep it up to date from now on.

        For a million sessions it takes about half a minute and 200 MB. It makes writing slower.
        """
        self._workspace.index.build()

    def drop_search_index(self) -> None:
        """Remove the search index, if there is one."""
        self._workspace.index.drop()

    def has_search_index(self) -> bool:
        """Whether the store has a search index."""
        return self._workspace.index.exists()

    def change_mark(self) -> tuple[int, int]:
        """A value that differs once this program or another one has changed the store."""
        return self._database.change_mark()
