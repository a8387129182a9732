"""Sources to import: what Medusa wrote, and small answers like those of its API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

MEDUSA = Path(__file__).parent.parent / "data" / "medusa"
CSV = MEDUSA / "csv"
JSON = MEDUSA / "json"
SHOP = (
    "region",
    "region_payment_providers",
    "cart",
    "line_item",
    "payment_session",
    "payment",
    "refund",
)

Write = Callable[[str, Any], Path]
"""What the fixture `write` is."""


def csv_sources(*tables: str) -> list[Path]:
    return [CSV / f"{table}.csv" for table in tables or SHOP]


def cart_document(**changes: Any) -> dict[str, Any]:
    """A small cart as Medusa's Store API answers it."""
    return {
        "object": "cart",
        "id": "cart_1",
        "created_at": "2026-11-22T20:33:05.475Z",
        "updated_at": "2026-11-22T20:33:05.475Z",
        "email": "ada@example.com",
        "region_id": "reg_1",
        "payment_id": None,
        "type": "default",
        "context": {},
        "metadata": None,
        "items": [item_document()],
        "payment_sessions": [session_document()],
        "region": region_document(),
        "subtotal": 2500,
        "discount_total": 0,
        "shipping_total": 300,
        "tax_total": 560,
        "gift_card_total": 0,
        "total": 3360,
        **changes,
    }


def region_document(**changes: Any) -> dict[str, Any]:
    return {
        "id": "reg_1",
        "created_at": "2026-11-22T20:33:02.328Z",
        "updated_at": "2026-11-22T20:33:02.328Z",
        "name": "Europe",
        "currency_code": "eur",
        "tax_rate": 20,
        "gift_cards_taxable": True,
        "automatic_taxes": True,
        "payment_providers": [{"id": "manual", "is_installed": True}],
        **changes,
    }


def item_document(**changes: Any) -> dict[str, Any]:
    return {"id": "item_1", "title": "Mug", "unit_price": 1250, "quantity": 2, **changes}


def session_document(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ps_1",
        "created_at": "2026-11-22T20:33:06.100Z",
        "updated_at": "2026-11-22T20:33:06.100Z",
        "cart_id": "cart_1",
        "provider_id": "manual",
        "is_selected": True,
        "is_initiated": True,
        "status": "pending",
        "data": {"id": "pi_1"},
        "idempotency_key": None,
        "amount": 3360,
        "payment_authorized_at": None,
        **changes,
    }


def payment_document(**changes: Any) -> dict[str, Any]:
    return {
        "id": "pay_1",
        "created_at": "2026-11-22T20:33:07.100Z",
        "updated_at": "2026-11-22T20:33:07.100Z",
        "swap_id": None,
        "cart_id": "cart_1",
        "order_id": None,
        "amount": 3360,
        "currency_code": "eur",
        "amount_refunded": 0,
        "provider_id": "manual",
        "data": {},
        "captured_at": None,
        "canceled_at": None,
        "metadata": None,
        "idempotency_key": None,
        **changes,
    }
