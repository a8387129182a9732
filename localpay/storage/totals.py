"""Computes the totals of a cart in minor units, from its items and its region's tax rate."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PARTS = ("discount_total", "shipping_total", "gift_card_total")
"""The totals that are given, not computed."""


def totals(
    items: Iterable[Mapping[str, Any]], parts: Mapping[str, int], tax_rate: float
) -> dict[str, int]:
    """Compute a cart's totals as Medusa does without a tax provider.

    Each line is taxed and rounded separately, and so is shipping. With a discount, the subtotal
    less the discount is taxed instead of the lines.

    Args:
        items: the lines, with `unit_price` and `quantity`.
        parts: the totals of `PARTS`; a missing one is 0.
        tax_rate: in percent; 0 if the region adds no taxes.

    Returns:
        All six totals of the cart.
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
    """The tax on an amount of any size, computed exactly and rounded half away from zero."""
    numerator, denominator = _ratio(rate)
    exact = amount * numerator
    rounded = (2 * abs(exact) + denominator) // (2 * denominator)
    return rounded if exact >= 0 else -rounded


@lru_cache(maxsize=64)
def _ratio(rate: float) -> tuple[int, int]:
    """A rate in percent as an exact fraction of its decimal form."""
    numerator, denominator = Decimal(str(rate)).as_integer_ratio()
    return numerator, 100 * denominator
