"""What the tests of amounts and times mean: spans of integers or instants, the end excluded.

Every test of either kind, whatever its operator, is one span. That is why SQL needs no more than
a lower and an upper bound for any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from localpay.query.tree import Comparison
from localpay.query.values import Major, Minor, Number, Pattern, Period, Relative

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from localpay.query.tree import Range, Test
    from localpay.query.values import Value

_MOST_DECIMALS = 20
"""No amount is written with more."""

T = TypeVar("T")
Span: TypeAlias = tuple[T | None, T | None]
"""The first value and the first one after the last; None where there is no bound."""


def amounts(test: Test, decimals: int) -> Span[int]:
    """The minor units that pass a test, in a currency of so many decimals."""

    def span(value: Value) -> Span[int]:
        assert isinstance(value, Minor | Major)
        return value.span(decimals)

    return _span(test, span)


def instants(test: Test, now: datetime) -> Span[datetime]:
    """The instants that pass a test.

    A time told from now is, on its own, everything between it and now: `-7d` is the last seven
    days. After an operator, and in a range, it is the instant itself.
    """

    def span(value: Value) -> Span[datetime]:
        assert isinstance(value, Period | Relative)
        return value.span(now)

    if isinstance(test, Comparison) and test.operator == "=" and isinstance(test.value, Relative):
        return test.value.since(now)
    return _span(test, span)


def is_backwards(test: Range) -> bool:
    """Whether a range begins after its end, so that nothing is ever in it."""
    low, high = test.low, test.high
    if isinstance(low, Minor | Major) and isinstance(high, Minor | Major):
        return low.span(_MOST_DECIMALS)[0] > high.span(_MOST_DECIMALS)[0]
    if isinstance(low, Period) and isinstance(high, Period):
        return high.end is not None and low.start >= high.end
    if isinstance(low, Relative) and isinstance(high, Relative):
        return low.whole_day is high.whole_day and low.distance > high.distance
    if isinstance(low, Number) and isinstance(high, Number):
        return low.value > high.value
    if isinstance(low, Pattern) and isinstance(high, Pattern):
        return low.pieces > high.pieces
    return False


def _span(test: Test, of: Callable[[Value], Span[T]]) -> Span[T]:
    if not isinstance(test, Comparison):
        return (
            None if test.low is None else of(test.low)[0],
            None if test.high is None else of(test.high)[1],
        )
    start, end = of(test.value)
    if test.operator == "=":
        return start, end
    if test.operator == ">":
        return (end, None) if end is not None else (start, start)
    if test.operator == ">=":
        return start, None
    return None, start if test.operator == "<" else end
