"""Sessions of a cart: what happens to each when the cart or the selection changes.

The operations of `checkout` are made of these parts. Wherever a rule is checked, `rules` says what
Medusa does instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay.entities import Cart, Payment, PaymentSession
from localpay.errors import (
    CartCompletedError,
    FieldError,
    LivePaymentError,
    ProviderNotOfferedError,
    RuleError,
    SessionMissingError,
)
from localpay.payments import attempts
from localpay.payments.requests import cart_request
from localpay.storage.loading import changed
from localpay.storage.models import LineItem, Region
from localpay.storage.relations import offered_providers
from localpay.storage.totals import PARTS, totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localpay.jsontext import JsonValue
    from localpay.payments.operation import Operation, Operations
    from localpay.payments.providers.protocol import Request

_BUILT_IN = "system"
"""Medusa's own provider, which it allows in every region."""


class CartSessions:
    """Changes the sessions of a cart, as part of an operation.

    Args:
        operations: the operations of the store.
    """

    def __init__(self, operations: Operations) -> None:
        self._rules = operations.rules
        self._workspace = operations.workspace

    # All sessions of a cart

    def read(self, operation: Operation, cart_id: str) -> tuple[Cart, list[PaymentSession]]:
        """Read a cart that is not completed, and its sessions.

        Raises:
            RecordNotFoundError: there is no such cart.
            CartCompletedError: the cart is completed.
        """
        cart = operation.get(Cart, cart_id)
        if cart.completed_at is not None and self._rules.completed_is_final:
            raise CartCompletedError(cart_id)
        return cart, operation.select(PaymentSession, cart_id=cart_id)

    def synchronise(self, operation: Operation, cart: Cart, sessions: list[PaymentSession]) -> None:
        """Give a cart the sessions that it should have, each with the cart's total."""
        total = cart.total if self._rules.one_total else self._taxed_total(cart)
        if total <= 0:
            for session in sessions:
                self.discard(operation, cart, session)
            return
        offered = offered_providers(self._workspace.database, cart.region_id)
        kept: dict[str, PaymentSession] = {}
        for session in sessions:
            if session.provider_id not in offered:
                self.discard(operation, cart, session)
            elif not session.is_initiated:
                kept[session.provider_id] = session
                operation.update(session, amount=total)
            elif session.is_selected:
                kept[session.provider_id] = session
                self.bring_up(operation, cart, session, total)
            else:
                # Left by a refresh: it is deleted at its provider, and a new row replaces it.
                self.discard(operation, cart, session)
        if len(offered) == 1 and selected(sessions) is None:
            self._begin_only(operation, cart, total, offered[0], kept.get(offered[0]))
            return
        for provider_id in offered:
            if provider_id not in kept:
                operation.insert(
                    PaymentSession, cart_id=cart.id, provider_id=provider_id, amount=total
                )

    def select(
        self, operation: Operation, cart: Cart, sessions: list[PaymentSession], provider_id: str
    ) -> PaymentSession:
        """Select a session and give up the previous one.

        Returns:
            The selected session as it will be written.
        """
        self._check_offered(cart, provider_id)
        chosen = of_provider(sessions, provider_id)
        others = [each for each in sessions if each is not chosen]
        for other in others:
            operation.update(other, touch=True, is_selected=None, is_initiated=False)
        if self._rules.undo_at_provider:
            operation.providers.require(provider_id)
            for other in others:
                self._refuse_authorized(operation, cart, other)
            chosen = self._begin(operation, cart, _found(chosen, cart.id, provider_id))
            self._give_up(operation, cart, others)
        else:
            self._give_up(operation, cart, others)
            chosen = self._begin(operation, cart, _found(chosen, cart.id, provider_id))
        operation.update(chosen, touch=True, is_selected=True, is_initiated=True)
        return changed(chosen, is_selected=True, is_initiated=True)

    # A single session

    def send(
        self,
        operation: Operation,
        cart: Cart,
        session: PaymentSession,
        data: Mapping[str, JsonValue],
    ) -> None:
        """Send data to a session's provider, and merge its answer in, one level deep."""
        request = cart_request(cart, session.id, session.amount or 0, dict(data))
        answer = operation.providers.ask("update_data", session.provider_id, request)
        kept = session.data if isinstance(session.data, dict) else {}
        answered = answer.data if isinstance(answer.data, dict) else {}
        operation.update(session, data={**kept, **answered})

    def refresh(self, operation: Operation, cart: Cart, session: PaymentSession) -> None:
        """Replace a session if it is the selected one; otherwise update only its amount."""
        if not session.is_selected:
            operation.update(session, touch=True, amount=cart.total)
            return
        self._refuse_authorized(operation, cart, session)
        new_id = operation.new_id(PaymentSession)
        has_customer = self._rules.customer_everywhere
        new = cart_request(cart, new_id, cart.total, {}, has_customer=has_customer)
        data = attempts.restart(operation, session, _as_it_is(cart, session), new)
        operation.delete(session)
        operation.insert(
            PaymentSession,
            id=new_id,
            cart_id=cart.id,
            provider_id=session.provider_id,
            is_selected=True if self._rules.refresh_keeps_selection else None,
            is_initiated=True,
            data=data,
            amount=cart.total,
        )

    def discard(
        self,
        operation: Operation,
        cart: Cart,
        session: PaymentSession,
        *,
        at_provider: bool | None = None,
    ) -> None:
        """Remove a session, and delete it at its provider.

        Args:
            operation: the operation that this is part of.
            cart: the session's cart.
            session: the session.
            at_provider: whether to call its provider; by default if it is initiated.
        """
        self._refuse_authorized(operation, cart, session)
        if session.is_initiated if at_provider is None else at_provider:
            attempts.give_up(operation, session, _as_it_is(cart, session))
        operation.delete(session)

    def bring_up(
        self, operation: Operation, cart: Cart, session: PaymentSession, total: int
    ) -> PaymentSession:
        """Send a total to a session's provider.

        Returns:
            The session as it will be written.
        """
        request = cart_request(cart, session.id, total, session.data)
        return attempts.bring_up(operation, session, request)

    def live_payment(self, operation: Operation, cart: Cart) -> Payment | None:
        """The cart's payment that is not canceled, if there is one."""
        payments = operation.select(Payment, cart_id=cart.id)
        return next((each for each in payments if each.canceled_at is None), None)

    # How it is done

    def _begin_only(
        self,
        operation: Operation,
        cart: Cart,
        total: int,
        provider_id: str,
        kept: PaymentSession | None,
    ) -> None:
        """Start the payment at a region's only provider, and select its session."""
        if not self._rules.reuse_last_session:
            kept = None
        session_id = operation.new_id(PaymentSession) if kept is None else kept.id
        request = cart_request(cart, session_id, total, {})
        answer = operation.providers.ask("initiate", provider_id, request)
        begun = {"is_selected": True, "is_initiated": True, "amount": total, "data": answer.data}
        if kept is not None:
            operation.update(kept, **begun, **self._unauthorized())
            return
        operation.insert(
            PaymentSession, id=session_id, cart_id=cart.id, provider_id=provider_id, **begun
        )

    def _begin(self, operation: Operation, cart: Cart, session: PaymentSession) -> PaymentSession:
        """Start a session's payment, or bring it up to the total if it was started before."""
        if session.is_initiated:
            return self.bring_up(operation, cart, session, cart.total)
        request = cart_request(cart, session.id, cart.total, {})
        answer = operation.providers.ask("initiate", session.provider_id, request)
        changes = {"data": answer.data, "amount": cart.total, **self._unauthorized()}
        operation.update(session, **changes)
        return changed(session, **changes)

    def _unauthorized(self) -> dict[str, Any]:
        """A session's values about authorization when its payment is started again."""
        if self._rules.authorized_stays:
            return {"status": "pending", "payment_authorized_at": None}
        return {"status": "pending"}

    def _give_up(self, operation: Operation, cart: Cart, others: list[PaymentSession]) -> None:
        """Delete sessions at their providers because another session is selected."""
        for other in others:
            if other.is_initiated and (other.is_selected or self._rules.delete_all_initiated):
                attempts.give_up(operation, other, _as_it_is(cart, other))
        if self._rules.false_is_unselected or selected(others) is None:
            return
        for other in others:
            if other.is_selected is False:
                raise RuleError(
                    "payment_session",
                    other.id,
                    f"another session of the cart, {other.id!r}, already has is_selected = false",
                )

    def _refuse_authorized(self, operation: Operation, cart: Cart, session: PaymentSession) -> None:
        if not self._rules.authorized_stays or session.status != "authorized":
            return
        payment = self.live_payment(operation, cart)
        if payment is not None and payment.provider_id == session.provider_id:
            raise LivePaymentError(
                cart.id,
                payment.id,
                f"the session of provider {session.provider_id!r} is authorized",
            )

    def _check_offered(self, cart: Cart, provider_id: str) -> None:
        if not isinstance(provider_id, str):
            raise FieldError("payment_session", "provider_id", "takes text")
        offered = offered_providers(self._workspace.database, cart.region_id)
        escapes = provider_id == _BUILT_IN and not self._rules.undo_at_provider
        if provider_id not in offered and not escapes:
            raise ProviderNotOfferedError(cart.region_id, provider_id, offered)

    def _taxed_total(self, cart: Cart) -> int:
        """The total with taxes, even if the region does not add them automatically."""
        region = self._workspace.rows.find(Region, (cart.region_id,))
        if region is None or region["automatic_taxes"]:
            return cart.total
        items = self._workspace.rows.select(LineItem, cart_id=cart.id)
        parts = {name: getattr(cart, name) for name in PARTS}
        return cart.total - cart.tax_total + totals(items, parts, region["tax_rate"])["tax_total"]


def of_provider(sessions: Iterable[PaymentSession], provider_id: str) -> PaymentSession | None:
    """The session of a provider, if there is one."""
    return next((each for each in sessions if each.provider_id == provider_id), None)


def selected(sessions: Iterable[PaymentSession]) -> PaymentSession | None:
    """The selected session, if there is one."""
    return next((each for each in sessions if each.is_selected), None)


def _found(session: PaymentSession | None, cart_id: str, provider_id: str) -> PaymentSession:
    if session is None:
        raise SessionMissingError(
            "cart",
            cart_id,
            f"cart {cart_id!r} has no session of provider {provider_id!r}; create its sessions",
        )
    return session


def _as_it_is(cart: Cart, session: PaymentSession) -> Request:
    """A request with a session's present amount and data."""
    return cart_request(cart, session.id, session.amount or 0, session.data)
