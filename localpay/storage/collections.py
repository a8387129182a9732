"""Payment collections as records; their operations are in `localpay.payments`."""

from __future__ import annotations

from localpay import entities
from localpay.storage.models import PaymentCollection
from localpay.storage.repository import Repository


class Collections(Repository[entities.PaymentCollection]):
    """The payment collections, each with its sessions and payments."""

    model = PaymentCollection
    whole = ("payment_sessions", "payments")
