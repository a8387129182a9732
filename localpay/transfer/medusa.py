"""Medusa's shapes: which records its JSON responses, and its tables, contain.

From a response localpay takes what it stores: carts with their items, sessions, payment and region;
orders and draft orders with their payments, refunds and items; payment collections. Addresses,
variants, customers and everything else in a response are ignored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from localpay import jsontext
from localpay.errors import JsonError
from localpay.storage.models import MODELS
from localpay.transfer.batches import Batch
from localpay.transfer.values import ResponseForm

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from localpay.transfer.sources import Source

Document: TypeAlias = "Mapping[str, Any]"

IDENTIFYING: dict[str, frozenset[str]] = {
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
"""The columns that identify a table: a header or document with all of them is of that table."""

_ID = re.compile(r'"id"\s*:\s*"([^"\\]*)"')


class Found(NamedTuple):
    """A record in a response.

    Attributes:
        table: its table.
        values: the columns that are present.
        document: the part of the response that contains it.
        aside: whether it only accompanies another record.
    """

    table: str
    values: dict[str, Any]
    document: Document
    aside: bool = False


def read(source: Source) -> Iterator[Batch]:
    """The records in a source that contains one response of Medusa's API, or a list of records.

    Raises:
        SourceError: it is not JSON, or contains nothing that localpay stores.
    """
    text = source.text()
    try:
        found = find_records(jsontext.loads(text))
    except JsonError as error:
        raise source.error(error.reason, error.line, error.column) from None
    if found is None:
        raise source.error("contains nothing that localpay stores: no carts, sessions or payments")
    form = ResponseForm()
    lines = _lines_of_ids(text)
    groups: dict[tuple[str, tuple[str, ...], bool], list[Found]] = {}
    for record in _without_repeats(found):
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


def _without_repeats(found: Iterable[Found]) -> Iterator[Found]:
    """Records without repeated ones: each cart comes with its region."""
    seen: set[tuple[str, str]] = set()
    for record in found:
        if record.aside:
            key = record.table, repr(record.values)
            if key in seen:
                continue
            seen.add(key)
        yield record


def _line(lines: dict[str, int], record: Found) -> int:
    record_id = record.values.get("id")
    return lines.get(record_id, 1) if isinstance(record_id, str) else 1


def _lines_of_ids(text: str) -> dict[str, int]:
    """The line on which each id appears first, in a response that spans several lines."""
    lines: dict[str, int] = {}
    if "\n" in text.rstrip():
        for number, line in enumerate(text.split("\n"), 1):
            for record_id in _ID.findall(line):
                lines.setdefault(record_id, number)
    return lines


def table_of_columns(header: Collection[str]) -> str | None:
    """The table whose rows have these columns: all that identify it, and most of the others.

    Versions and plug-ins add columns to Medusa's tables, so a third of them may be unknown.
    """
    fitting = {
        table: len(MODELS[table].columns().keys() & set(header))
        for table, needed in IDENTIFYING.items()
        if needed.issubset(header)
    }
    table = max(fitting, key=lambda each: fitting[each], default=None)
    return table if table and 3 * fitting[table] >= 2 * len(header) else None


def find_records(response: Any) -> list[Found] | None:
    """The records in a response of Medusa's API, or in a list of records.

    Returns:
        The records; None if it contains nothing that localpay stores.
    """
    documents = _documents(response)
    if documents is None:
        return None
    return [found for kind, document in documents for found in _READERS[kind](document)]


def _documents(response: Any) -> list[tuple[str, Document]] | None:
    """The documents in a response with their kinds; None if one of them is of no known kind."""
    if isinstance(response, list):
        parts = [_documents(each) for each in response]
        return None if None in parts else [found for part in parts for found in part or ()]
    if not isinstance(response, dict):
        return None
    # Completing a cart returns the record in `data`, with its kind beside it.
    if response.get("type") in tuple(_READERS) and isinstance(response.get("data"), dict):
        return [(response["type"], response["data"])]
    if response.keys() & {"id", "object"}:
        kind = _kind(response)
        return None if kind is None else [(kind, response)]
    wrapped = [
        (kind, document)
        for kind in _READERS
        for document in (*_dicts(response.get(f"{kind}s")), *_dicts([response.get(kind)]))
    ]
    return wrapped or ([] if any(response.get(f"{kind}s") == [] for kind in _READERS) else None)


def _kind(document: Document) -> str | None:
    """The kind of a record without a wrapper."""
    if document.get("object") in ("cart", "order"):
        return str(document["object"])
    if {"display_id", "payment_status"} <= document.keys():
        return "order"
    tables = [kind for kind in _READERS if kind in IDENTIFYING]
    return next((table for table in tables if IDENTIFYING[table] <= document.keys()), None)


def _cart(document: Document) -> Iterator[Found]:
    values = _columns("cart", document)
    region = document.get("region")
    if isinstance(region, dict):
        values.setdefault("region_id", region.get("id"))
        if "currency_code" in region:
            values.setdefault("currency_code", region["currency_code"])
        yield from _region(region, aside=True)
    yield Found("cart", values, _bare(document))
    owner = {"cart_id": document.get("id")}
    yield from _each("items", document, _item, owner)
    yield from _each("payment_sessions", document, _session, owner)
    if "payment_sessions" not in document:
        yield from _one("payment_session", document, _session, owner)
    yield from _one("payment", document, _payment, owner)


def _order(document: Document) -> Iterator[Found]:
    yield from _aside_region(document)
    yield from _one("cart", document, _cart, {})
    owner = {"order_id": document.get("id"), "cart_id": document.get("cart_id")}
    yield from _each("items", document, _item, owner)
    yield from _each("payments", document, _payment, owner)
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
"""What reads a record under such a key of a response, or in a list under the key's plural."""

_RELATIONS = frozenset(
    {"items", "payment_sessions", "payment_session", "payment", "payments", "refunds", "region"}
)


def _each(
    name: str,
    document: Document,
    read: Callable[[Document], Iterator[Found]],
    owner: Mapping[str, Any],
) -> Iterator[Found]:
    """The records in a list of a document, with the document's ids unless they have their own."""
    for part in _dicts(document.get(name)):
        yield from read({**owner, **part})


def _one(
    name: str,
    document: Document,
    read: Callable[[Document], Iterator[Found]],
    owner: Mapping[str, Any],
) -> Iterator[Found]:
    for part in _dicts([document.get(name)]):
        yield from read({**owner, **part})


def _dicts(values: Any) -> Iterator[Document]:
    """The documents in a value that may be a list."""
    return (
        (value for value in values if isinstance(value, dict))
        if isinstance(values, list)
        else iter(())
    )


def _columns(table: str, document: Document) -> dict[str, Any]:
    return {name: document[name] for name in MODELS[table].columns() if name in document}


def _bare(document: Document) -> Document:
    """A document without the records in it that are imported separately."""
    return {name: value for name, value in document.items() if name not in _RELATIONS}
