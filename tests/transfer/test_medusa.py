"""Medusa's answers: whatever is in them, each record is taken, refused or passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localpay.errors import SourceError
from localpay.store import Store
from localpay.transfer.medusa import find_records
from tests.transfer.sources import (
    JSON,
    Write,
    cart_document,
    item_document,
    payment_document,
    region_document,
    session_document,
)

ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
ODD_TREES = st.recursive(
    ODD,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=3,
)
ANSWERS = [
    {"cart": cart_document(payment=payment_document(), payment_id="pay_1")},
    {"regions": [region_document()]},
    [session_document(cart_id=None), payment_document(cart_id=None, refunds=[{"id": "ref_1"}])],
    json.loads((JSON / "store-payment-collection.json").read_text()),
    json.loads((JSON / "admin-draft-orders.json").read_text()),
]
POSSIBLE = ("refunded beyond its amount", "refers to a payment that does not belong to it")


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """All places in a document where something could stand instead."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in list(pairs):
        yield value, key
        if isinstance(member, dict | list):
            yield from places(member)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_odd_values_anywhere_are_refused_row_by_row(write: Write, data: st.DataObject) -> None:
    answer = deepcopy(data.draw(st.sampled_from(ANSWERS)))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(answer))))
        holder[key] = data.draw(ODD_TREES)
    with Store.open(":memory:") as store:
        try:
            summary = store.import_sources([write("a", answer)])
        except SourceError:
            assert store.quarantine.count() == 0
        else:
            assert store.quarantine.count() == sum(summary.quarantined.values())
            # What is odd but possible is kept as it came, and reported.
            found = [each for each in store.check() if not each.endswith(POSSIBLE)]
            assert found == []


def test_a_carts_payment_that_names_no_cart_is_kept_and_reported(
    store: Store, write: Write
) -> None:
    cart = cart_document(payment=payment_document(cart_id=None), payment_id="pay_1")

    store.import_sources([write("a", cart)])

    assert store.payments.get("pay_1").cart_id is None
    assert store.check() == ["cart cart_1 refers to a payment that does not belong to it"]


@pytest.mark.parametrize(
    ("answer", "tables"),
    [
        (session_document(), ["payment_session"]),
        ([session_document(), payment_document()], ["payment_session", "payment"]),
        ({"payment_session": session_document()}, ["payment_session"]),
        ({"payment": payment_document(refunds=[{"id": "r"}])}, ["payment", "refund"]),
        ({"region": region_document(payment_providers=None)}, ["region"]),
        (
            region_document(),
            ["region", "payment_provider", "region_payment_providers"],
        ),
        (
            {"order": {"id": "order_1", "items": [item_document()], "payments": []}},
            ["line_item"],
        ),
        ({"draft_order": {"id": "d", "cart": {"id": "cart_1"}}}, ["cart"]),
        ({"carts": [], "count": 0}, []),
        ([], []),
        ({"cart": cart_document(items="no", payment_sessions=None, region=[])}, ["cart"]),
    ],
)
def test_what_is_found_in_an_answer(answer: Any, tables: list[str]) -> None:
    found = find_records(answer)

    assert found is not None
    assert [record.table for record in found] == tables


@pytest.mark.parametrize(
    "answer", [None, 1, "cart", {}, {"cart": None}, {"type": "swap", "data": {}}, {"id": "cart_1"}]
)
def test_what_is_no_answer(answer: Any) -> None:
    assert find_records(answer) is None


def test_parts_take_their_ids_from_what_they_stand_in() -> None:
    found = find_records(
        {"cart": cart_document(items=[{"id": "item_1"}], region=region_document())}
    )

    assert found is not None
    values = {record.table: record.values for record in found}
    assert values["line_item"]["cart_id"] == "cart_1"
    assert values["cart"]["currency_code"] == "eur"
    assert values["region_payment_providers"] == {"region_id": "reg_1", "provider_id": "manual"}


def test_only_what_comes_along_is_aside() -> None:
    found = find_records({"cart": cart_document()})

    assert found is not None
    assert {record.table for record in found if record.aside} == {
        "region",
        "payment_provider",
        "region_payment_providers",
    }
