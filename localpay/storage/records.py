"""The records of one entity: finding and listing them, and changing them one by one.

Each value is checked against its column, each changed row gets a line in the journal, and relations
are loaded only on request. Methods that may read many rows accept a `cancellation`, with which
another thread can stop them; they raise `CancelledError` then.
"""

from __future__ import annotations

import builtins
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from localpay import entities
from localpay.errors import ArgumentError, RecordNotFoundError
from localpay.storage import statements
from localpay.storage.arguments import check_query, checked_sort
from localpay.storage.facets import FacetValue, facets
from localpay.storage.facets import names as facet_names
from localpay.storage.listing import Listing
from localpay.storage.loading import decoder, fetch_rids
from localpay.storage.paging import Page, read_page
from localpay.storage.plans import Plan, plan
from localpay.storage.relations import expand as expand_records
from localpay.storage.workspace import encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from localpay.storage.database import Cancellation
    from localpay.storage.journal import Stored
    from localpay.storage.models import BaseEntity
    from localpay.storage.workspace import Workspace

E_co = TypeVar("E_co", bound=entities.BaseEntity, covariant=True)

_WINDOW = 1000
_PLANS = 256


class Records(Generic[E_co]):
    """The records of one entity.

    Attributes:
        model: their table.
        whole: the relations that `get` loads by default.
    """

    model: ClassVar[type[BaseEntity]]
    whole: ClassVar[tuple[str, ...]] = ()

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._rows = workspace.rows
        self._plans: dict[tuple[str, str | tuple[str, ...]], Plan] = {}

    def get(self, record_id: str, *, expand: Sequence[str] | None = None) -> E_co:
        """The record with this id.

        Args:
            record_id: the id.
            expand: the relations to load; those of `whole` by default.

        Raises:
            RecordNotFoundError: there is none.
            FieldError: there is no such relation.
            ArgumentError: the relations are not a list of names.
        """
        found = self.find(record_id, expand=expand)
        if found is None:
            raise RecordNotFoundError(self.model.table(), record_id)
        return found

    def find(self, record_id: str, *, expand: Sequence[str] | None = None) -> E_co | None:
        """The record with this id, or None. Accepts and raises what `get` does."""
        row = self._database.row(statements.select(self.model), (record_id,))
        if row is None:
            return None
        record = self._decoded(row)
        names = self.whole if expand is None else expand
        return self._expanded([record], names)[0] if names else record

    def list(
        self,
        query: str = "",
        *,
        sort: str | Sequence[str] = "-created_at",
        limit: int | None = None,
        after: str | None = None,
        expand: Sequence[str] = (),
        cancellation: Cancellation | None = None,
    ) -> Page[E_co]:
        """The records that a query matches.

        Args:
            query: in the filter language; all records by default.
            sort: the field to sort by, or several; `-` in front means descending order.
            limit: how many, at most; all by default. To read many, use `iterate`.
            after: `next` of the previous page: continue after its last record, even if records
                were added or removed since.
            expand: the relations to load.
            cancellation: lets another thread stop it.

        Returns:
            A list whose `next` is the cursor of the next page, or None.

        Raises:
            QueryError: the query cannot be understood.
            SortError: the records cannot be sorted by such a field.
            CursorError: the cursor belongs to another query or sort.
            FieldError: there is no such relation.
            ArgumentError: an argument has the wrong type.
            CancelledError: it was cancelled.
        """
        plan = self._plan(query, sort)
        with self._database.cancellable(cancellation):
            # A single statement sees one state of the store; several need a transaction for that.
            if after is None and not expand:
                return self._page(plan, limit, after, expand)
            with self._database.reading():
                return self._page(plan, limit, after, expand)

    def count(self, query: str = "", *, cancellation: Cancellation | None = None) -> int:
        """How many records a query matches. Accepts and raises what `list` does."""
        plan = self._plan(query, ())
        with self._database.cancellable(cancellation):
            return plan.count(self._database)

    def iterate(
        self,
        query: str = "",
        *,
        sort: str | Sequence[str] = "created_at",
        expand: Sequence[str] = (),
        cancellation: Cancellation | None = None,
    ) -> Iterator[E_co]:
        """The records that a query matches, one by one, without keeping them in memory.

        Only their row numbers are kept, eight bytes each. The order stays as it was at the start; a
        record deleted since is skipped. Accepts and raises what `list` does.
        """
        plan = self._plan(query, sort)
        with self._database.cancellable(cancellation):
            order = plan.rids(self._database)
        for start in range(0, len(order), _WINDOW):
            with self._database.cancellable(cancellation):
                part = self._by_rids(order[start : start + _WINDOW], expand)
            yield from (record for record in part if record is not None)

    def listing(
        self, query: str = "", *, sort: str | Sequence[str] = "-created_at"
    ) -> Listing[E_co]:
        """A listing to scroll in, for any number of records.

        Accepts and raises what `list` does.
        """
        return Listing(self._database, self._plan(query, sort), self._by_rids)

    @property
    def facet_names(self) -> tuple[str, ...]:
        """The names of the facets."""
        return facet_names(self.model.table())

    def facets(
        self,
        query: str = "",
        *,
        only: Sequence[str] | None = None,
        sums: bool = True,
        cancellation: Cancellation | None = None,
    ) -> Iterator[tuple[str, builtins.list[FacetValue]]]:
        """Count the records that a query matches by status, provider, currency and so on.

        Args:
            query: in the filter language; all records by default.
            only: which of `facet_names` to count by, or "day"; all names by default.
            sums: also add up amounts by currency, for all facets in one pass over the records.
                Without sums, each facet is counted when it is requested; for sessions, that takes
                a twentieth of the time.
            cancellation: lets another thread stop it.

        Yields:
            A facet's name with its values, the most frequent first.

        Raises:
            QueryError: the query cannot be understood.
            ArgumentError: there is no such facet.
            CancelledError: it was cancelled.
        """
        plan = self._plan(query, ())
        return facets(
            self._database,
            self.model.table(),
            plan,
            only=only,
            sums=sums,
            cancellation=cancellation,
        )

    def hint(self, query: str, *, cancellation: Cancellation | None = None) -> str | None:
        """Why a query matches nothing: a value in it that no record has, and a similar one.

        Only fields with facets are checked, because they have few values.

        Args:
            query: in the filter language; it matches nothing.
            cancellation: lets another thread stop it.

        Returns:
            A sentence to show; None if records have all values that were checked.

        Raises:
            QueryError: the query cannot be understood.
            CancelledError: it was cancelled.
        """
        from localpay.storage.hints import hint  # noqa: PLC0415 - most queries find something

        return hint(self._database, self._plan(query, ()).query, cancellation=cancellation)

    def create(self, **fields: Any) -> E_co:
        """Create a record.

        Args:
            fields: its values; the others get their defaults. It gets an id if none is given.

        Raises:
            FieldError: there is no such field, or it does not accept the value.
            DuplicateRecordError: a record with this id exists already.
            RuleError: it would break a rule of the data.
        """
        with self._database.writing():
            return self._created(fields)

    def update(self, record_id: str, **changes: Any) -> E_co:
        """Change fields of a record. Nothing is written if nothing differs.

        Raises:
            RecordNotFoundError: there is no record with this id.
            FieldError: there is no such field, or it does not accept the value.
            RuleError: it would break a rule of the data.
        """
        with self._database.writing():
            row = self._changed(self._row(record_id), changes, self._encoded(changes))
            return self._decoded(tuple(row.values()))

    def delete(self, record_id: str) -> None:
        """Remove a record.

        Raises:
            RecordNotFoundError: there is no record with this id.
            RecordInUseError: other records belong to it.
        """
        with self._database.writing():
            self._rows.delete(self.model, self._row(record_id))

    def check_field(self, name: str, value: Any) -> None:
        """Check that a field accepts a value, regardless of other records.

        Raises:
            FieldError: there is no such field, or it does not accept the value.
            ArgumentError: the name is not text.
        """
        if not isinstance(name, str):
            raise ArgumentError("name", "the name of a field", name)
        self._encoded({name: value})

    # For subclasses

    @cached_property
    def _decoded(self) -> Callable[[Sequence[Any]], E_co]:
        """Makes a record from the columns of a row."""
        return decoder(self.model)

    def _plan(self, query: str, sort: str | Sequence[str]) -> Plan:
        """A compiled query and sort; kept as long as compiling them again would give the same."""
        check_query(query)
        key = query, checked_sort(sort)
        known = self._plans.get(key)
        if known is not None and known.is_reusable:
            return known
        if len(self._plans) >= _PLANS:
            self._plans.clear()
        self._plans[key] = made = plan(
            self.model,
            *key,
            now=self._database.clock(),
            index=self._workspace.index,
            ask=self._database.value,
        )
        return made

    def _page(
        self, plan: Plan, limit: int | None, after: str | None, expand: Sequence[str]
    ) -> Page[E_co]:
        rows, following = read_page(self._database, plan, limit, after)
        records = [self._decoded(row) for row in rows]
        return Page(self._expanded(records, expand), following)

    def _by_rids(self, rids: Sequence[int], expand: Sequence[str]) -> builtins.list[E_co | None]:
        """Records by row number, in that order; None for one that has been deleted."""
        found = fetch_rids(self._database, self.model, rids)
        records = self._expanded(builtins.list(found.values()), expand)
        by_rid = dict(zip(found, records, strict=True))
        return [by_rid.get(rid) for rid in rids]

    def _expanded(self, records: builtins.list[E_co], names: Sequence[str]) -> builtins.list[E_co]:
        return expand_records(self._database, self.model, records, names)

    def _changed(self, row: Stored, changes: Mapping[str, Any], stored: Stored) -> Stored:
        """Change fields of one row.

        Args:
            row: the row as it is in this transaction.
            changes: the new values in the callers' form.
            stored: the same in the file's form.

        Returns:
            The row as it is now; `row` itself if nothing differs.
        """
        del changes  # for subclasses that compute other fields from them
        return self._rows.update(self.model, row, stored)

    def _row(self, record_id: str) -> Stored:
        return self._rows.get(self.model, record_id)

    def _created(self, fields: dict[str, Any]) -> E_co:
        return self._decoded(tuple(self._insert(fields).values()))

    def _insert(self, fields: Mapping[str, Any]) -> Stored:
        return self._workspace.insert(self.model, fields)

    def _encoded(self, changes: Mapping[str, Any]) -> Stored:
        return encoded(self.model, changes)
