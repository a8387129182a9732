"""What all dialogs share: they close once, keep to themselves, and hide what lies under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.tui.screens.confirm import ConfirmScreen
from localpay.tui.screens.dialog import Dialog
from localpay.tui.widgets.form_row import FormRow

if TYPE_CHECKING:
    from localpay.store import Store
    from tests.tui.conftest import Open, User

KEYS = ("E", "D", "c", "w", "W", "a", "e", "question_mark")
"""Each opens a dialog."""


@pytest.mark.parametrize("key", KEYS)
def test_closing_a_dialog_twice_closes_nothing_else(user: User, key: str) -> None:
    user.press(key)
    user.wait_for(lambda: isinstance(user.app.screen, Dialog))
    user.settle()
    dialog = user.app.screen
    user.app.call_later(dialog.dismiss)
    user.app.call_later(dialog.dismiss)
    user.wait_for(lambda: user.app.screen is user.main)
    user.settle()
    assert user.app.is_running
    assert user.app.screen is user.main


@pytest.mark.parametrize("key", [*KEYS, "ctrl+g", "d"])
def test_ctrl_c_says_which_key_leaves_as_it_does_on_the_main_screen(user: User, key: str) -> None:
    user.press(key)
    user.wait_for(lambda: user.app.screen is not user.main)
    user.settle()
    dialog = user.app.screen
    assert user.press("ctrl+c").notices == ["q in the list quits localpay; esc goes to the list."]
    assert user.app.screen is dialog
    user.wait_for(lambda: "q in the list quits localpay" in user.words)


def test_ctrl_c_copies_what_is_selected_in_a_dialog(user: User) -> None:
    user.press("W")
    user.wait_for(lambda: isinstance(user.app.screen, Dialog))
    user.type("mine").press("shift+home", "ctrl+c")
    assert user.app.clipboard == "mine"
    assert user.notices == []


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (6, 4)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_dialog_comes_to_rest_on_the_smallest_screen(
    store: Store, open_screen: Open, size: tuple[int, int]
) -> None:
    user = open_screen(store, size)
    for key in KEYS:
        user.press(key)
        user.wait_for(lambda: isinstance(user.app.screen, Dialog))
        user.settle()
        user.press("escape")
        user.wait_for(lambda: user.app.screen is user.main)


@pytest.mark.parametrize("key", KEYS)
def test_in_a_terminal_of_80_columns_nothing_is_left_beside_a_dialog(user: User, key: str) -> None:
    user.press(key)
    user.wait_for(lambda: isinstance(user.app.screen, Dialog))
    user.settle()
    box = user.app.screen.children[0].region
    beside = [line[:1].strip() + line[79:].strip() for line in user.lines[box.y : box.bottom]]
    assert not "".join(beside)


def test_a_dialog_under_another_is_not_seen(user: User) -> None:
    user.press("E").press("j", "j", "j", "j", "enter").press("right", "right", "enter")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.settle()
    assert "counts what changes" not in user.text
    user.press("n")
    user.wait_for(lambda: "counts what changes" in user.text)


@pytest.mark.parametrize("height", [8, 10, 12, 24])
def test_the_fields_for_many_records_take_the_room_there_is(
    store: Store, open_screen: Open, height: int
) -> None:
    user = open_screen(store, (60, height)).press("E")
    user.wait_for(lambda: isinstance(user.app.screen, Dialog))
    user.settle()
    shown = [line for line in user.lines if line.strip(" ▁▂▃▄▅▆▇█") in FIELDS]
    assert len(shown) >= min(len(FIELDS), height - 3)


FIELDS = (
    "cart_id", "provider_id", "is_selected", "is_initiated", "status", "data",
    "idempotency_key", "amount", "payment_authorized_at",
)  # fmt: skip


def test_keys_are_shown_in_lines_that_break_between_them(user: User) -> None:
    user.press("c")
    user.wait_for(lambda: isinstance(user.app.screen, Dialog))
    user.settle()
    assert "r defaults" in user.text
    assert "esc cancel" in user.text


def test_a_field_of_a_form_keeps_the_cursor_when_a_question_is_denied(user: User) -> None:
    user.press("e")
    user.wait_for(lambda: len(user.app.screen.query(FormRow)))
    user.settle()
    user.press("down").type("x")
    edited = user.app.screen.focused
    user.press("escape")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.settle()
    user.press("n")
    user.settle()
    assert user.app.screen.focused is edited
