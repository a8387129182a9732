"""Decides everything that happens in one generated checkout, before any row of it is written.

Each record has a digest: the keyed BLAKE2b hash of its kind and number. Each byte of the digest
decides one thing, so that a new decision never shifts the others.
"""

from __future__ import annotations

from hashlib import blake2b
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from localpay.ids import ulid
from localpay.seeding import words
from localpay.seeding.markets import MARKETS
from localpay.seeding.outcomes import OUTCOMES

if TYPE_CHECKING:
    from localpay.seeding.markets import Market, Totals
    from localpay.seeding.outcomes import Outcome

ALGORITHM = 1
"""Incremented when the same seed no longer gives the same rows."""
MILLISECOND = 1000
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR

_GROWTH = (41 * HOUR // 2) ** 2

# One entry for each value of a byte: how often a choice appears is its weight.
_MARKETS = tuple(market for market in MARKETS for _ in range(market.share))
_OUTCOMES = tuple(outcome for outcome in OUTCOMES.values() for _ in range(outcome.share))
_LINES = (1,) * 112 + (2,) * 80 + (3,) * 40 + (4,) * 24
_QUANTITIES = (1,) * 176 + (2,) * 56 + (3,) * 16 + (6,) * 8
_DISCOUNTS = (0,) * 214 + (10,) * 28 + (20,) * 14
_GIFT_CARDS = 24
_TRIED_ANOTHER = 64


class Randomness:
    """The randomness of one seed: digests that are the same each time.

    Args:
        seed: any integer.
    """

    def __init__(self, seed: int) -> None:
        self._key = blake2b(f"localpay {ALGORITHM} {seed}".encode()).digest()

    def of(self, kind: bytes, number: int) -> bytes:
        """The digest of one record, 64 bytes.

        Args:
            kind: the kind of record, up to 16 bytes.
            number: the record's number within its kind.
        """
        return blake2b(number.to_bytes(8, "big"), key=self._key, person=kind).digest()


def id_of(prefix: str, moment: int, digest: bytes) -> str:
    """An id made from an instant and the last ten bytes of a digest, which decide nothing else.

    Args:
        prefix: such as "cart".
        moment: in microseconds since 1970.
        digest: the record's digest.
    """
    return f"{prefix}_{ulid(moment // MILLISECOND, int.from_bytes(digest[54:]))}"


class Moments(NamedTuple):
    """When the steps of a checkout happen, in microseconds since 1970."""

    created: int
    offered: int
    chosen: int
    answered: int
    completed: int
    settled: int


class Item(NamedTuple):
    """One line of a cart."""

    product: int
    price: int
    quantity: int


class Checkout(NamedTuple):
    """What the rows of one cart are made from.

    Attributes:
        digest: the cart's digest; each byte decides one thing.
        chosen: the index of the chosen provider in the market's; None if none was chosen.
        tried: the index of the provider that was chosen before it; None if none was.
        refunds: the amount of each refund.
    """

    number: int
    digest: bytes
    market: Market
    outcome: Outcome
    at: Moments
    items: list[Item]
    totals: Totals
    chosen: int | None
    tried: int | None
    refunds: tuple[int, ...]
    cart_id: str
    order_id: str | None
    payment_id: str | None

    @property
    def amount(self) -> int:
        """The amount of the sessions; if they are stale, the total before shipping was added."""
        if not self.outcome.stale:
            return self.totals.total
        shipping = self.totals.shipping_total
        return self.totals.total - shipping - self.market.tax_on(shipping)

    def refund_moment(self, number: int) -> int:
        """When a refund was made: within three weeks of the previous refund or the capture."""
        return self.at.settled + (number + 1) * (self.digest[36] % 20 + 1) * DAY


def plan(randomness: Randomness, opened: int, number: int) -> Checkout:
    """Decide everything about one checkout.

    Args:
        randomness: the randomness of the seed.
        opened: when the shop opened, in microseconds since 1970.
        number: the number of the cart, from 0.
    """
    own = randomness.of(b"cart", number)
    market = _MARKETS[own[0]]
    outcome = _OUTCOMES[own[1]]
    at = _moments(opened, number, own)
    items = _items(own, market)
    totals = _totals(own, market, outcome, items)
    chosen = tried = order_id = payment_id = None
    if outcome.chosen:
        chosen = own[22] % len(market.providers)
        if own[23] < _TRIED_ANOTHER:
            tried = (chosen + 1) % len(market.providers)
    if outcome.completed:
        order_id = id_of("order", at.completed, randomness.of(b"order", number))
    if outcome.payment:
        payment_id = id_of("pay", at.answered, randomness.of(b"payment", number))
    return Checkout(
        number, own, market, outcome, at, items, totals, chosen, tried,
        _refunds(own, outcome, totals.total), id_of("cart", at.created, own), order_id, payment_id,
    )  # fmt: skip


def _moments(opened: int, number: int, digest: bytes) -> Moments:
    """The shop grows: cart number n is made 20.5 hours times the root of n after the opening."""
    since = isqrt(number * _GROWTH)
    gap = isqrt((number + 1) * _GROWTH) - since
    created = opened + since + (gap * int.from_bytes(digest[2:6]) >> 32)
    offered = created + (60 + digest[6] * 7) * SECOND + digest[7] * 3907
    chosen = offered + (4 + digest[8]) * SECOND + digest[9] * 3911
    answered = chosen + (15 + digest[10] * 2) * SECOND + digest[11] * 3917
    completed = answered + (40 + digest[12]) * MILLISECOND
    settled = completed + (1 + digest[13] % 72) * HOUR + digest[14] * 13_999_987
    return Moments(created, offered, chosen, answered, completed, settled)


def buyer(digest: bytes) -> tuple[str, int]:
    """A buyer's e-mail address and number. In a large shop, buyers come back."""
    first, last, domain = digest[25] & 63, digest[26] & 63, digest[27] & 3
    name = f"{words.FIRST_NAMES[first]}.{words.LAST_NAMES[last]}".lower()
    number = digest[28]
    return (
        f"{name}{number or ''}@{words.DOMAINS[domain]}",
        first << 16 | last << 10 | domain << 8 | number,
    )


def _items(digest: bytes, market: Market) -> list[Item]:
    """One to four different products."""
    stride = digest[16] % 7 + 1
    products = [
        (digest[15] + line * stride) % len(words.PRODUCTS) for line in range(_LINES[digest[17]])
    ]
    return [
        Item(product, market.prices[product], _QUANTITIES[digest[18 + line]])
        for line, product in enumerate(products)
    ]


def _totals(digest: bytes, market: Market, outcome: Outcome, items: list[Item]) -> Totals:
    lines = [item.price * item.quantity for item in items]
    subtotal = sum(lines)
    discount = subtotal * _DISCOUNTS[digest[32]] // 100
    shipping = market.shipping if outcome.stale or subtotal < market.free_from else 0
    # A gift card always leaves something to pay: only a free cart costs nothing.
    has_card = digest[33] < _GIFT_CARDS and subtotal > 2 * market.gift_card
    gift_card = market.gift_card if has_card else 0
    return market.totals(lines, discount, shipping, None if outcome.free else gift_card)


def _refunds(digest: bytes, outcome: Outcome, total: int) -> tuple[int, ...]:
    """The amounts of the refunds: about half, or the total in one or two parts."""
    part = total * (64 + digest[34] // 2) >> 8
    if outcome.refunded == "none" or not part:
        return ()
    if outcome.refunded == "part":
        return (part,)
    return (total,) if digest[35] & 1 else (part, total - part)
