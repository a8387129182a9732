"""Carts with their items and totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localpay import entities
from localpay.errors import FieldError, RecordInUseError
from localpay.storage.arguments import is_list
from localpay.storage.models import Cart, LineItem, PaymentSession, Region
from localpay.storage.repository import Repository
from localpay.storage.totals import PARTS, totals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from localpay.storage.journal import Stored
    from localpay.storage.workspace import Workspace


class LineItems(Repository[entities.LineItem]):
    """The lines of carts, which are changed through their cart."""

    model = LineItem

    def replace(self, cart_id: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Replace the lines of a cart: a line with a known id is changed, any other is created.

        Raises:
            FieldError: an item has no such field, or it does not accept the value.
        """
        items = checked_items(items)
        present = {row["id"]: row for row in self._rows.select(LineItem, cart_id=cart_id)}
        for item in items:
            item_id = item.get("id")
            row = present.pop(item_id, None) if isinstance(item_id, str) else None
            if row is None:
                self._insert({**item, "cart_id": cart_id})
            else:
                self._rows.update(LineItem, row, self._encoded(dict(item)))
        for row in present.values():
            self._rows.delete(LineItem, row)


class Carts(Repository[entities.Cart]):
    """`store.carts`.

    The totals of a cart are computed when something they depend on changes: its items, region,
    discounts, shipping or gift cards.
    """

    model = Cart
    whole = ("items", "region", "payment", "payment_sessions")

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._items = LineItems(workspace)

    def create(self, *, items: Iterable[Mapping[str, Any]] = (), **fields: Any) -> entities.Cart:
        """Create a cart.

        Args:
            items: its lines, each with at least `title`, `unit_price` and `quantity`.
            fields: its values; `region_id` is required. The totals `discount_total`,
                `shipping_total` and `gift_card_total` are 0 and the others computed, unless they
                are given.

        Raises:
            RecordNotFoundError: there is no such region.
            FieldError: there is no such field, or it does not accept the value.
            DuplicateRecordError: a cart or an item with this id exists already.
        """
        with self._database.writing():
            region = self._region(fields.get("region_id"))
            fields.setdefault("currency_code", region["currency_code"])
            items = checked_items(items)
            given = self._encoded({name: fields[name] for name in fields if name in _TOTALS})
            computed = _missing_totals(map(_priced, items), given, given, region)
            cart_id = self._insert(fields | computed)["id"]
            self._items.replace(cart_id, items)
            return self.get(cart_id)

    def update(
        self, record_id: str, *, items: Iterable[Mapping[str, Any]] | None = None, **changes: Any
    ) -> entities.Cart:
        """Change a cart. Its sessions keep their amounts; to update these, see `store.checkout`.

        Args:
            record_id: its id.
            items: all its lines from now on: one with a known `id` is changed, one without is
                created, and those not given are removed. None keeps the lines.
            changes: its other new values. A given total is not computed.

        Raises:
            RecordNotFoundError: there is no cart or region with this id.
            FieldError: there is no such field, or it does not accept the value.
            RuleError: it would break a rule of the data.
        """
        with self._database.writing():
            self._changed(self._row(record_id), changes, self._encoded(changes), items)
            return self.get(record_id)

    def delete(self, record_id: str) -> None:
        """Remove a cart with its items and sessions.

        Raises:
            RecordNotFoundError: there is no cart with this id.
            RecordInUseError: it has a payment, which must be deleted first.
        """
        with self._database.writing():
            row = self._row(record_id)
            if self._database.row("SELECT 1 FROM payment WHERE cart_id = ?", (record_id,)):
                raise RecordInUseError("cart", record_id, "it has a payment; delete that one first")
            self._items.replace(record_id, ())
            for session in self._rows.select(PaymentSession, cart_id=record_id):
                self._rows.delete(PaymentSession, session)
            self._rows.delete(Cart, row)

    def _changed(
        self,
        row: Stored,
        changes: Mapping[str, Any],
        stored: Stored,
        items: Iterable[Mapping[str, Any]] | None = None,
    ) -> Stored:
        if changes.get("region_id", row["region_id"]) != row["region_id"]:
            currency = self._region(changes["region_id"])["currency_code"]
            stored = {"currency_code": currency} | stored
        after = self._rows.update(Cart, row, stored)
        if items is not None:
            self._items.replace(row["id"], items)
        if items is not None or changes.keys() & {"region_id", "tax_total", *PARTS}:
            given = {name for name in changes if name in _TOTALS}
            self._write_totals(row["id"], self._region(after["region_id"]), given)
        return after

    def _region(self, region_id: str | None) -> Stored:
        if region_id is None:
            raise FieldError("cart", "region_id", "needs a value")
        return self._rows.get(Region, region_id)

    def _write_totals(self, cart_id: str, region: Stored, given: set[str]) -> None:
        """Compute the totals that are not given."""
        row = self._row(cart_id)
        lines = self._rows.select(LineItem, cart_id=cart_id)
        changes = _missing_totals(lines, row, given, region)
        self._rows.update(Cart, row, self._encoded(changes))


def _missing_totals(
    lines: Iterable[Mapping[str, Any]],
    cart: Mapping[str, int],
    given: Collection[str],
    region: Stored,
) -> dict[str, int]:
    """The totals of a cart that are not given, from its lines and the totals that are."""
    rate = region["tax_rate"] if region["automatic_taxes"] else 0
    computed = totals(lines, cart, rate)
    if "tax_total" in given:
        computed["total"] += cart["tax_total"] - computed["tax_total"]
    return {name: value for name, value in computed.items() if name not in given}


def _priced(item: Mapping[str, Any]) -> Stored:
    """The price and quantity of a new line, checked."""
    columns = LineItem.columns()
    return {name: columns[name].db_value(item.get(name)) for name in ("unit_price", "quantity")}


def checked_items(items: Any) -> list[Mapping[str, Any]]:
    """The items that a caller gave, as a list.

    Raises:
        FieldError: they are not a list of items, each with its fields by name.
    """
    given: list[Any] = list(items) if is_list(items) else [None]
    if not all(isinstance(item, Mapping) for item in given):
        raise FieldError("cart", "items", "takes a list of items, each with its fields by name")
    return given


_TOTALS = {"subtotal", "tax_total", "total", *PARTS}
