"""Plans: the same question is compiled once, unless the time or the store decides its answer.

And how SQLite goes about the statements that have to be fast in a store of millions.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localpay.storage.database import Database
from localpay.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_a_relative_time_counts_from_the_moment_of_each_question(tmp_path: Path) -> None:
    clock = Clock()
    with Store.open(tmp_path / "shop.localpay", clock=clock) as store:
        store.sessions.create(provider_id="manual")
        question = "created:>-1h"

        assert store.sessions.count(question) == 1
        assert len(store.sessions.list(question)) == 1
        clock.now += timedelta(hours=2)

        assert store.sessions.count(question) == 0
        assert not store.sessions.list(question)


def test_a_question_asked_before_finds_what_was_added_since(store: Store) -> None:
    region = store.regions.create(name="EU", currency_code="eur", providers=["manual"])
    questions = ("provider:manual", "currency:eur", "email:ada@example.com", "manual", "amount:8")
    assert not any(store.sessions.list(each) for each in questions)

    cart = store.carts.create(region_id=region.id, email="ada@example.com")
    session = store.sessions.create(cart_id=cart.id, provider_id="manual", amount=8)

    for each in questions:
        assert [found.id for found in store.sessions.list(each)] == [session.id]
        assert store.sessions.count(each) == 1


def test_a_search_asked_before_uses_the_index_that_was_built_since(store: Store) -> None:
    session = store.sessions.create(provider_id="manual", data={"intent": "pi_findable"})
    assert store.sessions.count("pi_findable") == 1

    store.build_search_index()
    other = store.sessions.create(provider_id="manual", data={"intent": "pi_findable"})

    assert {each.id for each in store.sessions.list("pi_findable")} == {session.id, other.id}
    store.drop_search_index()
    assert store.sessions.count("pi_findable") == 2


def test_more_questions_than_are_kept_get_their_answers(store: Store) -> None:
    ids = [store.sessions.create(provider_id="manual", amount=each).id for each in range(300)]

    for _ in range(2):
        found = [store.sessions.list(f"id:{each}", limit=2) for each in ids]
        assert [[each.amount for each in page] for page in found] == [[n] for n in range(300)]


# What SQLite does


def next_page(records: Any, query: str = "", sort: str = "-created_at") -> Any:
    """The page after one that ends with a record whose fields all have a value."""
    first = records.list(query, sort=sort, limit=1)
    return records.list(query, sort=sort, limit=50, after=first.next)


BY_ROW = "SEARCH {} USING INTEGER PRIMARY KEY (rowid=?)"
SORT, SORT_EQUAL = "USE TEMP B-TREE FOR ORDER BY", "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"
GROUP = "USE TEMP B-TREE FOR GROUP BY"
BY_CART = "SEARCH s USING INDEX payment_session_one_provider (cart_id=?)"
CART = "SEARCH {} USING INDEX sqlite_autoindex_cart_1 (id=?)"


def page(alias: str, *found: str) -> list[str]:
    """The steps that find the rows of a page, and those that read and sort these few."""
    return [BY_ROW.format(alias), *found, SORT]


def covering(step: str, index: str, terms: str = "") -> str:
    return f"{step} USING COVERING INDEX {index}{terms and f' ({terms})'}"


SPANS = [covering("SEARCH s", "payment_session_created", "created_at>? AND created_at<?")] * 2
WALK = covering("SCAN s", "payment_session_created")

STATEMENTS: dict[str, tuple[Callable[[Store], object], list[str]]] = {
    # Pages
    "newest sessions": (lambda store: store.sessions.list(limit=50), page("s", WALK)),
    "newest carts": (
        lambda store: store.carts.list(limit=50),
        page("c", covering("SCAN c", "cart_created")),
    ),
    "newest payments": (
        lambda store: store.payments.list(limit=50),
        page("p", covering("SCAN p", "payment_created")),
    ),
    "greatest amounts": (
        lambda store: store.sessions.list(sort="-amount", limit=50),
        page("s", covering("SCAN s", "payment_session_amount")),
    ),
    "by status": (
        lambda store: store.sessions.list(sort="status", limit=50),
        page("s", covering("SCAN s", "payment_session_status"), SORT_EQUAL),
    ),
    "of one status": (
        lambda store: store.sessions.list("status:error", limit=50),
        page("s", covering("SEARCH s", "payment_session_status", "status=?")),
    ),
    "of several days": (
        lambda store: store.sessions.list("created:2026-01-05,2026-03-01", limit=50),
        [SPANS[0], *SPANS, *page("s", BY_ROW.format("s"), *SPANS, SORT)],
    ),
    "greatest amounts of several days": (
        lambda store: store.sessions.list(
            "created:2026-01-05,2026-03-01", sort="-amount", limit=50
        ),
        [*SPANS, *page("s", BY_ROW.format("s"), *SPANS, SORT)],
    ),
    "of all but some days": (
        lambda store: store.sessions.list("-created:2026-01-05..", limit=50),
        page("s", covering("SEARCH s", "payment_session_created", "created_at>? AND created_at<?")),
    ),
    "of one e-mail": (
        lambda store: store.sessions.list("email:ada@example.com", limit=50),
        page("s", BY_CART, "SEARCH c USING INDEX cart_email (email=?)", SORT),
    ),
    "carts of one e-mail": (
        lambda store: store.carts.list("email:ada@example.com", limit=50),
        page("c", "SEARCH c USING INDEX cart_email (email=?)", SORT),
    ),
    "of one amount": (
        lambda store: store.sessions.list("amount:5", limit=50),
        page("s", "SEARCH s USING INDEX payment_session_amount (amount=?)", SORT),
    ),
    "of one cart": (
        lambda store: store.sessions.list("cart:cart_1", limit=50),
        page("s", BY_CART, SORT),
    ),
    "payments of one provider": (
        lambda store: store.payments.list("provider:manual", limit=50),
        page("p", covering("SEARCH p", "payment_provider_id", "provider_id=?")),
    ),
    # Pages after a cursor
    "next sessions": (
        lambda store: next_page(store.sessions),
        page("s", WALK)
        + page("s", covering("SEARCH s", "payment_session_created", "created_at<?")),
    ),
    "next carts": (
        lambda store: next_page(store.carts),
        page("c", covering("SCAN c", "cart_created"))
        + page("c", covering("SEARCH c", "cart_created", "created_at<?")),
    ),
    "next payments": (
        lambda store: next_page(store.payments),
        page("p", covering("SCAN p", "payment_created"))
        + page("p", covering("SEARCH p", "payment_created", "created_at<?")),
    ),
    "next amounts": (
        lambda store: next_page(store.sessions, sort="amount"),
        page("s", covering("SCAN s", "payment_session_amount"))
        + page("s", covering("SEARCH s", "payment_session_amount", "amount>?"))
        + page("s", covering("SEARCH s", "payment_session_amount", "amount=?")),
    ),
    "next of one status": (
        lambda store: next_page(store.sessions, "status:pending"),
        page("s", covering("SEARCH s", "payment_session_status", "status=?"))
        + page("s", covering("SEARCH s", "payment_session_status", "status=? AND created_at<?")),
    ),
    # Listings
    "the first of a listing": (
        lambda store: store.sessions.listing().first(0),
        [WALK],
    ),
    "the order of sessions": (lambda store: store.sessions.listing().fill(), [WALK]),
    "the order of carts": (
        lambda store: store.carts.listing().fill(),
        [covering("SCAN c", "cart_created")],
    ),
    "the order of payments": (
        lambda store: store.payments.listing().fill(),
        [covering("SCAN p", "payment_created")],
    ),
    "the order of one status": (
        lambda store: store.sessions.listing("status:error").fill(),
        [covering("SEARCH s", "payment_session_status", "status=?")],
    ),
    "a position": (
        lambda store: store.sessions.listing().position("ps_1"),
        [covering("SEARCH s", "sqlite_autoindex_payment_session_1", "id=?")],
    ),
    # Counts
    "how many": (
        lambda store: store.sessions.count(),
        [covering("SCAN s", "payment_session_amount")],
    ),
    "how many of one status": (
        lambda store: store.sessions.count("status:error"),
        [covering("SEARCH s", "payment_session_status", "status=?")],
    ),
    "how many of one status, up to a thousand": (
        lambda store: store.sessions.listing("status:error").count(1000),
        [covering("SEARCH s", "payment_session_status", "status=?")],
    ),
    "how many of several days": (
        lambda store: store.sessions.count("created:2026-01-05,2026-03-01"),
        [*SPANS, BY_ROW.format("s"), *SPANS],
    ),
    "how many of one currency": (
        lambda store: store.sessions.count("currency:eur"),
        [covering("SEARCH s", "payment_session_one_provider", "cart_id=?"), "SCAN c"],
    ),
    "facets, each counted": (
        lambda store: list(store.sessions.facets(sums=False)),
        [
            covering("SCAN s", "payment_session_status"),
            covering("SCAN s", "payment_session_provider"),
            *["SCAN s", CART.format("k"), GROUP] * 2,
            WALK,
            GROUP,
        ],
    ),
    "facets with sums, in one pass": (
        lambda store: list(store.sessions.facets()),
        ["SCAN s USING INDEX payment_session_status", CART.format("k"), GROUP],
    ),
}

OF_CARTS = [
    "SCAN json_each VIRTUAL TABLE INDEX 1:",
    covering("SEARCH payment_session", "payment_session_one_provider", "cart_id=?"),
    BY_ROW.format("cart"),
    "SCAN json_each VIRTUAL TABLE INDEX 1:",
]
SEARCHES = {
    "a text of many rows, walking": (
        "example",
        page("s", "SCAN s USING INDEX payment_session_created", *OF_CARTS, CART.format("c")),
    ),
    "a text of few rows, by their numbers": (
        "pi_none",
        page("s", BY_ROW.format("s"), *OF_CARTS, CART.format("c"), SORT),
    ),
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.localpay"
    with Store.open(path) as store:
        region = store.regions.create(name="EU", currency_code="eur")
        for number in range(3):
            cart = store.carts.create(region_id=region.id, email=f"ada{number}@example.com")
            made = {"cart_id": cart.id, "provider_id": "manual", "amount": number}
            store.sessions.create(**made)
            store.payments.create(**made, currency_code="eur")
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Sequence[Any]]]:
    """The statements that the library runs, with their parameters."""
    seen: list[tuple[str, Sequence[Any]]] = []

    def watch(name: str) -> None:
        original = getattr(Database, name)

        def watched(
            self: Database, statement: str, parameters: Sequence[Any] = (), **options: Any
        ) -> Any:
            if statement not in {"BEGIN", "BEGIN IMMEDIATE", "COMMIT"}:
                seen.append((statement, parameters))
            return original(self, statement, parameters, **options)

        monkeypatch.setattr(Database, name, watched)

    for name in ("run", "row", "rows", "stream"):
        watch(name)
    return seen


def steps(path: Path, run: list[tuple[str, Sequence[Any]]]) -> list[str]:
    """How SQLite goes about statements: where it looks and what it sorts."""
    with closing(sqlite3.connect(path)) as connection:
        found = [
            step.removesuffix(" LEFT-JOIN")
            for statement, parameters in run
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    return [step for step in found if re.match("(SCAN|SEARCH|USE) (?!.subquery)", step)]


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_that_has_to_be_fast_goes_by_an_index(
    shop: Path, run: list[tuple[str, Sequence[Any]]], name: str
) -> None:
    ask, expected = STATEMENTS[name]
    with Store.open(shop) as store:
        run.clear()
        ask(store)

    assert steps(shop, run) == expected


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_goes_by_its_index(
    shop: Path, run: list[tuple[str, Sequence[Any]]], name: str
) -> None:
    text, expected = SEARCHES[name]
    with Store.open(shop) as store:
        store.build_search_index()
        run.clear()
        store.sessions.list(text, limit=50)

    assert steps(shop, run[-1:]) == expected
    assert any("payment_session_search MATCH" in statement for statement, _ in run)


def test_all_rows_that_hold_a_text_are_counted_by_its_index(
    shop: Path, run: list[tuple[str, Sequence[Any]]]
) -> None:
    with Store.open(shop) as store:
        store.build_search_index()
        run.clear()
        assert store.sessions.count("example") == 3

    assert steps(shop, run[-1:])[0] == BY_ROW.format("s")
    assert not {"SCAN s", "SCAN c"} & set(steps(shop, run[-1:]))
