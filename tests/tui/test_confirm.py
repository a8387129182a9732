from __future__ import annotations

import pytest
from textual.content import Content

from localpay.tui.screens.confirm import ConfirmScreen
from tests.hostile import HOSTILE
from tests.tui.stage import SIZES, drawn, on_stage, press, run


@pytest.mark.parametrize(
    ("keys", "agree", "answer"),
    [
        (["y"], False, True), (["n"], False, False), (["escape"], False, False),
        (["enter"], False, False), (["enter"], True, True), (["left", "enter"], False, True),
        (["tab", "enter"], False, True), (["right", "l", "enter"], False, False),
        (["j", "k", "pagedown", "pageup", "q"], True, False),
    ],
)  # fmt: skip
def test_only_yes_is_yes(keys: list[str], agree: bool, answer: bool) -> None:
    async def act() -> None:
        screen = ConfirmScreen("Delete this cart?", ["cart_1", "2 sessions"], "Delete", agree=agree)
        async with on_stage(screen) as (app, pilot):
            for words in ("Delete this cart?", "cart_1", "2 sessions", "Delete y", "Cancel n"):
                assert words in drawn(app)
            await press(pilot, *keys)
            assert app.answers == [answer]

    run(act())


@pytest.mark.parametrize(("button", "answer"), [("#yes", True), ("#no", False)])
def test_the_answers_can_be_clicked(button: str, answer: bool) -> None:
    async def act() -> None:
        async with on_stage(ConfirmScreen("Sure?", [], "Yes")) as (app, pilot):
            await pilot.click(button)
            assert app.answers == [answer]

    run(act())


def test_title_and_answers_stay_in_view_at_every_size() -> None:
    lines = ["line " * 40 for _ in range(30)]

    async def act() -> None:
        async with on_stage(ConfirmScreen("Save?", lines, "Save")) as (app, pilot):
            for size in SIZES:
                await pilot.resize_terminal(*size)
                await press(pilot, "j")
                shown = drawn(app)
                if size[1] >= 5:
                    assert "Save?" in shown
                    assert "Save y" in shown

    run(act())


def test_hostile_texts_are_shown_and_not_obeyed() -> None:
    lines: list[str | Content] = [*HOSTILE.values(), Content("a[/nope]b")]

    async def act() -> None:
        for title in ("a[/nope]b", "[@click=app.quit]x[/]", "\x1b]0;x\x07", "x" * 10_000):
            async with on_stage(ConfirmScreen(title, lines, title), (40, 12)) as (app, pilot):
                drawn(app)
                for _ in range(3):
                    await press(pilot, *"jjjjj")
                    drawn(app)

    run(act())
