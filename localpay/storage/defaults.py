"""What the columns of a new row hold if no value is given."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localpay.storage.journal import Stored
    from localpay.storage.models import BaseEntity


@cache
def defaults(model: type[BaseEntity]) -> Stored:
    """The defaults of the columns in the file's form; None for one that has none."""
    return {name: column.stored_default for name, column in model.columns().items()}


@cache
def needed(model: type[BaseEntity]) -> tuple[str, ...]:
    """The columns that must be given a value."""
    return tuple(
        name
        for name, column in model.columns().items()
        if not column.null and defaults(model)[name] is None
    )
