"""Everything for writing a payment provider: the public names of `localpay.payments.providers`."""

from __future__ import annotations

from localpay.payments.providers.manual import Manual
from localpay.payments.providers.protocol import (
    Answer,
    Authorization,
    Method,
    Provider,
    Refusal,
    Request,
)
from localpay.payments.providers.simulator import CARDS, OUTCOMES, Simulator

__all__ = [
    "CARDS",
    "OUTCOMES",
    "Answer",
    "Authorization",
    "Manual",
    "Method",
    "Provider",
    "Refusal",
    "Request",
    "Simulator",
]
