"""What goes out as JSON: Medusa's own bytes, in the order of its fields."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from localpay.errors import QueryError
from localpay.store import Store
from tests.transfer.contents import contents, exported
from tests.transfer.sources import (
    JSON,
    Write,
    cart_document,
    csv_sources,
    item_document,
    payment_document,
)

CARTS = sorted(JSON.glob("store-c*.json"))
DECODER = json.JSONDecoder()


def elements(text: str, key: str) -> list[str]:
    """The bytes of each element of the first array under a key, as they stand in a text."""
    place = text.index(f'"{key}":[') + len(key) + 4
    found = []
    while text[place] != "]":
        _, end = DECODER.raw_decode(text, place)
        found.append(text[place:end])
        place = end + (text[end] == ",")
    return found


def member(text: str, key: str, start: int = 0) -> str:
    place = text.index(f'"{key}":', start) + len(key) + 3
    return text[place : DECODER.raw_decode(text, place)[1]]


@pytest.mark.parametrize("source", CARTS, ids=lambda path: path.stem)
def test_a_session_goes_out_as_medusas_own_bytes(store: Store, source: Path) -> None:
    text = source.read_text()
    store.import_sources([source])

    lines = exported(store, "json", entity="sessions").splitlines()[1:-1]

    assert sorted(line.removesuffix(",") for line in lines) == sorted(
        elements(text, "payment_sessions")
    )


@pytest.mark.parametrize("source", CARTS, ids=lambda path: path.stem)
def test_a_carts_sessions_go_out_as_medusas_own_bytes(store: Store, source: Path) -> None:
    text = source.read_text()
    store.import_sources([source])

    cart = exported(store, "json", entity="carts")

    assert sorted(elements(cart, "payment_sessions")) == sorted(elements(text, "payment_sessions"))
    if '"payment_session":' in text:
        assert member(cart, "payment_session") == member(text, "payment_session")
    if '"payment":' in text:
        assert member(cart, "payment") == member(text, "payment")


@pytest.mark.parametrize("source", CARTS, ids=lambda path: path.stem)
def test_a_carts_fields_stand_in_medusas_order(store: Store, source: Path) -> None:
    document = json.loads(source.read_text())["cart"]
    store.import_sources([source])

    [cart] = json.loads(exported(store, "json", entity="carts"))

    if "created_at" in document:
        assert [key for key in document if key in cart] == list(cart)
        assert {key: document[key] for key in cart if not isinstance(cart[key], list | dict)} == {
            key: cart[key] for key in cart if not isinstance(cart[key], list | dict)
        }
    [items, theirs] = cart["items"], document["items"]
    assert [key for key in theirs[0] if key in items[0]] == list(items[0])


def test_a_payment_goes_out_with_its_refunds(store: Store) -> None:
    store.import_sources(csv_sources())

    payments = json.loads(exported(store, "json", entity="payments"))

    assert len(payments) == 125
    made_through_an_order = sum(refund.payment_id is None for refund in store.refunds.iterate())
    assert sum(len(payment["refunds"]) for payment in payments) == 37 - made_through_an_order
    assert [list(payment)[-1] for payment in payments] == ["refunds"] * 125
    refund = next(refund for payment in payments for refund in payment["refunds"])
    assert list(refund) == [
        "id", "created_at", "updated_at", "order_id", "payment_id", "amount", "note", "reason",
        "metadata", "idempotency_key",
    ]  # fmt: skip


def test_the_bytes_of_a_cart(store: Store, write: Write) -> None:
    cart = cart_document(
        items=[item_document(id="item_1", created_at="2026-11-22T20:33:05.999999Z")],
        payment=payment_document(amount=3360, data={"10": 1e21, "9": 1e-7, "a": 1.0}),
        payment_id="pay_1",
        payment_sessions=[],
    )
    store.import_sources([write("a", cart)])

    assert exported(store, "json", entity="carts") == (
        "[\n"
        '{"object":"cart","id":"cart_1","created_at":"2026-11-22T20:33:05.475Z",'
        '"updated_at":"2026-11-22T20:33:05.475Z","deleted_at":null,"email":"ada@example.com",'
        '"billing_address_id":null,"shipping_address_id":null,"region_id":"reg_1",'
        '"customer_id":null,"payment_id":"pay_1","type":"default","completed_at":null,'
        '"payment_authorized_at":null,"idempotency_key":null,"context":{},"metadata":null,'
        '"sales_channel_id":null,'
        '"items":[{"id":"item_1","created_at":"2026-11-22T20:33:05.999Z",'
        '"updated_at":"2026-11-22T20:00:00.000Z","cart_id":"cart_1","order_id":null,'
        '"swap_id":null,"claim_order_id":null,"original_item_id":null,"order_edit_id":null,'
        '"title":"Mug","description":null,"thumbnail":null,"is_return":false,'
        '"is_giftcard":false,"should_merge":true,"allow_discounts":true,"has_shipping":null,'
        '"unit_price":1250,"variant_id":null,"quantity":2,"fulfilled_quantity":null,'
        '"returned_quantity":null,"shipped_quantity":null,"metadata":null}],'
        '"payment":{"id":"pay_1","created_at":"2026-11-22T20:33:07.100Z",'
        '"updated_at":"2026-11-22T20:33:07.100Z","swap_id":null,"cart_id":"cart_1",'
        '"order_id":null,"amount":3360,"currency_code":"eur","amount_refunded":0,'
        '"provider_id":"manual","data":{"9":1e-7,"10":1e+21,"a":1},"captured_at":null,'
        '"canceled_at":null,"metadata":null,"idempotency_key":null},'
        '"payment_sessions":[],'
        '"region":{"id":"reg_1","created_at":"2026-11-22T20:33:02.328Z",'
        '"updated_at":"2026-11-22T20:33:02.328Z","deleted_at":null,"name":"Europe",'
        '"currency_code":"eur","tax_rate":20,"tax_code":null,"gift_cards_taxable":true,'
        '"automatic_taxes":true,"tax_provider_id":null,"metadata":null,'
        '"payment_providers":[{"id":"manual","is_installed":true}]},'
        '"subtotal":2500,"discount_total":0,"shipping_total":300,"tax_total":560,'
        '"gift_card_total":0,"total":3360}\n'
        "]\n"
    )


def test_carts_as_json_come_in_again(store: Store, other: Store, write: Write) -> None:
    store.import_sources(CARTS)
    collection = contents(store)["payment_collection"]

    other.import_sources([write("a", exported(store, "json", entity="carts"))])

    for table in ("cart", "line_item", "region", "payment"):
        assert contents(other)[table] == contents(store)[table]
    assert len(collection) == 0


@pytest.mark.parametrize(
    ("file_format", "expected"), [("json", "[]\n"), ("ndjson", '{"localpay":1,"records":0}\n')]
)
def test_nothing_is_a_file_as_well(
    store: Store, other: Store, write: Write, file_format: Any, expected: str
) -> None:
    text = exported(store, file_format, entity="sessions")

    assert text == expected
    assert other.import_sources([write("a", text)]).added == {}


@pytest.mark.parametrize("file_format", ["json", "csv", "ndjson"])
@pytest.mark.parametrize("entity", ["sessions", "carts", "payments"])
def test_the_number_of_records_is_returned(store: Store, file_format: Any, entity: Any) -> None:
    store.import_sources(csv_sources())

    count = store.export(io.StringIO(), file_format, entity=entity)

    assert count == {"sessions": 666, "carts": 384, "payments": 125}[entity]


def test_a_query_says_which(store: Store) -> None:
    store.import_sources(csv_sources())

    documents = json.loads(exported(store, "json", query="status:error"))

    assert {document["status"] for document in documents} == {"error"}
    assert len(documents) == store.sessions.count("status:error")


def test_a_query_that_cannot_be_understood_is_refused(store: Store) -> None:
    with pytest.raises(QueryError):
        exported(store, "csv", query="status:")


def test_what_is_written_is_the_store_at_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "shop.localpay"
    with Store.open(path) as store, Store.open(path) as writer:
        store.import_sources(csv_sources())

        class Meddling(io.StringIO):
            def write(self, text: str) -> int:
                for session in writer.sessions.list(limit=1):
                    writer.sessions.delete(session.id)
                return super().write(text)

        target = Meddling()
        store.export(target, "json", entity="sessions")

        assert len(json.loads(target.getvalue())) == 666
        assert writer.sessions.count() == 0
