"""The timeline of a record: what happened to it and its related records, oldest first.

A change unfolds to the changed fields, a provider call to all that is known of it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from localpay.clock import to_text
from localpay.inspect.difference import ABSENT, differences, path_text
from localpay.inspect.redact import redact, redact_text
from localpay.text import one_line
from localpay.tui import present
from localpay.tui.present import Cell
from localpay.tui.widgets.json_tree import json_node
from localpay.tui.widgets.lines import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.entities import Change
    from localpay.inspect.difference import Difference
    from localpay.tui.dossier import Event

_REACHED: Final = {
    "payment_authorized_at": "authorized",
    "completed_at": "completed",
    "captured_at": "captured",
    "canceled_at": "canceled",
    "deleted_at": "deleted",
}
"""The state that a record reaches when a field is set."""


def timeline_nodes(events: Sequence[Event], *, reveal: bool) -> list[Node]:
    """A line for each event, and one for each new day."""
    nodes: list[Node] = []
    day = ""
    rows = present.line_up([(Cell(one_line(each.name)), *_cells(each)) for each in events], 1)
    for number, (event, row) in enumerate(zip(events, rows, strict=True)):
        date, time = present.instant(event.at.replace(microsecond=0)).split(" ")
        if date != day:
            nodes.append(Node(date, date, value=date))
            day = date
        time += f".{event.at.microsecond // 1000:03}"
        children = None
        if event.change is not None:
            children = partial(_details, event.change, reveal=reveal)
        nodes.append(Node(number, time, row, to_text(event.at), children))
    return nodes


def _cells(event: Event) -> tuple[Cell, ...]:
    """What happened, and who did it."""
    change = event.change
    if change is None:
        return _reached(event.what)
    who = Cell(one_line(change.actor), "faint")
    if change.undoes is not None or change.redoes is not None:
        who = Cell("undo" if change.undoes is not None else "redo", "attention")
    if change.is_call:
        return (*_call(change.after or {}), who)
    return (*_changed(change), who)


def _changed(change: Change) -> tuple[Cell, ...]:
    before, after = change.before or {}, change.after or {}
    if change.operation == "update":
        if "status" in after:
            return (present.status_cell(str(after["status"])),)
        for name, state in _REACHED.items():
            if after.get(name) is not None and before.get(name) is None:
                return (present.status_cell(state),)
        moved = ", ".join(name for name in after if name != "updated_at")
        return (Cell(f"~ {one_line(moved)}", "muted"),)
    if change.operation == "delete":
        return (Cell("− deleted", "attention"),)
    if change.operation == "create":
        return (Cell("+ created", "muted"), *_status(after))
    return (Cell(one_line(change.operation), "muted"),)


def _status(fields: dict[str, Any]) -> tuple[Cell, ...]:
    return (present.status_cell(str(fields["status"])),) if "status" in fields else ()


def _reached(what: str) -> tuple[Cell, ...]:
    return (Cell("+ created", "muted") if what == "created" else present.status_cell(what),)


def _call(call: dict[str, Any]) -> tuple[Cell, ...]:
    """A provider call: the method, its outcome and how long it took."""
    method, outcome, took = (call.get(name) for name in ("call", "outcome", "milliseconds"))
    good = outcome in ("ok", "authorized", None)
    cells = [Cell(f"⇄ {one_line(redact_text(str(method or 'called')))}", "muted")]
    if outcome is not None:
        shown = one_line(redact_text(str(outcome)))
        cells.append(Cell(f"→ {shown}", "good" if good else "attention"))
    if isinstance(took, int | float):
        cells.append(Cell(f"{took} ms", "faint"))
    return tuple(cells)


def _details(change: Change, *, reveal: bool) -> Sequence[Node]:
    """All that the line of the journal says."""
    if change.operation == "update":
        moved = differences(change.before or {}, change.after or {})
        return [_moved(each, reveal=reveal) for each in moved if each.path[0] != "updated_at"]
    fields = change.before if change.operation == "delete" else change.after
    return [
        _field(name, value, reveal=reveal)
        for name, value in (fields or {}).items()
        if value is not None
    ]


def _moved(moved: Difference, *, reveal: bool) -> Node:
    """One value that changed: old → new."""
    old, new = (present.value(moved.path, each, reveal=reveal) for each in (moved.old, moved.new))
    label = path_text(moved.path if reveal else [redact(step) for step in moved.path])
    cells = (old._replace(tone="muted"), Cell("→", "faint"), new)
    value = moved.old if moved.new is ABSENT else moved.new
    return Node(path_text(moved.path), one_line(label), cells, value)


def _field(name: str, value: Any, *, reveal: bool) -> Node:
    """One value as it was written, deleted or reported."""
    if isinstance(value, dict | list):
        return json_node((name,), value, reveal=reveal)
    cell = present.value((name,), value, reveal=reveal)
    return Node(name, one_line(name), (cell,), value)
