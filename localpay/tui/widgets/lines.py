"""Nodes that fold, laid out as lines: the content of the detail pane.

Children of a node are made when it is first unfolded, so that size and depth of the data do not
matter. Folds are remembered by the way to a node, not by the node: the same place stays folded
when another record is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from rich.cells import cell_len, chop_cells

from localpay.text import block

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localpay.tui.present import Cell

Key: TypeAlias = str | int
Way: TypeAlias = tuple[Key, ...]
"""The keys that lead to a node."""

NOTHING: Final = object()
"""The value of a node that has none to copy."""

OPEN, CLOSED, LEAF = "▾", "▸", " "
GUTTER: Final = 2
"""Cells on the left, for the cursor."""

GAP: Final = 2
"""Cells between a label and its cells."""

_NARROW = 40
_MOST_LINES = 20_000


@dataclass(slots=True)
class Node:
    """One line, and what can be unfolded under it.

    Attributes:
        key: its name among its siblings.
        label: the text on the left.
        cells: the texts on the right.
        value: what is copied.
        children: makes the nodes under it.
        unfolded: whether they are shown at first.
        link: table and id of the record that it leads to.
        text: the whole text, if `cells` may only have room for its beginning.
        heading: whether it begins a section.
    """

    key: Key
    label: str = ""
    cells: tuple[Cell, ...] = ()
    value: Any = NOTHING
    children: Callable[[], Sequence[Node]] | None = None
    unfolded: bool = False
    link: tuple[str, str] | None = None
    text: str | None = None
    heading: bool = False
    _made: Sequence[Node] | None = field(default=None, repr=False, compare=False)

    def nodes(self) -> Sequence[Node]:
        """The nodes under it, made on the first call."""
        if self._made is None:
            self._made = () if self.children is None else self.children()
        return self._made


class Line(NamedTuple):
    """A line on the screen: a node's own, a further one of its text, or an empty one.

    Attributes:
        node: None for an empty line, which the cursor skips.
        way: the keys that lead to the node.
        indent: cells on its left.
        align: width of the labels of the node and its siblings.
        fold: the mark that says whether it is unfolded.
        part: a further line of the node's text.
    """

    node: Node | None = None
    way: Way = ()
    indent: int = 0
    align: int = 0
    fold: str = LEAF
    part: str | None = None


class Folds:
    """What is unfolded, by the way to it.

    Attributes:
        chosen: what the user has folded or unfolded.
        all: whether everything else is unfolded; None to leave it to each node.
    """

    def __init__(self) -> None:
        self.chosen: dict[Way, bool] = {}
        self.all: bool | None = None

    def set_all(self, unfolded: bool) -> None:  # noqa: FBT001 - it is the state to be in
        """Unfold everything, or fold it."""
        self.all = unfolded
        self.chosen.clear()

    def mark(self, node: Node, way: Way, room: int) -> str:
        """The mark of a node: unfolded, folded, or nothing to unfold.

        Args:
            node: the node.
            way: the keys that lead to it.
            room: cells for its text; a longer text can be unfolded.
        """
        if node.children is not None:
            preset = node.unfolded if self.all is None else self.all
            return OPEN if self.chosen.get(way, preset) else CLOSED
        shown = node.cells[0].text if node.cells else ""
        if node.text is None or (
            len(shown) <= room and cell_len(shown) <= room and "\n" not in node.text
        ):
            return LEAF
        return OPEN if self.chosen.get(way, False) else CLOSED


def lay_out(nodes: Sequence[Node], folds: Folds, width: int) -> list[Line]:
    """The lines of nodes and of all that is unfolded under them.

    Args:
        nodes: the outermost nodes.
        folds: what is unfolded.
        width: of a line, in cells.
    """
    lines: list[Line] = []
    # Data may be nested as deep as Python's stack, so this uses a list instead of recursion.
    waiting = _siblings(nodes, (), 0, folds, width)[::-1]
    while waiting:
        line = waiting.pop()
        if line.fold == OPEN and len(lines) > _MOST_LINES:
            line = line._replace(fold=CLOSED)
        lines.append(line)
        if line.fold == OPEN:
            waiting.extend(reversed(_under(line, folds, width)))
    return lines


def line_of(lines: Sequence[Line], way: Way) -> int:
    """The number of a node's line; if it is not shown, of the nearest node above it."""
    found, length = 0, 0
    for number, line in enumerate(lines):
        steps = len(line.way)
        if steps > length and line.part is None and way[:steps] == line.way:
            found, length = number, steps
            if steps == len(way):
                break
    return found


def _siblings(nodes: Sequence[Node], way: Way, indent: int, folds: Folds, width: int) -> list[Line]:
    """The lines of sibling nodes, with their values lined up."""
    room = width - GUTTER - indent - 2
    labels = [cell_len(node.label) for node in nodes if not node.heading and node.cells]
    align = min(max(labels, default=0), max(room * 2 // 5, 4))
    lines: list[Line] = []
    for node in nodes:
        if node.heading and lines:
            lines.append(Line())
        here = (*way, node.key)
        lines.append(Line(node, here, indent, align, folds.mark(node, here, room - align - GAP)))
    return lines


def _under(line: Line, folds: Folds, width: int) -> list[Line]:
    """The lines that a line unfolds to."""
    assert line.node is not None
    step = 1 if width < _NARROW else 2
    # However deep the nesting, half of the width is left for content.
    indent = min(line.indent + step, max(width // 2, 0))
    if line.node.text is None:
        return _siblings(line.node.nodes(), line.way, indent, folds, width)
    room = max(width - GUTTER - indent - 2, 4)
    rows = block(line.node.text).split("\n")
    parts = [part for row in rows for part in chop_cells(row, room) or [""]]
    return [Line(line.node, line.way, indent, part=part) for part in parts]
