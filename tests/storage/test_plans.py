"""Plans: the same question is compiled once, unless the time or the store decides its answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from localpay.store import Store

if TYPE_CHECKING:
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
