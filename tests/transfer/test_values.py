"""The short cut through whole columns gives what looking at each value gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localpay import jsontext
from localpay.errors import FieldError
from localpay.jsontext import DEEPEST
from localpay.storage.columns import Column
from localpay.storage.models import MODELS
from localpay.transfer.values import Form, JsonForm, TextForm, storable

COLUMNS = {
    f"{table}.{name}": MODELS[table].columns()[name]
    for table, name in (
        *(("payment_session", each) for each in MODELS["payment_session"].columns()),
        ("line_item", "quantity"),
        ("line_item", "has_shipping"),
        ("line_item", "title"),
        ("region", "tax_rate"),
        ("region", "metadata"),
    )
}
INSTANTS = st.sampled_from(
    [
        "2026-11-22 20:33:05.47572+00",
        "2026-11-22 15:33:05.475720-05",
        "2026-11-23T02:03:05.475Z",
        "2026-11-22T20:33:05.475720Z",
        "2026-11-22T20:33:05Z",
        "2026-11-22 20:33:05.1234567+05:30",
        "2026-11-22 20:33:05",
        "2026-02-30 20:33:05+00",
        "0001-01-01 00:00:00+01",
        "2026-W47-7T20:33:05.475720Z",
        "٢٠٢٦-11-22 20:33:05+00",
        "infinity",
    ]
)
TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | INSTANTS
    | st.sampled_from(["t", "f", "true", "pending", "0", "-1", "007", "1_000", "１２", "1e3", " 1"])
    | st.integers().map(str)
    | st.sampled_from(
        ["{}", "null", '{"b": 1, "a": [1.0, 1e400, 0.10]}', "[1,", "NaN", '"\\ud800"']
    )
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | INSTANTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


def one_by_one(form: Form, column: Column, values: list[Any]) -> list[Any] | None:
    try:
        return [form.encode(column, value) for value in values]
    except FieldError:
        return None


@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("name", COLUMNS)
@given(st.data())
def test_a_column_of_csv_is_taken_as_its_values_are(name: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | TEXTS, min_size=1, max_size=3))

    together = TextForm().encode_all(COLUMNS[name], values)

    assert together is None or list(together) == one_by_one(TextForm(), COLUMNS[name], values)


@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("name", COLUMNS)
@given(st.data())
def test_a_column_of_json_is_taken_as_its_values_are(name: str, data: st.DataObject) -> None:
    form = JsonForm()
    values = [
        jsontext.loads(text)
        for text in data.draw(st.lists(JSON.map(json.dumps), min_size=1, max_size=3))
    ]

    together = form.encode_all(COLUMNS[name], values)

    assert together is None or list(together) == one_by_one(JsonForm(), COLUMNS[name], values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("payment_session.id", ["ps_1", "ps_2"]),
        ("payment_session.cart_id", ["cart_1", None]),
        ("payment_session.status", ["pending", "error"]),
        ("payment_session.data", ["{}", '{"a": 1.5}']),
        ("payment_session.amount", ["12", None, "-5"]),
        ("payment_session.is_selected", ["t", None, "f"]),
        ("payment_session.created_at", ["2026-11-22 20:33:05.47572+00"]),
        ("payment_session.payment_authorized_at", [None, "2026-11-22T20:33:05.475Z"]),
    ],
)
def test_what_exports_hold_takes_the_short_cut(name: str, values: list[str | None]) -> None:
    assert TextForm().encode_all(COLUMNS[name], values) is not None


@pytest.mark.parametrize("text", ['{"a":1.10}', "[1e400]", "[0.1234567890123456789]", " [1.50] "])
def test_numbers_are_written_as_they_were_read(text: str) -> None:
    data = COLUMNS["payment_session.data"]

    assert TextForm().encode_all(data, [text]) == [text.strip()]
    assert JsonForm().encode_all(data, [jsontext.loads(text)]) == [text.strip()]


def test_json_may_have_so_many_levels_and_no_more() -> None:
    column = COLUMNS["payment_session.data"]
    deepest = "[" * DEEPEST + "]" * DEEPEST

    assert TextForm().encode(column, deepest) == deepest
    with pytest.raises(FieldError, match="nested deeper than 200 levels"):
        TextForm().encode(column, f"[{deepest}]")
    with pytest.raises(FieldError, match="nested deeper than 200 levels"):
        JsonForm().encode(column, json.loads(f"[{deepest}]"))


def test_brackets_in_texts_are_no_levels() -> None:
    text = json.dumps(["[" * 1000, '"\\' + "{" * 1000], separators=(",", ":"))

    assert TextForm().encode_all(COLUMNS["payment_session.data"], [text]) == [text]


def test_what_is_too_deep_is_kept_as_text() -> None:
    deep = json.loads("[" * 250 + "]" * 250)

    assert storable({"id": "ps_1", "data": deep}) == {
        "id": "ps_1",
        "data": "[" * 250 + "]" * 250,
    }
