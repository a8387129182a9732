from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from localpay.payments.providers.protocol import Answer, Authorization, Provider, Refusal, Request
from localpay.payments.providers.simulator import CARDS, OUTCOMES, Movement, Simulator


def request(data: Any, amount: int = 1000) -> Request:
    return Request(
        resource_id="cart_1", session_id="ps_1", amount=amount, currency_code="eur", data=data
    )


def started(simulator: Simulator, **sent: Any) -> dict[str, Any]:
    """A payment's data after it was started and sent some data."""
    answer = simulator.initiate(request({}))
    assert isinstance(answer, Answer)
    update = simulator.update_data(request(sent))
    assert isinstance(update, Answer)
    return {**answer.data, **update.data}


def test_it_is_a_provider() -> None:
    assert isinstance(Simulator(), Provider)


def test_the_same_calls_give_the_same_answers() -> None:
    assert started(Simulator(seed=1)) == started(Simulator(seed=1))
    assert started(Simulator(seed=1)) != started(Simulator(seed=2))
    simulator = Simulator()
    assert started(simulator) != started(simulator)


def test_it_authorizes_captures_and_refunds() -> None:
    simulator = Simulator()
    answer = simulator.authorize(request(started(simulator)))
    assert isinstance(answer, Authorization)
    assert answer.status == "authorized"
    captured = simulator.capture(request(answer.data))
    assert isinstance(captured, Answer)
    refunded = simulator.refund(request(captured.data, 400))
    assert isinstance(refunded, Answer)
    assert refunded.data["refunded"] == 400
    assert [(move.kind, move.amount) for move in simulator.movements] == [
        ("authorize", 1000),
        ("capture", 1000),
        ("refund", 400),
    ]


@pytest.mark.parametrize("number", [number for number in CARDS if CARDS[number].reason])
def test_declined_cards_say_why(number: str) -> None:
    simulator = Simulator()
    answer = simulator.authorize(request(started(simulator, card=number)))
    assert isinstance(answer, Refusal)
    assert answer.detail == CARDS[number].reason
    assert simulator.movements == []


def test_of_a_card_only_four_digits_are_kept() -> None:
    data = started(Simulator(), card="4000 0000 0000 9995")
    assert data["card"] == {"last4": "9995"}
    assert "4000000000009995" not in str(data)


def test_real_cards_are_refused() -> None:
    answer = Simulator().update_data(request({"card": "4111111111111111"}))
    assert isinstance(answer, Refusal)
    assert answer.code == "incorrect_number"


def test_an_unknown_outcome_is_refused() -> None:
    answer = Simulator().update_data(request({"outcome": "[@click=quit]explode"}))
    assert isinstance(answer, Refusal)
    with pytest.raises(ValueError, match="choose from: authorize"):
        Simulator(script=["explode"])  # type: ignore[list-item]


def test_it_asks_for_more_and_then_authorizes() -> None:
    simulator = Simulator()
    first = simulator.authorize(request(started(simulator, outcome="require_more")))
    assert isinstance(first, Authorization)
    assert first.status == "requires_more"
    assert "next_action" in first.data
    second = simulator.authorize(request(first.data))
    assert isinstance(second, Authorization)
    assert second.status == "authorized"
    assert "next_action" not in second.data


@pytest.mark.parametrize("status", ["pending", "error", "canceled"])
def test_it_answers_other_statuses(status: str) -> None:
    simulator = Simulator()
    answer = simulator.authorize(request(started(simulator, outcome=status)))
    assert isinstance(answer, Authorization)
    assert answer.status == status


def test_it_times_out() -> None:
    simulator = Simulator()
    with pytest.raises(TimeoutError):
        simulator.authorize(request(started(simulator, outcome="time_out")))


def test_it_answers_updates_with_nothing() -> None:
    simulator = Simulator()
    assert simulator.update(request(started(simulator, outcome="answer_nothing"))) == Answer()


@pytest.mark.parametrize("kind", ["capture", "refund"])
def test_it_refuses_to_move_money(kind: str) -> None:
    simulator = Simulator()
    data = started(simulator, outcome=f"refuse_{kind}")
    assert isinstance(getattr(simulator, kind)(request(data)), Refusal)
    assert simulator.movements == []


@pytest.mark.parametrize("kind", ["authorize", "capture", "refund"])
def test_it_fails_after_the_money_moved_and_moves_it_once(kind: str) -> None:
    simulator = Simulator()
    data = started(simulator, outcome=f"fail_after_{kind}")
    with pytest.raises(ConnectionError, match="the connection broke after the"):
        getattr(simulator, kind)(request(data))
    getattr(simulator, kind)(request(data))
    assert [move.kind for move in simulator.movements] == [kind]


def test_two_calls_at_once_move_the_money_once() -> None:
    simulator = Simulator()
    data = started(simulator, outcome="fail_after_capture")
    with ThreadPoolExecutor() as pool:
        others: list[Future[Answer | Refusal]] = []

        class Movements(list[Movement]):
            def append(self, move: Movement) -> None:
                super().append(move)
                if not others:
                    others.append(pool.submit(simulator.capture, request(data)))
                    time.sleep(0.05)  # time for the other call to interfere, if it can

        simulator.movements = Movements()
        with pytest.raises(ConnectionError):
            simulator.capture(request(data))
        assert isinstance(others[0].result(20), Answer)
    assert [move.kind for move in simulator.movements] == ["capture"]


def test_a_script_goes_before_data() -> None:
    simulator = Simulator(script=["decline", "require_more", "authorize"])
    data = started(simulator, outcome="error")
    assert isinstance(simulator.authorize(request(data)), Refusal)
    statuses = []
    for _ in range(3):
        answer = simulator.authorize(request(data))
        assert isinstance(answer, Authorization)
        statuses.append(answer.status)
    assert statuses == ["requires_more", "authorized", "error"]


def test_every_outcome_can_be_chosen_by_data() -> None:
    for outcome in OUTCOMES:
        assert started(Simulator(), outcome=outcome)["outcome"] == outcome
