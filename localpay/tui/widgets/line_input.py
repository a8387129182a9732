"""The line for all typing: everything in it is shown, and nothing reaches the terminal raw.

Typed and pasted text is made safe by `localpay.text`. A value set by the program, such as the
filter of a saved view from a file, stays unchanged, so that it means the same; only what is drawn
of it is made safe, each character with the width that the cursor expects.
"""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size
from rich.text import Text
from textual.widgets import Input

from localpay.text import one_line

_HIDDEN = "�"
"""Drawn in place of a character that has no picture of one cell."""


class _Pictures(dict[int, str]):
    """Maps a character to the one that is drawn, so that positions in a text stay the same."""

    def __missing__(self, code: int) -> str:
        shown = one_line(chr(code))
        self[code] = picture = shown if len(shown) == 1 else _HIDDEN
        return picture


_PICTURES = _Pictures()


def drawn(text: str) -> str:
    """A text with a picture for each character that a terminal would obey or hide."""
    return text if text.isascii() and text.isprintable() else text.translate(_PICTURES)


class LineInput(Input):
    """A line to type in that draws nothing a terminal would obey."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part of the text by safe text. Called by Textual for every key."""
        super().replace(one_line(text), start, end)

    @property
    def _value(self) -> Text:
        return Text(drawn(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(drawn(self.value[:position]))

    def _cell_offset_to_index(self, offset: int) -> int:
        left = offset + self.scroll_offset.x
        for index, character in enumerate(drawn(self.value)):
            left -= get_character_cell_size(character)
            if left < 0:
                return index
        return len(self.value)
