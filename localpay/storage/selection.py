"""Sets of row numbers that take little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHIFT = 9
_MASK = (1 << _SHIFT) - 1


class Selection:
    """A set of rows of one table, by row number.

    The bits of one integer stand for 512 consecutive rows, so a million rows take 0.4 MB.

    Args:
        numbers: the first row numbers.
        table: the table, so that it is not used with another one; None if it is unknown.
    """

    def __init__(self, numbers: Iterable[int] = (), table: str | None = None) -> None:
        self.table = table
        self._blocks: dict[int, int] = {}
        self._count = 0
        self.add(numbers)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, number: int) -> bool:
        return bool(self._blocks.get(number >> _SHIFT, 0) >> (number & _MASK) & 1)

    def __iter__(self) -> Iterator[int]:
        """The row numbers, the oldest row first."""
        for block in sorted(self._blocks):
            bits, first = self._blocks[block], block << _SHIFT
            while bits:
                lowest = bits & -bits
                yield first + lowest.bit_length() - 1
                bits ^= lowest

    def add(self, numbers: Iterable[int]) -> None:
        """Add rows."""
        blocks = self._blocks
        for number in numbers:
            bits = blocks.get(number >> _SHIFT, 0)
            bit = 1 << (number & _MASK)
            if not bits & bit:
                blocks[number >> _SHIFT] = bits | bit
                self._count += 1

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove rows, if they are in it."""
        for number in numbers:
            if number in self:
                block = number >> _SHIFT
                left = self._blocks[block] ^ 1 << (number & _MASK)
                self._count -= 1
                if left:
                    self._blocks[block] = left
                else:
                    del self._blocks[block]

    def count_among(self, numbers: Iterable[int]) -> int:
        """How many of its rows are among other, distinct ones."""
        blocks, count = self._blocks, 0
        for number in numbers:
            if blocks.get(number >> _SHIFT, 0) >> (number & _MASK) & 1:
                count += 1
                if count == self._count:
                    break
        return count

    def copy(self) -> Selection:
        """A new selection with the same rows."""
        made = Selection((), self.table)
        made._blocks, made._count = self._blocks.copy(), self._count
        return made
