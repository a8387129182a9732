"""The markets of a generated shop: their currencies, taxes, prices and providers."""

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
        name: the name of the region.
        currency: the ISO 4217 code in lower case, as in Medusa.
        country: the ISO 3166 code of the market's main country.
        locale: the language of its buyers.
        tax: in hundredths of a percent: 2000 is 20 %.
        providers: the providers that a checkout there offers, in order.
        shipping: the price of shipping.
        free_from: the subtotal from which shipping is free.
        gift_card: the value of a gift card.
        prices: the price of each product, in the order of `PRODUCTS`.
        share: how many of 256 carts are in this market.
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
        """The tax on an amount that is not negative, rounded half up."""
        return (amount * self.tax + 5000) // 10_000

    def totals(
        self, lines: list[int], discount: int = 0, shipping: int = 0, gift_card: int | None = 0
    ) -> Totals:
        """Compute the totals of a cart by the rules of `storage.totals`, with integers only.

        Args:
            lines: unit price times quantity of each item.
            discount: the discount on their sum.
            shipping: the price of shipping.
            gift_card: the value of the gift card; None if it pays everything.
        """
        subtotal = sum(lines)
        taxed = [subtotal - discount, shipping] if discount else [*lines, shipping]
        tax = sum([self.tax_on(amount) for amount in taxed])
        gross = subtotal - discount + shipping + tax
        paid = gross if gift_card is None else min(gift_card, gross)
        return Totals(subtotal, discount, shipping, tax, paid, gross - paid)


def _prices(rate: Fraction, step: int) -> tuple[int, ...]:
    """Prices in euro cents times a rate, rounded down to a step, as a shop would set them."""
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
