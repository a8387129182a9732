"""How each list is shown, and where the user has been."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from localpay.store import Selection
from localpay.tui.present import fit

if TYPE_CHECKING:
    from localpay.entities import BaseEntity, ListName, SavedView
    from localpay.store import Listing
    from localpay.tui.columns import Column, ListKind
    from localpay.tui.layouts import Shown
    from localpay.tui.rows import Rows

_LONGEST: Final = 30
"""Cells of an id in the line of the keys."""


class Spot(NamedTuple):
    """Where the cursor is in a list.

    Attributes:
        target: the id of the record; None if there is none, or it is not fetched yet.
        position: its position: where to go if the record is not known, or gone.
        above: how many rows are visible above it.
    """

    target: str | None = None
    position: int = 0
    above: int = 0

    @property
    def text(self) -> str:
        """The record or the row, in few words."""
        return fit(self.target or f"{self.position + 1:,}", _LONGEST)

    def is_elsewhere(self, than: Spot) -> bool:
        """Whether it is another place in the same rows, or only it knows the record there."""
        known = self.target is not None and than.target is None
        return known or self.position != than.position


TOP: Final = Spot()


class Elsewhere(NamedTuple):
    """How many marked rows are not in a list: they were marked under another filter.

    Attributes:
        listing: the list.
        marks: how many they are.
    """

    listing: Listing[BaseEntity]
    marks: int


@dataclass(slots=True)
class View:
    """How one list is shown.

    Attributes:
        kind: which list.
        query: its filter.
        sort: the field it is sorted by, with `-` in front for the greatest first.
        rows: its rows; None until they are read.
        total: how many records there are without the filter, if known.
        hint: why the filter matches no record, if known.
        spot: where the cursor was when the list was last shown.
        stale: whether the rows have to be read again.
        marks: the rows that the user has marked.
        marked_last: the number of the row that was marked last, where a range begins.
        elsewhere: how many marked rows are not in the list, as it was when they were counted.
        shown: the columns that the user chose; empty for the default ones.
    """

    kind: ListKind
    query: str = ""
    sort: str = "-created_at"
    rows: Rows | None = None
    total: int | None = None
    hint: str | None = None
    spot: Spot = TOP
    stale: bool = True
    marks: Selection = field(default_factory=Selection)
    marked_last: int | None = None
    elsewhere: Elsewhere | None = None
    shown: tuple[Shown, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, from left to right."""
        if not self.shown:
            return self.kind.columns
        from localpay.tui import layouts  # noqa: PLC0415 - few need it before the first frame

        return layouts.columns(self.kind, self.shown)

    @property
    def counted(self) -> str:
        """How many records it has, in words, as far as counted."""
        if self.rows is None:
            return ""
        count = f"{len(self.rows):,}"
        if not self.rows.complete:
            return f"{count}+ …"
        if not self.query:
            return f"{count} {self.kind.label.lower()}"
        return count if self.total is None else f"{count} of {self.total:,}"

    @property
    def marked_elsewhere(self) -> int | None:
        """How many marked rows are not in the list; None where they are not counted yet."""
        if not self.query or not self.marks:
            return 0
        if self.elsewhere is None or self.rows is None:
            return None
        return self.elsewhere.marks if self.elsewhere.listing is self.rows.listing else None

    @property
    def empty(self) -> tuple[str, str]:
        """What is shown if there are no rows: a sentence, and what to do."""
        if self.query and self.total != 0:
            why = self.hint or f"no {self.kind.one} matches this filter"
            return why[0].upper() + why[1:], "esc clears it, / changes it"
        return (
            f"There are no {self.kind.label.lower()} in this store",
            "`localpay import` or `localpay seed` adds some",
        )

    def toggled(self, name: str, value: str | None) -> str:
        """Its filter with a value added, or removed.

        Args:
            name: the field's name.
            value: its value; None for records without one.

        Raises:
            QueryError: the value cannot be written in a filter.
        """
        from localpay.query import parse  # noqa: PLC0415 - neither is for the first frame
        from localpay.query.editing import toggle  # noqa: PLC0415

        query = toggle(self.query, self.kind.entity, name, value)
        parse(query, self.kind.entity)
        return query

    def take(self, saved: SavedView) -> None:
        """Take filter, sort and columns from a saved view."""
        from localpay.tui import layouts  # noqa: PLC0415

        self.query, self.sort = saved.query, saved.sort
        self.shown = layouts.read(saved.shown_columns)


class Visit(NamedTuple):
    """Where the user was before following a link."""

    name: ListName
    query: str
    spot: Spot
