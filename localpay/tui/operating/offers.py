"""Which operations make sense for a record now, and why the others do not.

Each is rehearsed with its default values to find out, see `rehearsal`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localpay import errors
from localpay.frozen import frozen
from localpay.tui.operating.operations import operations
from localpay.tui.operating.rehearsal import rehearse

if TYPE_CHECKING:
    from localpay.errors import LocalpayError
    from localpay.tui.operating.operations import Operation
    from localpay.tui.operating.rehearsal import Outlook, Situation

_REASONS: Final[dict[type[LocalpayError], str]] = {
    errors.CartCompletedError: "the cart is completed",
    errors.CartIncompleteError: "the cart lacks items or a customer",
    errors.NothingSelectedError: "nothing is selected",
    errors.LivePaymentError: "a payment is authorized already",
    errors.SessionMissingError: "there is no such session",
    errors.ProviderNotOfferedError: "the region does not offer it",
    errors.PaymentCanceledError: "it is canceled",
    errors.PaymentCapturedError: "it is captured",
    errors.PaymentNotCapturedError: "it is not captured",
    errors.RefundAmountError: "nothing is left to refund",
}
"""Errors in a few words, for one line of a list."""


@frozen
class Offer:
    """An operation, and whether it makes sense now.

    Attributes:
        operation: the operation.
        outlook: what it would do with its default values; None if it cannot be done at all.
        reason: why it makes no sense, in a few words; None if it does.
    """

    operation: Operation
    outlook: Outlook | None
    reason: str | None


def offers(situation: Situation) -> list[Offer]:
    """The operations on a record, each rehearsed with its default values."""
    return [_offer(situation, each) for each in operations(situation)]


def _offer(situation: Situation, operation: Operation) -> Offer:
    if operation.blocked is not None:
        return Offer(operation, None, operation.blocked)
    values = operation.defaults()
    outlook = rehearse(situation, lambda copy: operation.act(copy, values))
    return Offer(operation, outlook, None if outlook.lines else _reason(operation, outlook.error))


def _reason(operation: Operation, error: LocalpayError | None) -> str:
    if isinstance(error, errors.UnknownProviderError):
        return f"{error.provider_id} is not installed"
    return operation.idle if error is None else _REASONS.get(type(error), str(error))
