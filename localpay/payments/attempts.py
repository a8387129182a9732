"""Attempts: what is done with one session at its provider, for a cart or a payment collection.

The two differ only in how a request is made; what follows from there is the same, and is here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localpay.entities import Payment
from localpay.storage.loading import changed

if TYPE_CHECKING:
    from localpay.entities import PaymentSession
    from localpay.jsontext import JsonValue
    from localpay.payments.operation import Operation
    from localpay.payments.providers.protocol import Request


def bring_up(operation: Operation, session: PaymentSession, request: Request) -> PaymentSession:
    """Send the request's amount to a session's provider, and keep what it answers.

    Returns:
        The session as it will be written.
    """
    answer = operation.providers.ask("update", session.provider_id, request)
    changes: dict[str, Any] = {}
    if answer.data is not None:
        changes = {"data": answer.data, "amount": request.amount}
    elif operation.rules.amount_follows_total:
        changes = {"amount": request.amount}
    operation.update(session, **changes)
    return changed(session, **changes)


def give_up(operation: Operation, session: PaymentSession, request: Request) -> None:
    """Delete the payment that was started for a session at its provider."""
    is_installed = operation.providers.is_installed(session.provider_id)
    if is_installed or not operation.rules.leave_uninstalled:
        operation.providers.ask("delete", session.provider_id, request)


def restart(operation: Operation, session: PaymentSession, old: Request, new: Request) -> JsonValue:
    """Start a new payment at a session's provider in place of the old one.

    Args:
        operation: the operation that this is part of.
        session: the session.
        old: the request that deletes the old payment.
        new: the request that starts the new one.

    Returns:
        The data that the provider keeps with the new payment.
    """
    if operation.rules.undo_at_provider:
        answer = operation.providers.ask("initiate", session.provider_id, new)
        give_up(operation, session, old)
    else:
        give_up(operation, session, old)
        answer = operation.providers.ask("initiate", session.provider_id, new)
    return answer.data


def authorize(
    operation: Operation, session: PaymentSession, request: Request
) -> tuple[PaymentSession, str | None]:
    """Ask a session's provider to authorize the request's amount, and keep what it answers.

    Returns:
        The session as it will be written, and the id of the new payment if it is authorized.
    """
    answer = operation.providers.authorize(session.provider_id, request)
    changes: dict[str, Any] = {"data": answer.data, "status": answer.status}
    operation.update(session, **changes)
    if answer.status != "authorized":
        return changed(session, **changes), None
    about = replace(request, data=answer.data, context={}, idempotency_key=None)
    retrieved = operation.providers.ask("retrieve", session.provider_id, about)
    changes["payment_authorized_at"] = operation.now
    operation.update(session, **changes)
    payment_id = operation.insert(
        Payment,
        cart_id=None if request.cart is None else request.cart.id,
        amount=request.amount,
        currency_code=request.currency_code,
        provider_id=session.provider_id,
        data=retrieved.data,
    )
    return changed(session, **changes), payment_id
