"""How a generated checkout can end, and how often it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from localpay.frozen import frozen

if TYPE_CHECKING:
    from localpay.entities import SessionStatus


@frozen
class Outcome:
    """The final state of a cart.

    Attributes:
        share: how many of 256 carts end like this.
        offered: whether it has payment sessions.
        chosen: whether one of them was ever chosen.
        status: the status of the chosen session.
        refreshed: whether the chosen session was replaced, and so is no longer selected.
        stale: whether the total changed after the sessions were made.
        free: whether a gift card pays all of it.
        payment: what became of the authorized payment.
        refunded: how much of it was refunded.
        completed: whether the cart became an order.
    """

    share: int
    offered: bool = True
    chosen: bool = True
    status: SessionStatus = "pending"
    refreshed: bool = False
    stale: bool = False
    free: bool = False
    payment: Literal["authorized", "captured", "canceled"] | None = None
    refunded: Literal["none", "part", "all"] = "none"
    completed: bool = False


OUTCOMES = {
    "browsing": Outcome(40, offered=False, chosen=False),
    "undecided": Outcome(26, chosen=False),
    "chosen": Outcome(34),
    "stale": Outcome(6, stale=True),
    "refreshed": Outcome(8, refreshed=True),
    "requires_more": Outcome(16, status="requires_more"),
    "error": Outcome(12, status="error"),
    "canceled": Outcome(6, status="canceled"),
    "free": Outcome(4, offered=False, chosen=False, free=True, completed=True),
    "free_pending": Outcome(2, free=True),
    "authorized": Outcome(12, status="authorized", payment="authorized"),
    "ordered": Outcome(22, status="authorized", payment="authorized", completed=True),
    "voided": Outcome(5, status="authorized", payment="canceled", completed=True),
    "captured": Outcome(45, status="authorized", payment="captured", completed=True),
    "refunded_in_part": Outcome(
        10, status="authorized", payment="captured", refunded="part", completed=True
    ),
    "refunded": Outcome(8, status="authorized", payment="captured", refunded="all", completed=True),
}
"""Every outcome by name; their shares add up to 256, so that one byte decides."""
