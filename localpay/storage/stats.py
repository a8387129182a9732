"""Counts and sums over the whole store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.frozen import frozen

if TYPE_CHECKING:
    from localpay.storage.database import Database


@frozen
class Stats:
    """What is in a store.

    Attributes:
        records: how many there are of each kind, by table name.
        sessions_by_status: how many sessions have each status.
        sessions_by_provider: how many sessions each provider has.
        captured: what was captured and not refunded, in minor units, by currency.
        authorized: what is authorized and neither captured nor canceled, likewise.
        first: when the first session was made, as text; None if there is none.
        last: when the last one was.
    """

    records: dict[str, int]
    sessions_by_status: dict[str, int]
    sessions_by_provider: dict[str, int]
    captured: dict[str, int]
    authorized: dict[str, int]
    first: str | None
    last: str | None


_COUNTED = ("region", "cart", "line_item", "payment_session", "payment", "refund", "quarantine")


def stats(database: Database) -> Stats:
    """Count and sum everything, as of one moment."""
    with database.reading():
        first, last = database.rows("SELECT min(created_at), max(created_at) FROM payment_session")[
            0
        ]
        return Stats(
            records={
                table: database.value(f'SELECT count(*) FROM "{table}"') for table in _COUNTED
            },
            sessions_by_status=_grouped(database, "status, count(*) FROM payment_session"),
            sessions_by_provider=_grouped(database, "provider_id, count(*) FROM payment_session"),
            captured=_grouped(
                database,
                "currency_code, sum(amount - amount_refunded) FROM payment"
                " WHERE captured_at IS NOT NULL AND canceled_at IS NULL",
            ),
            authorized=_grouped(
                database,
                "currency_code, sum(amount) FROM payment"
                " WHERE captured_at IS NULL AND canceled_at IS NULL",
            ),
            first=first,
            last=last,
        )


def _grouped(database: Database, what: str) -> dict[str, int]:
    return dict(database.rows(f"SELECT {what} GROUP BY 1 ORDER BY 2 DESC, 1"))
