"""Facets count what a query matches, and add up its amounts by currency."""

from __future__ import annotations

import pytest

from localpay.errors import CancelledError, QueryError
from localpay.storage.columns import GREATEST, LEAST
from localpay.storage.facets import FacetValue
from localpay.store import Cancellation, Store


@pytest.fixture
def shop(store: Store) -> Store:
    for currency, total in (("eur", 1000), ("jpy", 300)):
        region = store.regions.create(id=f"reg_{currency}", name=currency, currency_code=currency)
        for number in range(2):
            cart = store.carts.create(
                region_id=region.id,
                items=[{"title": "Mug", "unit_price": total + number, "quantity": 1}],
            )
            store.sessions.create(cart_id=cart.id, provider_id="manual", status="error")
    store.sessions.create(provider_id="stripe", amount=7)
    return store


def test_the_facets_of_all_sessions(shop: Store) -> None:
    found = dict(shop.sessions.facets())

    assert list(found) == ["status", "provider", "currency", "region", "month"]
    assert found["status"] == [
        FacetValue("error", 4, {"eur": 2001, "jpy": 601}),
        FacetValue("pending", 1),
    ]
    assert found["provider"] == [
        FacetValue("manual", 4, {"eur": 2001, "jpy": 601}),
        FacetValue("stripe", 1),
    ]
    assert found["currency"] == [
        FacetValue("eur", 2, {"eur": 2001}),
        FacetValue("jpy", 2, {"jpy": 601}),
        FacetValue(None, 1),
    ]
    assert found["month"] == [FacetValue("2026-11", 5, {"eur": 2001, "jpy": 601})]


def test_counts_alone_are_those_that_come_with_sums(shop: Store) -> None:
    for records in (shop.sessions, shop.carts, shop.payments):
        counted = {
            name: [FacetValue(each.value, each.count) for each in values]
            for name, values in records.facets()
        }
        assert dict(records.facets(sums=False)) == counted


def test_facets_follow_the_filter(shop: Store) -> None:
    found = dict(shop.sessions.facets("currency:jpy"))

    assert found["status"] == [FacetValue("error", 2, {"jpy": 601})]
    assert found["region"] == [FacetValue("reg_jpy", 2, {"jpy": 601})]


def test_one_facet_alone_can_be_asked_for_and_days_only_so(shop: Store) -> None:
    assert list(dict(shop.sessions.facets(only=["provider", "day"]))) == ["provider", "day"]
    assert dict(shop.sessions.facets(only=["day"], sums=False)) == {
        "day": [FacetValue("2026-11-20", 5)]
    }
    assert shop.sessions.facet_names == tuple(name for name, _ in shop.sessions.facets())


def test_carts_and_payments_have_facets_too(shop: Store) -> None:
    shop.payments.create(provider_id="manual", amount=5, currency_code="eur")

    assert dict(shop.carts.facets())["currency"][0] == FacetValue("eur", 2, {"eur": 2001})
    assert dict(shop.payments.facets())["provider"] == [FacetValue("manual", 1, {"eur": 5})]


def test_amounts_add_up_beyond_what_64_bits_hold(store: Store) -> None:
    for amount in (GREATEST, GREATEST, LEAST, GREATEST, -1):
        store.payments.create(provider_id="manual", amount=amount, currency_code="eur")
    for _ in range(3):
        store.payments.create(provider_id="stripe", amount=LEAST, currency_code="jpy")

    euros, yen = {"eur": 3 * GREATEST + LEAST - 1}, {"jpy": 3 * LEAST}
    found = dict(store.payments.facets())
    assert found["provider"] == [FacetValue("manual", 5, euros), FacetValue("stripe", 3, yen)]
    assert found["month"] == [FacetValue("2026-11", 8, euros | yen)]


def test_a_facet_that_is_no_longer_wanted_is_cancelled(shop: Store) -> None:
    cancellation = Cancellation()
    facets = shop.sessions.facets(sums=False, cancellation=cancellation)
    next(facets)
    cancellation.cancel()

    with pytest.raises(CancelledError):
        next(facets)


def test_a_malformed_query_is_refused_at_once(shop: Store) -> None:
    with pytest.raises(QueryError):
        shop.sessions.facets("status:")
