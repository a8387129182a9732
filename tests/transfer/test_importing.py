"""What an import takes, leaves out, and does with what is there already."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localpay.errors import NothingToUndoError, ReadOnlyStoreError, SourceError
from localpay.store import Store
from localpay.transfer.importing import ImportProgress
from tests.transfer.contents import NOW, contents, exported, reasons
from tests.transfer.sources import (
    CSV,
    JSON,
    SHOP,
    Write,
    cart_document,
    csv_sources,
    region_document,
    session_document,
)

CARTS = sorted(JSON.glob("store-c*.json"))


# What Medusa wrote


def test_a_shops_tables_come_in_whole(store: Store) -> None:
    summary = store.import_sources(csv_sources())

    assert summary.added == {
        "region": 5,
        "payment_provider": 3,
        "region_payment_providers": 10,
        "cart": 384,
        "line_item": 944,
        "payment_session": 666,
        "payment": 125,
        "refund": 37,
    }
    assert summary.quarantined == {}
    assert store.check() == []


def test_the_time_zone_of_the_export_does_not_matter(store: Store, other: Store) -> None:
    shop = csv_sources("region", "cart", "payment")
    store.import_sources([*shop, CSV / "payment_session.csv"])
    other.import_sources([*shop, CSV / "payment_session.new-york.csv"])

    assert (CSV / "payment_session.csv").read_text() != (
        CSV / "payment_session.new-york.csv"
    ).read_text()
    assert contents(store) == contents(other)


def test_values_of_csv_are_what_the_database_held(store: Store) -> None:
    store.import_sources(csv_sources())

    session = store.sessions.get("ps_01M82FCS1NFBQBBHK59EN9387H")

    assert session.created_at == datetime(2026, 11, 22, 20, 33, 6, 100965, UTC)
    assert session.is_selected is True
    assert session.amount == 558168
    assert list(session.data) == ["amount", "currency", "order_token"]
    assert session.idempotency_key is None


def test_totals_of_csv_come_from_items_and_region(store: Store) -> None:
    store.import_sources(csv_sources())

    cart = store.carts.get("cart_01M82FCQ63KEYPJYN4MS69CK6R")

    assert (cart.currency_code, cart.subtotal, cart.total) == ("usd", 27325, 27325)


@pytest.mark.parametrize("source", CARTS, ids=lambda path: path.stem)
def test_every_recorded_cart_comes_in(store: Store, source: Path) -> None:
    answer = json.loads(source.read_text())
    document = answer["cart"]

    summary = store.import_sources([source])

    cart = store.carts.get(document["id"])
    assert summary.quarantined == {}
    assert store.check() == []
    assert cart.total == document["total"]
    assert cart.shipping_total == document["shipping_total"]
    assert {session.id for session in cart.payment_sessions or ()} == {
        session["id"] for session in document["payment_sessions"]
    }
    assert len(cart.items or ()) == len(document["items"])


def test_all_recorded_carts_come_in_together(store: Store) -> None:
    summary = store.import_sources(CARTS)

    assert summary.added["cart"] == 14
    assert summary.quarantined == {}


def test_regions_come_with_their_providers(store: Store) -> None:
    store.import_sources([JSON / "store-regions.json"])

    assert [len(region.providers or ()) for region in store.regions.list(expand=["providers"])]
    assert store.regions.providers() == ["fake_card", "fake_wallet", "manual"]


def test_a_payment_collection_keeps_its_sessions(store: Store) -> None:
    store.import_sources([JSON / "store-payment-collection.json"])

    [line] = [
        json.loads(line)
        for line in exported(store).splitlines()
        if '"kind":"payment_collection",' in line
    ]
    assert (line["region_id"], line["created_by"]) == ("reg_01M82FCNG2ME64YXYMQ18JB4DF", "")
    assert exported(store).count('"kind":"payment_collection_sessions"') == 2


def test_an_orders_payments_and_refunds_come_in_when_its_cart_is_there(store: Store) -> None:
    carts = [JSON / f"store-cart-{name}.json" for name in ("18-completed", "23-free")]
    store.import_sources(carts)

    summary = store.import_sources([JSON / "admin-orders.json"], on_conflict="update")

    assert summary.quarantined["payment"] == 8
    assert store.payments.get("pay_01M82FH891V5WP0W3MSX2AD63Y").order_id is not None


def test_the_cart_in_the_answer_of_completing_is_taken(store: Store, write: Write) -> None:
    answer = {"data": cart_document(), "payment_status": "requires_more", "type": "cart"}

    store.import_sources([write("complete.json", answer)])

    assert store.carts.get("cart_1").total == 3360


@pytest.mark.parametrize(
    "answer",
    [
        cart_document(),
        {"cart": cart_document()},
        {"carts": [cart_document()]},
        [cart_document()],
        [{"cart": cart_document()}],
        {"cart": cart_document(), "data": cart_document()},
    ],
    ids=["bare", "wrapped", "carts", "list", "list of wrapped", "create sessions"],
)
def test_a_cart_is_taken_from_any_answer(store: Store, write: Write, answer: Any) -> None:
    store.import_sources([write("answer.json", answer)])

    cart = store.carts.get("cart_1")
    assert (cart.total, cart.shipping_total, cart.currency_code) == (3360, 300, "eur")
    assert cart.payment_session is not None
    assert cart.items is not None
    assert cart.items[0].cart_id == "cart_1"
    assert cart.region is not None
    assert cart.region.providers == ("manual",)


# In any order, from any number of sources


def test_sessions_may_come_before_their_carts(store: Store, other: Store) -> None:
    store.import_sources(csv_sources())
    other.import_sources(csv_sources(*reversed(SHOP)))

    assert contents(store) == contents(other)


SHUFFLED = 40
"""Rows of each table that are shuffled: enough to cross, few enough to be quick."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random=st.randoms(use_true_random=False))
def test_neither_the_order_of_sources_nor_that_of_rows_matters(
    tmp_path_factory: pytest.TempPathFactory, random: Any
) -> None:
    folder = tmp_path_factory.mktemp("shuffled")
    sources = []
    for table in SHOP:
        lines = (CSV / f"{table}.csv").read_text().splitlines(keepends=True)
        header, rows = lines[0], lines[1 : SHUFFLED + 1]
        random.shuffle(rows)
        sources.append(folder / f"{table}.csv")
        sources[-1].write_text(header + "".join(rows))
    ordered = list(sources)
    random.shuffle(sources)
    with Store.open(":memory:", clock=lambda: NOW) as one:
        one.import_sources(ordered)
        with Store.open(":memory:", clock=lambda: NOW) as two:
            two.import_sources(sources)
            assert unordered(one) == unordered(two)


def unordered(store: Store) -> Any:
    """A store's contents, without which row of the source each quarantined one was."""
    found = contents(store)
    found["quarantine"] = sorted(map(repr, reasons(store)))
    return found


def test_several_kinds_come_in_at_once(store: Store, other: Store, write: Write) -> None:
    other.import_sources(csv_sources("region", "region_payment_providers"))
    regions = write("regions", exported(other))

    summary = store.import_sources(
        [*csv_sources("cart", "payment"), regions, JSON / "store-cart-18-completed.json"],
        on_conflict="update",
    )

    assert summary.added["cart"] == 384
    assert store.sessions.count() == 3


def test_standard_input_is_read_as_bytes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps(cart_document(email="ünïcode@example.com"), ensure_ascii=False).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))

    store.import_sources(["-"])

    assert store.carts.get("cart_1").email == "ünïcode@example.com"


def test_the_name_of_a_source_says_nothing(store: Store, tmp_path: Path) -> None:
    for name, source in (("a.json", CSV / "region.csv"), ("b.csv", CARTS[0])):
        (tmp_path / name).write_bytes(source.read_bytes())

    store.import_sources([tmp_path / "a.json", tmp_path / "b.csv"], on_conflict="update")

    assert (store.regions.count(), store.carts.count()) == (5, 1)


def test_a_byte_order_mark_is_passed_over(store: Store, write: Write) -> None:
    mark = b"\xef\xbb\xbf"
    store.import_sources(
        [
            write("a", mark + (CSV / "region.csv").read_bytes()),
            write("b", mark + CARTS[0].read_bytes()),
        ],
        on_conflict="update",
    )

    assert (store.regions.count(), store.carts.count()) == (5, 1)


# The journal, progress, all or nothing


def test_an_import_is_one_line_in_the_journal_with_its_counts(store: Store) -> None:
    store.import_sources(csv_sources("region"))

    [line] = store.history()
    assert (line.operation, line.entity, line.record_id) == ("import", "store", "")
    assert line.after == {"added": {"region": 5}, "updated": {}, "skipped": {}, "quarantined": {}}


def test_an_import_that_changes_nothing_leaves_no_line(store: Store) -> None:
    store.import_sources(csv_sources("region"))

    summary = store.import_sources(csv_sources("region"), on_conflict="skip")

    assert summary.skipped == {"region": 5}
    assert len(list(store.history())) == 1


def test_an_import_is_not_undone(store: Store) -> None:
    store.import_sources(csv_sources("region"))

    with pytest.raises(NothingToUndoError, match="import"):
        store.undo()


def test_progress_tells_source_bytes_and_rows(store: Store) -> None:
    seen: list[ImportProgress] = []
    sources = csv_sources("region", "cart")

    store.import_sources(sources, progress=seen.append)

    assert [progress.source for progress in seen] == [str(source) for source in sources]
    assert seen[-1].position == seen[-1].size == sources[-1].stat().st_size
    assert seen[-1].rows == 5 + 384


def test_raising_in_the_progress_takes_everything_back(store: Store) -> None:
    def cancel(progress: ImportProgress) -> None:
        if progress.rows > 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.import_sources(csv_sources("region", "cart"), progress=cancel)

    assert store.regions.count() == 0
    assert list(store.history()) == []


def test_a_bad_source_takes_the_good_ones_before_it_back(store: Store, write: Write) -> None:
    with pytest.raises(SourceError):
        store.import_sources([*csv_sources("region"), write("bad.json", '{"cart": ')])

    assert store.regions.count() == 0
    assert store.quarantine.count() == 0


def test_an_import_joins_the_callers_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.import_sources(csv_sources("region"))
        raise ZeroDivisionError

    assert store.regions.count() == 0


def test_a_store_opened_for_reading_takes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "shop.localpay"
    Store.open(path).close()
    with Store.open(path, read_only=True) as store, pytest.raises(ReadOnlyStoreError):
        store.import_sources(csv_sources("region"))


# Ids that are taken


def test_an_id_that_is_taken_ends_the_import_and_is_reported_with_its_place(store: Store) -> None:
    store.import_sources(csv_sources())

    with pytest.raises(
        SourceError, match=r"payment session 'ps_.*' is already in the store"
    ) as raised:
        store.import_sources(csv_sources("payment_session"))

    assert raised.value.line == 2
    assert store.sessions.count() == 666


def test_skip_leaves_the_records_that_are_there(store: Store, write: Write) -> None:
    store.import_sources([write("a", cart_document())])
    changed = cart_document(
        email="new@example.com",
        payment_sessions=[
            session_document(),
            session_document(id="ps_2", provider_id="card", is_selected=None),
        ],
    )

    summary = store.import_sources([write("b", changed)], on_conflict="skip")

    assert store.carts.get("cart_1").email == "ada@example.com"
    assert summary.added == {"payment_session": 1}
    assert summary.skipped == {"cart": 1, "line_item": 1, "payment_session": 1}


def test_update_gives_the_records_what_the_source_says(store: Store, write: Write) -> None:
    store.import_sources([write("a", cart_document())])
    changed = cart_document(email="new@example.com", total=4000, payment_sessions=[])

    summary = store.import_sources([write("b", changed)], on_conflict="update")

    cart = store.carts.get("cart_1")
    assert (cart.email, cart.total, cart.shipping_total) == ("new@example.com", 4000, 300)
    assert summary.updated == {"cart": 1}
    assert summary.skipped == {"region": 1, "payment_provider": 1, "line_item": 1} | {
        "region_payment_providers": 1
    }


def test_an_answer_does_not_cut_the_instants_that_are_there(store: Store) -> None:
    answer = JSON / "store-cart-05-selected-card.json"
    store.import_sources(csv_sources())
    before = contents(store)

    summary = store.import_sources([answer], on_conflict="update")

    assert summary.updated == {}
    assert contents(store) == before


def test_an_answer_and_the_database_may_come_together(store: Store, other: Store) -> None:
    carts = [JSON / f"store-cart-{name}.json" for name in ("05-selected-card", "18-completed")]

    summary = store.import_sources([*csv_sources(), *carts])
    other.import_sources([*reversed(carts), *reversed(csv_sources())])

    assert summary.added["cart"] == 384
    assert store.carts.get("cart_01M82FH7Q1TR4BPHN0Q41SQFSP").shipping_total == 1290
    assert contents(store) == contents(other)


def test_update_leaves_what_the_source_does_not_say(store: Store, write: Write) -> None:
    store.import_sources([write("a", cart_document())])
    partly = {key: cart_document()[key] for key in ("object", "id", "region_id")}

    store.import_sources([write("b", {**partly, "email": None})], on_conflict="update")

    cart = store.carts.get("cart_1")
    assert (cart.email, cart.total, cart.created_at.second) == (None, 3360, 5)


def test_update_may_move_the_selection_to_another_session(store: Store, write: Write) -> None:
    one = session_document()
    two = session_document(id="ps_2", provider_id="card", is_selected=None)
    store.import_sources([write("a", cart_document(payment_sessions=[one, two]))])
    moved = [{**two, "is_selected": True}, {**one, "is_selected": None}]

    summary = store.import_sources(
        [write("b", cart_document(payment_sessions=moved))], on_conflict="update"
    )

    selected = store.carts.get("cart_1").payment_session
    assert selected is not None
    assert selected.id == "ps_2"
    assert summary.quarantined == {}


def test_an_update_that_names_what_is_not_there_is_quarantined(store: Store, write: Write) -> None:
    store.import_sources([write("a", cart_document())])
    orphan = session_document(cart_id="cart_9")

    summary = store.import_sources([write("b", [orphan])], on_conflict="update")

    assert summary.quarantined == {"payment_session": 1}
    assert store.sessions.get("ps_1").cart_id == "cart_1"


def test_an_update_may_name_a_record_that_comes_later(store: Store, write: Write) -> None:
    store.import_sources([write("a", cart_document())])
    moved = session_document(cart_id="cart_2")
    second = cart_document(id="cart_2", items=[], payment_sessions=[])

    summary = store.import_sources([write("b", [moved]), write("c", second)], on_conflict="update")

    assert summary.updated == {"payment_session": 1}
    assert store.sessions.get("ps_1").cart_id == "cart_2"


def test_items_from_csv_change_the_totals_of_a_cart_that_is_there(
    store: Store, write: Write
) -> None:
    store.import_sources([write("a", cart_document())])
    header = "id,cart_id,title,unit_price,quantity\n"

    store.import_sources([write("b", f"{header}item_2,cart_1,Hat,1000,1\n")])
    assert store.carts.get("cart_1").total == 2500 + 1000 + 700 + 300 + 60

    store.import_sources([write("c", f"{header}item_2,cart_1,Hat,1000,2\n")], on_conflict="update")
    assert store.carts.get("cart_1").subtotal == 2500 + 2000


def test_a_cart_that_moves_to_another_region_has_its_currency(store: Store, write: Write) -> None:
    dkk = region_document(id="reg_2", currency_code="dkk", tax_rate=25)
    store.import_sources([write("a", [cart_document(), dkk])])
    header = "id,region_id,customer_id,payment_id,completed_at\n"

    store.import_sources([write("b", f"{header}cart_1,reg_2,,,\n")], on_conflict="update")

    cart = store.carts.get("cart_1")
    assert (cart.region_id, cart.currency_code, cart.tax_total) == ("reg_2", "dkk", 700)


def test_the_region_of_a_second_cart_is_no_conflict(store: Store, write: Write) -> None:
    store.import_sources([write("a", cart_document())])
    second = cart_document(
        id="cart_2", items=[], payment_sessions=[], region=region_document(name="Europa")
    )

    summary = store.import_sources([write("b", second)])

    assert summary.added == {"cart": 1}
    assert store.regions.get("reg_1").name == "Europe"


def test_a_region_that_comes_with_each_of_its_carts_counts_once(store: Store, write: Write) -> None:
    carts = [
        cart_document(id=f"cart_{number}", items=[], payment_sessions=[]) for number in range(3)
    ]
    store.import_sources([write("a", carts)])
    summary = store.import_sources([write("a", carts)], on_conflict="update")

    assert (summary.skipped["cart"], summary.skipped["region"]) == (3, 1)


def test_a_record_that_comes_twice_alike_counts_once(write: Write) -> None:
    document = cart_document()
    less = {key: document[key] for key in ("object", "id", "region_id", "region", "email")}

    for number, answers in enumerate(([less, document], [document, less])):
        with Store.open(":memory:") as fresh:
            summary = fresh.import_sources(
                [write(f"{number}-{part}", answer) for part, answer in enumerate(answers)]
            )
            assert summary.added["cart"] == 1
            assert fresh.carts.get("cart_1").total == 3360
            assert fresh.carts.get("cart_1").created_at.second == 5


def test_a_record_that_comes_twice_with_other_values_is_a_conflict(
    store: Store, write: Write
) -> None:
    sources = [write("a", cart_document()), write("b", cart_document(email="other@example.com"))]

    with pytest.raises(SourceError, match=r"has different values in .*a, line 1"):
        store.import_sources(sources)

    summary = store.import_sources(sources, on_conflict="update")
    assert summary.added["cart"] == 1
    assert store.carts.get("cart_1").email == "other@example.com"
