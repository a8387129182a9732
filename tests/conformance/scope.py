"""Which recorded runs concern something that localpay does not have."""

from __future__ import annotations

from typing import Any

OPERATIONS = {
    "capture_order": "orders: localpay captures payments",
    "refund_order": "orders: localpay refunds payments",
    "cancel_order": "orders: localpay cancels payments",
}

CODES = {"insufficient_inventory": "stock: localpay has no inventory"}


def out_of_scope(trace: dict[str, Any]) -> str | None:
    """Why a run cannot be replayed, or None if it can."""
    for step in trace["steps"]:
        if step["op"] in OPERATIONS:
            return OPERATIONS[step["op"]]
        for error in step["result"].get("errors") or ():
            if error.get("code") in CODES:
                return CODES[error["code"]]
    return None
