from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay import jsontext
from localpay.entities import Cart, LineItem, Payment, PaymentSession, Region
from localpay.errors import InputError, InstantError, JsonError
from localpay.text import one_line
from localpay.tui import form
from localpay.tui.form import Field
from tests.hostile import HOSTILE, hostile_json

TEXT = Field("note", "text", nullable=True)
NAME = Field("title", "text", nullable=False)
DATA = Field("data", "json", nullable=False)
TIME = Field("captured_at", "instant", nullable=True)
AMOUNT = Field("amount", "integer", nullable=True)
RATE = Field("tax_rate", "real", nullable=False)
SECRET = {"client_secret": "pi_1_secret_abcdefgh1234", "status": "a", "list": ["4242424242424242"]}


def test_the_fields_of_a_form_follow_the_types_of_the_entity() -> None:
    fields = {field.name: field for field in form.fields(PaymentSession)}
    assert list(fields) == [
        "cart_id", "provider_id", "is_selected", "is_initiated", "status", "data",
        "idempotency_key", "amount", "payment_authorized_at",
    ]  # fmt: skip
    assert fields["cart_id"] == Field("cart_id", "text", nullable=True)
    assert fields["provider_id"] == Field("provider_id", "text", nullable=False)
    assert fields["is_selected"].choices == (True, False, None)
    assert fields["is_initiated"].choices == (True, False)
    assert fields["status"].choices[0] == "authorized"
    assert (fields["data"].kind, fields["amount"].kind) == ("json", "integer")
    assert fields["payment_authorized_at"] == Field(
        "payment_authorized_at", "instant", nullable=True
    )


@pytest.mark.parametrize("entity", [Cart, Payment, Region, LineItem])
def test_every_entity_has_a_form(entity: Any) -> None:
    assert not {"id", "created_at", "updated_at", "items"} & {f.name for f in form.fields(entity)}


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (TEXT, "", None), (TEXT, '""', ""), (TEXT, '"a\\nb"', "a\nb"), (TEXT, " a ", " a "),
        (TEXT, "null", "null"), (NAME, "", ""),
        (AMOUNT, "", None), (AMOUNT, " 1250 ", 1250), (AMOUNT, "-5", -5), (RATE, "7.5", 7.5),
        (TIME, "", None), (TIME, "2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        (TIME, "2026-11-22 21:00:00+01", datetime(2026, 11, 22, 20, tzinfo=UTC)),
        (DATA, "null", None), (DATA, ' {"a": [1]} ', {"a": [1]}),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_by_the_kind_of_the_field(
    field: Field, typed: str, value: Any
) -> None:
    assert form.read(field, typed) == value


@pytest.mark.parametrize(
    ("field", "typed", "error", "message"),
    [
        (AMOUNT, "12.50", InputError, "whole number of minor units, such as 1250 for 12.50"),
        (AMOUNT, "9" * 5000, InputError, "whole number"),
        (Field("quantity", "integer", nullable=False), "x", InputError, "takes a whole number$"),
        (RATE, "nan", InputError, "takes a number"),
        (TIME, "yesterday", InstantError, "not an instant"),
        (TIME, "2026-02-30", InstantError, "not a real instant"),
        (TEXT, '"a', JsonError, "line 1, column 1"),
        (DATA, "", JsonError, "line 1, column 1"),
        (DATA, '{\n  "a": }', JsonError, "line 2, column 8"),
        (DATA, "NaN", JsonError, "not JSON"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(
    field: Field, typed: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        form.read(field, typed)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_written_in_print_and_read_back(name: str) -> None:
    written = form.write(TEXT, HOSTILE[name])
    assert one_line(written) == written
    assert form.read(TEXT, written, HOSTILE[name]) == HOSTILE[name]


def test_hostile_json_is_written_in_print_and_read_back() -> None:
    written = form.write(DATA, hostile_json())
    assert all(one_line(line) == line for line in written.split("\n"))
    assert form.read(DATA, written, hostile_json()) == hostile_json()


def test_json_has_a_line_for_each_member_unless_it_is_short() -> None:
    assert form.write(DATA, {"a": 1}) == '{"a":1}'
    compact = '{"a":[1.10,{}],"b":{"c":"x,:{\\""},"d":1e400,"e":[]}'
    assert form.pretty(compact) == (
        '{\n  "a": [\n    1.10,\n    {}\n  ],\n  "b": {\n    "c": "x,:{\\""\n  },\n'
        '  "d": 1e400,\n  "e": []\n}'
    )
    assert jsontext.dumps(jsontext.loads(form.pretty(compact))) == compact


def test_secrets_are_covered_and_mean_themselves_where_they_stand() -> None:
    written = form.write(DATA, SECRET)
    assert "abcdefgh" not in written
    assert "42424242" not in written
    assert form.read(DATA, written, SECRET) == SECRET
    edited = written.replace('"a"', '"b"').replace('"••••4242"', '"••••4242", 1')
    expected = {**SECRET, "status": "b", "list": ["4242424242424242", 1]}
    assert form.read(DATA, edited, SECRET) == expected
    assert form.write(DATA, SECRET, reveal=True).count("4242424242424242") == 1
    assert form.write(TEXT, "card 4242424242424242") == "card ••••4242"


def test_a_mask_that_was_moved_is_refused() -> None:
    written = form.write(DATA, SECRET).replace("client_secret", "other")
    with pytest.raises(InputError, match=r"masked secret was moved to data\.other; reveal"):
        form.read(DATA, written, SECRET)


def test_only_another_value_is_a_change() -> None:
    assert not form.changed(DATA, {"a": 1, "b": 2}, {"a": 1, "b": 2})
    assert form.changed(DATA, {"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert form.changed(DATA, True, 1)
    assert form.changed(TEXT, None, "")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)  # fmt: skip


@given(_JSON)
def test_any_json_is_read_as_it_was_written(value: Any) -> None:
    stored = jsontext.loads(jsontext.dumps(value))
    for reveal in (False, True):
        read = form.read(DATA, form.write(DATA, stored, reveal=reveal), stored)
        assert jsontext.dumps(read) == jsontext.dumps(stored)


@given(st.text() | st.none())
def test_any_text_is_read_as_it_was_written(value: str | None) -> None:
    assert form.read(TEXT, form.write(TEXT, value), value) == value


@given(st.datetimes(timezones=st.just(UTC)) | st.none())
def test_any_instant_is_read_as_it_was_written(value: datetime | None) -> None:
    assert form.read(TIME, form.write(TIME, value)) == value
    if value is not None and value.year > 1:
        shifted = (value - timedelta(hours=1)).isoformat().replace("+00:00", "-01:00")
        assert form.read(TIME, shifted) == value
