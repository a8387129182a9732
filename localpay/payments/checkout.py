"""Checkout: the sessions of a cart, from the first one to the completed cart.

Each method is one operation (see `operation`), returns the cart as it is afterwards, with its
items, region, payment and sessions, and takes the caller's idempotency key. localpay differs from
Medusa only where a rule is checked (see `rules`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from localpay.errors import FieldError
from localpay.payments.authorizing import Authorizing
from localpay.payments.changing import CartChanges
from localpay.payments.requests import checked_context
from localpay.payments.sessions import of_provider, selected
from localpay.storage.models import PaymentSession
from localpay.storage.workspace import encoded

if TYPE_CHECKING:
    from localpay.entities import Cart
    from localpay.jsontext import JsonValue
    from localpay.payments.operation import Operation, Operations
    from localpay.storage.carts import Carts


class Checkout(CartChanges):
    """`store.checkout`.

    In addition to the errors listed, every method raises `BusyError` if another operation on the
    same cart takes too long, `ChangedMeanwhileError` if somebody else changes its records while
    a provider is called, `IdempotencyError` if the idempotency key was used for something else,
    and `ArgumentError` if the key is empty or not text.

    Args:
        operations: runs the operations.
        carts: the store's carts.
    """

    def __init__(self, operations: Operations, carts: Carts) -> None:
        super().__init__(operations, carts)
        self._authorizing = Authorizing(operations, carts, self._sessions)

    # Sessions

    def create_sessions(self, cart_id: str, *, idempotency_key: str | None = None) -> Cart:
        """Give the cart a session for each provider of its region, each with the cart's total.

        A region's only provider is called and selected at once, others when they are selected.
        At a total of 0 or less all sessions are removed.

        Args:
            cart_id: the cart.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such cart.
            CartCompletedError: the cart is completed.
            UnknownProviderError: a provider that has to be called is not installed.
            ProviderError: a provider refuses or fails.
        """

        def work(operation: Operation) -> None:
            cart, sessions = self._sessions.read(operation, cart_id)
            self._sessions.synchronise(operation, cart, sessions)

        return self._run("create_sessions", cart_id, work, key=idempotency_key, by_server=True)

    def select(self, cart_id: str, provider_id: str, *, idempotency_key: str | None = None) -> Cart:
        """Select a provider: start the payment there, and give up the previous one.

        Args:
            cart_id: the cart.
            provider_id: the provider of one of its sessions.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such cart.
            ProviderNotOfferedError: its region does not offer the provider.
            SessionMissingError: it has no session of the provider.
            CartCompletedError: the cart is completed.
            LivePaymentError: the session selected before is authorized.
            UnknownProviderError: a provider that has to be called is not installed.
            ProviderError: a provider refuses or fails.
        """

        def work(operation: Operation) -> None:
            cart, sessions = self._sessions.read(operation, cart_id)
            self._sessions.select(operation, cart, sessions, provider_id)

        return self._run("select", cart_id, work, key=idempotency_key, provider_id=provider_id)

    def update_data(
        self,
        cart_id: str,
        provider_id: str,
        data: Mapping[str, JsonValue],
        *,
        idempotency_key: str | None = None,
    ) -> Cart:
        """Select a provider, and send it data.

        Its answer is merged into the session's data, one level deep.

        Args:
            cart_id: the cart.
            provider_id: the provider of one of its sessions.
            data: the data to send (JSON).
            idempotency_key: the caller's key.

        Raises:
            FieldError: the data is not a JSON object.
            LocalpayError: for the reasons listed at `select`.
        """
        _check_object(data)

        def work(operation: Operation) -> None:
            cart, sessions = self._sessions.read(operation, cart_id)
            session = self._sessions.select(operation, cart, sessions, provider_id)
            self._sessions.send(operation, cart, session, data)

        return self._run(
            "update_data",
            cart_id,
            work,
            key=idempotency_key,
            provider_id=provider_id,
            data=dict(data),
        )

    def update_selected_data(
        self, cart_id: str, data: Mapping[str, JsonValue], *, idempotency_key: str | None = None
    ) -> Cart:
        """Send data to the selected provider; nothing happens if none is selected.

        Args:
            cart_id: the cart.
            data: the data to send (JSON).
            idempotency_key: the caller's key.

        Raises:
            FieldError: the data is not a JSON object.
            LocalpayError: for the reasons listed at `create_sessions`.
        """
        _check_object(data)

        def work(operation: Operation) -> None:
            cart, sessions = self._sessions.read(operation, cart_id)
            session = selected(sessions)
            if session is not None:
                self._sessions.send(operation, cart, session, data)

        return self._run(
            "update_selected_data", cart_id, work, key=idempotency_key, data=dict(data)
        )

    def refresh(
        self, cart_id: str, provider_id: str, *, idempotency_key: str | None = None
    ) -> Cart:
        """Replace the selected session by a new one with a new payment.

        For another session only the amount is updated. Nothing happens if the cart has no session
        of the provider.

        Args:
            cart_id: the cart.
            provider_id: the provider of the session.
            idempotency_key: the caller's key.

        Raises:
            LocalpayError: for the reasons listed at `select`.
        """

        def work(operation: Operation) -> None:
            cart, sessions = self._sessions.read(operation, cart_id)
            session = of_provider(sessions, provider_id)
            if session is not None:
                self._sessions.refresh(operation, cart, session)

        return self._run("refresh", cart_id, work, key=idempotency_key, provider_id=provider_id)

    def delete(self, cart_id: str, provider_id: str, *, idempotency_key: str | None = None) -> Cart:
        """Remove a session, here and at its provider.

        Nothing happens if the cart has no session of the provider.

        Args:
            cart_id: the cart.
            provider_id: the provider of the session.
            idempotency_key: the caller's key.

        Raises:
            LocalpayError: for the reasons listed at `select`.
        """

        def work(operation: Operation) -> None:
            cart, sessions = self._sessions.read(operation, cart_id)
            session = of_provider(sessions, provider_id)
            if session is not None:
                # Medusa also calls the provider for a selected session that was never started.
                is_there = session.is_initiated or bool(session.is_selected)
                self._sessions.discard(operation, cart, session, at_provider=is_there)

        return self._run("delete", cart_id, work, key=idempotency_key, provider_id=provider_id)

    # The end

    def authorize(
        self,
        cart_id: str,
        context: Mapping[str, JsonValue] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Cart:
        """Ask the selected provider to reserve the cart's total, and make the payment if it does.

        Any other answer, such as `requires_more`, is kept on the session. At a total of 0 or less
        the cart is authorized without a payment.

        Args:
            cart_id: the cart.
            context: what to send the provider about the request, such as `ip` (JSON).
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such cart.
            NothingSelectedError: no session is selected.
            CartCompletedError: the cart is completed.
            LivePaymentError: the cart has a payment by another provider or of another amount.
            UnknownProviderError: the provider is not installed.
            ProviderError: the provider refuses or fails.
            ArgumentError: the context is not a JSON object.
            JsonError: something in it has no JSON form.
        """
        given = checked_context(context)

        def work(operation: Operation) -> None:
            cart, sessions = self._sessions.read(operation, cart_id)
            status = self._authorizing.authorize(operation, cart, sessions, given, idempotency_key)
            if operation.ticket is not None and cart.total > 0 and status != "authorized":
                operation.ticket.point = None

        return self._run("authorize", cart_id, work, key=idempotency_key, context=given)

    def complete(
        self,
        cart_id: str,
        context: Mapping[str, JsonValue] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Cart:
        """Authorize the cart, and mark it as completed.

        If the provider requires more, the cart is returned with that status on its session and is
        not completed. A cart that is already completed is returned as it is.

        Args:
            cart_id: the cart.
            context: what to send the provider about the request, such as `ip` (JSON).
            idempotency_key: the caller's key.

        Raises:
            CartIncompleteError: the cart has no items, or no customer.
            NotAuthorizedError: the provider answered `error` or `canceled`.
            LocalpayError: for the reasons listed at `authorize`.
        """
        return self._authorizing.complete(cart_id, checked_context(context), idempotency_key)


def _check_object(data: object) -> None:
    if not isinstance(data, Mapping):
        raise FieldError("payment_session", "data", f"takes an object, not {type(data).__name__}")
    encoded(PaymentSession, {"data": dict(data)})
