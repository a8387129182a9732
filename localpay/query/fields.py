"""The fields a filter can name: one table, read by parser, SQL, completion and reference alike.

Each of the three listed entities has its own columns; those of the records it belongs to, or that
belong to it, behind a prefix (`cart.email`, `session.status`); and short forms for the frequent.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from localpay.entities import CART_STATES, CART_TYPES, PAYMENT_STATES, SESSION_STATUSES
from localpay.frozen import frozen
from localpay.query.tokens import PLAIN_KEY, QUOTED, unquote

if TYPE_CHECKING:
    from localpay.entities import EntityName
    from localpay.query.tree import Path


class Kind(Enum):
    """How a field's values are read and compared."""

    TEXT = "text"
    FOLDED = "text in either case"
    CHOICE = "choice"
    AMOUNT = "amount"
    INSTANT = "time"
    BOOLEAN = "true or false"
    JSON = "JSON"


@frozen
class Field:
    """One field, as it is named from one entity.

    Attributes:
        name: its canonical name, such as `status` or, of another record, `cart.email`.
        kind: how its values are read and compared.
        help: what it is, in a few words.
        aliases: its other names, mostly the shorter ones people type.
        choices: the values it can have, where its kind is CHOICE.
        required: whether every record of its table has a value here.
        table: the table that holds it.
        column: its column there.
    """

    name: str
    kind: Kind
    help: str
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    required: bool = False
    table: EntityName = "payment_session"
    column: str = ""


def _field(
    name: str,
    kind: Kind,
    text: str,
    aliases: str = "",
    *,
    choices: tuple[str, ...] = (),
    required: bool = True,
) -> Field:
    return Field(name, kind, text, tuple(aliases.split()), choices, required, column=name)


def _optional(name: str, kind: Kind, text: str, aliases: str = "") -> Field:
    return _field(name, kind, text, aliases, required=False)


STATE: Final = "state"
"""The column that no table has: what the instants and amounts of a cart or a payment come to."""

_ID = _field("id", Kind.TEXT, "its id")
_CREATED = _field("created_at", Kind.INSTANT, "when it was made", "created")
_UPDATED = _field("updated_at", Kind.INSTANT, "when it was last written", "updated")
_IDEMPOTENCY_KEY = _optional("idempotency_key", Kind.TEXT, "key that makes a retry harmless")
_METADATA = _optional("metadata", Kind.JSON, "what the shop keeps with it")
_AUTHORIZED = _optional(
    "payment_authorized_at", Kind.INSTANT, "when authorizing succeeded", "authorized"
)
_PROVIDER = _field("provider_id", Kind.TEXT, "the payment provider", "provider")
_CURRENCY = _field("currency_code", Kind.FOLDED, "currency, such as eur", "currency")

_COLUMNS: Final[dict[EntityName, tuple[Field, ...]]] = {
    "payment_session": (
        _ID,
        _CREATED,
        _UPDATED,
        _optional("cart_id", Kind.TEXT, "the cart it pays; none in a collection", "cart cart.id"),
        _PROVIDER,
        _field("status", Kind.CHOICE, "how far it got", choices=SESSION_STATUSES),
        _optional("amount", Kind.AMOUNT, "what it is to pay, in its cart's currency"),
        _optional("is_selected", Kind.BOOLEAN, "whether the buyer chose it", "selected"),
        _field("is_initiated", Kind.BOOLEAN, "whether the provider knows it", "initiated"),
        _AUTHORIZED,
        _IDEMPOTENCY_KEY,
        _field("data", Kind.JSON, "what the provider keeps with it"),
    ),
    "cart": (
        _ID,
        _CREATED,
        _UPDATED,
        _optional("deleted_at", Kind.INSTANT, "when it was deleted", "deleted"),
        _optional("email", Kind.FOLDED, "the buyer's e-mail address"),
        _field("region_id", Kind.TEXT, "its region", "region"),
        _CURRENCY,
        _field("total", Kind.AMOUNT, "what has to be paid"),
        _field("subtotal", Kind.AMOUNT, "sum of its items"),
        _field("discount_total", Kind.AMOUNT, "discounts", "discount"),
        _field("shipping_total", Kind.AMOUNT, "shipping", "shipping"),
        _field("tax_total", Kind.AMOUNT, "taxes", "tax"),
        _field("gift_card_total", Kind.AMOUNT, "paid by gift cards", "gift_card"),
        _optional("customer_id", Kind.TEXT, "the buyer's account", "customer"),
        _optional("payment_id", Kind.TEXT, "the payment its authorizing made"),
        _field("type", Kind.CHOICE, "what it is for", choices=CART_TYPES),
        _field(STATE, Kind.CHOICE, "how far it got", choices=CART_STATES),
        _optional("completed_at", Kind.INSTANT, "when the checkout was completed", "completed"),
        _AUTHORIZED,
        _optional("billing_address_id", Kind.TEXT, "the billing address"),
        _optional("shipping_address_id", Kind.TEXT, "the shipping address"),
        _optional("sales_channel_id", Kind.TEXT, "the sales channel", "channel"),
        _IDEMPOTENCY_KEY,
        _optional("context", Kind.JSON, "what the shop noted of the buyer's request"),
        _METADATA,
    ),
    "payment": (
        _ID,
        _CREATED,
        _UPDATED,
        _optional("cart_id", Kind.TEXT, "the cart it pays; none in a collection", "cart cart.id"),
        _PROVIDER,
        _field("amount", Kind.AMOUNT, "what was authorized"),
        _CURRENCY,
        _field("amount_refunded", Kind.AMOUNT, "what was refunded of it", "refunded"),
        _field(STATE, Kind.CHOICE, "how far it got", choices=PAYMENT_STATES),
        _optional("captured_at", Kind.INSTANT, "when it was captured", "captured"),
        _optional("canceled_at", Kind.INSTANT, "when it was canceled", "canceled"),
        _optional("order_id", Kind.TEXT, "the order", "order"),
        _optional("swap_id", Kind.TEXT, "the swap", "swap"),
        _IDEMPOTENCY_KEY,
        _field("data", Kind.JSON, "what the provider keeps with it"),
        _METADATA,
    ),
}
_RELATIONS: Final[dict[EntityName, dict[str, EntityName]]] = {
    "payment_session": {"cart": "cart"},
    "cart": {"session": "payment_session", "payment": "payment"},
    "payment": {"cart": "cart"},
}
_SHORT: Final[dict[EntityName, dict[str, str]]] = {
    "payment_session": {
        "cart.email": "email",
        "cart.currency_code": "currency currency_code",
        "cart.region_id": "region region_id",
        "cart.customer_id": "customer customer_id",
        "cart.total": "total",
    },
    "cart": {"session.id": "session", "payment.id": "payment"},
    "payment": {
        "cart.email": "email",
        "cart.region_id": "region region_id",
        "cart.customer_id": "customer customer_id",
        "cart.total": "total",
    },
}
NOUNS: Final[dict[EntityName, str]] = {
    "payment_session": "session", "cart": "cart", "payment": "payment",
}  # fmt: skip
"""What each entity is called, also in front of the names of its fields."""

PRESENCE: Final = ("has", "missing")
"""The names that stand before a field's name and ask whether there is a value."""


@cache
def _fields_of(entity: EntityName) -> dict[str, Field]:
    own = [replace(each, table=entity) for each in _COLUMNS[entity]]
    names = {name for each in own for name in (each.name, *each.aliases)}
    fields = {each.name: each for each in own}
    for prefix, table in _RELATIONS[entity].items():
        for column in _COLUMNS[table]:
            name = f"{prefix}.{column.name}"
            if name in names or column.name == "cart_id":
                continue  # the record's own: `cart.id` is `cart_id`, `session.cart_id` is `id`
            aliases = [f"{prefix}.{each}" for each in column.aliases]
            aliases += _SHORT[entity].get(name, "").split()
            text = f"{NOUNS[table]}: {column.help}"
            fields[name] = replace(
                column, name=name, aliases=tuple(aliases), help=text, table=table
            )
    return fields


@cache
def _named(entity: EntityName) -> dict[str, Field]:
    fields = _fields_of(entity).values()
    return {name: each for each in fields for name in (each.name, *each.aliases)}


_STEP = re.compile(
    rf"\.(?:(?P<quoted>{QUOTED})|(?P<key>{PLAIN_KEY}))|\[(?P<place>\d{{1,12}})\]",
    re.ASCII | re.DOTALL,
)


def fields(entity: EntityName) -> tuple[Field, ...]:
    """The fields that a filter on this entity can name, its own first."""
    return tuple(_fields_of(entity).values())


def searched(entity: EntityName) -> tuple[Field, ...]:
    """The fields in which a text without a field is looked for: ids, other texts and JSON.

    Currencies and choices, which many records share, are not among them. Of another record it is
    the e-mail and the customer of the cart.
    """
    return tuple(
        each
        for each in fields(entity)
        if (each.table == entity and each.kind in {Kind.TEXT, Kind.JSON})
        or (each.table == "cart" and each.column in {"email", "customer_id"})
    )


def names(entity: EntityName) -> tuple[str, ...]:
    """Every name of every field of an entity, aliases too."""
    return tuple(_named(entity))


def find(entity: EntityName, name: str) -> Field | None:
    """The field of this name or alias, in either case; None when there is none."""
    named = _named(entity)
    return named.get(name) or named.get(name.lower())


def resolve(entity: EntityName, name: str) -> tuple[Field, Path] | None:
    """The field that a name means and the path into its JSON: `data.intent.charges[0]`.

    Args:
        entity: the entity that is filtered.
        name: a field's name, which a path may follow where the field holds JSON.

    Returns:
        None when there is no such field, or it holds no JSON to step into.
    """
    if field := find(entity, name):
        return field, ()
    steps = _steps(name)
    # Either `data.…` or, of another record, `cart.metadata.…`.
    for skipped in range(min(2, len(steps))):
        field = find(entity, name[: steps[skipped].start()])
        if field and field.kind is Kind.JSON:
            return field, tuple(map(_step, steps[skipped:]))
    return None


def _steps(name: str) -> list[re.Match[str]]:
    """The steps at the end of a name; none where something else stands between them."""
    steps = list(_STEP.finditer(name))
    ends = [each.end() for each in steps]
    starts = [each.start() for each in steps]
    return steps if [*starts[1:], len(name)] == ends else []


def end_of_steps(name: str, start: int) -> int:
    """Where the steps that begin at an offset of a name end, which may be there already."""
    while step := _STEP.match(name, start):
        start = step.end()
    return start


def _step(found: re.Match[str]) -> str | int:
    if found["place"]:
        return int(found["place"])
    return found["key"] if found["quoted"] is None else unquote(found["quoted"])
