"""Counts and sums over the whole store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.frozen import frozen
from localpay.storage.sums import halves, whole

if TYPE_CHECKING:
    from localpay.storage.database import Cancellation, Database


@frozen
class Stats:
    """What is in a store.

    Attributes:
        records: how many there are of each kind, by table name.
        sessions_by_status: how many sessions have each status.
        sessions_by_provider: how many sessions each provider has.
        captured: the sum captured and not refunded, in minor units by currency.
        authorized: the sum authorized and neither captured nor canceled, in the same form.
        first: when the first session was created, as text; None if there is none.
        last: when the last one was created.
    """

    records: dict[str, int]
    sessions_by_status: dict[str, int]
    sessions_by_provider: dict[str, int]
    captured: dict[str, int]
    authorized: dict[str, int]
    first: str | None
    last: str | None


_COUNTED = ("region", "cart", "line_item", "payment_session", "payment", "refund", "quarantine")


def stats(database: Database, *, cancellation: Cancellation | None = None) -> Stats:
    """Count and sum everything at one moment.

    Raises:
        CancelledError: it was cancelled.
    """
    with database.cancellable(cancellation), database.reading():
        first, last = database.rows("SELECT min(created_at), max(created_at) FROM payment_session")[
            0
        ]
        return Stats(
            records={
                table: database.value(f'SELECT count(*) FROM "{table}"') for table in _COUNTED
            },
            sessions_by_status=_counted(database, "status"),
            sessions_by_provider=_counted(database, "provider_id"),
            captured=_summed(database, "captured_at IS NOT NULL", less="amount_refunded"),
            authorized=_summed(database, "captured_at IS NULL", less="0"),
            first=first,
            last=last,
        )


def _counted(database: Database, column: str) -> dict[str, int]:
    """How many sessions have each value of a column, the most frequent first."""
    return dict(
        database.rows(
            f"SELECT {column}, count(*) FROM payment_session GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    )


def _summed(database: Database, condition: str, *, less: str) -> dict[str, int]:
    """The sums of payments that are not canceled, less a column; the largest first."""
    found = database.rows(
        f"SELECT currency_code, {halves('amount')}, {halves(less)} FROM payment"
        f" WHERE {condition} AND canceled_at IS NULL GROUP BY 1"
    )
    sums = {currency: whole(*sums[:2]) - whole(*sums[2:]) for currency, *sums in found}
    return dict(sorted(sums.items(), key=lambda each: (-each[1], each[0])))
