"""Draws the lines of a list of records: the heading, a record, or a note in place of records."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from localpay.text import one_line
from localpay.tui import sorting
from localpay.tui.columns import GAP
from localpay.tui.rows import Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style as RichStyle

    from localpay.entities import BaseEntity
    from localpay.tui.columns import Column
    from localpay.tui.widgets.tones import Tones

GUTTER: Final = 2
"""Cells on the left, for the cursor and the user's mark."""

_GAP: Final = " " * GAP
_WIDEST: Final = 72
"""The width of a note, in cells."""


def heading(
    fitted: Sequence[tuple[Column, int]], sort: str, width: int, plain: RichStyle, chosen: RichStyle
) -> Strip:
    """The names of the columns.

    Args:
        fitted: the visible columns, each with its width.
        sort: what the list is sorted by.
        width: of the line, in cells.
        plain: the style of a name.
        chosen: the style of a column that the list is sorted by.
    """
    segments = [Segment(" " * GUTTER, plain)]
    for column, room in fitted:
        label, style = column.label, plain
        sign = column.sort and sorting.sign(sort, column.sort)
        if sign:
            label = f"{set_cell_size(label, max(0, room - 1 - len(sign))).rstrip()} {sign}"
            style = chosen
        label = set_cell_size(label, room).rstrip()
        segments.append(Segment(_aligned(column, label, room) + _GAP, style))
    return Strip(segments).adjust_cell_length(width, plain)


def row(
    found: BaseEntity | Missing,
    fitted: Sequence[tuple[Column, int]],
    width: int,
    tones: Tones,
    *,
    cursor: bool,
    marked: bool,
) -> Strip:
    """A record, or a dim mark in its place.

    Args:
        found: the record, or why there is none.
        fitted: the visible columns, each with its width.
        width: of the line, in cells.
        tones: the colours.
        cursor: whether the cursor is on it.
        marked: whether the user has marked it.
    """
    gutter = ("▌" if cursor else " ") + ("•" if marked else " ")
    segments = [Segment(gutter, tones.style("link", cursor=cursor))]
    if isinstance(found, Missing):
        mark = "·" if found is Missing.AWAITED else "– deleted meanwhile –"
        segments.append(Segment(mark, tones.style("faint", cursor=cursor)))
    else:
        for column, room in fitted:
            cell = column.cell(found, room)
            text = _aligned(column, cell.text, room) + _GAP
            segments.append(Segment(text, tones.style(cell.tone, cursor=cursor)))
    return Strip(segments).adjust_cell_length(width, tones.style("plain", cursor=cursor))


def note(
    texts: Sequence[tuple[str, RichStyle]], line: int, width: int, height: int, ground: RichStyle
) -> Strip:
    """A line of a note in place of records, centred.

    Args:
        texts: the texts of the note, each with its style.
        line: the number of the line, counted from the first under the heading.
        width: of the line, in cells.
        height: how many lines there are.
        ground: the style of empty cells.
    """
    lines = [
        (part, style)
        for text, style in texts
        for part in wrap(one_line(text), max(1, min(width - 4, _WIDEST)))
    ]
    first = max(0, (height - len(lines)) // 3)
    text, style = lines[line - first] if first <= line < first + len(lines) else ("", ground)
    left = max(0, (width - cell_len(text)) // 2)
    return Strip([Segment(" " * left + text, style)]).adjust_cell_length(width, style)


def _aligned(column: Column, text: str, room: int) -> str:
    blank = " " * max(0, room - cell_len(text))
    return blank + text if column.right else text + blank
