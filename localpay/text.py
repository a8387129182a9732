"""Text made fit to show: on a screen, in a terminal, in a cell of CSV.

Text from a file or a database may contain escape sequences, or characters that are invisible or
change the direction of writing. Only this module turns them into something that is seen, not
obeyed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NEWLINE, _TAB = 0x0A, 0x09
_FORMULA = re.compile(r"[\s\x00]*[=+\-@]|[\t\r\n]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_ID = r"[a-z]+_(?=[0-9A-Z]{26}\Z)"  # compiled when first needed


@cache
def _line_table() -> dict[int, str]:
    """Each character that a terminal would obey or hide, with the text to show instead."""
    table = {code: chr(0x2400 + code) for code in range(0x20)}
    table[0x7F] = "␡"
    hidden = [
        *range(0x80, 0xA0),  # C1 controls: 0x9B starts an escape sequence of its own
        0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E,
        *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070),
        0x3164, 0xFEFF, 0xFFA0, *range(0xFFF9, 0xFFFC),
        0xFFFE, 0xFFFF,  # not characters, and not allowed in XML
        *range(0xD800, 0xE000),  # half surrogates cannot be written as UTF-8
    ]  # fmt: skip
    table |= {code: f"\\u{code:04x}" for code in hidden}
    return table | {code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)}


@cache
def _block_table() -> dict[int, str]:
    """The same, but line breaks stay."""
    kept = {code: shown for code, shown in _line_table().items() if code != _NEWLINE}
    return kept | {_TAB: "    "}


def one_line(text: str) -> str:
    """A text as one line that can be shown anywhere: controls become pictures, such as ␛ and ␊."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_line_table())


def block(text: str) -> str:
    """A text of several lines made safe to show: line breaks stay, a tab becomes four blanks."""
    if text.isascii() and text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_block_table())


def width(text: str) -> int:
    """How many terminal cells a line takes: 2 for 漢, none for a combining accent.

    Args:
        text: made safe by `one_line`, so that nothing in it moves the cursor.
    """
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, cells: int, measure: Callable[[str], int] = width) -> str:
    """Cut a text to a width and mark the cut with "…"; of an id, the distinctive end is kept.

    Args:
        text: made safe by `one_line`.
        cells: the width in terminal cells.
        measure: how many cells a text takes.
    """
    if measure(text) <= cells:
        return text
    if cells <= 0:
        return ""
    prefix = re.match(_ID, text)
    if prefix is not None and cells > prefix.end() + 1:
        return f"{prefix.group()}…{text[prefix.end() + 1 - cells :]}"
    # The longest beginning that leaves a cell for the mark.
    end = bisect_right(range(1, len(text)), cells - 1, key=lambda count: measure(text[:count]))
    return f"{text[:end].rstrip()}…"


def counted(count: int, noun: str) -> str:
    """A number of things in words: "1 cart", "1,204 carts".

    Args:
        count: how many.
        noun: what they are called, in the singular or the plural.
    """
    one = noun.removesuffix("s")
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def csv_cell(text: str) -> str:
    """A text as a cell of CSV, in quotes if it needs them.

    The empty text becomes `""`, because PostgreSQL reads an empty cell without quotes as null.
    """
    if not text or '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def spreadsheet_cell(text: str) -> str:
    """A text for a spreadsheet cell: what would run as a formula gets a quote before it.

    Numbers stay as they are, also negative ones.
    """
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
