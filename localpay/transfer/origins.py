"""Where the rows of an import came from, to be told of those that turn out to be orphans."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Origin(NamedTuple):
    """Rows that a table gained one after the other from one source.

    Attributes:
        first: how many rows the table had gained before.
        source: the source's name.
        names: the columns that the source told.
    """

    first: int
    source: str
    names: tuple[str, ...]


class Origins:
    """The origins of the rows that one table gained, in eight bytes for each."""

    def __init__(self) -> None:
        self._lines = array("q")
        self._origins: list[Origin] = []

    def add(self, source: str, names: tuple[str, ...], lines: Iterable[int]) -> None:
        """Take note of rows, in the order in which they were inserted."""
        origin = Origin(len(self._lines), source, names)
        if not self._origins or self._origins[-1][1:] != origin[1:]:
            self._origins.append(origin)
        self._lines.extend(lines)

    def find(self, place: int) -> tuple[Origin, int]:
        """Where a row came from, and its line there, by its place among those gained."""
        after = bisect_right(self._origins, place, key=lambda origin: origin.first)
        return self._origins[after - 1], self._lines[place]
