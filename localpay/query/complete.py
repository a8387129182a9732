"""What can stand at the cursor: names of fields, operators, and the values that are known here.

What a store's records hold is not known here: `Completions.field` and `prefix` say which values
are wanted, and whoever has the store adds them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from localpay.frozen import frozen
from localpay.query import fields
from localpay.query.fields import PRESENCE, Kind
from localpay.query.values import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localpay.entities import EntityName
    from localpay.query.fields import Field

Sort: TypeAlias = Literal["field", "operator", "value"]

_WORD = re.compile(r'\s+|[()]|-|(?:[^\s()"]|"(?:[^"\\]|\\.)*(?:"|\Z))+', re.DOTALL)
_TERM = re.compile(r'(?P<name>[A-Za-z_](?:[^\s":=<>!]|"[^"]*")*)(?P<operator>:?(?:[<>!]=|[<>=])|:)')
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|,|[^",]+', re.DOTALL)
_BEFORE_VALUE = re.compile(r"(?:[<>]=?|=)|.*\.\.", re.DOTALL)

_OPERATORS = {
    ">=": "at least", ">": "more than", "<=": "at most", "<": "less than",
}  # fmt: skip
_TIMES = {
    "today": "since midnight, UTC", "yesterday": "the day before today", "-1h": "the last hour",
    "-24h": "the last 24 hours", "-7d": "the last 7 days", "-30d": "the last 30 days",
}  # fmt: skip
_KNOWN_VALUES = {
    Kind.BOOLEAN: {"true": "yes", "false": "no"},
    Kind.INSTANT: _TIMES,
    Kind.JSON: {"true": "JSON's true", "false": "JSON's false", "null": "JSON's null"},
}
_ORDERED = frozenset({Kind.AMOUNT, Kind.INSTANT})


@frozen
class Completion:
    """One text that can stand at the cursor.

    Attributes:
        text: what is put in.
        kind: whether it is the name of a field, an operator or a value.
        help: what it means, in a few words.
    """

    text: str
    kind: Sort
    help: str


@frozen
class Completions:
    """All that can stand at the cursor. Each replaces the text from `start` to `end`.

    Attributes:
        start: offset of the first character to replace.
        end: offset after the last one: the cursor.
        items: the best ones first.
        field: the field whose values are wanted, where the cursor stands in one.
        prefix: what is typed of that value, without a quote in front.
        rest: the text without the word that the cursor stands in.
    """

    start: int
    end: int
    items: tuple[Completion, ...]
    field: Field | None = None
    prefix: str = ""
    rest: str = ""


def complete(text: str, cursor: int, entity: EntityName) -> Completions:
    """Find what can stand at the cursor. Any text will do, also one that is no filter yet.

    Args:
        text: the filter as typed so far.
        cursor: offset of the cursor in it.
        entity: what is filtered.
    """
    typed = text[:cursor]
    start = _start_of_word(typed)
    term = _TERM.match(typed, start)
    if term is None:
        items = (*_names(entity, typed[start:], suffix=":"), *_presence(typed[start:]))
        return Completions(start, cursor, items)
    start = _start_of_value(typed, term.end())
    if term["name"].lower() in PRESENCE:
        return Completions(start, cursor, tuple(_names(entity, typed[start:], suffix="")))
    named = fields.resolve(entity, term["name"])
    if named is None:
        return Completions(cursor, cursor, ())
    field, path = named
    has_operator = term["operator"] != ":" or start > term.end()
    if before := _BEFORE_VALUE.match(typed, start):
        start, has_operator = before.end(), True
    prefix = typed[start:].removeprefix('"')
    items = tuple(_values(field, prefix, is_place=bool(path), has_operator=has_operator))
    return Completions(start, cursor, items, field, prefix, _rest(text, term.start()))


def write_value(text: str) -> str:
    """A value as it is written in a filter: in quotes where it needs them."""
    return str(Pattern((text,)))


def _start_of_word(typed: str) -> int:
    start = len(typed)
    for found in _WORD.finditer(typed):
        is_break = found[0].isspace() or found[0] in {"(", ")", "-"}
        start = found.end() if is_break else found.start()
    return start


def _rest(text: str, start: int) -> str:
    """A text without the word that begins at an offset, and the minus before it."""
    word = _WORD.match(text, start)
    after = text[word.end() :] if word else ""
    return f"{text[:start].rstrip('-').rstrip()} {after.lstrip()}".strip()


def _start_of_value(typed: str, start: int) -> int:
    for found in _PIECE.finditer(typed, start):
        if found[0] == ",":
            start = found.end()
    return start


def _names(entity: EntityName, prefix: str, suffix: str) -> Iterator[Completion]:
    """The fields with a name that begins with what is typed, then those where it stands inside."""
    prefix = prefix.lower()
    inside = []
    for field in fields.fields(entity):
        names = (field.name, *field.aliases)
        if matching := [name for name in names if name.startswith(prefix)]:
            yield Completion(min(matching, key=len) + suffix, "field", field.help)
        elif any(prefix in name for name in names):
            inside.append(field)
    for field in inside:
        yield Completion(field.name + suffix, "field", field.help)


def _presence(prefix: str) -> Iterable[Completion]:
    helps = ("records with a value in a field", "records without one")
    for name, text in zip(PRESENCE, helps, strict=True):
        if name.startswith(prefix.lower()):
            yield Completion(f"{name}:", "field", text)


def _values(
    field: Field, prefix: str, *, is_place: bool, has_operator: bool
) -> Iterator[Completion]:
    if field.kind is Kind.JSON and not is_place:
        return
    known = dict.fromkeys(field.choices, "") or _KNOWN_VALUES.get(field.kind, {})
    for text, meaning in known.items():
        if text.startswith(prefix.lower()):
            yield Completion(text, "value", meaning)
    if field.kind in _ORDERED and not has_operator and not prefix:
        for operator, meaning in _OPERATORS.items():
            yield Completion(operator, "operator", meaning)
