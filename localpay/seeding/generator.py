"""The generator: rows of a plausible shop, each a pure function of the seed and its number.

There is no random generator with a state. What is random about a record depends on a keyed BLAKE2b
digest of its kind and number, so carts are the same in any order and in any range. Rows are tuples
in the order of `fields_of`, with values in the file's form.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from localpay.clock import to_text
from localpay.seeding import words
from localpay.seeding.checkouts import DAY, MILLISECOND, SECOND, Randomness, buyer, id_of, plan
from localpay.seeding.markets import MARKETS
from localpay.seeding.provider_data import PROVIDERS, Attempt, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.seeding.checkouts import Checkout
    from localpay.seeding.provider_data import Stage

Row: TypeAlias = tuple[str | int | float | None, ...]
Rows: TypeAlias = dict[str, list[Row]]
"""Rows by the name of their table."""

OPENED = datetime(2024, 7, 1, tzinfo=UTC)
"""When a generated shop opens by default."""
SHOP_TABLES = ("payment_provider", "region", "region_payment_providers")
CART_TABLES = ("cart", "line_item", "payment_session", "payment", "refund")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS = tuple(f"{second:02}." for second in range(60))
_MINUTES = tuple(f"{hour:02}:{minute:02}:" for hour in range(24) for minute in range(60))
_LEFT_AN_EMAIL = 96
_HAS_A_SOURCE = 64
"""Of 256 carts."""
_SLOTS = 16
"""How many numbers each cart reserves for its records of one kind."""


class Generator:
    """All the rows of one seed.

    The shop grows: cart number n is made 20.5 hours times the square root of n after the opening.
    So the carts of a small store span weeks, and a million carts span two years and four months.

    Args:
        seed: any integer; different seeds give different records with different ids.
        opened: when the first cart is made; aware of its time zone.
    """

    def __init__(self, seed: int, opened: datetime = OPENED) -> None:
        self._randomness = Randomness(seed)
        self._opened = (opened - _EPOCH) // timedelta(microseconds=1)
        self._region_ids = {
            market.name: id_of("reg", self._opened, self._randomness.of(b"region", number))
            for number, market in enumerate(MARKETS)
        }
        self._variant_ids = [
            id_of("variant", self._opened, self._randomness.of(b"variant", number))
            for number in range(len(words.PRODUCTS))
        ]

    def shop(self) -> Rows:
        """The rows of `SHOP_TABLES`, which all carts share."""
        opened = _instant(self._opened)
        regions: list[Row] = [
            (
                self._region_ids[market.name], opened, opened, None, market.name,
                market.currency, market.tax / 100, None, 1, 1, None, None,
            )
            for market in MARKETS
        ]  # fmt: skip
        offers: list[Row] = [
            (self._region_ids[market.name], provider)
            for market in MARKETS
            for provider in market.providers
        ]
        providers: list[Row] = [(provider, 1) for provider in PROVIDERS]
        return dict(zip(SHOP_TABLES, (providers, regions, offers), strict=True))

    def carts(self, start: int, stop: int, size: int = 500) -> Iterator[Rows]:
        """Carts with everything that belongs to them, as batches of rows of `CART_TABLES`.

        Args:
            start: the number of the first cart, from 0.
            stop: the number after that of the last cart.
            size: how many carts a batch has; memory use depends on this alone.
        """
        for first in range(start, stop, size):
            rows: Rows = {table: [] for table in CART_TABLES}
            for number in range(first, min(first + size, stop)):
                self._add(plan(self._randomness, self._opened, number), rows)
            yield rows

    def _add(self, checkout: Checkout, rows: Rows) -> None:
        rows["cart"].append(self._cart(checkout))
        self._add_items(checkout, rows["line_item"])
        if checkout.outcome.offered:
            self._add_sessions(checkout, rows)
        if checkout.refunds:
            self._add_refunds(checkout, rows["refund"])

    def _cart(self, checkout: Checkout) -> Row:
        digest, market = checkout.digest, checkout.market
        outcome, at = checkout.outcome, checkout.at
        email = customer_id = completed = authorized = metadata = None
        if outcome.offered or digest[24] < _LEFT_AN_EMAIL:
            email, customer = buyer(digest)
            customer_id = id_of("cus", self._opened, self._randomness.of(b"customer", customer))
        if outcome.completed:
            completed = _script_instant(at.completed)
        if outcome.payment or outcome.completed:
            authorized = _script_instant(at.answered)
        if digest[29] < _HAS_A_SOURCE:
            metadata = f'{{"utm_source":"{words.SOURCES[digest[29] % len(words.SOURCES)]}"}}'
        browser = words.BROWSERS[digest[31] % len(words.BROWSERS)]
        return (
            checkout.cart_id, _instant(at.created),
            _instant(at.answered if authorized else at.offered), None, email, None, None,
            self._region_ids[market.name], customer_id, checkout.payment_id, "default",
            completed, authorized, None,
            f'{{"ip":"203.0.113.{digest[30]}","user_agent":"{browser}"}}',
            metadata, None, market.currency, *checkout.totals,
        )  # fmt: skip

    def _add_items(self, checkout: Checkout, rows: list[Row]) -> None:
        outcome = checkout.outcome
        for number, (product, price, quantity) in enumerate(checkout.items):
            digest = self._randomness.of(b"item", checkout.number * _SLOTS + number)
            moment = checkout.at.created + number * 11 * SECOND + digest[0] * 39_293
            added = _instant(moment)
            sent = quantity if outcome.payment == "captured" else None
            returned = quantity if outcome.refunded == "all" else None
            title, variant, _ = words.PRODUCTS[product]
            rows.append(
                (
                    id_of("item", moment, digest), added, added, checkout.cart_id,
                    checkout.order_id, None, None, None, None, title, variant, None, 0, 0, 1, 1,
                    int(outcome.completed), price, self._variant_ids[product], quantity, sent,
                    returned, sent, "{}",
                )
            )  # fmt: skip

    def _add_sessions(self, checkout: Checkout, rows: Rows) -> None:
        """One session for each provider of the market, and the payment of the chosen one."""
        market, outcome, at = checkout.market, checkout.outcome, checkout.at
        amount = checkout.amount
        offered = _instant(at.offered)
        # Choosing a session updates all of them.
        touched = _instant(at.chosen) if outcome.chosen else offered
        for number, provider in enumerate(market.providers):
            digest = self._randomness.of(b"session", checkout.number * _SLOTS + number)
            if number == checkout.chosen:
                started = at.answered if outcome.refreshed else at.chosen
                attempt = _attempt(checkout, digest, started)
                row = _chosen_session(checkout, provider, attempt, digest)
                if outcome.payment:
                    rows["payment"].append(_payment(checkout, provider, attempt))
            else:
                created, data = offered, "{}"
                if number == checkout.tried:
                    data = write(provider, "pending", _attempt(checkout, digest, at.offered))
                    # Leaving it replaced its row, with an instant without microseconds.
                    created = _script_instant(at.offered)
                row = (
                    id_of("ps", at.offered, digest), created, touched, checkout.cart_id,
                    provider, None, 0, "pending", data, None, amount, None,
                )  # fmt: skip
            rows["payment_session"].append(row)

    def _add_refunds(self, checkout: Checkout, rows: list[Row]) -> None:
        for number, amount in enumerate(checkout.refunds):
            digest = self._randomness.of(b"refund", checkout.number * _SLOTS + number)
            moment = checkout.refund_moment(number)
            given = _instant(moment)
            rows.append(
                (
                    id_of("ref", moment, digest), given, given, checkout.order_id,
                    checkout.payment_id, amount,
                    words.REFUND_NOTES[digest[0] % len(words.REFUND_NOTES)],
                    words.REFUND_REASONS[digest[1] % len(words.REFUND_REASONS)], None, None,
                )
            )  # fmt: skip


def _attempt(checkout: Checkout, digest: bytes, started: int) -> Attempt:
    return Attempt(
        checkout.cart_id, checkout.amount, checkout.market, digest.hex()[:32], started // SECOND
    )


def _chosen_session(checkout: Checkout, provider: str, attempt: Attempt, digest: bytes) -> Row:
    outcome, at = checkout.outcome, checkout.at
    created = at.answered if outcome.refreshed else at.offered
    answered = outcome.refreshed or outcome.status != "pending"
    return (
        id_of("ps", created, digest), _instant(created),
        _instant(at.answered if answered else at.chosen), checkout.cart_id, provider,
        None if outcome.refreshed else 1, 1, outcome.status,
        write(provider, outcome.status, attempt), None, attempt.amount,
        _script_instant(at.answered) if outcome.payment else None,
    )  # fmt: skip


def _payment(checkout: Checkout, provider: str, attempt: Attempt) -> Row:
    outcome, at = checkout.outcome, checkout.at
    updated = at.completed if outcome.completed else at.answered
    stage: Stage = "authorized"
    captured = canceled = None
    if outcome.payment == "captured":
        stage = "refunded" if checkout.refunds else "captured"
        captured = _script_instant(at.settled)
        updated = checkout.refund_moment(len(checkout.refunds) - 1)
    elif outcome.payment == "canceled":
        stage, updated = "canceled", at.settled
        canceled = _script_instant(at.settled)
    return (
        checkout.payment_id, _instant(at.answered), _instant(updated), None, checkout.cart_id,
        checkout.order_id, attempt.amount, checkout.market.currency, sum(checkout.refunds),
        provider, write(provider, stage, attempt), captured, canceled, None, None,
    )  # fmt: skip


@cache
def _day(number: int) -> str:
    return to_text(_EPOCH + timedelta(days=number))[:11]


def _instant(moment: int) -> str:
    """The same text as `to_text` in a quarter of its time: a record needs two or three."""
    day, moment = divmod(moment, DAY)
    minute, moment = divmod(moment, 60 * SECOND)
    second, fraction = divmod(moment, SECOND)
    return f"{_day(day)}{_MINUTES[minute]}{_SECONDS[second]}{fraction:06}Z"


def _script_instant(moment: int) -> str:
    """An instant from Medusa's own clock, not the database's: without microseconds."""
    return _instant(moment // MILLISECOND * MILLISECOND)
