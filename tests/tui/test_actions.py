"""The table of actions: no two for one key, each with somebody who does it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from textual.scroll_view import ScrollView
from textual.widget import Widget

from localpay.tui.actions import ACTIONS, BY_ID, Action, Place, key_sign, owner_of
from localpay.tui.palette import ActionCommands
from localpay.tui.widgets.detail import DetailPane
from localpay.tui.widgets.facet_pane import FacetPane

if TYPE_CHECKING:
    from tests.tui.conftest import User


def name(action: Action) -> str:
    return f"{action.place}-{action.id}"


@pytest.mark.parametrize(
    "places", [("app", "list"), ("app", "details"), ("app", "facets"), ("filter",)]
)
def test_no_key_has_two_meanings_in_one_place(places: tuple[str, ...]) -> None:
    keys = Counter(key for each in ACTIONS if each.place in places for key in each.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_ids_are_unique_in_their_place() -> None:
    names = Counter(name(action) for action in ACTIONS)
    assert set(names.values()) == {1}


@pytest.mark.parametrize("action", ACTIONS, ids=name)
def test_each_action_has_a_key_and_a_help(action: Action) -> None:
    assert action.keys
    assert action.help[0].isupper()
    assert not action.help.endswith(".")


def test_each_action_of_the_screen_has_a_part_that_does_it(user: User) -> None:
    for action_id in BY_ID:
        assert callable(getattr(owner_of(user.main.parts, action_id), f"action_{action_id}"))


def test_what_textual_does_by_itself_is_no_part_of_ours() -> None:
    assert hasattr(ScrollView, "action_page_down")
    with pytest.raises(LookupError, match="page_down"):
        owner_of([ScrollView()], "page_down")


@pytest.mark.parametrize(("place", "widget"), [("details", DetailPane), ("facets", FacetPane)])
def test_the_details_and_the_facets_do_their_actions_themselves(
    place: Place, widget: type[Widget]
) -> None:
    ours = [each for each in widget.__mro__ if each.__module__.startswith("localpay.")]
    own = {name for each in ours for name in vars(each)}
    assert {f"action_{each.id}" for each in ACTIONS if each.place == place} <= own


def test_the_details_have_the_keys_that_the_table_says() -> None:
    assert {
        (key, binding.action)
        for keys, binding in DetailPane._merged_bindings.key_to_bindings.items()  # type: ignore[union-attr]
        for key in (keys,)
        for binding in binding
        if binding.action in {each.id for each in ACTIONS if each.place == "details"}
    } == {(key, each.id) for each in ACTIONS if each.place == "details" for key in each.keys}


def test_the_help_has_a_line_for_each_action(user: User) -> None:
    user.resize(80, 200).press("question_mark")
    for action in ACTIONS:
        keys = "  ".join(key_sign(key) for key in action.keys)
        assert any(keys in line and action.help in line for line in user.lines), action
    assert user.press("escape").app.screen is user.main


def test_the_palette_finds_an_action_and_does_it(user: User) -> None:
    user.press("ctrl+p")
    user.wait_for(lambda: user.app.screen is not user.main)
    user.type("show the carts")
    user.wait_for(lambda: any("show the carts" in line for line in user.lines[6:]))
    user.press("enter")
    user.wait_for(lambda: "10 carts" in user.lines[1])


def test_the_palette_offers_every_action_of_the_screen(user: User) -> None:
    commands = ActionCommands(user.main)._commands()
    offered = {action.id for action, _ in commands}
    assert offered == {each.id for each in ACTIONS if each.place in {"app", "list"}} - {"palette"}


def test_keys_are_written_as_people_do() -> None:
    assert [key_sign(key) for key in ("slash", "ctrl+z", "escape", "G", "up")] == [
        "/", "ctrl+z", "esc", "G", "↑",
    ]  # fmt: skip


@pytest.mark.parametrize(("typed", "name"), [("undo", "Undo"), ("save view", "Save view")])
def test_the_palette_finds_an_action_by_its_name_too(user: User, typed: str, name: str) -> None:
    user.press("ctrl+p")
    user.wait_for(lambda: user.app.screen is not user.main)
    user.type(typed)
    user.wait_for(lambda: f"{name}: " in user.text)


@pytest.mark.parametrize("way", [("enter",), ("f",)], ids=["details", "facets"])
def test_sorting_marking_and_views_have_their_keys_beside_the_list_too(
    user: User, way: tuple[str, ...]
) -> None:
    user.press(*way).press("s", "v", "v")
    assert user.main.browser.view.sort != "-created_at"
    assert "2 marked" in user.lines[-1]
    user.press("c")
    user.wait_for(lambda: "Columns of the sessions" in user.text)


@pytest.mark.parametrize("way", ["enter", "f"], ids=["details", "facets"])
def test_the_foot_of_the_screen_says_how_to_get_back_to_the_list(user: User, way: str) -> None:
    user.press(way)
    assert "esc List" in user.lines[-1]
    user.press("escape")
    assert user.focus == "RecordTable"
    assert "esc List" not in user.lines[-1]
