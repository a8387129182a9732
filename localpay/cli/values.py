"""A record's values, in words for people and with secrets masked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from localpay import jsontext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.jsontext import JsonValue

_STEP = "  "
_DEEPEST = 40


def words(value: Any) -> str:
    """A value in one line, not yet made safe to show; null is empty, JSON is compact."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment(value)
        case tuple():
            return ", ".join(value)
        case dict() | list():
            return jsontext.dumps(value)
    return str(value)


def moment(instant: datetime) -> str:
    """An instant to the second, in UTC: 2026-11-22 20:33:05."""
    return instant.isoformat(" ", "seconds")[:19]


def exact_moment(instant: datetime) -> str:
    """An instant as stored, in UTC, to the millisecond at least: 2026-11-22 20:33:05.475."""
    return instant.isoformat(" ", "microseconds")[:26].removesuffix("000")


def outline(value: JsonValue, indent: str = "") -> Iterator[str]:
    """JSON over several lines, to be readable; what is nested very deeply stays compact."""
    if not isinstance(value, dict | list) or not value or len(indent) > _DEEPEST * len(_STEP):
        yield jsontext.dumps(value)
        return
    if isinstance(value, dict):
        opening, closing = "{", "}"
        members = [(f"{jsontext.dumps(key)}: ", member) for key, member in value.items()]
    else:
        opening, closing = "[", "]"
        members = [("", member) for member in value]
    yield opening
    for place, (key, member) in enumerate(members, start=1):
        lines = list(outline(member, indent + _STEP))
        lines[0] = f"{indent}{_STEP}{key}{lines[0]}"
        lines[-1] += "" if place == len(members) else ","
        yield from lines
    yield f"{indent}{closing}"


def masked(field: str, value: Any) -> Any:
    """A field's value with the secrets in its JSON masked; other values stay as they are."""
    if not isinstance(value, dict | list):
        return value
    from localpay.inspect.redact import redact  # noqa: PLC0415 - its patterns take 20 ms

    return redact(value, (field,))
