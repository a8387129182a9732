"""Lines that fold, with a cursor, of which only those in view are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from localpay.tui.actions import bindings
from localpay.tui.present import fit
from localpay.tui.widgets.cursor_lines import CursorLines
from localpay.tui.widgets.lines import (
    CLOSED,
    GAP,
    GUTTER,
    LEAF,
    OPEN,
    Folds,
    Line,
    Node,
    Way,
    lay_out,
    line_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from localpay.tui.present import Tone


class Outline(CursorLines):
    """Nodes as foldable lines with a cursor."""

    BINDINGS = bindings("details")
    DEFAULT_CSS = "Outline { scrollbar-gutter: stable; }"

    @dataclass
    class Followed(Message):
        """A line that leads to another record was activated."""

        entity: str
        record_id: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._shown: Sequence[Node] = ()
        self._lines: list[Line] = []
        self._width = 0
        self._way: Way = ()
        self._folds = Folds()

    # What is shown

    def set_nodes(self, nodes: Sequence[Node]) -> None:
        """Show other nodes, keeping the folds, and the cursor at its place if there is one."""
        self._shown = nodes
        self._lay_out()

    @property
    def cursor_node(self) -> Node | None:
        """The node under the cursor; None when nothing is shown."""
        return self._lines[self.cursor].node if self._lines else None

    @property
    def cursor_way(self) -> Way:
        """The keys that lead to the node under the cursor."""
        return self._lines[self.cursor].way if self._lines else ()

    @property
    def text(self) -> str:
        """All lines as drawn, in view or not."""
        return "\n".join(self._strip(number).text.rstrip() for number in range(len(self._lines)))

    def _lay_out(self) -> None:
        row = self.cursor - self.scroll_offset.y
        self._width = self.scrollable_content_region.width
        self._lines = lay_out(self._shown, self._folds, self._width)
        self.cursor = line_of(self._lines, self._way)
        self.virtual_size = Size(self._width, len(self._lines))
        if 0 <= row < self.size.height:
            self.scroll_to(y=self.cursor - row, animate=False, immediate=True, force=True)
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one visible line. Called by Textual."""
        number = y + self.scroll_offset.y
        if number < len(self._lines):
            return self._strip(number)
        return Strip.blank(max(self._width, 0), self.tones.style("plain", cursor=False))

    def _strip(self, number: int) -> Strip:
        line = self._lines[number]
        cursor = number == self.cursor and line.node is not None
        segments = [
            Segment(text, self.tones.style(tone, cursor=cursor))
            for text, tone in self._pieces(line, cursor=cursor)
        ]
        plain = self.tones.style("plain", cursor=cursor)
        return Strip(segments).adjust_cell_length(max(self._width, 0), plain)

    def _pieces(self, line: Line, *, cursor: bool) -> list[tuple[str, Tone]]:
        """The parts of a line, from left to right."""
        if line.node is None:
            return []
        node = line.node
        pieces: list[tuple[str, Tone]] = [
            ("▌ " if cursor and self.has_focus else "  ", "link"),
            (" " * line.indent, "plain"),
            (f"{'│' if line.part is not None else line.fold} ", "faint"),
        ]
        if line.part is not None:
            return [*pieces, (line.part, "text")]
        room = self._width - GUTTER - line.indent - 2
        if node.label:
            align = max(0, room) if node.heading or not node.cells else line.align
            label = fit(node.label, align)
            padding = "" if node.heading else " " * (align - cell_len(label))
            pieces.append((label + padding, "heading" if node.heading else "muted"))
            room -= cell_len(label + padding) + GAP
            pieces.append((" " * GAP, "plain"))
        for cell in node.cells:
            shown = fit(cell.text, room)
            pieces += [(shown, cell.tone), (" " * GAP, "plain")]
            room -= cell_len(shown) + GAP
        return pieces

    def on_resize(self) -> None:
        """Lay out the lines for the new width."""
        if self._width != self.scrollable_content_region.width:
            self._lay_out()

    # Moving

    def _move(self, number: int, *, top: bool = False) -> None:
        """Put the cursor on a line, or past an empty one in the same direction."""
        if not self._lines:
            return
        number = min(max(number, 0), len(self._lines) - 1)
        if self._lines[number].node is None:
            number += 1 if number > self.cursor else -1
        before, self.cursor = self.cursor, number
        self._way = self._lines[number].way
        for each in {before, number}:
            self.refresh(Region(0, each - self.scroll_offset.y, self._width, 1))
        line = Region(0, number, max(self._width, 1), 1)
        self.scroll_to_region(line, animate=False, force=True, immediate=True, top=top)

    def action_cursor_down(self) -> None:
        """Go to the next line."""
        self._move(self.cursor + 1)

    def action_cursor_up(self) -> None:
        """Go to the previous line."""
        self._move(self.cursor - 1)

    def action_cursor_page_down(self) -> None:
        """Go a page down."""
        self._move(self.cursor + max(self.size.height - 1, 1))

    def action_cursor_page_up(self) -> None:
        """Go a page up."""
        self._move(self.cursor - max(self.size.height - 1, 1))

    def action_cursor_first(self) -> None:
        """Go to the first line."""
        self._move(0)

    def action_cursor_last(self) -> None:
        """Go to the last line."""
        self._move(len(self._lines) - 1)

    def action_next_section(self) -> None:
        """Go to the next section's heading."""
        below = [number for number in self._headings() if number > self.cursor]
        self._move(below[0] if below else len(self._lines) - 1, top=bool(below))

    def action_previous_section(self) -> None:
        """Go to the heading above."""
        above = [number for number in self._headings() if number < self.cursor]
        self._move(above[-1] if above else 0, top=True)

    def _headings(self) -> list[int]:
        return [n for n, line in enumerate(self._lines) if line.node and line.node.heading]

    # Folding

    def action_toggle_fold(self) -> None:
        """Fold or unfold the line under the cursor."""
        if self._lines:
            line = self._lines[self.cursor]
            if line.fold != LEAF:
                self._set_folds({line.way: line.fold == CLOSED})

    def action_unfold(self) -> None:
        """Unfold the line under the cursor; if it is unfolded, go to its first child."""
        if not self._lines:
            return
        line = self._lines[self.cursor]
        if line.fold == CLOSED:
            self._set_folds({line.way: True})
        elif line.fold == OPEN:
            self._move(self.cursor + 1)

    def action_fold(self) -> None:
        """Fold the line under the cursor; if there is nothing to fold, go to its parent."""
        if not self._lines:
            return
        line = self._lines[self.cursor]
        if line.fold == OPEN or line.part is not None:
            self._set_folds({line.way: False})
        elif len(line.way) > 1:
            self._move(line_of(self._lines, line.way[:-1]))

    def action_fold_level(self) -> None:
        """Fold the deepest unfolded level."""
        self._fold_level(OPEN, max)

    def action_unfold_level(self) -> None:
        """Unfold the first folded level."""
        self._fold_level(CLOSED, min)

    def _fold_level(self, mark: str, choose: Callable[[list[int]], int]) -> None:
        marked = [line.way for line in self._lines if line.fold == mark and _holds_nodes(line)]
        if marked:
            level = choose([len(way) for way in marked])
            self._set_folds({way: mark == CLOSED for way in marked if len(way) == level})

    def action_fold_all(self) -> None:
        """Fold everything, on all levels."""
        self._folds.set_all(False)
        self._lay_out()

    def action_unfold_all(self) -> None:
        """Unfold everything, on all levels; long texts stay on one line."""
        self._folds.set_all(True)
        self._lay_out()

    def _set_folds(self, folds: dict[Way, bool]) -> None:
        self._folds.chosen |= folds
        self._lay_out()
        self._move(self.cursor)

    # Acting

    def action_activate(self) -> None:
        """Follow the link under the cursor; if there is none, fold or unfold."""
        node = self.cursor_node
        if node is not None and node.link is not None:
            self.post_message(self.Followed(*node.link))
        else:
            self.action_toggle_fold()

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked line and fold or unfold it; a double click follows its link."""
        number = event.y + self.scroll_offset.y
        if number >= len(self._lines) or self._lines[number].node is None:
            return
        self._move(number)
        node = self.cursor_node
        if node is None or node.link is None:
            self.action_toggle_fold()
        elif event.chain > 1:
            self.post_message(self.Followed(*node.link))


def _holds_nodes(line: Line) -> bool:
    return line.node is not None and line.node.children is not None
