from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.errors import QueryError
from localpay.query import fields, parse
from localpay.query.complete import Completions, complete, write_value


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
        ("sta", ["status:"]),
        ("STA", ["status:"]),
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
        ("data.a.b:n", ["null"]),
        ("data:", []),
        ("has:em", ["email", "idempotency_key", "cart.idempotency_key"]),
        ("missing:email,sta", ["status"]),
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

    assert [each.text for each in found.items] == ["status:"]
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


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20))
def test_a_value_of_the_store_is_written_so_that_it_is_read_as_it_is(text: str) -> None:
    query = parse(f"provider:{write_value(text)}", "payment_session")

    assert str(query) == f"provider_id:{write_value(text)}"
    with pytest.raises(QueryError):
        parse(f"status:{write_value(text + '?')}", "payment_session")
