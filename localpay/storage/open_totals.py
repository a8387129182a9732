"""Totals of carts that are computed when an import has read everything.

Until then, such a cart has a mark in place of its currency. Nobody else sees the mark, because it
exists only inside the import's transaction.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from localpay.storage.columns import GREATEST, LEAST
from localpay.storage.totals import totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.storage.database import Database

TOTALS_OPEN = ""
"""In place of a cart's currency: the currency and the totals are not known yet."""

CURRENCY_OPEN = "?"
"""In place of a cart's currency: the currency is not known yet, the totals are."""

OPEN_COLUMNS = (
    "currency_code",
    "subtotal",
    "discount_total",
    "shipping_total",
    "tax_total",
    "gift_card_total",
    "total",
)
"""The columns of a cart that may not be known yet."""

TOO_MUCH = "its totals are numbers of more than 64 bits"

_TOTALS = OPEN_COLUMNS[1:]
_PART = 2000
_OPEN = f"c.currency_code IN ('{TOTALS_OPEN}', '{CURRENCY_OPEN}')"
_CARTS = (
    "SELECT c.rowid, c.currency_code, r.currency_code, r.tax_rate * r.automatic_taxes, "
    + ", ".join(f"c.{name}" for name in _TOTALS)
    + " FROM cart AS c JOIN region AS r ON r.id = c.region_id"
    f" WHERE c.rowid > ? AND {_OPEN} ORDER BY c.rowid LIMIT {_PART}"
)
_ITEMS = (
    "SELECT c.rowid, i.unit_price, i.quantity FROM cart AS c JOIN line_item AS i"
    f" ON i.cart_id = c.id WHERE c.rowid BETWEEN ? AND ? AND {_OPEN}"
)
_CLOSE = (
    "UPDATE cart SET currency_code = ?, "
    + ", ".join(f"{name} = ?" for name in _TOTALS)
    + " WHERE rowid = ?"
)


class OpenTotals:
    """The carts of one store whose totals are not known yet.

    Args:
        database: inside a transaction.
        after: the row number after which all carts are new.
    """

    def __init__(self, database: Database, after: int) -> None:
        self._database = database
        self._after = after

    def open(self, cart_id: str, mark: str) -> None:
        """Mark a cart in the store, so that its totals or only its currency are computed later."""
        rowid = self._database.value("SELECT rowid FROM cart WHERE id = ?", (cart_id,))
        if rowid is not None:
            self._after = min(self._after, rowid - 1)
            self._database.run("UPDATE cart SET currency_code = ? WHERE rowid = ?", (mark, rowid))

    def close(self) -> Iterator[int]:
        """Compute them all.

        Yields:
            The row number of each cart whose totals are too large; it is not changed.
        """
        while carts := self._database.rows(_CARTS, (self._after,)):
            lines = defaultdict(list)
            for rowid, price, quantity in self._database.rows(_ITEMS, (carts[0][0], carts[-1][0])):
                lines[rowid].append({"unit_price": price, "quantity": quantity})
            closed, refused = [], []
            for rowid, mark, currency_code, tax_rate, *given in carts:
                known = mark == CURRENCY_OPEN
                amounts = given if known else _computed(lines[rowid], given, tax_rate)
                if all(LEAST <= amount <= GREATEST for amount in amounts):
                    closed.append((currency_code, *amounts, rowid))
                else:
                    refused.append(rowid)
            self._database.write_many(_CLOSE, closed)
            self._after = carts[-1][0]
            yield from refused


def _computed(lines: list[dict[str, int]], given: list[int], tax_rate: float) -> list[Any]:
    found = totals(lines, dict(zip(_TOTALS, given, strict=True)), tax_rate)
    return [found[name] for name in _TOTALS]
