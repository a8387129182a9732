"""The program on the screen: its colours and its commands. What is seen is `screens.main`."""

from __future__ import annotations

import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual import constants
from textual.app import App
from textual.filter import LineFilter

from localpay.text import one_line
from localpay.tui import theme
from localpay.tui.filter_history import FilterHistory
from localpay.tui.screens.main import MainScreen
from localpay.tui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.color import Color
    from textual.command import Provider
    from textual.screen import Screen

    from localpay.entities import SavedView
    from localpay.store import Store

_GLANCE: Final = 1.0
"""Seconds between two looks whether the terminal is still there."""


def _end_without(terminal: TextIO) -> None:
    """End as programs do whose terminal is gone, also if that signal is ignored.

    Textual would read from it for ever, without a rest, and could not say goodbye to it.
    """
    if not terminal.isatty():
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGHUP)


def _commands() -> type[Provider]:
    from localpay.tui.palette import ActionCommands  # noqa: PLC0415 - not for the first frame

    return ActionCommands


class _Blanks(dict[int, str]):
    """Each character as it is, and blanks as wide as one that a terminal would obey or hide."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        safe = one_line(character) == character
        self[code] = shown = character if safe else " " * get_character_cell_size(character)
        return shown


class _Wall(LineFilter):
    """The last wall before the terminal, for what Textual's own widgets draw of pasted text."""

    def __init__(self) -> None:
        super().__init__()
        self._blanks = _Blanks()

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Segments without what a terminal would obey. Called by Textual for each line."""
        del background
        return [
            segment
            if segment.text.isascii() and segment.text.isprintable()
            else Segment(segment.text.translate(self._blanks), segment.style, segment.control)
            for segment in segments
        ]


class LocalpayApp(App[None]):
    """Looks at one store.

    Args:
        store: the store, which stays the caller's.
        title: what to call it; its file's name by default.
        settings: the user's choices; by default they are kept for this run alone.
        history: the filters that were used; by default they are kept for this run alone.
        view: the saved view to begin with.
    """

    TITLE = "localpay"
    COMMANDS = {_commands}  # noqa: RUF012 - as Textual has it

    def __init__(
        self,
        store: Store,
        *,
        title: str | None = None,
        settings: Settings | None = None,
        history: FilterHistory | None = None,
        view: SavedView | None = None,
    ) -> None:
        super().__init__()
        self._wall = _Wall()
        self._settings = settings or Settings()
        self._history = history or FilterHistory()
        self._view = view
        self._store = store
        self._title = one_line(title or Path(store.path).name)
        for each in theme.THEMES:
            self.register_theme(each)
        if self._settings.theme in self.available_themes:
            self.theme = self._settings.theme
        # A theme that the user chose for all programs of this kind is kept.
        elif constants.DEFAULT_THEME == "textual-dark":
            self.theme = theme.DARK.name
        elif constants.DEFAULT_THEME == "textual-light":
            self.theme = theme.LIGHT.name

    def on_mount(self) -> None:
        """Watch the terminal, if there is one. Called by Textual."""
        terminal = sys.__stdin__
        if not self.is_headless and terminal is not None and terminal.isatty():
            self.set_interval(_GLANCE, partial(_end_without, terminal))

    def get_default_screen(self) -> Screen[Any]:
        """The main screen. Called by Textual."""
        return MainScreen(self._store, self._title, self._settings, self._history, self._view)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each line goes through before it is drawn. Called by Textual."""
        return [*super().get_line_filters(), self._wall]

    def action_help_quit(self) -> None:
        """Say how to leave, as ctrl+c copies here and does not. Called by Textual."""
        self.clear_notifications()
        self.notify("q in the list leaves localpay, and esc leads to the list.", markup=False)
