"""A set of rows, by their numbers: small however many rows are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHIFT = 9
_MASK = (1 << _SHIFT) - 1


class Selection:
    """Rows of one table, as `Listing.numbers` names them.

    A block of 512 neighbouring rows is the bits of one integer, so a million rows take 0.4 MB.

    Args:
        numbers: those of the rows to begin with.
        table: the rows' table, so that no other one's are meant; None where it is not told.
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
        """The numbers of the rows, the oldest row first."""
        for block in sorted(self._blocks):
            bits, first = self._blocks[block], block << _SHIFT
            while bits:
                lowest = bits & -bits
                yield first + lowest.bit_length() - 1
                bits ^= lowest

    def add(self, numbers: Iterable[int]) -> None:
        """Put rows in."""
        blocks = self._blocks
        for number in numbers:
            bits = blocks.get(number >> _SHIFT, 0)
            bit = 1 << (number & _MASK)
            if not bits & bit:
                blocks[number >> _SHIFT] = bits | bit
                self._count += 1

    def remove(self, numbers: Iterable[int]) -> None:
        """Take rows out, where they are in."""
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
        """How many of its rows are among others, of which each is named once."""
        blocks, count = self._blocks, 0
        for number in numbers:
            if blocks.get(number >> _SHIFT, 0) >> (number & _MASK) & 1:
                count += 1
                if count == self._count:
                    break
        return count

    def copy(self) -> Selection:
        """The same rows in a selection of its own."""
        made = Selection((), self.table)
        made._blocks, made._count = self._blocks.copy(), self._count
        return made
