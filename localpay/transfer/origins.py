"""Where the rows of an import came from, for errors that are only found later."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Origin(NamedTuple):
    """Consecutive rows that an import added to a table from one source.

    Attributes:
        first: how many rows the import had added to the table before them.
        source: the source's name.
        names: the columns that the source has.
    """

    first: int
    source: str
    names: tuple[str, ...]


class Origins:
    """The origins of all rows that an import added to one table, in eight bytes per row."""

    def __init__(self) -> None:
        self._lines = array("q")
        self._origins: list[Origin] = []

    def add(self, source: str, names: tuple[str, ...], lines: Iterable[int]) -> None:
        """Add rows, in the order in which they were inserted."""
        origin = Origin(len(self._lines), source, names)
        if not self._origins or self._origins[-1][1:] != origin[1:]:
            self._origins.append(origin)
        self._lines.extend(lines)

    def find(self, place: int) -> tuple[Origin, int]:
        """Where a row came from, and its line there, by its place among the added rows."""
        after = bisect_right(self._origins, place, key=lambda origin: origin.first)
        return self._origins[after - 1], self._lines[place]
