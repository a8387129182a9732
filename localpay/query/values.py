"""The values of a filter: what stands behind a field's colon, as typed values.

What a text means depends on its field alone, never on the clock: `-7d` stays seven days before a
*now* that is handed over when the filter is run. `str` of a value is its canonical text.
"""

from __future__ import annotations

import math
import re
from datetime import MAXYEAR, UTC, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, TypeAlias

from localpay import money
from localpay.errors import AmountError, InstantError
from localpay.frozen import frozen
from localpay.query.fields import Kind
from localpay.query.tokens import quote
from localpay.spelling import nearest

if TYPE_CHECKING:
    from localpay.query.fields import Field
    from localpay.query.tokens import Word

MAX_PATTERN = 1_000
"""Texts with wildcards, and texts searched for, have at most so many characters."""

# Patterns are compiled when a value is first matched with them: few filters need all of them.
_PLAIN = r"[\w@/+%#:-]+(?:\.[\w@/+%#:-]+)*"
_NUMBER = r"(?a)-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?"
_AMOUNT = r"(?a)([+-]?)(\d{1,30})(?:\.(\d{1,20}))?\s?([A-Za-z]{3})?"
_PERIOD = (
    r"(?ai)(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?"
    r"(?:Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)?)?)?"
)
_RELATIVE = r"(?a)([+-])(\d{1,7})([smhdw])"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LENGTHS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_INSTANT_HINT = "a time such as 2026-11, 2026-11-20T08:00Z, -7d, -2h, today or yesterday"
_AMOUNT_HINT = "an amount such as 1250 (minor units), 12.50 or 12.50eur"
_STEP = timedelta(microseconds=1)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@frozen
class Pattern:
    """A text. Between its pieces may stand anything, so that one piece is a text as it is."""

    pieces: tuple[str, ...]

    def __str__(self) -> str:
        if len(self.pieces) == 1:
            text = self.pieces[0]
            plain = re.fullmatch(_PLAIN, text) and not _is_json_literal(text)
            return text if plain else quote(text)
        return "*".join(
            each if not each or re.fullmatch(_PLAIN, each) else quote(each) for each in self.pieces
        )


@frozen
class Minor:
    """An amount in minor units.

    Attributes:
        units: of the currency; or of each record's own, when there is none.
        currency: in lower case; records of other currencies do not match.
    """

    units: int
    currency: str | None

    def __str__(self) -> str:
        if self.currency is None:
            return str(self.units)
        return money.format_major(self.units, self.currency) + self.currency

    def span(self, decimals: int) -> tuple[int, int]:  # noqa: ARG002  # as Major has it
        """The minor units it means, the second excluded, in a currency of so many decimals."""
        return self.units, self.units + 1


@frozen
class Major:
    """An amount in major units of each record's own currency: `digits` over ten to the `places`."""

    digits: int
    places: int

    def __str__(self) -> str:
        places = max(self.places, 2)
        text = str(abs(self.digits) * 10 ** (places - self.places)).rjust(places + 1, "0")
        return f"{'-' if self.digits < 0 else ''}{text[:-places]}.{text[-places:]}"

    def span(self, decimals: int) -> tuple[int, int]:
        """The minor units it means, the second excluded, in a currency of so many decimals.

        Where it falls between two, both are the next one: nothing equals it, yet all that is
        less and all that is more is still told apart.
        """
        if decimals >= self.places:
            units = self.digits * 10 ** (decimals - self.places)
            return units, units + 1
        below, rest = divmod(self.digits, 10 ** (self.places - decimals))
        return (below + 1, below + 1) if rest else (below, below + 1)


@frozen
class Period:
    """A time with the precision it was written in: a year, a day, a second.

    Attributes:
        text: as it was written, without blanks.
        start: its first instant.
        end: the first instant after it; None when the calendar ends.
    """

    text: str
    start: datetime
    end: datetime | None

    def __str__(self) -> str:
        return self.text

    def span(self, now: datetime) -> tuple[datetime, datetime | None]:  # noqa: ARG002
        """Its first instant and the first one after it."""
        return self.start, self.end


@frozen
class Relative:
    """A time told from now: `-7d`, `+2h`, `now`, or a whole day such as `today`.

    Attributes:
        text: as it was written.
        distance: from now; of a whole day, from the day that now is in, in UTC.
        whole_day: whether it is a day and not an instant.
    """

    text: str
    distance: timedelta
    whole_day: bool

    def __str__(self) -> str:
        return self.text

    def span(self, now: datetime) -> tuple[datetime, datetime | None]:
        """Its first instant and the first one after it. Outside the calendar: the nearest in it."""
        now = now.astimezone(UTC)
        if self.whole_day:
            now = datetime.combine(now, time(), UTC)
        start = _shift(now, self.distance)
        return start, _after(start, timedelta(days=1) if self.whole_day else _STEP)

    def since(self, now: datetime) -> tuple[datetime, datetime | None]:
        """A whole day as it is; of an instant everything between it and now, both included."""
        start, end = self.span(now)
        if self.whole_day:
            return start, end
        now = now.astimezone(UTC)
        return min(start, now), _after(max(start, now), _STEP)


@frozen
class Flag:
    """True or false."""

    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@frozen
class Number:
    """A number in JSON: an integer of 64 bits, else a float that is not infinite."""

    value: int | float

    def __str__(self) -> str:
        return repr(self.value)


@frozen
class Null:
    """JSON's null."""

    def __str__(self) -> str:
        return "null"


Value: TypeAlias = Pattern | Minor | Major | Period | Relative | Flag | Number | Null


def read(field: Field, word: Word) -> Value:
    """Read one value of a field. Choices are read by `read_choices`.

    Raises:
        ValueError: the text is no value of this kind; the message says how one is written.
    """
    kind = field.kind
    if kind is Kind.AMOUNT:
        return _read_amount(word.text)
    if kind is Kind.INSTANT:
        return _read_instant(word.text, field.name)
    if kind is Kind.BOOLEAN:
        return _read_flag(word.text)
    if kind is Kind.JSON and not word.quoted and (value := _read_json(word.text)) is not None:
        return value
    return read_pattern(word) if len(word.pieces) > 1 else Pattern(word.pieces)


def read_ordered(field: Field, word: Word) -> Value:
    """Read one value that others may be less and more than.

    Raises:
        ValueError: the text is no value of this kind; the message says how one is written.
    """
    value = read(field, word)
    if isinstance(value, Flag | Null) or (isinstance(value, Pattern) and len(value.pieces) > 1):
        raise ValueError(f"nothing is more or less than {_shown(word.text)}")
    return value


def read_choices(field: Field, word: Word) -> tuple[Pattern, ...]:
    """Read a choice of a field, in either case; with wildcards it may mean several.

    Raises:
        ValueError: it means none of them; the message says which there are.
    """
    if word.text in field.choices:
        return (Pattern((word.text,)),)
    shape = re.compile(".*".join(map(re.escape, word.pieces)), re.IGNORECASE | re.DOTALL)
    meant = tuple(Pattern((each,)) for each in field.choices if shape.fullmatch(each))
    if meant:
        return meant
    near = nearest(word.text, field.choices)
    expected = f"did you mean {near!r}?" if near else f"it is one of {', '.join(field.choices)}"
    raise ValueError(f"{field.name} is never {_shown(word.text)}; {expected}")


def read_range(field: Field, low: Word, high: Word) -> tuple[Value | None, Value | None]:
    """Read the two ends of a range; an empty one, which is open, is None.

    Of two amounts, the currency of one holds for the other, and so do major units.

    Raises:
        ValueError: an end is no value of the field, or the two do not fit together.
    """
    first = read_ordered(field, low) if low.start < low.end else None
    last = read_ordered(field, high) if high.start < high.end else None
    if first and last and field.kind is Kind.JSON and type(first) is not type(last):
        raise ValueError("the two ends of a range are two numbers, or two texts")
    if isinstance(first, Minor | Major) and isinstance(last, Minor | Major):
        return _fit_amounts(first, low.text, last, high.text)
    return first, last


def read_pattern(word: Word) -> Pattern:
    """Read a text to search for, or one with wildcards.

    Raises:
        ValueError: it is too long to be compared in reasonable time.
    """
    if sum(map(len, word.pieces)) > MAX_PATTERN:
        raise ValueError(f"a text may have {MAX_PATTERN:,} characters here")
    return Pattern(word.pieces)


def _read_amount(text: str) -> Minor | Major:
    found = re.fullmatch(_AMOUNT, text)
    if found is None:
        raise AmountError(f"{_shown(text)} is not {_AMOUNT_HINT}")
    sign, whole, fraction, currency = found.groups()
    if currency:
        number = text[: -len(currency)]
        return Minor(money.parse_major(number, currency), currency.lower())
    if fraction is None:
        return Minor(int(sign + whole), None)
    fraction = fraction.rstrip("0")
    return Major(int(sign + whole + fraction), len(fraction))


def _fit_amounts(
    first: Minor | Major, low: str, last: Minor | Major, high: str
) -> tuple[Minor | Major, Minor | Major]:
    currencies = [each.currency for each in (first, last) if isinstance(each, Minor)]
    known = [each for each in currencies if each]
    if known:
        if len(set(known)) > 1:
            raise AmountError("the two ends of a range have the same currency")
        first = first if _currency(first) else _read_amount(low + known[0])
        last = last if _currency(last) else _read_amount(high + known[0])
    elif len(currencies) == 1:
        first = Major(first.units, 0) if isinstance(first, Minor) else first
        last = Major(last.units, 0) if isinstance(last, Minor) else last
    return first, last


def _currency(amount: Minor | Major) -> str | None:
    return amount.currency if isinstance(amount, Minor) else None


def _read_instant(text: str, field: str) -> Period | Relative:
    lowered = text.lower()
    if lowered in _DAYS:
        return Relative(lowered, timedelta(days=_DAYS[lowered]), whole_day=True)
    if lowered == "now":
        return Relative(lowered, timedelta(), whole_day=False)
    if found := re.fullmatch(_RELATIVE, text):
        sign, count, unit = found.groups()
        distance = timedelta(**{_UNITS[unit]: int(count)})
        return Relative(text, -distance if sign == "-" else distance, whole_day=False)
    if found := re.fullmatch(_PERIOD, text):
        return _period(found)
    hint = f"; is it has:{field} or missing:{field}?" if lowered in {"true", "false"} else ""
    raise InstantError(f"{_shown(text)} is not {_INSTANT_HINT}{hint}")


def _period(found: re.Match[str]) -> Period:
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = found.groups()
    zone = UTC
    try:
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            zone = timezone(offset if sign == "+" else -offset)
        start = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0),
            int(second or 0), int((fraction or "").ljust(6, "0")[:6]), zone,
        ).astimezone(UTC)  # fmt: skip
    except (ValueError, OverflowError) as error:
        raise InstantError(f"{found[0]} is not a real time: {error}") from None
    if fraction:
        end = _after(start, timedelta(microseconds=10 ** max(0, 6 - len(fraction))))
    elif day:
        finer = sum(part is not None for part in (hour, minute, second))
        end = _after(start, _LENGTHS[finer])
    else:
        end = _next_month(start) if month else _next_year(start)
    return Period(found[0].upper().replace(" ", "T"), start, end)


def _next_month(start: datetime) -> datetime | None:
    return start.replace(month=start.month + 1) if start.month < 12 else _next_year(start)


def _next_year(start: datetime) -> datetime | None:
    return start.replace(year=start.year + 1, month=1) if start.year < MAXYEAR else None


def _read_flag(text: str) -> Flag:
    lowered = text.lower()
    if lowered in {"true", "false"}:
        return Flag(lowered == "true")
    raise ValueError(f"{_shown(text)} is neither true nor false")


def _read_json(text: str) -> Value | None:
    """Read a number, true, false or null; None when the text is none of these."""
    if re.fullmatch(_NUMBER, text):
        value: int | float = int(text) if text.lstrip("-").isdigit() else float(text)
        if not -(2**63) <= value < 2**63:
            value = float(text)
        if math.isinf(value):
            raise ValueError(f"{_shown(text)} is too large a number")
        return Number(value)
    if text in {"true", "false"}:
        return Flag(text == "true")
    return Null() if text == "null" else None


def _is_json_literal(text: str) -> bool:
    return text in {"true", "false", "null"} or re.fullmatch(_NUMBER, text) is not None


def _shown(text: str) -> str:
    return f"{text[:40]}…" if len(text) > 40 else text or "nothing"


def _shift(instant: datetime, distance: timedelta) -> datetime:
    try:
        return instant + distance
    except OverflowError:
        return _LAST if distance > timedelta() else _FIRST


def _after(start: datetime, length: timedelta) -> datetime | None:
    try:
        return start + length
    except OverflowError:
        return None
