"""Instants: the clock that is passed in, and the text forms of an instant.

localpay keeps instants in UTC. New ones have milliseconds, as in Medusa; imported ones keep
PostgreSQL's microseconds. In the file an instant is text of fixed width, so that it sorts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

from localpay.errors import InstantError

Clock = Callable[[], datetime]
"""Returns the current instant, with its time zone. Tests pass one that stands still or steps."""

_INSTANT = (
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"\s?(?:(Z|z)|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?(?::?([0-5]\d))?)?)?"
)


def system_clock() -> datetime:
    """The system clock, in UTC, cut to milliseconds."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def to_text(instant: datetime) -> str:
    """An instant in the file's form: `2026-11-22T20:33:05.475720Z`, always 27 characters.

    Args:
        instant: with a time zone.

    Raises:
        InstantError: it has no time zone, so it is not a point in time.
    """
    if instant.tzinfo is None:
        raise InstantError(f"{instant} has no time zone")
    if instant.tzinfo is not UTC:
        instant = in_utc(instant)
    return instant.isoformat(timespec="microseconds")[:26] + "Z"


from_text = datetime.fromisoformat
"""The instant of a text that `to_text` wrote."""


def to_milliseconds(text: str) -> str:
    """The file's form cut to that of Medusa's JSON: `2026-11-22T20:33:05.475Z`, not rounded."""
    return text[:23] + "Z"


def to_json(value: Any) -> Any:
    """A field's value as Medusa's JSON has it: an instant as text, any other value unchanged."""
    return to_milliseconds(to_text(value)) if isinstance(value, datetime) else value


def parse_instant(text: str) -> datetime:
    """Read an instant in any of the forms that PostgreSQL, SQLite and JavaScript write.

    Between date and time is `T` or a blank. There may be up to nine decimals, of which six are
    kept, and an offset of hours, minutes and seconds. Without an offset the instant is in UTC, as
    Medusa's SQLite writes it. A date alone means its midnight.

    Raises:
        InstantError: the text has a different form, or is not a real instant.
    """
    found = _instant().fullmatch(text)
    if found is None:
        raise InstantError(f"{text[:60]!r} is not an instant such as 2026-11-22T20:33:05.475Z")
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes, seconds = (
        found.groups()
    )
    zone: timezone = UTC
    try:
        if sign:
            offset = timedelta(
                hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0)
            )
            zone = timezone(offset if sign == "+" else -offset)
        local = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "").ljust(6, "0")[:6]), zone,
        )  # fmt: skip
    except (ValueError, OverflowError) as error:
        raise InstantError(f"{text[:60]!r} is not a real instant: {error}") from None
    return local if zone is UTC else in_utc(local)


@cache
def _instant() -> re.Pattern[str]:
    """Compiled when first needed: few commands read instants in other forms than the file's."""
    return re.compile(_INSTANT, re.ASCII)


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        InstantError: the instant lies outside the years 1 to 9999 in UTC.
    """
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise InstantError(f"{instant} lies outside the years 1 to 9999 in UTC") from None
