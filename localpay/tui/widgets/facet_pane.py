"""How many matches the filter has for each status, provider, currency, region and month.

The numbers follow the filter, one facet after another. A field is counted without the filter's
own values of that field, so that other values can be added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from localpay.errors import QueryError
from localpay.query import parse
from localpay.query.editing import without
from localpay.tui.actions import bindings
from localpay.tui.counting import TIME, Counter, FacetCounted, Wish
from localpay.tui.facet_lines import Facets, Line, field_of
from localpay.tui.widgets.cursor_lines import CursorLines

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from localpay.store import Store
    from localpay.tui.columns import ListKind

_SETTLE = 0.12
"""Seconds the filter must rest before counting starts: the list comes first."""


class FacetPane(CursorLines):
    """Counts of values that can be toggled, under a sparkline over time.

    Args:
        store: where to count.
    """

    BINDINGS = bindings("facets")
    DEFAULT_CSS = """
    FacetPane {
        display: none;
        width: 37;
        height: 100%;
        border-right: solid $panel;
    }
    """

    class Toggled(Message):
        """A value was switched on or off.

        Attributes:
            field: the field's name.
            value: its value; None for records without one.
        """

        def __init__(self, field: str, value: str | None) -> None:
            super().__init__()
            self.field, self.value = field, value

    def __init__(self, store: Store) -> None:
        super().__init__(id="facets")
        self._counter = Counter(store, self)
        self._store = store
        self._known: Facets | None = None
        self._lines: list[Line] = []
        self._timer: Timer | None = None
        self._stale = False

    def on_unmount(self) -> None:
        """Stop the thread."""
        self._counter.close()

    @property
    def counting(self) -> bool:
        """Whether numbers are still to come."""
        return self._timer is not None or self._counter.current is not None

    def follow(self, kind: ListKind, query: str) -> None:
        """Count the matches of a filter; the old numbers stay until then.

        Args:
            kind: the list.
            query: its filter; one with an error changes nothing.
        """
        try:
            parse(query, kind.entity)
        except QueryError:
            return
        known = self._known
        if known is None or known.kind is not kind:
            self.cursor = 0
            known = Facets(kind, query, self._store.records(kind.entity).facet_names)
        elif query == known.query and self._counter.current is not None:
            self._stale = True  # a store under constant change would never be counted
            return
        self._known = known
        known.query = query
        known.fresh.clear()
        self._counter.cancel()
        self._lay_out()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SETTLE, self._count)

    def rest(self) -> None:
        """Stop counting, because the pane is hidden."""
        self._counter.cancel()
        self._known = None

    def _count(self) -> None:
        self._timer = None
        known = self._known
        if known is None:
            return
        known.error = ""
        self._stale = False
        entity, query = known.kind.entity, known.query
        rest = [Wish(name, without(query, entity, field_of(name))) for name in known.names]
        self._counter.ask(known.kind, [Wish(TIME, query), *rest])
        self._lay_out()

    def on_facet_counted(self, message: FacetCounted) -> None:
        """Show a counted facet."""
        message.stop()
        count, known = message.count, self._known
        if known is None or count is not self._counter.current:
            return
        if message.error is not None:
            known.error = str(message.error)
        known.put(message.wish.facet, message.values)
        if message.wish is count.wishes[-1]:
            self._counter.cancel()
            if self._stale:
                self.follow(count.kind, known.query)
        self._lay_out()

    # Moving

    def action_cursor_down(self) -> None:
        """Go to the next value."""
        self._move(1)

    def action_cursor_up(self) -> None:
        """Go to the previous value."""
        self._move(-1)

    def action_cursor_first(self) -> None:
        """Go to the first value."""
        self._move_to(0, 1)

    def action_cursor_last(self) -> None:
        """Go to the last value."""
        self._move_to(len(self._lines) - 1, -1)

    def action_next_section(self) -> None:
        """Go to the next facet."""
        here = self._lines[self.cursor].facet if self._lines else ""
        for index in range(self.cursor, len(self._lines)):
            if self._lines[index].facet != here:
                self._move_to(index, 1)
                return

    def action_previous_section(self) -> None:
        """Go to the previous facet, or to the first value of this one."""
        first = self.cursor
        while first > 0 and self._lines[first - 1].part in {"value", "sum"}:
            first -= 1
        if first < self.cursor:
            self._move_to(first, 1)
            return
        for index in range(first - 1, -1, -1):
            if self._lines[index].part == "value":
                self._move_to(index, -1)
                self.action_previous_section()
                return

    def action_toggle_value(self) -> None:
        """Add the value to the filter, or remove it."""
        line = self._lines[self.cursor] if self._lines else Line("note")
        if line.value is not None and line.part == "value":
            self.post_message(self.Toggled(field_of(line.facet), line.value.found.value))

    def on_click(self, event: events.Click) -> None:
        """Toggle the value under the mouse."""
        event.stop()
        index = self.scroll_offset.y + event.y - self.gutter.top
        if index < len(self._lines) and self._lines[index].part == "value":
            self.cursor = index
            self.refresh()
            self.action_toggle_value()

    def _move(self, step: int) -> None:
        self._move_to(self.cursor + step, step)

    def _move_to(self, index: int, step: int) -> None:
        """Put the cursor on the value at a line, or on the next one from there."""
        while 0 <= index < len(self._lines) and self._lines[index].part != "value":
            index += step
        if 0 <= index < len(self._lines):
            self.cursor = index
            self.follow_cursor()
        elif step < 0:
            self.scroll_to(y=0, animate=False)
        self.refresh()

    # Drawing

    def _lay_out(self) -> None:
        """Lay out what is known, keeping the cursor on its value."""
        known = self._known
        if known is None:
            return
        before = self._lines[self.cursor] if self.cursor < len(self._lines) else None
        self._lines = known.lines()
        self.cursor = self._place_of(before)
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines))
        self.refresh()

    def _place_of(self, before: Line | None) -> int:
        places = [index for index, line in enumerate(self._lines) if line.part == "value"]
        for index in places:
            line = self._lines[index]
            if before and before.value and line.value and line.facet == before.facet and (
                line.value.found.value == before.value.found.value
            ):  # fmt: skip
                return index
        return min(places, key=lambda index: abs(index - self.cursor), default=0)

    def render_line(self, y: int) -> Strip:
        """Draw one visible line. Called by Textual."""
        width = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        if self._known is None or index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        cursor = index == self.cursor and self._lines[index].part == "value"
        pieces = self._known.pieces(self._lines[index], max(1, width - 3))
        plain = self.tones.style("plain", cursor=cursor)
        segments = [Segment("▌ " if cursor else "  ", self.tones.style("link", cursor=cursor))]
        segments += [Segment(text, self.tones.style(tone, cursor=cursor)) for text, tone in pieces]
        return Strip(segments).adjust_cell_length(width, plain)

    def on_resize(self) -> None:
        """Lay out for the new width."""
        self._lay_out()
