"""Payment sessions as records; their operations are in `localpay.payments`."""

from __future__ import annotations

from typing import Any

from localpay import entities
from localpay.storage.models import Cart, PaymentSession
from localpay.storage.repository import Repository


class Sessions(Repository[entities.PaymentSession]):
    """`store.sessions`."""

    model = PaymentSession

    def create(self, **fields: Any) -> entities.PaymentSession:
        """Create a session.

        Args:
            fields: its values; `provider_id` is required. If it has a `cart_id`, the default
                `amount` is the total of the cart.

        Raises:
            RecordNotFoundError: there is no such cart.
            FieldError: there is no such field, or it does not accept the value.
            DuplicateRecordError: a session with this id exists already.
            RuleError: it would break a rule of the data.
        """
        with self._database.writing():
            cart_id = fields.get("cart_id")
            if cart_id is not None:
                fields.setdefault("amount", self._rows.get(Cart, cart_id)["total"])
            return self._created(fields)
