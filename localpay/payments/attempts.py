"""Attempts: what is done with one session at its provider, whatever the session is to pay.

Sessions of carts and of payment collections differ in the requests that are made for them; from
there on they are treated alike, here.
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
    """Send a session's provider the amount of the request, and note its answer.

    Returns:
        The session as it will be.
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
    """Delete what was started for a session at its provider."""
    is_installed = operation.providers.is_installed(session.provider_id)
    if is_installed or not operation.rules.leave_uninstalled:
        operation.providers.ask("delete", session.provider_id, request)


def start_anew(
    operation: Operation, session: PaymentSession, old: Request, new: Request
) -> JsonValue:
    """Start a payment that takes the place of a session's present one.

    Args:
        operation: of which this is a part.
        session: the session.
        old: the request that deletes the present payment.
        new: the request that starts the other one.

    Returns:
        The data that the provider keeps with the new one.
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
    """Ask a session's provider to authorize the amount of the request, and note its answer.

    Returns:
        The session as it will be, and the id of the payment that is made if it is authorized.
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
