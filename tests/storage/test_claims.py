from __future__ import annotations

from datetime import timedelta

import pytest

from localpay.storage import claims as claims_module
from localpay.storage.claims import Claims
from localpay.store import Store


@pytest.fixture
def claims(store: Store) -> Claims:
    return Claims(store._database)


def test_a_claim_stands_until_it_is_released(store: Store, claims: Claims) -> None:
    with store.transaction():
        holder = claims.take(["cart_1", "key"], "authorize")
    assert claims.underway("cart_1") == "authorize"
    assert claims.underway("key") == "authorize"
    assert claims.underway("cart_2") is None
    with store.transaction():
        claims.release(holder)
    assert claims.underway("cart_1") is None


def test_a_claim_does_not_stand_for_ever(
    store: Store, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims_module, "LEASE", timedelta(0))
    with store.transaction():
        claims.take(["cart_1"], "authorize")
    assert claims.underway("cart_1") is None
    monkeypatch.undo()
    with store.transaction():
        claims.take(["cart_1"], "select")
    assert claims.underway("cart_1") == "select"


def test_claims_are_no_part_of_the_journal(store: Store, claims: Claims) -> None:
    lines = len(list(store.history()))
    with store.transaction():
        claims.take(["cart_1"], "authorize")
    assert len(list(store.history())) == lines
