"""The Peewee models: the columns of each table, what they accept, and the hook before an insert.

The models say what a row is, and `schema` how the file gets its tables; a test keeps the two
equal. Peewee binds a model to a database for the whole process, so no model is bound to a store:
statements are rendered from the models, and `database` runs them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import peewee

from localpay import entities
from localpay.storage.columns import Boolean, Column, Instant, Integer, Json, Real, Text

if TYPE_CHECKING:
    from localpay.ids import Ids

DIALECT = peewee.SqliteDatabase(None)
"""Renders SQLite's SQL; never opened."""


class Row(peewee.Model):
    """What all tables share.

    Attributes:
        key: the columns that identify a row.
    """

    key: ClassVar[tuple[str, ...]] = ("id",)

    class Meta:
        database = DIALECT
        strict_tables = True

    @classmethod
    def table(cls) -> str:
        """The table's name."""
        name: str = cls._meta.table_name
        return name

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """The table's columns by name, in order, without the row number."""
        return _columns(cls)


class BaseEntity(Row):
    """The columns of every entity, and the hook that gives it an id.

    Attributes:
        prefix: what the entity's ids begin with.
        entity: the class that callers get.
    """

    prefix: ClassVar[str]
    entity: ClassVar[type[Any]]

    rid = peewee.AutoField()
    id = Text(unique=True, filled=True)
    created_at = Instant()
    updated_at = Instant()

    @classmethod
    def before_insert(cls, values: dict[str, Any], ids: Ids) -> None:
        """Give the record an id if it has none, as Medusa's hook of this name does.

        Args:
            values: the record to insert; its "id" is set if it is missing or empty.
            ids: the source of new ids.
        """
        if not values.get("id"):
            values["id"] = ids.new(cls.prefix)


@cache
def _columns(model: type[Row]) -> dict[str, Column]:
    fields = model._meta.fields
    if issubclass(model, BaseEntity):
        return {name: fields[name] for name in entities.fields_of(model.entity)}
    return {name: each for name, each in fields.items() if name != "rid"}


class Region(BaseEntity):
    """See `entities.Region`."""

    prefix = "reg"
    entity = entities.Region

    deleted_at = Instant(null=True)
    name = Text(filled=True)
    currency_code = Text(filled=True)
    tax_rate = Real(default=0.0)
    tax_code = Text(null=True)
    gift_cards_taxable = Boolean(default=True)
    automatic_taxes = Boolean(default=True)
    tax_provider_id = Text(null=True)
    metadata = Json(null=True)

    class Meta:
        table_name = "region"


class PaymentProvider(Row):
    """A provider that some region offers, or offered."""

    id = Text(primary_key=True, filled=True)
    is_installed = Boolean(default=True)

    class Meta:
        table_name = "payment_provider"


class RegionPaymentProvider(Row):
    """A provider that a region offers."""

    key = ("region_id", "provider_id")

    region_id = Text(filled=True)
    provider_id = Text(filled=True)

    class Meta:
        table_name = "region_payment_providers"
        primary_key = peewee.CompositeKey("region_id", "provider_id")


class Cart(BaseEntity):
    """See `entities.Cart`."""

    prefix = "cart"
    entity = entities.Cart

    deleted_at = Instant(null=True)
    email = Text(null=True)
    billing_address_id = Text(null=True)
    shipping_address_id = Text(null=True)
    region_id = Text(filled=True)
    customer_id = Text(null=True)
    payment_id = Text(null=True)
    type = Text(default="default", one_of=entities.CART_TYPES)
    completed_at = Instant(null=True)
    payment_authorized_at = Instant(null=True)
    idempotency_key = Text(null=True)
    context = Json(null=True)
    metadata = Json(null=True)
    sales_channel_id = Text(null=True)
    currency_code = Text(filled=True)
    subtotal = Integer(default=0)
    discount_total = Integer(default=0)
    shipping_total = Integer(default=0)
    tax_total = Integer(default=0)
    gift_card_total = Integer(default=0)
    total = Integer(default=0)

    class Meta:
        table_name = "cart"


class LineItem(BaseEntity):
    """See `entities.LineItem`."""

    prefix = "item"
    entity = entities.LineItem

    cart_id = Text(null=True)
    order_id = Text(null=True)
    swap_id = Text(null=True)
    claim_order_id = Text(null=True)
    original_item_id = Text(null=True)
    order_edit_id = Text(null=True)
    title = Text()
    description = Text(null=True)
    thumbnail = Text(null=True)
    is_return = Boolean(default=False)
    is_giftcard = Boolean(default=False)
    should_merge = Boolean(default=True)
    allow_discounts = Boolean(default=True)
    has_shipping = Boolean(null=True)
    unit_price = Integer()
    variant_id = Text(null=True)
    quantity = Integer(minimum=1)
    fulfilled_quantity = Integer(null=True)
    returned_quantity = Integer(null=True)
    shipped_quantity = Integer(null=True)
    metadata = Json(null=True)

    class Meta:
        table_name = "line_item"


class PaymentSession(BaseEntity):
    """See `entities.PaymentSession`."""

    prefix = "ps"
    entity = entities.PaymentSession

    cart_id = Text(null=True)
    provider_id = Text(filled=True)
    is_selected = Boolean(null=True)
    is_initiated = Boolean(default=False)
    status = Text(default="pending", one_of=entities.SESSION_STATUSES)
    data = Json(default=dict)
    idempotency_key = Text(null=True)
    amount = Integer(null=True)
    payment_authorized_at = Instant(null=True)

    class Meta:
        table_name = "payment_session"


class Payment(BaseEntity):
    """See `entities.Payment`."""

    prefix = "pay"
    entity = entities.Payment

    swap_id = Text(null=True)
    cart_id = Text(null=True)
    order_id = Text(null=True)
    amount = Integer()
    currency_code = Text(filled=True)
    amount_refunded = Integer(default=0)
    provider_id = Text(filled=True)
    data = Json(default=dict)
    captured_at = Instant(null=True)
    canceled_at = Instant(null=True)
    metadata = Json(null=True)
    idempotency_key = Text(null=True)

    class Meta:
        table_name = "payment"


class Refund(BaseEntity):
    """See `entities.Refund`."""

    prefix = "ref"
    entity = entities.Refund

    order_id = Text(null=True)
    payment_id = Text(null=True)
    amount = Integer()
    note = Text(null=True)
    reason = Text(one_of=entities.REFUND_REASONS)
    metadata = Json(null=True)
    idempotency_key = Text(null=True)

    class Meta:
        table_name = "refund"


class PaymentCollection(BaseEntity):
    """See `entities.PaymentCollection`."""

    prefix = "paycol"
    entity = entities.PaymentCollection

    deleted_at = Instant(null=True)
    type = Text(default="order_edit", one_of=entities.COLLECTION_TYPES)
    status = Text(default="not_paid", one_of=entities.COLLECTION_STATUSES)
    description = Text(null=True)
    amount = Integer()
    authorized_amount = Integer(null=True)
    region_id = Text(filled=True)
    currency_code = Text(filled=True)
    metadata = Json(null=True)
    created_by = Text()

    class Meta:
        table_name = "payment_collection"


class PaymentCollectionSession(Row):
    """A session of a payment collection."""

    key = ("payment_collection_id", "payment_session_id")

    payment_collection_id = Text(filled=True)
    payment_session_id = Text(filled=True)

    class Meta:
        table_name = "payment_collection_sessions"
        primary_key = peewee.CompositeKey("payment_collection_id", "payment_session_id")


class PaymentCollectionPayment(Row):
    """A payment of a payment collection."""

    key = ("payment_collection_id", "payment_id")

    payment_collection_id = Text(filled=True)
    payment_id = Text(filled=True)

    class Meta:
        table_name = "payment_collection_payments"
        primary_key = peewee.CompositeKey("payment_collection_id", "payment_id")


class IdempotencyKey(Row):
    """An idempotency key with the result of its operation, in Medusa's form."""

    key = ("idempotency_key",)

    rid = peewee.AutoField()
    id = Text(unique=True, filled=True)
    idempotency_key = Text(unique=True, filled=True)
    created_at = Instant()
    locked_at = Instant(null=True)
    request_method = Text(null=True)
    request_params = Json(null=True)
    request_path = Text(null=True)
    response_code = Integer(null=True)
    response_body = Json(null=True)
    recovery_point = Text(default="started")

    class Meta:
        table_name = "idempotency_key"


class Claim(Row):
    """A claim on a cart, payment, collection or key for which somebody is calling a provider."""

    key = ("subject",)

    subject = Text(primary_key=True, filled=True)
    holder = Text()
    operation = Text()
    until = Instant()

    class Meta:
        table_name = "claim"


class Change(Row):
    """See `entities.Change`."""

    key = ("number",)

    number = peewee.AutoField()
    step = Integer()
    at = Instant()
    actor = Text()
    operation = Text()
    entity = Text()
    record_id = Text()
    before = Json(null=True)
    after = Json(null=True)
    undoes = Integer(null=True)
    redoes = Integer(null=True)

    class Meta:
        table_name = "change"


class SavedView(Row):
    """See `entities.SavedView`."""

    key = ("name",)

    name = Text(primary_key=True, filled=True)
    entity = Text(one_of=("payment_session", "cart", "payment"))
    query = Text(default="")
    sort = Text(default="-created_at")
    shown_columns = Json(default=list)

    class Meta:
        table_name = "saved_view"


class QuarantinedRow(Row):
    """See `entities.QuarantinedRow`."""

    key = ("number",)

    number = peewee.AutoField()
    at = Instant()
    source = Text()
    line = Integer()
    entity = Text()
    record_id = Text(null=True)
    reason = Text()
    row = Json()

    class Meta:
        table_name = "quarantine"


ENTITIES: tuple[type[BaseEntity], ...] = (
    Region,
    Cart,
    LineItem,
    PaymentSession,
    Payment,
    Refund,
    PaymentCollection,
)
"""The models of entities, each after those that its records refer to."""

MODEL_OF: dict[type, type[BaseEntity]] = {model.entity: model for model in ENTITIES}
"""The model of each class that callers get."""

_OTHERS: tuple[type[Row], ...] = (
    PaymentProvider,
    RegionPaymentProvider,
    PaymentCollectionSession,
    PaymentCollectionPayment,
    IdempotencyKey,
    Change,
    SavedView,
    QuarantinedRow,
)

MODELS: dict[str, type[Row]] = {model.table(): model for model in (*ENTITIES, *_OTHERS)}
"""The models by table name, without `Claim`, which is not part of the shop's data."""
