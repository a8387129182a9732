"""JSON as a tree of lines that fold, with secrets masked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from localpay.inspect.redact import redact_text
from localpay.tui import present
from localpay.tui.present import Cell
from localpay.tui.widgets.lines import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.inspect.redact import Path
    from localpay.jsontext import JsonValue

_LONGEST_KEY: Final = 120
_MOST_TOGETHER: Final = 500


def json_node(
    path: Path,
    value: JsonValue,
    *,
    reveal: bool,
    unfolded: bool = False,
    heading: str | None = None,
) -> Node:
    """A node for a JSON value; the nodes under it are made when it is unfolded.

    Args:
        path: the keys and indexes that lead to it, after the name of the record's field.
        value: the value.
        reveal: show secrets as they are.
        unfolded: whether it is unfolded at first.
        heading: the title, if the node begins a section.
    """
    key = path[-1]
    label = heading or key_label(key, reveal=reveal)
    is_section = heading is not None
    if isinstance(value, dict | list | tuple):
        cells = (Cell(present.summary(value), "faint"),)
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        children = partial(_members, tuple(path), list(pairs), reveal=reveal) if value else None
        return Node(key, label, cells, value, children, unfolded, heading=is_section)
    cell, whole = present.shown(path, value, reveal=reveal)
    text = whole if isinstance(whole, str) else None
    return Node(key, label, (cell,), value, text=text, heading=is_section)


def key_label(key: str | int, *, reveal: bool) -> str:
    """A key as shown: an empty one in quotes, a very long one cut."""
    if isinstance(key, int):
        return str(key)
    return present.fit(key if reveal else redact_text(key), _LONGEST_KEY) or '""'


def _members(
    path: tuple[str | int, ...], members: list[tuple[str | int, JsonValue]], *, reveal: bool
) -> Sequence[Node]:
    """Nodes for the members of an object or a list, in order; in groups if there are many."""
    if len(members) <= _MOST_TOGETHER:
        return [json_node((*path, key), value, reveal=reveal) for key, value in members]
    nodes = []
    for first in range(0, len(members), _MOST_TOGETHER):
        part = members[first : first + _MOST_TOGETHER]
        label = f"{first} … {first + len(part) - 1}"
        children = partial(_members, path, part, reveal=reveal)
        nodes.append(Node(label, label, children=children))
    return nodes
