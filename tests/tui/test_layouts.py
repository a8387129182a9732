"""The columns that a user chose, and the screen where they choose them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localpay.entities import Cart, Payment, PaymentSession, fields_of
from localpay.tui import layouts
from localpay.tui.app import LocalpayApp
from localpay.tui.columns import CARTS, LISTS, PAYMENTS, SESSIONS, ListKind, fit
from localpay.tui.layouts import Shown
from localpay.tui.screens.arrange import ArrangeScreen
from localpay.tui.settings import Settings
from tests.hostile import HOSTILE, RAW

if TYPE_CHECKING:
    from pathlib import Path

    from localpay.store import Store
    from tests.tui.conftest import Open, User

SIZES = [(80, 24), (200, 50), (20, 5), (5, 3), (1, 1)]


@pytest.mark.parametrize(
    ("kind", "entity"), [(SESSIONS, PaymentSession), (CARTS, Cart), (PAYMENTS, Payment)]
)
def test_every_field_and_those_of_the_cart_can_be_a_column(
    kind: ListKind, entity: type[Any]
) -> None:
    names = {*fields_of(entity)}
    if kind is not CARTS:
        names |= {f"cart.{name}" for name in fields_of(Cart)} - {"cart.id"}
    for name in names:
        assert layouts.column(kind, name) is not None, name
    assert names <= set(layouts.offered(kind))


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.name)
def test_what_is_offered_is_a_column_once(kind: ListKind) -> None:
    names = layouts.offered(kind)
    assert len(names) == len(set(names))
    assert [layouts.column(kind, name).name for name in names] == names  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("data.payment_intent.id", "id"),
        ("data.items[0].sku", "sku"),
        ('data."a b"', "a b"),
        ("cart.metadata.source", "source"),
        ("cart.total", "Cart total"),
        ("idempotency_key", "Idempotency key"),
        ("email", "Email"),
        ("provider", "Provider"),
    ],
)
def test_paths_and_short_names_are_columns_too(name: str, label: str) -> None:
    column = layouts.column(SESSIONS, name)
    assert column is not None
    assert column.label == label


@pytest.mark.parametrize("name", ["", "statu", "data..id", "data.", "id.x", "session.id", "a b"])
def test_what_names_no_field_is_no_column(name: str) -> None:
    assert layouts.column(SESSIONS, name) is None


def test_carts_have_no_columns_of_their_many_sessions() -> None:
    assert layouts.column(CARTS, "session.status") is None


def test_choices_are_kept_as_text_with_their_width() -> None:
    shown = (Shown("amount", 14), Shown("data.a"), Shown('data."x 9"', 9), Shown("id"))
    assert layouts.read([str(each) for each in shown]) == shown


@pytest.mark.parametrize(
    "texts",
    [
        [1, None, {}, ["id"]],
        ["", " ", "id 0", "id 999", "id -4", "id 99999", "id ९"],
        ["id"] * 1000,
        [f"data.k{number}" for number in range(1000)],
        [*HOSTILE.values()],
    ],
)
def test_whatever_was_kept_gives_columns_that_can_be_shown(texts: list[Any]) -> None:
    columns = layouts.columns(SESSIONS, layouts.read(texts))
    assert 0 < len(columns) <= layouts.MOST
    for width in (0, 1, 20, 80, 300):
        fit(columns, width)


def test_where_none_of_the_choices_is_a_column_the_usual_ones_are_shown() -> None:
    assert layouts.columns(CARTS, layouts.read(["nothing", "data.x"])) == CARTS.columns


def test_chosen_columns_that_do_not_fit_go_from_the_right() -> None:
    columns = layouts.columns(SESSIONS, [Shown("id", 29), Shown("status", 10), Shown("amount", 12)])
    assert [column.name for column, _ in fit(columns, 45)] == ["id", "status"]
    assert [room for _, room in fit(columns, 200)] == [29, 10, 12]


# On the screen


def choose(user: User, *keys: str) -> User:
    user.press("c")
    user.wait_for(lambda: isinstance(user.app.screen, ArrangeScreen))
    user.settle()
    return user.press(*keys)


def heading(user: User) -> list[str]:
    return user.lines[2].replace("↓", "").replace("↑", "").split()


def test_columns_are_hidden_and_moved_and_stay_so(user: User) -> None:
    choose(user, "space", "J", "J", "enter")
    assert heading(user)[:3] == ["Provider", "Created", "Amount"]
    assert heading(user.press("2", "1"))[:3] == ["Provider", "Created", "Amount"]
    choose(user, "r", "enter")
    assert heading(user)[:3] == ["Status", "Amount", "Provider"]


def test_a_column_is_widened_and_narrowed(user: User) -> None:
    choose(user, *["minus"] * 8, "enter")
    assert user.main.browser.view.shown[0] == Shown("status", 7)
    choose(user, "0", "enter")
    assert user.main.browser.view.shown == ()


def test_arrows_widen_and_narrow_and_do_not_close_the_choice(user: User) -> None:
    choose(user, "right", "right", "l", "left", "h", "h", "h")
    assert isinstance(user.app.screen, ArrangeScreen)
    user.press("enter")
    assert user.main.browser.view.shown[0] == Shown("status", 14)


def test_arrows_move_in_what_is_typed(user: User) -> None:
    choose(user, "a")
    user.type("tal").press("left", "left").type("ot").press("enter").press("enter")
    assert heading(user)[:2] == ["Cart", "total"]


def test_a_part_of_the_data_is_typed_in_and_its_secrets_stay_covered(user: User) -> None:
    choose(user, "a")
    user.type("data.id").press("enter")
    user.press("a").type("data.client_secret").press("enter").press("enter")
    assert heading(user)[:2] == ["client_secret", "id"]
    assert "pi_9" in user.lines[3]
    assert "secret_x" not in user.text


def test_a_field_that_there_is_not_is_refused(user: User) -> None:
    choose(user, "a")
    user.type("nothing").press("enter")
    assert "there is no such field" in user.text
    user.press(*["backspace"] * len("nothing")).type('data."a').press("enter")
    assert 'data."a: this quote is not closed' in user.text
    user.press("escape")
    assert isinstance(user.app.screen, ArrangeScreen)
    user.press("escape")
    user.wait_for(lambda: user.app.screen is user.main)


def test_the_sort_is_chosen_key_by_key(user: User) -> None:
    choose(user, "j", "s", "s", "enter")
    assert user.main.browser.view.sort == "-created_at -amount"
    assert "Amount ↓2" in user.lines[2]


def test_escape_leaves_everything_as_it_was(user: User) -> None:
    before = heading(user)
    choose(user, "space", "J", "s", "escape")
    assert heading(user) == before
    assert user.main.browser.view.sort == "-created_at"


def test_the_last_column_cannot_be_hidden(user: User) -> None:
    choose(user, *["space"] * 30, "enter")
    assert len(user.main.browser.view.shown) >= 1


def test_columns_are_kept_for_the_next_time(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "screen.json"
    Settings(path).keep_columns("payment_session", ["id 12", "data.id"])
    screen = LocalpayApp(store, settings=Settings(path)).get_default_screen()
    view = screen.browser.view  # type: ignore[attr-defined]
    assert [column.name for column in view.columns] == ["id", "data.id"]


@pytest.mark.parametrize("size", SIZES)
def test_the_screen_for_columns_fits_every_size(
    store: Store, open_screen: Open, size: tuple[int, int]
) -> None:
    user = open_screen(store, size)
    choose(user, "j", "space", "J", "plus", "a")
    user.type("data.id").press("enter").press("enter")
    user.wait_for(lambda: user.app.screen is user.main)
    user.resize(100, 30)
    assert "id" in heading(user)


def test_odd_data_in_a_column_is_only_shown(store: Store, open_screen: Open) -> None:
    for value in HOSTILE.values():
        store.sessions.create(provider_id="p", data={"x": value, "deep": {"y": [value, {"z": 1}]}})
    user = open_screen(store, (200, 50))
    choose(user, "a")
    user.type("data.x").press("enter").press("a").type("data.deep.y").press("enter")
    user.press("a").type("data.deep.y[0]").press("enter").press("enter")
    assert not RAW & set(user.text)
    user.press("G", "g", "e")
