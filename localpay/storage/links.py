"""How conditions name columns, and refer to the records of other tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localpay import money
from localpay.query.fields import STATE

if TYPE_CHECKING:
    from localpay.entities import EntityName
    from localpay.query.fields import Field

ALIASES: Final[dict[EntityName, str]] = {"payment_session": "s", "cart": "c", "payment": "p"}
"""The alias of each table in conditions."""

_LINKS: Final[dict[tuple[EntityName, EntityName], tuple[str, str]]] = {
    ("payment_session", "cart"): ("s.cart_id", "c.id"),
    ("payment", "cart"): ("p.cart_id", "c.id"),
    ("cart", "payment_session"): ("c.id", "s.cart_id"),
    ("cart", "payment"): ("c.id", "p.cart_id"),
}

CODES: Final[dict[int, str]] = {
    places: ", ".join(f"'{code}'" for code in money.currencies_with(places)) for places in (0, 3, 4)
}
"""The currencies that do not have two decimals, in SQL."""


_STATES: Final[dict[EntityName, str]] = {
    "cart": (
        "CASE WHEN c.deleted_at IS NOT NULL THEN 'deleted'"
        " WHEN c.completed_at IS NOT NULL THEN 'completed'"
        " WHEN c.payment_authorized_at IS NOT NULL THEN 'authorized' ELSE 'open' END"
    ),
    "payment": (
        "CASE WHEN p.canceled_at IS NOT NULL THEN 'canceled'"
        " WHEN p.amount_refunded > 0 AND p.amount_refunded >= p.amount THEN 'refunded'"
        " WHEN p.amount_refunded > 0 THEN 'partially_refunded'"
        " WHEN p.captured_at IS NULL THEN 'authorized' ELSE 'captured' END"
    ),
}
"""The state of a cart or a payment, as `localpay.inspect.states` gives it."""


def column(field: Field) -> str:
    """The column of a field, or the expression that computes it."""
    if field.column == STATE:
        return _STATES[field.table]
    return f"{ALIASES[field.table]}.{field.column}"


def linked(table: EntityName, other: EntityName, sql: str, *, gathered: bool) -> str:
    """Turn a condition on another table into one on the table that it is linked to."""
    key, other_key = _LINKS[table, other]
    source = f"{other} {ALIASES[other]}"
    if gathered:
        return f"{key} IN (SELECT {other_key} FROM {source} WHERE {sql})"
    return f"EXISTS (SELECT 1 FROM {source} WHERE {other_key} = {key} AND {sql})"


def currency(field: Field, sql: str, *, gathered: bool) -> str:
    """A condition on the currency of a field's record; a session has that of its cart."""
    if field.table != "payment_session":
        return f"{ALIASES[field.table]}.currency_code {sql}"
    return linked(field.table, "cart", f"c.currency_code {sql}", gathered=gathered)


def decimals(field: Field, places: int, *, gathered: bool) -> str:
    """A condition on the number of decimals of the record's currency; two if it is unknown."""
    codes = CODES.get(places) or ", ".join(CODES.values())
    sql = currency(field, f"COLLATE NOCASE IN ({codes})", gathered=gathered)
    return sql if places in CODES else f"({sql}) IS NOT TRUE"
