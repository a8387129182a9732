"""Going to a row, a share of the list, or any record by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.store import Store
from tests.hostile import HOSTILE, RAW
from tests.tui.stage import SIZES, Pause

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
    ("place", "message"),
    [
        ("16", "There is no row 16: the list has 15."),
        ("0", "There is no row 0: the list has 15."),
        ("101%", "101% is not in the list: it goes from 0% to 100%."),
    ],
)
def test_a_place_that_is_not_there_is_said(user: User, place: str, message: str) -> None:
    assert go_to(user, place).notices == [message]
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


@pytest.fixture
def many(thousand: Store, open_screen: Open) -> User:
    """Somebody who looks at them."""
    return open_screen(thousand)


@pytest.fixture(params=["first", "fill"])
def paused(many: User, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Pause:
    """Another order, of which no row is known yet, or only the first ones."""
    pause = Pause(monkeypatch, request.param)
    many.post("s")
    many.wait_for(pause.begun.is_set)
    if request.param == "fill":
        many.wait_for(lambda: "+ …" in many.lines[1])
    return pause


def test_the_last_row_is_that_of_the_order_that_is_on_its_way(many: User, paused: Pause) -> None:
    many.post("G")
    many.wait_for(lambda: "→ last …" in many.text)
    paused.going_on.set()
    many.settle()
    count = many.store.sessions.count()
    assert f"{count:,} of {count:,}" in many.lines[-1]
    expected = many.store.sessions.list(sort=many.main.browser.view.sort)
    assert many.record.id == expected[-1].id


def test_a_share_counts_from_the_whole_list(many: User, paused: Pause) -> None:
    many.post("ctrl+g")
    many.wait_for(lambda: many.app.screen is not many.main)
    many.post(*"75%", "enter")
    many.wait_for(lambda: "→ 75% …" in many.text)
    paused.going_on.set()
    many.settle()
    assert cursor(many) == round((many.store.sessions.count() - 1) * 3 / 4)


def test_whoever_moves_on_is_not_taken_elsewhere(many: User, paused: Pause) -> None:
    many.post("G")
    many.wait_for(lambda: "→ last …" in many.text and many.main.cursor_rests)
    many.post("g")  # the cursor is there already: still the place is no longer waited for
    many.wait_for(lambda: "→" not in many.text)
    paused.going_on.set()
    many.settle()
    assert cursor(many) == 0


def test_the_footer_follows_the_count(many: User, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = Pause(monkeypatch, "fill")
    many.post("s")
    many.wait_for(lambda: "+ …" in many.lines[1])
    pause.going_on.set()
    many.settle()
    assert f"1 of {many.store.sessions.count():,}" in many.lines[-1]


def test_a_jump_arrives_though_the_store_changes_meanwhile(many: User, paused: Pause) -> None:
    many.post("G")
    many.wait_for(lambda: "→ last …" in many.lines[-1])
    many.store.sessions.create(provider_id="manual", data={})
    many.wait_for(lambda: many.main.browser.view.stale)
    paused.going_on.set()
    many.settle()
    count = many.store.sessions.count()
    assert f"{count:,} of {count:,}" in many.text


# Any record, by its id


def middle(user: User, sort: str = "-created_at") -> str:
    """The id of a session that is not among the first rows."""
    return user.store.sessions.list(sort=sort)[500].id


def test_a_list_that_is_known_is_not_read_anew_to_go_to_a_record(
    many: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = middle(many)
    pause = Pause(monkeypatch, "fill")
    many.post("ctrl+g")
    many.wait_for(lambda: many.app.screen is not many.main)
    many.post(*session_id, "enter")
    many.wait_for(lambda: cursor(many) == 500)
    many.settle()
    assert many.record.id == session_id
    assert not pause.begun.is_set()
    many.press("b")
    assert cursor(many) == 0
    assert not pause.begun.is_set()


def test_a_list_that_was_left_is_not_read_anew_to_follow_a_link(
    many: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.press("2").press("1")
    cart_id = many.record.cart_id  # type: ignore[attr-defined]
    pause = Pause(monkeypatch, "fill")
    many.press("o")
    many.wait_for(lambda: many.main.browser.view.kind.name == "carts")
    many.settle()
    assert many.record.id == cart_id
    assert not pause.begun.is_set()


def test_the_filter_gives_way_to_a_record_that_it_leaves_out(many: User) -> None:
    session_id = middle(many)
    many.type("/status:error").press("enter")
    go_to(many, session_id)
    many.wait_for(lambda: cursor(many) == 500)
    assert many.record.id == session_id
    many.press("b")
    assert many.main.browser.view.query == "status:error"


def test_a_list_that_is_stale_is_read_anew_to_go_to_a_record(many: User) -> None:
    session_id = middle(many)
    with Store.open(many.store.path) as other:
        newest = other.sessions.create(provider_id="manual", data={})
    go_to(many, newest.id)
    many.wait_for(lambda: many.main.browser.record and many.record.id == newest.id)
    go_to(many, session_id)
    many.wait_for(lambda: cursor(many) == 501)


@pytest.mark.parametrize("held", ["position", "fill"])
def test_the_footer_says_where_one_goes_until_one_is_there(
    many: User, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    session_id = middle(many)
    many.main.browser.view.stale = held == "fill"
    pause = Pause(monkeypatch, held)
    many.post("ctrl+g")
    many.wait_for(lambda: many.app.screen is not many.main)
    many.post(*session_id, "enter")
    many.wait_for(lambda: f"→ {session_id} …" in many.text)
    pause.going_on.set()
    many.wait_for(lambda: "501 of" in many.text)


@pytest.mark.parametrize("held", ["position", "fill"])
@pytest.mark.parametrize("query", ["", "status:error"])
def test_whoever_moves_on_does_not_go_to_a_record(
    many: User, monkeypatch: pytest.MonkeyPatch, held: str, query: str
) -> None:
    session_id = next(
        each.id for each in many.store.sessions.list()[500:] if each.status != "error"
    )
    many.type(f"/{query}").press("enter", "j", "j")
    here = many.record.id
    many.main.browser.view.stale = held == "fill"
    pause = Pause(monkeypatch, held)
    many.post("ctrl+g")
    many.wait_for(lambda: many.app.screen is not many.main)
    many.post(*session_id, "enter")
    many.wait_for(pause.begun.is_set)
    many.wait_for(lambda: "→" in many.text)
    many.post("k")
    many.wait_for(lambda: "→" not in many.text)
    pause.going_on.set()
    many.settle()
    many.press("j")
    assert many.record.id == here
    assert many.main.browser.view.query == query


def test_an_id_is_only_shown(many: User) -> None:
    strange = HOSTILE["window title"] * 9
    many.store.sessions.create(id=strange, provider_id="manual", data={})
    many.settle()
    many.app.call_later(many.main.browser.jump, "payment_session", strange)
    many.wait_for(lambda: many.main.browser.record and many.record.id == strange)
    assert many.record.id == strange
    assert not RAW & set(many.text)
