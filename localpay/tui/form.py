"""An entity's fields in an edit form: how a value is written for editing, and read back.

Every value is written as printable text that reads back as the same value. Secrets are masked; a
mask that is left in place means the secret.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from localpay import entities, jsontext, text
from localpay.clock import parse_instant
from localpay.errors import InputError
from localpay.frozen import frozen
from localpay.inspect.difference import differences, path_text
from localpay.inspect.redact import redact, restore
from localpay.tui import present

if TYPE_CHECKING:
    from localpay.entities import BaseEntity

Kind: TypeAlias = Literal["text", "choice", "instant", "integer", "real", "json"]

FIXED: Final = ("id", "created_at", "updated_at")
"""Fields that are shown and not edited."""

LONGEST: Final = 200_000
"""Characters of the longest value that can be edited on the screen."""

ONE_LINE: Final = 60
"""Characters of the longest value that is edited on one line."""

_UNIMPORTED: Final = {"datetime": datetime, "JsonValue": Any}
"""Types that `entities` imports for type checkers only."""

_KINDS: Final[dict[Any, Kind]] = {
    str: "text", datetime: "instant", int: "integer", float: "real", Any: "json",
}  # fmt: skip
_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\{\}|\[\]|[\[\]{},:]|[^\s"\[\]{},:]+')


@frozen
class Field:
    """A field that can be edited.

    Attributes:
        name: its name.
        kind: how it is edited.
        nullable: whether it can be null.
        choices: the values to choose from, if its kind is "choice".
    """

    name: str
    kind: Kind
    nullable: bool
    choices: tuple[Any, ...] = ()


def fields(entity: type[BaseEntity]) -> tuple[Field, ...]:
    """The fields of an entity that can be edited, in the entity's order."""
    types = get_type_hints(entity, localns=_UNIMPORTED)
    return tuple(
        _field(name, types[name]) for name in entities.fields_of(entity) if name not in FIXED
    )


def _field(name: str, declared: Any) -> Field:
    nullable = get_origin(declared) in {Union, UnionType}
    [own] = set(get_args(declared)) - {NoneType} if nullable else [declared]
    if own in _KINDS:
        return Field(name, _KINDS[own], nullable)
    choices = (True, False) if own is bool else get_args(own)
    return Field(name, "choice", nullable, (*choices, None) if nullable else choices)


def write(field: Field, value: Any, *, reveal: bool = False) -> str:
    """A value as text to edit. Null is empty, in JSON `null`; long JSON has a line per member.

    Args:
        field: the field.
        value: as the record holds it.
        reveal: write secrets as they are.
    """
    if field.kind == "json":
        compact = _escaped(jsontext.dumps(value if reveal else redact(value, (field.name,))))
        return compact if len(compact) <= ONE_LINE else pretty(compact)
    if value is None:
        return ""
    if field.kind == "instant":
        return f"{present.instant(value)}Z"
    if field.kind != "text":
        return str(value)
    shown = str(value if reveal else redact(value, (field.name,)))
    plain = shown and not shown.startswith('"') and text.one_line(shown) == shown
    return shown if plain else _escaped(json.dumps(shown, ensure_ascii=False))


def read(field: Field, typed: str, original: Any = None) -> Any:
    """The value that a text means, the reverse of `write`.

    Args:
        field: the field.
        typed: empty for null; text that begins with a quote is read as JSON, so that `""` is the
            empty text.
        original: the value that was written; its secrets replace the masks.

    Raises:
        InputError: the text is no value of the field's kind, or a mask was moved.
        JsonError: it is not JSON; says line and column.
        InstantError: it is not an instant.
    """
    if field.kind == "json":
        return _restored(field, jsontext.loads(typed), original)
    if field.kind == "text":
        if not typed:
            return None if field.nullable else ""
        value = jsontext.loads(typed) if typed.startswith('"') else typed
        return _restored(field, value, original)
    stripped = typed.strip()
    if not stripped:
        return None
    if field.kind == "instant":
        return parse_instant(stripped)
    return _number(field, stripped)


def changed(field: Field, original: Any, value: Any) -> bool:
    """Whether a value differs from the original; 1 is not true, and the order of keys counts."""
    return bool(differences({field.name: original}, {field.name: value}))


def pretty(compact: str) -> str:
    """Compact JSON text with a line for each member, numbers and escapes as they are."""
    parts: list[str] = []
    depth = 0
    for part in _TOKEN.findall(compact):
        if part in "]}":
            depth -= 1
            parts += ["\n", "  " * depth, part]
        elif part in "[{":
            depth += 1
            parts += [part, "\n", "  " * depth]
        elif part == ",":
            parts += [",\n", "  " * depth]
        else:
            parts.append(": " if part == ":" else part)
    return "".join(parts)


def _number(field: Field, typed: str) -> float:
    if field.kind == "real":
        if _NUMBER.fullmatch(typed) is None:
            raise InputError("takes a number, such as 20 or 7.5")
        return float(typed)
    if _WHOLE.fullmatch(typed) is None:
        minor = " of minor units, such as 1250 for 12.50" if field.name in entities.AMOUNTS else ""
        raise InputError(f"takes a whole number{minor}")
    return int(typed)


def _restored(field: Field, value: Any, original: Any) -> Any:
    restored, astray = restore(value, original, (field.name,))
    if astray:
        where = ", ".join(text.one_line(path_text(path)) for path in astray[:3])
        raise InputError(f"a masked secret was moved to {where}; reveal secrets to edit it")
    return restored


def _escaped(quoted: str) -> str:
    """JSON text with every character escaped that a terminal would obey or hide."""
    if text.one_line(quoted) == quoted:
        return quoted
    return "".join(each if text.one_line(each) == each else _escape(each) for each in quoted)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
