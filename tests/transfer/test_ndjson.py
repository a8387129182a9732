"""localpay's own format: nothing is lost, and the same store is always the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localpay import jsontext
from localpay.storage.models import MODELS
from localpay.store import Store
from localpay.transfer import ndjson
from tests.clocks import SteppingClock
from tests.transfer.contents import NOW, contents, exported
from tests.transfer.sources import (
    JSON,
    Write,
    cart_document,
    csv_sources,
    payment_document,
    session_document,
)


def test_a_whole_store_is_all_tables_but_the_journal() -> None:
    assert set(ndjson.TABLES) == set(MODELS) - {"change"}


def test_a_shop_comes_back_equal_and_to_the_byte(store: Store, other: Store, write: Write) -> None:
    store.import_sources(
        [*csv_sources(), JSON / "store-payment-collection.json"], on_conflict="skip"
    )
    text = exported(store)

    other.import_sources([write("a", text)])

    assert contents(other) == contents(store)
    assert exported(other) == text


def test_the_quarantine_comes_along(store: Store, other: Store, write: Write) -> None:
    store.import_sources([write("a", [cart_document(), session_document(id="ps_2")])])

    summary = other.import_sources([write("b", exported(store))])

    assert summary.added["quarantine"] == 1
    assert [row.reason for row in other.quarantine.iterate()] == [
        row.reason for row in store.quarantine.iterate()
    ]


def test_the_quarantine_comes_along_once(store: Store, write: Write) -> None:
    store.import_sources([write("a", [cart_document(), session_document(id="ps_2")])])

    with Store.open(":memory:") as other:
        for _ in range(2):
            summary = other.import_sources([write("b", exported(store))], on_conflict="skip")

        assert "quarantine" not in summary.added
        assert summary.skipped["quarantine"] == 1
        assert other.quarantine.count() == 1


def test_the_bytes_of_a_small_store(store: Store, write: Write) -> None:
    cart = cart_document(items=[], payment=payment_document(), payment_id="pay_1")
    store.import_sources([write("a", cart)])

    assert exported(store) == (
        '{"localpay":1,"records":6}\n'
        '{"kind":"payment_provider","id":"manual","is_installed":true}\n'
        '{"kind":"region","id":"reg_1","created_at":"2026-11-22T20:33:02.328000Z",'
        '"updated_at":"2026-11-22T20:33:02.328000Z","deleted_at":null,"name":"Europe",'
        '"currency_code":"eur","tax_rate":20.0,"tax_code":null,"gift_cards_taxable":true,'
        '"automatic_taxes":true,"tax_provider_id":null,"metadata":null}\n'
        '{"kind":"region_payment_providers","region_id":"reg_1","provider_id":"manual"}\n'
        '{"kind":"cart","id":"cart_1","created_at":"2026-11-22T20:33:05.475000Z",'
        '"updated_at":"2026-11-22T20:33:05.475000Z","deleted_at":null,"email":"ada@example.com",'
        '"billing_address_id":null,"shipping_address_id":null,"region_id":"reg_1",'
        '"customer_id":null,"payment_id":"pay_1","type":"default","completed_at":null,'
        '"payment_authorized_at":null,"idempotency_key":null,"context":{},"metadata":null,'
        '"sales_channel_id":null,"currency_code":"eur","subtotal":2500,"discount_total":0,'
        '"shipping_total":300,"tax_total":560,"gift_card_total":0,"total":3360}\n'
        '{"kind":"payment_session","id":"ps_1","created_at":"2026-11-22T20:33:06.100000Z",'
        '"updated_at":"2026-11-22T20:33:06.100000Z","cart_id":"cart_1","provider_id":"manual",'
        '"is_selected":true,"is_initiated":true,"status":"pending","data":{"id":"pi_1"},'
        '"idempotency_key":null,"amount":3360,"payment_authorized_at":null}\n'
        '{"kind":"payment","id":"pay_1","created_at":"2026-11-22T20:33:07.100000Z",'
        '"updated_at":"2026-11-22T20:33:07.100000Z","swap_id":null,"cart_id":"cart_1",'
        '"order_id":null,"amount":3360,"currency_code":"eur","amount_refunded":0,'
        '"provider_id":"manual","data":{},"captured_at":null,"canceled_at":null,"metadata":null,'
        '"idempotency_key":null}\n'
    )


def test_the_records_of_one_entity_can_be_had_alone(store: Store) -> None:
    store.import_sources(csv_sources())

    header, *lines = exported(store, entity="payments", query="amount:>100000").splitlines()

    assert json.loads(header) == {"localpay": 1, "records": len(lines)}
    assert {json.loads(line)["kind"] for line in lines} == {"payment"}
    assert len(lines) == store.payments.count("amount:>100000")


def test_lines_may_stand_in_any_order(store: Store, other: Store, write: Write) -> None:
    store.import_sources([JSON / "store-cart-18-completed.json"])
    header, *lines = exported(store).splitlines()

    other.import_sources([write("a", "\n".join([header, *reversed(lines)]))])

    assert contents(other) == contents(store)


def test_a_hand_written_file_needs_little(store: Store, write: Write) -> None:
    store.import_sources(
        [
            write(
                "a",
                '\ufeff{"localpay": 1}\r\n\r\n'
                '{"kind": "region", "id": "reg_1", "name": "EU", "currency_code": "eur"}\r\n'
                '{"id": "cart_1", "region_id": "reg_1", "kind": "cart"}\r\n'
                ' {"kind": "payment_session", "id": "ps_1", "cart_id": "cart_1",'
                ' "provider_id": "manual", "data": {"rate": 1.10}} ',
            )
        ]
    )

    session = store.sessions.get("ps_1")
    assert (session.status, session.is_initiated, session.created_at) == ("pending", False, NOW)
    assert jsontext.dumps(session.data) == '{"rate":1.10}'
    assert store.carts.get("cart_1").currency_code == "eur"


def test_another_programs_json_stays_on_its_line(store: Store) -> None:
    store.import_sources([JSON / "store-cart-05-selected-card.json"])
    database = store._database
    with database.writing():
        database.run("UPDATE payment_session SET data = ?", ('{\n "a": 1.50\n}',))

    lines = exported(store, entity="sessions").splitlines()

    assert len(lines) == 4
    assert all('"data":{"a":1.50}' in line for line in lines[1:])


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["=1+1", "\x1b[31m", "[@click=app.quit]", "\u202e", "\x00", "\u2028", '"\\', "\r\n", "💥", ""]
)
NAME = TEXT.filter(bool)
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from(["0.10", "1e400", "-0.0", "1E+2"]).map(jsontext.WrittenFloat),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
INSTANT = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(  # noqa: DTZ001
    lambda instant: instant.replace(tzinfo=UTC)
)
AMOUNT = st.integers(-(2**63), 2**63 - 1)


@st.composite
def carts(draw: st.DrawFn) -> dict[str, Any]:
    providers = draw(st.lists(NAME, max_size=3, unique=True))
    selected = draw(st.none() | st.integers(0, 2))
    return {
        "cart": {
            "email": draw(st.none() | TEXT),
            "context": draw(VALUE),
            "metadata": draw(VALUE),
            "created_at": draw(INSTANT),
            "completed_at": draw(st.none() | INSTANT),
        },
        "items": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "title": TEXT,
                        "unit_price": st.integers(-(10**6), 10**6),
                        "quantity": st.integers(1, 9),
                        "metadata": VALUE,
                    }
                ),
                max_size=2,
            )
        ),
        "sessions": [
            {
                "provider_id": provider,
                "is_selected": True if place == selected else None,
                "status": draw(st.sampled_from(["pending", "authorized", "error"])),
                "data": draw(VALUE),
                "amount": draw(st.none() | AMOUNT),
                "payment_authorized_at": draw(st.none() | INSTANT),
            }
            for place, provider in enumerate(providers)
        ],
        "payments": draw(
            st.lists(
                st.fixed_dictionaries(
                    {"amount": AMOUNT, "provider_id": NAME, "data": VALUE, "canceled_at": INSTANT}
                ),
                max_size=2,
            )
        ),
    }


def fill(store: Store, shop: list[dict[str, Any]], name: str) -> None:
    region = store.regions.create(name=name, currency_code="eur", providers=["manual"])
    for each in shop:
        cart = store.carts.create(region_id=region.id, items=each["items"], **each["cart"])
        for session in each["sessions"]:
            store.sessions.create(cart_id=cart.id, **session)
        for payment in each["payments"]:
            store.payments.create(cart_id=cart.id, **payment)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(carts(), max_size=3), NAME)
def test_any_store_comes_back_equal_and_to_the_byte(
    write: Write, shop: list[dict[str, Any]], name: str
) -> None:
    with Store.open(":memory:", clock=SteppingClock(NOW, timedelta(seconds=1))) as store:
        fill(store, shop, name)
        text = exported(store)
        before = contents(store)
    with Store.open(":memory:") as other:
        summary = other.import_sources([write("a", text)])

        assert summary.quarantined == {}
        assert contents(other) == before
        assert exported(other) == text


@pytest.mark.parametrize("file_format", ["json", "csv", "ndjson"])
def test_output_is_always_utf_8(store: Store, write: Write, file_format: Any) -> None:
    data = json.loads('{"\\ud800": ["\\udfff", "💥"]}')
    store.import_sources(
        [write("a", cart_document(payment_sessions=[session_document(data=data)]))]
    )

    text = exported(store, file_format, entity="sessions")

    assert text.encode().decode() == text
    assert "ud800" in text
