"""The lines at the top and the bottom: what is open, and the keys.

Each is made of pieces; a piece with an action can be clicked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from localpay.tui.actions import ACTIONS, BY_ID, key_sign
from localpay.tui.columns import LISTS
from localpay.tui.present import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from localpay.entities import ListName


_LEAVING: Final = replace(BY_ID["escape"], label="List")
"""How the footer labels the keys that lead back to the list."""


class Piece(NamedTuple):
    """A part of a bar.

    Attributes:
        text: plain text.
        style: in Textual's words.
        action: the id of the action that a click does.
    """

    text: str
    style: str = ""
    action: str | None = None


class Bar(Widget):
    """One line of pieces, some of which can be clicked."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; background: $surface; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._drawn: list[Piece] = []

    def pieces(self, width: int) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """The pieces on the left and on the right, for a width in cells."""
        del width
        return (), ()

    def render(self) -> Content:
        """The line. Called by Textual."""
        width = self.size.width
        left, right = self.pieces(width)
        room = width - sum(cell_len(piece.text) for piece in (*left, *right))
        self._drawn = [*left, Piece(" " * max(0, room)), *right]
        return Content.assemble(*((piece.text, piece.style) for piece in self._drawn))

    def on_click(self, event: events.Click) -> None:
        """Do the action of the piece under the mouse."""
        x = event.x
        for piece in self._drawn:
            x -= cell_len(piece.text)
            if x < 0:
                if piece.action is not None:
                    self.run_action_of(piece.action)
                return

    def run_action_of(self, action: str) -> None:
        """Let the screen do an action."""
        self.call_later(self.run_action, f"screen.perform('{action}')")


class TopBar(Bar):
    """The program, the lists, the file, and whether it is read-only.

    Args:
        title: the name of what is open.
        read_only: whether to say that it is read-only.
    """

    def __init__(self, title: str, *, read_only: bool) -> None:
        super().__init__(id="top")
        self._title = title
        self._read_only = read_only
        self.chosen: ListName = LISTS[0].name

    def choose(self, name: ListName) -> None:
        """Highlight the name of the list on the screen."""
        self.chosen = name
        self.refresh()

    @property
    def _chosen_style(self) -> str:
        # A terminal's own colours cannot be mixed.
        ansi = self.app.current_theme.ansi
        return "bold reverse" if ansi else "bold $text-primary on $primary 18%"

    def pieces(self, width: int) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """The lists first; the rest gets the room that is left."""
        left: list[Piece] = []
        if width >= 70:
            left.append(Piece(" localpay ", "bold $text-accent"))
        for number, kind in enumerate(LISTS, 1):
            chosen = kind.name == self.chosen
            if width >= 44:
                style = self._chosen_style if chosen else "$foreground 60%"
                left.append(Piece(f"  {number} {kind.label}  ", style, kind.name))
            elif chosen:
                left.append(Piece(f" {kind.label}", "bold $text-primary", "next_tab"))
        right: list[Piece] = []
        room = width - sum(cell_len(piece.text) for piece in left)
        if self._read_only and room > 12:
            right.append(Piece(" read-only ", "bold reverse $text-warning"))
            room -= 11
        if room > 8:
            right.insert(0, Piece(f" {fit(self._title, room - 3)}  ", "$foreground 60%"))
        return left, right


class KeyBar(Bar):
    """The keys of the part with the focus, and the position of the cursor.

    Args:
        read_only: whether actions that change the store are dimmed.
    """

    def __init__(self, *, read_only: bool) -> None:
        super().__init__(id="keys")
        self._read_only = read_only
        self._places: tuple[str, ...] = ("list", "app")
        self._where = ""

    def show(self, places: tuple[str, ...], where: str) -> None:
        """Show other keys, or another position.

        Args:
            places: the places whose keys work now.
            where: the cursor's position, in words.
        """
        if (places, where) != (self._places, self._where):
            self._places, self._where = places, where
            self.refresh()

    def pieces(self, width: int) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """As many keys as fit, always with help and the ways out."""
        where = f"{self._where} " if width >= 30 else ""
        hints = [
            each for place in self._places for each in ACTIONS if each.hint and each.place == place
        ]
        if self._places[0] in {"details", "facets"}:
            hints.insert(0, _LEAVING)
        last = [each for each in hints if each.id in {"help", "quit", "escape"}]
        room = width - cell_len(where) - 1
        chosen: list[str] = []
        for action in [*last, *(each for each in hints if each not in last)]:
            taken = cell_len(key_sign(action.keys[0])) + cell_len(action.label) + 3
            if taken > room:
                break
            room -= taken
            chosen.append(action.id)
        left = [Piece(" ")]
        for action in hints:
            if action.id in chosen:
                off = action.writes and self._read_only
                label = "$foreground 35%" if off else "$foreground 75%"
                key = label if off else "bold $text-accent"
                left.append(Piece(key_sign(action.keys[0]), key, action.id))
                left.append(Piece(f" {action.label}  ", label, action.id))
        return left, [Piece(where, "$foreground 60%")]
