from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.errors import QueryError
from localpay.jsontext import JsonValue
from localpay.query import fields, parse
from localpay.query.complete import Completions, complete, write_json, write_key, write_value
from localpay.query.fields import Kind
from localpay.query.tree import Comparison, Path, Term
from localpay.query.values import Flag, Null, Number, Pattern

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def at_end(text: str) -> Completions:
    return complete(text, len(text), "payment_session")


def texts(text: str) -> list[str]:
    return [each.text for each in at_end(text).items]


def test_an_empty_line_offers_each_field_once_by_its_shortest_name() -> None:
    found = texts("")

    assert found[:4] == ["id:", "created:", "updated:", "cart:"]
    assert {"status:", "email:", "currency:", "has:", "missing:"} <= set(found)
    assert len(found) == len(fields.fields("payment_session")) + 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sta", ["status:", "cart.state:"]),
        ("STATU", ["status:"]),
        ("provider_", ["provider_id:"]),
        ("ema", ["email:"]),
        ("miss", ["missing:"]),
        ("xyzzy", []),
        ("status:", ["authorized", "pending", "requires_more", "error", "canceled"]),
        ("status:P", ["pending"]),
        ("status:error,p", ["pending"]),
        ("selected:", ["true", "false"]),
        ("amount:", [">=", ">", "<=", "<"]),
        ("amount:>", []),
        ("created:>-", ["-1h", "-24h", "-7d", "-30d"]),
        ("created:-7d..t", ["today"]),
        ("status:error,", ["authorized", "pending", "requires_more", "canceled"]),
        ('status:"error",Pending,', ["authorized", "requires_more", "canceled"]),
        ("selected:true,", ["false"]),
        ("created:today,-7d,", ["yesterday", "-1h", "-24h", "-30d"]),
        ("data.a.b:n", []),
        ("data:", []),
        ("has:em", ["email", "idempotency_key", "cart.idempotency_key"]),
        ("missing:email,sta", ["status", "cart.state"]),
        ("unknown:", []),
    ],
)
def test_what_is_offered_fits_what_is_typed(text: str, found: list[str]) -> None:
    assert texts(text) == found


def test_the_beginning_of_a_name_counts_more_than_its_inside() -> None:
    found = texts("tot")

    assert found[0] == "total:"
    assert "cart.subtotal:" in found[1:]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("sta", 0),
        ("a sta", 2),
        ("(sta", 1),
        ("-sta", 1),
        ("-(sta", 2),
        ('"a b" sta', 6),
        ("a-sta", 0),
    ],
)
def test_a_completion_replaces_the_word_at_the_cursor(text: str, start: int) -> None:
    found = at_end(text)

    assert (found.start, found.end) == (start, len(text))


def test_a_cursor_inside_completes_what_stands_before_it() -> None:
    found = complete("sta provider:stripe", 3, "payment_session")

    assert [each.text for each in found.items] == ["status:", "cart.state:"]
    assert (found.start, found.end) == (0, 3)


@pytest.mark.parametrize(
    ("text", "field", "prefix", "start"),
    [
        ("provider:st", "provider_id", "st", 9),
        ('provider:"st', "provider_id", "st", 9),
        ('email:"a,b",ad', "cart.email", "ad", 12),
        ("-currency:e", "cart.currency_code", "e", 10),
        ("status!=er", "status", "er", 8),
        ("amount>=1", "amount", "1", 8),
        ("created:2026..20", "created_at", "20", 14),
    ],
)
def test_the_values_that_are_wanted_of_the_store_are_named(
    text: str, field: str, prefix: str, start: int
) -> None:
    found = at_end(text)

    assert found.field is fields.find("payment_session", field)
    assert (found.prefix, found.start) == (prefix, start)


def test_a_value_that_the_list_has_is_taken() -> None:
    found = complete('provider:a,"b c",d,e', 18, "payment_session")

    assert found.taken == {"a", '"b c"', "e"}
    assert [found.is_taken(each) for each in ("a", '"b c"', "d", "A")] == [True, True, False, False]
    assert at_end("currency:EUR,").is_taken("eur")


@pytest.mark.parametrize(
    ("text", "prefix", "start"),
    [
        ('email:"ada', "ada", 6),
        ('email:x,"ada love', "ada love", 8),
        (r'email:"a\"b', 'a"b', 6),
        ('has:x email:"', "", 12),
    ],
)
def test_a_value_is_completed_in_a_quote_that_is_open(text: str, prefix: str, start: int) -> None:
    found = at_end(text)

    assert (found.prefix, found.start) == (prefix, start)


@pytest.mark.parametrize(
    ("text", "path", "prefix", "start"),
    [
        ("data.", (), "", 5),
        ("-data.pay", (), "pay", 6),
        ("status:error data.a.b[0].", ("a", "b", 0), "", 25),
        ('data."a b".c', ("a b",), "c", 11),
        ('data."a b', (), "a b", 5),
        (r'data."q\"u', (), 'q"u', 5),
        ("has:data.pa", (), "pa", 9),
        ("missing:email,data.a.", ("a",), "", 21),
        ("cart.metadata.", (), "", 14),
    ],
)
def test_keys_of_json_are_wanted_of_the_store(
    text: str, path: Path, prefix: str, start: int
) -> None:
    found = at_end(text)

    assert found.is_key
    assert found.field is not None
    assert found.field.kind is Kind.JSON
    assert (found.path, found.prefix, found.start, found.items) == (path, prefix, start, ())


def test_values_at_a_place_in_json_are_wanted_of_the_store() -> None:
    found = at_end("data.intent.status:requires")

    assert (found.is_key, found.path, found.prefix) == (False, ("intent", "status"), "requires")
    assert found.name == "data.intent.status"


NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats()


@given(value=st.none() | st.booleans() | NUMBERS | TEXTS)
def test_a_value_of_json_is_written_so_that_it_is_read_as_it_is(value: JsonValue) -> None:
    written = write_json(value)
    if written is None:
        assert isinstance(value, float)
        assert not math.isfinite(value)
        return
    tree = parse(f"data.a:{written}", "payment_session").tree
    assert isinstance(tree, Term)
    (test,) = tree.tests
    assert isinstance(test, Comparison)
    match test.value:
        case Null():
            assert value is None
        case Pattern(pieces):
            assert pieces == (value,)
        case Flag(read) | Number(read):
            assert read == value


@given(key=TEXTS)
def test_a_key_is_written_so_that_it_is_read_as_it_is(key: str) -> None:
    tree = parse(f"data.{write_key(key)}:x", "payment_session").tree

    assert isinstance(tree, Term)
    assert tree.path == (key,)


@pytest.mark.parametrize(
    ("text", "cursor", "rest"),
    [
        ("provider:st", 11, ""),
        ("a provider:st", 13, "a"),
        ("a provider:st b", 13, "a b"),
        ("a provider:stripe b", 13, "a b"),
        ("a -provider:st,x b", 14, "a b"),
        ('a provider:"s t" b', 14, "a b"),
    ],
)
def test_the_rest_of_the_filter_is_what_stands_beside_the_word(
    text: str, cursor: int, rest: str
) -> None:
    assert complete(text, cursor, "payment_session").rest == rest


def test_no_values_are_wanted_where_a_name_is_typed() -> None:
    for text in ("", "sta", "has:sta", "a b", "unknown:x"):
        assert at_end(text).field is None


@given(text=st.text(), cursor=st.integers(0, 30))
def test_any_text_can_be_completed(text: str, cursor: int) -> None:
    found = complete(text, cursor, "cart")

    assert 0 <= found.start <= found.end


@pytest.mark.parametrize("field", [each.name for each in fields.fields("payment_session")])
def test_what_is_offered_for_a_field_can_be_parsed(field: str) -> None:
    for each in at_end(f"{field}:").items:
        if each.kind == "value":
            parse(f"{field}:{each.text}", "payment_session")


@given(TEXTS)
def test_a_value_of_the_store_is_written_so_that_it_is_read_as_it_is(text: str) -> None:
    query = parse(f"provider:{write_value(text)}", "payment_session")

    assert str(query) == f"provider_id:{write_value(text)}"
    with pytest.raises(QueryError):
        parse(f"status:{write_value(text + '?')}", "payment_session")
