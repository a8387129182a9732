from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localpay.entities import BaseEntity, Change
from localpay.errors import LocalpayError
from localpay.tui.operating import performing, telling
from localpay.tui.operating.offers import offers as offers_of
from localpay.tui.operating.rehearsal import last_line, lines_after, look, rehearse
from tests.tui.paying import open_shop, session_of, the_cart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localpay.store import Store
    from localpay.tui.operating.offers import Offer
    from localpay.tui.operating.operations import Operation
    from localpay.tui.operating.performing import Outcome


@pytest.fixture
def store() -> Iterator[Store]:
    with open_shop() as store:
        yield store


def offers(store: Store, record: BaseEntity) -> dict[str, Offer]:
    found = offers_of(look(store, record))
    return {offer.operation.label: offer for offer in found}


def reasons(store: Store, record: BaseEntity) -> dict[str, str | None]:
    return {label: offer.reason for label, offer in offers(store, record).items()}


def operation(store: Store, record: BaseEntity, label: str) -> Operation:
    return offers(store, record)[label].operation


def done(store: Store, record: BaseEntity, chosen: Operation) -> Outcome:
    values = chosen.defaults()
    return performing.perform(store, look(store, record), lambda s: chosen.act(s, values))


def perform(store: Store, record: BaseEntity, label: str) -> Outcome:
    return done(store, record, operation(store, record, label))


def announced(store: Store, record: BaseEntity, label: str, **values: Any) -> list[str]:
    situation = look(store, record)
    chosen = operation(store, record, label)
    given = chosen.defaults() | values
    outlook = rehearse(situation, lambda copy: chosen.act(copy, given))
    return [line.plain for line in telling.announced(situation, outlook)]


def paid(store: Store, provider_id: str = "manual") -> None:
    cart = the_cart(store)
    store.checkout.select(cart.id, provider_id)
    store.checkout.authorize(cart.id)


# What is of use


def test_a_cart_with_nothing_selected_can_be_given_sessions_and_a_choice(store: Store) -> None:
    assert reasons(store, the_cart(store)) == {
        "Create sessions": "nothing would change",
        "Select a provider": None,
        "Send data": None,
        "Refresh": None,
        "Delete a session": None,
        "Authorize the cart": "nothing is selected",
        "Complete the cart": "nothing is selected",
    }


def test_a_completed_cart_is_left_alone(store: Store) -> None:
    store.checkout.select(the_cart(store).id, "manual")
    store.checkout.complete(the_cart(store).id)
    found = reasons(store, the_cart(store))
    assert found.pop("Complete the cart") == "the cart is completed already"
    assert set(found.values()) == {"the cart is completed"}


def test_a_cart_without_sessions_says_what_it_lacks(store: Store) -> None:
    cart = the_cart(store)
    for session in cart.payment_sessions or ():
        store.sessions.delete(session.id)
    found = reasons(store, cart)
    assert found["Create sessions"] is None
    assert found["Select a provider"] == "there is no such session"
    assert found["Refresh"] == found["Delete a session"] == "there is no session"


def test_a_session_of_a_provider_that_is_not_installed_can_be_deleted_here(store: Store) -> None:
    session = session_of(store, "stripe")
    assert reasons(store, session) == {
        "Select it": "stripe is not installed",
        "Send data": "stripe is not installed",
        "Refresh": None,
        "Delete it": None,
        "Authorize the cart": "it is not selected",
    }
    [line] = announced(store, session, "Select it")
    assert line.startswith("✗ provider 'stripe' is not installed (installed: manual, simulator,")
    assert telling.missing(look(store, session)) == "Not installed: stripe."


def test_only_a_selected_session_has_its_cart_authorized(store: Store) -> None:
    store.checkout.select(the_cart(store).id, "simulator")
    assert reasons(store, session_of(store, "simulator"))["Authorize the cart"] is None
    assert reasons(store, session_of(store, "manual"))["Authorize the cart"] is not None


def test_an_authorized_session_cannot_be_left_before_its_payment_is_canceled(store: Store) -> None:
    paid(store)
    found = reasons(store, session_of(store, "manual"))
    assert found["Delete it"] == found["Refresh"] == "a payment is authorized already"
    assert found["Authorize the cart"] == "it is authorized already"


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        ([], (None, "it is not captured", None)),
        (["capture"], ("it is captured already", None, "it is captured")),
        (["cancel"], ("it is canceled", "it is canceled", "it is canceled already")),
        (["capture", "refund"], ("it is captured already", "nothing is left to refund",
                                 "it is captured")),
    ],
)  # fmt: skip
def test_a_payment_goes_from_captured_to_refunded(
    store: Store, life: list[str], expected: tuple[str | None, ...]
) -> None:
    paid(store)
    [payment] = store.payments.list()
    for step in life:
        if step == "refund":
            store.payments.refund(payment.id, payment.amount, "other")
        else:
            getattr(store.payments, step)(payment.id)
    assert tuple(reasons(store, payment).values()) == expected


def test_a_session_of_a_payment_collection_has_no_operations(store: Store) -> None:
    session = store.sessions.create(provider_id="manual")
    assert offers(store, session) == {}


# What would happen


def test_it_is_said_whom_is_called_with_what_and_which_rows_change(store: Store) -> None:
    store.checkout.select(the_cart(store).id, "simulator")
    assert announced(store, the_cart(store), "Select a provider", provider="manual") == [
        "⇄ manual  initiatePayment  25.00 EUR",
        "⇄ simulator  deletePayment  25.00 EUR",
        "~ session simulator  is_selected yes → –, is_initiated yes → no",
        "~ session manual  is_selected – → yes, is_initiated no → yes, data",
        "u does not undo provider calls.",
    ]


def test_what_the_simulator_will_answer_is_known_before(store: Store) -> None:
    store.checkout.select(the_cart(store).id, "simulator")
    lines = announced(store, the_cart(store), "Authorize the cart", outcome="decline")
    assert lines[:2] == [
        '⇄ simulator  updatePaymentData  25.00 EUR  {"outcome":"decline"}',
        "⇄ simulator  authorizePayment  25.00 EUR  → refused (generic_decline)",
    ]
    assert "refused to authorize: the card was declined" in lines[-2]
    assert lines[-1] == "Nothing else changes."


def test_a_provider_of_somebody_else_is_not_asked_before(store: Store) -> None:
    store.checkout.select(the_cart(store).id, "slow")
    lines = announced(store, the_cart(store), "Authorize the cart")
    assert lines[0] == "⇄ slow  authorizePayment  25.00 EUR"
    assert "Assuming that slow agrees." in lines


def test_what_calls_nobody_can_be_taken_back(store: Store) -> None:
    lines = announced(store, session_of(store, "stripe"), "Delete it")
    assert lines == ["− session stripe", "No provider is called; u undoes it."]


def test_whoever_confirmed_once_is_asked_again_if_that_is_the_outcome(store: Store) -> None:
    cart = the_cart(store)
    store.checkout.update_data(cart.id, "simulator", {"outcome": "require_more"})
    store.checkout.authorize(cart.id)
    again = operation(store, cart, "Authorize the cart")
    performing.perform(
        store, look(store, cart), lambda s: again.act(s, {"outcome": "require_more"})
    )
    assert session_of(store, "simulator").status == "requires_more"


# As announced


def substance(lines: list[Change]) -> list[tuple[Any, ...]]:
    """Lines without what is new each time: instants, ids of new rows, durations."""
    return [
        (line.operation, line.entity, sorted(line.after or {}), (line.after or {}).get("call"),
         (line.after or {}).get("outcome"), (line.after or {}).get("status"))
        for line in lines
    ]  # fmt: skip


PREPARED: dict[str, Callable[[Store, str], object]] = {
    "fresh": lambda store, cart: store.carts.get(cart),
    "selected": lambda store, cart: store.checkout.select(cart, "simulator"),
    "stale": lambda store, cart: (
        store.checkout.select(cart, "manual"), store.carts.update(cart, shipping_total=500)
    ),
    "waiting": lambda store, cart: (
        store.checkout.update_data(cart, "simulator", {"outcome": "require_more"}),
        store.checkout.authorize(cart),
    ),
    "authorized": lambda store, cart: (
        store.checkout.select(cart, "manual"), store.checkout.authorize(cart)
    ),
    "completed": lambda store, cart: (
        store.checkout.select(cart, "manual"), store.checkout.complete(cart)
    ),
    "declining": lambda store, cart: store.checkout.update_data(
        cart, "simulator", {"outcome": "decline"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("prepared", PREPARED)
@pytest.mark.parametrize("kind", ["cart", "session", "payment"])
def test_what_happens_is_what_was_announced(prepared: str, kind: str) -> None:
    for number in range(7):
        with open_shop() as store:
            cart = the_cart(store)
            PREPARED[prepared](store, cart.id)
            record: BaseEntity | None = cart
            if kind == "session":
                record = the_cart(store).payment_session or session_of(store, "manual")
            elif kind == "payment":
                record = the_cart(store).payment
            found = [] if record is None else offers_of(look(store, record))
            if record is None or number >= len(found):
                continue
            offer = found[number]
            if offer.outlook is None:
                continue
            newest = last_line(store)
            error = done(store, record, offer.operation).error
            assert str(error) == str(offer.outlook.error)
            assert substance(lines_after(store, newest)) == substance([*offer.outlook.lines])


# Afterwards


def test_each_call_is_reported_with_what_it_took(store: Store) -> None:
    store.checkout.select(the_cart(store).id, "manual")
    outcome = perform(store, the_cart(store), "Authorize the cart")
    report = telling.reported(outcome)
    assert report.startswith("The cart is authorized, session manual is selected and authorized. ")
    assert "manual authorizePayment → authorized, " in report
    assert report.endswith(" ms.")


def test_a_refusal_is_reported_with_the_calls_that_were_made(store: Store) -> None:
    store.checkout.update_data(the_cart(store).id, "simulator", {"outcome": "time_out"})
    outcome = perform(store, the_cart(store), "Authorize the cart")
    report = telling.reported(outcome)
    assert "Not done: provider 'simulator' failed to authorize: the card network did not" in report
    assert "authorizePayment → failed" in report


def test_what_is_no_error_of_ours_is_reported_too(store: Store) -> None:
    def act(_: Store) -> None:
        raise RuntimeError("odd")

    outcome = performing.perform(store, look(store, the_cart(store)), act)
    assert telling.reported(outcome) == "Not done: RuntimeError('odd'). No provider was called."


def test_a_session_that_was_replaced_is_found_through_its_cart(store: Store) -> None:
    store.checkout.select(the_cart(store).id, "simulator")
    outcome = perform(store, session_of(store, "simulator"), "Refresh")
    assert outcome.error is None
    assert "simulator initiatePayment → ok" in telling.reported(outcome)


@pytest.mark.parametrize("typed", ["[1]", "{", "null", '"x"'])
def test_data_that_is_no_object_is_refused(store: Store, typed: str) -> None:
    data = next(
        each for each in operation(store, the_cart(store), "Send data").inputs
        if each.name == "data"
    )  # fmt: skip
    with pytest.raises(LocalpayError):
        data.read(typed)
