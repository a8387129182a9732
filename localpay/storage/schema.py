"""The file's tables, as the steps that create them. A released step is never changed.

The names of tables and columns are Medusa v1's. We add `rid`, the row number, which makes lists
fast; the totals and the currency of a cart; the journal (`change`), the `quarantine`, the saved
views, and the claims of operations that are calling a provider (`claim`).
The rules of the data are constraints of the file, so that no program can break them.

What the indexes cost and save with a million sessions, 382,000 carts and 152,000 payments
(`tests/benchmarks/bench_indexes.py`; inserting a row with all indexes takes 16, 19 and 13 µs):

    index                          MB   µs a row   page with, without    whole order with, without
    payment_session_created        41   1 to 1.5   0.16, 117 ms          380, 760 ms
    payment_session_status         66   0.5 to 1.5 0.44, 1.4 ms          6.5, 345 ms of one status
    payment_session_provider       65   1.5 to 2   0.39, 0.34 ms         31, 341 ms of one provider
    payment_session_amount         12   1 to 2     0.37, 107 ms
    payment_session_one_provider   54   1          0.08, 318 ms of one cart; a rule of the data
    payment_session_one_selected   12   0 to 1     a rule of the data
    cart_created                   16   1          0.23, 132 ms          136, 234 ms
    cart_email                     14   3.5 to 4   0.02, 128 ms of one e-mail
    cart_region                    17   2 to 2.5   keeps a region from being deleted under its carts
    payment_created                6    1          0.18, 17 ms
    payment_provider_id            7    1 to 1.5   like that of sessions
    payment_cart                   7    1          0.03, 51 ms of one cart
    payment_one_live               7    1 to 1.5   a rule of the data
"""

from __future__ import annotations

APPLICATION_ID = int.from_bytes(b"LPAY", "big")
"""Marks the header of a SQLite file as belonging to localpay."""

_INSTANT = "GLOB '####-##-##T##:##:##.######Z'".replace("#", "[0-9]")
_BASE = f"""
    rid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    created_at TEXT NOT NULL CHECK (created_at {_INSTANT}),
    updated_at TEXT NOT NULL CHECK (updated_at {_INSTANT}),"""


def _instant(column: str) -> str:
    return f"{column} TEXT CHECK ({column} {_INSTANT})"


def _json(column: str, *, null: bool = True) -> str:
    if null:
        return f"{column} TEXT CHECK ({column} IS NULL OR json_valid({column}))"
    return f"{column} TEXT NOT NULL CHECK (json_valid({column}))"


def _flag(column: str, *, null: bool = False) -> str:
    return f"{column} INTEGER{'' if null else ' NOT NULL'} CHECK ({column} IN (0, 1))"


VERSION_1 = f"""
CREATE TABLE region ({_BASE}
    {_instant("deleted_at")},
    name TEXT NOT NULL,
    currency_code TEXT NOT NULL,
    tax_rate REAL NOT NULL,
    tax_code TEXT,
    {_flag("gift_cards_taxable")},
    {_flag("automatic_taxes")},
    tax_provider_id TEXT,
    {_json("metadata")}
) STRICT;

CREATE TABLE payment_provider (
    id TEXT NOT NULL PRIMARY KEY,
    {_flag("is_installed")}
) STRICT;

CREATE TABLE region_payment_providers (
    region_id TEXT NOT NULL REFERENCES region(id) ON DELETE CASCADE,
    provider_id TEXT NOT NULL REFERENCES payment_provider(id) ON DELETE CASCADE,
    PRIMARY KEY (region_id, provider_id)
) STRICT;

CREATE TABLE cart ({_BASE}
    {_instant("deleted_at")},
    email TEXT,
    billing_address_id TEXT,
    shipping_address_id TEXT,
    region_id TEXT NOT NULL REFERENCES region(id),
    customer_id TEXT,
    payment_id TEXT UNIQUE REFERENCES payment(id),
    type TEXT NOT NULL CHECK (type IN ('default', 'swap', 'draft_order', 'payment_link', 'claim')),
    {_instant("completed_at")},
    {_instant("payment_authorized_at")},
    idempotency_key TEXT,
    {_json("context")},
    {_json("metadata")},
    sales_channel_id TEXT,
    currency_code TEXT NOT NULL,
    subtotal INTEGER NOT NULL,
    discount_total INTEGER NOT NULL,
    shipping_total INTEGER NOT NULL,
    tax_total INTEGER NOT NULL,
    gift_card_total INTEGER NOT NULL,
    total INTEGER NOT NULL
) STRICT;
CREATE INDEX cart_created ON cart(created_at);
CREATE INDEX cart_email ON cart(email COLLATE NOCASE);
CREATE INDEX cart_region ON cart(region_id);

CREATE TABLE line_item ({_BASE}
    cart_id TEXT REFERENCES cart(id),
    order_id TEXT,
    swap_id TEXT,
    claim_order_id TEXT,
    original_item_id TEXT,
    order_edit_id TEXT,
    title TEXT NOT NULL,
    description TEXT,
    thumbnail TEXT,
    {_flag("is_return")},
    {_flag("is_giftcard")},
    {_flag("should_merge")},
    {_flag("allow_discounts")},
    {_flag("has_shipping", null=True)},
    unit_price INTEGER NOT NULL,
    variant_id TEXT,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    fulfilled_quantity INTEGER CHECK (fulfilled_quantity <= quantity),
    returned_quantity INTEGER CHECK (returned_quantity <= quantity),
    shipped_quantity INTEGER CHECK (shipped_quantity <= fulfilled_quantity),
    {_json("metadata")}
) STRICT;
CREATE INDEX line_item_cart ON line_item(cart_id);

CREATE TABLE payment_session ({_BASE}
    cart_id TEXT REFERENCES cart(id),
    provider_id TEXT NOT NULL CHECK (provider_id <> ''),
    {_flag("is_selected", null=True)},
    {_flag("is_initiated")},
    status TEXT NOT NULL
        CHECK (status IN ('authorized', 'pending', 'requires_more', 'error', 'canceled')),
    {_json("data", null=False)},
    idempotency_key TEXT,
    amount INTEGER,
    {_instant("payment_authorized_at")}
) STRICT;
CREATE UNIQUE INDEX payment_session_one_selected ON payment_session(cart_id) WHERE is_selected;
CREATE UNIQUE INDEX payment_session_one_provider ON payment_session(cart_id, provider_id)
    WHERE cart_id IS NOT NULL;
CREATE INDEX payment_session_created ON payment_session(created_at);
CREATE INDEX payment_session_status
    ON payment_session(status, created_at, rid, provider_id, amount);
CREATE INDEX payment_session_provider
    ON payment_session(provider_id, created_at, rid, status, amount);
CREATE INDEX payment_session_amount ON payment_session(amount);

CREATE TABLE payment ({_BASE}
    swap_id TEXT UNIQUE,
    cart_id TEXT REFERENCES cart(id),
    order_id TEXT,
    amount INTEGER NOT NULL,
    currency_code TEXT NOT NULL,
    amount_refunded INTEGER NOT NULL,
    provider_id TEXT NOT NULL CHECK (provider_id <> ''),
    {_json("data", null=False)},
    {_instant("captured_at")},
    {_instant("canceled_at")},
    {_json("metadata")},
    idempotency_key TEXT
) STRICT;
CREATE UNIQUE INDEX payment_one_live ON payment(cart_id) WHERE canceled_at IS NULL;
CREATE INDEX payment_cart ON payment(cart_id);
CREATE INDEX payment_created ON payment(created_at);
CREATE INDEX payment_provider_id ON payment(provider_id, created_at);

CREATE TABLE refund ({_BASE}
    order_id TEXT,
    payment_id TEXT REFERENCES payment(id),
    amount INTEGER NOT NULL,
    note TEXT,
    reason TEXT NOT NULL CHECK (reason IN ('discount', 'return', 'swap', 'claim', 'other')),
    {_json("metadata")},
    idempotency_key TEXT
) STRICT;
CREATE INDEX refund_payment ON refund(payment_id);

CREATE TABLE payment_collection ({_BASE}
    {_instant("deleted_at")},
    type TEXT NOT NULL CHECK (type IN ('order_edit')),
    status TEXT NOT NULL CHECK (
        status IN ('not_paid', 'awaiting', 'authorized', 'partially_authorized', 'canceled')
    ),
    description TEXT,
    amount INTEGER NOT NULL,
    authorized_amount INTEGER,
    region_id TEXT NOT NULL REFERENCES region(id),
    currency_code TEXT NOT NULL,
    {_json("metadata")},
    created_by TEXT NOT NULL
) STRICT;

CREATE TABLE payment_collection_sessions (
    payment_collection_id TEXT NOT NULL REFERENCES payment_collection(id) ON DELETE CASCADE,
    payment_session_id TEXT NOT NULL REFERENCES payment_session(id) ON DELETE CASCADE,
    PRIMARY KEY (payment_collection_id, payment_session_id)
) STRICT;
CREATE INDEX payment_collection_sessions_session
    ON payment_collection_sessions(payment_session_id);

CREATE TABLE payment_collection_payments (
    payment_collection_id TEXT NOT NULL REFERENCES payment_collection(id) ON DELETE CASCADE,
    payment_id TEXT NOT NULL REFERENCES payment(id) ON DELETE CASCADE,
    PRIMARY KEY (payment_collection_id, payment_id)
) STRICT;
CREATE INDEX payment_collection_payments_payment ON payment_collection_payments(payment_id);

CREATE TABLE idempotency_key (
    rid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    idempotency_key TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL CHECK (created_at {_INSTANT}),
    {_instant("locked_at")},
    request_method TEXT,
    {_json("request_params")},
    request_path TEXT,
    response_code INTEGER,
    {_json("response_body")},
    recovery_point TEXT NOT NULL
) STRICT;

CREATE TABLE claim (
    subject TEXT NOT NULL PRIMARY KEY CHECK (subject <> ''),
    holder TEXT NOT NULL,
    operation TEXT NOT NULL,
    until TEXT NOT NULL CHECK (until {_INSTANT})
) STRICT;

CREATE TABLE change (
    number INTEGER PRIMARY KEY,
    step INTEGER NOT NULL,
    at TEXT NOT NULL CHECK (at {_INSTANT}),
    actor TEXT NOT NULL,
    operation TEXT NOT NULL,
    entity TEXT NOT NULL,
    record_id TEXT NOT NULL,
    {_json("before")},
    {_json("after")},
    undoes INTEGER,
    redoes INTEGER
) STRICT;
CREATE INDEX change_step ON change(step);
CREATE INDEX change_record ON change(record_id, number);

CREATE TABLE saved_view (
    name TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
    entity TEXT NOT NULL CHECK (entity IN ('payment_session', 'cart', 'payment')),
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    {_json("shown_columns", null=False)}
) STRICT;

CREATE TABLE quarantine (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL CHECK (at {_INSTANT}),
    source TEXT NOT NULL,
    line INTEGER NOT NULL,
    entity TEXT NOT NULL,
    record_id TEXT,
    reason TEXT NOT NULL,
    {_json("row", null=False)}
) STRICT;
"""

MIGRATIONS: tuple[str, ...] = (VERSION_1,)
"""The script of each step; a file's `user_version` is the number of steps it has had."""
