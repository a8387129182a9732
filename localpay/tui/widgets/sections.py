"""What the detail pane shows of a record, section by section."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from localpay.entities import (
    AMOUNTS,
    BaseEntity,
    Cart,
    LineItem,
    Payment,
    PaymentSession,
    Refund,
    currency_of,
    fields_of,
)
from localpay.errors import spoken
from localpay.text import one_line
from localpay.tui import present
from localpay.tui.present import Cell
from localpay.tui.widgets.json_tree import json_node
from localpay.tui.widgets.lines import NOTHING, Node
from localpay.tui.widgets.timeline import timeline_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localpay.tui.dossier import Dossier

_JSON: Final = ("data", "context", "metadata")
_TOTALS: Final = (
    "subtotal", "discount_total", "shipping_total", "tax_total", "gift_card_total", "total",
)  # fmt: skip
_LINKS: Final = {"cart_id": "cart", "payment_id": "payment"}
"""The fields that link to a record, with its table."""

_KINDS: Final[dict[type, str]] = {
    Cart: "cart", LineItem: "line_item", Payment: "payment",
    PaymentSession: "payment_session", Refund: "refund",
}  # fmt: skip
_ARROW: Final = Cell("→", "link")


def sections(dossier: Dossier, *, reveal: bool) -> list[Node]:
    """All that is known about a record, as nodes to unfold.

    Args:
        dossier: the record with its related records.
        reveal: show secrets as they are.
    """
    record, cart, payment = dossier.record, dossier.cart, dossier.payment
    nodes = [_whole(record, reveal=reveal)]
    if isinstance(record, Cart):
        nodes += [_items(record, reveal=reveal), _totals(record)]
    nodes += [
        json_node((name,), getattr(record, name), reveal=reveal, unfolded=True, heading=name)
        for name in _JSON
        if hasattr(record, name)
    ]
    if isinstance(record, Payment):
        nodes.append(_refunds(record, reveal=reveal))
    if cart is not None and cart is not record:
        nodes.append(_cart(cart, reveal=reveal))
    if dossier.sessions:
        nodes.append(_sessions(dossier))
    if payment is not None and payment is not record:
        nodes.append(_payment(payment, reveal=reveal))
    lines = timeline_nodes(dossier.events, reveal=reveal)
    if lines:
        count = (Cell(str(len(dossier.events)), "faint"),)
        nodes.append(_section("timeline", count, lines))
    return nodes


def _section(
    title: str, cells: tuple[Cell, ...], nodes: Sequence[Node], value: Any = NOTHING
) -> Node:
    children = (lambda: nodes) if nodes else None
    return Node(title, title, cells, value, children, unfolded=True, heading=True)


def _whole(record: BaseEntity, *, reveal: bool) -> Node:
    """The record's own section, with the fields that have no section of their own."""
    title = spoken(_KINDS.get(type(record), type(record).__name__.lower()))
    nodes = _fields(record, reveal=reveal, without=(*_JSON, *_TOTALS))
    return replace(_section(title, _outlook(record), nodes, record.id), key="record")


def _fields(
    record: BaseEntity, currency: str | None = None, *, reveal: bool, without: Iterable[str] = ()
) -> list[Node]:
    """A record's fields, its amounts in its own currency or else in the given one."""
    currency = currency_of(record) or currency
    left_out = frozenset(without)
    return [
        _field(name, getattr(record, name), currency, reveal=reveal)
        for name in fields_of(type(record))
        if name not in left_out
    ]


def _field(name: str, value: Any, currency: str | None, *, reveal: bool = False) -> Node:
    """One field: its value, for amounts also in minor units, for links with their target."""
    if name in _JSON:
        return json_node((name,), value, reveal=reveal)
    if name == "status":
        return Node(name, name, (present.status_cell(value),), value)
    if name in _LINKS and value is not None:
        return Node(name, name, _link_cells(value), value, link=(_LINKS[name], value))
    cell, whole = present.shown((name,), value, currency, reveal=reveal)
    if name in AMOUNTS and value is not None and currency is not None:
        return Node(name, name, (cell, Cell(str(value), "faint", right=True)), value)
    text = whole if isinstance(whole, str) else None
    if isinstance(value, datetime):
        text = cell.text
    return Node(name, name, (cell,), value, text=text)


def _link_cells(record_id: str) -> tuple[Cell, ...]:
    return (Cell(one_line(record_id), "link"), _ARROW)


def _link(record: BaseEntity) -> Node:
    link = (_KINDS[type(record)], record.id)
    return Node("id", "id", _link_cells(record.id), record.id, link=link)


def _outlook(record: BaseEntity) -> tuple[Cell, ...]:
    """A record at a glance: its state, its amount, and its owner or provider."""
    amount = "total" if isinstance(record, Cart) else "amount"
    whose = "email" if isinstance(record, Cart) else "provider_id"
    cells = [
        present.cell(record, name)
        for name in ("state", amount, whose)
        if name == "state" or getattr(record, name, None) is not None
    ]
    return tuple(cell for cell in cells if cell.text)


def _cart(cart: Cart, *, reveal: bool) -> Node:
    region = () if cart.region is None else (Cell(one_line(cart.region.name)),)
    nodes = [
        _link(cart),
        *([Node("region", "region", region, cart.region_id)] if region else []),
        replace(_items(cart, reveal=reveal), heading=False),
        replace(_totals(cart), heading=False),
        _all_fields(cart, reveal=reveal),
    ]
    return _section("cart", _outlook(cart), nodes, cart.id)


def _all_fields(record: BaseEntity, *, reveal: bool) -> Node:
    make = partial(_fields, record, reveal=reveal)
    return Node("all fields", "all fields", children=make)


def _items(cart: Cart, *, reveal: bool) -> Node:
    items = cart.items or ()
    currency = cart.currency_code
    nodes = [
        Node(
            item.id,
            one_line(f"{item.quantity} × {item.title}"),
            (Cell(present.amount(item.unit_price * item.quantity, currency), right=True),),
            item.title,
            partial(_fields, item, currency, reveal=reveal),
        )
        for item in items
    ]
    count = Cell(str(len(items)) if items else "none", "faint")
    return _section("items", (count,), _lined_up(nodes, 1))


def _totals(cart: Cart) -> Node:
    nodes = [_field(name, getattr(cart, name), cart.currency_code) for name in _TOTALS]
    total = present.cell(cart, "total")
    return _section("totals", (total._replace(tone="muted"),), _lined_up(nodes, 2), cart.total)


def _lined_up(nodes: Sequence[Node], columns: int) -> list[Node]:
    rows = present.line_up([node.cells for node in nodes], columns)
    return [replace(node, cells=row) for node, row in zip(nodes, rows, strict=True)]


def _sessions(dossier: Dossier) -> Node:
    currency = None if dossier.cart is None else dossier.cart.currency_code
    nodes = []
    for session in dossier.sessions:
        cells = [
            present.status_cell(session.status),
            Cell(present.amount(session.amount, currency), right=True),
        ]
        if session.is_selected:
            cells.append(Cell("selected", "muted"))
        is_this = session.id == dossier.record.id
        cells.append(Cell("this one", "faint") if is_this else _ARROW)
        link = None if is_this else ("payment_session", session.id)
        label = one_line(session.provider_id)
        nodes.append(Node(session.id, label, tuple(cells), session.id, link=link))
    return _section("sessions", (Cell(str(len(nodes)), "faint"),), _lined_up(nodes, 2))


def _payment(payment: Payment, *, reveal: bool) -> Node:
    nodes = [
        _link(payment),
        replace(_refunds(payment, reveal=reveal), heading=False),
        json_node(("data",), payment.data, reveal=reveal),
        _all_fields(payment, reveal=reveal),
    ]
    return _section("payment", _outlook(payment), nodes, payment.id)


def _refunds(payment: Payment, *, reveal: bool) -> Node:
    refunds = payment.refunds or ()
    nodes = [
        Node(
            refund.id,
            refund.reason,
            (
                Cell(present.amount(refund.amount, payment.currency_code), right=True),
                Cell(present.instant(refund.created_at, 19), "muted"),
            ),
            refund.id,
            partial(_fields, refund, payment.currency_code, reveal=reveal),
        )
        for refund in refunds
    ]
    given_back = Cell(present.amount(payment.amount_refunded, payment.currency_code), "muted")
    return _section(
        "refunds", (given_back if nodes else Cell("none", "faint"),), _lined_up(nodes, 1)
    )
