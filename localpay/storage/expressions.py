"""Pieces of SQL that conditions are put together from; each is whole next to AND and OR."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.query.tree import Path
    from localpay.storage.operands import Parameter

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


def json_path(path: Path) -> str:
    """A path as SQLite's JSON functions take it."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
