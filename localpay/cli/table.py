"""Tables for people: cells are made safe, aligned, and cut only to fit a terminal."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from localpay.text import cut, one_line, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GAP = "  "
_LEAST = 6
_MEASURED = 1000


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: frozenset[int] = frozenset(),
    room: int | None = None,
) -> Iterator[str]:
    """Lay out rows, in memory that does not grow with them.

    Args:
        header: the columns' names.
        rows: the cells, any text. The first thousand rows determine the widths of the columns.
        right: the positions of columns that line up on the right.
        room: the width of the terminal in cells; None cuts nothing.

    Yields:
        Lines without their line feed.
    """
    lines = ([one_line(cell) for cell in row] for row in chain([header], rows))
    first = list(islice(lines, _MEASURED + 1))
    widths = [max(map(width, column)) for column in zip(*first, strict=True)]
    if room is not None:
        _shrink(widths, room - len(_GAP) * (len(widths) - 1))
    for line in chain(first, lines):
        cells = [
            cell if room is None else cut(cell, each)
            for cell, each in zip(line, widths, strict=True)
        ]
        yield _GAP.join(
            pad(cell, each, right=place in right)
            for place, (cell, each) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """Fill a text to a width with blanks after it, or before it to line up on the right."""
    blanks = " " * (cells - width(text))
    return blanks + text if right else text + blanks


def _shrink(widths: list[int], room: int) -> None:
    """Narrow the widest columns until all fit, or are too narrow to make sense."""
    while sum(widths) > room and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
