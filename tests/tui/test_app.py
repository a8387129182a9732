"""The main screen: going places, changing things, and what it says when it cannot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from textual import events

from localpay.errors import StoreError
from localpay.store import Store
from localpay.tui import smoke
from tests.hostile import RAW

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Open, User


def cart_of(user: User) -> str:
    cart_id = user.record.cart_id  # type: ignore[attr-defined]
    assert isinstance(cart_id, str)
    return cart_id


# Lists


def test_it_opens_with_the_newest_sessions_first(user: User) -> None:
    newest = user.store.sessions.list(sort="-created_at", limit=1)[0]
    assert user.record.id == newest.id
    assert "15 sessions" in user.lines[1]


def test_the_number_keys_and_brackets_choose_the_list(user: User) -> None:
    assert "10 carts" in user.press("2").lines[1]
    assert "2 payments" in user.press("3").lines[1]
    assert "15 sessions" in user.press("right_square_bracket").lines[1]
    assert "2 payments" in user.press("left_square_bracket").lines[1]
    assert "15 sessions" in user.press("1").lines[1]


def test_a_list_is_found_again_as_it_was_left(user: User) -> None:
    user.type("/provider:stripe").press("escape").press("j", "j")
    session = user.record
    user.press("2", "j", "1")
    assert user.record.id == session.id
    assert "10 of 15" in user.lines[1]


def test_an_empty_store_says_what_brings_records_in(open_screen: Open) -> None:
    with Store.open(":memory:") as store:
        user = open_screen(store)
        assert "There are no sessions in this store" in user.text
        assert "localpay import" in user.text
        user.press("j", "G", "enter", "e", "d", "o", "y", "Y", "s", "S", "x", "2", "3")
        assert "There are no payments in this store" in user.text


def test_a_list_that_cannot_be_read_says_why_and_the_rest_goes_on(user: User) -> None:
    user.store._database.rows("ALTER TABLE payment RENAME TO elsewhere")
    assert "no such table" in user.press("3").words
    assert "15 sessions" in user.press("1").lines[1]


# Links


def test_a_session_leads_to_its_cart_and_back(user: User) -> None:
    user.press("j", "j")
    session, cart_id = user.record, cart_of(user)
    user.press("o")
    assert user.record.id == cart_id
    assert "10 carts" in user.lines[1]
    user.press("b")
    assert user.record.id == session.id


def test_a_cart_leads_to_its_chosen_session(user: User) -> None:
    user.press("2").press("j", "o")
    chosen = user.record
    assert chosen.is_selected  # type: ignore[attr-defined]
    user.press("o").press("backspace").press("backspace")
    assert user.record.id == cart_of_session(user, chosen.id)


def cart_of_session(user: User, session_id: str) -> str | None:
    return user.store.sessions.get(session_id).cart_id


def test_a_link_to_a_record_that_the_filter_hides_clears_the_filter(user: User) -> None:
    user.press("2").type("/email:nobody").press("escape", "1")
    cart_id = cart_of(user)
    user.press("o")
    assert user.record.id == cart_id
    assert "10 carts" in user.lines[1]


def test_a_link_is_followed_with_enter_in_the_details(user: User) -> None:
    cart_id = cart_of(user)
    user.press("enter").press("j", "j", "j", "j", "enter")
    assert user.record.id == cart_id


def test_going_back_without_having_gone_says_so(user: User) -> None:
    user.press("b")
    assert user.notices == ["There is no way back: no link was followed."]


# Details


def test_the_details_stand_beside_the_list_where_there_is_room(
    store: Store, open_screen: Open
) -> None:
    user = open_screen(store, (160, 40))
    session_id = user.record.id
    assert session_id in user.text
    user.press("j")
    assert session_id not in user.text
    assert user.record.id in user.text
    assert user.record.id not in user.press("p").text


def test_the_details_open_with_enter_and_escape_leads_back(user: User) -> None:
    assert user.record.id in user.press("enter").text
    assert user.focus == "DetailPane"
    user.press("escape")
    assert user.focus == "RecordTable"


def test_on_a_low_screen_the_details_take_the_place_of_the_list(
    store: Store, open_screen: Open
) -> None:
    user = open_screen(store, (60, 12))
    user.press("enter")
    assert user.lines[1].startswith("▌ ▾ payment session")
    user.press("escape")
    assert user.lines[1].startswith(" / filter")


def test_a_screen_made_low_shows_the_list_unless_one_is_in_the_details(
    store: Store, open_screen: Open
) -> None:
    user = open_screen(store, (160, 40)).resize(60, 12)
    assert user.lines[1].startswith(" / filter")
    user.resize(160, 40).press("enter").resize(60, 12)
    assert user.lines[1].startswith("▌ ▾ payment session")


def test_tab_goes_to_the_details_and_back(store: Store, open_screen: Open) -> None:
    user = open_screen(store, (160, 40))
    assert user.press("tab").focus == "DetailPane"
    assert user.press("tab").focus == "RecordTable"


def test_secrets_are_masked_until_they_are_revealed(store: Store, open_screen: Open) -> None:
    user = open_screen(store, (160, 50))
    assert "_secret_x" not in user.text
    assert "_secret_x" in user.press("x").text
    assert "_secret_x" not in user.press("x").text


# Changing


def test_a_deletion_is_confirmed_reported_and_undone(user: User) -> None:
    session_id = user.record.id
    user.press("d")
    user.wait_for(lambda: user.app.screen is not user.main)
    assert session_id in user.text
    user.press("escape")
    assert user.store.sessions.find(session_id) is not None
    user.press("d")
    user.wait_for(lambda: user.app.screen is not user.main)
    user.press("y")
    user.wait_for(lambda: user.store.sessions.find(session_id) is None)
    user.wait_for(lambda: "14 sessions" in user.text)
    user.press("u")
    user.wait_for(lambda: "15 sessions" in user.text)
    assert any("is back" in notice for notice in user.notices)
    user.press("ctrl+y")
    user.wait_for(lambda: "14 sessions" in user.text)


def test_deleting_a_cart_names_what_goes_with_it(user: User) -> None:
    user.press("2")
    user.press("d")
    user.wait_for(lambda: user.app.screen is not user.main)
    user.settle()
    assert "with 1 item and 2 sessions" in user.text


def test_what_cannot_be_deleted_says_why(user: User) -> None:
    payment = user.store.payments.list(limit=1)[0]
    user.press("2").type(f"/id:{payment.cart_id}").press("escape").press("d")
    user.wait_for(lambda: user.app.screen is not user.main)
    user.press("y")
    user.wait_for(lambda: any("it has a payment" in each for each in user.notices))


def test_undo_tells_which_field_is_what_again(user: User) -> None:
    session = user.record
    user.store.sessions.update(session.id, status="requires_more")
    user.press("u")
    user.wait_for(lambda: user.notices)
    assert user.notices == [f"Undone: payment session {session.id}: status is canceled"] or (
        session.id in user.notices[0]
    )


def test_with_nothing_to_undo_it_says_so(open_screen: Open) -> None:
    with Store.open(":memory:") as store:
        user = open_screen(store).press("u")
        user.wait_for(lambda: user.notices)
        assert user.notices == ["there is nothing to undo"]


def test_a_change_by_another_program_is_seen_and_the_cursor_stays(
    store: Store, path: Path, open_screen: Open
) -> None:
    user = open_screen(store, (80, 10)).press("j", "j", "j")
    session, above = user.record, user.main.browser.table.above
    with Store.open(path) as other:
        other.sessions.create(cart_id=None, provider_id="klarna", data={})
    user.wait_for(lambda: "16 sessions" in user.text)
    user.settle()
    assert user.record.id == session.id
    assert user.main.browser.table.above == above


def test_a_change_by_another_program_is_seen_read_only_too(path: Path, open_screen: Open) -> None:
    with Store.open(path, read_only=True) as store, Store.open(path) as other:
        user = open_screen(store)
        other.sessions.create(cart_id=None, provider_id="klarna", data={})
        user.wait_for(lambda: "16 sessions" in user.text)
        other.sessions.create(cart_id=None, provider_id="klarna", data={})
        user.wait_for(lambda: "17 sessions" in user.text)


def test_an_edit_opens_a_form_for_the_record(user: User) -> None:
    user.press("e")
    user.wait_for(lambda: user.app.screen is not user.main)
    assert user.press("escape").app.screen is user.main


@pytest.mark.parametrize("key", ["e", "d", "u", "ctrl+z", "ctrl+y"])
def test_read_only_says_why_a_key_does_nothing(path: Path, open_screen: Open, key: str) -> None:
    with Store.open(path, read_only=True) as store:
        user = open_screen(store)
        assert "read-only" in user.lines[0]
        user.press(key)
        assert user.app.screen is user.main
        assert "the store is open read-only" in user.notices[0]


# Copying


def test_the_id_is_copied_from_the_list(user: User) -> None:
    assert user.press("y").app.clipboard == user.record.id


def test_a_record_is_copied_as_json_with_its_secrets(user: User) -> None:
    copied = json.loads(user.press("Y").app.clipboard)
    assert copied["id"] == user.record.id
    assert copied["data"]["client_secret"].endswith("_secret_x")
    assert copied["created_at"].endswith("Z")


def test_a_value_is_copied_from_the_details(user: User) -> None:
    user.press("enter").press("j", "y")
    assert user.app.clipboard == user.record.id


# Leaving


def test_escape_never_leaves_and_q_does(user: User) -> None:
    user.press("escape", "escape", "escape")
    assert user.app.is_running
    user.app.post_message  # noqa: B018 - the app is still there to be asked
    user.press("q")
    assert not user.app.is_running


def test_the_screen_can_be_drawn_without_a_terminal(store: Store) -> None:
    smoke(store)


def test_a_screen_without_its_list_is_not_taken_for_drawn(store: Store) -> None:
    store._database.rows("ALTER TABLE payment_session RENAME TO elsewhere")
    with pytest.raises(StoreError):
        smoke(store)


@pytest.mark.parametrize("keys", [(), ("slash", "x"), ("enter",)])
def test_ctrl_c_says_which_key_leaves(user: User, keys: tuple[str, ...]) -> None:
    user.press(*keys, "ctrl+c")
    assert user.notices == ["q in the list quits localpay; esc goes to the list."]
    assert not user.press("escape").press("escape").press("q").app.is_running


def test_what_is_pasted_into_the_palette_is_not_obeyed(user: User) -> None:
    user.press("ctrl+p")
    user.wait_for(lambda: user.app.screen is not user.main and user.app.screen.focused)
    user.app.post_message(events.Paste("a\x1b]0;x\x07b"))
    user.app.copy_to_clipboard("c\x1b[2J\x9b31m")
    user.press("ctrl+v")
    user.wait_for(lambda: "31m" in user.text)
    assert not RAW & set(user.text)
