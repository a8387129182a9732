"""Pieces of SQL that conditions are put together from; each is whole next to AND and OR."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.query.tree import Path
    from localpay.storage.operands import Parameter, Stretch

_GROUP = 100


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


def json_path(path: Path) -> str:
    """A path as SQLite's JSON functions take it."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
