"""The filter line: filters as one types, the latest wins, and says what is wrong."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from textual import events

from localpay.errors import CancelledError
from localpay.storage.plans import Plan
from localpay.store import Listing, Store
from tests.hostile import HOSTILE, RAW
from tests.tui.stage import HELD_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from tests.tui.conftest import Open, User


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Store]:
    """Some thousand sessions."""
    with Store.open(tmp_path / "many.localpay") as store:
        store.seed(carts=1200, seed=1)
        yield store


def test_the_list_is_filtered_as_one_types(user: User) -> None:
    user.type("/buyer3")
    assert "2 of 15" in user.lines[1]
    user.type(" provider:stripe")
    assert "1 of 15" in user.lines[1]
    user.press(*["backspace"] * len("3 provider:stripe"))
    assert "13 of 15" in user.lines[1]


def test_the_number_of_matches_is_exact_however_many_there_are(
    many: Store, open_screen: Open
) -> None:
    user = open_screen(many).type("/status:pending")
    expected = f"{many.sessions.count('status:pending'):,} of {many.sessions.count():,}"
    assert expected in user.lines[1]


def test_the_rows_match_and_the_cursor_is_on_the_first(many: Store, open_screen: Open) -> None:
    user = open_screen(many).press("G").type("/status:error,canceled")
    expected = many.sessions.list("status:error,canceled", sort="-created_at")
    assert user.record.id == expected[0].id
    assert user.press("escape", "G").record.id == expected[-1].id


def test_escape_leaves_the_line_and_escape_again_clears_the_filter(user: User) -> None:
    user.type("/status:error").press("escape")
    assert user.focus == "RecordTable"
    assert "2 of 15" in user.lines[1]
    session = user.press("j").record
    user.press("escape")
    assert "15 sessions" in user.lines[1]
    assert user.record.id == session.id


@pytest.mark.parametrize("key", ["enter", "down", "escape"])
def test_these_keys_lead_from_the_line_to_the_list(user: User, key: str) -> None:
    user.type("/status:error").press(key, "j")
    assert user.focus == "RecordTable"
    assert user.main.browser.table.cursor == 1


def test_keys_of_the_list_are_letters_while_one_types(user: User) -> None:
    user.type("/qedujk123?x")
    assert user.app.screen is user.main
    assert user.main.browser.filter.input.value == "qedujk123?x"
    assert "No session matches this filter" in user.text


def test_what_was_typed_counts_though_one_leaves_at_once(user: User) -> None:
    user.press("2", "slash", *"email:buyer1", "escape", "1")
    assert "15 sessions" in user.lines[1]
    user.press("2")
    assert "email:buyer1" in user.lines[1]


def test_a_filter_that_cannot_be_read_is_marked_where_it_is_wrong(user: User) -> None:
    before = user.type("/status:pending").record.id
    user.type(" amuont:3")
    mark = user.lines[2].index("^")
    assert user.lines[1][mark:].startswith("amuont")
    assert "amount" in user.lines[3]
    assert user.record.id == before
    user.press(*["backspace"] * len(" amuont:3"))
    assert "^" not in user.lines[2]
    assert "7 of 15" in user.lines[1]


def test_no_match_says_so_and_how_to_go_on(user: User) -> None:
    user.type("/email:nobody@nowhere.test")
    assert "No session matches this filter" in user.text
    assert "esc clears it" in user.text
    assert "0 of 15" in user.lines[1]


def test_no_match_tells_of_a_value_that_no_record_has(user: User) -> None:
    user.type("/provider:strpe")
    assert "No session has the provider 'strpe'; did you mean 'stripe'?" in user.text
    assert "esc clears it" in user.text
    user.press(*["backspace"] * len("strpe")).type("stripe email:nobody@nowhere.test")
    assert "No session matches this filter" in user.text
    user.press("escape", "2").type("/session.provider:strpe")
    assert "No session has the provider 'strpe'; did you mean 'stripe'?" in user.text


def test_a_later_filter_cancels_the_statement_of_an_earlier_one(
    many: Store, open_screen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    ended: list[str] = []
    fill = Listing.fill

    def slow_fill(self: Listing[Any], **how: Any) -> None:
        if begun.is_set():
            fill(self, **how)
            return
        begun.set()
        try:
            with many._database.cancellable(how["cancellation"]):
                many._database.value(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                    " SELECT count(*) FROM n"
                )
        except CancelledError:
            ended.append("cancelled")
            raise

    user = open_screen(many)
    monkeypatch.setattr(Listing, "fill", slow_fill)
    user.app.post_message(events.Key("slash", "/"))
    for letter in "provider:stripe":
        user.app.post_message(events.Key(letter, letter))
    user.wait_for(begun.is_set)
    user.press(*["backspace"] * len("provider:stripe")).type("status:error")
    assert ended == ["cancelled"]
    assert f"{many.sessions.count('status:error'):,} of" in user.lines[1]


def test_rows_stay_until_those_of_the_next_filter_are_there(
    many: Store, open_screen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()
    first = Listing.first

    def late_first(self: Listing[Any], *args: Any, **how: Any) -> Any:
        going_on.wait(HELD_SECONDS)
        return first(self, *args, **how)

    user = open_screen(many)
    rows = user.lines[3:-1]
    monkeypatch.setattr(Listing, "first", late_first)
    for letter in "/status:error":
        user.app.post_message(events.Key("slash" if letter == "/" else letter, letter))
    user.wait_for(lambda: "searching …" in user.text)
    assert user.lines[3:-1] == rows
    going_on.set()
    user.settle()
    assert user.lines[3:-1] != rows


def test_the_first_hits_are_seen_and_walked_through_while_others_are_looked_for(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()
    first = Plan.first

    def pausing(self: Plan, *arguments: Any) -> Iterator[int]:
        for number, rid in enumerate(first(self, *arguments)):
            if number == 3:
                going_on.wait(HELD_SECONDS)
            yield rid

    user.type("/provider:stripe").press("escape")
    expected = [user.press("home" if not n else "j").record.id for n in range(10)]
    user.press("escape")
    monkeypatch.setattr(Plan, "first", pausing)
    for letter in "/provider:stripe":
        user.app.post_message(events.Key("slash" if letter == "/" else letter, letter))
    user.wait_for(lambda: "3+ …" in user.lines[1])
    user.app.post_message(events.Key("down", None))
    user.app.post_message(events.Key("down", None))
    user.wait_for(lambda: user.main.browser.table.cursor == 1)
    assert user.record.id == expected[1]
    going_on.set()
    user.settle()

    assert "10 of 15" in user.lines[1]
    assert user.record.id == expected[1]
    assert user.press("G").record.id == expected[-1]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_can_be_pasted_and_is_not_obeyed(user: User, name: str) -> None:
    user.press("slash")
    user.app.post_message(events.Paste(HOSTILE[name][:2000]))
    user.settle()
    assert not RAW & set(user.text)
    assert user.press("escape").app.is_running


def test_nothing_is_wrong_yet_with_a_word_that_is_being_completed(user: User) -> None:
    user.type("/status:")
    user.wait_for(lambda: "requires_more" in user.text)
    user.settle()
    assert "a value is missing" not in user.words
    user.press("escape")
    assert "a value is missing" in user.words


def test_what_is_wrong_is_said_in_two_lines_where_one_is_too_short(user: User) -> None:
    user.type("/status:x")
    assert "error, canceled" in user.words
    assert "…" not in user.lines[3] + user.lines[4]


def test_a_long_filter_that_was_left_is_seen_from_its_beginning(user: User) -> None:
    query = "status:pending provider:stripe,paypal,klarna amount:>=1.00 created:>=2020"
    user.type(f"/{query}")
    assert user.lines[1].split()[1] != "status:pending"
    user.press("enter")
    assert user.lines[1].startswith(" / status:pending provider")
    user.type("/ id:x")
    assert user.main.browser.filter.input.value == f"{query} id:x"
