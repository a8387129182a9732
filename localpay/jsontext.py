"""JSON as text that loses nothing: key order kept, numbers exact, never anything but JSON.

Python's own decoder takes `NaN`, rounds long decimals and turns 1e400 into infinity. Here such a
number stays the float it is nearest to and remembers how it was written.
"""

from __future__ import annotations

import json
import math
import re
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, Self

from localpay.errors import JsonError

if TYPE_CHECKING:
    from collections.abc import Callable

JsonValue = Any
"""None, bool, int, float, str, or a list or dict of these."""

DEEPEST = 200
"""Levels of JSON that a record may hold; what is deeper cannot be read and written everywhere."""

HALF_SURROGATE = "[\ud800-\udfff]"
"""A pattern: half of a pair of surrogates, which is no character, so that UTF-8 cannot hold it."""

# Patterns are compiled when they are first needed, which a short command does not come to.
_QUOTED = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_NUMBER_REFUSED = _QUOTED + r"|(?P<number>NaN|-?Infinity|-?[0-9]{1000,})"
_JAVASCRIPT_LARGE = 10**21
_OWN_WAY = r'(?a)[:,\[]-?(?:\d+\.\d+|\d+(?:\.\d+)?[eE][-+]?\d+|\d{22,})[,\]}]|"\d{1,10}":'
"""Where JavaScript may have its own way: floats, very large integers, keys that are indices."""

_COMMA = "the comma is one too many"
_WORDS = {
    "Expecting value": "a value is expected here",
    "Expecting property name": "a name in double quotes is expected here",
    "Expecting ':'": "a colon is expected here",
    "Expecting ','": "a comma, or a closing bracket, is expected here",
    "Illegal trailing comma": _COMMA,
    "Extra data": "there is more behind its end; a file holds one value, or a list of them",
    "Invalid control character": "a control character has to be escaped, such as \\n or \\u0000",
    "Invalid \\": "there is no such escape; a backslash itself is written \\\\",
}
"""What Python's decoder says, in words for people who write JSON and no Python."""


class WrittenFloat(float):
    """A float that a JSON text writes with more digits, or a larger exponent, than a float holds.

    Attributes:
        text: the number as it was written.
    """

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Read the number and keep its text."""
        self = super().__new__(cls, text)
        self.text = text
        return self


def _float(text: str) -> float:
    value = float(text)
    return value if float.__repr__(value) == text else WrittenFloat(text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=_float, parse_constant=_refuse_constant)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _make_encode() -> Callable[[Any], str]:
    """`_ENCODER.encode`, which makes a writer for each value, with one writer for all of them."""
    if c_make_encoder is None:
        return _ENCODER.encode
    sort_keys = skip_keys = allow_nan = False
    write = c_make_encoder(
        None, _ENCODER.default, encode_basestring, None, ":", ",", sort_keys, skip_keys, allow_nan
    )
    return lambda value: "".join(write(value, 0))


encode = _make_encode()
"""Write JSON that is known to be JSON without a `WrittenFloat` in it, with no checks at all."""


def loads(text: str) -> JsonValue:
    """Read JSON. Of a key that an object has twice the last one counts, as in JavaScript.

    Raises:
        JsonError: it is not JSON, or too deep to read; says line and column.
    """
    try:
        return _decode(text)
    except json.JSONDecodeError as error:
        raise JsonError(_in_our_words(error), *_place_of(_mistake(error), text)) from None
    except RecursionError:
        raise JsonError("nested too deeply", 1, 1) from None
    except ValueError as error:
        is_python_limit = str(error).startswith("Exceeds the limit")
        why = "this number has too many digits" if is_python_limit else str(error)
        raise JsonError(why, *_place_of(_number_refused(text), text)) from None


def _mistake(error: json.JSONDecodeError) -> int:
    """Where a text goes wrong: at a comma too many, as Python says from 3.13 on, not behind it."""
    before = error.doc[: error.pos].rstrip()
    return len(before) - 1 if _has_comma_too_many(error) else error.pos


def _has_comma_too_many(error: json.JSONDecodeError) -> bool:
    before, behind = error.doc[: error.pos].rstrip(), error.doc[error.pos : error.pos + 1]
    return before.endswith(",") and behind in {"]", "}"}


def _in_our_words(error: json.JSONDecodeError) -> str:
    """What is wrong with a text, and what it takes."""
    ends = not error.doc[error.pos :].strip()
    if _has_comma_too_many(error):
        return _COMMA
    if error.msg.startswith("Unterminated string"):
        return "the text that begins here is not closed; was it cut off?"
    if ends and error.msg.startswith("Expecting"):
        return "it ends here before it is complete; was it cut off?"
    return next(
        (ours for theirs, ours in _WORDS.items() if error.msg.startswith(theirs)), error.msg
    )


def _number_refused(text: str) -> int:
    """Where the first number stands that JSON has not, such as NaN, or that is too long."""
    found = next((each for each in re.finditer(_NUMBER_REFUSED, text) if each["number"]), None)
    return 0 if found is None else found.start()


def _place_of(offset: int, text: str) -> tuple[int, int]:
    """Line and column of a place in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _decode(text: str) -> JsonValue:
    """Read a text that is mostly one value with nothing before it, in a third of the time."""
    try:
        value, end = _DECODER.scan_once(text, 0)  # type: ignore[attr-defined]
    except StopIteration:
        return _DECODER.decode(text)
    # What ends a file must not have all of it read again.
    is_whole = end == len(text) or not text[end:].strip(" \t\r\n")
    return value if is_whole else _DECODER.decode(text)


def too_deep(text: str) -> bool:
    """Whether a JSON text has more than `DEEPEST` levels."""
    # A glance shows of nearly all texts that they have not.
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    level = 0
    for character in re.sub(_QUOTED, "", text):
        if character in "[{":
            level += 1
            if level > DEEPEST:
                return True
        elif character in "]}":
            level -= 1
    return False


def dumps(value: JsonValue) -> str:
    """Write JSON as JavaScript's `JSON.stringify` does: compact, unescaped, numbers as read.

    Raises:
        JsonError: the value, or something in it, has no JSON form.
    """
    try:
        if _has_written_float(value):
            return _whole(_write(value))
        return _whole(encode(value))
    except RecursionError:
        raise JsonError("nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise JsonError(str(error)) from None


def dumps_javascript(value: JsonValue) -> str:
    """Write JSON with JavaScript's numbers and its order of keys, as Medusa's API answers.

    A whole float loses its point (1.0 is `1`), exponents are JavaScript's (`1e+21`, `1e-7`), and
    keys that look like array indices come first, ascending. Integers a double cannot hold are
    kept exact, unlike in JavaScript.

    Raises:
        JsonError: the value, or something in it, has no JSON form.
    """
    try:
        return _whole(_write_alike(value) or _write_javascript(value))
    except RecursionError:
        raise JsonError("nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise JsonError(str(error)) from None


def _whole(text: str) -> str:
    """Escape half surrogates, which UTF-8 cannot hold, and leave all else as it is."""
    if text.isascii():
        return text
    return re.sub(HALF_SURROGATE, lambda found: f"\\u{ord(found.group()):04x}", text)


_PLAIN = {str, int, float, bool, type(None)}


def _has_written_float(value: JsonValue) -> bool:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return isinstance(value, WrittenFloat)
    # A call for each member, or a generator, would cost more than writing them does.
    for member in value:  # noqa: SIM110
        if type(member) not in _PLAIN and _has_written_float(member):
            return True
    return False


def _write(value: JsonValue) -> str:
    if isinstance(value, WrittenFloat):
        return value.text
    if isinstance(value, dict):
        members = [f"{_key(key)}:{_write(member)}" for key, member in value.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([_write(member) for member in value]) + "]"
    return encode(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys must be text, not {type(key).__name__}")
    return encode(key)


def _write_alike(value: JsonValue) -> str | None:
    """What the fast writer gives, unless JavaScript might write some of it otherwise."""
    try:
        text = _ENCODER.encode(value)
    except ValueError:
        return None
    return None if not isinstance(value, dict) or re.search(_OWN_WAY, text) else text


def _write_javascript(value: JsonValue) -> str:
    if isinstance(value, dict):
        members = [f"{_key(key)}:{_write_javascript(value[key])}" for key in _key_order(value)]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([_write_javascript(member) for member in value]) + "]"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return encode(value)
    return _javascript_number(value)


def _key_order(members: dict[str, Any]) -> list[str]:
    indices = [key for key in members if _is_index(key)]
    if not indices:
        return list(members)
    return [*sorted(indices, key=int), *(key for key in members if not _is_index(key))]


def _is_index(key: str) -> bool:
    return (
        key.isascii()
        and key.isdigit()
        and (key == "0" or key[0] != "0")
        and len(key) <= 10
        and int(key) < 2**32 - 1
    )


def _javascript_number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) < _JAVASCRIPT_LARGE or float(value) != value:
            return str(value)
        value = float(value)
    if not math.isfinite(value):
        # JavaScript reads 1e400 as Infinity and writes null; the number is worth more.
        if isinstance(value, WrittenFloat):
            return value.text
        raise ValueError(f"{value} is not JSON")
    if value == int(value) and abs(value) < _JAVASCRIPT_LARGE:
        return str(int(value))
    digits, _, exponent = float.__repr__(value).partition("e")
    if not exponent:
        return digits
    power = int(exponent)
    if -7 < power < 0:
        return _without_exponent(digits, power)
    return f"{digits.removesuffix('.0')}e{power:+d}"


def _without_exponent(digits: str, power: int) -> str:
    """Python writes 1e-05 where JavaScript writes 0.00001."""
    sign = "-" if digits.startswith("-") else ""
    figures = digits.removeprefix("-").replace(".", "")
    return f"{sign}0.{'0' * (-power - 1)}{figures.rstrip('0') or '0'}"
