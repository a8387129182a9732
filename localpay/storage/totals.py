"""What a cart costs, from its items and its region's tax, in minor units."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PARTS = ("discount_total", "shipping_total", "gift_card_total")
"""The totals that are told, not computed."""


def totals(
    items: Iterable[Mapping[str, Any]], parts: Mapping[str, int], tax_rate: float
) -> dict[str, int]:
    """Compute a cart's totals as Medusa does without a tax provider.

    Each line is taxed and rounded by itself, and so is shipping; a discount lowers what is taxed.

    Args:
        items: the lines' `unit_price` and `quantity`.
        parts: the totals of `PARTS`; absent ones are 0.
        tax_rate: in per cent; 0 where the region adds no taxes.

    Returns:
        All six totals of a cart.
    """
    discount, shipping, gift_card = (parts.get(name) or 0 for name in PARTS)
    lines = [item["unit_price"] * item["quantity"] for item in items]
    subtotal = sum(lines)
    taxed = [*lines, shipping] if not discount else [subtotal - discount, shipping]
    tax = sum(_tax(amount, tax_rate) for amount in taxed)
    return {
        "subtotal": subtotal,
        "discount_total": discount,
        "shipping_total": shipping,
        "tax_total": tax,
        "gift_card_total": gift_card,
        "total": subtotal - discount + shipping + tax - gift_card,
    }


def _tax(amount: int, rate: float) -> int:
    """The tax on an amount, a half rounded away from zero; exact whatever the amount."""
    numerator, denominator = _ratio(rate)
    exact = amount * numerator
    rounded = (2 * abs(exact) + denominator) // (2 * denominator)
    return rounded if exact >= 0 else -rounded


@lru_cache(maxsize=64)
def _ratio(rate: float) -> tuple[int, int]:
    """Per cent as a fraction, of the decimal number that the rate is written as."""
    numerator, denominator = Decimal(str(rate)).as_integer_ratio()
    return numerator, 100 * denominator
