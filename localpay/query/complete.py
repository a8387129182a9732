"""What can stand at the cursor: names of fields, operators, and the values that are known here.

What a store's records hold is not known here: `Completions.field` and `path` say whose values, or
whose keys, are wanted, and whoever has the store adds them.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from localpay.frozen import frozen
from localpay.query import fields
from localpay.query.fields import PRESENCE, Kind
from localpay.query.tokens import PLAIN_KEY, QUOTED, unquote
from localpay.query.tree import write_path
from localpay.query.values import Flag, Null, Number, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localpay.entities import EntityName
    from localpay.query.fields import Field
    from localpay.query.tree import Path

Sort: TypeAlias = Literal["field", "operator", "value"]

_WORD = re.compile(r'\s+|[()]|-|(?:[^\s()"]|"(?:[^"\\]|\\.)*(?:"|\Z))+', re.DOTALL)
_TERM = re.compile(
    rf'(?P<name>[A-Za-z_](?:[^\s":=<>!]|{QUOTED})*)(?P<operator>:?(?:[<>!]=|[<>=])|:)', re.DOTALL
)
_OPEN_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\Z)'
_PIECE = re.compile(rf"{_OPEN_QUOTED}|,|[^\",]+", re.DOTALL)
_PLACE = re.compile(
    rf"(?P<of>[A-Za-z_]\w*(?:\.(?:{PLAIN_KEY}|{QUOTED})|\[\d+\])*)"
    rf"\.(?P<key>{_OPEN_QUOTED}|(?:{PLAIN_KEY})?)\Z",
    re.DOTALL,
)
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
}
_ORDERED = frozenset({Kind.AMOUNT, Kind.INSTANT})
_FOLDED = frozenset({Kind.FOLDED, Kind.CHOICE, Kind.BOOLEAN, Kind.INSTANT})


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
        path: the place in the field's JSON whose values, or keys, are wanted.
        is_key: whether keys are wanted and not values.
        ending: what follows a key.
        prefix: what is typed of that value or key, without quotes.
        taken: the other values that the term has, as they are written.
        name: the field and the path as they are typed.
        rest: the text without the word that the cursor stands in.
    """

    start: int
    end: int
    items: tuple[Completion, ...]
    field: Field | None = None
    path: Path = ()
    is_key: bool = False
    ending: str = ""
    prefix: str = ""
    taken: frozenset[str] = frozenset()
    name: str = ""
    rest: str = ""

    def is_taken(self, written: str) -> bool:
        """Whether the term has a value already, as it is written in a filter."""
        return (written.lower() if _is_folded(self.field) else written) in self.taken


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
        if keys := _keys(entity, typed, start, ending=":"):
            return keys
        items = (*_names(entity, typed[start:], suffix=":"), *_presence(typed[start:]))
        return Completions(start, cursor, items)
    start = _start_of_value(typed, term.end())
    if term["name"].lower() in PRESENCE:
        names = Completions(start, cursor, tuple(_names(entity, typed[start:], suffix="")))
        return _keys(entity, typed, start, ending="") or names
    named = fields.resolve(entity, term["name"])
    if named is None:
        return Completions(cursor, cursor, ())
    field, path = named
    taken = _others(text, term, cursor, field)
    has_operator = term["operator"] != ":" or start > term.end()
    if before := _BEFORE_VALUE.match(typed, start):
        start, has_operator = before.end(), True
    found = Completions(
        start, cursor, (), field, path, prefix=_unquoted(typed[start:]), taken=taken,
        name=term["name"], rest=_rest(text, term.start()),
    )  # fmt: skip
    return replace(found, items=tuple(_values(found, has_operator=has_operator)))


def write_value(text: str) -> str:
    """A value as it is written in a filter: in quotes where it needs them."""
    return str(Pattern((text,)))


def write_json(value: object) -> str | None:
    """A value at a place in JSON as it is written in a filter; None for an object or an array."""
    match value:
        case None:
            return str(Null())
        case bool():
            return str(Flag(value))
        case int() | float() if math.isfinite(value):
            return str(Number(value))
        case str():
            return write_value(value)
    return None


def write_key(key: str) -> str:
    """A key of JSON as it is written in a path: in quotes where it needs them."""
    return write_path((key,))[1:]


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


def _others(text: str, term: re.Match[str], cursor: int, field: Field) -> frozenset[str]:
    """The values of a term except the one at the cursor, as they would be offered."""
    word = _WORD.match(text, term.start())
    start, written, found = term.end(), "", set()
    for piece in [*_PIECE.finditer(text, term.end(), word.end() if word else cursor), None]:
        if piece is not None and piece[0] != ",":
            written += piece[0]
            continue
        if not start <= cursor <= start + len(written):
            found.add(write_value(_unquoted(written)) if written[:1] == '"' else written)
        start += len(written) + 1
        written = ""
    return frozenset(each.lower() for each in found) if _is_folded(field) else frozenset(found)


def _unquoted(written: str) -> str:
    """What a text is without its quotes, of which the last may be still to come."""
    if not written.startswith('"'):
        return written
    return unquote(written if re.fullmatch(QUOTED, written, re.DOTALL) else f'{written}"')


def _is_folded(field: Field | None) -> bool:
    return field is not None and field.kind in _FOLDED


def _keys(entity: EntityName, typed: str, start: int, *, ending: str) -> Completions | None:
    """What is wanted where a key of JSON is typed: `data.payment_intent.`; else None."""
    place = _PLACE.match(typed, start)
    named = fields.resolve(entity, place["of"]) if place else None
    if place is None or named is None or named[0].kind is not Kind.JSON:
        return None
    field, path = named
    return Completions(
        place.start("key"), len(typed), (), field, path,
        is_key=True, ending=ending, prefix=_unquoted(place["key"]), name=place["of"],
    )  # fmt: skip


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


def _values(found: Completions, *, has_operator: bool) -> Iterator[Completion]:
    field = found.field
    assert field is not None
    known = dict.fromkeys(field.choices, "") or _KNOWN_VALUES.get(field.kind, {})
    for text, meaning in known.items():
        if text.startswith(found.prefix.lower()) and not found.is_taken(text):
            yield Completion(text, "value", meaning)
    if field.kind in _ORDERED and not has_operator and not found.prefix:
        for operator, meaning in _OPERATORS.items():
            yield Completion(operator, "operator", meaning)
