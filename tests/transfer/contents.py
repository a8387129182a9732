"""What is in a store."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localpay.storage.models import MODELS

if TYPE_CHECKING:
    from localpay.store import Store

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
"""When the stores of these tests are."""


def exported(store: Store, *arguments: Any, **options: Any) -> str:
    target = io.StringIO(newline="")
    store.export(target, *arguments, **options)
    return target.getvalue()


def contents(store: Store) -> dict[str, list[Any]]:
    """All rows of all tables but the journal, in no particular order."""
    database = store._database
    found = {}
    for table, model in MODELS.items():
        if table != "change":
            names = ", ".join(name for name in model.columns() if name != "number")
            found[table] = sorted(map(repr, database.rows(f"SELECT {names} FROM {table}")))
    return found


def reasons(store: Store) -> list[tuple[str, str | None, str]]:
    """What is in the quarantine, and why."""
    return [(row.entity, row.record_id, row.reason) for row in store.quarantine.iterate()]
