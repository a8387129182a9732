"""The colours that the user chose, kept for the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.tui.app import LocalpayApp
from localpay.tui.settings import Settings
from localpay.tui.theme import DARK

if TYPE_CHECKING:
    from pathlib import Path

    from localpay.store import Store
    from tests.tui.conftest import Open, User


def choose(user: User, name: str) -> User:
    user.press("t")
    user.wait_for(lambda: user.app.screen is not user.main and user.app.screen.focused)
    user.type(name)
    user.wait_for(lambda: user.text.count(name) == 2)  # as it is typed, and found
    user.press("enter")
    user.wait_for(lambda: user.app.theme == name)
    return user


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "screen.json"


def test_a_theme_that_was_chosen_is_there_from_the_first_frame_of_the_next_time(
    store: Store, open_screen: Open, kept: Path
) -> None:
    user = choose(open_screen(store, settings=Settings(kept)), "nord")
    user.wait_for(lambda: Settings(kept).theme == "nord")
    assert LocalpayApp(store, settings=Settings(kept)).theme == "nord"
    assert user.notices == []


def test_whoever_chose_nothing_has_nothing_written(
    store: Store, open_screen: Open, kept: Path
) -> None:
    user = open_screen(store, settings=Settings(kept)).press("j")
    assert user.app.theme == DARK.name
    assert not kept.exists()


@pytest.mark.parametrize("name", ["none of ours", "", "nord,gruvbox"])
def test_a_theme_that_is_not_known_any_more_is_left_out(store: Store, name: str) -> None:
    settings = Settings()
    settings.keep_theme(name)
    assert LocalpayApp(store, settings=settings).theme == DARK.name


def test_a_theme_that_cannot_be_kept_is_reported_and_lasts_for_the_run(
    store: Store, open_screen: Open, kept: Path
) -> None:
    kept.parent.write_text("")
    user = choose(open_screen(store, settings=Settings(kept)), "nord")
    user.wait_for(lambda: user.notices)
    assert "cannot be written" in user.notices[0]
    assert user.app.theme == "nord"
