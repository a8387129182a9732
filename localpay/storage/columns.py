"""Column types: how a value is checked when it is written to the file, and decoded when read.

Each is a Peewee field. Its `db_value` alone decides what the column accepts, and its
`python_value` alone decides what a caller gets.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import peewee

from localpay import clock, jsontext
from localpay.errors import FieldError, InstantError, JsonError

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST, GREATEST = -(2**63), 2**63 - 1
"""The integers that SQLite holds."""


class Column(peewee.Field):
    """What the column types share: null if it is allowed, otherwise a value of the type.

    Attributes:
        decode: turns a value that is not null into the callers' form; None if both are the same.
    """

    decode: Callable[[Any], Any] | None = None

    @property
    def stored_default(self) -> Any:
        """Its default in the file's form; None if it has none."""
        default = self.default() if callable(self.default) else self.default
        return None if default is None else self.db_value(default)

    def db_value(self, value: Any) -> Any:
        """Check a value in the callers' form, and turn it into the file's form.

        Raises:
            FieldError: the column does not accept this value.
        """
        if value is None:
            if self.null:
                return None
            raise self.refusal("needs a value")
        return self.encode(value)

    def python_value(self, value: Any) -> Any:
        """Turn a value in the file's form into the callers' form."""
        return value if value is None or self.decode is None else self.decode(value)

    def encode(self, value: Any) -> Any:
        """The file's form of a value that is not None."""
        raise self.refusal(f"cannot hold {type(value).__name__}")

    def refusal(self, reason: str) -> FieldError:
        """The error that says which field does not accept its value, and why."""
        return FieldError(self.model._meta.table_name, self.name, reason)


class Text(Column):
    """Text without half surrogate pairs.

    Args:
        one_of: the only values it accepts; any text if empty.
        filled: refuse empty text.
    """

    field_type = "TEXT"

    def __init__(self, *, one_of: tuple[str, ...] = (), filled: bool = False, **options: Any):
        super().__init__(**options)
        self.one_of = one_of
        self.filled = filled

    def encode(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.refusal(f"takes text, not {type(value).__name__}")
        if self.one_of and value not in self.one_of:
            raise self.refusal(f"takes one of {', '.join(self.one_of)}, not {value[:60]!r}")
        if self.filled and not value:
            raise self.refusal("must not be empty")
        if not value.isascii() and re.search(jsontext.HALF_SURROGATE, value):
            raise self.refusal("holds half a surrogate pair, which is not a character")
        return value


class Integer(Column):
    """A whole number of 64 bits, such as an amount in minor units.

    Args:
        minimum: the smallest value it accepts.
    """

    field_type = "INTEGER"

    def __init__(self, *, minimum: int | None = None, **options: Any):
        super().__init__(**options)
        self.minimum = minimum

    def encode(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refusal(f"takes a whole number, not {type(value).__name__}")
        if not LEAST <= value <= GREATEST:
            raise self.refusal("is a number of more than 64 bits")
        if self.minimum is not None and value < self.minimum:
            raise self.refusal(f"must be at least {self.minimum}, not {value}")
        return int(value)


class Real(Column):
    """A finite number."""

    field_type = "REAL"

    def encode(self, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.refusal(f"takes a number, not {type(value).__name__}")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.refusal("must be a finite number")
        return number


class Boolean(Column):
    """True or False; 1 or 0 in the file."""

    field_type = "INTEGER"
    decode = staticmethod(bool)

    def encode(self, value: Any) -> int:
        if not isinstance(value, bool):
            raise self.refusal(f"takes true or false, not {type(value).__name__}")
        return int(value)


class Instant(Column):
    """An instant; text of fixed width in the file."""

    field_type = "TEXT"
    decode = staticmethod(clock.from_text)

    def encode(self, value: Any) -> str:
        if not isinstance(value, datetime):
            raise self.refusal(f"takes an instant, not {type(value).__name__}")
        try:
            return clock.to_text(value)
        except InstantError as error:
            raise self.refusal(str(error)) from None


class Json(Column):
    """Any JSON. None is SQL's NULL if null is allowed, and otherwise JSON's null."""

    field_type = "TEXT"
    decode = staticmethod(jsontext.loads)

    def db_value(self, value: Any) -> str | None:
        if value is None and self.null:
            return None
        try:
            text = jsontext.dumps(value)
        except JsonError as error:
            raise self.refusal(f"is not JSON: {error.reason}") from None
        if jsontext.too_deep(text):
            raise self.refusal(f"is nested deeper than {jsontext.DEEPEST} levels")
        return text
