"""Payments and refunds as records; their operations are in `localpay.payments`."""

from __future__ import annotations

from typing import Any

from localpay import entities
from localpay.errors import RecordInUseError
from localpay.storage.models import Cart, Payment, Refund
from localpay.storage.repository import Repository


class Payments(Repository[entities.Payment]):
    """`store.payments`."""

    model = Payment
    whole = ("refunds",)

    def create(self, **fields: Any) -> entities.Payment:
        """Create a payment. Its cart is linked to it, unless the cart has a payment already.

        Args:
            fields: its values; `amount` and `provider_id` are required, and so is
                `currency_code` without a `cart_id`.

        Raises:
            RecordNotFoundError: there is no such cart.
            FieldError: there is no such field, or it does not accept the value.
            DuplicateRecordError: a payment with this id exists already.
            RuleError: it would break a rule of the data.
        """
        with self._database.writing():
            cart_id = fields.get("cart_id")
            if cart_id is None:
                return self._created(fields)
            cart = self._rows.get(Cart, cart_id)
            fields.setdefault("currency_code", cart["currency_code"])
            payment = self._created(fields)
            if cart["payment_id"] is None:
                self._rows.update(Cart, cart, {"payment_id": payment.id})
            return payment

    def delete(self, record_id: str) -> None:
        """Remove a payment, and the link from its cart.

        Raises:
            RecordNotFoundError: there is no payment with this id.
            RecordInUseError: it has refunds.
        """
        with self._database.writing():
            row = self._row(record_id)
            if self._rows.select(Refund, payment_id=record_id):
                raise RecordInUseError("payment", record_id, "it has refunds; delete these first")
            for cart in self._rows.select(Cart, payment_id=record_id):
                self._rows.update(Cart, cart, {"payment_id": None})
            self._rows.delete(Payment, row)


class Refunds(Repository[entities.Refund]):
    """`store.refunds`."""

    model = Refund
