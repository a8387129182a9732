"""Medusa's shapes: which of its JSON answers, and which columns, hold which records.

An answer is taken for what localpay stores of it: carts with their items, sessions, payment and
region; orders and draft orders with their payments, refunds and items; payment collections.
Addresses, variants, customers and whatever else an answer holds are passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from localpay import jsontext
from localpay.errors import JsonError
from localpay.storage.models import MODELS
from localpay.transfer.batches import Batch
from localpay.transfer.values import AnswerForm

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from localpay.transfer.sources import Source

Document: TypeAlias = "Mapping[str, Any]"

TELLING: dict[str, frozenset[str]] = {
    "cart": frozenset({"id", "region_id", "customer_id", "payment_id", "completed_at"}),
    "payment_session": frozenset({"id", "cart_id", "provider_id", "is_selected", "data"}),
    "line_item": frozenset({"id", "cart_id", "title", "unit_price", "quantity"}),
    "payment": frozenset({"id", "amount", "currency_code", "amount_refunded", "provider_id"}),
    "refund": frozenset({"id", "amount", "reason", "order_id"}),
    "region": frozenset({"id", "name", "currency_code", "tax_rate", "gift_cards_taxable"}),
    "payment_provider": frozenset({"id", "is_installed"}),
    "region_payment_providers": frozenset({"region_id", "provider_id"}),
    "payment_collection": frozenset({"id", "type", "status", "amount", "region_id"}),
    "payment_collection_sessions": frozenset({"payment_collection_id", "payment_session_id"}),
    "payment_collection_payments": frozenset({"payment_collection_id", "payment_id"}),
}
"""The columns by which rows of a table are told from others."""

_ID = re.compile(r'"id"\s*:\s*"([^"\\]*)"')


class Found(NamedTuple):
    """A record in an answer.

    Attributes:
        table: its table.
        values: its columns, as far as they are there.
        document: the part of the answer that it stands in.
        aside: whether it only comes along with another record.
    """

    table: str
    values: dict[str, Any]
    document: Document
    aside: bool = False


def read(source: Source) -> Iterator[Batch]:
    """The records in a source that holds one answer of Medusa's API, or a list of its records.

    Raises:
        SourceError: it is not JSON, or nothing that localpay could store.
    """
    text = source.text()
    try:
        found = find_records(jsontext.loads(text))
    except JsonError as error:
        raise source.error(error.reason, error.line, error.column) from None
    if found is None:
        raise source.error("nothing here that localpay stores: no carts, sessions or payments")
    form = AnswerForm()
    lines = _lines_of_ids(text)
    groups: dict[tuple[str, tuple[str, ...], bool], list[Found]] = {}
    for record in _told_once(found):
        groups.setdefault((record.table, tuple(record.values), record.aside), []).append(record)
    for (table, names, aside), records in groups.items():
        yield Batch(
            table,
            names,
            [tuple(record.values.values()) for record in records],
            [_line(lines, record) for record in records],
            form,
            aside,
            [record.document for record in records],
        )


def _told_once(found: Iterable[Found]) -> Iterator[Found]:
    """Records without those that come along again: each cart has its region with it."""
    told: set[tuple[str, str]] = set()
    for record in found:
        if record.aside:
            key = record.table, repr(record.values)
            if key in told:
                continue
            told.add(key)
        yield record


def _line(lines: dict[str, int], record: Found) -> int:
    record_id = record.values.get("id")
    return lines.get(record_id, 1) if isinstance(record_id, str) else 1


def _lines_of_ids(text: str) -> dict[str, int]:
    """The line on which each id stands first, of an answer that somebody put on several lines."""
    lines: dict[str, int] = {}
    if "\n" in text.rstrip():
        for number, line in enumerate(text.split("\n"), 1):
            for record_id in _ID.findall(line):
                lines.setdefault(record_id, number)
    return lines


def table_of_columns(header: Collection[str]) -> str | None:
    """The table whose rows have these columns: all telling ones, and most of the others.

    Medusa's tables grow with its versions and a shop's plug-ins, so a third may be unknown.
    """
    fitting = {
        table: len(MODELS[table].columns().keys() & set(header))
        for table, telling in TELLING.items()
        if telling.issubset(header)
    }
    table = max(fitting, key=lambda each: fitting[each], default=None)
    return table if table and 3 * fitting[table] >= 2 * len(header) else None


def find_records(answer: Any) -> list[Found] | None:
    """The records in an answer of Medusa's API, or in a list of its records.

    Returns:
        The records; None if it is nothing that localpay could store.
    """
    documents = _documents(answer)
    if documents is None:
        return None
    return [found for kind, document in documents for found in _READERS[kind](document)]


def _documents(answer: Any) -> list[tuple[str, Document]] | None:
    """The documents in an answer with their kinds; None if something in it is of no kind."""
    if isinstance(answer, list):
        parts = [_documents(each) for each in answer]
        return None if None in parts else [found for part in parts for found in part or ()]
    if not isinstance(answer, dict):
        return None
    # Completing a cart answers with the record in `data`, and its kind beside it.
    if answer.get("type") in tuple(_READERS) and isinstance(answer.get("data"), dict):
        return [(answer["type"], answer["data"])]
    if answer.keys() & {"id", "object"}:
        kind = _kind(answer)
        return None if kind is None else [(kind, answer)]
    wrapped = [
        (kind, document)
        for kind in _READERS
        for document in (*_dicts(answer.get(f"{kind}s")), *_dicts([answer.get(kind)]))
    ]
    return wrapped or ([] if any(answer.get(f"{kind}s") == [] for kind in _READERS) else None)


def _kind(document: Document) -> str | None:
    """What a record without a wrapper is."""
    if document.get("object") in ("cart", "order"):
        return str(document["object"])
    if {"display_id", "payment_status"} <= document.keys():
        return "order"
    told = (kind for kind in _READERS if kind in TELLING and TELLING[kind] <= document.keys())
    return next(told, None)


def _cart(document: Document) -> Iterator[Found]:
    values = _columns("cart", document)
    region = document.get("region")
    if isinstance(region, dict):
        values.setdefault("region_id", region.get("id"))
        if "currency_code" in region:
            values.setdefault("currency_code", region["currency_code"])
        yield from _region(region, aside=True)
    yield Found("cart", values, _bare(document))
    belonging = {"cart_id": document.get("id")}
    yield from _each("items", document, _item, belonging)
    yield from _each("payment_sessions", document, _session, belonging)
    if "payment_sessions" not in document:
        yield from _one("payment_session", document, _session, belonging)
    yield from _one("payment", document, _payment, belonging)


def _order(document: Document) -> Iterator[Found]:
    yield from _aside_region(document)
    yield from _one("cart", document, _cart, {})
    belonging = {"order_id": document.get("id"), "cart_id": document.get("cart_id")}
    yield from _each("items", document, _item, belonging)
    yield from _each("payments", document, _payment, belonging)
    yield from _each("refunds", document, _refund, {"order_id": document.get("id")})


def _draft_order(document: Document) -> Iterator[Found]:
    yield from _one("cart", document, _cart, {})
    yield from _one("order", document, _order, {})


def _collection(document: Document) -> Iterator[Found]:
    yield from _aside_region(document)
    values = _columns("payment_collection", document)
    region = document.get("region")
    if isinstance(region, dict):
        values.setdefault("region_id", region.get("id"))
    yield Found("payment_collection", values, _bare(document))
    for name, table, read in (
        ("payment_sessions", "payment_collection_sessions", _session),
        ("payments", "payment_collection_payments", _payment),
    ):
        for record in _each(name, document, read, {"cart_id": None}):
            yield record
            if f"{record.table}s" == name:
                pair = {
                    "payment_collection_id": document.get("id"),
                    f"{record.table}_id": record.values.get("id"),
                }
                yield Found(table, pair, pair, aside=True)


def _region(document: Document, *, aside: bool = False) -> Iterator[Found]:
    yield Found("region", _columns("region", document), _bare(document), aside)
    for provider in _dicts(document.get("payment_providers")):
        values = _columns("payment_provider", provider)
        yield Found("payment_provider", values, provider, aside=True)
        pair = {"region_id": document.get("id"), "provider_id": provider.get("id")}
        yield Found("region_payment_providers", pair, pair, aside=True)


def _aside_region(document: Document) -> Iterator[Found]:
    for region in _dicts([document.get("region")]):
        yield from _region(region, aside=True)


def _payment(document: Document) -> Iterator[Found]:
    yield Found("payment", _columns("payment", document), _bare(document))
    yield from _each("refunds", document, _refund, {"payment_id": document.get("id")})


def _simple(table: str) -> Callable[[Document], Iterator[Found]]:
    def read(document: Document) -> Iterator[Found]:
        yield Found(table, _columns(table, document), _bare(document))

    return read


_item = _simple("line_item")
_session = _simple("payment_session")
_refund = _simple("refund")

_READERS: dict[str, Callable[[Document], Iterator[Found]]] = {
    "cart": _cart,
    "payment_session": _session,
    "payment": _payment,
    "refund": _refund,
    "order": _order,
    "draft_order": _draft_order,
    "payment_collection": _collection,
    "region": _region,
    "line_item": _item,
}
"""How a record is read that stands under such a key of an answer, or in a list under its plural."""

_RELATIONS = frozenset(
    {"items", "payment_sessions", "payment_session", "payment", "payments", "refunds", "region"}
)


def _each(
    name: str,
    document: Document,
    read: Callable[[Document], Iterator[Found]],
    belonging: Mapping[str, Any],
) -> Iterator[Found]:
    """The records in a list of a document, with the ids of that where they do not say them."""
    for part in _dicts(document.get(name)):
        yield from read({**belonging, **part})


def _one(
    name: str,
    document: Document,
    read: Callable[[Document], Iterator[Found]],
    belonging: Mapping[str, Any],
) -> Iterator[Found]:
    for part in _dicts([document.get(name)]):
        yield from read({**belonging, **part})


def _dicts(values: Any) -> Iterator[Document]:
    """The documents in a list, if it is one."""
    return (
        (value for value in values if isinstance(value, dict))
        if isinstance(values, list)
        else iter(())
    )


def _columns(table: str, document: Document) -> dict[str, Any]:
    return {name: document[name] for name in MODELS[table].columns() if name in document}


def _bare(document: Document) -> Document:
    """A document without the records in it that are taken by themselves."""
    return {name: value for name, value in document.items() if name not in _RELATIONS}
