from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from types import GeneratorType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localpay import clock, jsontext
from localpay.entities import SESSION_STATUSES
from localpay.ids import ulid
from localpay.money import decimals
from localpay.seeding.generator import CART_TABLES, OPENED, Generator, Rows
from tests.seeding.shops import broken_rules, loaded

SEEDS = st.integers(-(2**80), 2**80)


def together(batches: Iterable[Rows]) -> Rows:
    rows: Rows = {table: [] for table in CART_TABLES}
    for batch in batches:
        for table, part in batch.items():
            rows[table] += part
    return rows


@given(seed=SEEDS, cuts=st.lists(st.integers(0, 60), min_size=2, max_size=5).map(sorted))
@settings(max_examples=25, deadline=None)
def test_any_range_of_carts_is_the_same_part_of_the_whole(seed: int, cuts: list[int]) -> None:
    whole = together(Generator(seed).carts(cuts[0], cuts[-1]))
    parts = [together(Generator(seed).carts(start, stop, size=7)) for start, stop in pairwise(cuts)]
    for table in CART_TABLES:
        assert [row for part in parts for row in part[table]] == whole[table]


def test_the_same_seed_gives_the_same_rows() -> None:
    assert Generator(5).shop() == Generator(5).shop()
    assert list(Generator(5).carts(0, 50)) == list(Generator(5).carts(0, 50))


def test_another_seed_gives_other_ids() -> None:
    def ids(seed: int) -> set[Any]:
        generator = Generator(seed)
        tables = together(generator.carts(0, 100)) | {"region": generator.shop()["region"]}
        return {row[0] for rows in tables.values() for row in rows}

    assert not ids(1) & ids(2)


def test_the_rows_of_a_seed_stay_the_same_for_ever() -> None:
    """If this fails, every generated store changes: count ALGORITHM up, then change the digest."""
    generator = Generator(7)
    rows = repr([generator.shop(), together(generator.carts(0, 300))]).encode()
    assert blake2b(rows, digest_size=16).hexdigest() == "21f03486fe6a55c1de38949b49d2fa42"


def test_batches_are_made_when_they_are_asked_for() -> None:
    batches = Generator(1).carts(0, 10**15, size=20)
    assert isinstance(batches, GeneratorType)
    first = next(batches)
    assert tuple(first) == CART_TABLES
    assert len(first["cart"]) == 20
    assert len(next(batches)["cart"]) == 20


def test_the_last_batch_holds_what_is_left() -> None:
    assert [len(batch["cart"]) for batch in Generator(1).carts(5, 28, size=10)] == [10, 10, 3]
    assert list(Generator(1).carts(3, 3)) == []


@given(seed=SEEDS, start=st.integers(0, 10**9))
@settings(max_examples=15, deadline=None)
def test_every_rule_of_the_data_holds_for_any_seed(seed: int, start: int) -> None:
    generator = Generator(seed)
    with loaded([generator.shop(), *generator.carts(start, start + 100)]) as shop:
        assert broken_rules(shop) == {}
        assert not shop.execute(
            """SELECT * FROM payment_session JOIN cart ON cart.id = cart_id
            WHERE (region_id, provider_id) NOT IN region_payment_providers"""
        ).fetchall()


@pytest.fixture(scope="module")
def shop() -> Iterator[sqlite3.Connection]:
    """A shop of 2,000 carts."""
    generator = Generator(20)
    with loaded([generator.shop(), *generator.carts(0, 2000)]) as connection:
        yield connection


def one(shop: sqlite3.Connection, query: str) -> Any:
    return shop.execute(query).fetchone()[0]


def test_two_stores_can_hold_two_seeds_together() -> None:
    carts = [batch for seed in (1, 2) for batch in Generator(seed).carts(0, 100)]
    regions = [{"region": Generator(seed).shop()["region"]} for seed in (1, 2)]
    with loaded([*regions, *carts]) as shop:
        assert one(shop, "SELECT count(*) FROM cart") == 200


def test_a_cart_has_about_two_and_a_half_sessions(shop: sqlite3.Connection) -> None:
    sessions = one(shop, "SELECT count(*) FROM payment_session")
    assert 2.2 < sessions / 2000 < 2.8


def test_every_status_occurs(shop: sqlite3.Connection) -> None:
    found = dict(shop.execute("SELECT status, count(*) FROM payment_session GROUP BY status"))
    assert found.keys() == set(SESSION_STATUSES)
    assert min(found.values()) >= 20


@pytest.mark.parametrize(
    ("state", "condition"),
    [
        ("no session", "cart.id NOT IN (SELECT cart_id FROM payment_session)"),
        ("no e-mail address", "email IS NULL"),
        ("completed", "completed_at IS NOT NULL"),
        ("authorized, not completed", "payment_id IS NOT NULL AND completed_at IS NULL"),
        ("discounted", "discount_total > 0"),
        ("paid in part by gift card", "gift_card_total > 0 AND total > 0"),
        ("free", "total = 0 AND completed_at IS NOT NULL"),
        ("free, with a pending session", "total = 0 AND session.is_selected"),
        ("nothing chosen", "session.id IS NOT NULL AND NOT session.is_initiated"),
        ("chosen", "session.is_selected AND session.status = 'pending'"),
        ("refreshed", "session.is_initiated AND session.is_selected IS NULL"),
        ("another one tried", "NOT session.is_initiated AND session.data <> '{}'"),
        ("stale", "session.is_selected AND session.amount <> total"),
        ("captured", "payment.captured_at IS NOT NULL AND amount_refunded = 0"),
        ("canceled", "payment.canceled_at IS NOT NULL"),
        ("refunded in part", "amount_refunded BETWEEN 1 AND payment.amount - 1"),
        ("refunded", "amount_refunded = payment.amount"),
    ],
)
def test_every_state_of_a_checkout_occurs(
    shop: sqlite3.Connection, state: str, condition: str
) -> None:
    found = one(
        shop,
        f"""SELECT count(DISTINCT cart.id) FROM cart
        LEFT JOIN payment_session AS session ON session.cart_id = cart.id
        LEFT JOIN payment ON payment.id = payment_id WHERE {condition}""",
    )
    assert found >= 5, state


def test_there_are_markets_without_decimals_and_with_three(shop: sqlite3.Connection) -> None:
    found = dict(shop.execute("SELECT currency_code, count(*) FROM cart GROUP BY currency_code"))
    assert {decimals(currency) for currency in found} == {0, 2, 3}
    assert min(found.values()) > 50


def test_each_market_offers_two_to_four_providers(shop: sqlite3.Connection) -> None:
    offers = shop.execute("SELECT count(*) FROM region_payment_providers GROUP BY region_id")
    assert {count for (count,) in offers} <= {2, 3, 4}


def test_carts_come_in_the_order_of_their_numbers_and_ids(shop: sqlite3.Connection) -> None:
    carts = shop.execute("SELECT id, created_at FROM cart ORDER BY rid").fetchall()
    assert carts == sorted(carts)
    assert [created for _, created in carts] == sorted(created for _, created in carts)


@pytest.mark.parametrize("table", [*CART_TABLES, "region"])
def test_an_id_holds_the_instant_its_record_was_made(shop: sqlite3.Connection, table: str) -> None:
    for record_id, created_at in shop.execute(f"SELECT id, created_at FROM {table}"):
        _, _, text = record_id.partition("_")
        milliseconds = int(clock.from_text(created_at).timestamp() * 1000)
        assert text[:10] == ulid(milliseconds, 0)[:10]


def test_the_shop_grows(shop: sqlite3.Connection) -> None:
    days = [
        (clock.from_text(created_at) - OPENED) / timedelta(days=1)
        for (created_at,) in shop.execute("SELECT created_at FROM cart ORDER BY rid")
    ]
    assert 0 <= days[0] < 1
    assert 37 < days[-1] < 39
    assert Counter(day < days[-1] / 2 for day in days)[True] < 600


def test_a_shop_opens_when_it_is_told_to() -> None:
    opened = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
    generator = Generator(1, opened)
    assert generator.shop()["region"][0][1] == "2026-01-02T03:04:05.678901Z"
    assert str(next(generator.carts(0, 1))["cart"][0][1]) > "2026-01-02T03:04:05.678901Z"


def test_instants_are_written_as_the_file_writes_them(shop: sqlite3.Connection) -> None:
    for (updated_at,) in shop.execute("SELECT updated_at FROM payment_session"):
        assert clock.to_text(clock.from_text(updated_at)) == updated_at


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("payment_session", "data"),
        ("payment", "data"),
        ("cart", "context"),
        ("cart", "metadata"),
        ("line_item", "metadata"),
    ],
)
def test_json_is_written_as_the_file_writes_it(
    shop: sqlite3.Connection, table: str, column: str
) -> None:
    for (text,) in shop.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
        assert jsontext.dumps(jsontext.loads(text)) == text


def test_e_mail_addresses_lead_nowhere(shop: sqlite3.Connection) -> None:
    for (email,) in shop.execute("SELECT email FROM cart WHERE email IS NOT NULL"):
        assert email.endswith((".test", "example.com"))


def test_a_customer_has_one_address(shop: sqlite3.Connection) -> None:
    assert one(shop, "SELECT count(DISTINCT email) FROM cart") == one(
        shop, "SELECT count(DISTINCT customer_id) FROM cart"
    )


def test_the_amounts_suit_the_currency(shop: sqlite3.Connection) -> None:
    """A shop's median cart costs some tens of euros, in whatever currency."""
    worth = {"eur": 1, "usd": 1.1, "gbp": 0.85, "jpy": 1.6, "bhd": 4}
    for currency, rate in worth.items():
        totals = [
            total / rate
            for (total,) in shop.execute(
                "SELECT total FROM cart WHERE total > 0 AND currency_code = ?", (currency,)
            )
        ]
        assert 2000 < sorted(totals)[len(totals) // 2] < 20_000
