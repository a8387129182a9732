"""The tests of a term in a form for SQL: literals, comparisons and intervals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from localpay import clock
from localpay.query import spans
from localpay.query.fields import Kind
from localpay.query.tree import Comparison, Not, Or, Term, Text
from localpay.query.values import Flag, Major, Minor, Number, Pattern
from localpay.storage import patterns
from localpay.storage.columns import GREATEST, LEAST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from localpay.query.tree import Node, Test
    from localpay.query.values import Value
    from localpay.storage.patterns import Pieces

Parameter: TypeAlias = str | int | float
Interval: TypeAlias = tuple[int, int]
"""The first and the last of consecutive integers."""
Stretch: TypeAlias = tuple[str, str]
"""The first instant of a span, and the first after it, in the file's form."""

_OPPOSITES: Final = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
_BEFORE_ALL_TIME, _AFTER_ALL_TIME = "", "~"


def is_single(test: Test) -> bool:
    """Whether a test asks for one exact value."""
    return (
        isinstance(test, Comparison)
        and test.operator == "="
        and not (isinstance(test.value, Pattern) and len(test.value.pieces) > 1)
    )


def literals(tests: Iterable[Test]) -> list[Parameter]:
    """The exact texts and numbers that tests ask for."""
    return [
        _literal(test.value)
        for test in tests
        if isinstance(test, Comparison)
        and isinstance(test.value, Pattern | Number)
        and is_single(test)
    ]


def comparisons(test: Test) -> list[tuple[str, Parameter]]:
    """The operators and operands of a test of text or numbers; none for an exact value."""
    if not isinstance(test, Comparison):
        ends = ((">=", test.low), ("<=", test.high))
        return [(operator, _literal(value)) for operator, value in ends if value is not None]
    if test.operator != "=":
        return [(test.operator, _literal(test.value))]
    if isinstance(test.value, Pattern) and len(test.value.pieces) > 1:
        return [("GLOB", patterns.glob(test.value.pieces))]
    return []


def gathered(nodes: Iterable[Node]) -> tuple[list[Node], list[Text]]:
    """The alternatives of an OR: terms, with all instants of a field in one; and bare words."""
    found: dict[str | int, Node] = {}
    texts: list[Text] = []
    for node in nodes:
        if isinstance(node, Term) and node.field.kind is Kind.INSTANT:
            known = found.get(node.field.name)
            tests = known.tests if isinstance(known, Term) else ()
            found[node.field.name] = replace(node, tests=tests + node.tests)
        elif isinstance(node, Text):
            texts.append(node)
        else:
            found[len(found)] = node
    return list(found.values()), texts


def is_single_term(node: Node) -> bool:
    """Whether a filter is one term, or the opposite of one."""
    if isinstance(node, Not):
        return is_single_term(node.node)
    if isinstance(node, Or):
        found, texts = gathered(node.nodes)
        return not texts and len(found) == 1 and is_single_term(found[0])
    return isinstance(node, Term)


def opposite(term: Term) -> Term | None:
    """The opposite of a term, if it is a single comparison."""
    test = term.tests[0]
    if len(term.tests) > 1 or not isinstance(test, Comparison) or term.path:
        return None
    if test.operator == "=" or (isinstance(test.value, Minor) and test.value.currency):
        return None
    return replace(term, tests=(replace(test, operator=_OPPOSITES[test.operator]),))


def _literal(value: Value) -> Parameter:
    assert isinstance(value, Pattern | Number)
    return value.pieces[0] if isinstance(value, Pattern) else value.value


def pieces(test: Test) -> Pieces:
    """The pieces of the pattern that a test asks for."""
    assert isinstance(test, Comparison)
    assert isinstance(test.value, Pattern)
    return test.value.pieces


def flags(tests: Iterable[Test]) -> list[bool]:
    """Which of true and false the tests ask for."""
    values = [test.value for test in tests if isinstance(test, Comparison)]
    return [each.value for each in values if isinstance(each, Flag)]


def amount(test: Test) -> Minor | Major:
    """An amount of a test; both ends of a range have the same kind and currency."""
    value = test.value if isinstance(test, Comparison) else test.low or test.high
    assert isinstance(value, Minor | Major)
    return value


def intervals(tests: Iterable[Test], decimals: int = 2) -> list[Interval]:
    """The minor units that pass any of some tests, in a currency with these decimals."""
    found = []
    for start, end in (spans.amounts(test, decimals) for test in tests):
        low = LEAST if start is None else max(start, LEAST)
        high = GREATEST if end is None else min(end - 1, GREATEST)
        if low <= high:
            found.append((low, high))
    return found


def instants(tests: Iterable[Test], now: datetime, *, negated: bool = False) -> list[Stretch]:
    """The instants that pass any of some tests, as separate spans in order.

    Args:
        tests: the tests.
        now: the instant that relative times count from.
        negated: give the instants that pass none of the tests.
    """
    found: list[Stretch] = []
    for first, after in sorted(_stretch(test, now) for test in tests):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], after)
        elif first < after:
            found.append((first, after))
    if not negated:
        return found
    ends = [_BEFORE_ALL_TIME, *(end for stretch in found for end in stretch), _AFTER_ALL_TIME]
    gaps = zip(ends[::2], ends[1::2], strict=True)
    return [(first, after) for first, after in gaps if first < after]


def is_all_time(first: str, after: str) -> bool:
    """Whether a span has no beginning and no end."""
    return (first, after) == (_BEFORE_ALL_TIME, _AFTER_ALL_TIME)


def _stretch(test: Test, now: datetime) -> Stretch:
    start, end = spans.instants(test, now)
    return (
        _BEFORE_ALL_TIME if start is None else clock.to_text(start),
        _AFTER_ALL_TIME if end is None else clock.to_text(end),
    )
