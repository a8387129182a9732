"""Counts and sums over the whole store, whatever the amounts are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.storage.columns import GREATEST, LEAST

if TYPE_CHECKING:
    from localpay.store import Store


def test_what_was_captured_is_told_without_its_refunds_and_the_most_first(store: Store) -> None:
    at = store.sessions.create(provider_id="manual").created_at
    for amount, refunded, currency, captured in (
        (500, 100, "eur", at),
        (900, 0, "jpy", at),
        (70, 0, "eur", None),
        (80, 0, "eur", None),
    ):
        store.payments.create(
            provider_id="manual",
            amount=amount,
            amount_refunded=refunded,
            currency_code=currency,
            captured_at=captured,
        )

    stats = store.stats()

    assert list(stats.captured.items()) == [("jpy", 900), ("eur", 400)]
    assert stats.authorized == {"eur": 150}


def test_sums_may_be_beyond_64_bits(store: Store) -> None:
    at = store.sessions.create(provider_id="manual").created_at
    for captured in (at, None):
        for amount, currency in ((GREATEST, "eur"), (GREATEST, "eur"), (LEAST, "jpy"), (-1, "jpy")):
            store.payments.create(
                provider_id="manual", amount=amount, currency_code=currency, captured_at=captured
            )

    stats = store.stats()

    assert stats.captured == {"eur": 2 * GREATEST, "jpy": LEAST - 1}
    assert stats.authorized == stats.captured
