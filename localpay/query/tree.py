"""What a filter says, as a tree. `str` of it is the canonical text, which parses to an equal tree.

And and Or hold at least two nodes, none of their own class; Not never holds a Not. The parser
keeps to that, so that one meaning has few trees.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from localpay.frozen import frozen
from localpay.query.tokens import CURRENCIES, WORDS, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.query.fields import Field
    from localpay.query.values import Value

_PLAIN_TEXT = r"[\w@./+%#][\w@./+%#-]*"
_NEVER_PLAIN = CURRENCIES | {"", *map(str.lower, WORDS)}
"""Texts that stand in quotes, as they could mean something else: joining, or another's currency."""
_PLAIN_KEY = r"[\w$@/+-]+"

Path: TypeAlias = tuple[str | int, ...]
"""Steps into a JSON value: keys of objects and places in arrays."""


@frozen
class And:
    """Matches what every one of its nodes matches."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(f"({each})" if isinstance(each, Or) else str(each) for each in self.nodes)


@frozen
class Or:
    """Matches what at least one of its nodes matches."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.nodes))


@frozen
class Not:
    """Matches exactly the records that its node does not match."""

    node: Node

    def __str__(self) -> str:
        if isinstance(self.node, Has):
            return f"missing:{self.node.target}"
        return f"-({self.node})" if isinstance(self.node, And | Or) else f"-{self.node}"


@frozen
class Has:
    """Matches records with a value in a field, or at a place in its JSON; null is none.

    Attributes:
        field: the field.
        path: the place in its JSON, empty for the field itself.
    """

    field: Field
    path: Path

    @property
    def target(self) -> str:
        """The field and the path as written in a filter."""
        return self.field.name + write_path(self.path)

    def __str__(self) -> str:
        return f"has:{self.target}"


@frozen
class Comparison:
    """One value with its operator: "=", ">", ">=", "<" or "<="."""

    operator: str
    value: Value

    def __str__(self) -> str:
        return f"{self.operator}{self.value}" if self.operator != "=" else str(self.value)


@frozen
class Range:
    """Everything from one value to another, both included; None where it is open."""

    low: Value | None
    high: Value | None

    def __str__(self) -> str:
        low = "" if self.low is None else str(self.low)
        return f"{low}..{'' if self.high is None else self.high}"


Test: TypeAlias = Comparison | Range


@frozen
class Term:
    """Matches records whose field passes one of the tests.

    Of a field of several other records, such as the status of a cart's sessions, it is enough
    that one of them does.

    Attributes:
        field: the field.
        path: the place in its JSON, empty for the field itself.
        tests: at least one.
    """

    field: Field
    path: Path
    tests: tuple[Test, ...]

    def __str__(self) -> str:
        return f"{self.field.name}{write_path(self.path)}:{','.join(map(str, self.tests))}"


@frozen
class Text:
    """Matches records in which a text stands anywhere, in whichever case.

    Attributes:
        pieces: the text's parts, in this order, with anything between them.
    """

    pieces: tuple[str, ...]

    def __str__(self) -> str:
        if len(self.pieces) == 1 and self.pieces[0].lower() in _NEVER_PLAIN:
            return quote(self.pieces[0])
        return "*".join(
            each if not each or re.fullmatch(_PLAIN_TEXT, each) else quote(each)
            for each in self.pieces
        )


Node: TypeAlias = And | Or | Not | Has | Term | Text


def at_path(value: Any, path: Sequence[str | int], absent: Any = None) -> Any:
    """The part of a JSON value that a path leads to.

    Args:
        value: the JSON value.
        path: a text steps into an object and a number into an array, as in a filter.
        absent: what to return if there is no such part.
    """
    for step in path:
        if isinstance(step, str):
            there = isinstance(value, dict) and step in value
        else:
            there = isinstance(value, list) and step < len(value)
        if not there:
            return absent
        value = value[step]
    return value


def write_path(path: Path) -> str:
    """A path as it follows a field's name in a filter: `.intent.charges[0]`."""
    return "".join(
        f"[{step}]"
        if isinstance(step, int)
        else f".{step if re.fullmatch(_PLAIN_KEY, step) else quote(step)}"
        for step in path
    )
