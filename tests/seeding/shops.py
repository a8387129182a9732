"""A plain SQLite file with the store's tables, and the rules that SQLite cannot hold by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from localpay.entities import (
    Cart,
    LineItem,
    Payment,
    PaymentSession,
    Refund,
    Region,
    fields_of,
)
from localpay.storage.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localpay.seeding.generator import Rows

COLUMNS = {
    "payment_provider": ("id", "is_installed"),
    "region": fields_of(Region),
    "region_payment_providers": ("region_id", "provider_id"),
    "cart": fields_of(Cart),
    "line_item": fields_of(LineItem),
    "payment_session": fields_of(PaymentSession),
    "payment": fields_of(Payment),
    "refund": fields_of(Refund),
}

RULES = {
    "a cart's subtotal is the sum of its items": """
        SELECT cart.id FROM cart LEFT JOIN line_item ON line_item.cart_id = cart.id GROUP BY cart.id
        HAVING subtotal <> coalesce(sum(unit_price * quantity), 0)""",
    "a cart's totals add up": """
        SELECT id FROM cart WHERE total < 0 OR total <>
            subtotal - discount_total + shipping_total + tax_total - gift_card_total""",
    "a cart has the currency of its region": """
        SELECT cart.id FROM cart JOIN region ON region.id = region_id
        WHERE cart.currency_code <> region.currency_code""",
    "a cart points at a payment of its own": """
        SELECT cart.id FROM cart JOIN payment ON payment.id = payment_id
        WHERE payment.cart_id IS NOT cart.id""",
    "a payment is of a cart that was authorized, and in its currency": """
        SELECT payment.id FROM payment LEFT JOIN cart ON cart.id = cart_id
        WHERE cart.payment_authorized_at IS NULL AND payment.canceled_at IS NULL
            OR payment.currency_code IS NOT cart.currency_code""",
    "what was refunded is the sum of the refunds, of a captured payment, and no more than it": """
        SELECT payment.id FROM payment LEFT JOIN refund ON payment_id = payment.id
        GROUP BY payment.id
        HAVING amount_refunded <> coalesce(sum(refund.amount), 0)
            OR amount_refunded > payment.amount
            OR amount_refunded > 0 AND captured_at IS NULL""",
    "not selected is null": "SELECT id FROM payment_session WHERE is_selected = 0",
    "a selected session was started": """
        SELECT id FROM payment_session WHERE is_selected AND NOT is_initiated""",
    "an authorized session says since when": """
        SELECT id FROM payment_session
        WHERE status = 'authorized' AND payment_authorized_at IS NULL""",
    "a session of a cart has an amount": """
        SELECT id FROM payment_session WHERE cart_id IS NOT NULL AND amount IS NULL""",
    "nothing happens before it was made": """
        SELECT id FROM cart WHERE min(updated_at, coalesce(completed_at, updated_at),
            coalesce(payment_authorized_at, updated_at)) < created_at
        UNION ALL SELECT id FROM payment_session WHERE updated_at < created_at
        UNION ALL SELECT id FROM payment WHERE min(updated_at, coalesce(captured_at, updated_at),
            coalesce(canceled_at, updated_at)) < created_at
        UNION ALL SELECT payment_session.id FROM payment_session JOIN cart ON cart.id = cart_id
            WHERE payment_session.created_at < cart.created_at""",
}


def broken_rules(shop: sqlite3.Connection) -> dict[str, list[str]]:
    """Which rules the shop's records break, and the ids of those that do."""
    found = {
        rule: [record_id for (record_id,) in shop.execute(query)] for rule, query in RULES.items()
    }
    found["foreign keys lead somewhere"] = shop.execute("PRAGMA foreign_key_check").fetchall()
    found["the file is whole"] = [
        line for (line,) in shop.execute("PRAGMA integrity_check") if line != "ok"
    ]
    return {rule: records for rule, records in found.items() if records}


@contextmanager
def loaded(batches: Iterable[Rows]) -> Iterator[sqlite3.Connection]:
    """A database with the store's tables, foreign keys on, and these rows."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as shop:
        for step in MIGRATIONS:
            shop.executescript(step)
        shop.execute("PRAGMA foreign_keys = ON")
        shop.execute("BEGIN")
        # A cart and its payment name each other.
        shop.execute("PRAGMA defer_foreign_keys = ON")
        for batch in batches:
            for table, rows in batch.items():
                names = ", ".join(COLUMNS[table])
                places = ", ".join("?" * len(COLUMNS[table]))
                shop.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        shop.execute("COMMIT")
        yield shop
