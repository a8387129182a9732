"""Statements on single rows, rendered once by Peewee from the models.

Rendering a statement takes fourteen times as long as running it, so the text is kept.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from peewee import Value, fn

from localpay.storage.models import Change

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localpay.storage.models import Row

_ANY = Value(None, converter=False)
"""A placeholder for a value; it is not checked against the column."""


@cache
def insert(model: type[Row], rows: int = 1) -> str:
    """Insert a number of rows; takes their values in the order of `model.columns()`."""
    columns = list(model.columns().values())
    return _sql(model.insert_many([[_ANY] * len(columns)] * rows, fields=columns))


@cache
def select(model: type[Row], by: tuple[str, ...] | None = None) -> str:
    """Find rows by the values of some columns; by default those of the key."""
    return _sql(model.select(*model.columns().values()).where(_equal(model, by or model.key)))


@cache
def select_all(model: type[Row], by: tuple[str, ...]) -> str:
    """Find rows by the values of some columns, in the order of their creation."""
    return select(model, by) + " ORDER BY rowid"


@cache
def select_one(model: type[Row], name: str) -> str:
    """Find one column of one row; takes the values of its key."""
    return _sql(model.select(model.columns()[name]).where(_equal(model, model.key)))


@cache
def update(model: type[Row], names: tuple[str, ...]) -> str:
    """Set columns of one row; takes their values, then those of its key.

    Args:
        model: the table.
        names: the columns in the order of `model.columns()`, which is also Peewee's.
    """
    columns = model.columns()
    changes = {columns[name]: _ANY for name in names}
    return _sql(model.update(changes).where(_equal(model, model.key)))


@cache
def delete(model: type[Row]) -> str:
    """Delete one row; takes the values of its key."""
    return _sql(model.delete().where(_equal(model, model.key)))


@cache
def select_every(model: type[Row]) -> str:
    """Find all rows, in the order of their creation."""
    return f"{_sql(model.select(*model.columns().values()))} ORDER BY rowid"


@cache
def select_sorted(model: type[Row], by: str, *, descending: bool = False) -> str:
    """Find all rows, sorted by a column."""
    column = model.columns()[by]
    order = column.desc() if descending else column
    return _sql(model.select(*model.columns().values()).order_by(order))


@cache
def last_step() -> str:
    """Find the number of the journal's last step."""
    return _sql(Change.select(fn.MAX(Change.step)))


def column_list(names: Iterable[str]) -> str:
    """Columns as a statement lists them: quoted, with commas between them."""
    return ", ".join(f'"{name}"' for name in names)


def _equal(model: type[Row], names: tuple[str, ...]) -> Any:
    columns = model.columns()
    return reduce(and_, (columns[name] == _ANY for name in names))


def _sql(query: Any) -> str:
    statement: str = query.sql()[0]
    return statement
