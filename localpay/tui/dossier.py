"""All that the store knows about one record: its cart, sessions, payment and history.

It is gathered in a thread, with a handful of reads by id, however large the store is.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from localpay.entities import BaseEntity, Cart, Payment, PaymentSession, Refund
from localpay.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from localpay.entities import Change
    from localpay.store import Store

_MOST_CHANGES = 200
"""How many of the newest journal lines are read for one record."""

_MOMENTS: dict[type, tuple[tuple[str, str], ...]] = {
    PaymentSession: (("created_at", "created"), ("payment_authorized_at", "authorized")),
    Cart: (
        ("created_at", "created"),
        ("payment_authorized_at", "authorized"),
        ("completed_at", "completed"),
        ("deleted_at", "deleted"),
    ),
    Payment: (("created_at", "created"), ("captured_at", "captured"), ("canceled_at", "canceled")),
    Refund: (("created_at", "created"),),
}
"""Events known from a record's instants, where there is no journal, as after an import."""


class Event(NamedTuple):
    """Something that happened to a record.

    Attributes:
        at: when.
        record_id: to which record.
        name: a short name of the record, such as "session stripe".
        what: what happened, if it is known from the record's instants; empty with a change.
        change: the journal's line, if there is one.
    """

    at: datetime
    record_id: str
    name: str
    what: str = ""
    change: Change | None = None


@frozen
class Dossier:
    """A record and what belongs to it.

    Attributes:
        record: the record as it is in the store now.
        cart: the cart it belongs to, or is, with items, region and sessions.
        payment: the cart's payment, or the record itself, with its refunds.
        events: what happened to all of them, oldest first.
    """

    record: BaseEntity
    cart: Cart | None = None
    payment: Payment | None = None
    events: tuple[Event, ...] = ()

    @property
    def sessions(self) -> tuple[PaymentSession, ...]:
        """The cart's payment sessions, oldest first."""
        return () if self.cart is None else self.cart.payment_sessions or ()


def gather(store: Store, record: BaseEntity) -> Dossier | None:
    """Read everything about a record; None if it no longer exists.

    Raises:
        StoreError: the file cannot be read.
    """
    now = _again(store, record)
    if now is None:
        return None
    cart = now if isinstance(now, Cart) else None
    cart_id = getattr(now, "cart_id", None)
    if cart is None and cart_id is not None:
        cart = store.carts.find(cart_id)
    if isinstance(now, PaymentSession):
        now = replace(now, cart=cart)
    payment = now if isinstance(now, Payment) else None
    if payment is None and cart is not None and cart.payment_id is not None:
        payment = store.payments.find(cart.payment_id)
    sessions = () if cart is None else cart.payment_sessions or ()
    refunds = () if payment is None else payment.refunds or ()
    around = [each for each in (now, cart, *sessions, payment, *refunds) if each is not None]
    distinct = {each.id: each for each in around}
    changes = [
        change
        for record_id in distinct
        for change in islice(store.history(record_id), _MOST_CHANGES)
    ]
    return Dossier(now, cart, payment, tuple(events(distinct.values(), changes)))


def events(records: Iterable[BaseEntity], changes: Iterable[Change]) -> list[Event]:
    """What happened to some records, oldest first: from the journal and from their instants."""
    records = list(records)
    names = {record.id: name_of(record) for record in records}
    seen: set[tuple[str, Any]] = set()
    found = []
    for change in sorted(changes, key=lambda each: each.number):
        found.append(Event(change.at, change.record_id, names[change.record_id], change=change))
        seen.update((change.record_id, value) for value in (change.after or {}).values()
                    if not isinstance(value, dict | list))  # fmt: skip
    for record in records:
        for field, what in _MOMENTS.get(type(record), ()):
            at = getattr(record, field)
            if at is not None and (record.id, at) not in seen:
                found.append(Event(at, record.id, names[record.id], what))
    return sorted(found, key=lambda event: event.at)


def name_of(record: BaseEntity) -> str:
    """A short name of a record."""
    if isinstance(record, PaymentSession):
        return f"session {record.provider_id}"
    return type(record).__name__.lower()


def _again(store: Store, record: BaseEntity) -> BaseEntity | None:
    """The record as it is now, with its relations; one of another kind as it was given."""
    match record:
        case PaymentSession():
            return store.sessions.find(record.id)
        case Cart():
            return store.carts.find(record.id)
        case Payment():
            return store.payments.find(record.id)
    return record
