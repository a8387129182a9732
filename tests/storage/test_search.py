"""The search index changes how fast a text is found, never what is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localpay.errors import ReadOnlyStoreError
from localpay.query.tokens import quote
from localpay.storage import search
from localpay.store import Store

words = st.sampled_from(
    ["stripe", "STRIPE", "straße", "STRASSE", "Ünïcode", "pi_123", 'a"quote', "日本語", "ab", "a b",
     "per%cent", "under_score", "back\\slash", "requires_action", "(", "*", "'"]
)  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("search") / "shop.localpay") as store:
        store.seed(carts=60, seed=3)
        yield store


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(words, words), max_size=6), words, st.booleans())
def test_the_same_records_are_found_with_and_without_the_index(
    records: list[tuple[str, str]], wanted: str, indexed_first: bool
) -> None:
    with Store.open(":memory:") as store:
        region = store.regions.create(name="EU", currency_code="eur")
        if indexed_first:
            store.build_search_index()
        for number, (email, value) in enumerate(records):
            cart = store.carts.create(region_id=region.id, email=email)
            store.sessions.create(
                cart_id=cart.id, provider_id=f"p{number}", data={"note": value, value: number}
            )
        if not indexed_first:
            store.build_search_index()
        query = quote(wanted)
        repositories = (store.sessions, store.carts, store.payments)
        indexed = [[each.id for each in records.list(query)] for records in repositories]
        counted = [records.count(query) for records in repositories]
        store.drop_search_index()
        plain = [[each.id for each in records.list(query)] for records in repositories]

    assert indexed == plain
    assert counted == [len(each) for each in plain]


def test_an_index_of_other_columns_is_none_until_it_is_made_anew(store: Store) -> None:
    store.build_search_index()
    region = store.regions.create(name="EU", currency_code="eur")
    cart = store.carts.create(region_id=region.id, sales_channel_id="sc_needle")
    with store._database.writing():
        store._database.run("DROP TABLE cart_search")
        store._database.run(
            "CREATE VIRTUAL TABLE cart_search USING fts5(id, email, content='cart',"
            " content_rowid='rid', tokenize='trigram', detail='none', columnsize=0)"
        )
        for event in ("insert", "delete", "update"):
            store._database.run(f"DROP TRIGGER cart_search_{event}")

    assert not store.has_search_index()
    assert [each.id for each in store.carts.list("needle")] == [cart.id]

    store.build_search_index()
    assert store.has_search_index()
    assert [each.id for each in store.carts.list("needle")] == [cart.id]


def test_the_index_follows_every_change(store: Store) -> None:
    store.build_search_index()
    session = store.sessions.create(provider_id="manual", data={"order": "needle_1"})
    assert store.sessions.count("needle_1") == 1

    store.sessions.update(session.id, data={"order": "needle_2"})
    assert (store.sessions.count("needle_1"), store.sessions.count("needle_2")) == (0, 1)

    store.undo()
    assert (store.sessions.count("needle_1"), store.sessions.count("needle_2")) == (1, 0)

    store.sessions.delete(session.id)
    assert store.sessions.count("needle_1") == 0
    assert store.check() == []


@pytest.mark.parametrize("common", [1, 5, 40, 20_000])
def test_the_index_serves_a_query_with_other_terms_and_negations(
    shop: Store, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(search, "_COMMON", common)
    monkeypatch.setattr(search, "_COMMON_CARTS", common)
    queries = [
        "status:pending pi_",
        "-pi_ status:pending",
        "pi_3 OR klarna",
        "pi_*secret",
        "zzzzzz",
        "example",
        "gmail OR example.com",
    ]
    plain = [[each.id for each in shop.sessions.list(query)] for query in queries]

    shop.build_search_index()
    indexed = [[each.id for each in shop.sessions.list(query)] for query in queries]
    shop.drop_search_index()

    assert indexed == plain


def test_an_index_is_there_once_built_until_dropped(shop: Store) -> None:
    assert not shop.has_search_index()
    shop.build_search_index()
    shop.build_search_index()
    assert shop.has_search_index()
    shop.drop_search_index()
    assert not shop.has_search_index()


def test_a_store_open_for_reading_is_given_no_index(tmp_path: Path) -> None:
    Store.open(tmp_path / "a").close()
    with Store.open(tmp_path / "a", read_only=True) as store, pytest.raises(ReadOnlyStoreError):
        store.build_search_index()


@pytest.mark.parametrize("has_index", [False, True])
def test_an_escape_of_json_is_no_letter_of_a_word(store: Store, has_index: bool) -> None:
    store.sessions.create(provider_id="manual", data={"note": "line one\nnext\ttab"})
    store.sessions.create(provider_id="manual", data={"path": "C:\\network"})
    if has_index:
        store.build_search_index()

    found = ("next", "NEXT", "tab", "one*tab", "network", '"C:\\\\network"', '"one\nnext"')
    for text in found:
        assert [store.sessions.count(each) for each in (text, f"data:{text}")] == [1, 1], text
    for text in ("nnext", "ttab", "nnext*tab", "one*nnext", "newline"):
        assert [store.sessions.count(each) for each in (text, f"data:{text}")] == [0, 0], text
    assert store.sessions.count("-nnext") == 2
