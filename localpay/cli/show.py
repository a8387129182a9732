"""`localpay show`: one record and what belongs to it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from localpay import clock, jsontext
from localpay.cli import arguments, output, values
from localpay.cli.columns import Column
from localpay.cli.help import Exampled
from localpay.cli.table import pad, table
from localpay.entities import (
    BaseEntity,
    Cart,
    Payment,
    PaymentCollection,
    PaymentSession,
    QuarantinedRow,
    Refund,
    Region,
    currency_of,
    fields_of,
)
from localpay.errors import RecordNotFoundError, spoken
from localpay.query.fields import STATE
from localpay.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from localpay import Store

_KINDS = {
    PaymentSession: "payment session",
    Cart: "cart",
    Payment: "payment",
    Refund: "refund",
    Region: "region",
    PaymentCollection: "payment collection",
}
_SHOWN = {
    "sessions": ("id", "status", "amount", "provider_id", "is_selected", "created_at"),
    "carts": ("id", STATE, "total", "email", "created_at"),
    "payments": ("id", STATE, "amount", "amount_refunded", "provider_id", "created_at"),
    "refunds": ("id", "amount", "reason", "note", "created_at"),
    "items": ("quantity", "title", "unit_price", "id"),
    "regions": ("id", "name", "currency_code", "providers"),
    "quarantine": ("source", "line", "reason"),
}
_LEFT_OUT = ("reason", "source", "line", "at", "row")


@click.command(
    cls=Exampled,
    examples=[
        "localpay show shop.localpay ps_01M82FCRE43B40271W8161163X",
        "localpay show shop.localpay cart_01M82FCRDT9P6TYF4RX9RS1MTJ --format json",
    ],
)
@arguments.store
@click.argument("record_id", metavar="ID")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or in Medusa's form.",
)
@click.option("--reveal", is_flag=True, help="Show secrets as they are.")
def command(store: Path, record_id: str, file_format: str, *, reveal: bool) -> None:
    """Show one record and what belongs to it.

    ID is that of a session, cart, payment, refund, region or payment collection, or of a row that
    an import left out. Secrets in its JSON are masked.
    """
    with arguments.to_read(store) as opened:
        record = _find(opened, record_id)
        left_out = list(opened.quarantine.of(record_id))
        if record is None and not left_out:
            raise RecordNotFoundError("record", record_id)
        if file_format == "json":
            documents = [opened.document(record)] if record else [_row(each) for each in left_out]
            lines = [_json(document, reveal=reveal) for document in documents]
        elif record is None:
            lines = [line for each in left_out for line in _left_out(each, reveal=reveal)]
        else:
            sections = [
                *_related(opened, record),
                _Section("in the quarantine", "quarantine", left_out),
            ]
            lines = [*_text(record, sections, reveal=reveal)]
    with output.stdout() as out:
        out.writelines(f"{line}\n" for line in lines)


def _find(store: Store, record_id: str) -> BaseEntity | None:
    """The record of an id, whatever it is."""
    return (
        store.sessions.find(record_id)
        or store.carts.find(record_id)
        or store.refunds.find(record_id)
        or store.regions.find(record_id)
        # These two load the whole life cycle, which the others do without.
        or store.payments.find(record_id)
        or store.collections.find(record_id)
    )


def _json(document: dict[str, Any], *, reveal: bool) -> str:
    if not reveal:
        document = {name: values.masked(name, value) for name, value in document.items()}
    return jsontext.dumps_javascript(document)


def _row(row: QuarantinedRow) -> dict[str, Any]:
    return {name: clock.to_json(getattr(row, name)) for name in fields_of(QuarantinedRow)}


def _names(record: BaseEntity) -> tuple[str, ...]:
    """The fields to show; a region's providers are shown like a field of its own."""
    return fields_of(type(record)) + (("providers",) if isinstance(record, Region) else ())


class _Section(NamedTuple):
    """Records that belong to the one shown, and the currency of their amounts."""

    title: str
    entity: str
    records: Sequence[BaseEntity | QuarantinedRow]
    currency: str | None = None


def _related(store: Store, record: BaseEntity) -> list[_Section]:
    match record:
        case Cart():
            return [
                _Section("items", "items", record.items or (), record.currency_code),
                *_of_cart(record),
                _Section("region", "regions", _present(record.region)),
            ]
        case PaymentSession(cart_id=str(cart_id)):
            cart = store.carts.get(cart_id)
            return [_Section("cart", "carts", [cart]), *_of_cart(cart)]
        case Payment():
            of = record.cart_id
            carts = _present(store.carts.find(of, expand=()) if of else None)
            return [
                _Section("refunds", "refunds", record.refunds or (), record.currency_code),
                _Section("cart", "carts", carts),
            ]
        case PaymentCollection():
            currency = record.currency_code
            return [
                _Section("sessions", "sessions", record.payment_sessions or (), currency),
                _Section("payments", "payments", record.payments or ()),
            ]
        case Refund(payment_id=str(payment_id)):
            return [_Section("payment", "payments", [store.payments.get(payment_id, expand=())])]
    return []


def _of_cart(cart: Cart) -> list[_Section]:
    sessions = cart.payment_sessions or ()
    return [
        _Section("sessions of the cart", "sessions", sessions, cart.currency_code),
        _Section("payment", "payments", _present(cart.payment)),
    ]


def _present(record: BaseEntity | None) -> list[BaseEntity]:
    return [] if record is None else [record]


def _text(record: BaseEntity, sections: Sequence[_Section], *, reveal: bool) -> Iterator[str]:
    currency = currency_of(record) or next(
        (currency_of(each) for section in sections for each in section.records), None
    )
    yield one_line(f"{_KINDS[type(record)]} {record.id}")
    names = [name for name in _names(record) if name != "id"]
    yield from _fields(record, names, currency, reveal=reveal)
    for section in sections:
        if section.records:
            yield ""
            yield section.title
            yield from (f"  {line}" for line in _table(section))


def _left_out(row: QuarantinedRow, *, reveal: bool) -> Iterator[str]:
    yield one_line(f"quarantined {spoken(row.entity)} {row.record_id}")
    yield from _fields(row, _LEFT_OUT, None, reveal=reveal)


def _fields(
    record: BaseEntity | QuarantinedRow, names: Sequence[str], currency: str | None, *, reveal: bool
) -> Iterator[str]:
    """Each field on a line of its own, JSON on as many as it needs."""
    left = max(map(len, names))
    for name in names:
        value = getattr(record, name)
        if isinstance(value, dict | list):
            lines = values.outline(value if reveal else values.masked(name, value))
        elif isinstance(value, datetime):
            lines = iter([values.exact_moment(value)])
        else:
            lines = iter([Column(name, name).text(record, currency)])
        yield f"  {pad(name, left)}  {one_line(next(lines))}".rstrip()
        yield from (f"{' ' * (left + 4)}{one_line(line)}" for line in lines)


def _table(section: _Section) -> Iterator[str]:
    shown = [Column(name, name) for name in _SHOWN[section.entity]]
    return table(
        [each.name for each in shown],
        ([each.text(record, section.currency) for each in shown] for record in section.records),
        right=frozenset(place for place, each in enumerate(shown) if each.is_amount),
    )
