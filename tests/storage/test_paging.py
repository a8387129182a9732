"""Keyset pages: nothing twice and nothing missing, whatever is added meanwhile."""

from __future__ import annotations

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localpay.errors import CursorError
from localpay.query import fields
from localpay.query.fields import Kind
from localpay.store import Store

amounts = st.lists(st.none() | st.integers(0, 3), max_size=20)
sorts = st.sampled_from(
    ["-created_at", "amount", "-amount", "amount,-created_at", "-amount,provider_id", "status"]
)


def add(store: Store, amount: int | None) -> str:
    provider = f"provider_{amount}"
    return store.sessions.create(provider_id=provider, amount=amount).id


@settings(deadline=None, max_examples=60)
@given(amounts, amounts, sorts, st.integers(1, 7))
def test_pages_give_each_record_once_in_order_while_others_are_added(
    first: list[int | None], later: list[int | None], sort: str, size: int
) -> None:
    with Store.open(":memory:") as store:
        there = {add(store, amount) for amount in first}
        new = iter(later)
        seen: list[str] = []
        page = store.sessions.list(sort=sort, limit=size)
        seen += [session.id for session in page]
        while page.next is not None:
            if (amount := next(new, -1)) != -1:
                add(store, amount)
            page = store.sessions.list(sort=sort, limit=size, after=page.next)
            seen += [session.id for session in page]

        in_order = [session.id for session in store.sessions.list(sort=sort)]

    assert len(seen) == len(set(seen))
    assert there <= set(seen)
    assert seen == [each for each in in_order if each in set(seen)]


def test_the_last_page_has_no_next(store: Store) -> None:
    for amount in range(4):
        add(store, amount)

    page = store.sessions.list(limit=2)
    last = store.sessions.list(limit=2, after=page.next)

    assert page.next is not None
    assert last.next is None
    assert len(last) == 2


def test_a_page_goes_on_after_a_record_that_was_deleted(store: Store) -> None:
    ids = [add(store, amount) for amount in range(4)]
    page = store.sessions.list(sort="amount", limit=2)

    store.sessions.delete(ids[1])
    following = store.sessions.list(sort="amount", limit=2, after=page.next)

    assert [session.id for session in following] == ids[2:]


def test_a_cursor_of_another_list_is_refused(store: Store) -> None:
    for amount in range(4):
        add(store, amount)
    cursor = store.sessions.list(sort="amount", limit=2).next

    for query, sort in (("", "-amount"), ("amount:1", "amount"), ("", "created_at")):
        with pytest.raises(CursorError, match="does not belong to this list"):
            store.sessions.list(query, sort=sort, limit=2, after=cursor)
    with pytest.raises(CursorError):
        store.carts.list(sort="-created_at", limit=2, after=cursor)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "'; DROP TABLE cart; --", "ü", "e30", base64.b64encode(b"[1,2,3]").decode(),
     base64.b64encode(b'["a",{},[]]').decode(), "A" * 10_000, "\ud800"],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(store: Store, cursor: str) -> None:
    add(store, 1)

    with pytest.raises(CursorError):
        store.sessions.list(limit=1, after=cursor)


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb", 2**63, {}, ["a"]])
def test_what_no_record_can_hold_is_in_no_cursor(store: Store, value: object) -> None:
    for amount in range(2):
        add(store, amount)
    cursor = store.sessions.list(sort="provider", limit=1).next or ""
    mark, rid, _ = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    forged = base64.urlsafe_b64encode(json.dumps([mark, rid, value]).encode()).decode()

    with pytest.raises(CursorError):
        store.sessions.list(sort="provider", limit=1, after=forged)


@pytest.mark.parametrize("limit", [2**63 - 2, 2**63 - 1, 2**63, 10**30])
def test_a_limit_beyond_all_numbers_means_all(store: Store, limit: int) -> None:
    ids = [add(store, amount) for amount in range(3)]
    cursor = store.sessions.list(sort="amount", limit=1).next

    page = store.sessions.list(sort="amount", limit=limit)
    rest = store.sessions.list(sort="amount", limit=limit, after=cursor)

    assert ([each.id for each in page], page.next) == (ids, None)
    assert ([each.id for each in rest], rest.next) == (ids[1:], None)


def test_a_field_that_is_sorted_by_again_changes_nothing(store: Store) -> None:
    ids = [add(store, amount) for amount in range(3)]
    sort = ["-amount", "status", "amount"] * 3000

    page = store.sessions.list(sort=sort, limit=1)
    rest = store.sessions.list(sort=sort, after=page.next)

    assert [each.id for each in [*page, *rest]] == ids[::-1]


def test_records_can_be_sorted_by_all_that_they_have_at_once(store: Store) -> None:
    ids = {add(store, amount) for amount in range(3)}
    sort = [
        each.name
        for each in fields.fields("payment_session")
        if each.table in {"payment_session", "cart"} and each.kind is not Kind.JSON
    ]

    page = store.sessions.list(sort=sort, limit=1)
    rest = store.sessions.list(sort=sort, after=page.next)

    assert {each.id for each in [*page, *rest]} == ids


@given(st.data())
@settings(deadline=None, max_examples=50)
def test_a_cursor_that_was_tampered_with_never_breaks_anything(data: st.DataObject) -> None:
    with Store.open(":memory:") as store:
        for amount in range(3):
            add(store, amount)
        cursor = store.sessions.list(limit=1).next or ""
        place = data.draw(st.integers(0, len(cursor) - 1))
        changed = cursor[:place] + data.draw(st.characters()) + cursor[place + 1 :]
        with suppress(CursorError):
            store.sessions.list(limit=1, after=changed)
