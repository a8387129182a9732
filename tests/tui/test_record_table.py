"""The list of records: drawing the few lines that are seen, and moving in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from localpay.store import Store
from tests.hostile import HOSTILE, RAW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.tui.conftest import Open, User

SIZES = [(200, 50), (80, 24), (60, 20), (40, 10), (20, 5), (3, 3), (1, 1)]


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Store]:
    """Some thousand sessions."""
    with Store.open(tmp_path / "many.localpay") as store:
        store.seed(carts=1200, seed=1)
        yield store


def shown_statuses(user: User) -> list[str]:
    return [line[4:17].strip() for line in user.lines[3:18]]


# Moving


def test_arrows_and_letters_move_by_a_row_and_stop_at_the_ends(user: User) -> None:
    table = user.main.browser.table
    user.press("up", "k")
    assert table.cursor == 0
    user.press("j", "down", "down", "k")
    assert table.cursor == 2
    user.press("G", "j")
    assert table.cursor == 14
    user.press("g")
    assert table.cursor == 0


def test_a_page_is_as_many_rows_as_are_seen(many: Store, open_screen: Open) -> None:
    user = open_screen(many, (80, 24))
    table = user.main.browser.table
    user.press("pagedown")
    assert (table.cursor, table.scroll_offset.y) == (20, 20)
    user.press("pagedown", "pageup")
    assert (table.cursor, table.scroll_offset.y) == (20, 20)
    user.press("pageup", "pageup")
    assert (table.cursor, table.scroll_offset.y) == (0, 0)


def test_the_last_of_thousands_is_one_key_away(many: Store, open_screen: Open) -> None:
    user = open_screen(many)
    oldest = many.sessions.list(sort="created_at", limit=1)[0]
    user.press("end")
    assert user.record.id == oldest.id
    assert "·" not in user.lines[-2][:4]
    newest = many.sessions.list(sort="-created_at", limit=1)[0]
    assert user.press("home").record.id == newest.id


def test_wherever_one_scrolls_the_rows_are_fetched(many: Store, open_screen: Open) -> None:
    user = open_screen(many)
    table = user.main.browser.table
    expected = many.sessions.list(sort="-created_at")
    for position in (700, 255, 256, 2000, 1999, 512, 0):
        table.move_to(position)
        user.settle()
        assert user.record.id == expected[position].id


def test_the_row_under_the_cursor_is_marked_without_any_colour(user: User) -> None:
    user.press("j", "j")
    assert [line[0] for line in user.lines[3:8]] == [" ", " ", "▌", " ", " "]


def test_moving_by_a_row_draws_two_lines(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    table = user.main.browser.table
    drawn: list[int] = []
    monkeypatch.setattr(table, "refresh_line", drawn.append)
    table.move_to(5)
    assert drawn == [1, 6]


# The mouse


def test_a_click_moves_the_cursor_and_a_double_click_opens_the_details(user: User) -> None:
    user.click(10, 7)
    assert user.main.browser.table.cursor == 4
    user.click(10, 5, times=2)
    assert user.main.browser.table.cursor == 2
    assert user.focus == "DetailPane"


def test_a_click_on_a_heading_sorts_by_it_and_another_the_other_way(user: User) -> None:
    user.click(21, 2)
    assert "Amount ↑" in user.lines[2]
    user.click(21, 2)
    assert "Amount ↓" in user.lines[2]


def test_a_click_on_a_list_or_a_key_does_what_it_says(user: User) -> None:
    user.click(user.lines[0].index("Carts"), 0)
    assert "10 carts" in user.lines[1]
    user.click(user.lines[-1].index("Sort"), 23)
    assert "Email ↑" in user.lines[2] or "↑" in user.lines[2]


# Sorting


def test_s_sorts_by_the_next_column_and_capital_s_the_other_way(user: User) -> None:
    assert "Created ↓" in user.lines[2]
    assert "Email ↑" in user.press("s").lines[2]
    assert "Status ↑" in user.press("s").lines[2]
    assert shown_statuses(user) == sorted(shown_statuses(user))
    assert "Status ↓" in user.press("S").lines[2]
    assert shown_statuses(user) == sorted(shown_statuses(user), reverse=True)


def test_amounts_line_up_on_the_right_with_their_currency(user: User) -> None:
    ends = {
        line.index(code) for line in user.lines[3:-1] for code in ("EUR", "JPY") if code in line
    }
    assert len(ends) == 1


# Sizes


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_key_works_at_every_size(
    store: Store, open_screen: Open, size: tuple[int, int]
) -> None:
    user = open_screen(store, size)
    for keys in (
        ("j", "G", "g", "pagedown"), ("s", "S"), ("2",), ("3",), ("1",),
        ("enter",), ("j", "space"), ("escape",), ("p",), ("p",), ("slash", "x"), ("escape",),
        ("escape",), ("question_mark",), ("escape",), ("x",),
    ):  # fmt: skip
        user.press(*keys)
        assert all(cell_len(line) <= size[0] for line in user.lines)


def test_the_terminal_may_change_its_size_at_any_time(store: Store, open_screen: Open) -> None:
    user = open_screen(store, (160, 40)).press("j", "j", "j")
    session = user.record
    for width, height in [*SIZES, (160, 40), *reversed(SIZES), (80, 24)]:
        user.resize(width, height)
        assert user.record.id == session.id
    assert any(line.startswith("▌") for line in user.lines)


# Hostile values


@pytest.fixture
def hostile_store(tmp_path: Path) -> Iterator[Store]:
    """For each hostile text a cart and a session that hold it wherever they can."""
    with Store.open(tmp_path / "hostile.localpay") as store:
        for value in HOSTILE.values():
            region = store.regions.create(
                name=value or "x", currency_code=value[:300] or "eur", tax_rate=0.0
            )
            cart = store.carts.create(
                id=f"cart_{value}",
                region_id=region.id,
                email=value,
                items=[{"title": value, "unit_price": 1, "quantity": 1}],
            )
            store.sessions.create(
                id=f"ps_{value}", cart_id=cart.id, provider_id=value or "x", data={value: value}
            )
        yield store


def test_hostile_values_are_shown_and_not_obeyed(hostile_store: Store, open_screen: Open) -> None:
    user = open_screen(hostile_store, (110, 40))

    def check() -> None:
        assert not RAW & set(user.text)
        assert all(cell_len(line) <= 110 for line in user.lines)

    check()
    for _ in HOSTILE:
        user.press("y", "Y")
        check()
        user.press("j")
    user.press("2")
    check()
    for _ in range(0, len(HOSTILE), 4):
        user.press("d")
        user.wait_for(lambda: user.app.screen is not user.main)
        user.settle()
        check()
        user.press("escape").press("j", "j", "j", "j")


def test_a_hostile_name_of_the_file_is_shown_safely(tmp_path: Path, open_screen: Open) -> None:
    with Store.open(tmp_path / "a\x1b]0;[b]x[@click=app.quit]\u202e.localpay") as store:
        user = open_screen(store)
        assert not RAW & set(user.text)
        assert "[b]x[@click=app.quit]" in user.lines[0]
