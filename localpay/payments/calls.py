"""Calls to providers: making them, checking the answers, and recording both for the journal."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from localpay import jsontext
from localpay.entities import SESSION_STATUSES, SessionStatus
from localpay.errors import (
    FieldError,
    ProviderError,
    ProviderFailedError,
    ProviderRefusedError,
    UnknownProviderError,
)
from localpay.payments.providers.protocol import MEDUSA_NAMES, Answer, Authorization, Refusal
from localpay.storage.models import PaymentSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from localpay.jsontext import JsonValue
    from localpay.payments.providers.protocol import Method, Provider, Request
    from localpay.payments.providers.registry import Registry


DataMethod: TypeAlias = Literal[
    "initiate", "update", "update_data", "retrieve", "delete", "capture", "refund", "cancel"
]
"""The methods that answer with an `Answer`."""


class Call:
    """One call that was made, as the journal records it."""

    __slots__ = (
        "_began", "_line", "_method", "_provider_id", "_request", "entity", "record_id",
    )  # fmt: skip

    def __init__(self, provider_id: str, method: Method, request: Request) -> None:
        self.entity = "payment_session" if request.payment_id is None else "payment"
        self.record_id = request.payment_id or request.session_id or request.resource_id
        self._provider_id = provider_id
        self._method = method
        # As text, because the provider may change the data it is given.
        self._request = jsontext.dumps(_shown(request))
        self._began = time.perf_counter()
        self._line = ""

    def ended(self, outcome: str, *, answer: str | None = None, **details: JsonValue) -> None:
        """Note the outcome and how long the call took.

        Args:
            outcome: the outcome in one word.
            answer: the data in the answer, as JSON text.
            details: anything else that the journal should record.
        """
        fields = {
            "provider": self._provider_id,
            "call": MEDUSA_NAMES[self._method],
            "outcome": outcome,
            "milliseconds": round((time.perf_counter() - self._began) * 1000),
            **details,
        }
        answered = "" if answer is None else f',"answer":{answer}'
        self._line = f'{jsontext.dumps(fields)[:-1]}{answered},"request":{self._request}}}'

    def line(self) -> str:
        """What the journal records, as JSON text."""
        if not self._line:
            self.ended("failed", reason="interrupted")
        return self._line


class Caller:
    """Calls providers for one operation.

    Args:
        providers: the providers that can be called.
        before_call: runs before each call.

    Attributes:
        calls: the calls that were made, in order.
    """

    def __init__(self, providers: Registry, before_call: Callable[[], None]) -> None:
        self._providers = providers
        self._before_call = before_call
        self._started: list[tuple[str, Request, Answer]] = []
        self.calls: list[Call] = []

    def is_installed(self, provider_id: str) -> bool:
        """Whether a provider can be called."""
        return self._providers.find(provider_id) is not None

    def require(self, provider_id: str) -> Provider:
        """The provider of this id.

        Raises:
            UnknownProviderError: it is not installed.
        """
        found = self._providers.find(provider_id)
        if found is None:
            raise UnknownProviderError(provider_id, self._providers.ids())
        return found

    def ask(self, method: DataMethod, provider_id: str, request: Request) -> Answer:
        """Call a method that answers with data.

        Raises:
            UnknownProviderError: the provider is not installed.
            ProviderRefusedError: it refuses.
            ProviderFailedError: it raises an exception, or its answer is not valid.
        """
        call, answer = self._call(method, provider_id, request)
        if not isinstance(answer, Answer) or (method == "initiate" and answer.data is None):
            raise self._invalid(call, provider_id, method, answer)
        call.ended("ok", answer=self._text(call, provider_id, method, answer.data))
        if method == "initiate":
            self._started.append((provider_id, request, answer))
        return answer

    def authorize(self, provider_id: str, request: Request) -> Authorization:
        """Ask a provider to authorize. Raises what `ask` raises."""
        call, answer = self._call("authorize", provider_id, request)
        if not isinstance(answer, Authorization) or answer.status not in SESSION_STATUSES:
            raise self._invalid(call, provider_id, "authorize", answer)
        call.ended(answer.status, answer=self._text(call, provider_id, "authorize", answer.data))
        return answer

    def status(self, provider_id: str, request: Request) -> SessionStatus:
        """Ask a provider for the status of a payment. Raises what `ask` raises."""
        call, answer = self._call("status", provider_id, request)
        if answer not in SESSION_STATUSES:
            raise self._invalid(call, provider_id, "status", answer)
        call.ended(str(answer))
        return cast("SessionStatus", answer)

    def take_back(self) -> None:
        """Delete what the operation started at providers, as far as they allow it."""
        for provider_id, request, answer in reversed(self._started):
            try:
                self.ask("delete", provider_id, replace(request, data=answer.data))
            except ProviderError:
                continue  # the journal shows that it is still there

    def _call(self, method: Method, provider_id: str, request: Request) -> tuple[Call, Any]:
        ask = getattr(self.require(provider_id), method)
        self._before_call()
        call = Call(provider_id, method, request)
        self.calls.append(call)
        try:
            answer = ask(request)
        except BaseException as error:
            call.ended("failed", reason=_words(error))
            if isinstance(error, Exception):
                raise ProviderFailedError(provider_id, method, _words(error)) from error
            raise
        if isinstance(answer, Refusal):
            refusal = {
                "reason": str(answer.reason),
                "code": None if answer.code is None else str(answer.code),
                "detail": None if answer.detail is None else str(answer.detail),
            }
            call.ended("refused", **refusal)
            raise ProviderRefusedError(provider_id, method, **refusal)
        return call, answer

    @staticmethod
    def _invalid(
        call: Call, provider_id: str, method: Method, answer: object
    ) -> ProviderFailedError:
        reason = f"it answered {str(answer)[:200]!r}, which is not a valid answer"
        call.ended("failed", reason=reason)
        return ProviderFailedError(provider_id, method, reason)

    @staticmethod
    def _text(call: Call, provider_id: str, method: Method, data: JsonValue) -> str:
        """Data as JSON text; data that cannot be stored makes the call a failure at once."""
        try:
            return str(PaymentSession.columns()["data"].db_value(data))
        except FieldError as error:
            reason = f"it answered data that {error.reason}"
            call.ended("failed", reason=reason)
            raise ProviderFailedError(provider_id, method, reason) from None


def _shown(request: Request) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {
        "amount": request.amount,
        "currency_code": request.currency_code,
        "data": request.data,
    }
    for name in ("customer_id", "idempotency_key"):
        if getattr(request, name) is not None:
            shown[name] = getattr(request, name)
    if request.context:
        shown["context"] = dict(request.context)
    return shown


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
