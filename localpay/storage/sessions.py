"""Payment sessions as records; what happens to them lives in `localpay.payments`."""

from __future__ import annotations

from typing import Any

from localpay import entities
from localpay.storage.models import Cart, PaymentSession
from localpay.storage.records import Repository


class Sessions(Repository[entities.PaymentSession]):
    """`store.sessions`."""

    model = PaymentSession

    def create(self, **fields: Any) -> entities.PaymentSession:
        """Make a session.

        Args:
            fields: its values; `provider_id` is needed. With a `cart_id` and no `amount` it is
                for the cart's total.

        Raises:
            RecordNotFoundError: there is no such cart.
            FieldError: there is no such field, or it does not take the value.
            DuplicateRecordError: there is a session of this id already.
            RuleError: it would break a rule of the data.
        """
        with self._database.writing():
            cart_id = fields.get("cart_id")
            if cart_id is not None:
                fields.setdefault("amount", self._rows.get(Cart, cart_id)["total"])
            return self._created(fields)
