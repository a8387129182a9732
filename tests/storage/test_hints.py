"""A hint says which value of a filter no record has, and which one was probably meant."""

from __future__ import annotations

import pytest

from localpay.errors import CancelledError, QueryError
from localpay.store import Cancellation, Store


@pytest.fixture
def shop(store: Store) -> Store:
    region = store.regions.create(id="reg_europe", name="Europe", currency_code="EUR")
    for number, provider in enumerate(("manual", "paypal", "stripe")):
        cart = store.carts.create(region_id=region.id, email=f"ada{number}@example.com")
        made = {"cart_id": cart.id, "provider_id": provider, "amount": number}
        store.sessions.create(**made)
        store.payments.create(**made, currency_code="eur")
    return store


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("provider:strpe", "no session has the provider 'strpe'; did you mean 'stripe'?"),
        ("provider:Stripe", "no session has the provider 'Stripe'; did you mean 'stripe'?"),
        ("region:reg_eurp", "no cart has the region 'reg_eurp'; did you mean 'reg_europe'?"),
        ("cart.region_id:x", "no cart has the region 'x'; there is only reg_europe"),
        (
            "provider:klarna",
            "no session has the provider 'klarna'; there are manual, paypal and stripe",
        ),
        ("amount:12.50erx", "no cart has the currency 'erx'; did you mean 'EUR'?"),
        ("total:5eru,>=7eru", "no cart has the currency 'eru'; did you mean 'EUR'?"),
        ("amount:12,50", "12,50 is two amounts, 12 and 50; did you mean 12.50?"),
        ("amount:7,5,250", "5,250 is two amounts, 5 and 250; did you mean 5250?"),
        ("status:error,canceled", "no session has the status 'error'; there is only pending"),
    ],
)
def test_a_value_that_no_record_has_is_told(shop: Store, query: str, expected: str) -> None:
    assert not shop.sessions.list(query)
    assert shop.sessions.hint(query) == expected


@pytest.mark.parametrize(
    "query", ["amount:7", "amount:7eur", "amount:7,8", "amount:7..8xxx,9", "amount:1250,2500"]
)
def test_nothing_is_said_of_amounts_that_might_be(shop: Store, query: str) -> None:
    assert shop.sessions.hint(query) is None


def test_values_of_related_records_are_told(shop: Store) -> None:
    provider = "no session has the provider 'strpe'; did you mean 'stripe'?"
    currency = "did you mean"

    assert shop.carts.hint("session.provider_id:strpe") == provider
    assert shop.carts.hint("payment.provider:strpe") == provider.replace("session", "payment")
    assert (
        shop.payments.hint("cart.currency_code:ero")
        == f"no cart has the currency 'ero'; {currency} 'EUR'?"
    )
    assert (
        shop.payments.hint("currency:ero")
        == f"no payment has the currency 'ero'; {currency} 'eur'?"
    )


def test_the_first_of_several_terms_is_told_of(shop: Store) -> None:
    hint = shop.sessions.hint("status:pending (provider:strpe,klarna OR region:x) -currency:usd")

    assert hint == "no session has the provider 'strpe'; did you mean 'stripe'?"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "provider:stripe amount:99",  # each of them matches, together they do not
        "provider:strpe,stripe amount:99",
        "currency:eur amount:99",
        "provider:strp*",
        "provider:>strpe",
        "-provider:strpe",
        "provider!=strpe",
        "has:authorized",
        "id:ps_none",
        "email:ada@exmple.com",
        "strpe",
    ],
)
def test_there_is_none_where_each_value_is_there_or_cannot_be_looked_up(
    shop: Store, query: str
) -> None:
    assert shop.sessions.hint(query) is None


def test_what_cannot_be_meant_is_not_offered(shop: Store) -> None:
    """A status is one of five, so another one is no misspelt one."""
    cart = shop.carts.list(limit=1)[0]
    shop.carts.update(cart.id, type="swap")

    assert (
        shop.carts.hint("type:claim") == "no cart has the type 'claim'; there are default and swap"
    )


def test_where_there_are_no_records_there_is_no_value(store: Store) -> None:
    expected = "no session has the provider 'stripe'; there are no sessions"

    assert store.carts.hint("session.provider_id:stripe") == expected


def test_many_values_are_not_listed(shop: Store) -> None:
    for number in range(7):
        shop.sessions.create(provider_id=f"provider_{number}")

    assert shop.sessions.hint("provider:x") == "no session has the provider 'x'"
    assert shop.sessions.hint("provider:povider_7") is not None


def test_of_a_field_with_thousands_of_values_nothing_is_said(shop: Store) -> None:
    with shop.transaction():
        for number in range(1001):
            shop.sessions.create(provider_id=f"provider_{number}")

    assert shop.sessions.hint("provider:strpe") is None


def test_hostile_values_are_shown_and_not_obeyed(shop: Store) -> None:
    shop.sessions.create(provider_id="\x1b[31mstripe\u202e")
    shop.sessions.create(provider_id="x" * 100_000)

    near = shop.sessions.hint('provider:"\x1b[31mstripe"')
    assert near == "no session has the provider '␛[31mstripe'; did you mean '␛[31mstripe\\u202e'?"
    listed = shop.sessions.hint(f"provider:{'y' * 1000}")
    assert listed is not None
    assert listed.startswith(f"no session has the provider '{'y' * 60}'; there are ␛[31m")
    assert len(listed) < 300


def test_a_hint_can_be_cancelled(shop: Store) -> None:
    cancellation = Cancellation()
    cancellation.cancel()

    with pytest.raises(CancelledError):
        shop.sessions.hint("provider:strpe", cancellation=cancellation)


def test_a_query_that_is_wrong_is_refused(shop: Store) -> None:
    with pytest.raises(QueryError, match="provder"):
        shop.sessions.hint("provder:stripe")
