"""Sums of amounts, exact however large they get.

SQLite fails if a sum has more than 64 bits. So it adds the upper and lower halves of the numbers
separately, and the two sums are combined afterwards.
"""

from __future__ import annotations

_HALF = 32
_LOWER = (1 << _HALF) - 1


def halves(column: str) -> str:
    """Two expressions: the sums of the upper and of the lower halves of a column."""
    return ", ".join(_halves(column))


def whole(upper: int, lower: int) -> int:
    """The sum, from the sums of the halves."""
    return (upper << _HALF) + lower


def differs(column: str, expected: str) -> str:
    """An expression: whether the sum of a column differs from the value of another one."""
    upper, lower = _halves(column)
    return (
        f"({upper} + ({lower} >> {_HALF}) <> {expected} >> {_HALF}"
        f" OR {lower} & {_LOWER} <> {expected} & {_LOWER})"
    )


def _halves(column: str) -> tuple[str, str]:
    return f"sum({column} >> {_HALF})", f"sum({column} & {_LOWER})"
