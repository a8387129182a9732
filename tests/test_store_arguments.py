"""What a store takes as arguments: what it refuses is refused in a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

from localpay.entities import Payment
from localpay.errors import ArgumentError, CancelledError, FieldError, LocalpayError
from localpay.payments.rules import Rules
from localpay.store import Cancellation, Store

Call = Callable[[Any, Payment], Any]
"""A call on a store that holds a payment. What it is given has no type: that is the point."""


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


@pytest.fixture
def payment(store: Store) -> Payment:
    region = store.regions.create(name="EU", currency_code="eur", providers=["manual"])
    cart = store.carts.create(
        region_id=region.id, items=[{"title": "Mug", "unit_price": 1250, "quantity": 2}]
    )
    store.checkout.create_sessions(cart.id)
    payment = store.checkout.authorize(cart.id).payment
    assert payment is not None
    return store.payments.capture(payment.id)


def closed(file: io.StringIO) -> io.StringIO:
    file.close()
    return file


@pytest.mark.parametrize(
    "call",
    [
        lambda store, payment: store.checkout.authorize(payment.cart_id, "mobile"),
        lambda store, payment: store.checkout.complete(payment.cart_id, ["mobile"]),
        lambda store, payment: store.checkout.complete(payment.cart_id, ""),
        lambda store, _: store.collections.authorize("paycol", [], context=5),
    ],
)
def test_a_context_is_an_object(store: Store, payment: Payment, call: Call) -> None:
    with pytest.raises(ArgumentError, match="context: takes a JSON object, not "):
        call(store, payment)


@pytest.mark.parametrize("key", [5, b"key", ["key"], ""])
@pytest.mark.parametrize(
    "call",
    [
        lambda store, payment, key: store.payments.refund(
            payment.id, 1, "return", idempotency_key=key
        ),
        lambda store, payment, key: store.checkout.complete(payment.cart_id, idempotency_key=key),
        lambda store, _, key: store.collections.create(amount=1, idempotency_key=key),
    ],
)
def test_an_idempotency_key_is_text_of_its_own(
    store: Store, payment: Payment, call: Callable[..., Any], key: Any
) -> None:
    with pytest.raises(ArgumentError, match="idempotency_key: takes "):
        call(store, payment, key)


@pytest.mark.parametrize(
    "call",
    [
        lambda store, payment: store.checkout.update(
            payment.cart_id, metadata=10**5000, idempotency_key="k"
        ),
        lambda store, _: store.collections.create(metadata=10**5000, idempotency_key="k"),
    ],
)
def test_what_is_kept_under_a_key_can_be_written_down(
    store: Store, payment: Payment, call: Call
) -> None:
    with pytest.raises(ArgumentError, match="metadata: takes what a record can hold, not int"):
        call(store, payment)


def test_a_number_of_any_integer_type_is_an_amount(store: Store) -> None:
    class Amount(IntEnum):
        MUG = 1250

    session = store.sessions.create(provider_id="manual", amount=Amount.MUG)
    assert type(session.amount) is int


def test_an_empty_idempotency_key_is_none_to_medusa() -> None:
    with Store.open(":memory:", rules=Rules.medusa()) as store:
        region = store.regions.create(name="EU", currency_code="eur")
        for email in ("a@b.cd", "b@c.de"):
            cart = store.carts.create(region_id=region.id, email=email)
            assert store.checkout.create_sessions(cart.id, idempotency_key="").id == cart.id


@pytest.mark.parametrize("limit", [-1, "3", 1.5])
def test_a_limit_is_a_whole_number(store: Store, limit: Any) -> None:
    with pytest.raises(ArgumentError, match="limit: takes a whole number of 0 or more, not "):
        store.sessions.list(limit=limit)


@pytest.mark.parametrize("number", [-1, "3", 1.5, None])
@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("size", lambda listing, number: listing.first(number)),
        ("at_most", lambda listing, number: listing.count(number)),
        ("start", lambda listing, number: listing.window(number, 1)),
        ("size", lambda listing, number: listing.window(0, number)),
        ("start", lambda listing, number: listing.numbers(number, 1)),
        ("stop", lambda listing, number: listing.numbers(0, number)),
    ],
)
@pytest.mark.parametrize("is_filled", [False, True])
def test_sizes_and_positions_in_a_listing_are_whole_numbers(
    store: Store, name: str, ask: Callable[[Any, Any], Any], number: Any, *, is_filled: bool
) -> None:
    listing = store.sessions.listing()
    if is_filled:
        listing.fill()
    with pytest.raises(ArgumentError, match=f"{name}: takes a whole number of 0 or more, not "):
        ask(listing, number)


def test_a_limit_of_nothing_gives_nothing(store: Store, payment: Payment) -> None:
    assert payment.id
    assert store.sessions.list(limit=0) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda store, _: store.import_sources("cart.csv"),
        lambda store, _: store.import_sources(Path("cart.csv")),
        lambda store, _: store.import_sources(5),
        lambda store, _: store.import_sources([], on_conflict="ignore"),
        lambda store, _: store.export(io.BytesIO()),
        lambda store, _: store.export(5),
        lambda store, _: store.export(closed(io.StringIO())),
        lambda store, _: store.export(io.TextIOWrapper(io.BytesIO(), encoding="latin-1")),
        lambda store, _: store.export(io.StringIO(), "xml"),
        lambda store, _: store.export(io.StringIO(), entity="refunds"),
        lambda store, _: store.document(5),
    ],
)
def test_what_goes_in_and_out_is_checked(store: Store, payment: Payment, call: Call) -> None:
    with pytest.raises(ArgumentError):
        call(store, payment)


@pytest.mark.parametrize(
    "call",
    [
        lambda store, payment: store.checkout.update(payment.cart_id, items=5),
        lambda store, payment: store.checkout.update(payment.cart_id, items=[5]),
        lambda store, _: store.regions.create(name="EU", currency_code="eur", providers=5),
        lambda store, payment: store.payments.refund(payment.id, 1, "return", currency_code=5),
        lambda store, _: store.collections.authorize("paycol", 5),
        lambda store, _: store.collections.authorize("paycol", [5]),
        lambda store, _: store.seed(carts="3", seed=1),
        lambda store, _: store.seed(carts=3, seed="x"),
    ],
)
def test_values_of_fields_are_checked(store: Store, payment: Payment, call: Call) -> None:
    with pytest.raises(FieldError):
        call(store, payment)


def test_an_argument_error_is_one_of_ours_and_a_value_error() -> None:
    assert issubclass(ArgumentError, LocalpayError)
    assert issubclass(ArgumentError, ValueError)


@pytest.mark.parametrize(
    "call",
    [
        lambda store, progress: store.sessions.update_many("", progress=progress, amount=1),
        lambda store, progress: store.sessions.preview_update("", progress=progress, amount=1),
        lambda store, progress: store.carts.preview_update("", progress=progress, region_id="x"),
        lambda store, progress: store.sessions.delete_many("id:none", progress=progress),
        lambda store, progress: store.sessions.listing().fill(progress=progress),
        lambda store, progress: store.import_sources([], progress=progress),
        lambda store, progress: store.seed(carts=1, seed=1, progress=progress),
    ],
)
def test_progress_is_told_to_a_function(store: Store, call: Callable[[Store, Any], Any]) -> None:
    message = "progress: takes a function to call with the progress, not 5"
    with pytest.raises(ArgumentError, match=message):
        call(store, 5)


READING: list[Callable[[Store, Any], Any]] = [
    lambda store, each: store.sessions.list(cancellation=each),
    lambda store, each: store.sessions.list(expand=["cart"], cancellation=each),
    lambda store, each: store.sessions.count(cancellation=each),
    lambda store, each: list(store.sessions.iterate(cancellation=each)),
    lambda store, each: list(store.sessions.facets(cancellation=each)),
    lambda store, each: store.sessions.select(cancellation=each),
    lambda store, each: store.sessions.hint("provider:x", cancellation=each),
    lambda store, each: store.sessions.listing().fill(cancellation=each),
    lambda store, each: store.sessions.listing().first(1, cancellation=each),
    lambda store, each: store.sessions.listing().count(1, cancellation=each),
    lambda store, each: store.stats(cancellation=each),
    lambda store, each: store.check(cancellation=each),
]


@pytest.mark.parametrize("read", READING)
def test_what_reads_many_records_can_be_cancelled(
    store: Store, payment: Payment, read: Callable[[Store, Any], Any]
) -> None:
    assert payment.id
    cancellation = Cancellation()
    read(store, cancellation)
    cancellation.cancel()

    with pytest.raises(CancelledError):
        read(store, cancellation)
    with pytest.raises(ArgumentError, match="cancellation: takes a Cancellation, not 5"):
        read(store, 5)
    assert store.payments.count() == 1


@pytest.mark.parametrize("query", [5, None, b"status:error", ["status:error"]])
@pytest.mark.parametrize(
    "ask",
    [
        lambda records, query: records.list(query),
        lambda records, query: records.count(query),
        lambda records, query: list(records.iterate(query)),
        lambda records, query: records.listing(query),
        lambda records, query: list(records.facets(query)),
        lambda records, query: records.select(query),
    ],
)
@pytest.mark.parametrize("kind", ["sessions", "refunds"])
def test_a_query_is_text(
    store: Store, kind: str, ask: Callable[[Any, Any], Any], query: Any
) -> None:
    with pytest.raises(ArgumentError, match="query: takes text in the filter language, not "):
        ask(getattr(store, kind), query)


@pytest.mark.parametrize("sort", [5, None, b"amount", [5], [["amount"]]])
@pytest.mark.parametrize("kind", ["sessions", "refunds"])
def test_a_sort_is_a_field_or_some(store: Store, kind: str, sort: Any) -> None:
    with pytest.raises(ArgumentError, match="sort: takes a field to sort by, or a list of them"):
        getattr(store, kind).list(sort=sort)


@pytest.mark.parametrize("expand", ["cart", 5, [5], [["cart"]]])
def test_relations_to_load_are_a_list_of_names(store: Store, payment: Payment, expand: Any) -> None:
    with pytest.raises(ArgumentError, match="expand: takes "):
        store.payments.get(payment.id, expand=expand)


@pytest.mark.parametrize("only", ["status", 5, ["colour"], [["status"]]])
def test_what_is_counted_by_is_known(store: Store, only: Any) -> None:
    with pytest.raises(ArgumentError, match="only: takes a list of these: status, "):
        list(store.sessions.facets(only=only))


def test_records_of_one_kind_are_not_selected_among_those_of_another(
    store: Store, payment: Payment
) -> None:
    with pytest.raises(ArgumentError, match="which: takes rows of the table cart"):
        store.carts.delete_many(store.sessions.select())
    assert store.carts.get(payment.cart_id or "").id == payment.cart_id


def test_many_records_are_a_query_or_ids_or_a_selection(store: Store) -> None:
    which: Any = 5
    with pytest.raises(ArgumentError, match="which: takes a query, a list of ids, or a selection"):
        store.sessions.update_many(which, status="canceled")


@pytest.mark.parametrize("record_id", [["ps_1"], {}, object()])
def test_what_no_record_can_hold_is_not_looked_for(store: Store, record_id: Any) -> None:
    with pytest.raises(LocalpayError, match=r"a value of type \w+ "):
        store.sessions.get(record_id)
