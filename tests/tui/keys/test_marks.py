"""Marking rows, and changing or deleting all that are marked."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from localpay.store import Selection, Store
from localpay.tui.screens.change_many import ChangeManyScreen
from localpay.tui.screens.confirm import ConfirmScreen
from tests.tui.stage import HELD_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.tui.conftest import Open, User


def marked(user: User) -> int:
    return len(user.main.browser.view.marks)


def mark_all(user: User) -> None:
    user.press("ctrl+a")
    user.wait_for(lambda: marked(user))
    user.settle()


def choose(user: User, field: str) -> None:
    """Open the form for many records and go to a field's value."""
    user.press("E")
    user.wait_for(lambda: isinstance(user.app.screen, ChangeManyScreen))
    names = [each.name for each in user.app.screen._fields]  # type: ignore[attr-defined]
    user.press(*["j"] * names.index(field), "enter")


def confirm(user: User) -> None:
    """Count what would change, and agree."""
    user.press("enter")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.press("y")
    user.wait_for(lambda: user.app.screen is user.main)
    user.settle()


# Marking


def test_v_marks_the_row_says_how_many_and_goes_on(user: User) -> None:
    first = user.record
    user.press("v")
    assert user.record.id != first.id
    assert user.lines[3].startswith(" •")
    assert "1 marked" in user.lines[-1]
    user.press("v", "k", "k", "v")
    assert marked(user) == 1
    assert user.lines[3].startswith("  ")


def test_a_range_goes_from_the_mark_to_the_cursor_either_way(user: User) -> None:
    user.press("v", "j", "j", "V")
    assert marked(user) == 4
    user.press("escape").press("G", "v", "k", "k", "k", "V")
    assert marked(user) == 4
    assert "4 marked" in user.lines[-1]


def test_a_range_without_a_mark_says_how_to_begin(user: User) -> None:
    user.press("V")
    assert marked(user) == 0
    assert "v marks the first record" in user.notices[0]


def test_escape_clears_the_marks_before_the_filter(user: User) -> None:
    user.type("/provider:stripe").press("escape").press("v", "v")
    user.press("escape")
    assert marked(user) == 0
    assert "10 of 15" in user.lines[1]
    user.press("escape")
    assert "15 sessions" in user.lines[1]


def test_all_that_match_are_marked_and_join_the_others(user: User) -> None:
    user.press("v")
    user.type("/provider:paypal").press("escape")
    mark_all(user)
    user.wait_for(lambda: marked(user) > 1)
    count = user.store.sessions.count("provider:paypal")
    assert marked(user) in {count, count + 1}


def test_what_is_asked_for_while_all_are_being_marked_is_done_with_all(user: User) -> None:
    user.press("v")
    user.press("ctrl+a", "E")
    user.wait_for(lambda: isinstance(user.app.screen, ChangeManyScreen))
    user.settle()
    assert "Change 15 sessions" in user.text
    user.press("escape").press("escape").press("ctrl+a", "D")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.settle()
    assert "Delete 15 sessions?" in user.text


def test_escape_gives_up_marking_all(user: User) -> None:
    user.press("ctrl+a", "escape")
    assert marked(user) == 0
    assert "marking" not in user.lines[-1]


def test_a_filter_that_is_wrong_marks_nothing_and_says_why(user: User) -> None:
    user.type("/statu:error").press("escape").press("ctrl+a", "D")
    user.wait_for(lambda: user.notices)
    assert marked(user) == 0
    assert user.app.screen is user.main
    assert "marking" not in user.lines[-1]


def test_marks_stay_on_their_records_when_sorted_filtered_and_scrolled(
    store: Store, open_screen: Open
) -> None:
    user = open_screen(store, (80, 8)).press("j", "j")
    record = user.record
    user.press("v").press("s").press("S")
    user.type(f"/id:{record.id}").press("escape")
    assert "1 of 1" in user.lines[-1]
    assert user.lines[3].startswith("▌•")
    user.press("2", "1")
    assert user.lines[3].startswith("▌•")


def test_each_list_has_marks_of_its_own(user: User) -> None:
    user.press("v", "2")
    assert marked(user) == 0
    user.press("v", "v", "1")
    assert marked(user) == 1


def test_the_mark_of_a_record_that_is_gone_is_forgotten(user: User) -> None:
    gone = user.record
    user.press("v", "v")
    user.store.sessions.delete(gone.id)
    user.wait_for(lambda: marked(user) == 1)
    user.wait_for(lambda: "14 sessions" in user.lines[1])


def test_in_an_empty_list_there_is_nothing_to_mark(open_screen: Open) -> None:
    with Store.open(":memory:") as store:
        user = open_screen(store).press("v", "V", "E", "D", "escape")
        assert marked(user) == 0
        assert user.app.screen is user.main


# Marks of another filter


@pytest.fixture
def filtered(user: User) -> User:
    """Somebody who sees two sessions, and has marked one of them and three of another filter."""
    user.type("/status:pending").press("escape").press("v", "v", "v")
    user.press("slash").press("ctrl+u").type("status:error").press("escape").press("v")
    return user


def test_the_footer_says_how_many_marked_rows_are_not_in_the_list(filtered: User) -> None:
    assert "4 marked, 3 of them not in this list" in filtered.lines[-1]
    filtered.press("k", "v")
    assert "3 marked, none of them in this list" in filtered.lines[-1]
    filtered.press("escape").press("v")
    assert " 1 marked: E changes, D deletes" in filtered.lines[-1]
    filtered.press("escape").press("escape").press("v")
    assert " 1 marked: E changes, D deletes" in filtered.lines[-1]


def test_without_a_filter_all_marked_rows_are_in_the_list(filtered: User) -> None:
    filtered.press("slash").press("ctrl+u").press("escape")
    assert "4 marked: E changes, D deletes" in filtered.lines[-1]


def test_rows_that_are_marked_by_the_filter_are_counted_with_those_of_others(
    filtered: User,
) -> None:
    filtered.press("ctrl+a")
    filtered.wait_for(lambda: "5 marked, 3 of them not in this list" in filtered.lines[-1])
    filtered.press("escape").press("ctrl+a", "D")
    filtered.wait_for(lambda: isinstance(filtered.app.screen, ConfirmScreen))
    filtered.settle()
    assert "Delete 2 sessions?" in filtered.text
    assert "not in this list" not in filtered.text


def test_marks_of_another_filter_are_counted_once_they_are_seen_again(filtered: User) -> None:
    filtered.press("2").press("1")
    assert "4 marked, 3 of them not in this list" in filtered.lines[-1]


def test_a_marked_row_that_is_gone_is_not_counted_any_more(filtered: User) -> None:
    gone = filtered.store.sessions.list("status:pending")[0]
    filtered.store.sessions.delete(gone.id)
    filtered.wait_for(lambda: "3 marked, 2 of them not in this list" in filtered.lines[-1])


def test_questions_about_marked_rows_say_how_many_are_not_in_the_list(filtered: User) -> None:
    filtered.press("D")
    filtered.wait_for(lambda: isinstance(filtered.app.screen, ConfirmScreen))
    filtered.settle()
    assert "Delete 4 sessions?" in filtered.text
    assert "3 of them not in this list" in "\n".join(filtered.lines[:-1])
    filtered.press("n")
    choose(filtered, "status")
    assert "Change 4 sessions, 3 of them not in this list" in filtered.text
    filtered.press("left", "enter")
    filtered.wait_for(lambda: isinstance(filtered.app.screen, ConfirmScreen))
    filtered.settle()
    assert "3 of them not in this list" in "\n".join(filtered.lines[:-1])


def test_a_question_about_rows_that_are_not_counted_yet_says_so(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.press("v")
    going_on = Event()
    count_among = Selection.count_among

    def count(selection: Selection, numbers: Iterable[int]) -> int:
        going_on.wait(HELD_SECONDS)
        return count_among(selection, numbers)

    monkeypatch.setattr(Selection, "count_among", count)
    user.type("/status:error").press("escape").press("D")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.settle()
    going_on.set()
    assert "some of them maybe not in this list" in user.text
    user.press("n")
    user.wait_for(lambda: "1 marked, none of them in this list" in user.lines[-1])


# Changing


def test_a_field_of_all_marked_is_set_as_one_step_and_undone(user: User) -> None:
    user.press("v", "v", "v")
    before = list(user.store.sessions.iterate())
    choose(user, "status")
    assert "Change 3 sessions" in user.text
    user.press("right")
    user.press("enter")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.settle()
    assert "status → ○ pending on" in user.words or "status → pending on" in user.words
    user.press("y")
    user.wait_for(lambda: user.app.screen is user.main)
    changed = [
        new for new, old in zip(user.store.sessions.iterate(), before, strict=True) if new != old
    ]
    assert 0 < len(changed) <= 3
    assert {each.status for each in changed} == {"pending"}
    assert "u undoes it" in user.notices[-1]
    user.press("u")
    user.wait_for(lambda: list(user.store.sessions.iterate()) == before)


def test_without_marks_the_record_under_the_cursor_is_changed(user: User) -> None:
    record = user.record
    choose(user, "amount")
    assert "Change 1 session" in user.text
    user.type("4200")
    confirm(user)
    assert user.store.sessions.get(record.id).amount == 4200
    assert user.store.sessions.count("amount:4200") == 1


def test_a_value_that_the_field_does_not_take_is_refused_in_place(user: User) -> None:
    choose(user, "amount")
    user.type("12x").press("enter")
    assert isinstance(user.app.screen, ChangeManyScreen)
    assert "takes a whole number" in user.words
    user.press("escape").press("escape")
    user.wait_for(lambda: user.app.screen is user.main)


def test_what_cannot_be_changed_is_counted_with_the_reason_and_nothing_is_changed(
    user: User,
) -> None:
    mark_all(user)
    before = list(user.store.sessions.iterate())
    choose(user, "is_selected")
    user.press("enter")
    user.wait_for(lambda: "cannot" in user.text)
    assert "5 cannot, so" in user.text
    assert "nothing is changed" in user.words
    assert "already has a selected session" in user.words
    assert list(user.store.sessions.iterate()) == before


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
def test_each_reason_stands_on_a_line_of_its_own(
    store: Store, open_screen: Open, size: tuple[int, int]
) -> None:
    user = open_screen(store, size)
    mark_all(user)
    choose(user, "provider_id")
    user.type("stripe").press("enter")
    user.wait_for(lambda: "cannot" in user.text)
    user.settle()
    begun = [line for line in user.lines if line.strip(" ▌•").startswith("payment session 'ps_")]
    assert len(begun) == 5


def test_the_count_is_that_of_the_records_that_are_still_there(user: User) -> None:
    gone = user.record
    user.press("v", "v", "v")
    choose(user, "amount")
    assert "Change 3 sessions" in user.text
    user.store.sessions.delete(gone.id)
    user.type("4200").press("enter")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.settle()
    assert "Change 2 sessions?" in user.text
    assert "1 is gone" in user.words
    user.press("n")
    user.settle()
    assert "Change 2 sessions" in user.text


def test_where_nothing_differs_it_says_so(user: User) -> None:
    user.type("/status:error").press("escape")
    mark_all(user)
    choose(user, "status")
    for _ in range(3):
        user.press("right")
    user.press("enter")
    user.wait_for(lambda: "already" in user.text)
    assert "2 sessions have it already" in user.words


def deny(user: User) -> None:
    """Count what would change, and do not agree."""
    user.press("enter")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.settle()
    user.press("n")
    user.wait_for(lambda: isinstance(user.app.screen, ChangeManyScreen))
    user.settle()


def test_a_value_that_was_chosen_is_there_after_a_denied_question(user: User) -> None:
    user.press("v", "v", "v")
    choose(user, "status")
    user.press("left")
    for _ in range(2):
        deny(user)
        assert "status → canceled" in user.words
    user.press("left")
    assert "status → error" in user.words


def test_a_value_that_was_typed_is_there_after_a_denied_question(user: User) -> None:
    record = user.record
    choose(user, "idempotency_key")
    user.type("abc")
    deny(user)
    user.type("def")
    confirm(user)
    assert user.store.sessions.get(record.id).idempotency_key == "abcdef"


def test_a_value_is_there_after_the_change_was_cancelled(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, going_on = Event(), Event()

    def update(_: object, *, progress: Callable[[int], None], **changes: object) -> int:
        begun.set()
        going_on.wait(HELD_SECONDS)
        progress(len(changes))
        return 0

    monkeypatch.setattr(user.store.sessions, "update_many", update)
    choose(user, "idempotency_key")
    user.type("abc").press("enter")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.settle()
    user.post("y")
    user.wait_for(begun.is_set)
    user.post("escape")
    user.wait_for(lambda: "Undoing it" in user.text)
    going_on.set()
    user.wait_for(lambda: isinstance(user.app.screen, ChangeManyScreen))
    user.settle()
    assert "Cancelled: nothing was changed." in user.words
    user.type("def")
    assert "idempotency_key → abcdef" in user.words


def test_all_marked_are_deleted_once_agreed_and_come_back(user: User) -> None:
    user.type("/status:error").press("escape")
    mark_all(user)
    user.press("D")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    assert "Delete 2 sessions?" in user.text
    user.press("y")
    user.wait_for(lambda: user.store.sessions.count() == 13)
    user.wait_for(lambda: user.app.screen is user.main)
    user.wait_for(lambda: marked(user) == 0)
    user.press("u")
    user.wait_for(lambda: user.store.sessions.count() == 15)


def test_carts_with_payments_are_not_deleted_and_it_says_which(user: User) -> None:
    user.press("2")
    mark_all(user)
    user.press("D")
    user.wait_for(lambda: isinstance(user.app.screen, ConfirmScreen))
    user.press("y")
    user.wait_for(lambda: any("Nothing was deleted" in each for each in user.notices))
    assert user.store.carts.count() == 10


@pytest.mark.parametrize("key", ["E", "D"])
def test_a_store_open_read_only_is_marked_and_not_changed(
    path: Path, open_screen: Open, key: str
) -> None:
    with Store.open(path, read_only=True) as store:
        user = open_screen(store).press("v")
        assert marked(user) == 1
        assert "1 marked  2 of 15" in user.lines[-1]
        user.press(key)
        assert user.app.screen is user.main
        assert "read-only" in user.notices[0]


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (20, 5), (5, 3), (1, 1)])
def test_the_form_for_many_fits_every_screen(
    store: Store, open_screen: Open, size: tuple[int, int]
) -> None:
    user = open_screen(store, size).press("v", "v")
    choose(user, "data")
    user.type("x").press("enter").press("escape", "escape")
    assert user.app.screen is user.main
