"""How the lists are looked at, and where the user has been."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from localpay.store import Selection

if TYPE_CHECKING:
    from localpay.entities import SavedView
    from localpay.tui.columns import Column, ListKind, ListName
    from localpay.tui.layouts import Shown
    from localpay.tui.rows import Rows


@dataclass(slots=True)
class View:
    """How one list is looked at.

    Attributes:
        kind: which list.
        query: its filter.
        sort: the field it is sorted by, with `-` before it for the greatest first.
        rows: its rows; None until they were read.
        total: how many records there are without the filter, where known.
        cursor: where the cursor was when it was last looked at.
        above: how many rows were seen above it.
        target: the id of the record there.
        stale: whether the rows have to be read anew.
        marks: the rows that the user has marked.
        marked_last: the number of the row that was marked last, where a range begins.
        shown: the columns that the user chose; none for the usual ones.
    """

    kind: ListKind
    query: str = ""
    sort: str = "-created_at"
    rows: Rows | None = None
    total: int | None = None
    cursor: int = 0
    above: int = 0
    target: str | None = None
    stale: bool = True
    marks: Selection = field(default_factory=Selection)
    marked_last: int | None = None
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
        """How many records it has, in words, as far as they are counted."""
        if self.rows is None:
            return ""
        count = f"{len(self.rows):,}"
        if not self.rows.complete:
            return f"{count}+ …"
        if not self.query:
            return f"{count} {self.kind.label.lower()}"
        return count if self.total is None else f"{count} of {self.total:,}"

    @property
    def empty(self) -> tuple[str, str]:
        """What stands in place of rows where there are none: that it is so, and what to do."""
        if self.query and self.total != 0:
            return f"No {self.kind.one} matches this filter", "esc clears it, / changes it"
        return (
            f"There are no {self.kind.label.lower()} in this store",
            "`localpay import` and `localpay seed` bring some in",
        )

    def take(self, saved: SavedView) -> None:
        """Look at the list as a saved view says."""
        from localpay.tui import layouts  # noqa: PLC0415

        self.query, self.sort = saved.query, saved.sort
        self.shown = layouts.read(saved.shown_columns)


class Visit(NamedTuple):
    """Where the user was when a link was followed."""

    name: ListName
    query: str
    target: str | None
    above: int
