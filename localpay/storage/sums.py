"""Sums of amounts, exact however large they get.

SQLite gives up on a sum beyond 64 bits. Here it adds the upper and the lower halves of the numbers
by themselves, which are put together again afterwards.
"""

from __future__ import annotations

_HALF = 32
_LOWER = (1 << _HALF) - 1


def halves(column: str) -> str:
    """Two columns of a statement: the sums of the upper and of the lower halves of a column."""
    return ", ".join(_halves(column))


def whole(upper: int, lower: int) -> int:
    """The sum, from those of its halves."""
    return (upper << _HALF) + lower


def differs(column: str, told: str) -> str:
    """An expression: whether the sum of a column is another number than the one in a column."""
    upper, lower = _halves(column)
    return (
        f"({upper} + ({lower} >> {_HALF}) <> {told} >> {_HALF}"
        f" OR {lower} & {_LOWER} <> {told} & {_LOWER})"
    )


def _halves(column: str) -> tuple[str, str]:
    return f"sum({column} >> {_HALF})", f"sum({column} & {_LOWER})"
