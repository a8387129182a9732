"""Going to a row, a share of the list, or any record by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.store import Store
from tests.tui.stage import SIZES

if TYPE_CHECKING:
    from tests.tui.conftest import Open, User


def go_to(user: User, place: str) -> User:
    user.press("ctrl+g")
    user.wait_for(lambda: user.app.screen is not user.main)
    return user.type(place).press("enter")


def cursor(user: User) -> int:
    return user.main.browser.table.cursor


@pytest.mark.parametrize(
    ("place", "position"),
    [("4", 3), ("15", 14), ("50%", 7), ("100%", 14), ("0%", 0), ("last", 14), ("first", 0)],
)
def test_a_row_is_gone_to(user: User, place: str, position: int) -> None:
    assert cursor(go_to(user.press("j", "j"), place)) == position


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("16", "There is no row 16: the list has 15."),
        ("0", "There is no row 0: the list has 15."),
        ("101%", "101% is not in the list: it goes from 0% to 100%."),
    ],
)
def test_a_place_that_is_not_there_is_said(user: User, place: str, told: str) -> None:
    assert go_to(user, place).notices == [told]
    assert cursor(user) == 0


def test_a_record_of_the_list_is_gone_to_under_its_filter(user: User) -> None:
    user.type("/provider:stripe").press("enter", "G")
    session_id = user.record.id
    go_to(user.press("g"), session_id)
    user.wait_for(lambda: cursor(user) == 9)
    assert user.record.id == session_id
    assert "10 of 15" in user.lines[1]


def test_a_record_of_another_list_is_gone_to_and_left_again(user: User) -> None:
    session_id = user.record.id
    payment = user.store.payments.list()[0]
    go_to(user, payment.id)
    user.wait_for(lambda: "2 payments" in user.lines[1])
    user.settle()
    assert user.record.id == payment.id
    assert user.press("b").record.id == session_id


def test_an_unknown_id_is_said(user: User) -> None:
    go_to(user, "cart_[/x]")
    user.wait_for(lambda: user.notices)
    assert user.notices == ["There is no session, cart or payment with the id cart_[/x]."]


def test_escape_goes_nowhere(user: User) -> None:
    user.press("ctrl+g")
    user.wait_for(lambda: user.app.screen is not user.main)
    user.type("5").press("escape")
    assert user.app.screen is user.main
    assert cursor(user) == 0


def test_an_empty_list_has_no_places(open_screen: Open) -> None:
    with Store.open(":memory:") as store:
        user = go_to(open_screen(store), "50%")
        assert user.notices == ["There is nowhere to go: the list is empty."]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_any_size_will_do(store: Store, open_screen: Open, size: tuple[int, int]) -> None:
    assert cursor(go_to(open_screen(store, size), "4")) == 3
