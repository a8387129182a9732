"""JSON text without loss: the order of keys is kept, numbers are exact, and only JSON is accepted.

Python's own decoder accepts `NaN`, rounds long decimals and turns 1e400 into infinity. Here `NaN`
is refused, and such a number becomes the nearest float, which remembers how it was written.
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
"""The most levels of JSON a record may have; deeper JSON cannot be read and written everywhere."""

HALF_SURROGATE = "[\ud800-\udfff]"
"""A pattern: half of a surrogate pair, which is not a character and has no UTF-8 form."""

# Patterns are compiled when first needed, which is never in a short command.
_QUOTED = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_NUMBER_REFUSED = _QUOTED + r"|(?P<number>NaN|-?Infinity|-?[0-9]{1000,})"
_JAVASCRIPT_LARGE = 10**21
_JAVASCRIPT_DIFFERS = (
    r'(?a)[:,\[]-?(?:\d+\.\d+|\d+(?:\.\d+)?[eE][-+]?\d+|\d{22,})[,\]}]|"\d{1,10}":'
)
"""What JavaScript may write differently: floats, very large integers, keys that are indices."""

_COMMA = "there is one comma too many here"
_WORDS = {
    "Expecting value": "a value is expected here",
    "Expecting property name": "a name in double quotes is expected here",
    "Expecting ':'": "a colon is expected here",
    "Expecting ','": "a comma, or a closing bracket, is expected here",
    "Illegal trailing comma": _COMMA,
    "Extra data": "there is more after its end; a file has one value, or one list of values",
    "Invalid control character": "a control character must be escaped, such as \\n or \\u0000",
    "Invalid \\": "there is no such escape; write a backslash as \\\\",
}
"""What Python's decoder says, reworded for people who write JSON but not Python."""


class WrittenFloat(float):
    """A float written in JSON with more digits, or a larger exponent, than a float has.

    Attributes:
        text: the number as written.
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
    """`_ENCODER.encode`, but with one writer for all values instead of a new one for each."""
    if c_make_encoder is None:
        return _ENCODER.encode
    sort_keys = skip_keys = allow_nan = False
    write = c_make_encoder(
        None, _ENCODER.default, encode_basestring, None, ":", ",", sort_keys, skip_keys, allow_nan
    )
    return lambda value: "".join(write(value, 0))


encode = _make_encode()
"""Write a value without any checks. It must be JSON, without a `WrittenFloat` in it."""


def loads(text: str) -> JsonValue:
    """Read JSON. If an object has a key twice, the last one counts, as in JavaScript.

    Raises:
        JsonError: it is not JSON, or too deep to read; has the line and column.
    """
    try:
        return _decode(text)
    except json.JSONDecodeError as error:
        raise JsonError(_reworded(error), *_place_of(_position(error), text)) from None
    except RecursionError:
        raise JsonError("nested too deeply", 1, 1) from None
    except ValueError as error:
        is_python_limit = str(error).startswith("Exceeds the limit")
        why = "this number has too many digits" if is_python_limit else str(error)
        raise JsonError(why, *_place_of(_number_refused(text), text)) from None


def _position(error: json.JSONDecodeError) -> int:
    """Where the mistake is: at a superfluous comma, not after it, as Python says from 3.13 on."""
    before = error.doc[: error.pos].rstrip()
    return len(before) - 1 if _has_superfluous_comma(error) else error.pos


def _has_superfluous_comma(error: json.JSONDecodeError) -> bool:
    before, behind = error.doc[: error.pos].rstrip(), error.doc[error.pos : error.pos + 1]
    return before.endswith(",") and behind in {"]", "}"}


def _reworded(error: json.JSONDecodeError) -> str:
    """What is wrong with a text, and how to correct it."""
    ends = not error.doc[error.pos :].strip()
    if _has_superfluous_comma(error):
        return _COMMA
    if error.msg.startswith("Unterminated string"):
        return "the text that begins here is never closed; was it cut off?"
    if ends and error.msg.startswith("Expecting"):
        return "it ends here before it is complete; was it cut off?"
    return next(
        (ours for theirs, ours in _WORDS.items() if error.msg.startswith(theirs)), error.msg
    )


def _number_refused(text: str) -> int:
    """Where the first number is that is not JSON, such as NaN, or is too long."""
    found = next((each for each in re.finditer(_NUMBER_REFUSED, text) if each["number"]), None)
    return 0 if found is None else found.start()


def _place_of(offset: int, text: str) -> tuple[int, int]:
    """Line and column of an offset in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _decode(text: str) -> JsonValue:
    """Read a text. One with nothing before its value, as most are, takes a third of the time."""
    try:
        value, end = _DECODER.scan_once(text, 0)  # type: ignore[attr-defined]
    except StopIteration:
        return _DECODER.decode(text)
    # A line break at the end of a file must not cause a second reading.
    is_whole = end == len(text) or not text[end:].strip(" \t\r\n")
    return value if is_whole else _DECODER.decode(text)


def too_deep(text: str) -> bool:
    """Whether a JSON text has more than `DEEPEST` levels."""
    # This is enough for nearly all texts.
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
        JsonError: the value, or something in it, cannot be written as JSON.
    """
    try:
        if _has_written_float(value):
            return _escaped(_write(value))
        return _escaped(encode(value))
    except RecursionError:
        raise JsonError("nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise JsonError(str(error)) from None


def dumps_javascript(value: JsonValue) -> str:
    """Write JSON with JavaScript's numbers and order of keys, as Medusa's API does.

    A whole float has no decimal point (1.0 is `1`), exponents are JavaScript's (`1e+21`, `1e-7`),
    and keys that look like array indices come first, in ascending order. Integers that a double
    cannot represent stay exact, unlike in JavaScript.

    Raises:
        JsonError: the value, or something in it, cannot be written as JSON.
    """
    try:
        return _escaped(_write_fast(value) or _write_javascript(value))
    except RecursionError:
        raise JsonError("nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise JsonError(str(error)) from None


def _escaped(text: str) -> str:
    """Escape half surrogates, which have no UTF-8 form; everything else stays."""
    if text.isascii():
        return text
    return re.sub(HALF_SURROGATE, lambda found: f"\\u{ord(found.group()):04x}", text)


_PLAIN = {str, int, float, bool, type(None)}


def _has_written_float(value: JsonValue) -> bool:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return isinstance(value, WrittenFloat)
    # A call for each member, or a generator, would take longer than writing them.
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


def _write_fast(value: JsonValue) -> str | None:
    """The text of the fast writer; None if JavaScript might write something differently."""
    try:
        text = _ENCODER.encode(value)
    except ValueError:
        return None
    return None if not isinstance(value, dict) or re.search(_JAVASCRIPT_DIFFERS, text) else text


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
        # JavaScript reads 1e400 as Infinity and writes null; keeping the number is better.
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
    """The digits that JavaScript writes, such as 0.00001 for Python's 1e-05."""
    sign = "-" if digits.startswith("-") else ""
    figures = digits.removeprefix("-").replace(".", "")
    return f"{sign}0.{'0' * (-power - 1)}{figures.rstrip('0') or '0'}"
