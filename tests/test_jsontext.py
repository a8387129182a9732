from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay import jsontext
from localpay.errors import JsonError
from localpay.jsontext import dumps, dumps_javascript, loads

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert loads(dumps(value)) == value


@given(
    st.dictionaries(
        st.text() | st.sampled_from(["1", "10", "01", "4294967295", ":1.5,", "-1"]),
        values
        | st.sampled_from(
            [10**21, 10**21 - 1, -(10**22), -0.0, "12:34:15.475Z", [[1.0]], "\ud800"]
        ),
        max_size=4,
    )
)
def test_the_short_way_to_javascripts_form_is_no_other_form(value: dict[str, Any]) -> None:
    assert dumps_javascript(value) == jsontext._escaped(jsontext._write_javascript(value))


@given(values)
def test_both_forms_are_json_that_utf8_can_hold(value: Any) -> None:
    for text in (dumps(value), dumps_javascript(value)):
        text.encode()
        json.loads(text)


@pytest.mark.parametrize(
    "text",
    ["1e400", "0.10", "1E-7", "-0.0", "123456789.123456789123456789", "9007199254740993",
     '{"b":1,"a":2}', '"\\ud83d"', '"/é🛒"', "100000000000000000000000000", "1.0"],
)  # fmt: skip
def test_a_text_comes_back_to_the_letter(text: str) -> None:
    assert dumps(loads(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1.0", "1"), ("1e21", "1e+21"), ("1000000000000000000000", "1e+21"),
        ("999999999999999900000", "999999999999999900000"), ("1e-7", "1e-7"),
        ("0.00001", "0.00001"), ("0.000001234", "0.000001234"), ("-0.0", "0"),
        ("1.5e-10", "1.5e-10"), ("123.456", "123.456"), ("1e16", "10000000000000000"),
        ('{"b":1,"10":2,"9":3,"":4,"01":5,"a":6}', '{"9":3,"10":2,"b":1,"":4,"01":5,"a":6}'),
        ('{"4294967295":1,"4294967294":2}', '{"4294967294":2,"4294967295":1}'),
    ],
)  # fmt: skip
def test_javascripts_form_of_numbers_and_order_of_keys(text: str, written: str) -> None:
    assert dumps_javascript(loads(text)) == written


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("", 1, 1), ("{", 1, 2), ('{\n"a":}', 2, 5), ("[1,]", 1, 4), ("NaN", 1, 1),
     ("[" * 100_000, 1, 1), ("1" * 5000, 1, 1), ("-Infinity", 1, 1), ("1 2", 1, 3)],
)  # fmt: skip
def test_what_is_no_json_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(JsonError) as caught:
        loads(text)

    assert caught.value.line == line
    assert (caught.value.column or 0) >= 1
    assert line != 2 or caught.value.column == column


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object(), b"bytes"])
def test_what_has_no_json_form_is_refused(value: Any) -> None:
    for write in (dumps, dumps_javascript):
        with pytest.raises(JsonError):
            write({"a": [value]})


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)

    with pytest.raises(JsonError):
        dumps(value)


def test_a_number_too_long_to_read_has_a_clear_message() -> None:
    with pytest.raises(JsonError, match="this number has too many digits"):
        loads("9" * 5000)


@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        ("", "it ends here before it is complete; was it cut off?", 1),
        ('{"a":', "it ends here before it is complete; was it cut off?", 6),
        ('["a"', "it ends here before it is complete; was it cut off?", 5),
        ('["a', "the text that begins here is never closed; was it cut off?", 2),
        ("[1,]", "there is one comma too many here", 3),
        ('{"a": 1,\n}', "there is one comma too many here", 8),
        ("{'a':1}", "a name in double quotes is expected here", 2),
        ('{"a" 1}', "a colon is expected here", 6),
        ("[1 2]", "a comma, or a closing bracket, is expected here", 4),
        ("[1]]", "there is more after its end; a file has one value, or one list of values", 4),
        ('"a\tb"', r"a control character must be escaped, such as \n or \u0000", 3),
        (r'"\x"', r"there is no such escape; write a backslash as \\", 2),
        (r'"\u12"', r"there is no such escape; write a backslash as \\", 3),
        ('["NaN", -Infinity]', "-Infinity is not JSON", 9),
        ("[1, " + "1" * 5000 + "]", "this number has too many digits", 5),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(text: str, reason: str, column: int) -> None:
    with pytest.raises(JsonError) as caught:
        jsontext.loads(text)
    assert (caught.value.reason, caught.value.line, caught.value.column) == (reason, 1, column)
