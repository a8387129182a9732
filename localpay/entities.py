"""What callers get: frozen records with the fields and names of Medusa v1's entities.

They may be shared between threads, and never load or write anything themselves. A *relation*, such
as the cart of a session, is None unless it was loaded; `fields_of` has only the stored fields.
Amounts are integers in the currency's minor units; instants are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from localpay.frozen import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from localpay.jsontext import JsonValue

SessionStatus: TypeAlias = Literal["authorized", "pending", "requires_more", "error", "canceled"]
CartType: TypeAlias = Literal["default", "swap", "draft_order", "payment_link", "claim"]
CartState: TypeAlias = Literal["open", "authorized", "completed", "deleted"]
PaymentState: TypeAlias = Literal[
    "authorized", "captured", "partially_refunded", "refunded", "canceled"
]
RefundReason: TypeAlias = Literal["discount", "return", "swap", "claim", "other"]
CollectionStatus: TypeAlias = Literal[
    "not_paid", "awaiting", "authorized", "partially_authorized", "canceled"
]
CollectionType: TypeAlias = Literal["order_edit"]
ChangeOperation: TypeAlias = Literal[
    "create", "update", "delete", "import", "seed", "provider_call"
]

EntityName: TypeAlias = Literal["payment_session", "cart", "payment"]
"""The entities that are listed and filtered, by their table names."""
ListName: TypeAlias = Literal["sessions", "carts", "payments"]
"""The lists of these, as the command line, the screen and an export call them."""

SESSION_STATUSES: tuple[SessionStatus, ...] = get_args(SessionStatus)
CART_TYPES: tuple[CartType, ...] = get_args(CartType)
CART_STATES: tuple[CartState, ...] = get_args(CartState)
PAYMENT_STATES: tuple[PaymentState, ...] = get_args(PaymentState)
REFUND_REASONS: tuple[RefundReason, ...] = get_args(RefundReason)
COLLECTION_STATUSES: tuple[CollectionStatus, ...] = get_args(CollectionStatus)
COLLECTION_TYPES: tuple[CollectionType, ...] = get_args(CollectionType)

AMOUNTS = frozenset({
    "amount", "amount_refunded", "authorized_amount", "unit_price",
    "subtotal", "discount_total", "shipping_total", "tax_total", "gift_card_total", "total",
})  # fmt: skip
"""The fields that hold amounts in minor units."""


def _relation() -> Any:
    """A field filled from other tables: None until it is loaded, and ignored in comparisons."""
    return field(default=None, kw_only=True, compare=False, metadata={"relation": True})


@frozen
class BaseEntity:
    """What every record has.

    Attributes:
        id: a prefix and a ULID, such as `ps_01M82FCRE43B40271W8161163X`.
        created_at: when the record was made.
        updated_at: when it was last changed.
    """

    id: str
    created_at: datetime
    updated_at: datetime


@frozen
class Region(BaseEntity):
    """A market: a currency, a tax rate and the payment providers offered there.

    Attributes:
        tax_rate: in percent, such as 20.0.
        automatic_taxes: whether taxes are added to a cart automatically.
        providers: the ids of its payment providers (relation).
    """

    deleted_at: datetime | None
    name: str
    currency_code: str
    tax_rate: float
    tax_code: str | None
    gift_cards_taxable: bool
    automatic_taxes: bool
    tax_provider_id: str | None
    metadata: JsonValue
    providers: tuple[str, ...] | None = _relation()


@frozen
class LineItem(BaseEntity):
    """One line of a cart.

    Attributes:
        unit_price: in minor units of the cart's currency.
        quantity: at least 1.
    """

    cart_id: str | None
    order_id: str | None
    swap_id: str | None
    claim_order_id: str | None
    original_item_id: str | None
    order_edit_id: str | None
    title: str
    description: str | None
    thumbnail: str | None
    is_return: bool
    is_giftcard: bool
    should_merge: bool
    allow_discounts: bool
    has_shipping: bool | None
    unit_price: int
    variant_id: str | None
    quantity: int
    fulfilled_quantity: int | None
    returned_quantity: int | None
    shipped_quantity: int | None
    metadata: JsonValue


@frozen
class Cart(BaseEntity):
    """A cart: what is to be paid.

    Attributes:
        payment_id: the payment made by authorizing it, live or canceled.
        payment_authorized_at: when it was authorized.
        completed_at: when the checkout was completed.
        context: what the shop recorded about the buyer's request (JSON).
        currency_code: that of the region, stored with the totals.
        subtotal: the sum of the items, before discounts and taxes.
        total: what a payment session must cover.
        items: its lines (relation).
        region: its region, with its providers (relation).
        payment: the payment of `payment_id` (relation).
        payment_sessions: its sessions, oldest first (relation).
    """

    deleted_at: datetime | None
    email: str | None
    billing_address_id: str | None
    shipping_address_id: str | None
    region_id: str
    customer_id: str | None
    payment_id: str | None
    type: CartType
    completed_at: datetime | None
    payment_authorized_at: datetime | None
    idempotency_key: str | None
    context: JsonValue
    metadata: JsonValue
    sales_channel_id: str | None
    currency_code: str
    subtotal: int
    discount_total: int
    shipping_total: int
    tax_total: int
    gift_card_total: int
    total: int
    items: tuple[LineItem, ...] | None = _relation()
    region: Region | None = _relation()
    payment: Payment | None = _relation()
    payment_sessions: tuple[PaymentSession, ...] | None = _relation()

    @property
    def payment_session(self) -> PaymentSession | None:
        """The selected session, as in Medusa's carts; None unless the sessions are loaded."""
        return next((each for each in self.payment_sessions or () if each.is_selected), None)


@frozen
class PaymentSession(BaseEntity):
    """One attempt to pay a cart through one payment provider.

    Attributes:
        cart_id: None for a session of a payment collection.
        provider_id: such as `manual` or `stripe`; it need not be installed.
        is_selected: True for the session that the buyer chose, None for the others.
        is_initiated: whether it was initiated at the provider.
        status: pending at first; later the result of authorizing.
        data: what the provider keeps here (JSON).
        idempotency_key: the shop's own, kept as it is; localpay never sets one.
        amount: the total of the cart when the session was last updated to it.
        payment_authorized_at: when it was last authorized.
        cart: its cart, without relations of its own (relation).
    """

    cart_id: str | None
    provider_id: str
    is_selected: bool | None
    is_initiated: bool
    status: SessionStatus
    data: JsonValue
    idempotency_key: str | None
    amount: int | None
    payment_authorized_at: datetime | None
    cart: Cart | None = _relation()


@frozen
class Payment(BaseEntity):
    """Money authorized at a provider for a cart, later captured, refunded or canceled.

    Attributes:
        cart_id: None for a payment of a payment collection.
        amount_refunded: the sum of its refunds.
        data: what the provider keeps here (JSON).
        refunds: its refunds, oldest first (relation).
        cart: its cart, without relations of its own (relation).
    """

    swap_id: str | None
    cart_id: str | None
    order_id: str | None
    amount: int
    currency_code: str
    amount_refunded: int
    provider_id: str
    data: JsonValue
    captured_at: datetime | None
    canceled_at: datetime | None
    metadata: JsonValue
    idempotency_key: str | None
    refunds: tuple[Refund, ...] | None = _relation()
    cart: Cart | None = _relation()


@frozen
class Refund(BaseEntity):
    """Money returned from one payment.

    Attributes:
        payment_id: None for refunds that Medusa made through an order.
        amount: in minor units of the payment's currency.
    """

    order_id: str | None
    payment_id: str | None
    amount: int
    note: str | None
    reason: RefundReason
    metadata: JsonValue
    idempotency_key: str | None


@frozen
class PaymentCollection(BaseEntity):
    """An amount to be paid through one or more sessions without a cart.

    Attributes:
        authorized_amount: None until something is authorized.
        payment_sessions: its sessions (relation).
        payments: its payments (relation).
    """

    deleted_at: datetime | None
    type: CollectionType
    status: CollectionStatus
    description: str | None
    amount: int
    authorized_amount: int | None
    region_id: str
    currency_code: str
    metadata: JsonValue
    created_by: str
    payment_sessions: tuple[PaymentSession, ...] | None = _relation()
    payments: tuple[Payment, ...] | None = _relation()


@frozen
class Change:
    """One line of the journal: what happened to one record.

    Attributes:
        number: its position in the journal; increases.
        step: the group of lines that were committed together, and are undone together.
        at: when it happened.
        actor: who did it: library, cli, tui, import, seed or demo.
        operation: what was done; `import` and `seed` are one line for all their rows.
        entity: the kind of record, by its table name.
        record_id: the id of the record; for a row without an id, its key joined by "/".
        before: the changed fields as they were; None if the record did not exist.
        after: the same fields afterwards; None if the record no longer exists. A provider call and
            a bulk step have their details here.
        undoes: the step that this one undid, if any.
        redoes: the step that this one redid, if any.
    """

    number: int
    step: int
    at: datetime
    actor: str
    operation: ChangeOperation
    entity: str
    record_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undoes: int | None
    redoes: int | None

    @property
    def is_call(self) -> bool:
        """Whether a payment provider was called, rather than a row changed."""
        return self.operation == "provider_call"


@frozen
class QuarantinedRow:
    """A row that an import did not accept, because it breaks a rule of the data. Nothing is lost.

    Attributes:
        number: its position in the quarantine; increases.
        at: when it was imported.
        source: the file it came from.
        line: its line there, counted from 1.
        entity: the kind of record it was for, by its table name.
        record_id: its id, if it had one.
        reason: the rule it breaks, as a sentence.
        row: the complete row as it was read.
    """

    number: int
    at: datetime
    source: str
    line: int
    entity: str
    record_id: str | None
    reason: str
    row: JsonValue


@frozen
class SavedView:
    """A named filter, with a sort order and columns.

    Attributes:
        name: its name, unique in the store.
        entity: the kind of record it lists, by its table name.
        query: the filter.
        sort: the fields to sort by, as `list` takes them.
        shown_columns: the columns to show, in order; empty for the default ones.
    """

    name: str
    entity: EntityName
    query: str
    sort: str
    shown_columns: tuple[str, ...]


LISTS: dict[ListName, EntityName] = {
    "sessions": "payment_session",
    "carts": "cart",
    "payments": "payment",
}
"""The lists, with the entity of each."""

ENTITIES: dict[EntityName, type[BaseEntity]] = {
    "payment_session": PaymentSession,
    "cart": Cart,
    "payment": Payment,
}
"""The classes of the listed entities."""


def currency_of(record: Any) -> str | None:
    """The currency of a record's amounts, its own or its cart's; None if neither is known."""
    own: str | None = getattr(record, "currency_code", None)
    return own or getattr(getattr(record, "cart", None), "currency_code", None)


def fields_of(entity: type[Any]) -> tuple[str, ...]:
    """The names of an entity's stored fields in Medusa's order, without relations."""
    return tuple(each.name for each in fields(entity) if "relation" not in each.metadata)


def relations_of(entity: type[BaseEntity]) -> tuple[str, ...]:
    """The names of an entity's relations."""
    return tuple(each.name for each in fields(entity) if "relation" in each.metadata)
