"""How many records the filter leaves of each status, provider, currency, region and month.

The numbers follow the filter, one facet after another. Those of a field are counted without the
filter's own values of that field, so that others can be added to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal, NamedTuple, TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from localpay.errors import QueryError
from localpay.query import parse
from localpay.query.editing import is_chosen, without
from localpay.tui import present, spark
from localpay.tui.actions import bindings
from localpay.tui.counting import TIME, Counter, FacetCounted, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style as RichStyle
    from textual import events
    from textual.timer import Timer

    from localpay.store import Store
    from localpay.tui.columns import ListKind
    from localpay.tui.counting import Labelled
    from localpay.tui.present import Tone

_SETTLE = 0.12
"""Seconds the filter has to rest before it is counted: the list comes first."""

_MOST = 24
"""Values of a facet that are shown; the rest are few records each."""

_FIELDS: Final = {"month": "created"}
"""The field behind a facet, where it is not the facet's own name."""

_Part: TypeAlias = Literal["head", "spark", "span", "title", "value", "sum", "more", "note"]


class _Line(NamedTuple):
    """One line: a value of a facet, or something around it."""

    part: _Part
    facet: str = ""
    value: Labelled | None = None
    text: str = ""


def _grouped(amount: str) -> str:
    """An amount with a comma after each thousand."""
    digits = len(amount) - len(amount.lstrip("-0123456789"))
    whole = amount[:digits]
    return (f"{int(whole):,}" if whole.lstrip("-") else whole) + amount[digits:]


def field_of(facet: str) -> str:
    """The field whose values a facet counts, as it is written in a filter."""
    return _FIELDS.get(facet, facet)


class FacetPane(ScrollView, can_focus=True):
    """Counts that can be toggled, under a sparkline of the time.

    Args:
        store: where to count.
    """

    BINDINGS = bindings("facets")
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"facet-pane--cursor"}
    DEFAULT_CSS = """
    FacetPane {
        display: none;
        width: 38;
        height: 100%;
        border-right: solid $panel;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $panel;
        background: $background;
        & > .facet-pane--cursor { background: $panel; }
        &:focus > .facet-pane--cursor { background: $block-cursor-background; }
    }
    """

    class Toggled(Message):
        """A value was chosen, or chosen no longer.

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
        self._kind: ListKind | None = None
        self._query = ""
        self._found: dict[str, Sequence[Labelled]] = {}
        self._fresh: set[str] = set()
        self._error = ""
        self._lines: list[_Line] = []
        self._cursor = 0
        self._timer: Timer | None = None
        self._stale = False
        self._styles: dict[tuple[str, bool], RichStyle] = {}

    def on_unmount(self) -> None:
        """Let no thread go on."""
        self._counter.close()

    @property
    def counting(self) -> bool:
        """Whether numbers are still to come."""
        return self._timer is not None or self._counter.current is not None

    def follow(self, kind: ListKind, query: str) -> None:
        """Count what a filter leaves of a list; what is shown stays until then.

        Args:
            kind: the list.
            query: its filter; one that cannot be read leaves everything as it is.
        """
        try:
            parse(query, kind.entity)
        except QueryError:
            return
        if kind is self._kind and query == self._query and self._counter.current is not None:
            self._stale = True  # a store that is always written to would never be counted
            return
        if kind is not self._kind:
            self._found.clear()
            self._cursor = 0
        self._kind, self._query = kind, query
        self._counter.cancel()
        self._fresh.clear()
        self._lay_out()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SETTLE, self._count)

    def rest(self) -> None:
        """Stop counting, as nobody looks."""
        self._counter.cancel()
        self._kind = None

    def _count(self) -> None:
        self._timer = None
        kind = self._kind
        if kind is None:
            return
        self._error = ""
        self._stale = False
        names = kind.repository(self._store).facet_names
        rest = {name: without(self._query, kind.entity, field_of(name)) for name in names}
        wishes = [Wish(TIME, self._query), *(Wish(name, rest[name]) for name in names)]
        self._counter.ask(kind, wishes)
        self._lay_out()

    def on_facet_counted(self, message: FacetCounted) -> None:
        """Show a facet that was counted."""
        message.stop()
        count, facet = message.count, message.wish.facet
        if count is not self._counter.current:
            return
        if message.error is not None:
            self._error = str(message.error)
        values = message.values
        if facet == "month":
            values = sorted(values, key=lambda each: each.found.value or "", reverse=True)
        self._found[facet] = values
        self._fresh.add(facet)
        if message.wish is count.wishes[-1]:
            self._counter.cancel()
            if self._stale:
                self.follow(count.kind, self._query)
        self._lay_out()

    # Moving

    def action_cursor_down(self) -> None:
        """Go to the next value."""
        self._move(1)

    def action_cursor_up(self) -> None:
        """Go to the value before."""
        self._move(-1)

    def action_cursor_first(self) -> None:
        """Go to the first value."""
        self._move_to(0, 1)

    def action_cursor_last(self) -> None:
        """Go to the last value."""
        self._move_to(len(self._lines) - 1, -1)

    def action_next_section(self) -> None:
        """Go to the next facet."""
        here = self._lines[self._cursor].facet if self._lines else ""
        for index in range(self._cursor, len(self._lines)):
            if self._lines[index].facet != here:
                self._move_to(index, 1)
                return

    def action_previous_section(self) -> None:
        """Go to the facet before, or to the first value of this one."""
        first = self._cursor
        while first > 0 and self._lines[first - 1].part in {"value", "sum"}:
            first -= 1
        if first < self._cursor:
            self._move_to(first, 1)
            return
        for index in range(first - 1, -1, -1):
            if self._lines[index].part == "value":
                self._move_to(index, -1)
                self.action_previous_section()
                return

    def action_toggle_value(self) -> None:
        """Put the value into the filter, or take it out."""
        line = self._lines[self._cursor] if self._lines else _Line("note")
        if line.value is not None and line.part == "value":
            self.post_message(self.Toggled(field_of(line.facet), line.value.found.value))

    def on_click(self, event: events.Click) -> None:
        """Toggle the value under the mouse."""
        event.stop()
        index = self.scroll_offset.y + event.y - self.gutter.top
        if index < len(self._lines) and self._lines[index].part == "value":
            self._cursor = index
            self.refresh()
            self.action_toggle_value()

    def _move(self, step: int) -> None:
        self._move_to(self._cursor + step, step)

    def _move_to(self, index: int, step: int) -> None:
        """Put the cursor on a value: at a line, or on from there."""
        while 0 <= index < len(self._lines) and self._lines[index].part != "value":
            index += step
        if 0 <= index < len(self._lines):
            self._cursor = index
            self._follow_cursor()
        elif step < 0:
            self.scroll_to(y=0, animate=False)
        self.refresh()

    def _follow_cursor(self) -> None:
        top, height = self.scroll_offset.y, max(1, self.scrollable_content_region.height)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False)

    # Drawing

    def _lay_out(self) -> None:
        """Make the lines of what is known, and keep the cursor on its value."""
        kind = self._kind
        if kind is None:
            return
        before = self._lines[self._cursor] if self._cursor < len(self._lines) else None
        names = kind.repository(self._store).facet_names
        self._lines = [_Line("head"), _Line("spark"), _Line("span")]
        if self._error:
            self._lines.append(_Line("note", text=self._error))
        for name in names:
            self._lines.append(_Line("title", name))
            found = self._found.get(name, ())
            for value in found[:_MOST]:
                self._lines.append(_Line("value", name, value))
                if name == "currency":
                    self._lines += [
                        _Line("sum", name, value, _grouped(present.amount(total, currency)))
                        for currency, total in value.found.sums.items()
                    ]
            if len(found) > _MOST:
                self._lines.append(_Line("more", name, text=f"and {len(found) - _MOST:,} more"))
        self._cursor = self._place_of(before)
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines))
        self.refresh()

    def _place_of(self, before: _Line | None) -> int:
        places = [index for index, line in enumerate(self._lines) if line.part == "value"]
        for index in places:
            line = self._lines[index]
            if before and before.value and line.value and line.facet == before.facet and (
                line.value.found.value == before.value.found.value
            ):  # fmt: skip
                return index
        return min(places, key=lambda index: abs(index - self._cursor), default=0)

    def render_line(self, y: int) -> Strip:
        """One line of what is seen. Called by Textual."""
        width = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        cursor = index == self._cursor and self._lines[index].part == "value"
        pieces = self._pieces(self._lines[index], width)
        plain = self._style("plain", cursor=cursor)
        segments = [Segment("▌ " if cursor else "  ", self._style("link", cursor=cursor))]
        segments += [Segment(text, self._style(tone, cursor=cursor)) for text, tone in pieces]
        return Strip(segments).adjust_cell_length(width, plain)

    def _pieces(self, line: _Line, width: int) -> list[tuple[str, Tone]]:
        room = max(1, width - 3)
        fresh = line.facet in self._fresh
        match line.part:
            case "value":
                return self._value(line, room)
            case "title":
                label = line.facet.capitalize()
                return [(label, "heading"), ("" if fresh else " …", "muted")]
            case "sum":
                return [(present.fit(line.text, room).rjust(room), "muted" if fresh else "faint")]
            case "head":
                return [(present.fit(self._headline(), room), "heading")]
            case "spark" | "span":
                return self._over_time(line.part, room)
        return [(present.fit(line.text, room), "bad" if line.part == "note" else "faint")]

    def _headline(self) -> str:
        assert self._kind is not None
        label = self._kind.label
        if not self._fresh and not self._found:
            return f"{label}: counting …"
        wanted = len(self._kind.repository(self._store).facet_names) + 1
        done = len(self._fresh)
        return f"{label} over time" if done == wanted else f"{label}: counted {done} of {wanted} …"

    def _over_time(self, part: _Part, room: int) -> list[tuple[str, Tone]]:
        """The sparkline, of sums where all amounts have one currency, or the time that it spans."""
        values = [each.found for each in self._found.get(TIME, ())]
        currencies = {currency for each in values for currency in each.sums}
        summed = len(currencies) == 1
        points = spark.without_gaps({
            each.value: next(iter(each.sums.values()), 0) if summed else each.count
            for each in values
            if each.value is not None
        })  # fmt: skip
        fresh = TIME in self._fresh
        if not points:
            return []
        if part == "spark":
            drawn = spark.sparkline([number for _, number in points], room)
            return [(drawn, "number" if fresh else "faint")]
        first, last = points[0][0], points[-1][0]
        span = first if first == last else f"{first} … {last}"
        what = f" ({next(iter(currencies)).upper()})" if summed else ""
        return [(present.fit(span + what, room), "muted")]

    def _value(self, line: _Line, room: int) -> list[tuple[str, Tone]]:
        assert line.value is not None
        assert self._kind is not None
        found, label = line.value
        others = [each.found.count for each in self._found.get(line.facet, ())]
        most = max(others, default=1)
        digits = len(f"{most:,}")
        drawn = 8 if room >= 30 else 4 if room >= 24 else 0
        space = max(1, room - 2 - digits - 1 - (drawn + 1 if drawn else 0))
        shown = present.Cell(present.fit(label, space), "plain")
        if found.value is None:
            shown = shown._replace(tone="faint")
        elif line.facet == "status":
            shown = present.status_cell(found.value, space)
        fresh = line.facet in self._fresh
        chosen = is_chosen(self._query, self._kind.entity, field_of(line.facet), found.value)
        label = shown.text + " " * max(0, space - cell_len(shown.text))
        return [
            ("✓ " if chosen else "  ", "number"),
            (label, shown.tone),
            (f" {found.count:>{digits},}", "plain" if fresh else "faint"),
            (f" {spark.bar(found.count, most, drawn)}", "link" if fresh else "faint"),
        ]

    def _style(self, tone: Tone, *, cursor: bool) -> RichStyle:
        key = (tone, cursor)
        if key not in self._styles:
            ground = self.get_visual_style("facet-pane--cursor") if cursor else self.visual_style
            self._styles[key] = (ground + Style.parse(present.STYLES[tone])).rich_style
        return self._styles[key]

    def on_focus(self) -> None:
        """Show the cursor as the one that moves."""
        self._styles.clear()

    def on_blur(self) -> None:
        """Show that the cursor rests."""
        self._styles.clear()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Forget the old colours. Called by Textual."""
        super().notify_style_update()
        self._styles.clear()
