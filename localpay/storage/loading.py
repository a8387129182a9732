"""From rows to what callers hold: decoding a row, and fetching many at a time."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from localpay.entities import BaseEntity as Entity
    from localpay.storage.database import Database
    from localpay.storage.models import BaseEntity

R = TypeVar("R", bound="Entity")

_PARAMETERS = 500


@cache
def decoder(model: type[BaseEntity]) -> Callable[[Sequence[Any]], Any]:
    """A function that makes a record of a row's columns."""
    entity = model.entity
    # Most columns are held as they are stored; only the others cost a call.
    others = [
        (place, column.decode)
        for place, column in enumerate(model.columns().values())
        if column.decode is not None
    ]

    def decode(row: Sequence[Any]) -> Any:
        values = list(row)
        for place, decode_value in others:
            if values[place] is not None:
                values[place] = decode_value(values[place])
        return entity(*values)

    return decode


def changed(record: R, **changes: Any) -> R:
    """The record with other values. `dataclasses.replace` does the same in five times the time."""
    made = object.__new__(type(record))
    for name in record.__dataclass_fields__:
        value = changes[name] if name in changes else getattr(record, name)
        object.__setattr__(made, name, value)
    return made


def fetch_rids(database: Database, model: type[BaseEntity], rids: Sequence[int]) -> dict[int, Any]:
    """Records by the numbers of their rows; a number without a row is left out."""
    decode = decoder(model)
    found: dict[int, Any] = {}
    for part in _parts(rids):
        for row in database.rows(_select(model, "rid", len(part), ", rid"), part):
            found[row[-1]] = decode(row[:-1])
    return found


def fetch(
    database: Database, model: type[BaseEntity], column: str, values: Iterable[Any]
) -> list[Any]:
    """The records that have one of some values in a column, oldest first for each value."""
    decode = decoder(model)
    wanted = [value for value in dict.fromkeys(values) if value is not None]
    return [
        decode(row)
        for part in _parts(wanted)
        for row in database.rows(_select(model, column, len(part)), part)
    ]


@cache
def _select(model: type[BaseEntity], column: str, values: int, more: str = "") -> str:
    names = ", ".join(f'"{name}"' for name in model.columns())
    places = ", ".join("?" * values)
    return (
        f'SELECT {names}{more} FROM "{model.table()}" WHERE "{column}" IN ({places})'
        " ORDER BY created_at, rid"
    )


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _PARAMETERS):
        yield values[start : start + _PARAMETERS]
