"""The command palette: every action, found by name while typing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Provider
from textual.content import Content

from localpay.tui.actions import ACTIONS, Action, key_sign
from localpay.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.command import Hits


class ActionCommands(Provider):
    """The actions of the main screen as commands."""

    async def discover(self) -> Hits:
        """All actions, shown before anything is typed."""
        for action, command in self._commands():
            yield DiscoveryHit(
                Content(_named(action)), command, text=_named(action), help=_keys(action)
            )

    async def search(self, query: str) -> Hits:
        """The actions whose name or help matches what was typed."""
        matcher = self.matcher(query)
        for action, command in self._commands():
            score = matcher.match(_named(action))
            if score > 0:
                yield Hit(
                    score, matcher.highlight(_named(action)), command,
                    text=_named(action), help=_keys(action),
                )  # fmt: skip

    def _commands(self) -> list[tuple[Action, Callable[[], Awaitable[None]]]]:
        screen = self.screen
        if not isinstance(screen, MainScreen):
            return []
        return [
            (action, partial(screen.action_perform, action.id))
            for action in ACTIONS
            if action.place in {"app", "list"} and action.id != "palette"
        ]


def _named(action: Action) -> str:
    """An action's name and help, so that it is found by either."""
    return f"{action.label}: {action.help[0].lower()}{action.help[1:]}"


def _keys(action: Action) -> str:
    return "  ".join(key_sign(key) for key in action.keys)
