"""The raw side of the benchmarks: rows read with `sqlite3` alone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any


def decoded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row of `payment_session` with its values read, as a record has them."""
    record, created, updated, cart, provider, selected, initiated, status, data, key, amount, at = (
        row
    )
    instant = datetime.fromisoformat
    return (
        record, instant(created), instant(updated), cart, provider,
        selected if selected is None else bool(selected), bool(initiated), status,
        json.loads(data), key, amount, at and instant(at),
    )  # fmt: skip
