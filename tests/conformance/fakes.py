# ruff: noqa: N802 - the methods have Medusa's names
"""The fake payment processors of the recorded runs, and how Medusa calls them.

A processor takes and returns JSON objects, as in Medusa; `MedusaProvider` turns it into a localpay
provider. It decides what counts as a refusal, as Medusa does: a key `error` in most answers, and
in some only together with a code and a detail. localpay itself has a type for refusals.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

from localpay.entities import SESSION_STATUSES
from localpay.payments.providers.protocol import Answer, Authorization, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localpay.entities import SessionStatus
    from localpay.payments.providers.protocol import Request

Json = dict[str, Any]

_WHOLE_REFUSALS = {"deletePayment", "cancelPayment", "refundPayment"}
"""Methods whose refusals count only if they have a code and a detail."""


class Processor:
    """What all fakes answer if no answer is queued."""

    id = ""

    def __init__(self) -> None:
        self._made = 0

    def _next(self, word: str) -> str:
        self._made += 1
        return f"{word}_{self._made}"

    def initiatePayment(self, asked: Json) -> Any:
        raise NotImplementedError

    def updatePayment(self, asked: Json) -> Any:
        return {"session_data": asked["paymentSessionData"]}

    def updatePaymentData(self, asked: Json) -> Any:
        return asked["data"]

    def authorizePayment(self, asked: Json) -> Any:
        return {"status": "authorized", "data": {**asked["data"], "status": "authorized"}}

    def retrievePayment(self, asked: Json) -> Any:
        return asked["data"]

    def deletePayment(self, asked: Json) -> Any:  # noqa: ARG002
        return {}

    def capturePayment(self, asked: Json) -> Any:
        return {**asked["data"], "status": "captured"}

    def refundPayment(self, asked: Json) -> Any:
        refunded = asked["data"].get("refunded", 0) + asked["amount"]
        return {**asked["data"], "refunded": refunded}

    def cancelPayment(self, asked: Json) -> Any:
        return {**asked["data"], "status": "canceled"}

    def getPaymentStatus(self, asked: Json) -> Any:
        status = asked["data"].get("status")
        return status if status in SESSION_STATUSES else "authorized"


class Manual(Processor):
    id = "manual"

    def initiatePayment(self, asked: Json) -> Any:  # noqa: ARG002
        return {"session_data": {"status": "pending"}}


class FakeCard(Processor):
    id = "fake_card"

    def initiatePayment(self, asked: Json) -> Any:
        data = {
            "id": self._next("card"),
            "amount": asked["amount"],
            "currency": asked["currency_code"],
            "status": "requires_payment_method",
        }
        return {"session_data": data}

    def updatePayment(self, asked: Json) -> Any:
        return {"session_data": {**asked["paymentSessionData"], "amount": asked["amount"]}}

    def authorizePayment(self, asked: Json) -> Any:
        data = asked["data"]
        outcome = data.get("outcome", "authorized")
        if outcome == "decline":
            return {
                "error": "Card declined",
                "code": "card_declined",
                "detail": "insufficient funds",
            }
        if outcome == "crash":
            raise ConnectionError("card network unreachable")
        if outcome == "requires_more_once":
            if data.get("challenged"):
                return {"status": "authorized", "data": {**data, "status": "authorized"}}
            data = {**data, "challenged": True}
            outcome = "requires_more"
        return {"status": outcome, "data": {**data, "status": outcome}}

    def retrievePayment(self, asked: Json) -> Any:
        return {**asked["data"], "retrieved": True}


class FakeWallet(Processor):
    id = "fake_wallet"

    def initiatePayment(self, asked: Json) -> Any:
        data = {
            "order_token": self._next("wallet"),
            "amount": asked["amount"],
            "currency": asked["currency_code"],
        }
        return {"session_data": data}

    def updatePayment(self, asked: Json) -> Any:  # noqa: ARG002
        return None


class FakeFlaky(Processor):
    id = "fake_flaky"

    def initiatePayment(self, asked: Json) -> Any:  # noqa: ARG002
        return {
            "error": "Provider unavailable",
            "code": "unavailable",
            "detail": "try again later",
        }


class Tape:
    """Records the calls to providers and their answers, and holds answers queued for them."""

    def __init__(self) -> None:
        self.calls: list[Json] = []
        self._plans: dict[str, deque[Json]] = defaultdict(deque)

    def queue(self, plans: dict[str, list[Json]]) -> None:
        self._plans.clear()
        for name, answers in plans.items():
            self._plans[name].extend(answers)

    def ask(self, provider_id: str, method: str, asked: Json, answer: Callable[[], Any]) -> Any:
        call: Json = {"provider_id": provider_id, "method": method, "input": asked}
        self.calls.append(call)
        queued = self._plans[f"{provider_id}.{method}"]
        plan = queued.popleft() if queued else {}
        try:
            call["output"] = _planned(plan) if plan else answer()
        except ConnectionError as error:
            call["raised"] = str(error)
            raise
        return call["output"]


def _planned(plan: Json) -> Any:
    if "raise" in plan:
        raise ConnectionError(plan["raise"])
    return None if plan.get("answers_nothing") else plan["answer"]


class MedusaProvider:
    """A localpay provider that calls a processor and reads its answers as Medusa does."""

    def __init__(self, processor: Processor, tape: Tape) -> None:
        self.id = processor.id
        self._processor = processor
        self._tape = tape

    def initiate(self, request: Request) -> Answer | Refusal:
        return self._started("initiatePayment", request)

    def update(self, request: Request) -> Answer | Refusal:
        return self._started("updatePayment", request)

    def update_data(self, request: Request) -> Answer | Refusal:
        return self._answered(
            "updatePaymentData", {"session_id": request.session_id, "data": request.data}
        )

    def authorize(self, request: Request) -> Authorization | Refusal:
        context = dict(request.context)
        if request.idempotency_key is not None:
            context["idempotency_key"] = "<idempotency key row>"
        answered = self._ask("authorizePayment", {"data": request.data, "context": context})
        if isinstance(answered, Refusal):
            return answered
        return Authorization(answered["status"], answered["data"])

    def retrieve(self, request: Request) -> Answer | Refusal:
        return self._answered("retrievePayment", {"data": request.data})

    def delete(self, request: Request) -> Answer | Refusal:
        return self._answered("deletePayment", {"data": request.data})

    def capture(self, request: Request) -> Answer | Refusal:
        return self._answered("capturePayment", {"data": request.data})

    def refund(self, request: Request) -> Answer | Refusal:
        return self._answered("refundPayment", {"data": request.data, "amount": request.amount})

    def cancel(self, request: Request) -> Answer | Refusal:
        return self._answered("cancelPayment", {"data": request.data})

    def status(self, request: Request) -> SessionStatus | Refusal:
        status: SessionStatus | Refusal = self._ask("getPaymentStatus", {"data": request.data})
        return status

    def _started(self, method: str, request: Request) -> Answer | Refusal:
        cart = request.cart
        asked: Json = {
            "amount": request.amount,
            "currency_code": request.currency_code,
            "resource_id": request.resource_id,
        }
        if self.id != FakeFlaky.id:
            asked |= {
                "email": "" if cart is None else cart.email,
                "context": {} if cart is None else cart.context,
                "paymentSessionData": request.data,
                "customer_id": request.customer_id,
                "has_billing_address": bool(cart and cart.billing_address_id),
            }
        answered = self._ask(method, asked)
        if isinstance(answered, Refusal):
            return answered
        if isinstance(answered, dict) and answered.get("session_data") is not None:
            return Answer(answered["session_data"])
        return Answer(answered)

    def _answered(self, method: str, asked: Json) -> Answer | Refusal:
        answered = self._ask(method, asked)
        return answered if isinstance(answered, Refusal) else Answer(answered)

    def _ask(self, method: str, asked: Json) -> Any:
        answer = getattr(self._processor, method)
        answered = self._tape.ask(self.id, method, asked, lambda: answer(asked))
        if isinstance(answered, dict) and "error" in answered:
            parts = [answered.get(name) for name in ("error", "code", "detail")]
            if method not in _WHOLE_REFUSALS or all(parts):
                reason, code, detail = (None if each is None else str(each) for each in parts)
                return Refusal(reason or "", code, detail)
        return answered


def fake_providers(tape: Tape) -> Iterable[MedusaProvider]:
    """A new set of providers."""
    processors = (Manual(), FakeCard(), FakeWallet(), FakeFlaky())
    return [MedusaProvider(processor, tape) for processor in processors]
