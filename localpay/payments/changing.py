"""Changes to a cart that bring its sessions up to date in the same operation.

Medusa does this after every change to items, shipping, discounts and customer.
`store.carts.update` changes a cart and leaves its sessions alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay.errors import RecordNotFoundError
from localpay.payments.idempotency import described
from localpay.payments.sessions import CartSessions
from localpay.storage.carts import checked_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localpay.entities import Cart
    from localpay.jsontext import JsonValue
    from localpay.payments.operation import Operation, Operations
    from localpay.storage.carts import Carts


class CartChanges:
    """The half of `store.checkout` that changes carts; `Checkout` adds what is done to sessions.

    Args:
        operations: runs the operations.
        carts: the store's carts.
    """

    def __init__(self, operations: Operations, carts: Carts) -> None:
        self._operations = operations
        self._rules = operations.rules
        self._carts = carts
        self._sessions = CartSessions(operations)

    def update(
        self,
        cart_id: str,
        *,
        items: Iterable[Mapping[str, Any]] | None = None,
        idempotency_key: str | None = None,
        **changes: Any,
    ) -> Cart:
        """Change a cart, and update its sessions; a change of region removes them all.

        Args:
            cart_id: the cart.
            items: the cart's new lines, as `store.carts.update` takes them.
            idempotency_key: the caller's key.
            changes: the cart's other new values.

        Raises:
            FieldError: there is no such field, or the value does not fit it.
            LocalpayError: for the reasons listed at `create_sessions`.
        """
        lines = None if items is None else [dict(item) for item in checked_items(items)]
        return self._change(
            "update",
            cart_id,
            lambda: self._carts.update(cart_id, items=lines, **changes),
            has_region="region_id" in changes,
            key=idempotency_key,
            items=None if lines is None else [described(line) for line in lines],
            changes=described(changes),
        )

    def add_item(self, cart_id: str, *, idempotency_key: str | None = None, **item: Any) -> Cart:
        """Add a line to the cart, and update its sessions.

        Args:
            cart_id: the cart.
            idempotency_key: the caller's key.
            item: the line's values, at least `title`, `unit_price` and `quantity`.

        Raises:
            FieldError: there is no such field, or the value does not fit it.
            LocalpayError: for the reasons listed at `create_sessions`.
        """
        return self._change(
            "add_item",
            cart_id,
            lambda: self._carts.update(cart_id, items=[*self._lines(cart_id), item]),
            key=idempotency_key,
            by_server=True,
            item=described(item),
        )

    def change_item(
        self, cart_id: str, item_id: str, *, idempotency_key: str | None = None, **changes: Any
    ) -> Cart:
        """Change a line of the cart, and update its sessions.

        Args:
            cart_id: the cart.
            item_id: the line.
            idempotency_key: the caller's key.
            changes: the line's new values.

        Raises:
            RecordNotFoundError: there is no such cart, or the cart has no such line.
            FieldError: there is no such field, or the value does not fit it.
            LocalpayError: for the reasons listed at `create_sessions`.
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
            changes=described(changes),
        )

    def remove_item(
        self, cart_id: str, item_id: str, *, idempotency_key: str | None = None
    ) -> Cart:
        """Remove a line from the cart, and update its sessions.

        Args:
            cart_id: the cart.
            item_id: the line.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such cart, or the cart has no such line.
            LocalpayError: for the reasons listed at `create_sessions`.
        """

        def change() -> Cart:
            lines = self._lines(cart_id, with_item=item_id)
            left = [line for line in lines if line["id"] != item_id]
            return self._carts.update(cart_id, items=left)

        return self._change("remove_item", cart_id, change, key=idempotency_key, item_id=item_id)

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
        return self._operations.run(
            name,
            cart_id,
            work,
            read=lambda: self._carts.get(cart_id),
            key=key,
            arguments={"cart_id": cart_id, **arguments},
            by_server=by_server,
        )

    def _change(
        self,
        name: str,
        cart_id: str,
        change: Callable[[], Cart],
        *,
        key: str | None,
        has_region: bool = False,
        by_server: bool = False,
        **arguments: JsonValue,
    ) -> Cart:
        """Change a cart and update its sessions, both or neither."""

        def work(operation: Operation) -> None:
            before, sessions = self._sessions.read(operation, cart_id)
            after = operation.trial(change)
            if not has_region:
                if sessions:
                    self._sessions.synchronise(operation, after, sessions)
            elif after.region_id != before.region_id:
                for session in sessions:
                    at_provider = session.is_initiated and self._rules.delete_all_initiated
                    self._sessions.discard(operation, before, session, at_provider=at_provider)
            elif after.updated_at == before.updated_at:
                operation.update(before, touch=True)

        return self._run(name, cart_id, work, key=key, by_server=by_server, **arguments)

    def _lines(self, cart_id: str, *, with_item: str | None = None) -> list[dict[str, Any]]:
        """The cart's lines, in the form in which `Carts.update` keeps them."""
        items = self._carts.get(cart_id, expand=("items",)).items or ()
        if with_item is not None and all(item.id != with_item for item in items):
            raise RecordNotFoundError("line_item", with_item)
        return [{"id": item.id} for item in items]
