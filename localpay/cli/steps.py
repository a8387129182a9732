"""Steps of the journal, in words for people."""

from __future__ import annotations

from collections import Counter
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any

from localpay.cli import values
from localpay.errors import spoken
from localpay.text import counted

if TYPE_CHECKING:
    from localpay import Store
    from localpay.entities import Change

_PAST = {"create": "created", "update": "changed", "delete": "deleted"}


def last_step(store: Store) -> str:
    """What the newest step changed: "1 cart changed, 2 payment sessions deleted"."""
    lines = store.history()
    newest = next(lines)
    step = chain([newest], takewhile(lambda line: line.step == newest.step, lines))
    counts = Counter((line.operation, line.entity) for line in step)
    return ", ".join(
        f"{counted(count, spoken(entity))} {_PAST.get(operation, operation)}"
        for (operation, entity), count in counts.items()
    )


def details(change: Change) -> str:
    """The fields that a change touched, before and after: "amount: 1 → 2"."""
    before, after = change.before or {}, change.after or {}
    if change.operation in {"create", "delete"}:
        return ""
    names = [name for name in after if name != "updated_at"] or list(before)
    if not change.before:
        return ", ".join(f"{name}: {_text(name, after[name])}" for name in names)
    return ", ".join(
        f"{name}: {_text(name, before.get(name))} → {_text(name, after.get(name))}"
        for name in names
    )


def _text(name: str, value: Any) -> str:
    return "null" if value is None else values.words(values.masked(name, value))
