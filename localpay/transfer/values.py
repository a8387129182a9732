"""Converts a source's values to the file's form: from CSV, where all is text, and from JSON.

Only the column types in `storage.columns` decide which values a column accepts. This module reads
the values, and has a shortcut: it converts a whole column of values at once, and gives up if one of
them has to be checked by itself. A test makes sure that both give the same result.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from functools import lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias

from localpay import clock, jsontext
from localpay.errors import InstantError, JsonError
from localpay.storage.columns import (
    GREATEST,
    LEAST,
    Boolean,
    Column,
    Instant,
    Integer,
    Json,
    Real,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Values: TypeAlias = "Sequence[Any]"

_FLAGS: dict[str | None, int | None] = {
    "t": 1, "f": 0, "true": 1, "false": 0, "1": 1, "0": 0, None: None
}  # fmt: skip
_HALF_SURROGATE = re.compile(jsontext.HALF_SURROGATE)
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,100}")
_SHORT_NUMBERS = re.compile(r"(?:-?[0-9]{1,18},)*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PLAIN_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d(?:(?P<stored>T\d\d:\d\d:\d\d\.\d{6}Z)|"
    r"[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d(?::\d\d)?))",
    re.ASCII,
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class _OneByOneError(Exception):
    """A column cannot be converted at once: its values have to be checked one by one."""


class Form(ABC):
    """The form that values have in a source."""

    def __init__(self) -> None:
        self._whole: dict[type[Column], Callable[[Any, Values], Values]] = {
            Text: self._texts,
            Integer: self._integers,
            Boolean: self._booleans,
            Instant: self._instants,
            Json: self._json,
        }

    def encode_all(self, column: Column, values: Values) -> Values | None:
        """A column of values in the file's form; None if one has to be checked by itself."""
        whole = self._whole.get(type(column))
        if whole is None:
            return None
        try:
            return whole(column, values)
        except (_OneByOneError, ValueError, TypeError, KeyError, RecursionError):
            return None

    @abstractmethod
    def encode(self, column: Column, value: Any) -> Any:
        """One value in the file's form.

        Raises:
            FieldError: the column does not accept it.
        """

    @abstractmethod
    def _texts(self, column: Text, values: Values) -> Values: ...

    @abstractmethod
    def _integers(self, column: Integer, values: Values) -> Values: ...

    @abstractmethod
    def _booleans(self, column: Boolean, values: Values) -> Values: ...

    @abstractmethod
    def _json(self, column: Json, values: Values) -> Values: ...

    def _instants(self, column: Instant, values: Values) -> Values:
        _expect(column.null or None not in values)
        return [None if value is None else _instant(value) for value in values]


class TextForm(Form):
    """Values of CSV: texts, and None for empty cells."""

    def encode(self, column: Column, value: Any) -> Any:
        """See `Form.encode`."""
        if value is None and not column.null:
            raise column.refusal("needs a value")
        return column.db_value(_parsed(column, value))

    def _texts(self, column: Text, values: Values) -> Values:
        _expect(column.null or None not in values)
        _expect(not column.filled or "" not in values)
        _expect(not column.one_of or set(values) <= {None, *column.one_of})
        return values

    def _integers(self, column: Integer, values: Values) -> Values:
        given = [value for value in values if value is not None]
        _expect(column.null or len(given) == len(values))
        _expect(_SHORT_NUMBERS.fullmatch(",".join([*given, ""])) is not None)
        numbers = [None if value is None else int(value) for value in values]
        _expect_range(column, numbers)
        return numbers

    def _booleans(self, column: Boolean, values: Values) -> Values:
        _expect(column.null or None not in values)
        return [_FLAGS[value] for value in values]

    def _json(self, column: Json, values: Values) -> Values:
        _expect(column.null or None not in values)
        return [None if value is None else _compact(value) for value in values]


class JsonForm(Form):
    """Values of JSON, as `jsontext.loads` reads them."""

    def encode(self, column: Column, value: Any) -> Any:
        """See `Form.encode`."""
        if isinstance(column, Instant) and isinstance(value, str):
            value = _parsed(column, value)
        return column.db_value(value)

    def _texts(self, column: Text, values: Values) -> Values:
        _expect(set(map(type, values)) <= ({str, NoneType} if column.null else {str}))
        _expect(not column.filled or "" not in values)
        _expect(not column.one_of or set(values) <= {None, *column.one_of})
        joined = "".join([value for value in values if value])
        _expect(joined.isascii() or not _HALF_SURROGATE.search(joined))
        return values

    def _integers(self, column: Integer, values: Values) -> Values:
        _expect(set(map(type, values)) <= ({int, NoneType} if column.null else {int}))
        _expect_range(column, values)
        return values

    def _booleans(self, column: Boolean, values: Values) -> Values:
        _expect(set(map(type, values)) <= ({bool, NoneType} if column.null else {bool}))
        return [None if value is None else int(value) for value in values]

    def _json(self, column: Json, values: Values) -> Values:
        if column.null:
            return [None if value is None else _dumps(value) for value in values]
        return [_dumps(value) for value in values]


class ResponseForm(JsonForm):
    """Values of JSON from Medusa's API, which cuts instants to milliseconds."""


def same_instant(column: Column, one: Any, other: Any) -> bool:
    """Whether two values in the file's form are the same instant, to the millisecond."""
    if not isinstance(column, Instant) or one is None or other is None:
        return False
    return clock.to_milliseconds(one) == clock.to_milliseconds(other)


def storable(document: Any) -> Any:
    """JSON that the file can store: members that are nested too deeply become text."""
    if not isinstance(document, dict):
        return _storable(document)
    return {key: _storable(member) for key, member in document.items()}


def _storable(value: Any) -> Any:
    try:
        text = jsontext.dumps(value)
    except JsonError:
        # This encoder goes deeper, but rounds numbers.
        try:
            text = _ENCODER.encode(value)
        except RecursionError:
            return "(nested too deeply to be kept)"
    return storable_text(text) if jsontext.too_deep(text) else value


def storable_text(text: str) -> str:
    """A text that the file can store: half surrogates become escapes."""
    return text.encode(errors="backslashreplace").decode()


def _parsed(column: Column, value: Any) -> Any:
    """A text as a value of its column's type.

    Raises:
        FieldError: it cannot be read as such a value.
    """
    if value is None or isinstance(column, Text):
        return value
    if isinstance(column, Instant):
        try:
            return clock.parse_instant(value)
        except InstantError as error:
            raise column.refusal(str(error)) from None
    if isinstance(column, Json):
        # Much deeper JSON could not even be read.
        if jsontext.too_deep(value):
            raise column.refusal(f"is nested deeper than {jsontext.DEEPEST} levels")
        try:
            return jsontext.loads(value)
        except JsonError as error:
            raise column.refusal(f"is not JSON: {error.reason}") from None
    if isinstance(column, Boolean) and value in _FLAGS:
        return bool(_FLAGS[value])
    if isinstance(column, Integer) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    if isinstance(column, Real) and _NUMBER.fullmatch(value):
        return float(value)
    kind = {Boolean: "t or f", Integer: "a whole number", Real: "a number"}[type(column)]
    raise column.refusal(f"takes {kind}, not {value[:60]!r}")


def _compact(text: str) -> str:
    """JSON text in the file's form."""
    if text == "{}":
        return text
    value = jsontext.loads(text)
    _expect(value is not None)
    return _dumps(value)


def _dumps(value: Any) -> str:
    """A value as JSON text in the file's form."""
    if value == {}:
        return "{}"
    text = jsontext.dumps(value)
    _expect(not jsontext.too_deep(text))
    return text


@lru_cache(maxsize=4096)
def _instant(text: str) -> str:
    """The file's form of an instant in one of the usual notations."""
    found = _PLAIN_INSTANT.fullmatch(text)
    _expect(found is not None)
    instant = clock.from_text(text)
    return text if found and found["stored"] else clock.to_text(instant)


def _expect_range(column: Integer, numbers: Values) -> None:
    given = [number for number in numbers if number is not None]
    if given:
        least = LEAST if column.minimum is None else column.minimum
        _expect(least <= min(given) and max(given) <= GREATEST)


def _expect(holds: bool) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise _OneByOneError
