"""Payments: capturing, refunding and canceling what was authorized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay.entities import Payment, Refund
from localpay.errors import (
    CurrencyError,
    PaymentCanceledError,
    PaymentCapturedError,
    PaymentNotCapturedError,
    RecordNotFoundError,
    RefundAmountError,
    RefundTooLargeError,
)
from localpay.payments.requests import payment_request
from localpay.storage import payments
from localpay.storage.models import Payment as PaymentModel
from localpay.storage.models import Refund as RefundModel
from localpay.storage.workspace import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from localpay.entities import RefundReason, SessionStatus
    from localpay.payments.operation import Operation, Operations


class Payments(payments.Payments):
    """`store.payments`: the records, and what can be done with them at their providers.

    In addition to the errors listed, every method raises `BusyError` if another operation on the
    same payment takes too long, `ChangedMeanwhileError` if somebody else changes its records while
    a provider is called, `IdempotencyError` if the idempotency key was used for something else,
    and `ArgumentError` if the key is empty or not text.

    Args:
        operations: runs the operations.
        refunds: the store's refunds.
    """

    def __init__(self, operations: Operations, refunds: payments.Refunds) -> None:
        super().__init__(operations.workspace)
        self._operations = operations
        self._rules = operations.rules
        self._refunds = refunds

    def capture(self, payment_id: str, *, idempotency_key: str | None = None) -> Payment:
        """Take the money that was authorized. A payment already captured stays as it is.

        Args:
            payment_id: the payment.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such payment.
            PaymentCanceledError: it is canceled.
            UnknownProviderError: its provider is not installed.
            ProviderError: its provider refuses or fails.
        """

        def work(operation: Operation, payment: Payment) -> None:
            if payment.captured_at is not None:
                return
            self._refuse_canceled(payment)
            request = payment_request(payment, key=idempotency_key)
            answer = operation.providers.ask("capture", payment.provider_id, request)
            operation.update(payment, captured_at=operation.now, **_kept(answer.data))

        return self._run("capture", payment_id, work, idempotency_key)

    def refund(
        self,
        payment_id: str,
        amount: int,
        reason: RefundReason,
        note: str | None = None,
        *,
        currency_code: str | None = None,
        idempotency_key: str | None = None,
    ) -> Refund:
        """Give money back.

        Args:
            payment_id: the payment.
            amount: the amount in minor units.
            reason: discount, return, swap, claim or other.
            note: a note for people.
            currency_code: the amount's currency, to check that it is the payment's.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such payment.
            FieldError: the amount, reason or note does not fit its field.
            PaymentNotCapturedError: it is not captured.
            PaymentCanceledError: it is canceled.
            RefundAmountError: the amount is 0 or less.
            RefundTooLargeError: less than this amount is left.
            CurrencyError: the payment is in another currency.
            UnknownProviderError: its provider is not installed.
            ProviderError: its provider refuses or fails.
        """
        encoded(RefundModel, {"amount": amount, "reason": reason, "note": note})
        if currency_code is not None:
            encoded(PaymentModel, {"currency_code": currency_code})
        refund_id = self._workspace.ids.new(RefundModel.prefix)

        def work(operation: Operation) -> None:
            payment = operation.get(Payment, payment_id)
            self._check_refund(payment, amount, currency_code)
            request = payment_request(payment, amount, idempotency_key)
            answer = operation.providers.ask("refund", payment.provider_id, request)
            operation.update(
                payment, amount_refunded=payment.amount_refunded + amount, **_kept(answer.data)
            )
            operation.insert(
                Refund,
                id=refund_id,
                payment_id=payment_id,
                order_id=payment.order_id,
                amount=amount,
                reason=reason,
                note=note,
            )

        return self._operations.run(
            "refund",
            self._subject(payment_id),
            work,
            read=lambda: self._refunds.get(refund_id),
            key=idempotency_key,
            arguments={
                "payment_id": payment_id,
                "amount": amount,
                "reason": reason,
                "note": note,
            },
        )

    def cancel(self, payment_id: str, *, idempotency_key: str | None = None) -> Payment:
        """Release the money that was authorized. A payment already canceled stays as it is.

        Args:
            payment_id: the payment.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such payment.
            PaymentCapturedError: it is captured.
            UnknownProviderError: its provider is not installed.
            ProviderError: its provider refuses or fails.
        """

        def work(operation: Operation, payment: Payment) -> None:
            if self._rules.payments_have_states:
                if payment.canceled_at is not None:
                    return
                if payment.captured_at is not None:
                    raise PaymentCapturedError(payment.id)
            request = payment_request(payment, key=idempotency_key)
            # Medusa ignores the answer, so the payment's data stays as it was.
            operation.providers.ask("cancel", payment.provider_id, request)
            operation.update(payment, canceled_at=operation.now)

        return self._run("cancel", payment_id, work, idempotency_key)

    def status(self, payment_id: str) -> SessionStatus:
        """Ask the provider for the status of a payment; only the call is written.

        Args:
            payment_id: the payment.

        Raises:
            RecordNotFoundError: there is no such payment.
            UnknownProviderError: its provider is not installed.
            ProviderError: its provider refuses or fails.
        """
        answers: list[SessionStatus] = []

        def work(operation: Operation) -> None:
            payment = operation.get(Payment, payment_id)
            request = payment_request(payment)
            answers.append(operation.providers.status(payment.provider_id, request))

        return self._operations.run("status", self._subject(payment_id), work, read=answers.pop)

    def _run(
        self,
        name: str,
        payment_id: str,
        work: Callable[[Operation, Payment], None],
        key: str | None,
    ) -> Payment:
        return self._operations.run(
            name,
            self._subject(payment_id),
            lambda operation: work(operation, operation.get(Payment, payment_id)),
            read=lambda: self.get(payment_id),
            key=key,
            arguments={"payment_id": payment_id},
        )

    def _subject(self, payment_id: str) -> str:
        """What an operation on a payment claims: its cart, so that no checkout runs meanwhile."""
        row = self._database.row("SELECT cart_id FROM payment WHERE id = ?", (payment_id,))
        if row is None:
            raise RecordNotFoundError("payment", payment_id)
        return str(row[0] or payment_id)

    def _check_refund(self, payment: Payment, amount: int, currency_code: str | None) -> None:
        if currency_code is not None and currency_code.lower() != payment.currency_code:
            raise CurrencyError(payment.id, currency_code, payment.currency_code)
        self._refuse_canceled(payment)
        if payment.captured_at is None:
            raise PaymentNotCapturedError(payment.id)
        if amount <= 0 and self._rules.refunds_are_positive:
            raise RefundAmountError(payment.id, amount)
        left = payment.amount - payment.amount_refunded
        if amount > left:
            raise RefundTooLargeError(payment.id, amount, left)

    def _refuse_canceled(self, payment: Payment) -> None:
        if payment.canceled_at is not None and self._rules.payments_have_states:
            raise PaymentCanceledError(payment.id)


def _kept(data: Any) -> dict[str, Any]:
    """The payment's new data; an answer without data leaves it as it is."""
    return {} if data is None else {"data": data}
