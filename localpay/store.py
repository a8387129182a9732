"""The store: the one door to a file, for programs, the command line and the screen.

What not every use of a store needs is loaded when it is first asked for: the life cycle, import
and export, seeding. Together they would double the time that a short command takes.
"""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Self

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
from localpay.storage.records import Repository, Workspace
from localpay.storage.regions import Regions
from localpay.storage.rows import Rows
from localpay.storage.selection import Selection
from localpay.storage.sessions import Sessions
from localpay.storage.stats import Stats, stats
from localpay.storage.undo import Undo
from localpay.storage.views import Views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from random import Random
    from typing import TextIO

    from localpay.entities import BaseEntity, Change
    from localpay.payments.checkout import Checkout
    from localpay.payments.collections import Collections
    from localpay.payments.operation import Operations
    from localpay.payments.payments import Payments
    from localpay.payments.providers.protocol import Provider
    from localpay.payments.providers.registry import Registry
    from localpay.payments.rules import Rules
    from localpay.transfer.exporting import Export, ExportEntity, ExportFormat
    from localpay.transfer.importing import ImportProgress, ImportSummary, OnConflict

__all__ = ["Cancellation", "Listing", "Preview", "Selection", "Stats", "Store"]


class Store:
    """Payment sessions and carts in one local file.

    May be used from many threads; many programs may have the same file open. Use `Store.open`.

    Beside what each call says, all raise a `StoreError` where the file cannot be read or written:
    `StoreLockedError` when another program writes for longer than five seconds,
    `ReadOnlyStoreError` for a change of a store open read-only, `StoreClosedError` after `close`.
    What takes a `cancellation` raises `CancelledError` once another thread has cancelled it.

    Attributes:
        path: the file, or ":memory:".
        read_only: whether changes are refused.
        regions: the regions.
        carts: the carts, with their items and totals.
        sessions: the payment sessions.
        refunds: the refunds.
        quarantine: imported rows that were left out.
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
            actor: who the journal says makes the changes.
            clock: gives the instants of new records.
            random: gives the chance in new ids; the system's own by default.
            providers: payment providers, besides those that ship and the installed plug-ins.
            rules: which of Medusa's faults are repaired; all by default.

        Raises:
            ArgumentError: one of these is of another kind.
            StoreNotFoundError: there is no such file, and none was to be made.
            NotAStoreError: it is a file of another kind, which is not touched.
            NewerStoreError: it was written by a newer localpay.
            OlderStoreError: it would have to be migrated, and is to be opened read-only.
            StoreError: it cannot be read, or written.
        """
        check_actor(actor)
        ids = Ids(clock, random)
        # Who gives some has loaded what they are made of, so that checking them loads nothing.
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
            path: of the new file, or ":memory:" for a store that ends with the program.
            actor: who the journal says makes the changes that follow.

        Raises:
            ArgumentError: no file can have this name, or the actor is no text.
            SeedUsedError: the file is a demo shop already.
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
        """What carts and their sessions go through until they are paid."""
        from localpay.payments.checkout import Checkout  # noqa: PLC0415 - likewise

        return Checkout(self._operations, self.carts)

    @cached_property
    def payments(self) -> Payments:
        """The payments; captured, refunded and canceled here."""
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

    def transaction(self) -> AbstractContextManager[object]:
        """Make what a block changes one step, taken back at once if it raises. May be nested."""
        return self._database.writing()

    def undo(self) -> int:
        """Take back the last step that was not taken back yet, also one of an earlier run.

        Returns:
            The step's number; `history` tells what it was.

        Raises:
            NothingToUndoError: there is none, or the last one is an import.
            UndoConflictError: a record of the step has changed since.
        """
        return self._undo.undo()

    def redo(self) -> int:
        """Do the step again that was taken back last. Returns and raises as `undo` does."""
        return self._undo.redo()

    def history(self, record_id: str | None = None, *, after: int = 0) -> Iterator[Change]:
        """The journal, newest line first: of the whole store, or of one record.

        Args:
            record_id: the record.
            after: only lines with a greater number than this.

        Raises:
            ArgumentError: `after` is not a whole number from 0 on.
        """
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
        """Take records in: all sources in one transaction, with one line in the journal.

        What a source is follows from what it holds: JSON as Medusa's API answers it, CSV with a
        header as PostgreSQL's `COPY` writes it, or localpay's own NDJSON. Rows may come in any
        order. A row that breaks a rule of the data goes to the quarantine, with the rows that
        name it, once however often it is imported. Totals of carts are taken over from JSON; from
        CSV they are those of the items and the region's tax, because shipping and discounts are
        in other tables.

        Args:
            sources: files; "-" is standard input.
            on_conflict: what becomes of a record whose id is in the store already: `fail` ends
                the import, `skip` leaves the stored one, `update` gives it the source's values.
            strict: refuse a row that breaks a rule, instead of putting it in the quarantine.
            progress: told now and then how far it is; raising in it takes everything back.

        Raises:
            ArgumentError: the sources are no list of files that there can be, or there is no such
                `on_conflict`.
            SourceError: a source cannot be read, an id is taken, or with `strict` a row breaks
                a rule. The store is as it was.
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
        entity: ExportEntity | None = None,
        query: str = "",
        excel_safe: bool = False,
    ) -> int:
        """Write records to a text file, as the store is at one moment.

        Args:
            target: open for writing text, with UTF-8 as its encoding and `newline=""`.
            file_format: `ndjson` is localpay's own and loses nothing, `json` has Medusa's form,
                `csv` is a table with a header.
            entity: which records; by default the whole store as `ndjson`, and the sessions with
                a query or in another format.
            query: only those that it matches, in the filter language.
            excel_safe: in `csv`, defuse the cells that a spreadsheet would run as formulas.

        Returns:
            How many records were written.

        Raises:
            ArgumentError: the target takes no text, or there is no such format or entity.
            QueryError: the query cannot be understood.
        """
        return self._export.write(
            target, file_format, entity=entity, query=query, excel_safe=excel_safe
        )

    def document(self, record: BaseEntity) -> dict[str, Any]:
        """A record as Medusa's API would answer it, with the relations that it has.

        Args:
            record: a record of this store, as it is now or as it was.

        Returns:
            JSON, as an export in the format `json` has it.

        Raises:
            ArgumentError: it is no record.
        """
        return self._export.document(record)

    @cached_property
    def _export(self) -> Export:
        from localpay.transfer.exporting import Export  # noqa: PLC0415 - costs time that few need

        repositories: dict[ExportEntity, Repository[Any]] = {
            "sessions": self.sessions,
            "carts": self.carts,
            "payments": self.payments,
        }
        return Export(self._database, repositories)

    def backup(self, path: Path | str) -> None:
        """Copy the store, as it is at one moment, to a new file.

        Raises:
            ArgumentError: no file can have this name.
            StoreExistsError: there is a file of this name already.
            StoreError: the file cannot be written, or a transaction is open in this thread.
        """
        copy_database(self._database, path)

    def check(self, *, cancellation: Cancellation | None = None) -> list[str]:
        """Look for all that is wrong with the file and its records: a sentence for each problem."""
        return check(self._database, cancellation=cancellation)

    def stats(self, *, cancellation: Cancellation | None = None) -> Stats:
        """Count and sum everything."""
        return stats(self._database, cancellation=cancellation)

    def seed(
        self, *, carts: int, seed: int, progress: Callable[[int], None] | None = None
    ) -> dict[str, int]:
        """Add plausible carts with their items, sessions and payments: the same for one seed.

        Args:
            carts: how many.
            seed: which; another one gives other records, beside those of the first.
            progress: called now and then with the number of carts written so far.

        Returns:
            How many rows each table was given; without carts only the regions.

        Raises:
            SeedUsedError: the store holds this seed's carts already.
            FieldError: the number of carts is below zero, or one of the two is no whole number.
        """
        from localpay.seeding.seed import seed_store  # noqa: PLC0415 - costs time that few need

        check_progress(progress)
        return seed_store(self._database, self._journal, carts=carts, seed=seed, progress=progress)

    def build_search_index(self) -> None:
        """Make an index that finds any text in milliseconds, and keep it up to date from now on.

        It costs about half a minute and 200 MB for a million sessions, and makes writing slower.
        """
        self._workspace.index.build()

    def drop_search_index(self) -> None:
        """Remove the search index, if there is one."""
        self._workspace.index.drop()

    def has_search_index(self) -> bool:
        """Whether the store has a search index."""
        return self._workspace.index.exists()

    def change_mark(self) -> tuple[int, int]:
        """A value that differs once the store was changed, by this program or another one."""
        return self._database.change_mark()
