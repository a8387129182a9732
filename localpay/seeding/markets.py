"""The markets of a generated shop: currency, tax, prices and the providers offered there."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from localpay.frozen import frozen
from localpay.seeding.words import PRODUCTS


class Totals(NamedTuple):
    """A cart's totals in minor units, in the order of the cart's columns."""

    subtotal: int
    discount_total: int
    shipping_total: int
    tax_total: int
    gift_card_total: int
    total: int


@frozen
class Market:
    """What a generated region is made from. Amounts are in minor units of its currency.

    Attributes:
        name: the region's.
        currency: ISO 4217's code in lower case, as Medusa keeps it.
        country: ISO 3166's code of the market's main country.
        locale: the language its buyers read.
        tax: in hundredths of a per cent: 2000 is 20 %.
        providers: what a checkout there offers, in this order.
        shipping: what sending a parcel costs.
        free_from: the subtotal from which sending is free.
        gift_card: what a gift card is worth.
        prices: of each product, in the order of `PRODUCTS`.
        share: how many carts of 256 belong here.
    """

    name: str
    currency: str
    country: str
    locale: str
    tax: int
    providers: tuple[str, ...]
    shipping: int
    free_from: int
    gift_card: int
    prices: tuple[int, ...]
    share: int

    def tax_on(self, amount: int) -> int:
        """The tax to add to an amount that is not negative, rounded half up."""
        return (amount * self.tax + 5000) // 10_000

    def totals(
        self, lines: list[int], discount: int = 0, shipping: int = 0, gift_card: int | None = 0
    ) -> Totals:
        """Add a cart up by the rules of `storage.totals`, in integers alone.

        Args:
            lines: unit price times quantity of each item.
            discount: what is taken off their sum.
            shipping: what sending them costs.
            gift_card: what the gift card is worth; None pays all of it.
        """
        subtotal = sum(lines)
        taxed = [subtotal - discount, shipping] if discount else [*lines, shipping]
        tax = sum([self.tax_on(amount) for amount in taxed])
        gross = subtotal - discount + shipping + tax
        paid = gross if gift_card is None else min(gift_card, gross)
        return Totals(subtotal, discount, shipping, tax, paid, gross - paid)


def _prices(rate: Fraction, step: int) -> tuple[int, ...]:
    """Euro cents times a rate, in whole steps, as a shop would write them on a label."""
    return tuple(int(cents * rate) // step * step for _, _, cents in PRODUCTS)


MARKETS = (
    Market(
        "Europe", "eur", "de", "de-DE", 2000, ("stripe", "paypal", "klarna", "manual"),
        490, 10_000, 2500, _prices(Fraction(1), 1), 92,
    ),
    Market(
        "United States", "usd", "us", "en-US", 825, ("stripe", "paypal", "manual"),
        795, 12_000, 2500, _prices(Fraction(11, 10), 5), 64,
    ),
    Market(
        "United Kingdom", "gbp", "gb", "en-GB", 2000, ("stripe", "adyen", "klarna"),
        395, 9000, 2000, _prices(Fraction(17, 20), 5), 48,
    ),
    Market(
        "Japan", "jpy", "jp", "ja-JP", 1000, ("stripe", "manual"),
        660, 15_000, 3000, _prices(Fraction(8, 5), 10), 32,
    ),
    Market(
        "Bahrain", "bhd", "bh", "ar-BH", 1000, ("adyen", "manual"),
        1500, 40_000, 10_000, _prices(Fraction(4), 50), 20,
    ),
)  # fmt: skip
