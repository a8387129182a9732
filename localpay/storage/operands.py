"""What the tests of a term ask for, as SQL wants it: literals, comparisons and intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from localpay.query import spans
from localpay.query.tree import Comparison
from localpay.query.values import Flag, Major, Minor, Number, Pattern
from localpay.storage import patterns
from localpay.storage.columns import GREATEST, LEAST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localpay.query.tree import Test
    from localpay.query.values import Value
    from localpay.storage.patterns import Pieces

Parameter: TypeAlias = str | int | float
Interval: TypeAlias = tuple[int, int]
"""The first and the last integer of some."""


def is_single(test: Test) -> bool:
    """Whether a test asks for one value as it is."""
    return (
        isinstance(test, Comparison)
        and test.operator == "="
        and not (isinstance(test.value, Pattern) and len(test.value.pieces) > 1)
    )


def literals(tests: Iterable[Test]) -> list[Parameter]:
    """The texts and numbers that tests ask for as they are."""
    return [
        _literal(test.value)
        for test in tests
        if isinstance(test, Comparison)
        and isinstance(test.value, Pattern | Number)
        and is_single(test)
    ]


def comparisons(test: Test) -> list[tuple[str, Parameter]]:
    """Operators and operands of a test of texts or numbers; none if it asks for a literal."""
    if not isinstance(test, Comparison):
        ends = ((">=", test.low), ("<=", test.high))
        return [(operator, _literal(value)) for operator, value in ends if value is not None]
    if test.operator != "=":
        return [(test.operator, _literal(test.value))]
    if isinstance(test.value, Pattern) and len(test.value.pieces) > 1:
        return [("GLOB", patterns.glob(test.value.pieces))]
    return []


def _literal(value: Value) -> Parameter:
    assert isinstance(value, Pattern | Number)
    return value.pieces[0] if isinstance(value, Pattern) else value.value


def pieces(test: Test) -> Pieces:
    """The pattern that a test asks for."""
    assert isinstance(test, Comparison)
    assert isinstance(test.value, Pattern)
    return test.value.pieces


def flags(tests: Iterable[Test]) -> list[bool]:
    """Those of true and false that tests ask for."""
    values = [test.value for test in tests if isinstance(test, Comparison)]
    return [each.value for each in values if isinstance(each, Flag)]


def amount(test: Test) -> Minor | Major:
    """One of the amounts of a test; those of a range are of one kind and currency."""
    value = test.value if isinstance(test, Comparison) else test.low or test.high
    assert isinstance(value, Minor | Major)
    return value


def intervals(tests: Iterable[Test], decimals: int = 2) -> list[Interval]:
    """The minor units that pass some test, in a currency of so many decimals, within 64 bits."""
    found = []
    for start, end in (spans.amounts(test, decimals) for test in tests):
        low = LEAST if start is None else max(start, LEAST)
        high = GREATEST if end is None else min(end - 1, GREATEST)
        if low <= high:
            found.append((low, high))
    return found
