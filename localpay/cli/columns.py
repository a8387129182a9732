"""Columns of a list: named as in the filter language, JSON paths included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from localpay import money
from localpay.cli import values
from localpay.entities import (
    AMOUNTS,
    ENTITIES,
    LISTS,
    QuarantinedRow,
    currency_of,
    fields_of,
)
from localpay.errors import spoken
from localpay.frozen import frozen
from localpay.inspect import states
from localpay.query import fields
from localpay.query.fields import STATE
from localpay.query.tree import at_path, write_path
from localpay.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal, TypeAlias

    from localpay.entities import ListName
    from localpay.query.tree import Path

    Listed: TypeAlias = ListName | Literal["quarantine"]
    """What can be listed."""

USUAL: dict[Listed, tuple[str, ...]] = {
    "sessions": ("id", "status", "amount", "provider_id", "cart.email", "created_at"),
    "carts": ("id", STATE, "total", "email", "created_at"),
    "payments": ("id", STATE, "amount", "amount_refunded", "provider_id", "created_at"),
    "quarantine": ("number", "source", "line", "entity", "record_id", "reason"),
}
"""The columns of a table if none are asked for."""

_STATES = frozenset({STATE, "status"})


@frozen
class Column:
    """One column.

    Attributes:
        name: its header: a field's canonical name, with the path into its JSON if there is one.
        attribute: the field of the record, or of its cart, that it shows.
        path: the place in the field's JSON, empty for the field itself.
        of_cart: whether the field is the cart's.
    """

    name: str
    attribute: str
    path: Path = ()
    of_cart: bool = False

    @property
    def is_amount(self) -> bool:
        """Whether it holds amounts, which need a currency and line up on the right."""
        return self.attribute in AMOUNTS

    def value(self, record: Any) -> Any:
        """The value as the record holds it, secrets included."""
        return at_path(self._whole(record), self.path)

    def text(self, record: Any, currency: str | None = None) -> str:
        """The value as people read it, with secrets masked; not yet made safe to show.

        Args:
            record: the record.
            currency: the currency of its amounts, if the record does not say.
        """
        whole = self._whole(record)
        if whole is not None and self.is_amount:
            return money.format_amount(whole, currency_of(record) or currency)
        if self.attribute in _STATES:
            return spoken(str(whole))
        return values.words(at_path(values.masked(self.attribute, whole), self.path))

    def _whole(self, record: Any) -> Any:
        owner = record.cart if self.of_cart else record
        if owner is None:
            return None
        return states.state(owner) if self.attribute == STATE else getattr(owner, self.attribute)


def stored(listed: Listed) -> list[Column]:
    """All columns that are stored, in Medusa's order."""
    return [Column(name, name) for name in fields_of(_entity(listed))]


def _entity(listed: Listed) -> type:
    return QuarantinedRow if listed == "quarantine" else ENTITIES[LISTS[listed]]


def named(listed: Listed, names: Sequence[str]) -> list[Column]:
    """The columns of these names.

    Args:
        listed: the list that they are columns of.
        names: fields, aliases, or paths into JSON.

    Raises:
        click.UsageError: there is no such column.
    """
    if listed == "quarantine":
        return [_quarantined(name) for name in names]
    return [_of_record(listed, name) for name in names]


def _of_record(listed: ListName, name: str) -> Column:
    table = LISTS[listed]
    found = fields.resolve(table, name)
    if found is None:
        from localpay.query import mistakes  # noqa: PLC0415 - few columns are misspelt

        raise _unknown(name, listed, fields.names(table), mistakes.wrong_place(table, name))
    field, path = found
    if field.table not in {table, "cart"}:
        others = f"{field.table.split('_')[-1]}s"
        raise click.UsageError(
            f"--columns: {name!r} may have several values; list {others} instead"
        )
    of_cart = field.table != table
    return Column(field.name + write_path(path), field.column, path, of_cart)


def _quarantined(name: str) -> Column:
    known = fields_of(QuarantinedRow)
    if name not in known:
        raise _unknown(name, "quarantine", known)
    return Column(name, name)


def _unknown(
    name: str, listed: Listed, known: Sequence[str], hint: str | None = None
) -> click.UsageError:
    near = nearest(name, known)
    likely = f"did you mean {near!r}?" if near else f"there are {', '.join(USUAL[listed])}, …"
    have = "has" if listed == "quarantine" else "have"
    return click.UsageError(f"--columns: {listed} {have} no column {name[:60]!r}; {hint or likely}")
