"""Which columns a width has room for."""

from __future__ import annotations

import pytest

from localpay.store import Store
from localpay.tui.columns import CARTS, GAP, LISTS, SESSIONS, ListKind, fit


def names(kind: ListKind, width: int) -> list[str]:
    return [column.name for column, _ in fit(kind.columns, width)]


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("width", range(0, 240, 3))
def test_columns_never_need_more_than_the_width(kind: ListKind, width: int) -> None:
    fitted = fit(kind.columns, width)
    assert sum(room for _, room in fitted) + GAP * max(0, len(fitted) - 1) <= width or not fitted


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.name)
def test_more_width_never_takes_a_column_away(kind: ListKind) -> None:
    before: set[str] = set()
    for width in range(29, 240):
        now = set(names(kind, width))
        assert before <= now, width
        before = now
    assert before == {column.name for column in kind.columns}


def test_eighty_columns_show_what_a_session_is_about() -> None:
    assert names(SESSIONS, 77) == ["status", "amount", "provider_id", "created_at", "cart.email"]


def test_where_there_is_hardly_room_the_state_is_one_cell_beside_the_amount() -> None:
    assert [(column.name, room) for column, room in fit(SESSIONS.columns, 17)] == [
        ("status", 3),
        ("amount", 12),
    ]


def test_columns_keep_their_order_whatever_their_rank() -> None:
    order = [column.name for column in CARTS.columns]
    for width in range(0, 240, 7):
        shown = names(CARTS, width)
        assert shown == [name for name in order if name in shown]


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.name)
def test_lists_are_sorted_by_what_a_store_sorts_by(kind: ListKind) -> None:
    with Store.open(":memory:") as store:
        for column in kind.columns:
            if column.sort is not None:
                assert store.records(kind.entity).list(sort=column.sort) == []
