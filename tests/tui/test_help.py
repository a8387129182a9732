"""The help behind `?`: how filters are written, and keys that scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.query import reference
from localpay.tui.screens.help import HelpScreen
from tests.tui.stage import SIZES

if TYPE_CHECKING:
    from localpay.store import Store
    from tests.tui.conftest import Open, User


def helped(user: User, *keys: str) -> User:
    user.press("question_mark")
    user.wait_for(lambda: isinstance(user.app.screen, HelpScreen))
    user.settle()
    return user.press(*keys)


@pytest.mark.parametrize("number", ["1", "2", "3"])
def test_the_help_explains_filters_and_the_fields_of_the_list_that_is_seen(
    store: Store, open_screen: Open, number: str
) -> None:
    user = helped(open_screen(store, (200, 400)).press(number))
    kind = user.main.browser.view.kind
    for form, _ in reference.EXAMPLES:
        assert form in user.text
    for _, written, _ in reference.VALUES:
        assert written.replace("`", "") in user.text
    assert f"Fields of a {kind.one}" in user.text
    for field in reference.listed(kind.entity):
        assert f" {field.name}" in user.text
    assert user.text.count("Fields of") == 1


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 10)])
def test_slash_leads_to_the_filters_and_other_keys_through_the_text(
    store: Store, open_screen: Open, size: tuple[int, int]
) -> None:
    user = helped(open_screen(store, size))
    top = user.lines
    assert any("Filters, for example" in line for line in user.press("slash").lines[:6])
    assert "a text without a field" in user.press("G").text
    assert user.press("g").lines == top
    below = user.press("j").lines
    assert below != top
    assert user.press("space", "pagedown", "ctrl+f").lines != below
    assert user.press("pageup", "ctrl+b", "pageup").lines == below
    assert "a text without a field" in user.press("end").text
    assert user.press("home").lines == top
    user.press("question_mark")
    assert user.app.screen is user.main


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_help_fits_every_size(store: Store, open_screen: Open, size: tuple[int, int]) -> None:
    user = helped(open_screen(store, size), "slash", "G", "g", "escape")
    assert user.app.screen is user.main
