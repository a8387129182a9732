"""A line to type in shows all that it holds, and a terminal obeys none of it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from rich.cells import cell_len

from localpay.tui.widgets.line_input import LineInput, drawn
from tests.hostile import HOSTILE, RAW
from tests.tui import stage
from tests.tui.stage import on_stage, press, run, settle


@pytest.mark.parametrize("name", HOSTILE)
def test_each_character_is_drawn_as_one_that_is_harmless(name: str) -> None:
    text = HOSTILE[name]
    assert len(drawn(text)) == len(text)
    assert not (RAW | {"\n", "\u200b", "\ud800"}) & set(drawn(text))


def test_a_value_that_was_put_in_stays_as_it_is_and_is_drawn_safely() -> None:
    async def act() -> None:
        for text in HOSTILE.values():
            line = LineInput()
            async with on_stage(line, (40, 3)) as (app, pilot):
                line.value = text[:3000]
                await settle(pilot)
                stage.drawn(app)
                ET.fromstring(app.export_screenshot())
                await press(pilot, "home", "right", "left", "end", "left")
                stage.drawn(app)
                assert line.value == text[:3000]

    run(act())


def test_the_cursor_stands_where_the_character_is_drawn() -> None:
    async def act() -> None:
        line = LineInput(compact=True)
        async with on_stage(line, (40, 3)) as (app, pilot):
            line.value = "\x1b[2J語\u202e\x9b\tx"
            await settle(pilot)
            assert stage.drawn(app).startswith("␛[2J語��␉x")
            for place in range(len(line.value)):
                line.cursor_position = place
                await settle(pilot)
                x, y = line.cursor_screen_offset
                assert x == cell_len(drawn(line.value[:place]))
                await pilot.click(offset=(x, y))
                assert line.cursor_position == place

    run(act())


def test_what_is_copied_inside_the_program_is_pasted_safely() -> None:
    async def act() -> None:
        line = LineInput(compact=True)
        async with on_stage(line, (40, 3)) as (app, pilot):
            app.copy_to_clipboard("a\x1b[2Jb")
            await press(pilot, "ctrl+v")
            assert line.value == "a␛[2Jb"

    run(act())
