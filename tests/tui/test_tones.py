"""The line with the cursor is seen as such in every theme, in every part that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rich.style import Style

    from tests.tui.conftest import User


def styles(user: User, line: int, column: int) -> Style:
    """The style of a cell of the screen."""
    strips = user.app.screen._compositor.render_strips(user.app.size)
    return next(iter(strips[line].crop(column, column + 1))).style  # type: ignore[return-value]


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
@pytest.mark.parametrize("keys", [(), ("enter",), ("f",), ("c",)], ids="-".join)
def test_the_cursor_of_a_terminals_own_colours_is_reversed(
    user: User, theme: str, keys: tuple[str, ...]
) -> None:
    user.app.theme = theme
    user.press(*keys)
    user.wait_for(lambda: not keys or user.focus != "RecordTable" or keys == ("c",))
    user.wait_for(lambda: "counting …" not in user.text)
    user.settle()
    reversed_lines = [line for line in range(2, 23) if styles(user, line, 6).reverse]
    assert len(reversed_lines) == 1
