"""The line that all typing is done in: whatever it holds is seen, and none of it obeyed.

What is typed or pasted is made safe by `localpay.text`. A value that is put in, such as the filter
of a saved view that came with a file, stays as it is, so that it means the same; only what is drawn
of it is made safe, each character in as many cells as the cursor counts.
"""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size
from rich.text import Text
from textual.widgets import Input

from localpay.text import one_line

_HIDDEN = "�"
"""What is drawn in place of a character that has no picture of one cell."""


class _Pictures(dict[int, str]):
    """What is drawn of each character: always one, so that places in a text stay the same."""

    def __missing__(self, code: int) -> str:
        shown = one_line(chr(code))
        self[code] = picture = shown if len(shown) == 1 else _HIDDEN
        return picture


_PICTURES = _Pictures()


def drawn(text: str) -> str:
    """A text with a picture in place of each character that a terminal would obey or hide."""
    return text if text.isascii() and text.isprintable() else text.translate(_PICTURES)


class LineInput(Input):
    """A line to type in that draws nothing which a terminal would obey."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in place of other text, made safe to show. Called by Textual for any key."""
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
