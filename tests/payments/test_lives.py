"""Whatever happens to carts, and whatever providers answer, the records stay consistent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from localpay.errors import LocalpayError
from localpay.payments.providers.simulator import OUTCOMES
from localpay.payments.rules import Rules
from localpay.storage import models
from localpay.store import Store
from tests.clocks import NOON, SteppingClock
from tests.payments.paying import METHODS, TICK, Silent, Watched

_NOT_JOURNALED = {models.Change, models.Claim, models.QuarantinedRow}

carts = st.integers(0, 1)
chosen = st.sampled_from(["card", "manual", "silent"])
troubles = st.none() | st.tuples(
    st.sampled_from(["refuses", "breaks"]), st.sampled_from(sorted(METHODS))
)


class Lives(RuleBasedStateMachine):
    """Two carts, and everything that can be done with them."""

    followed = Rules()

    def __init__(self) -> None:
        super().__init__()
        self.card = Watched()
        self.store = Store.open(
            ":memory:",
            clock=SteppingClock(NOON, TICK),
            rules=self.followed,
            providers=[self.card, Silent()],
        )
        self.regions = [
            self.store.regions.create(name=name, currency_code=currency, providers=providers)
            for name, currency, providers in (
                ("EU", "eur", ["card", "manual", "silent"]),
                ("US", "usd", ["card"]),
            )
        ]
        self.carts = [
            self.store.carts.create(
                region_id=self.regions[0].id,
                email="ada@example.com",
                items=[{"title": "Mug", "unit_price": 700, "quantity": 1}],
            ).id
            for _ in range(2)
        ]

    def teardown(self) -> None:
        self.store.close()

    def attempt(self, act: Callable[[], Any], trouble: tuple[str, str] | None) -> None:
        """Do something that may be refused, by localpay or by a provider, but must not crash."""
        if trouble is not None:
            setattr(self.card, trouble[0], {trouble[1]})
        before = self.rows()
        try:
            act()
        except LocalpayError:
            if not self._completes:
                assert self.rows() == before, "what was refused left something behind"
        finally:
            self._completes = False
            self.card.refuses, self.card.breaks = set(), set()

    _completes = False

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        return {
            model.table(): self.store._database.rows(f'SELECT * FROM "{model.table()}" ORDER BY 1')
            for model in models.MODELS.values()
            if model not in _NOT_JOURNALED
        }

    @rule(cart=carts, trouble=troubles)
    def create_sessions(self, cart: int, trouble: Any) -> None:
        self.attempt(lambda: self.store.checkout.create_sessions(self.carts[cart]), trouble)

    @rule(cart=carts, provider=chosen, trouble=troubles)
    def select(self, cart: int, provider: str, trouble: Any) -> None:
        self.attempt(lambda: self.store.checkout.select(self.carts[cart], provider), trouble)

    @rule(cart=carts, outcome=st.sampled_from(OUTCOMES), trouble=troubles)
    def choose_outcome(self, cart: int, outcome: str, trouble: Any) -> None:
        data = {"outcome": outcome}
        self.attempt(
            lambda: self.store.checkout.update_data(self.carts[cart], "card", data), trouble
        )

    @rule(cart=carts, provider=chosen, trouble=troubles)
    def refresh(self, cart: int, provider: str, trouble: Any) -> None:
        self.attempt(lambda: self.store.checkout.refresh(self.carts[cart], provider), trouble)

    @rule(cart=carts, provider=chosen, trouble=troubles)
    def delete(self, cart: int, provider: str, trouble: Any) -> None:
        self.attempt(lambda: self.store.checkout.delete(self.carts[cart], provider), trouble)

    @rule(cart=carts, price=st.integers(0, 500), trouble=troubles)
    def add_item(self, cart: int, price: int, trouble: Any) -> None:
        cart_id = self.carts[cart]
        self.attempt(
            lambda: self.store.checkout.add_item(
                cart_id, title="Cup", unit_price=price, quantity=1
            ),
            trouble,
        )

    @rule(cart=carts, quantity=st.integers(0, 3), trouble=troubles)
    def change_item(self, cart: int, quantity: int, trouble: Any) -> None:
        found = self.store.carts.find(self.carts[cart])
        items = (found and found.items) or ()
        if not items:
            return
        cart_id, item_id = self.carts[cart], items[0].id
        if quantity:
            act = lambda: self.store.checkout.change_item(cart_id, item_id, quantity=quantity)  # noqa: E731
        else:
            act = lambda: self.store.checkout.remove_item(cart_id, item_id)  # noqa: E731
        self.attempt(act, trouble)

    @rule(cart=carts, region=st.integers(0, 1), trouble=troubles)
    def move(self, cart: int, region: int, trouble: Any) -> None:
        region_id = self.regions[region].id
        self.attempt(
            lambda: self.store.checkout.update(self.carts[cart], region_id=region_id), trouble
        )

    @rule(cart=carts, trouble=troubles)
    def authorize(self, cart: int, trouble: Any) -> None:
        self.attempt(lambda: self.store.checkout.authorize(self.carts[cart]), trouble)

    @rule(cart=carts, trouble=troubles)
    def complete(self, cart: int, trouble: Any) -> None:
        # These are two operations: the result of authorizing stays.
        self._completes = True
        self.attempt(lambda: self.store.checkout.complete(self.carts[cart]), trouble)

    @rule(
        place=st.integers(0, 5),
        method=st.sampled_from(["capture", "cancel", "refund"]),
        amount=st.integers(1, 800),
        trouble=troubles,
    )
    def pay(self, place: int, method: str, amount: int, trouble: Any) -> None:
        payments = self.store.payments.list()
        if not payments:
            return
        payment_id = payments[place % len(payments)].id
        arguments = (amount, "other") if method == "refund" else ()
        act = getattr(self.store.payments, method)
        self.attempt(lambda: act(payment_id, *arguments), trouble)

    @rule()
    def undo(self) -> None:
        self.attempt(self.store.undo, None)

    @invariant()
    def one_selected_session_and_one_live_payment_a_cart(self) -> None:
        sessions, payments = self.store.sessions.list(), self.store.payments.list()
        for cart_id in self.carts:
            assert sum(s.cart_id == cart_id and bool(s.is_selected) for s in sessions) <= 1
            assert sum(p.cart_id == cart_id and p.canceled_at is None for p in payments) <= 1

    @invariant()
    def refunds_stay_within_what_was_captured(self) -> None:
        for payment in self.store.payments.list(expand=("refunds",)):
            assert 0 <= payment.amount_refunded <= payment.amount
            assert payment.captured_at or not payment.amount_refunded
            refunded = sum(refund.amount for refund in payment.refunds or ())
            assert refunded == payment.amount_refunded

    @invariant()
    def amounts_follow_totals(self) -> None:
        if self.followed != Rules():
            return
        for cart in self.store.carts.list(expand=("payment_sessions",)):
            for session in cart.payment_sessions or ():
                assert session.amount == cart.total

    @invariant()
    def nothing_is_orphaned(self) -> None:
        assert all(session.cart_id for session in self.store.sessions.list())
        assert self.store._database.rows("SELECT * FROM claim") == []
        assert self.store.check() == []

    @invariant()
    def the_journal_replays_to_the_same_rows(self) -> None:
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for operation, table, record_id, before, after in self.store._database.rows(
            "SELECT operation, entity, record_id, before, after FROM change ORDER BY number"
        ):
            key = (table, record_id)
            if operation == "create":
                assert key not in rows
                rows[key] = json.loads(after)
            elif operation == "update":
                assert json.loads(before).items() <= rows[key].items()
                rows[key] |= json.loads(after)
            elif operation == "delete":
                assert rows.pop(key) == json.loads(before)
        assert rows == self._written()

    def _written(self) -> dict[tuple[str, str], dict[str, Any]]:
        written = {}
        for model in models.MODELS.values():
            if model in _NOT_JOURNALED:
                continue
            names = list(model.columns())
            columns = ", ".join(f'"{name}"' for name in names)
            for values in self.store._database.rows(f'SELECT {columns} FROM "{model.table()}"'):
                row = dict(zip(names, values, strict=True))
                written[model.table(), "/".join(row[name] for name in model.key)] = row
        return written


class MedusaLives(Lives):
    """The same, under Medusa's rules."""

    followed = Rules.medusa()


@pytest.mark.parametrize("lives", [Lives, MedusaLives])
def test_records_stay_consistent(lives: type[Lives]) -> None:
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
