"""Pieces of SQL that conditions are put together from; each is whole next to AND and OR."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.query.tree import Path
    from localpay.storage.operands import Parameter, Stretch

_GROUP = 100
_PATH_KEY = re.compile(r'[^"\\\x00-\x1f]*+')
"""A key that SQLite's paths can name. Others have escapes in JSON, and versions differ in those."""


def any_of(found: Sequence[str]) -> str:
    """What holds where some of the expressions hold."""
    return _joined(found, " OR ") if found else "FALSE"


def all_of(found: Sequence[str]) -> str:
    """What holds where all of the expressions hold, of which there is one at least."""
    return _joined(found, " AND ")


def _joined(found: Sequence[str], word: str) -> str:
    """Join expressions, many of them in groups: SQLite allows a depth of 1000."""
    if len(found) == 1:
        return found[0]
    if len(found) > _GROUP:
        groups = range(0, len(found), _GROUP)
        return _joined([_joined(found[each : each + _GROUP], word) for each in groups], word)
    return f"({word.join(found)})"


def is_any(values: Sequence[Parameter]) -> str:
    """What follows a column that is to be one of some values."""
    return "= ?" if len(values) == 1 else f"IN ({', '.join('?' * len(values))})"


def in_halves(column: str, spans: Sequence[Stretch]) -> tuple[str, list[Parameter]]:
    """What holds for the instants in some spans, in as few comparisons as halving takes.

    Only the first two are for an index: a plus in front of a column keeps it from being used.

    Args:
        column: the column.
        spans: at least one, in order.

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
    """What stands at a place in a column of JSON.

    Args:
        column: the column.
        path: the place, of one step at least.

    Returns:
        The value, its type as SQLite calls it, and the parameters that either of the two takes.
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
    """A path as SQLite's JSON functions take it."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
