"""Payment providers: what one has to be able to do, where they are found, and two that ship."""

from localpay.payments.providers.manual import Manual
from localpay.payments.providers.protocol import (
    Answer,
    Authorization,
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
    "Provider",
    "Refusal",
    "Request",
    "Simulator",
]
