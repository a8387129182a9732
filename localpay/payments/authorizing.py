"""Authorizing and completing: how a selected session becomes a payment and a cart is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.entities import Cart, Payment, PaymentSession
from localpay.errors import (
    CartIncompleteError,
    LivePaymentError,
    NotAuthorizedError,
    NothingSelectedError,
)
from localpay.payments import attempts
from localpay.payments.idempotency import AUTHORIZED
from localpay.payments.requests import cart_request, payment_request
from localpay.payments.sessions import selected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localpay.entities import SessionStatus
    from localpay.jsontext import JsonValue
    from localpay.payments.operation import Operation, Operations
    from localpay.payments.sessions import CartSessions
    from localpay.storage.carts import Carts


class Authorizing:
    """The last part of a checkout.

    Args:
        operations: runs the operations.
        carts: the store's carts.
        sessions: changes the carts' sessions.
    """

    def __init__(self, operations: Operations, carts: Carts, sessions: CartSessions) -> None:
        self._operations = operations
        self._rules = operations.rules
        self._carts = carts
        self._sessions = sessions

    def authorize(
        self,
        operation: Operation,
        cart: Cart,
        sessions: list[PaymentSession],
        context: Mapping[str, JsonValue],
        key: str | None,
    ) -> SessionStatus | None:
        """Ask the selected provider to reserve the total, and make the payment if it does.

        Returns:
            The new status of the selected session; None if no session is selected.

        Raises:
            NothingSelectedError: no session is selected, and there is something to pay.
            LocalpayError: for the reasons listed at `Checkout.authorize`.
        """
        session = selected(sessions)
        if cart.total <= 0:
            operation.update(cart, payment_authorized_at=operation.now)
            return None if session is None else session.status
        if session is None:
            raise NothingSelectedError(
                "cart",
                cart.id,
                f"no session of cart {cart.id!r} is selected; select the one to pay with",
            )
        if self._rules.live_payment_counts and self._is_paid(operation, cart, session):
            return "authorized"
        if self._rules.authorize_current_amount and session.amount != cart.total:
            session = self._sessions.bring_up(operation, cart, session, cart.total)
        request = cart_request(
            cart,
            session.id,
            cart.total,
            session.data,
            context={**context, "cart_id": cart.id},
            key=key,
        )
        session, payment_id = attempts.authorize(operation, session, request)
        if payment_id is not None:
            authorized_at = session.payment_authorized_at
            operation.update(cart, payment_id=payment_id, payment_authorized_at=authorized_at)
        return session.status

    def complete(self, cart_id: str, context: Mapping[str, JsonValue], key: str | None) -> Cart:
        """Authorize a cart, and then complete it.

        These are two operations: if the second one fails, the payment is kept.
        """
        is_ready = False

        def make_ready(operation: Operation) -> None:
            nonlocal is_ready, key
            cart = operation.get(Cart, cart_id)
            is_ready = self._make_ready(operation, cart, context)
            # Medusa makes a key if the caller gives none; the second operation uses the same key.
            key = _key_of(operation)

        def finish(operation: Operation) -> None:
            self._finish(operation, operation.get(Cart, cart_id))

        cart = self._complete(cart_id, make_ready, context, key)
        return self._complete(cart_id, finish, context, key) if is_ready else cart

    def _complete(
        self,
        cart_id: str,
        work: Callable[[Operation], None],
        context: Mapping[str, JsonValue],
        key: str | None,
    ) -> Cart:
        return self._operations.run(
            "complete",
            cart_id,
            work,
            read=lambda: self._carts.get(cart_id),
            key=key,
            arguments={"cart_id": cart_id, "context": context},
            by_server=True,
        )

    def _make_ready(
        self, operation: Operation, cart: Cart, context: Mapping[str, JsonValue]
    ) -> bool:
        """Authorize a cart that will be completed.

        Returns:
            Whether it can be completed now; False if it already is, or has to wait.
        """
        if cart.completed_at is not None:
            return False
        if self._rules.live_payment_counts:
            self._check_complete(cart)
        ticket = operation.ticket
        waits = False
        if ticket is None or ticket.reached != AUTHORIZED:
            sessions = operation.select(PaymentSession, cart_id=cart.id)
            status = self.authorize(operation, cart, sessions, context, _key_of(operation))
            waits = self._waits(cart, status)
        if ticket is not None and self._rules.keys_are_bound:
            ticket.point = None
        elif ticket is not None and not waits:
            ticket.point = AUTHORIZED
        return not waits

    def _is_paid(self, operation: Operation, cart: Cart, session: PaymentSession) -> bool:
        """Whether the cart already has a payment by this session's provider for its total.

        Raises:
            LivePaymentError: it has a live payment by another provider or of another amount.
        """
        payment = self._sessions.live_payment(operation, cart)
        if payment is None:
            return False
        if payment.provider_id == session.provider_id and payment.amount == cart.total:
            return True
        raise LivePaymentError(
            cart.id,
            payment.id,
            f"cart {cart.id!r} already has a payment of {payment.amount} by "
            f"{payment.provider_id!r}, but {cart.total} by {session.provider_id!r} is needed",
        )

    def _waits(self, cart: Cart, status: SessionStatus | None) -> bool:
        """Whether the provider has not decided yet, so the cart cannot be completed."""
        if cart.total <= 0 and self._rules.nothing_to_pay_completes:
            return False
        return status in {"pending", "requires_more"}

    def _check_complete(self, cart: Cart) -> None:
        """Check that the cart has everything it needs to be completed."""
        if not self._carts.get(cart.id, expand=("items",)).items:
            raise CartIncompleteError(
                "cart", cart.id, f"cart {cart.id!r} has no items; add one before completing it"
            )
        if cart.customer_id is None and not cart.email:
            raise CartIncompleteError(
                "cart", cart.id, f"cart {cart.id!r} has no customer; set its e-mail address first"
            )

    def _finish(self, operation: Operation, cart: Cart) -> None:
        """Mark an authorized cart as completed."""
        payment = None if cart.payment_id is None else operation.get(Payment, cart.payment_id)
        is_live = payment is not None and payment.canceled_at is None
        if cart.payment_authorized_at is None or (cart.total > 0 and not is_live):
            raise NotAuthorizedError(
                "cart",
                cart.id,
                f"the payment of cart {cart.id!r} is not authorized; select another provider "
                "or send different data, then complete the cart again",
            )
        self._check_complete(cart)
        if cart.total > 0 and payment is not None:
            status = operation.providers.status(payment.provider_id, payment_request(payment))
            if status != "authorized":
                raise NotAuthorizedError(
                    "cart",
                    cart.id,
                    f"provider {payment.provider_id!r} reports that payment {payment.id!r} is "
                    f"{status.replace('_', ' ')}, so cart {cart.id!r} is not completed",
                )
        operation.update(cart, completed_at=operation.now)


def _key_of(operation: Operation) -> str | None:
    return None if operation.ticket is None else operation.ticket.key
