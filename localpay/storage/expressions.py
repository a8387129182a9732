"""Parts of conditions in SQL; none of them needs parentheses next to AND and OR."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.query.tree import Path
    from localpay.storage.operands import Parameter, Stretch

_GROUP = 100
_PATH_KEY = re.compile(r'[^"\\\x00-\x1f]*+')
"""A key that a SQLite path can name. SQLite's versions differ on keys with escapes in JSON."""


def any_of(found: Sequence[str]) -> str:
    """The OR of some expressions."""
    return _joined(found, " OR ") if found else "FALSE"


def all_of(found: Sequence[str]) -> str:
    """The AND of at least one expression."""
    return _joined(found, " AND ")


def _joined(found: Sequence[str], word: str) -> str:
    """Join expressions; many are joined in groups, because SQLite allows a depth of 1000."""
    if len(found) == 1:
        return found[0]
    if len(found) > _GROUP:
        groups = range(0, len(found), _GROUP)
        return _joined([_joined(found[each : each + _GROUP], word) for each in groups], word)
    return f"({word.join(found)})"


def is_any(values: Sequence[Parameter]) -> str:
    """What follows a column that must have one of some values."""
    return "= ?" if len(values) == 1 else f"IN ({', '.join('?' * len(values))})"


def in_halves(column: str, spans: Sequence[Stretch]) -> tuple[str, list[Parameter]]:
    """A condition for the instants in any of some spans, with few comparisons by halving.

    Only the first two may use an index; a plus in front of a column keeps SQLite from using one.

    Args:
        column: the column.
        spans: at least one span, in order.

    Returns:
        The expression and its parameters.
    """
    sql, parameters = f"{column} >= ? AND {column} < ?", [spans[0][0], spans[-1][1]]
    if len(spans) == 1:
        return sql, [*parameters]
    middle, inner = len(spans) // 2, f"+{column.lstrip('+')}"
    (left, of_left), (right, of_right) = (
        in_halves(inner, half) for half in (spans[:middle], spans[middle:])
    )
    return f"{sql} AND {any_of([left, right])}", [*parameters, *of_left, *of_right]


def json_at(column: str, path: Path) -> tuple[str, str, list[Parameter]]:
    """The value at a place in a column of JSON.

    Args:
        column: the column.
        path: the place, at least one step.

    Returns:
        An expression for the value, one for its type in SQLite, and the parameters of each.
    """
    parameters: list[Parameter] = []
    start = 0
    for end, step in enumerate(path):
        if isinstance(step, str) and not _PATH_KEY.fullmatch(step):
            parameters += [_json_path(path[start:end]), step]
            members = f"FROM json_each({column}, ?) WHERE key = ?"
            if end == len(path) - 1:
                return f"(SELECT value {members})", f"(SELECT type {members})", parameters
            column = f"(SELECT value {members} AND type IN ('object', 'array'))"
            start = end + 1
    parameters.append(_json_path(path[start:]))
    return f"json_extract({column}, ?)", f"json_type({column}, ?)", parameters


def _json_path(path: Path) -> str:
    """A path in the form of SQLite's JSON functions."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
