"""Checks the file, the references in it, and the rules that no constraint of the file can state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.storage.sums import differs

if TYPE_CHECKING:
    from localpay.storage.database import Cancellation, Database

_RULES = {
    "SELECT c.id FROM cart AS c JOIN payment AS p ON p.id = c.payment_id"
    " WHERE p.cart_id IS NOT c.id": "cart {} refers to a payment that does not belong to it",
    "SELECT c.id FROM cart AS c JOIN region AS r ON r.id = c.region_id"
    " WHERE r.currency_code <> c.currency_code": "cart {} has another currency than its region",
    "SELECT id FROM payment WHERE amount_refunded > max(amount, 0)": (
        "payment {} is refunded beyond its amount"
    ),
    "SELECT p.id FROM payment AS p JOIN refund AS f ON f.payment_id = p.id"
    f" GROUP BY p.id HAVING {differs('f.amount', 'p.amount_refunded')}": (
        "payment {}: its refunds do not add up to amount_refunded"
    ),
}
_MOST = 100


def check(database: Database, *, cancellation: Cancellation | None = None) -> list[str]:
    """Look for everything that is wrong with a store.

    Returns:
        A sentence for each problem, at most a hundred of each kind; none if nothing is wrong.

    Raises:
        CancelledError: it was cancelled.
    """
    with database.cancellable(cancellation), database.reading():
        problems = [
            f"the file: {message}"
            for (message,) in database.rows(f"PRAGMA integrity_check({_MOST})")
            if message != "ok"
        ]
        problems += [
            f"{table}, row {rid}: refers to a {parent} that is not in the store"
            for table, rid, parent, _ in database.rows("PRAGMA foreign_key_check")[:_MOST]
        ]
        for statement, sentence in _RULES.items():
            found = database.rows(f"{statement} LIMIT {_MOST}")
            problems += [sentence.format(record_id) for (record_id,) in found]
    return problems
