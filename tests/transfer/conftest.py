from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from localpay.storage.models import MODELS
from localpay.store import Store

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
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)

Write = Callable[[str, Any], Path]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def other() -> Iterator[Store]:
    """A second store, empty as well."""
    with Store.open(":memory:", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Makes a source: of text or bytes as they are, of anything else as JSON."""

    def write(name: str, content: Any) -> Path:
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def csv_sources(*tables: str) -> list[Path]:
    return [CSV / f"{table}.csv" for table in tables or SHOP]


def exported(store: Store, *arguments: Any, **options: Any) -> str:
    target = io.StringIO(newline="")
    store.export(target, *arguments, **options)
    return target.getvalue()


def contents(store: Store) -> dict[str, list[Any]]:
    """All rows of all tables but the journal, in no particular order."""
    database = store._database
    found = {}
    for table, model in MODELS.items():
        if table != "change":
            names = ", ".join(name for name in model.columns() if name != "number")
            found[table] = sorted(map(repr, database.rows(f"SELECT {names} FROM {table}")))
    return found


def reasons(store: Store) -> list[tuple[str, str | None, str]]:
    """What is in the quarantine, and why."""
    return [(row.entity, row.record_id, row.reason) for row in store.quarantine.iterate()]


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
