"""The simulator: an offline card network whose behaviour you choose.

What happens to a payment is its *outcome*, chosen in one of three ways:

- by data: `store.checkout.update_data(cart.id, "simulator", {"outcome": "decline"})`;
- by card, with one of the well-known test numbers: `{"card": "4000000000009995"}`. Only the last
  four digits of the number are kept;
- by script: `Simulator(script=["decline", "authorize"])` declines the first authorization and
  grants the second. A script takes precedence over data.

Nothing is random: the same calls give the same answers, including ids.
"""

from __future__ import annotations

import threading
from collections import deque
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn, TypeAlias, get_args

from localpay.payments.providers.protocol import Answer, Authorization, Refusal, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localpay.entities import SessionStatus

Outcome: TypeAlias = Literal[
    "authorize",
    "require_more",
    "pending",
    "error",
    "canceled",
    "decline",
    "time_out",
    "answer_nothing",
    "refuse_capture",
    "refuse_refund",
    "fail_after_authorize",
    "fail_after_capture",
    "fail_after_refund",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""What can happen to a payment.

`require_more` asks the buyer to confirm, and authorizes the next time. `time_out` never answers
the authorization, `answer_nothing` answers updates without data. The last three do what they are
asked and then fail, once: the same call made again succeeds without moving money again.
"""


class Card(NamedTuple):
    """A test card.

    Attributes:
        outcome: the outcome of payments with this card.
        reason: why the card is declined, if it is.
    """

    outcome: Outcome
    reason: str | None = None


CARDS: dict[str, Card] = {
    "4242424242424242": Card("authorize"),
    "5555555555554444": Card("authorize"),
    "4000002500003155": Card("require_more"),
    "4000002760003184": Card("require_more"),
    "4000000000000002": Card("decline", "generic_decline"),
    "4000000000009995": Card("decline", "insufficient_funds"),
    "4000000000009987": Card("decline", "lost_card"),
    "4000000000009979": Card("decline", "stolen_card"),
    "4000000000000069": Card("decline", "expired_card"),
    "4000000000000127": Card("decline", "incorrect_cvc"),
    "4000000000000119": Card("decline", "processing_error"),
    "4000000000000341": Card("refuse_capture"),
    "4000000000007726": Card("refuse_refund"),
}
"""The test cards by number; payment companies publish these numbers for tests."""


class Movement(NamedTuple):
    """Money that moved at the simulator.

    Attributes:
        payment: the simulator's id of the payment.
        kind: authorize, capture, refund or cancel.
        amount: the amount in minor units.
    """

    payment: str
    kind: str
    amount: int


class Simulator:
    """An offline card network.

    Args:
        seed: another seed gives other payment ids.
        script: the outcomes of the next authorizations, in order.
        id: the provider's id in regions, sessions and payments.

    Attributes:
        movements: the money that moved, in order, even if the call failed afterwards.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        script: Iterable[Outcome] = (),
        id: str = "simulator",  # noqa: A002 - the name of the attribute
    ) -> None:
        self.id = id
        self.movements: list[Movement] = []
        self._seed = seed
        self._script = deque(script)
        self._started = 0
        self._failed: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        for outcome in self._script:
            if outcome not in OUTCOMES:
                raise ValueError(
                    f"{outcome!r} is not an outcome; choose from: {', '.join(OUTCOMES)}"
                )

    def initiate(self, request: Request) -> Answer | Refusal:
        """Start a payment that waits for a card."""
        with self._lock:
            self._started += 1
            name = f"{self._seed}/{request.session_id}/{self._started}"
        return Answer({
            "id": f"sim_{blake2b(name.encode(), digest_size=10).hexdigest()}",
            "status": "requires_payment_method",
            "amount": request.amount,
            "currency": request.currency_code,
        })  # fmt: skip

    def update(self, request: Request) -> Answer | Refusal:
        """Change the amount."""
        data = _data(request)
        if data.get("outcome") == "answer_nothing":
            return Answer()
        return Answer({**data, "amount": request.amount})

    def update_data(self, request: Request) -> Answer | Refusal:
        """Accept a card, an outcome, or any other data."""
        sent = _data(request)
        if "card" in sent:
            number = "".join(str(sent["card"]).split())
            card = CARDS.get(number)
            if card is None:
                return Refusal(
                    "this is not a test card", "incorrect_number", "try 4242424242424242"
                )
            sent |= {"card": {"last4": number[-4:]}, "outcome": card.outcome}
            if card.reason is not None:
                sent["reason"] = card.reason
        if sent.get("outcome", "authorize") not in OUTCOMES:
            return Refusal(
                f"there is no outcome {str(sent['outcome'])[:60]!r}",
                "unknown_outcome",
                f"choose from: {', '.join(OUTCOMES)}",
            )
        return Answer(sent)

    def authorize(self, request: Request) -> Authorization | Refusal:
        """Reserve the amount, or do what the outcome says."""
        data = _data(request)
        with self._lock:
            if self._script:
                data["outcome"] = self._script.popleft()
        match data.get("outcome", "authorize"):
            case "decline":
                reason = str(data.get("reason", "generic_decline"))
                return Refusal("the card was declined", "card_declined", reason)
            case "time_out":
                raise TimeoutError("the card network did not answer in time")
            case "require_more" if not data.get("confirmed"):
                data |= {
                    "status": "requires_action",
                    "confirmed": True,
                    "next_action": {"type": "redirect", "url": "https://simulator.invalid/confirm"},
                }
                return Authorization("requires_more", data)
            case "pending" | "error" | "canceled" as status:
                return Authorization(status, {**data, "status": status})
        data.pop("next_action", None)
        data |= {"status": "authorized", "amount": request.amount}
        self._move(data, "authorize", request.amount)
        return Authorization("authorized", data)

    def retrieve(self, request: Request) -> Answer | Refusal:
        """Return the payment's data."""
        return Answer(_data(request))

    def delete(self, request: Request) -> Answer | Refusal:
        """Delete the payment."""
        return Answer({**_data(request), "status": "deleted"})

    def capture(self, request: Request) -> Answer | Refusal:
        """Take the money, unless the outcome says otherwise."""
        data = _data(request)
        if data.get("outcome") == "refuse_capture":
            return Refusal("the capture was refused", "charge_expired", "the reservation is gone")
        data["status"] = "captured"
        self._move(data, "capture", request.amount)
        return Answer(data)

    def refund(self, request: Request) -> Answer | Refusal:
        """Refund the money, unless the outcome says otherwise."""
        data = _data(request)
        if data.get("outcome") == "refuse_refund":
            return Refusal("the refund was refused", "refund_failed", "the card is closed")
        data["refunded"] = data.get("refunded", 0) + request.amount
        self._move(data, "refund", request.amount)
        return Answer(data)

    def cancel(self, request: Request) -> Answer | Refusal:
        """Release the money."""
        data = _data(request)
        data["status"] = "canceled"
        self._move(data, "cancel", request.amount)
        return Answer(data)

    def status(self, request: Request) -> SessionStatus | Refusal:
        """Return the payment's status."""
        match _data(request).get("status"):
            case "authorized" | "captured":
                return "authorized"
            case "requires_action":
                return "requires_more"
            case "error":
                return "error"
            case "canceled":
                return "canceled"
            case _:
                return "pending"

    def _move(self, data: dict[str, Any], kind: str, amount: int) -> None:
        """Move money, and then fail if that is the outcome."""
        payment = str(data.get("id"))
        with self._lock:
            # The money moved before the failure, so the same call made again moves none.
            again = (payment, kind) in self._failed
            fails = data.get("outcome") == f"fail_after_{kind}" and not again
            if not again:
                self.movements.append(Movement(payment, kind, amount))
            if fails:
                self._failed.add((payment, kind))
            else:
                self._failed.discard((payment, kind))
        if fails:
            _fail(kind)


def _fail(kind: str) -> NoReturn:
    what = "authorization" if kind == "authorize" else kind
    raise ConnectionError(f"the connection broke after the {what} was done")


def _data(request: Request) -> dict[str, Any]:
    return dict(request.data) if isinstance(request.data, dict) else {}
