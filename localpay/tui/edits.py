"""Changes that the screen makes to the store, and messages about them. All run in threads."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, Final

from localpay import clock, jsontext
from localpay.entities import ENTITIES, Cart, fields_of
from localpay.errors import RecordNotFoundError, spoken
from localpay.text import counted, one_line
from localpay.tui import columns, present

if TYPE_CHECKING:
    from localpay.entities import BaseEntity, Change
    from localpay.store import Store

_LINES: Final = 1000
"""How many lines of a step are read to describe it."""


def undo(store: Store) -> str:
    """Undo the last step.

    Returns:
        What was undone, in a sentence.

    Raises:
        LocalpayError: it cannot be undone.
    """
    step = store.undo()
    return f"Undone: {_step_summary(store, 'undoes', step)}"


def redo(store: Store) -> str:
    """Redo the step that was undone last. Returns and raises as `undo` does."""
    step = store.redo()
    return f"Redone: {_step_summary(store, 'redoes', step)}"


def delete(store: Store, record: BaseEntity) -> str:
    """Delete a record. Returns and raises as `undo` does."""
    kind = _kind(record)
    store.records(kind.entity).delete(record.id)
    return f"Deleted {kind.one} {record.id}. u brings it back."


def deletion(store: Store, record: BaseEntity) -> list[str]:
    """What deleting a record would remove, line by line.

    Raises:
        RecordNotFoundError: it is already gone.
    """
    kind = _kind(record)
    expand = None if kind.name == "carts" else kind.expand
    whole = store.records(kind.entity).find(record.id, expand=expand)
    if whole is None:
        raise RecordNotFoundError(kind.entity, record.id)
    lines = [f"{kind.one} {record.id}", _summary(whole)]
    if isinstance(whole, Cart):
        sessions = whole.payment_sessions or ()
        items = counted(len(whole.items or ()), "item")
        lines.append(f"with {items} and {counted(len(sessions), 'session')}")
        lines += [
            f"    session {session.id}, {session.provider_id}, {session.status}"
            for session in sessions
        ]
    return [one_line(line) for line in lines]


def linked(store: Store, record: BaseEntity) -> tuple[str, str] | None:
    """The record to go to from another: its cart, or a cart's selected or latest session.

    Returns:
        Table and id; None if there is none.
    """
    if not isinstance(record, Cart):
        cart_id = getattr(record, "cart_id", None)
        return None if cart_id is None else ("cart", cart_id)
    cart = store.carts.find(record.id, expand=("payment_sessions",))
    sessions = () if cart is None else cart.payment_sessions or ()
    if cart is None or not sessions:
        return None
    return "payment_session", (cart.payment_session or sessions[-1]).id


def as_json(record: BaseEntity) -> str:
    """A record's fields as JSON with Medusa's names, secrets included."""
    return jsontext.dumps_javascript(
        {name: clock.to_json(getattr(record, name)) for name in fields_of(type(record))}
    )


def _kind(record: BaseEntity) -> columns.ListKind:
    return next(kind for kind in columns.LISTS if isinstance(record, ENTITIES[kind.entity]))


def _summary(record: Any) -> str:
    parts = [
        getattr(record, "provider_id", None) or getattr(record, "email", None) or "",
        present.cell(record, "total" if isinstance(record, Cart) else "amount").text,
        present.cell(record, "state").text,
    ]
    return ", ".join(part for part in parts if part)


def _step_summary(store: Store, what: str, step: int) -> str:
    """What undoing or redoing a step did, read from the newest lines of the journal."""
    history = store.history()
    lines = list(takewhile(lambda line: getattr(line, what) == step, islice(history, _LINES)))
    if not lines:
        return "a step that changed nothing"
    if len(lines) == 1:
        return _change(lines[0])
    records = dict.fromkeys((line.entity, line.record_id) for line in lines)
    more = "more than " if len(lines) == _LINES else ""
    first = _change(lines[-1])
    return f"{first}, and {more}{counted(len(records) - 1, 'other record')}"


def _change(line: Change) -> str:
    record = f"{spoken(line.entity)} {line.record_id}"
    if line.before is None:
        return f"{record} is back"
    if line.after is None:
        return f"{record} is gone"
    fields = [
        f"{name} is {present.field(name, value, None, 24).text}"
        for name, value in line.after.items()
        if name != "updated_at"
    ]
    shown = ", ".join(fields[:3]) + (" …" if len(fields) > 3 else "")
    return f"{record}: {shown}" if shown else record
