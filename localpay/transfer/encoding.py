"""Turns the rows of a source into complete rows in the file's form."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

from localpay import clock
from localpay.errors import FieldError
from localpay.storage.columns import Instant
from localpay.storage.models import MODELS
from localpay.storage.open_totals import CURRENCY_OPEN, OPEN_COLUMNS, TOTALS_OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from localpay.storage.journal import Stored
    from localpay.transfer.batches import Batch


class Encoder:
    """Makes complete rows.

    Args:
        now: `created_at` and `updated_at` of rows for which the source has none.
    """

    def __init__(self, now: datetime) -> None:
        self._now = clock.to_text(now)
        self._defaults = {table: _defaults(table, self._now) for table in MODELS}

    def encode_all(self, batch: Batch) -> list[tuple[Any, ...]] | None:
        """The rows of a batch, with all columns of its table in order.

        Returns:
            The rows; None if one of them has to be encoded by itself.
        """
        given = dict(zip(batch.names, zip(*batch.rows, strict=True), strict=True))
        defaults = self._of(batch)
        columns: list[Iterable[Any]] = []
        for name, column in MODELS[batch.table].columns().items():
            if name in given:
                values = batch.form.encode_all(column, given[name])
                if values is None:
                    return None
                columns.append(values if name != "is_selected" else [one or None for one in values])
            elif name in defaults:
                columns.append(repeat(defaults[name], len(batch.rows)))
            else:
                return None
        return list(zip(*columns, strict=True))

    def encode(self, batch: Batch, number: int) -> Stored:
        """Encode one row by itself.

        Raises:
            FieldError: a column does not accept its value.
        """
        given = dict(zip(batch.names, batch.rows[number], strict=True))
        stored = self._of(batch)
        for name, column in MODELS[batch.table].columns().items():
            if name in given:
                value = batch.form.encode(column, given[name])
                # Medusa has true or null here; its unique index would refuse a second false.
                stored[name] = value if name != "is_selected" else value or None
            elif name not in stored:
                raise FieldError(batch.table, name, "needs a value")
        return stored

    def readable(self, table: str, row: Stored) -> dict[str, Any]:
        """An encoded row as JSON again, without values that are not known yet.

        The instant of the import is omitted too: the next import would fill in a different one,
        and the row would not be recognized.
        """
        columns = MODELS[table].columns()
        values = {
            name: value if isinstance(columns[name], Instant) else columns[name].python_value(value)
            for name, value in row.items()
            if value != self._now
        }
        if table == "cart" and row["currency_code"] in {CURRENCY_OPEN, TOTALS_OPEN}:
            known = () if row["currency_code"] == TOTALS_OPEN else OPEN_COLUMNS[1:]
            for name in OPEN_COLUMNS:
                if name not in known:
                    del values[name]
        return values

    def _of(self, batch: Batch) -> Stored:
        """The values of the columns that a batch does not have."""
        defaults = dict(self._defaults[batch.table])
        if batch.table == "cart":
            defaults["currency_code"] = CURRENCY_OPEN if "total" in batch.names else TOTALS_OPEN
        return defaults


def _defaults(table: str, now: str) -> Stored:
    """The defaults of a table's columns; columns that need a value are omitted."""
    values: Stored = {}
    for name, column in MODELS[table].columns().items():
        if name in {"created_at", "updated_at"}:
            values[name] = now
        elif name == "created_by":
            values[name] = ""
        elif name == "number":
            values[name] = None
        elif column.null or column.stored_default is not None:
            values[name] = column.stored_default
    return values
