"""Views under a name: saved, opened by number, forgotten; in the store or the user's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay import tui
from localpay.entities import SavedView
from localpay.errors import SortError, ViewNotFoundError
from localpay.store import Store
from localpay.tui import saved
from localpay.tui.app import LocalpayApp
from localpay.tui.screens.saved_views import SavedViewsScreen
from localpay.tui.settings import Settings
from tests.hostile import HOSTILE, RAW

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Open, User


def menu(user: User, key: str = "w") -> User:
    user.press(key)
    user.wait_for(lambda: isinstance(user.app.screen, SavedViewsScreen))
    user.settle()
    return user


def test_the_filter_the_sort_and_the_columns_are_saved_and_opened_by_number(user: User) -> None:
    user.type("/status:error").press("escape").press("s")
    sort = user.main.browser.view.sort
    menu(user, "W").type("stuck").press("enter")
    user.wait_for(lambda: "Saved stuck in the store" in user.text)
    user.press("escape").press("escape").press("2")
    assert user.store.views.get("stuck").query == "status:error"

    menu(user)
    user.wait_for(lambda: "stuck" in user.text)
    user.press("1")
    user.wait_for(lambda: user.app.screen is user.main)
    user.settle()
    assert "2 of 15" in user.lines[1]
    assert user.main.browser.view.sort == sort


def test_a_view_is_opened_with_enter_and_forgotten_with_d(user: User) -> None:
    user.store.views.save("carts", "cart", query="total:>1")
    user.store.views.save("paid", "payment", shown_columns=["id 40", "amount"])
    menu(user)
    user.wait_for(lambda: "paid" in user.text)
    user.press("j", "enter")
    user.settle()
    assert "2 payments" in user.lines[1]
    assert user.lines[2].split() == ["Payment", "Amount"]
    menu(user)
    user.wait_for(lambda: "paid" in user.text)
    user.press("d")
    assert "d again forgets carts" in user.text
    user.press("d")
    user.wait_for(lambda: "Forgot carts" in user.text)
    assert [each.name for each in user.store.views.all()] == ["paid"]


def test_views_keep_their_numbers_when_others_are_saved(user: User) -> None:
    for name in ("v2", "v10"):
        user.store.views.save(name, "cart")
    menu(user, "W").type("a").press("enter")
    user.wait_for(lambda: "Saved a in" in user.text)
    found = [line.split()[:2] for line in user.lines if line.endswith("by -created_at")]
    assert found == [["1", "v2"], ["2", "v10"], ["3", "a"]]


def test_without_views_it_says_how_to_make_one(user: User) -> None:
    menu(user)
    user.wait_for(lambda: "There are none yet" in user.text)
    user.press("1", "enter", "d", "escape")
    assert user.app.screen is user.main


def test_another_view_is_not_forgotten_by_the_second_d(user: User) -> None:
    user.store.views.save("one", "cart")
    user.store.views.save("two", "cart")
    menu(user)
    user.wait_for(lambda: "two" in user.text)
    user.press("d").press("j").press("d")
    assert "d again forgets two" in user.text
    assert [each.name for each in user.store.views.all()] == ["one", "two"]


def test_a_view_is_replaced_once_its_name_is_entered_twice(user: User) -> None:
    user.store.views.save("mine", "cart", query="total:>1")
    menu(user, "W").type("mine").press("enter")
    assert "mine exists already" in user.text
    assert user.store.views.get("mine").entity == "cart"
    user.press("enter")
    user.wait_for(lambda: "Saved mine in the store" in user.text)
    assert user.store.views.get("mine").entity == "payment_session"


def test_n_in_capitals_saves_with_the_users_settings(user: User) -> None:
    menu(user).press("N").type("everywhere").press("enter")
    user.wait_for(lambda: "Saved everywhere in your own settings" in user.text)
    assert user.store.views.all() == []
    assert "your own" in user.text


def test_a_name_is_needed(user: User) -> None:
    menu(user, "W").press("enter")
    user.wait_for(lambda: "must not be empty" in user.text)
    assert user.store.views.all() == []


def test_a_filter_that_is_wrong_is_not_saved(user: User) -> None:
    user.type("/statu:error").press("escape")
    menu(user, "W").type("x").press("enter")
    user.wait_for(lambda: "no field" in user.words or "unknown" in user.words)
    assert user.store.views.all() == []


def test_in_a_store_open_read_only_views_go_with_the_user(path: Path, open_screen: Open) -> None:
    with Store.open(path, read_only=True) as store:
        user = open_screen(store)
        menu(user, "W").type("own").press("enter")
        user.wait_for(lambda: "your own settings" in user.words)
        user.press("d").press("d")
        user.wait_for(lambda: "Forgot own" in user.text)
        assert store.views.all() == []


def test_the_stores_view_comes_before_the_users_of_the_same_name(store: Store) -> None:
    settings = Settings()
    settings.keep_view(SavedView("x", "payment", "", "amount", ()))
    settings.keep_view(SavedView("other", "region", "", "", ()))  # type: ignore[arg-type]
    store.views.save("x", "cart")

    assert saved.find(store, settings, "x").entity == "cart"
    assert [each.own for each in saved.views(store, settings)] == [False, True]


def test_the_program_begins_with_a_view(store: Store) -> None:
    view = store.views.save("mine", "cart", query="total:>1", sort="total email")
    screen = LocalpayApp(store, view=view).get_default_screen()
    assert screen.browser.view.query == "total:>1"  # type: ignore[attr-defined]
    assert screen.browser.view.sort == "total email"  # type: ignore[attr-defined]


def test_a_view_that_there_is_not_is_said_before_the_screen_opens(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    store.views.save("stuck", "cart")
    Settings.of_user().keep_view(SavedView("my own", "cart", "", "total", ()))
    with pytest.raises(ViewNotFoundError, match="no saved view 'nothing', only 'stuck', 'my own'"):
        tui.run(store, view="nothing")


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (20, 5), (5, 3), (1, 1)])
def test_the_views_fit_every_size_whatever_their_names(
    store: Store, open_screen: Open, size: tuple[int, int]
) -> None:
    for name in HOSTILE.values():
        if name:
            store.views.save(name, "cart", query='email:"[/x]\u202e"', shown_columns=[name])
    user = menu(open_screen(store, size))
    user.wait_for(lambda: user.app.screen._views)  # type: ignore[attr-defined]
    user.settle()
    assert not RAW & set(user.text)
    user.press("j", "j").press("d").press("d")
    user.wait_for(lambda: len(user.store.views.all()) == len(HOSTILE) - 2)
    user.press("3")
    user.wait_for(lambda: user.app.screen is user.main)
    assert user.main.browser.view.kind.name == "carts"


@pytest.mark.parametrize(
    ("query", "sort", "message"),
    [("status:error", "nothing", "nothing"), ("status:nothing", "-created_at", "status")],
)
def test_a_view_that_makes_no_sense_is_refused_and_the_list_stays(
    user: User, query: str, sort: str, message: str
) -> None:
    user.main._views._settings.keep_view(SavedView("mine", "payment_session", query, sort, ()))
    before = user.type("/provider:stripe").press("enter").lines
    menu(user).press("1")
    user.wait_for(lambda: user.app.screen is user.main)
    user.settle()
    assert len(user.notices) == 1
    assert user.notices[0].startswith("mine cannot be opened: ")
    assert message in user.notices[0]
    assert user.lines[:6] == before[:6]
    assert user.main.browser.view.query == "provider:stripe"


def test_a_view_that_makes_no_sense_is_refused_before_the_screen_opens(store: Store) -> None:
    settings = Settings()
    settings.keep_view(SavedView("mine", "payment_session", "", "nothing", ()))
    with pytest.raises(SortError, match="nothing"):
        saved.find(store, settings, "mine")


def test_a_hostile_filter_of_a_view_is_shown_and_not_obeyed(user: User) -> None:
    provider = HOSTILE["window title"]
    session = user.store.sessions.create(provider_id=provider, data={})
    user.store.views.save("a", "payment_session", query=f'provider:"{provider}"')
    menu(user).press("1")
    user.wait_for(lambda: user.app.screen is user.main)
    user.settle()
    assert user.record.id == session.id
    assert 'provider:"␛]0;owned␇x"' in user.lines[1]
    menu(user, "W")
    assert not RAW & set(user.text)


def test_columns_that_are_none_in_the_file_are_left_out(store: Store) -> None:
    store.views.save("x", "cart")
    for shown in ("5", '"id"', "null", '{"a": 1}', '[1, null, "id"]'):
        store._database.rows("UPDATE saved_view SET shown_columns = ?", (shown,))
        assert isinstance(store.views.all()[0].shown_columns, tuple)


def test_a_name_that_is_not_given_after_all_leads_back_to_the_list(user: User) -> None:
    menu(user, "W").type("mi").press("escape")
    user.wait_for(lambda: user.app.screen is user.main)
    menu(user).press("n").press("escape")
    assert isinstance(user.app.screen, SavedViewsScreen)
