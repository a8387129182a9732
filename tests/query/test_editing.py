"""Editing a filter: values are put in and taken out, and the rest stays as it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.errors import QueryError
from localpay.query import parse
from localpay.query.editing import is_chosen, toggle, without
from localpay.query.tree import And


def toggled(text: str, value: str | None, name: str = "status") -> str:
    return toggle(text, "payment_session", name, value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "status:error"),
        ("   ", "status:error"),
        ("stripe", "stripe status:error"),
        ("status:pending", "status:pending,error"),
        ("status=pending", "status=pending,error"),
        ('x  status:"pending" y', 'x  status:"pending",error y'),
        ("status:p*", "status:p*,error"),
        ("a OR b", "(a OR b) status:error"),
        ("(a OR b) c", "(a OR b) c status:error"),
        ("(status:pending)", "(status:pending) status:error"),
        ("-status:pending", "-status:pending status:error"),
        ("NOT status:pending", "NOT status:pending status:error"),
        ("status!=pending", "status!=pending status:error"),
        ("has:status", "has:status status:error"),
        ("status:*", "status:* status:error"),
        ("missing:status", "status:error"),
        ("missing:email,status", "missing:email,status status:error"),
        ("status:pending OR x", "(status:pending OR x) status:error"),
    ],
)
def test_a_value_is_put_in(before: str, after: str) -> None:
    assert toggled(before, "error") == after
    assert is_chosen(after, "payment_session", "status", "error")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("status:error", ""),
        ("status:ERROR", ""),
        ('a status:"error" b', "a b"),
        ("status:error,pending", "status:pending"),
        ("status:pending,error,canceled x", "status:pending,canceled x"),
        ("a AND status:error AND b", "a AND b"),
        ("status:error AND b", "b"),
        ("a AND status:error", "a"),
        ("status:error amount:>3 status:error,pending", "amount:>3 status:pending"),
    ],
)
def test_a_value_is_taken_out(before: str, after: str) -> None:
    assert toggled(before, "error") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "missing:region"),
        ("missing:region", ""),
        ("region:a,b x", "x missing:region"),
        ("missing:cart.region_id x", "x"),
    ],
)
def test_records_without_a_value_are_asked_for(before: str, after: str) -> None:
    assert toggled(before, None, "region") == after


def test_a_month_is_a_value_and_a_time_told_from_now_a_condition() -> None:
    assert toggled("created:2026-03", "2026-04", "created") == "created:2026-03,2026-04"
    assert toggled("created_at:2026-03", "2026-03", "created") == ""
    assert toggled("created:-7d", "2026-03", "created") == "created:-7d created:2026-03"
    assert toggled("created:2026..", "2026-03", "created") == "created:2026.. created:2026-03"


def test_a_currency_is_the_same_in_either_case() -> None:
    assert toggled("currency:EUR", "eur", "currency") == ""


def test_a_field_is_left_out() -> None:
    text = "status:error amount:>3 -status:pending missing:status"

    assert without(text, "payment_session", "status") == "amount:>3 -status:pending"


def test_a_text_that_is_no_filter_cannot_be_edited() -> None:
    for text in ("status:", "(a", "x:1"):
        with pytest.raises(QueryError):
            toggled(text, "error")


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
PIECES = st.sampled_from([
    "status:error", "status:pending,error", "-status:error", "provider:stripe", 'provider:"a*b"',
    "provider:a*b", "amount:>=12.50", "created:2026-03", "created:-7d", "free", '"free text"',
    "missing:region", "missing:provider", "has:email", "(status:error OR b)", "AND", "OR", "NOT x",
    "provider!=x", "provider>=a", "provider:*", "provider:a..b",
])  # fmt: skip


def filters() -> st.SearchStrategy[str]:
    def is_filter(text: str) -> bool:
        try:
            parse(text, "payment_session")
        except QueryError:
            return False
        return True

    return st.lists(PIECES, max_size=6).map(" ".join).filter(is_filter)


@given(filters(), st.one_of(st.none(), TEXTS))
def test_a_value_toggled_is_chosen_and_again_it_is_not(text: str, value: str | None) -> None:
    before = is_chosen(text, "payment_session", "provider", value)

    once = toggled(text, value, "provider")
    assert is_chosen(once, "payment_session", "provider", value) is not before
    twice = toggled(once, value, "provider")
    assert is_chosen(twice, "payment_session", "provider", value) is before


@given(filters(), st.sampled_from(["error", "pending", "canceled"]))
def test_what_is_put_in_is_one_more_term_or_one_more_value(text: str, value: str) -> None:
    if is_chosen(text, "payment_session", "status", value):
        return
    tree = parse(text, "payment_session").tree
    added = parse(toggled(text, value), "payment_session").tree
    assert added is not None
    if without(text, "payment_session", "status") == text:
        term = parse(f"status:{value}", "payment_session").tree
        nodes = () if tree is None else tree.nodes if isinstance(tree, And) else (tree,)
        assert added == (And((*nodes, term)) if nodes and term else term)
    else:
        other = toggled(toggled(text, value), value)
        assert parse(other, "payment_session").tree == tree


@given(filters())
def test_a_field_left_out_is_asked_for_no_more(text: str) -> None:
    rest = without(text, "payment_session", "provider")

    assert without(rest, "payment_session", "provider") == rest
    parse(rest, "payment_session")
