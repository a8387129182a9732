"""What is offered of a store's values and of its keys of JSON, where no facet counts them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from localpay.errors import CancelledError
from localpay.query import parse
from localpay.query.complete import complete
from localpay.store import Cancellation, Store
from localpay.tui import sampling
from localpay.tui.sampling import Held, answer, question
from tests.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.entities import EntityName

DATA: list[dict[str, Any]] = [
    {"status": "paid", "intent": {"id": "pi_1", 'q"o': 1}, "charges": [{"paid": True}]},
    {"status": "paid", "n": 5, "client_secret": "pi_1_secret_abcdefgh", "a b": None},
    {"status": "open", "n": 2.5},
    {"status": None, "n": "5"},
]


@pytest.fixture
def shop() -> Iterator[Store]:
    with Store.open(":memory:", random=random.Random(1)) as store:
        region = store.regions.create(name="Europe", currency_code="eur")
        for number, data in enumerate(DATA):
            cart = store.carts.create(
                region_id=region.id, email=f"buyer{number}@example.test", metadata={"shop": number}
            )
            store.sessions.create(
                cart_id=cart.id,
                provider_id="stripe" if number else "paypal",
                status="error" if number else "pending",
                is_selected=number == 1 or None,
                data=data,
            )
        store.carts.create(region_id=region.id)
        yield store


def held(store: Store, text: str, entity: EntityName = "payment_session") -> list[Held]:
    found = complete(text, len(text), entity)
    asked = question(found, entity, found.rest)
    return [] if asked is None else answer(store, asked, Cancellation())


def counts(
    store: Store, text: str, entity: EntityName = "payment_session"
) -> dict[str, int | None]:
    return {each.written: each.records for each in held(store, text, entity)}


def test_values_of_a_carts_sessions_are_those_that_sessions_have(shop: Store) -> None:
    assert counts(shop, "session.provider:", "cart") == {"stripe": 3, "paypal": 1}
    assert counts(shop, "session.status:", "cart") == {"error": 3, "pending": 1}
    assert counts(shop, "email:buyer0* session.status:", "cart") == {"pending": 1}
    assert counts(shop, "payment.currency:", "cart") == {}


def test_values_of_a_sessions_cart_and_flags_are_counted(shop: Store) -> None:
    assert counts(shop, "cart.type:") == {"default": 4}
    assert counts(shop, "selected:") == {"false": 3, "true": 1}


def test_what_each_record_has_for_itself_is_taken_of_the_newest(shop: Store) -> None:
    emails = {f"buyer{number}@example.test" for number in range(4)}

    assert set(counts(shop, 'email:"bu')) == emails


def test_values_at_a_place_in_json_are_those_found_there(shop: Store) -> None:
    assert counts(shop, "data.status:") == {"paid": 2, "open": 1, "null": 1}
    assert counts(shop, "data.n:") == {"5": 1, "2.5": 1, '"5"': 1}
    assert counts(shop, "data.charges[0].paid:") == {"true": 1}
    assert counts(shop, "data.nothing:") == {}
    for text in ("data.status:", "data.n:", "data.charges[0].paid:"):
        for each in held(shop, text):
            assert shop.sessions.count(f"{text}{each.written}") == each.records


def test_keys_of_json_are_those_of_the_newest_records_and_lead_further_in(shop: Store) -> None:
    keys = [each.written for each in held(shop, "data.")]
    assert keys[:2] == ["status:", "n:"]
    assert sorted(keys[2:]) == ['"a b":', "charges[0]", "client_secret:", "intent."]
    assert [each.written for each in held(shop, "has:data.intent.")] == ["id", '"q\\"o"']
    assert [each.written for each in held(shop, "cart.metadata.")] == ["shop:"]
    for key in ("status", '"a b"', 'intent."q\\"o"'):
        parse(f"data.{key}:1", "payment_session")


def test_no_secret_is_offered(shop: Store) -> None:
    assert held(shop, "data.client_secret:") == []


def test_what_a_line_cannot_show_is_not_offered() -> None:
    with Store.open(":memory:") as store:
        for text in HOSTILE:
            store.sessions.create(provider_id="x", data={"v": text[:300], text[:300]: 1})
        for each in held(store, "data.v:") + held(store, "data."):
            assert each.written.isprintable()


def test_in_a_large_store_values_are_not_counted(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "_FEW_RECORDS", 3)

    assert counts(shop, "session.provider:", "cart") == {"stripe": None, "paypal": None}


def test_a_lookup_can_be_cancelled(shop: Store) -> None:
    found = complete("data.", 5, "payment_session")
    asked = question(found, "payment_session", "")
    assert asked is not None
    cancellation = Cancellation()
    cancellation.cancel()

    with pytest.raises(CancelledError):
        answer(shop, asked, cancellation)
