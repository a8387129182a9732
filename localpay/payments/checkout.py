"""Checkout: the sessions of a cart, from the first one to the completed cart.

Each method is one operation (see `operation`), gives the cart as it is afterwards, with its items,
region, payment and sessions, and may be given the caller's idempotency key. What Medusa does is
told in the comments that name a rule; without one both do the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localpay.entities import Cart, PaymentSession
from localpay.errors import CartCompletedError, FieldError, RecordNotFoundError
from localpay.payments.authorizing import Authorizing
from localpay.payments.sessions import CartSessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localpay.jsontext import JsonValue
    from localpay.payments.idempotency import Ticket
    from localpay.payments.operation import Operation, Operations
    from localpay.storage.carts import Carts


class Checkout:
    """`store.checkout`.

    Args:
        operations: runs what is done here.
        carts: the store's carts.
    """

    def __init__(self, operations: Operations, carts: Carts) -> None:
        self._operations = operations
        self._rules = operations.rules
        self._carts = carts
        self._sessions = CartSessions(operations)
        self._authorizing = Authorizing(operations, carts, self._sessions)

    # Sessions

    def create_sessions(self, cart_id: str, *, idempotency_key: str | None = None) -> Cart:
        """Give the cart a session for each provider of its region, and bring those it has up to it.

        A region's only provider is called and selected at once, others when they are selected.
        At a total of 0 or less all sessions go.

        Args:
            cart_id: the cart.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such cart.
            CartCompletedError: the checkout is over.
            UnknownProviderError: a provider that has to be called is not installed.
            ProviderError: a provider refuses, or fails.
        """

        def work(operation: Operation) -> None:
            cart, sessions = self._read(operation, cart_id)
            self._sessions.synchronise(operation, cart, sessions)

        return self._run("create_sessions", cart_id, work, key=idempotency_key, by_server=True)

    def select(self, cart_id: str, provider_id: str, *, idempotency_key: str | None = None) -> Cart:
        """Choose a provider: start the payment there, and give up the one chosen before.

        Args:
            cart_id: the cart.
            provider_id: the provider of one of its sessions.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such cart.
            ProviderNotOfferedError: its region does not offer the provider.
            SessionMissingError: it has no session of the provider.
            CartCompletedError: the checkout is over.
            LivePaymentError: the session chosen before is authorized.
            UnknownProviderError: a provider that has to be called is not installed.
            ProviderError: a provider refuses, or fails.
        """

        def work(operation: Operation) -> None:
            cart, sessions = self._read(operation, cart_id)
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
        """Choose a provider, and send it data.

        What it answers is merged into the session's data, one level deep.

        Args:
            cart_id: the cart.
            provider_id: the provider of one of its sessions.
            data: what the provider is sent (JSON).
            idempotency_key: the caller's key.

        Raises:
            FieldError: the data is no object.
            LocalpayError: as `select` does.
        """
        _check_object(data)

        def work(operation: Operation) -> None:
            cart, sessions = self._read(operation, cart_id)
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
        """Send data to the provider that is chosen; nothing happens if none is.

        Args:
            cart_id: the cart.
            data: what the provider is sent (JSON).
            idempotency_key: the caller's key.

        Raises:
            FieldError: the data is no object.
            LocalpayError: as `create_sessions` does.
        """
        _check_object(data)

        def work(operation: Operation) -> None:
            cart, sessions = self._read(operation, cart_id)
            for session in sessions:
                if session.is_selected:
                    self._sessions.send(operation, cart, session, data)

        return self._run(
            "update_selected_data", cart_id, work, key=idempotency_key, data=dict(data)
        )

    def refresh(
        self, cart_id: str, provider_id: str, *, idempotency_key: str | None = None
    ) -> Cart:
        """Make a session anew, and if it is the selected one start the payment anew.

        Nothing happens if the cart has no session of the provider.

        Args:
            cart_id: the cart.
            provider_id: the provider of the session.
            idempotency_key: the caller's key.

        Raises:
            LocalpayError: as `select` does.
        """

        def work(operation: Operation) -> None:
            cart, sessions = self._read(operation, cart_id)
            for session in sessions:
                if session.provider_id == provider_id:
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
            LocalpayError: as `select` does.
        """

        def work(operation: Operation) -> None:
            cart, sessions = self._read(operation, cart_id)
            for session in sessions:
                if session.provider_id == provider_id:
                    # Medusa asks also for one that is selected and was never started.
                    is_there = session.is_initiated or bool(session.is_selected)
                    self._sessions.discard(operation, cart, session, at_provider=is_there)

        return self._run("delete", cart_id, work, key=idempotency_key, provider_id=provider_id)

    # The cart, with its sessions brought along

    def update(
        self,
        cart_id: str,
        *,
        items: Iterable[Mapping[str, Any]] | None = None,
        idempotency_key: str | None = None,
        **changes: Any,
    ) -> Cart:
        """Change a cart, and bring its sessions along; another region takes them all away.

        Args:
            cart_id: the cart.
            items: all of its lines from now on, as `store.carts.update` takes them.
            idempotency_key: the caller's key.
            changes: its other new values.

        Raises:
            FieldError: there is no such field, or it does not take the value.
            LocalpayError: as `create_sessions` does.
        """
        lines = None if items is None else [dict(item) for item in items]
        return self._change(
            "update",
            cart_id,
            lambda: self._carts.update(cart_id, items=lines, **changes),
            has_region="region_id" in changes,
            key=idempotency_key,
            items=None if lines is None else [_told(line) for line in lines],
            changes=_told(changes),
        )

    def add_item(self, cart_id: str, *, idempotency_key: str | None = None, **item: Any) -> Cart:
        """Put a line into the cart, and bring its sessions along.

        Args:
            cart_id: the cart.
            idempotency_key: the caller's key.
            item: the line's values, at least `title`, `unit_price` and `quantity`.

        Raises:
            FieldError: there is no such field, or it does not take the value.
            LocalpayError: as `create_sessions` does.
        """
        return self._change(
            "add_item",
            cart_id,
            lambda: self._carts.update(cart_id, items=[*self._lines(cart_id), item]),
            key=idempotency_key,
            by_server=True,
            item=_told(item),
        )

    def change_item(
        self, cart_id: str, item_id: str, *, idempotency_key: str | None = None, **changes: Any
    ) -> Cart:
        """Change a line of the cart, and bring its sessions along.

        Args:
            cart_id: the cart.
            item_id: the line.
            idempotency_key: the caller's key.
            changes: the line's new values.

        Raises:
            RecordNotFoundError: there is no such cart, or line in it.
            FieldError: there is no such field, or it does not take the value.
            LocalpayError: as `create_sessions` does.
        """

        def change() -> Cart:
            lines = self._lines(cart_id, with_item=item_id)
            changed = [line | changes if line["id"] == item_id else line for line in lines]
            return self._carts.update(cart_id, items=changed)

        return self._change(
            "change_item",
            cart_id,
            change,
            key=idempotency_key,
            item_id=item_id,
            changes=_told(changes),
        )

    def remove_item(
        self, cart_id: str, item_id: str, *, idempotency_key: str | None = None
    ) -> Cart:
        """Take a line out of the cart, and bring its sessions along.

        Args:
            cart_id: the cart.
            item_id: the line.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such cart, or line in it.
            LocalpayError: as `create_sessions` does.
        """

        def change() -> Cart:
            lines = self._lines(cart_id, with_item=item_id)
            left = [line for line in lines if line["id"] != item_id]
            return self._carts.update(cart_id, items=left)

        return self._change("remove_item", cart_id, change, key=idempotency_key, item_id=item_id)

    # The end

    def authorize(
        self,
        cart_id: str,
        context: Mapping[str, JsonValue] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Cart:
        """Ask the chosen provider to reserve the cart's total; if it does there is a payment.

        What else it answers, such as `requires_more`, is kept on the session. At a total of 0
        or less the cart is authorized without a payment.

        Args:
            cart_id: the cart.
            context: what the provider is to know of the request (JSON).
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such cart.
            NothingSelectedError: no session is selected.
            CartCompletedError: the checkout is over.
            LivePaymentError: there is a payment of another provider or amount.
            UnknownProviderError: the provider is not installed.
            ProviderError: the provider refuses, or fails.
        """
        told = dict(context or {})
        ticket: Ticket[Cart] | None = self._operations.keys.ticket(
            idempotency_key, "authorize", cart_id=cart_id, context=told
        )

        def work(operation: Operation) -> Callable[[], Cart]:
            cart, sessions = self._read(operation, cart_id)
            session = self._authorizing.authorize(operation, cart, sessions, told, idempotency_key)
            is_final = cart.total <= 0 or (session and session.status == "authorized")
            if ticket is not None and not is_final:
                ticket.point = None
            return lambda: self._carts.get(cart_id)

        return self._operations.run("authorize", cart_id, work, ticket)

    def complete(
        self,
        cart_id: str,
        context: Mapping[str, JsonValue] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Cart:
        """Authorize, and mark the cart as completed.

        If the provider asks for more, the cart comes back with that status on its session and
        is not completed; a cart that is completed already comes back as it is.

        Args:
            cart_id: the cart.
            context: what the provider is to know of the request (JSON).
            idempotency_key: the caller's key.

        Raises:
            CartIncompleteError: the cart has no items, or no customer.
            NotAuthorizedError: the provider answered with error or canceled.
            LocalpayError: as `authorize` does.
        """
        told = dict(context or {})
        ticket: Ticket[Cart] | None = self._operations.keys.ticket(
            idempotency_key, "complete", by_server=True, cart_id=cart_id, context=told
        )
        return self._authorizing.complete(cart_id, told, ticket)

    # How it is done

    def _run(
        self,
        name: str,
        cart_id: str,
        work: Callable[[Operation], None],
        *,
        key: str | None,
        by_server: bool = False,
        **arguments: JsonValue,
    ) -> Cart:
        ticket: Ticket[Cart] | None = self._operations.keys.ticket(
            key, name, by_server=by_server, cart_id=cart_id, **arguments
        )

        def whole(operation: Operation) -> Callable[[], Cart]:
            work(operation)
            return lambda: self._carts.get(cart_id)

        return self._operations.run(name, cart_id, whole, ticket)

    def _change(
        self,
        name: str,
        cart_id: str,
        change: Callable[[], Cart],
        *,
        has_region: bool = False,
        **keyed: Any,
    ) -> Cart:
        """Change a cart and bring its sessions along, or leave both."""

        def work(operation: Operation) -> None:
            before, sessions = self._read(operation, cart_id)
            after = operation.trial(change)
            if not has_region:
                if sessions:
                    self._sessions.synchronise(operation, after, sessions)
            elif after.region_id != before.region_id:
                for session in sessions:
                    is_told = session.is_initiated and self._rules.delete_all_initiated
                    self._sessions.discard(operation, before, session, at_provider=is_told)
            elif after.updated_at == before.updated_at:
                operation.update(before, touch=True)

        return self._run(name, cart_id, work, **keyed)

    def _read(self, operation: Operation, cart_id: str) -> tuple[Cart, list[PaymentSession]]:
        """The cart and its sessions, provided that the checkout is not over."""
        cart = operation.get(Cart, cart_id)
        if cart.completed_at is not None and self._rules.completed_is_final:
            raise CartCompletedError(cart_id)
        return cart, operation.select(PaymentSession, cart_id=cart_id)

    def _lines(self, cart_id: str, *, with_item: str | None = None) -> list[dict[str, Any]]:
        """The cart's lines as `Carts.update` takes them when they are to stay."""
        items = self._carts.get(cart_id, expand=("items",)).items or ()
        if with_item is not None and all(item.id != with_item for item in items):
            raise RecordNotFoundError("line_item", with_item)
        return [{"id": item.id} for item in items]


def _check_object(data: object) -> None:
    if not isinstance(data, Mapping):
        raise FieldError("payment_session", "data", f"takes an object, not {type(data).__name__}")


def _told(values: Mapping[str, Any]) -> dict[str, str]:
    """Any values as JSON, for comparing them alone."""
    return {name: repr(value) for name, value in values.items()}
