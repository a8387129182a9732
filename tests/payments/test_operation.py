"""All or nothing: what an operation leaves behind if it fails, and while a provider is slow."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from localpay import errors
from localpay.payments import operation as operation_module
from localpay.payments.operation import Operation
from localpay.payments.providers.manual import Manual
from localpay.payments.providers.protocol import Answer, Authorization, Refusal, Request
from localpay.storage.models import PaymentCollectionSession
from localpay.store import Store
from tests.payments.paying import Watched, calls_in_journal, new_cart, paid, session_of

SECONDS = 60
"""The longest that a test waits for a thread."""


def rows(store: Store) -> list[Any]:
    """Everything that an operation could change."""
    return [
        store.carts.list(expand=("items",)),
        store.sessions.list(sort=("created_at", "id")),
        store.payments.list(),
        store.refunds.list(),
        store.collections.list(),
    ]


@pytest.mark.parametrize("trouble", ["refuses", "breaks"])
@pytest.mark.parametrize(
    ("method", "act"),
    [
        ("initiate", lambda store, cart: store.checkout.select(cart.id, "manual")),
        ("delete", lambda store, cart: store.checkout.select(cart.id, "manual")),
        ("delete", lambda store, cart: store.checkout.refresh(cart.id, "card")),
        ("delete", lambda store, cart: store.checkout.delete(cart.id, "card")),
        ("update", lambda store, cart: store.checkout.select(cart.id, "card")),
        ("update", lambda store, cart: store.checkout.create_sessions(cart.id)),
        ("update_data", lambda store, cart: store.checkout.update_data(cart.id, "card", {"a": 1})),
        ("update_data", lambda store, cart: store.checkout.update_selected_data(cart.id, {})),
        ("update", lambda store, cart: store.checkout.update(cart.id, email="b@example.com")),
        (
            "update",
            lambda store, cart: store.checkout.add_item(
                cart.id, title="Cup", unit_price=5, quantity=1
            ),
        ),
        ("update", lambda store, cart: store.checkout.remove_item(cart.id, cart.items[0].id)),
        ("authorize", lambda store, cart: store.checkout.authorize(cart.id)),
        ("retrieve", lambda store, cart: store.checkout.authorize(cart.id)),
        ("authorize", lambda store, cart: store.checkout.complete(cart.id)),
    ],
)
def test_a_provider_that_refuses_or_fails_leaves_the_store_as_it_was(
    store: Store, card: Watched, method: str, act: Callable[[Store, Any], object], trouble: str
) -> None:
    new_cart(store)
    cart = store.checkout.select(store.carts.list()[0].id, "card")
    store.checkout.add_item(cart.id, title="Plate", unit_price=7, quantity=1)
    cart = store.carts.get(cart.id)
    before, steps = rows(store), len({line.step for line in store.history()})
    other = Watched("manual") if method == "initiate" else card
    if method == "initiate":
        store.providers._providers["manual"] = other
    setattr(other, trouble, {method})
    error = errors.ProviderRefusedError if trouble == "refuses" else errors.ProviderFailedError
    with pytest.raises(error) as raised:
        act(store, cart)
    assert raised.value.method == method
    assert rows(store) == before
    outcome = "refused" if trouble == "refuses" else "failed"
    assert (_medusa_name(method), outcome) in calls_in_journal(store)
    assert len({line.step for line in store.history()}) == steps + 1
    assert store.check() == []


def _medusa_name(method: str) -> str:
    return {"update_data": "updatePaymentData", "status": "getPaymentStatus"}.get(
        method, f"{method}Payment"
    )


@pytest.mark.parametrize("method", ["capture", "refund", "cancel"])
def test_a_payment_stays_as_it_was_if_its_provider_fails(
    store: Store, card: Watched, method: str
) -> None:
    payment = paid(store, capture=method == "refund")
    before = rows(store)
    card.breaks = {method}
    arguments = (100, "other") if method == "refund" else ()
    with pytest.raises(errors.ProviderFailedError, match="the line is dead"):
        getattr(store.payments, method)(payment.id, *arguments)
    assert rows(store) == before


def test_the_journal_records_each_call(store: Store, card: Watched) -> None:
    cart = new_cart(store)
    store.checkout.update_data(cart.id, "card", {"outcome": "decline", "reason": "lost_card"})
    with pytest.raises(errors.ProviderRefusedError, match="lost_card"):
        store.checkout.authorize(cart.id, {"ip": "192.0.2.1"})
    session = session_of(store.carts.get(cart.id), "card")
    line = next(iter(store.history(session.id)))
    assert line.operation == "provider_call"
    assert line.entity == "payment_session"
    assert line.after is not None
    assert line.after["provider"] == card.id
    assert line.after["call"] == "authorizePayment"
    assert line.after["outcome"] == "refused"
    assert line.after["code"] == "card_declined"
    assert line.after["request"]["amount"] == 1000
    assert line.after["request"]["context"] == {"ip": "192.0.2.1", "cart_id": cart.id}
    assert line.after["milliseconds"] >= 0


def test_what_was_done_before_a_failure_is_in_the_journal(store: Store, card: Watched) -> None:
    payment = paid(store, capture=False)
    store.payments.update(payment.id, data={**payment.data, "outcome": "fail_after_capture"})
    with pytest.raises(errors.ProviderFailedError, match="broke after"):
        store.payments.capture(payment.id)
    assert calls_in_journal(store)[-1] == ("capturePayment", "failed")
    assert store.payments.capture(payment.id).captured_at
    assert [each.kind for each in card.movements] == ["authorize", "capture"]


class Rude(Manual):
    """Gives answers that are not valid."""

    id = "rude"

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def authorize(self, request: Request) -> Authorization | Refusal:  # noqa: ARG002
        return self.answer  # type: ignore[return-value]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"status": "authorized", "data": {}},
        Answer({}),
        Authorization("nonsense", {}),  # type: ignore[arg-type]
        Authorization("authorized", {"at": object()}),
        Authorization("authorized", json.loads("[" * 300 + "]" * 300)),
    ],
)
def test_an_answer_that_is_not_valid_is_a_failure(open_store: Any, answer: object) -> None:
    store = open_store(providers=[Rude(answer)])
    cart = new_cart(store, "rude")
    before = rows(store)
    with pytest.raises(errors.ProviderFailedError):
        store.checkout.authorize(cart.id)
    assert rows(store) == before


class Thief(Manual):
    """Changes the data that it is given."""

    id = "thief"

    def authorize(self, request: Request) -> Authorization | Refusal:
        request.data.clear()
        return Authorization("authorized", {"stolen": True})


def test_a_provider_cannot_change_the_request_in_the_journal(open_store: Any) -> None:
    store = open_store(providers=[Thief()])
    cart = new_cart(store, "thief")
    store.checkout.authorize(cart.id)
    line = next(
        line.after
        for line in store.history()
        if line.after and line.after.get("call") == "authorizePayment"
    )
    assert line["request"]["data"] == {"status": "pending"}


# Inside the caller's transaction


def test_operations_join_the_callers_transaction(store: Store, card: Watched) -> None:
    with store.transaction():
        cart = new_cart(store)
        store.checkout.select(cart.id, "card")
        store.checkout.complete(cart.id)
    assert store.carts.get(cart.id).completed_at
    assert len({line.step for line in store.history()}) == 1
    assert card.asked == ["initiate", "authorize", "retrieve", "status"]


def test_calls_are_recorded_even_if_the_caller_rolls_back(store: Store, card: Watched) -> None:
    cart = new_cart(store)
    before = rows(store)
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.checkout.select(cart.id, "card")
        store.checkout.authorize(cart.id)
        _ = 1 // 0
    assert rows(store) == before
    called = [("initiatePayment", "ok"), ("authorizePayment", "authorized")]
    assert calls_in_journal(store)[:2] == called
    assert [each.kind for each in card.movements] == ["authorize"]


def test_calls_are_recorded_if_the_caller_continues_after_a_failure(
    store: Store, card: Watched
) -> None:
    cart = new_cart(store)
    card.refuses = {"initiate"}
    with store.transaction():
        store.carts.update(cart.id, email="b@example.com")
        with pytest.raises(errors.ProviderRefusedError):
            store.checkout.select(cart.id, "card")
    assert store.carts.get(cart.id).email == "b@example.com"
    assert calls_in_journal(store) == [("initiatePayment", "refused")]


def test_a_pair_is_unlinked_whatever_the_order_of_its_columns(store: Store) -> None:
    region = store.regions.create(name="EU", currency_code="eur", providers=["card"])
    collection = store.collections.create(amount=1000, region_id=region.id)
    session = (store.collections.set_session(collection.id, "card").payment_sessions or ())[0]

    def unlink(operation: Operation) -> None:
        operation.unlink(
            PaymentCollectionSession,
            payment_session_id=session.id,
            payment_collection_id=collection.id,
        )

    store._operations.run("unlink", collection.id, unlink, read=lambda: None)
    assert store.collections.get(collection.id).payment_sessions == ()


# Slow providers


class Slow(Manual):
    """Takes as long as the test wants.

    Attributes:
        asked: how often it was asked to authorize.
    """

    id = "slow"

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go_on = threading.Event()
        self.asked = 0

    def authorize(self, request: Request) -> Authorization | Refusal:
        self.asked += 1
        self.reached.set()
        assert self.go_on.wait(SECONDS)
        return super().authorize(request)


@pytest.mark.parametrize("path", [":memory:", "shop"])
def test_others_read_and_write_while_a_provider_is_slow(open_store: Any, path: str) -> None:
    slow = Slow()
    store = open_store(path=path, providers=[slow])
    cart = new_cart(store, "slow", "manual")
    store.checkout.select(cart.id, "slow")
    with ThreadPoolExecutor() as pool:
        pending = pool.submit(store.checkout.authorize, cart.id)
        assert slow.reached.wait(SECONDS)
        other = new_cart(store)
        assert store.carts.get(other.id).total == 1000
        assert store.checkout.complete(store.checkout.select(other.id, "manual").id).completed_at
        assert store.carts.get(cart.id).payment is None
        slow.go_on.set()
        assert pending.result(SECONDS).payment is not None


def test_the_same_cart_waits_for_the_slow_provider(
    open_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    store = open_store(path="shop", providers=[slow])
    cart = new_cart(store, "slow", "manual")
    store.checkout.select(cart.id, "slow")
    begin = Operation.begin
    begun: SimpleQueue[int] = SimpleQueue()

    def noted(self: Operation) -> None:
        begun.put(threading.get_ident())
        begin(self)

    monkeypatch.setattr(Operation, "begin", noted)
    with ThreadPoolExecutor() as pool:
        pending = [pool.submit(store.checkout.complete, cart.id) for _ in range(4)]
        assert slow.reached.wait(SECONDS)
        threads: set[int] = set()
        while len(threads) < len(pending):
            threads.add(begun.get(timeout=SECONDS))
        slow.go_on.set()
        completed = [each.result(SECONDS) for each in pending]
    assert {each.completed_at for each in completed} == {store.carts.get(cart.id).completed_at}
    assert slow.asked == 1
    assert store.payments.count() == 1


def test_waiting_has_an_end(open_store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation_module, "PATIENCE", 0.01)
    slow = Slow()
    store = open_store(path="shop", providers=[slow])
    cart = new_cart(store, "slow", "manual")
    store.checkout.select(cart.id, "slow")
    with ThreadPoolExecutor() as pool:
        pending = pool.submit(store.checkout.authorize, cart.id)
        assert slow.reached.wait(SECONDS)
        with pytest.raises(errors.BusyError, match="authorize is in progress"):
            store.checkout.select(cart.id, "manual")
        with pytest.raises(errors.BusyError), store.transaction():
            store.checkout.select(cart.id, "manual")
        slow.go_on.set()
        pending.result(SECONDS)


def test_a_record_that_somebody_changed_meanwhile_is_not_overwritten(open_store: Any) -> None:
    slow = Slow()
    store = open_store(path="shop", providers=[slow])
    cart = new_cart(store, "slow", "manual")
    session = session_of(store.checkout.select(cart.id, "slow"), "slow")
    with ThreadPoolExecutor() as pool:
        pending = pool.submit(store.checkout.authorize, cart.id)
        assert slow.reached.wait(SECONDS)
        store.sessions.update(session.id, data={"by": "hand"})
        slow.go_on.set()
        with pytest.raises(errors.ChangedMeanwhileError, match="the calls in the journal"):
            pending.result(SECONDS)
    assert store.sessions.get(session.id).data == {"by": "hand"}
    assert store.payments.count() == 0
    assert calls_in_journal(store)[-2:] == [
        ("authorizePayment", "authorized"),
        ("retrievePayment", "ok"),
    ]
    slow.go_on.set()
    assert store.checkout.authorize(cart.id).payment is not None


def test_an_interrupted_operation_lets_the_next_one_in(store: Store, card: Watched) -> None:
    cart = new_cart(store)

    def interrupt(_: Request) -> Any:
        raise KeyboardInterrupt

    card.initiate = interrupt  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        store.checkout.select(cart.id, "card")
    assert calls_in_journal(store) == [("initiatePayment", "failed")]
    assert store.checkout.select(cart.id, "manual").payment_session is not None


# Undo


def test_a_step_that_called_a_provider_is_not_undone(store: Store) -> None:
    payment = paid(store)
    with pytest.raises(errors.NothingToUndoError, match=r"'card' \(capturePayment\)"):
        store.undo()
    assert store.payments.get(payment.id).captured_at


def test_a_failed_call_does_not_stand_in_the_way_of_undo(store: Store, card: Watched) -> None:
    cart = new_cart(store)
    store.carts.update(cart.id, email="b@example.com")
    card.refuses = {"initiate"}
    with pytest.raises(errors.ProviderRefusedError):
        store.checkout.select(cart.id, "card")
    store.undo()
    assert store.carts.get(cart.id).email == "ada@example.com"


def test_sessions_that_no_provider_knows_are_undone(store: Store) -> None:
    cart = new_cart(store)
    store.undo()
    assert store.carts.get(cart.id).payment_sessions == ()


def test_a_read_only_store_is_left_alone(open_store: Any, tmp_path: Path, card: Watched) -> None:
    cart = new_cart(open_store(path="shop"))
    with (
        Store.open(tmp_path / "shop", read_only=True, providers=[card]) as store,
        pytest.raises(errors.ReadOnlyStoreError),
    ):
        store.checkout.select(cart.id, "card")
    assert card.asked == []
