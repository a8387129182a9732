"""How the lists are looked at, and where the user has been."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from localpay.store import Selection

if TYPE_CHECKING:
    from localpay.tui.columns import ListKind, ListName
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


class Visit(NamedTuple):
    """Where the user was when a link was followed."""

    name: ListName
    query: str
    target: str | None
    above: int
