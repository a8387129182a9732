from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localpay.errors import (
    ArgumentError,
    CancelledError,
    StoreClosedError,
)
from localpay.payments.rules import Rules
from localpay.providers import Manual
from localpay.store import Cancellation, Store


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


def open_wrongly(**given: Any) -> None:
    Store.open(":memory:", **given).close()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rules": "medusa"}, "rules: takes Rules, such as Rules.medusa(), not 'medusa'"),
        ({"rules": Rules}, "rules: takes Rules, such as Rules.medusa(), not type"),
        (
            {"providers": ["manual"]},
            "providers: takes objects with the id and the methods of a provider, not 'manual'",
        ),
        (
            {"providers": [Manual]},
            "providers: takes objects with the id and the methods of a provider, not type",
        ),
        (
            {"providers": 5},
            "providers: takes objects with the id and the methods of a provider, not 5",
        ),
        ({"actor": None}, "actor: takes text, not None"),
        ({"actor": "half \ud800"}, r"actor: takes text, not 'half \ud800'"),
        ({"clock": 5}, "clock: takes a function that gives the current instant, not 5"),
        ({"random": 2**70}, "random: takes a random.Random, not int"),
    ],
)
def test_what_a_store_cannot_be_opened_with_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        open_wrongly(**given)
    assert str(caught.value) == message


@pytest.mark.parametrize("path", [5, None, b"shop", "a\0b", "\ud800"])
def test_what_no_file_can_be_called_is_refused(store: Store, path: Any) -> None:
    for call in (Store.open, Store.demo, store.backup, lambda each: store.import_sources([each])):
        with pytest.raises(ArgumentError, match="path: takes the name of a file, not "):
            call(path)


def test_a_store_that_cannot_be_opened_so_is_not_made(tmp_path: Path) -> None:
    given: Any = ["manual"]
    with pytest.raises(ArgumentError):
        Store.open(tmp_path / "shop", providers=given)
    assert list(tmp_path.iterdir()) == []


def test_providers_may_come_from_anything_that_gives_them() -> None:
    class Vouchers(Manual):
        id = "vouchers"

    with Store.open(":memory:", providers=(each for each in [Vouchers()])) as store:
        assert store.providers.ids() == ["manual", "simulator", "vouchers"]


@pytest.mark.parametrize("provider_id", ["", 5, ["manual"], None])
def test_a_provider_has_a_name(provider_id: Any) -> None:
    class Nameless(Manual):
        id = provider_id

    with pytest.raises(ArgumentError, match="providers: takes providers whose id is a text, not "):
        open_wrongly(providers=[Nameless()])


def test_a_store_that_is_closed_in_a_transaction_says_so(tmp_path: Path) -> None:
    path = tmp_path / "shop"
    with Store.open(path) as store:
        with pytest.raises(StoreClosedError), store.transaction():
            store.sessions.create(provider_id="manual")
            store.close()
        with pytest.raises(StoreClosedError):
            store.sessions.count()
    with Store.open(path) as store:
        assert store.sessions.count() == 0


@pytest.mark.parametrize("actor", [3, None, b"me", "half \ud800"])
def test_the_demo_shop_is_changed_by_somebody(tmp_path: Path, actor: Any) -> None:
    with pytest.raises(ArgumentError, match="actor: takes text, not "):
        Store.demo(tmp_path / "demo", actor=actor)
    assert list(tmp_path.iterdir()) == []


def test_the_demo_shop_can_be_had_in_memory() -> None:
    with Store.demo(":memory:", actor="me") as store:
        assert store.sessions.count() > 100
        region = store.regions.create(name="New", currency_code="eur")
        assert region.created_at > max(each.updated_at for each in store.carts.list(limit=5))
        assert next(store.history()).actor == "me"


def test_the_journal_can_be_read_from_a_line_on(store: Store) -> None:
    first, second = (store.sessions.create(provider_id="manual") for _ in range(2))
    newest = next(store.history()).number
    store.sessions.update(first.id, amount=1)
    store.sessions.update(second.id, amount=2)

    assert [line.record_id for line in store.history(after=newest)] == [second.id, first.id]
    assert [line.operation for line in store.history(first.id, after=newest)] == ["update"]
    assert list(store.history(after=newest + 2)) == []


@pytest.mark.parametrize("after", [-1, "3", None])
def test_the_journal_is_read_from_a_line_that_can_be(store: Store, after: Any) -> None:
    with pytest.raises(ArgumentError, match="after: takes a whole number of 0 or more, not "):
        store.history(after=after)


def test_the_records_of_an_entity_are_those_of_its_repository(store: Store) -> None:
    assert store.records("payment_session") is store.sessions
    assert store.records("cart") is store.carts
    assert store.records("payment") is store.payments


@pytest.mark.parametrize("entity", ["region", "sessions", None])
def test_other_entities_are_not_listed(store: Store, entity: Any) -> None:
    with pytest.raises(ArgumentError, match="entity: takes payment_session, cart or payment, not "):
        store.records(entity)


def test_records_are_given_one_by_one_until_another_thread_cancels() -> None:
    with Store.open(":memory:") as store:
        with store.transaction():
            for _ in range(1001):
                store.sessions.create(provider_id="manual")
        cancellation = Cancellation()
        records = store.sessions.iterate(cancellation=cancellation)
        next(records)
        cancellation.cancel()

        with pytest.raises(CancelledError):
            list(records)
