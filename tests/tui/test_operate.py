"""Operations on the screen: choosing one, seeing what it would do, and doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList

from localpay.store import Store
from localpay.tui.screens.operate import OperateScreen
from localpay.tui.screens.perform import PerformScreen
from localpay.tui.widgets.input_row import InputRow
from tests.hostile import HOSTILE, RAW
from tests.tui.paying import Breaking, Slow, open_shop, session_of, the_cart
from tests.tui.stage import drawn, on_stage, press, run, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localpay.entities import BaseEntity
    from tests.tui.conftest import Open, User


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def store(slow: Slow) -> Iterator[Store]:
    with open_shop(slow) as store:
        yield store
        slow.let.set()


def menu(user: User, list_key: str = "2") -> User:
    """Open the operations on the first record of a list."""
    user.press(list_key).press("a")
    user.wait_for(lambda: isinstance(user.app.screen, OperateScreen))
    user.wait_for(lambda: user.app.screen._offers)  # type: ignore[attr-defined]
    user.settle()
    return user


def choose(user: User, label: str) -> User:
    """Choose an operation, and wait for what it says of itself."""
    screen = user.app.screen
    assert isinstance(screen, OperateScreen)
    place = [offer.operation.label for offer in screen._offers].index(label)
    user.press("home", *["j"] * place).press("enter")
    user.wait_for(lambda: isinstance(user.app.screen, PerformScreen))
    wait_for_outlook(user)
    return user


def wait_for_outlook(user: User) -> None:
    user.wait_for(lambda: any(s in user.text for s in ("What will", "What would")))
    user.settle()


def wait_until_done(user: User) -> None:
    user.wait_for(lambda: user.app.screen is user.main)
    user.settle()


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
def test_a_cart_is_selected_authorized_captured_and_refunded(
    store: Store, open_screen: Open, size: tuple[int, int]
) -> None:
    user = choose(menu(open_screen(store, size)), "Select a provider")
    user.press("right")
    user.wait_for(lambda: "⇄ simulator  initiatePayment  25.00 EUR" in user.text)
    user.press("y")
    wait_until_done(user)
    assert "session simulator is selected" in user.notices[-1]
    assert "simulator initiatePayment → ok, " in user.notices[-1]
    assert the_cart(store).payment_session == session_of(store, "simulator")

    choose(menu(user), "Authorize the cart").press("y")
    wait_until_done(user)
    assert "The cart is authorized" in user.notices[-1]
    assert "authorized" in user.lines[3]

    choose(menu(user, "3"), "Capture").press("enter")
    wait_until_done(user)
    assert user.notices[-1].startswith("The payment is captured. simulator capturePayment → ok")

    choose(menu(user, "3"), "Refund").type("10.5").press("tab", "right", "tab").type("broken")
    user.wait_for(lambda: "refundPayment  10.50 EUR" in user.text)
    user.press("ctrl+s")
    wait_until_done(user)
    assert "partially refunded, 10.50 EUR refunded" in user.notices[-1]
    [refund] = store.refunds.list()
    assert (refund.amount, refund.reason, refund.note) == (1050, "discount", "broken")


def test_the_timeline_grows_by_what_the_provider_was_asked(store: Store, open_screen: Open) -> None:
    store.checkout.select(the_cart(store).id, "manual")
    user = open_screen(store, (200, 100))
    assert "authorizePayment" not in user.text
    choose(menu(user), "Authorize the cart").press("y")
    wait_until_done(user)
    user.wait_for(lambda: "⇄ authorizePayment" in user.text)


def test_the_outcome_at_the_simulator_can_be_chosen(store: Store, open_screen: Open) -> None:
    store.checkout.select(the_cart(store).id, "simulator")
    user = choose(menu(open_screen(store)), "Authorize the cart")
    user.press("right", "right")
    user.wait_for(lambda: "→ requires more" in user.text)
    assert "‹ require more ›" in user.text
    user.press("y")
    wait_until_done(user)
    assert "session simulator is selected and requires more" in user.notices[-1]
    choose(menu(user), "Authorize the cart").press("y")
    wait_until_done(user)
    assert "The cart is authorized" in user.notices[-1]


def test_a_provider_is_shown_by_its_id_as_a_filter_takes_it(open_screen: Open) -> None:
    provider = Slow()
    provider.id = "my_prov"
    with open_shop(provider, providers=("manual", "my_prov")) as store:
        user = choose(menu(open_screen(store)), "Select a provider").press("right")
        assert "‹ my_prov ›" in user.text


def test_a_refusal_is_shown_and_what_was_chosen_stays(store: Store, open_screen: Open) -> None:
    store.checkout.select(the_cart(store).id, "simulator")
    user = choose(menu(open_screen(store)), "Authorize the cart")
    user.press(*["right"] * 6)
    user.wait_for(lambda: "→ refused (generic_decline)" in user.text)
    user.press("y")
    user.wait_for(lambda: "Not done: " in user.text)
    assert "the card was declined: generic_decline" in user.words
    assert "‹ decline ›" in user.text
    wait_for_outlook(user)
    user.press("left", *["left"] * 4)
    user.wait_for(lambda: "→ authorized" in user.text)
    user.press("y")
    wait_until_done(user)
    assert "The cart is authorized" in user.notices[-1]


def test_what_is_no_amount_is_said_at_the_field_and_nothing_is_asked(
    store: Store, open_screen: Open
) -> None:
    cart = the_cart(store)
    store.checkout.select(cart.id, "manual")
    store.checkout.authorize(cart.id)
    [payment] = store.payments.list()
    store.payments.capture(payment.id)
    user = choose(menu(open_screen(store), "3"), "Refund").type("1,5").press("ctrl+s")
    assert "'1,5' is not an amount such as 1250" in user.words
    assert "The amount is not valid yet" in user.words
    user.press("ctrl+u").type("99.00")
    user.wait_for(lambda: "at most 2500 is left" in user.words)
    user.press("ctrl+s")
    user.wait_for(lambda: "Not done: 9900 cannot be refunded" in user.words)
    assert user.app.screen.query(InputRow).first()._editor.value == "99.00"
    assert store.refunds.list() == []


# While a provider takes its time


def test_the_screen_stays_live_while_a_provider_thinks(
    store: Store, slow: Slow, open_screen: Open
) -> None:
    store.checkout.select(the_cart(store).id, "slow")
    user = choose(menu(open_screen(store)), "Authorize the cart").press("y")
    user.wait_for(slow.asked.is_set)
    user.wait_for(lambda: "Asking … " in user.text)
    user.press("y", "enter")  # once is enough
    user.resize(100, 30)
    slow.let.set()
    wait_until_done(user)
    assert "slow authorizePayment → authorized" in user.notices[-1]
    assert len(store.payments.list()) == 1


def test_what_is_left_to_itself_is_reported_when_it_ends(
    store: Store, slow: Slow, open_screen: Open
) -> None:
    store.checkout.select(the_cart(store).id, "slow")
    user = choose(menu(open_screen(store)), "Authorize the cart").press("y")
    user.wait_for(slow.asked.is_set)
    user.press("escape").press("escape").press("1", "j")
    assert user.app.screen is user.main
    slow.let.set()
    user.wait_for(lambda: any("The cart is authorized" in each for each in user.notices))


# What is not possible


def test_a_provider_that_is_not_installed_is_named(store: Store, open_screen: Open) -> None:
    user = menu(open_screen(store), "2")
    assert "Not installed: stripe." in user.text
    choose(user, "Select a provider").press("left")
    user.wait_for(lambda: "‹ stripe, not installed ›" in user.text)
    user.wait_for(lambda: "provider 'stripe' is not installed" in user.words)
    user.press("y")
    user.wait_for(lambda: "Not done: provider 'stripe' is not installed" in user.words)


def test_choosing_what_is_of_no_use_says_why(store: Store, open_screen: Open) -> None:
    user = menu(open_screen(store)).press("end", "enter")
    assert isinstance(user.app.screen, OperateScreen)
    assert "no session of cart" in user.notices[-1]


def test_a_store_open_read_only_says_so(path: Path, open_screen: Open) -> None:
    with Store.open(path, read_only=True) as store:
        user = open_screen(store).press("a")
        assert user.app.screen is user.main
        assert user.notices == ["Actions does nothing here: the store is open read-only."]


def test_a_record_that_is_gone_is_said_to_be(store: Store) -> None:
    cart = the_cart(store)
    store.carts.delete(cart.id)

    async def act() -> None:
        async with on_stage(OperateScreen(store, cart)) as (app, _):
            await until(lambda: app.answers)
            assert app.answers == [f"there is no cart with id {cart.id!r}"]

    run(act())


def test_a_session_of_a_collection_is_left_to_it(store: Store) -> None:
    session = store.sessions.create(provider_id="manual")

    async def act() -> None:
        async with on_stage(OperateScreen(store, session)) as (app, _):
            await until(lambda: app.answers)
            assert "payment collection" in app.answers[0]

    run(act())


def test_an_operation_that_called_a_provider_is_not_undone(store: Store, open_screen: Open) -> None:
    store.checkout.select(the_cart(store).id, "manual")
    user = choose(menu(open_screen(store)), "Authorize the cart").press("y")
    wait_until_done(user)
    user.press("u")
    user.wait_for(lambda: "called provider 'manual'" in user.notices[-1])
    assert the_cart(store).payment is not None


def test_one_that_called_nobody_is_undone(store: Store, open_screen: Open) -> None:
    user = choose(menu(open_screen(store)), "Delete a session")
    assert "No provider is called; u undoes it." in user.text
    user.press("y")
    wait_until_done(user)
    assert store.sessions.count() == 3
    user.press("u")
    user.wait_for(lambda: store.sessions.count() == 4)


# Wherever, whatever


def record_of(store: Store, kind: str) -> BaseEntity:
    cart = the_cart(store)
    store.checkout.select(cart.id, "simulator")
    store.checkout.authorize(cart.id)
    if kind == "session":
        return session_of(store, "simulator")
    return store.payments.list()[0] if kind == "payment" else the_cart(store)


@pytest.mark.parametrize(
    ("kind", "size"),
    [("cart", (200, 50)), ("cart", (20, 5)), ("session", (40, 10)), ("session", (1, 1)),
     ("payment", (80, 24)), ("payment", (20, 5))],
)  # fmt: skip
def test_every_operation_can_be_looked_at(store: Store, kind: str, size: tuple[int, int]) -> None:
    record = record_of(store, kind)

    async def act() -> None:
        async with on_stage(OperateScreen(store, record), size) as (app, pilot):
            menu = app.screen.query_one(OptionList)
            for place in range(menu.option_count):
                menu.highlighted = place
                await press(pilot, "space", "pageup", "enter")
                drawn(app)
                if isinstance(app.screen, PerformScreen):
                    await press(pilot, "down", "up", "pagedown", "escape")
                assert app.answers == []

    run(act())


def test_title_and_answers_are_seen_where_five_lines_are(store: Store) -> None:
    store.checkout.select(the_cart(store).id, "manual")

    async def act() -> None:
        async with on_stage(OperateScreen(store, the_cart(store)), (20, 5)) as (app, pilot):
            assert "Create sessions" in drawn(app)
            await press(pilot, *["j"] * 5, "enter")
            assert "Authorize the car" in drawn(app)
            assert "Authorize y" in drawn(app)
            await press(pilot, "y")
            await until(lambda: app.answers)
            assert "The cart is authorized" in app.answers[0]

    run(act())


@pytest.mark.parametrize(
    "kind",
    ["closing tag", "action link", "window title", "eight-bit control", "line breaks",
     "right to left", "wide", "very long word"],
)  # fmt: skip
def test_names_and_answers_are_shown_and_not_obeyed(kind: str) -> None:
    text = HOSTILE[kind]
    name = text[:200].replace("\x00", "")

    provider = Breaking(name, text)
    with Store.open(":memory:", providers=[provider]) as store:
        region = store.regions.create(name="x", currency_code="eur", providers=[name, "stripe"])
        items = [{"title": text[:200], "unit_price": 1, "quantity": 1}]
        cart = store.carts.create(region_id=region.id, email="a@example.com", items=items)
        store.checkout.create_sessions(cart.id)
        store.checkout.select(cart.id, name)

        async def act() -> None:
            async with on_stage(OperateScreen(store, cart), (100, 40)) as (app, pilot):
                await press(pilot, "home", *["j"] * 5)
                drawn(app)
                await press(pilot, "enter")
                await press(pilot, "y")
                await until(lambda: "Not done" in drawn(app))
                assert not RAW & set(drawn(app))

        run(act())


@pytest.mark.parametrize("press_what", ["1", "2", "3"])
def test_the_demo_shop_says_what_can_be_done(
    tmp_path: Path, open_screen: Open, press_what: str
) -> None:
    with Store.demo(tmp_path / "demo.localpay") as store:
        user = menu(open_screen(store), press_what)
        assert "Not installed: " in user.text
        user.press("escape")
        assert user.app.screen is user.main
