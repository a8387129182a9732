"""Places in a list as people write them: a row number, a percentage, first or last, an id."""

from __future__ import annotations

import re
from fractions import Fraction

from localpay.frozen import frozen

_ENDS = {"first": Fraction(0), "top": Fraction(0), "last": Fraction(1), "end": Fraction(1)}
_ROW = re.compile(r"#?(\d{1,3}(?:[,_ ]\d{3}){1,4}|\d{1,15})", re.ASCII)
_SHARE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s?%", re.ASCII)


@frozen
class Row:
    """A row by its number; the first is 1."""

    number: int

    def position(self, count: int) -> int | None:
        """Its position in a list of `count` rows; None if there are not as many."""
        return self.number - 1 if 1 <= self.number <= count else None


@frozen
class Share:
    """A share of the list: 0 is the first row, 1 the last."""

    part: Fraction

    def position(self, count: int) -> int | None:
        """The position of its row in a list of `count` rows; None if the list is empty."""
        return round(self.part * (count - 1)) if count and 0 <= self.part <= 1 else None


def read_place(text: str) -> Row | Share | None:
    """Read a place.

    Args:
        text: such as `1200`, `1,200`, `50%`, `first` or `last`, in either case.

    Returns:
        None if it is none of these, so can only be an id.
    """
    text = text.strip().lower()
    if text in _ENDS:
        return Share(_ENDS[text])
    if found := _ROW.fullmatch(text):
        return Row(int(re.sub(r"\D", "", found[1])))
    if found := _SHARE.fullmatch(text):
        return Share(Fraction(found[1]) / 100)
    return None
