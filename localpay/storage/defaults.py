"""What the columns of a new row hold where nothing is told of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localpay.storage.journal import Stored
    from localpay.storage.models import BaseEntity


@cache
def defaults(model: type[BaseEntity]) -> Stored:
    """What the columns hold unless told otherwise, in the file's form; None where they need one."""
    values = {
        name: column.default() if callable(column.default) else column.default
        for name, column in model.columns().items()
    }
    return {
        name: None if values[name] is None else column.db_value(values[name])
        for name, column in model.columns().items()
    }


@cache
def needed(model: type[BaseEntity]) -> tuple[str, ...]:
    """The columns that have to be told."""
    return tuple(
        name
        for name, column in model.columns().items()
        if not column.null and defaults(model)[name] is None
    )
