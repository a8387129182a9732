"""The list of records: a table of any length that draws only its visible lines.

It has only the records that `Rows` has fetched, asks for others with a message when they come into
view, and shows a dim mark in their place until then. Its length costs nothing: a million rows are
as fast as ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from localpay.store import Selection
from localpay.tui.actions import bindings
from localpay.tui.columns import GAP, Column, fit
from localpay.tui.rows import Missing, Rows
from localpay.tui.views import Spot
from localpay.tui.widgets import table_lines
from localpay.tui.widgets.cursor_lines import CursorLines
from localpay.tui.widgets.table_lines import GUTTER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from localpay.entities import BaseEntity


class Awaited(NamedTuple):
    """A place to go to, whose row is not known yet. It is given up if the cursor moves first.

    Attributes:
        text: the place in words.
        go: goes there once all rows are known; None while the rows around it are being read.
    """

    text: str
    go: Callable[[], None] | None = None


class RecordTable(CursorLines):
    """A list of records under a fixed heading, with the cursor on one of them.

    Attributes:
        awaited: where to go once its row is known; cleared if the cursor moves first.
    """

    BINDINGS = bindings("list")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--heading",
        "record-table--sorted",
        "record-table--note",
        "record-table--hint",
    }
    DEFAULT_CSS = """
    RecordTable {
        height: 1fr;
        overflow-y: scroll;
        & > .record-table--heading { color: $foreground 60%; background: $surface; }
        & > .record-table--sorted { color: $text-accent; background: $surface; text-style: bold; }
        & > .record-table--note { color: $foreground; }
        & > .record-table--hint { color: $foreground 60%; }
    }
    """

    class Moved(Message):
        """The cursor is on another record, or its record was read again."""

    class Wanted(Message):
        """Rows in view, or close to it, have to be fetched."""

        def __init__(self, rows: Rows, windows: list[int]) -> None:
            super().__init__()
            self.rows, self.windows = rows, windows

    class SortChosen(Message):
        """The heading of a column was clicked; with shift or ctrl, to add it to the sort."""

        def __init__(self, column: Column, *, further: bool) -> None:
            super().__init__()
            self.column, self.further = column, further

    class Opened(Message):
        """A record was double-clicked."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.awaited: Awaited | None = None
        self._rows: Rows | None = None
        self._columns: Sequence[Column] = ()
        self._sort = ""
        self._marks = Selection()
        self._note: tuple[str, str] | None = None
        self._fitted: list[tuple[Column, int]] = []
        self._fitted_to = -1
        self._strips: LRUCache[tuple[int, bool], Strip] = LRUCache(512)

    # What is shown

    def show(
        self,
        rows: Rows,
        columns: Sequence[Column],
        sort: str,
        *,
        cursor: int = 0,
        above: int | None = None,
        follow: bool = True,
    ) -> None:
        """Show other rows, at once.

        Args:
            rows: the rows.
            columns: all columns, from left to right.
            sort: the field they are sorted by, with `-` in front for the greatest first.
            cursor: the position to put the cursor on.
            above: how many rows to leave above the cursor; None to scroll as little as needed.
            follow: scroll to the cursor if it would be out of sight.
        """
        self._rows, self._columns, self._sort, self._note = rows, columns, sort, None
        self._fitted_to = -1
        self._resize_rows()
        self.cursor = max(0, min(cursor, len(rows) - 1))
        if above is not None:
            self.scroll_to(y=self.cursor - above, animate=False)
        self._strips.clear()
        if follow:
            self.follow_cursor()
        self._want_visible()
        self.refresh()
        self.post_message(self.Moved())

    def mark(self, marks: Selection) -> None:
        """Show which rows are marked."""
        self._marks = marks
        self._strips.clear()
        self.refresh()
        self.post_message(self.Moved())

    def say(self, title: str, hint: str = "") -> None:
        """Show two lines of text in place of rows."""
        self._note = (title, hint)
        self._rows = None
        self._resize_rows()
        self.cursor = 0
        self.refresh()
        self.post_message(self.Moved())

    def grow(self) -> None:
        """More rows are known, or the count became exact."""
        self._resize_rows()
        self._want_visible()

    def put(self, number: int, records: Sequence[BaseEntity | None]) -> None:
        """Show the records of a fetched window."""
        if self._rows is None:
            return
        before = self.record
        self._rows.put(number, records)
        self._strips.clear()
        self.refresh()
        if self.record is not before:
            self.post_message(self.Moved())

    @property
    def count(self) -> int:
        """How many rows are known."""
        return 0 if self._rows is None else len(self._rows)

    @property
    def record(self) -> BaseEntity | None:
        """The record under the cursor; None if there is none, or it is not fetched yet."""
        if self._rows is None or self.cursor >= len(self._rows):
            return None
        found = self._rows.get(self.cursor)
        return None if isinstance(found, Missing) else found

    @property
    def above(self) -> int:
        """How many rows are visible above the cursor."""
        return self.cursor - self.scroll_offset.y

    @property
    def spot(self) -> Spot | None:
        """Where the cursor is; None if there are no rows."""
        record = self.record
        target = None if record is None else record.id
        return Spot(target, self.cursor, self.above) if self.count else None

    @property
    def fitted(self) -> list[Column]:
        """The visible columns, from left to right."""
        self._fit_columns()
        return [column for column, _ in self._fitted]

    # Moving

    def move_to(self, position: int) -> None:
        """Put the cursor on a position, or on the nearest one that exists."""
        awaited, self.awaited = self.awaited, None
        position = max(0, min(position, self.count - 1))
        if position == self.cursor:
            if awaited is not None:
                self.post_message(self.Moved())  # the footer says that it is awaited
            return
        before, self.cursor = self.cursor, position
        self.follow_cursor()
        self._want_visible()
        for each in (before, position):
            self.refresh_line(each + self._heading)
        self.post_message(self.Moved())

    def action_cursor_down(self) -> None:
        """Go to the next record."""
        self.move_to(self.cursor + 1)

    def action_cursor_up(self) -> None:
        """Go to the previous record."""
        self.move_to(self.cursor - 1)

    def action_page_down(self) -> None:
        """Go down by a page."""
        self.scroll_to(y=self.scroll_offset.y + self.seen, animate=False)
        self.move_to(self.cursor + self.seen)

    def action_page_up(self) -> None:
        """Go up by a page."""
        self.scroll_to(y=self.scroll_offset.y - self.seen, animate=False)
        self.move_to(self.cursor - self.seen)

    def action_cursor_first(self) -> None:
        """Go to the first record."""
        self.move_to(0)

    def arrive(self) -> Awaited | None:
        """Go to the awaited place, now that all rows are known.

        Returns:
            That place, if its record is still to be fetched: a list that is read again before
            that cannot be read around it.
        """
        awaited, self.awaited = self.awaited, None
        if awaited is not None and awaited.go is not None:
            awaited.go()
        return awaited if self.record is None else None

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked row, or sort by the clicked heading."""
        event.stop()
        if event.y < self._heading:
            left = GUTTER
            for column, width in self._fitted:
                if left <= event.x < left + width:
                    self.post_message(self.SortChosen(column, further=event.shift or event.ctrl))
                left += width + GAP
            return
        position = self.scroll_offset.y + event.y - self._heading
        if position < self.count:
            self.move_to(position)
            if event.chain == 2:
                self.post_message(self.Opened())

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one visible line. Called by Textual."""
        width = self._width
        self._fit_columns()
        if y < self._heading:
            plain = self.get_visual_style("record-table--heading").rich_style
            chosen = self.get_visual_style("record-table--sorted").rich_style
            return table_lines.heading(self._fitted, self._sort, width, plain, chosen)
        if self._note is not None:
            names = ("record-table--note", "record-table--hint")
            styles = [self.get_visual_style(name).rich_style for name in names]
            texts = tuple(zip(self._note, styles, strict=True))
            height = self.size.height - self._heading
            return table_lines.note(texts, y - self._heading, width, height, self.rich_style)
        position = self.scroll_offset.y + y - self._heading
        if self._rows is None or position >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        key = (position, position == self.cursor)
        strip = self._strips.get(key)
        if strip is None:
            marked = any(each in self._marks for each in self._rows.numbers(position, position + 1))
            strip = table_lines.row(
                self._rows.get(position), self._fitted, width, self.tones,
                cursor=key[1], marked=marked,
            )  # fmt: skip
            self._strips.set(key, strip)
        return strip

    # Keeping up

    @property
    def _width(self) -> int:
        """Cells for a line, without the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def _heading(self) -> int:
        """Lines of the heading: none if there is hardly room for rows."""
        return 1 if self.size.height > 2 else 0

    @property
    def seen(self) -> int:
        """How many rows fit."""
        return max(1, self.size.height - self._heading)

    def on_resize(self) -> None:
        """Fit the columns to the new width, and keep the cursor in sight."""
        self._resize_rows()
        self.follow_cursor()
        self._want_visible()

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old colours. Called by Textual."""
        super().notify_style_update()
        self._strips.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Fetch what came into view."""
        super().watch_scroll_y(old_value, new_value)
        self._want_visible()

    def _fit_columns(self) -> None:
        """Choose the columns again if the width has changed."""
        if self._fitted_to != self._width:
            self._fitted_to = self._width
            self._fitted = fit(self._columns, self._width - GUTTER)
            self._strips.clear()

    def _resize_rows(self) -> None:
        # Textual would lay out the whole screen again; only the scroll bar has to know.
        size = Size(self._width, self.count + self._heading)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

    def _want_visible(self) -> None:
        """Ask for the rows in view, and for a page before and after them."""
        if self._rows is None:
            return
        top = self.scroll_offset.y
        windows = self._rows.missing(top - self.seen, top + 2 * self.seen)
        if windows:
            self.post_message(self.Wanted(self._rows, windows))
