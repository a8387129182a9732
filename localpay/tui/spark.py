"""Small drawings of numbers, in one line of a terminal: bars and sparklines."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LEVELS: Final = "▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LONGEST = 4000
"""The most months or days that are drawn: dates in the data may be absurd."""


def bar(part: int, whole: int, width: int) -> str:
    """A bar that fills its part of a width in cells; the smallest part is still visible."""
    if width <= 0 or whole <= 0:
        return ""
    eighths = max(1 if part > 0 else 0, min(part, whole) * width * 8 // whole)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def sparkline(numbers: Sequence[int], width: int) -> str:
    """A line of columns: the highest number fills its cell, zero is blank.

    Args:
        numbers: from left to right; if there are more than cells, the same number of neighbours
            is added up for each column.
        width: in cells.
    """
    if width <= 0 or not numbers:
        return ""
    if len(numbers) > width:
        step = -(-len(numbers) // width)
        first = len(numbers) % step  # the newest column is complete, the oldest may not be
        starts = [*([0] if first else []), *range(first, len(numbers), step)]
        numbers = [sum(numbers[start:end]) for start, end in pairwise([*starts, len(numbers)])]
    most = max(numbers)
    columns = (LEVELS[-(-number * 8 // most) - 1] if number > 0 else " " for number in numbers)
    repeated = max(1, min(3, width // len(numbers)))
    return "".join(column * repeated for column in columns)


def without_gaps(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Months such as "2026-11", or days, in order, with zero for those that are missing.

    Args:
        counts: a number for each; keys that are no month or day are left out.
    """
    known = {key: number for key, number in counts.items() if _is_time(key)}
    if not known:
        return []
    following = _days if len(min(known)) == 10 else _months
    return [(key, known.get(key, 0)) for key in following(min(known), max(known))]


def _is_time(key: str) -> bool:
    try:
        date.fromisoformat(key if len(key) == 10 else f"{key}-01")
    except ValueError:
        return False
    return True


def _months(first: str, last: str) -> Iterator[str]:
    """The months from one to another; if there are too many, the last ones."""
    start, end = (int(each[:4]) * 12 + int(each[5:7]) - 1 for each in (first, last))
    for number in range(max(start, end - _LONGEST), end + 1):
        yield f"{number // 12:04}-{number % 12 + 1:02}"


def _days(first: str, last: str) -> Iterator[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    for number in range(max(0, (end - start).days - _LONGEST), (end - start).days + 1):
        yield (start + timedelta(number)).isoformat()
