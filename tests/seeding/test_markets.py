from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from localpay.money import decimals
from localpay.seeding.markets import MARKETS, Market
from localpay.seeding.outcomes import OUTCOMES
from localpay.seeding.provider_data import PROVIDERS
from localpay.storage.totals import totals

AMOUNTS = st.integers(0, 10**7)


@given(
    market=st.sampled_from(MARKETS),
    lines=st.lists(AMOUNTS, min_size=1, max_size=5),
    discounted=st.integers(0, 100),
    shipping=AMOUNTS,
    gift_card=AMOUNTS,
)
def test_a_market_adds_up_as_the_store_does(
    market: Market, lines: list[int], discounted: int, shipping: int, gift_card: int
) -> None:
    found = market.totals(lines, sum(lines) * discounted // 100, shipping, gift_card)._asdict()
    items = [{"unit_price": line, "quantity": 1} for line in lines]
    assert found == totals(items, found, market.tax / 100)


def test_a_gift_card_pays_no_more_than_the_total() -> None:
    assert MARKETS[0].totals([1000], gift_card=5000)[-2:] == (1200, 0)


def test_a_gift_card_can_pay_all_of_it() -> None:
    assert MARKETS[0].totals([1000], shipping=500, gift_card=None)[-2:] == (1800, 0)


def test_one_byte_decides_on_market_and_outcome() -> None:
    assert sum(market.share for market in MARKETS) == 256
    assert sum(outcome.share for outcome in OUTCOMES.values()) == 256


def test_every_provider_of_a_market_is_known() -> None:
    assert {provider for market in MARKETS for provider in market.providers} == PROVIDERS.keys()


def test_prices_look_like_prices() -> None:
    for market in MARKETS:
        assert all(price > 0 for price in market.prices)
        if decimals(market.currency) == 0:
            assert all(price % 10 == 0 for price in market.prices)
