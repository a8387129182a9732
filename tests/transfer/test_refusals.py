"""Rows that break a rule of the data."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from localpay.errors import SourceError
from localpay.store import Store
from tests.clocks import SteppingClock
from tests.transfer.contents import NOW, reasons
from tests.transfer.sources import (
    JSON,
    Write,
    cart_document,
    csv_sources,
    item_document,
    payment_document,
    region_document,
    session_document,
)

BROKEN_SESSIONS: dict[str, tuple[dict[str, Any], str]] = {
    "second selected": (
        {"provider_id": "card"},
        "payment session 'ps_2': the cart already has a selected session",
    ),
    "second of a provider": (
        {"is_selected": None},
        "payment session 'ps_2': the cart already has a session of this provider",
    ),
    "orphan": ({"cart_id": "cart_9"}, "it refers to cart 'cart_9', which does not exist"),
    "unknown status": (
        {"provider_id": "card", "is_selected": None, "status": "open"},
        "payment session.status: takes one of authorized, pending",
    ),
    "wrong type": (
        {"provider_id": "card", "is_selected": None, "amount": "1000"},
        "payment session.amount: takes a whole number, not str",
    ),
    "fraction": (
        {"provider_id": "card", "is_selected": None, "amount": 10.5},
        "payment session.amount: takes a whole number, not float",
    ),
    "huge": (
        {"provider_id": "card", "is_selected": None, "amount": 2**63},
        "payment session.amount: is a number of more than 64 bits",
    ),
    "unreadable instant": (
        {"provider_id": "card", "is_selected": None, "created_at": "yesterday"},
        "payment session.created_at: 'yesterday' is not an instant",
    ),
    "instant that is not": (
        {"provider_id": "card", "is_selected": None, "created_at": "2026-02-30T00:00:00.000Z"},
        "payment session.created_at: '2026-02-30T00:00:00.000Z' is not a real instant",
    ),
    "flag": (
        {"provider_id": "card", "is_selected": "yes"},
        "payment session.is_selected: takes true or false, not str",
    ),
    "no provider": (
        {"provider_id": "", "is_selected": None},
        "payment session.provider_id: must not be empty",
    ),
    "null": (
        {"provider_id": None, "is_selected": None},
        "payment session.provider_id: needs a value",
    ),
    "no id": ({"id": None}, "payment session.id: needs a value"),
    "half a character": (
        {"provider_id": "\ud800", "is_selected": None},
        "payment session.provider_id: holds half a surrogate pair",
    ),
    "deep": (
        {"provider_id": "card", "is_selected": None, "data": json.loads("[" * 300 + "]" * 300)},
        "payment session.data: is nested deeper than 200 levels",
    ),
}


@pytest.mark.parametrize("name", BROKEN_SESSIONS)
def test_a_session_that_breaks_a_rule_goes_to_the_quarantine(
    store: Store, write: Write, name: str
) -> None:
    changes, reason = BROKEN_SESSIONS[name]
    broken = {**session_document(id="ps_2"), **changes}
    source = write("cart.json", [cart_document(), broken])

    summary = store.import_sources([source])

    [row] = store.quarantine.iterate()
    assert row.reason.startswith(reason)
    assert (row.entity, row.record_id) == ("payment_session", broken["id"])
    assert (row.source, row.line, row.at) == (str(source), 1, NOW)
    assert row.row["provider_id"] == broken["provider_id"]
    assert summary.quarantined == {"payment_session": 1}
    assert [session.id for session in store.sessions.list()] == ["ps_1"]
    assert store.check() == []


@pytest.mark.parametrize("name", BROKEN_SESSIONS)
def test_strict_makes_it_an_error(store: Store, write: Write, name: str) -> None:
    changes, reason = BROKEN_SESSIONS[name]
    source = write("cart.json", [cart_document(), {**session_document(id="ps_2"), **changes}])

    with pytest.raises(SourceError) as raised:
        store.import_sources([source], strict=True)

    assert raised.value.reason.startswith(reason)
    assert (raised.value.source, raised.value.line) == (str(source), 1)
    assert store.carts.count() == 0
    assert store.quarantine.count() == 0


@pytest.mark.parametrize(
    ("changes", "entity", "reason"),
    [
        ({"quantity": 0}, "line_item", "line item.quantity: must be at least 1, not 0"),
        (
            {"fulfilled_quantity": 3},
            "line_item",
            "line item 'item_1': it breaks the rule fulfilled_quantity <= quantity",
        ),
        ({"title": None}, "line_item", "line item.title: needs a value"),
    ],
)
def test_an_item_that_breaks_a_rule_is_left_out(
    store: Store, write: Write, changes: dict[str, Any], entity: str, reason: str
) -> None:
    store.import_sources([write("a", cart_document(items=[item_document(**changes)]))])

    assert reasons(store) == [(entity, "item_1", reason)]
    assert store.carts.get("cart_1").total == 3360


def test_a_second_live_payment_is_left_out_and_a_canceled_one_is_not(
    store: Store, write: Write
) -> None:
    payments = [
        payment_document(),
        payment_document(id="pay_2"),
        payment_document(id="pay_3", canceled_at="2026-11-22T20:33:08.100Z"),
    ]

    store.import_sources([write("a", [cart_document(), *payments])])

    [(entity, record_id, reason)] = reasons(store)
    assert (entity, record_id) == ("payment", "pay_2")
    assert "the cart already has a live payment" in reason


def test_a_row_without_a_column_it_needs_is_left_out(store: Store, write: Write) -> None:
    store.import_sources([write("a", {"refunds": [{"id": "ref_1", "amount": 5}]})])

    assert reasons(store) == [("refund", "ref_1", "refund.reason: needs a value")]


def test_what_names_a_row_that_is_left_out_is_left_out_too(store: Store, write: Write) -> None:
    refund = {"id": "ref_1", "amount": 5, "reason": "other", "payment_id": "pay_1"}
    cart = cart_document(payment=payment_document(refunds=[refund]), payment_id="pay_1", type="odd")

    summary = store.import_sources([write("a", cart)])

    assert summary.quarantined == {
        "cart": 1,
        "line_item": 1,
        "payment_session": 1,
        "payment": 1,
        "refund": 1,
    }
    assert ("refund", "ref_1", "it refers to payment 'pay_1', which does not exist") in reasons(
        store
    )
    assert ("line_item", "item_1", "it refers to cart 'cart_1', which does not exist") in reasons(
        store
    )
    assert store.check() == []


def test_a_cart_whose_region_is_nowhere_is_an_orphan_with_all_that_is_its_own(
    store: Store, write: Write
) -> None:
    cart = cart_document()
    del cart["region"]

    store.import_sources([write("a", cart)])

    assert [entity for entity, _, _ in reasons(store)] == ["cart", "line_item", "payment_session"]
    row = next(store.quarantine.iterate()).row
    assert (row["total"], row["region_id"], "currency_code" in row) == (3360, "reg_1", False)


def test_a_cart_whose_region_is_in_the_store_has_its_currency(store: Store, write: Write) -> None:
    cart = cart_document()
    del cart["region"]

    store.import_sources([write("a", {"region": region_document()}), write("b", cart)])

    assert store.carts.get("cart_1").currency_code == "eur"
    assert store.carts.get("cart_1").total == 3360


def test_links_of_what_is_left_out_are_not_lost(store: Store, write: Write) -> None:
    collection = json.loads((JSON / "store-payment-collection.json").read_text())
    collection["payment_collection"]["region"] = None
    collection["payment_collection"]["region_id"] = "reg_9"

    store.import_sources([write("a", collection)])

    assert [entity for entity, _, _ in reasons(store)] == [
        "payment_collection_sessions",
        "payment_collection_sessions",
        "payment_collection",
    ]
    assert store.sessions.count() == 2


def test_a_cart_that_costs_more_than_can_be_counted_is_left_out(store: Store, write: Write) -> None:
    store.import_sources(csv_sources("region"))
    region = store.regions.list()[0].id
    cart = f"id,region_id,customer_id,payment_id,completed_at\ncart_1,{region},,,\n"
    item = f"id,cart_id,title,unit_price,quantity\nitem_1,cart_1,Mug,{2**62},{2**62}\n"

    store.import_sources([write("a", cart), write("b", item)])

    assert [entity for entity, _, _ in reasons(store)] == ["cart", "line_item"]
    assert "more than 64 bits" in reasons(store)[0][2]


def test_false_is_taken_for_not_selected(store: Store, write: Write) -> None:
    sessions = [
        session_document(is_selected=False),
        session_document(id="ps_2", provider_id="card", is_selected=False),
    ]
    store.import_sources([write("a", cart_document(payment_sessions=sessions))])
    header = "id,cart_id,provider_id,is_selected,status,data\n"

    store.import_sources([write("b", f"{header}ps_3,cart_1,bank,f,pending,{{}}\n")])

    assert {session.is_selected for session in store.sessions.list()} == {None}
    assert store.sessions.count() == 3


BAD_ROWS = (
    "id,cart_id,provider_id,is_selected,status,data\n"
    "ps_1,,card,,odd,{}\nps_2,cart_9,card,,pending,{}\n,,card,,pending,{}\n"
)


def test_importing_a_file_again_quarantines_nothing_twice(write: Write) -> None:
    with Store.open(":memory:", clock=SteppingClock(NOW, timedelta(minutes=1))) as store:
        for name in ("a", "b"):
            summary = store.import_sources([write(name, BAD_ROWS)], on_conflict="skip")
            assert summary.quarantined == {"payment_session": 3}

        assert [row.line for row in store.quarantine.iterate()] == [2, 4, 3]


def test_what_is_new_about_a_quarantined_row_is_kept(store: Store, write: Write) -> None:
    store.import_sources([write("a", BAD_ROWS)])
    store.import_sources([write("a", BAD_ROWS.replace("odd", "even"))], on_conflict="skip")
    store.import_sources([write("b", f"{BAD_ROWS}ps_1,,card,,odd,{{}}\n")], on_conflict="skip")

    rows = [row.row["status"] for row in store.quarantine.iterate() if row.record_id == "ps_1"]
    assert rows == ["odd", "even"]


def test_rows_that_are_equal_in_one_import_are_all_kept(store: Store, write: Write) -> None:
    store.import_sources([write("a", f"{BAD_ROWS}ps_1,,card,,odd,{{}}\n")])

    assert [row.line for row in store.quarantine.iterate() if row.record_id == "ps_1"] == [2, 5]


def test_the_line_of_an_orphan_is_that_of_its_row(store: Store, write: Write) -> None:
    header = "id,cart_id,provider_id,is_selected,status,data\n"
    rows = 'ps_1,,"a\nb",,pending,{}\nps_2,,card,,pending,{}\nps_3,cart_9,x,,pending,{}\n'

    store.import_sources([write("a", f"{header}\n{rows}")])

    assert [row.line for row in store.quarantine.iterate()] == [6]


def test_the_line_in_pretty_json_is_where_the_id_stands(store: Store, write: Write) -> None:
    text = json.dumps(cart_document(type="odd"), indent=1)

    store.import_sources([write("a", text)])

    lines = text.splitlines()
    for row in store.quarantine.iterate():
        assert f'"id": "{row.record_id}"' in lines[row.line - 1]
