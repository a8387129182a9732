from __future__ import annotations

from typing import get_args

import pytest

from localpay import jsontext
from localpay.seeding.markets import MARKETS
from localpay.seeding.provider_data import PROVIDERS, Attempt, Stage, write

EUROPE = MARKETS[0]
JAPAN = next(market for market in MARKETS if market.currency == "jpy")
ATTEMPT = Attempt("cart_1", 1250, EUROPE, "0123456789abcdef" * 2, 1_782_900_000)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("stage", get_args(Stage))
def test_data_is_an_object_of_compact_json(provider: str, stage: Stage) -> None:
    text = write(provider, stage, ATTEMPT)
    data = jsontext.loads(text)
    assert isinstance(data, dict)
    assert jsontext.dumps(data) == text


@pytest.mark.parametrize("provider", sorted(PROVIDERS.keys() - {"manual"}))
@pytest.mark.parametrize("stage", get_args(Stage))
def test_data_is_as_long_as_the_real_one(provider: str, stage: Stage) -> None:
    assert 150 <= len(write(provider, stage, ATTEMPT)) <= 700


@pytest.mark.parametrize("provider", sorted(PROVIDERS.keys() - {"manual"}))
def test_data_names_the_cart(provider: str) -> None:
    assert '"cart_1"' in write(provider, "pending", ATTEMPT)


def test_what_went_wrong_stands_in_the_data() -> None:
    assert jsontext.loads(write("stripe", "error", ATTEMPT))["last_payment_error"]
    assert jsontext.loads(write("stripe", "requires_more", ATTEMPT))["next_action"]
    assert jsontext.loads(write("adyen", "error", ATTEMPT))["refusalReason"]


def test_paypal_writes_major_units_with_the_decimals_of_the_currency() -> None:
    def value(attempt: Attempt) -> str:
        data = jsontext.loads(write("paypal", "pending", attempt))
        found: str = data["purchase_units"][0]["amount"]["value"]
        return found

    assert value(ATTEMPT) == "12.50"
    assert value(ATTEMPT._replace(market=JAPAN)) == "1250"


def test_klarna_tells_the_tax_within_the_amount() -> None:
    data = jsontext.loads(write("klarna", "pending", ATTEMPT._replace(amount=1200)))
    assert data["order_tax_amount"] == 200
