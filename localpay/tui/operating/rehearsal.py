"""What an operation would do, found out by doing it with a copy of the records in memory.

The copy follows the store's own rules, so that the forecast cannot differ from what will be done.
No installed provider is called: the ones that ship act as themselves, and all others are assumed
to agree. What they really answer is only known afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localpay.entities import Cart, Payment, PaymentSession, fields_of
from localpay.errors import LocalpayError, RecordNotFoundError
from localpay.frozen import frozen
from localpay.providers import Manual, Simulator
from localpay.query.tokens import quote
from localpay.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localpay.entities import BaseEntity, Change
    from localpay.payments.rules import Rules
    from localpay.providers import Provider

_SHIPPED: Final = (Manual, Simulator)
"""The providers whose answers are known."""


class Agreeing(Manual):
    """Stands in for an installed provider that must not be called, and agrees to everything.

    Args:
        id: the provider's id.
    """

    def __init__(self, id: str) -> None:  # noqa: A002 - the attribute's name
        self.id = id


@frozen
class Situation:
    """A record and everything an operation on it depends on, as it is in the store now.

    Attributes:
        record: the record.
        cart: the cart it is, or belongs to, with items, region and sessions.
        payments: the record itself if it is a payment, and all payments of the cart.
        installed: whether each provider that is installed or used here can be called.
        known: the providers whose answers are known.
        rules: the store's rules.
    """

    record: BaseEntity
    cart: Cart | None
    payments: tuple[Payment, ...]
    installed: Mapping[str, bool]
    known: frozenset[str]
    rules: Rules

    @property
    def sessions(self) -> tuple[PaymentSession, ...]:
        """The cart's sessions, oldest first."""
        return () if self.cart is None else self.cart.payment_sessions or ()

    @property
    def selected(self) -> PaymentSession | None:
        """The cart's selected session."""
        return None if self.cart is None else self.cart.payment_session

    @property
    def offered(self) -> tuple[str, ...]:
        """The providers that the cart's region offers."""
        region = None if self.cart is None else self.cart.region
        return () if region is None else region.providers or ()

    @property
    def currency(self) -> str | None:
        """The currency of all amounts."""
        if self.cart is not None:
            return self.cart.currency_code
        return self.payments[0].currency_code if self.payments else None

    @property
    def records(self) -> dict[str, BaseEntity]:
        """All records by their ids."""
        cart = () if self.cart is None else (self.cart,)
        return {each.id: each for each in (*cart, *self.sessions, *self.payments, self.record)}


@frozen
class Outlook:
    """What an operation would do.

    Attributes:
        lines: the lines it would add to the journal, in order: calls first, then changes.
        error: why it cannot be done, or what would stop it.
    """

    lines: tuple[Change, ...]
    error: LocalpayError | None

    @property
    def calls(self) -> tuple[Change, ...]:
        """The calls to providers."""
        return tuple(line for line in self.lines if line.is_call)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The rows that would change."""
        return tuple(line for line in self.lines if not line.is_call)


def look(store: Store, record: BaseEntity) -> Situation:
    """Read everything that operations on a record depend on.

    Args:
        store: the store.
        record: a session, cart or payment, as last read.

    Raises:
        RecordNotFoundError: it is gone.
        StoreError: the file cannot be read.
    """
    now: BaseEntity
    match record:
        case PaymentSession():
            now = store.sessions.get(record.id)
        case Cart():
            now = store.carts.get(record.id)
        case Payment():
            now = store.payments.get(record.id)
        case _:
            raise RecordNotFoundError(type(record).__name__.lower(), record.id)
    cart_id = now.id if isinstance(now, Cart) else now.cart_id
    cart = None if cart_id is None else store.carts.find(cart_id)
    payments = [now] if isinstance(now, Payment) else []
    if cart is not None:
        paid = store.payments.list(f"cart_id:{quote(cart.id)}", expand=("refunds",))
        payments += [each for each in paid if each.id != now.id]
    sessions = () if cart is None else cart.payment_sessions or ()
    region = None if cart is None else cart.region
    ids = {each.provider_id for each in sessions} | {each.provider_id for each in payments}
    ids.update(() if region is None else region.providers or ())
    found = {each: store.providers.find(each) for each in sorted(ids)}
    others = dict.fromkeys(store.providers.ids(), True)
    return Situation(
        now,
        cart,
        tuple(payments),
        others | {each: provider is not None for each, provider in found.items()},
        frozenset(each for each, provider in found.items() if type(provider) in _SHIPPED),
        store.rules,
    )


def rehearse(situation: Situation, act: Callable[[Store], object]) -> Outlook:
    """Find out what an operation would do.

    Args:
        situation: the records.
        act: does it in a store.
    """
    with Store.open(":memory:", rules=situation.rules, providers=_understudies(situation)) as copy:
        _fill(copy, situation)
        newest = last_line(copy)
        error = None
        try:
            act(copy)
        except LocalpayError as raised:
            error = raised
        return Outlook(tuple(lines_after(copy, newest)), error)


def last_line(store: Store) -> int:
    """The number of the journal's newest line; 0 if it has none."""
    return next((line.number for line in store.history()), 0)


def lines_after(store: Store, number: int) -> list[Change]:
    """The lines of the journal after a given one, oldest first."""
    return list(store.history(after=number))[::-1]


def _understudies(situation: Situation) -> Iterable[Provider]:
    for provider_id, is_installed in situation.installed.items():
        if is_installed and provider_id not in situation.known:
            yield Agreeing(provider_id)


def _fill(copy: Store, situation: Situation) -> None:
    """Put the records into a store unchanged."""
    cart = situation.cart
    with copy.transaction():
        if cart is not None:
            assert cart.region is not None
            offered = cart.region.providers or ()
            copy.regions.create(providers=offered, **_stored(cart.region))
            items = [_stored(item) for item in cart.items or ()]
            copy.carts.create(items=items, **{**_stored(cart), "payment_id": None})
            for session in situation.sessions:
                copy.sessions.create(**_stored(session))
        for payment in situation.payments:
            fields = _stored(payment)
            if cart is None:
                fields["cart_id"] = None
            copy.payments.create(**fields)
        if cart is not None:
            copy.carts.update(cart.id, payment_id=cart.payment_id)


def _stored(record: BaseEntity) -> dict[str, Any]:
    return {name: getattr(record, name) for name in fields_of(type(record))}
