"""The Textual app: its colours and its commands. What it shows is in `screens.main`."""

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
"""Seconds between checks that the terminal is still there."""


def _end_without(terminal: TextIO) -> None:
    """End the way programs do when their terminal is gone, even if that signal is ignored.

    Textual would keep reading from it in a busy loop, and could not restore it.
    """
    if not terminal.isatty():
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGHUP)


def _commands() -> type[Provider]:
    from localpay.tui.palette import ActionCommands  # noqa: PLC0415 - not for the first frame

    return ActionCommands


class _Blanks(dict[int, str]):
    """Maps a character to itself, or to blanks of its width if a terminal would obey or hide it."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        safe = one_line(character) == character
        self[code] = shown = character if safe else " " * get_character_cell_size(character)
        return shown


class _Wall(LineFilter):
    """The last guard before the terminal: Textual's own widgets may draw pasted text as it is."""

    def __init__(self) -> None:
        super().__init__()
        self._blanks = _Blanks()

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Remove what a terminal would obey. Called by Textual for each line."""
        del background
        return [
            segment
            if segment.text.isascii() and segment.text.isprintable()
            else Segment(segment.text.translate(self._blanks), segment.style, segment.control)
            for segment in segments
        ]


class LocalpayApp(App[None]):
    """Shows one store.

    Args:
        store: the store; closing it is up to the caller.
        title: its name on the screen; by default the file's name.
        settings: the user's choices; by default they last for this run only.
        history: the filters used before; by default they last for this run only.
        view: the saved view to start with.
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
        # A theme that the user set for all Textual programs stays.
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
        """The filters that each line passes before it is drawn. Called by Textual."""
        return [*super().get_line_filters(), self._wall]

    def action_help_quit(self) -> None:
        """Say how to leave, because ctrl+c copies here. Called by Textual."""
        self.clear_notifications()
        self.notify("q in the list quits localpay; esc goes to the list.", markup=False)
