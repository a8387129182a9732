"""Import: any number of sources, in any of the formats, as one transaction.

A row that breaks a rule of the data goes to the quarantine, with all rows that refer to it. A
source that cannot be read ends the import and leaves the store as it was.

What CSV does not contain is computed, or set to Medusa's default. The totals of a cart are computed
from its items and its region: shipping, discounts and gift cards are in tables of their own, which
are not imported. JSON contains the totals, and they are kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

from localpay.errors import ArgumentError, FieldError, RecordError, SourceError, spoken
from localpay.frozen import frozen
from localpay.storage.arguments import is_list
from localpay.storage.intake import Intake
from localpay.storage.journal import record_id_of
from localpay.storage.models import MODELS
from localpay.transfer import medusa, ndjson, postgres_csv
from localpay.transfer.encoding import Encoder
from localpay.transfer.origins import Origins
from localpay.transfer.refusals import Refusals
from localpay.transfer.sources import Kind, open_source
from localpay.transfer.values import ResponseForm, TextForm, same_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from localpay.storage.database import Database
    from localpay.storage.intake import Removed
    from localpay.storage.journal import Journal, Stored
    from localpay.storage.quarantine import Quarantine
    from localpay.transfer.batches import Batch
    from localpay.transfer.sources import Source

OnConflict: TypeAlias = Literal["fail", "skip", "update"]

_READERS = {Kind.CSV: postgres_csv.read, Kind.JSON: medusa.read, Kind.NDJSON: ndjson.read}


@frozen
class ImportProgress:
    """How far an import has come.

    Attributes:
        source: the file being read, "-" for standard input.
        position: the bytes read of it so far.
        size: its size in bytes; None if that is unknown until its end.
        rows: the rows read so far, from all sources.
    """

    source: str
    position: int
    size: int | None
    rows: int


@frozen
class ImportSummary:
    """What an import did: numbers of rows by table name.

    Attributes:
        added: rows that are new to the store.
        updated: rows that were there and now have values from the sources.
        skipped: rows that were there and were not changed.
        quarantined: rows that break a rule of the data and were put in the quarantine.
    """

    added: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)


class _Row(NamedTuple):
    """One row that is handled by itself.

    Attributes:
        source: the name of its source.
        batch: the batch it is in.
        number: its index in the batch.
        stored: all its columns in the file's form, with defaults where the source has none.
    """

    source: str
    batch: Batch
    number: int
    stored: Stored

    @property
    def key(self) -> tuple[Any, ...]:
        """The values of its primary key."""
        return tuple(self.stored[name] for name in MODELS[self.batch.table].key)

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.batch.lines[self.number]


def import_sources(
    database: Database,
    journal: Journal,
    quarantine: Quarantine,
    places: Sequence[Path | str],
    *,
    on_conflict: OnConflict,
    strict: bool,
    progress: Callable[[ImportProgress], None] | None,
) -> ImportSummary:
    """Import all sources, or nothing at all. See `Store.import_sources`."""
    if on_conflict not in get_args(OnConflict):
        raise ArgumentError("on_conflict", "fail, skip or update", on_conflict)
    if not is_list(places):
        raise ArgumentError("sources", "a list of files", places)
    with database.writing() as transaction:
        refusals = Refusals(quarantine, transaction.now, strict=strict)
        run = _Import(Intake(database), Encoder(transaction.now), refusals, on_conflict, progress)
        for place in places:
            with open_source(place) as source:
                run.read(source)
        summary = run.finish()
        if summary.added or summary.updated or summary.quarantined:
            journal.write("import", "store", "", None, asdict(summary))
    return summary


class _Import:
    """One import, inside its transaction.

    Args:
        intake: inserts and updates rows.
        encoder: makes complete rows.
        refusals: takes the rows that break a rule.
        on_conflict: what to do with a record whose id is already in the store.
        progress: called with how far the import has come.
    """

    def __init__(
        self,
        intake: Intake,
        encoder: Encoder,
        refusals: Refusals,
        on_conflict: OnConflict,
        progress: Callable[[ImportProgress], None] | None,
    ) -> None:
        self._intake = intake
        self._encoder = encoder
        self._refusals = refusals
        self._on_conflict = on_conflict
        self._progress = progress
        self._rows = 0
        self._items_from_csv = False
        self._added: Counter[str] = Counter()
        self._updated: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._origins: dict[str, Origins] = defaultdict(Origins)
        self._retried: list[_Row] = []
        self._relinked: list[tuple[_Row, Stored]] = []

    def read(self, source: Source) -> None:
        """Import the rows of one source."""
        for batch in _READERS[source.kind()](source):
            self._take(source.name, batch)
            self._rows += len(batch.rows)
            if self._progress is not None:
                self._progress(
                    ImportProgress(source.name, source.position, source.size, self._rows)
                )

    def _take(self, source: str, batch: Batch) -> None:
        """Insert the rows of a batch, all at once if possible."""
        if batch.table == "region_payment_providers":
            self._make_providers(source, batch)
        elif batch.table == "line_item" and isinstance(batch.form, TextForm):
            self._items_from_csv = True
        rows = self._encoder.encode_all(batch)
        if rows is not None and self._intake.insert_all(batch.table, rows):
            self._note_added(source, batch.table, batch.names, batch.lines)
            return
        for number in range(len(batch.rows)):
            try:
                row = _Row(source, batch, number, self._encoder.encode(batch, number))
            except FieldError as error:
                self._refusals.put(source, batch, number, str(error))
            else:
                self._take_one(row)

    def _make_providers(self, source: str, batch: Batch) -> None:
        """Create the payment providers that the rows of a batch refer to."""
        column = MODELS["payment_provider"].columns()["id"]
        known: set[str] = set()
        for number, line in enumerate(batch.lines):
            provider = dict(zip(batch.names, batch.rows[number], strict=True)).get("provider_id")
            if not isinstance(provider, str) or provider in known:
                continue
            known.add(provider)
            try:
                column.db_value(provider)
            except FieldError:
                # The row itself is refused for that later.
                continue
            if self._intake.find("payment_provider", (provider,)) is None:
                self._intake.insert("payment_provider", (provider, 1), provider)
                self._note_added(source, "payment_provider", ("id",), [line])

    def _note_added(
        self, source: str, table: str, names: tuple[str, ...], lines: Sequence[int]
    ) -> None:
        self._origins[table].add(source, names, lines)
        self._added[table] += len(lines)

    def _take_one(self, row: _Row, *, last: bool = False) -> None:
        """Insert a row, or merge it into the record that has its id.

        Args:
            row: the row.
            last: whether there are no more rows that could remove what conflicts with it.
        """
        table = row.batch.table
        try:
            found = self._intake.find(table, row.key)
            if found is not None:
                self._merge(row, *found)
            else:
                values = [row.stored[name] for name in MODELS[table].columns()]
                self._intake.insert(table, values, record_id_of(row.key))
                self._note_added(row.source, table, row.batch.names, [row.line])
        except RecordError as error:
            # A later row may still update the record that conflicts with it.
            if self._on_conflict == "update" and not last:
                self._retried.append(row)
            else:
                self._refusals.put(row.source, row.batch, row.number, str(error))

    def _merge(self, row: _Row, present: Stored, place: int) -> None:
        """Handle a row whose id is already in the store, as `on_conflict` says.

        Args:
            row: the row.
            present: the stored row that has the id.
            place: how many rows this import had added to the table before that row; negative if the
                row is older than the import.
        """
        table = row.batch.table
        columns = MODELS[table].columns()
        changes = {
            name: row.stored[name]
            for name in columns
            if name in row.batch.names and row.stored[name] != present[name]
        }
        same = {
            name for name in changes if same_instant(columns[name], present[name], changes[name])
        }
        if place >= 0 or isinstance(row.batch.form, ResponseForm):
            # The API cuts instants to milliseconds; they must not replace more precise ones.
            for name in same:
                if changes[name].endswith("000Z"):
                    del changes[name]
        if place >= 0:
            # Several sources may have the same record, one of them with more columns.
            known = self._origins[table].find(place)[0].names
            if same.issuperset(changes.keys() & set(known)):
                self._update(row, changes, counted=False)
                return
        if self._on_conflict == "update":
            self._update(row, changes, counted=place < 0)
        elif self._on_conflict == "fail" and not row.batch.aside:
            raise SourceError(row.source, self._conflict(row, place), line=row.line)
        elif not row.batch.aside:
            self._skipped[table] += 1

    def _conflict(self, row: _Row, place: int) -> str:
        """The error message for an id that is already there."""
        record = f"{spoken(row.batch.table)} {record_id_of(row.key)!r}"
        if place < 0:
            return f"{record} is already in the store; skip existing records, or update them"
        origin, line = self._origins[row.batch.table].find(place)
        return f"{record} has different values in {origin.source}, line {line}"

    def _update(self, row: _Row, changes: Stored, *, counted: bool) -> None:
        """Change the record that has a row's id to the row's values.

        Raises:
            RecordError: that would break a rule of the data.
        """
        table = row.batch.table
        if any(reference.column in changes for reference in self._intake.references(table)):
            # The record it refers to may still be imported, or be removed again.
            self._relinked.append((row, changes))
            return
        if changes:
            self._write(row, changes)
        if counted:
            counts = self._updated if changes else self._skipped
            counts[table] += 1

    def _write(self, row: _Row, changes: Stored) -> None:
        """Write changes to a record, and mark the totals that have to be computed again."""
        table, names = row.batch.table, row.batch.names
        if "updated_at" in row.stored and "updated_at" not in names:
            changes = {**changes, "updated_at": row.stored["updated_at"]}
        self._intake.update(table, row.key, changes)
        if table == "line_item" and isinstance(row.batch.form, TextForm):
            self._intake.open_totals(row.stored["cart_id"])
        elif table == "cart" and "region_id" in changes and "currency_code" not in names:
            self._intake.open_totals(row.stored["id"], row.stored["currency_code"])

    def finish(self) -> ImportSummary:
        """Do what has to wait until all rows have been read.

        Returns:
            What the import did.
        """
        for row in self._retried:
            self._take_one(row, last=True)
        self._quarantine(self._intake.remove_orphans())
        for row, changes in self._relinked:
            self._relink(row, changes)
        if self._items_from_csv:
            self._intake.open_totals_of_new_items()
        self._quarantine(self._intake.close_totals())
        known = min(self._refusals.finish(), self._added["quarantine"])
        self._added["quarantine"] -= known
        self._skipped["quarantine"] += known
        self._intake.close()
        counts = (self._added, self._updated, self._skipped, self._refusals.counts)
        return ImportSummary(*map(_positive, counts))

    def _relink(self, row: _Row, changes: Stored) -> None:
        """Update a record so that it refers to a different one."""
        reason = self._intake.missing(row.batch.table, changes)
        if reason is None:
            try:
                self._write(row, changes)
            except RecordError as error:
                reason = str(error)
        if reason is None:
            self._updated[row.batch.table] += 1
        else:
            self._refusals.put(row.source, row.batch, row.number, reason)

    def _quarantine(self, removed: Iterable[Removed]) -> None:
        """Put rows that were removed again into the quarantine."""
        for each in removed:
            origin, line = self._origins[each.table].find(each.place)
            self._added[each.table] -= 1
            key = tuple(each.row[name] for name in MODELS[each.table].key)
            document = self._encoder.readable(each.table, each.row)
            self._refusals.put_document(
                origin.source, line, each.table, record_id_of(key), each.reason, document
            )


def _positive(counts: Counter[str]) -> dict[str, int]:
    return {table: count for table, count in counts.items() if count > 0}
