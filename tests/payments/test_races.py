"""Two programs that change one cart or payment at once never do the damage seen in Medusa."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localpay.entities import Cart
from localpay.store import Store
from tests.payments.racing import Racers, calls, providers, racers

_ROUNDS = 8

Task = tuple[str, str, tuple[Any, ...], dict[str, Any]]


class Shop:
    """A file, two programs that have it open, and the calls to providers."""

    def __init__(self, store: Store, two: Racers, ledger: Path) -> None:
        self.store = store
        self.two = two
        self.ledger = ledger

    def cart(self, *offered: str, selected: str | None = None, sessions: bool = True) -> Cart:
        region = self.store.regions.create(
            name="EU", currency_code="eur", providers=offered or ("card", "wallet")
        )
        cart = self.store.carts.create(
            region_id=region.id,
            email="ada@example.com",
            items=[{"title": "Mug", "unit_price": 1000, "quantity": 1}],
        )
        if sessions:
            cart = self.store.checkout.create_sessions(cart.id)
        return self.store.checkout.select(cart.id, selected) if selected else cart

    def race(self, first: Task, second: Task) -> list[str | None]:
        self.ledger.write_text("")
        return self.two.race(first, second)

    def checked(self, cart: Cart) -> Cart:
        """The cart now, after checking that nothing was lost or doubled."""
        now = self.store.carts.get(cart.id)
        sessions = now.payment_sessions or ()
        assert sum(bool(each.is_selected) for each in sessions) <= 1
        assert self.store.sessions.count("-has:cart_id") == 0
        payments = [each for each in self.store.payments.list() if each.cart_id == cart.id]
        assert sum(each.canceled_at is None for each in payments) <= 1
        assert self.store._database.rows("SELECT * FROM claim") == []
        assert self.store.check() == []
        return now


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("races")
    ledger = folder / "ledger"
    with (
        Store.open(folder / "shop", providers=providers(ledger)) as store,
        racers(folder / "shop", ledger) as two,
    ):
        yield Shop(store, two, ledger)


def checkout(method: str, *arguments: Any, **keywords: Any) -> Task:
    return ("checkout", method, arguments, keywords)


def payments(method: str, *arguments: Any, **keywords: Any) -> Task:
    return ("payments", method, arguments, keywords)


def initiated(cart: Cart) -> int:
    return sum(each.is_initiated for each in cart.payment_sessions or ())


def balance(shop: Shop) -> int:
    """How many payments were started at providers and not deleted since."""
    made = calls(shop.ledger)
    return sum(made[f"{each}.initiate"] - made[f"{each}.delete"] for each in ("card", "wallet"))


@pytest.mark.parametrize("offered", [("card",), ("card", "wallet")])
def test_create_against_create(shop: Shop, offered: tuple[str, ...]) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(*offered, sessions=False)
        task = checkout("create_sessions", cart.id)
        assert shop.race(task, task) == [None, None]
        now = shop.checked(cart)
        assert len(now.payment_sessions or ()) == len(offered)
        assert balance(shop) == initiated(now)


@pytest.mark.parametrize("other", ["card", "wallet"])
def test_select_against_select(shop: Shop, other: str) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart()
        outcome = shop.race(checkout("select", cart.id, "card"), checkout("select", cart.id, other))
        assert outcome == [None, None]
        now = shop.checked(cart)
        assert now.payment_session is not None
        assert balance(shop) == initiated(now) == 1


def test_select_against_select_of_a_third(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(selected="wallet")
        task = checkout("select", cart.id, "card")
        assert shop.race(task, task) == [None, None]
        shop.checked(cart)
        assert calls(shop.ledger) == {"card.initiate": 1, "wallet.delete": 1, "card.update": 1}


def test_refresh_against_refresh(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(selected="card")
        task = checkout("refresh", cart.id, "card")
        assert shop.race(task, task) == [None, None]
        now = shop.checked(cart)
        assert now.payment_session is not None
        assert balance(shop) == 0


def test_update_data_against_update_data(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart()
        outcome = shop.race(
            checkout("update_data", cart.id, "card", {"left": 1}),
            checkout("update_data", cart.id, "card", {"right": 2}),
        )
        assert outcome == [None, None]
        session = shop.checked(cart).payment_session
        assert session is not None
        assert session.data == {"status": "pending", "left": 1, "right": 2}


def test_complete_against_complete(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(selected="card")
        task = checkout("complete", cart.id)
        assert shop.race(task, task) == [None, None]
        assert shop.checked(cart).completed_at
        assert calls(shop.ledger)["card.authorize"] == 1


def test_complete_against_select(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(selected="card")
        completed, selected = shop.race(
            checkout("complete", cart.id), checkout("select", cart.id, "wallet")
        )
        assert completed is None
        assert selected in {None, "CartCompletedError", "LivePaymentError"}
        now = shop.checked(cart)
        assert now.completed_at
        assert now.payment is not None
        assert now.payment_session is not None
        assert now.payment.provider_id == now.payment_session.provider_id


def test_complete_against_update_data(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(selected="card")
        completed, updated = shop.race(
            checkout("complete", cart.id), checkout("update_data", cart.id, "card", {"late": 1})
        )
        assert completed is None
        assert updated in {None, "CartCompletedError"}
        assert shop.checked(cart).completed_at


@pytest.mark.parametrize(
    "other",
    [
        lambda cart: checkout("create_sessions", cart.id),
        lambda cart: checkout("select", cart.id, "card"),
        lambda cart: checkout("refresh", cart.id, "wallet"),
    ],
)
@pytest.mark.parametrize("selected", [None, "wallet"])
def test_another_email_against(
    shop: Shop, other: Callable[[Cart], Task], selected: str | None
) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(selected=selected)
        outcome = shop.race(checkout("update", cart.id, email="b@example.com"), other(cart))
        assert outcome == [None, None]
        now = shop.checked(cart)
        assert now.email == "b@example.com"
        assert {each.provider_id for each in now.payment_sessions or ()} == {"card", "wallet"}
        assert balance(shop) + (1 if selected else 0) == initiated(now)


def test_another_email_against_the_first_create(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(sessions=False)
        outcome = shop.race(
            checkout("update", cart.id, email="b@example.com"),
            checkout("create_sessions", cart.id),
        )
        assert outcome == [None, None]
        assert len(shop.checked(cart).payment_sessions or ()) == 2


def test_delete_against_create(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart()
        outcome = shop.race(
            checkout("delete", cart.id, "card"), checkout("create_sessions", cart.id)
        )
        assert outcome == [None, None]
        assert len(shop.checked(cart).payment_sessions or ()) in {1, 2}


def test_delete_of_one_against_refresh_of_the_other(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(selected="card")
        outcome = shop.race(
            checkout("delete", cart.id, "wallet"), checkout("refresh", cart.id, "card")
        )
        assert outcome == [None, None]
        left = shop.checked(cart).payment_sessions or ()
        assert [(each.provider_id, each.is_selected) for each in left] == [("card", True)]


def test_capture_against_capture(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        payment = shop.store.checkout.authorize(shop.cart(selected="card").id).payment
        assert payment is not None
        task = payments("capture", payment.id)
        assert shop.race(task, task) == [None, None]
        assert calls(shop.ledger) == {"card.capture": 1}


def test_refund_against_refund(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        cart = shop.cart(selected="card")
        payment = shop.store.checkout.authorize(cart.id).payment
        assert payment is not None
        shop.store.payments.capture(payment.id)
        task = payments("refund", payment.id, 600, "return")
        assert sorted(map(str, shop.race(task, task))) == ["None", "RefundTooLargeError"]
        assert shop.store.payments.get(payment.id).amount_refunded == 600
        assert calls(shop.ledger) == {"card.refund": 1}


def test_refunds_under_one_key(shop: Shop) -> None:
    for number in range(_ROUNDS):
        payment = shop.store.checkout.authorize(shop.cart(selected="card").id).payment
        assert payment is not None
        shop.store.payments.capture(payment.id)
        task = payments("refund", payment.id, 300, "return", idempotency_key=f"once {number}")
        assert shop.race(task, task) == [None, None]
        assert shop.store.payments.get(payment.id).amount_refunded == 300


def test_capture_against_cancel(shop: Shop) -> None:
    for _ in range(_ROUNDS):
        payment = shop.store.checkout.authorize(shop.cart(selected="card").id).payment
        assert payment is not None
        outcome = shop.race(payments("capture", payment.id), payments("cancel", payment.id))
        assert outcome in ([None, "PaymentCapturedError"], ["PaymentCanceledError", None])


def test_a_program_that_died_during_a_call_blocks_nobody(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    with Store.open(tmp_path / "shop", providers=providers(ledger)) as store:
        with racers(tmp_path / "shop", ledger) as two:
            shop = Shop(store, two, ledger)
            cart, other = shop.cart(selected="card"), shop.cart(selected="card")
            session = cart.payment_session
            assert session is not None
            store.sessions.update(session.id, data={"die": True})
            outcome = shop.race(checkout("authorize", cart.id), checkout("complete", other.id))
            assert outcome == ["died", None]
        store.sessions.update(session.id, data={})
        assert store.checkout.authorize(cart.id).payment is not None
        assert store._database.rows("SELECT * FROM claim") == []
