from __future__ import annotations

from typing import Any

import pytest

from localpay.tui.widgets.json_tree import json_node
from localpay.tui.widgets.lines import Node
from localpay.tui.widgets.outline import Outline
from tests.hostile import HOSTILE, hostile_json, nested
from tests.tui.stage import SIZES, drawn, on_stage, press, run, settle

DATA = {
    "id": "pi_1",
    "charges": [{"id": "ch_1", "paid": True}, {"id": "ch_2", "paid": None}],
    "amount": 1250,
    "metadata": {},
    "client_secret": "pi_1_secret_abcdefgh1234",
}


def tree(data: Any, *, reveal: bool = False) -> Outline:
    outline = Outline()
    outline.set_nodes([json_node(("data",), data, reveal=reveal, unfolded=True, heading="data")])
    return outline


def lines(outline: Outline) -> list[str]:
    return [line[2:] for line in outline.text.split("\n")]


def way(outline: Outline) -> list[Any]:
    return list(outline.cursor_way)


def test_an_object_is_a_line_for_each_key_in_its_order() -> None:
    async def act() -> None:
        async with on_stage(outline := tree(DATA)):
            assert lines(outline) == [
                "▾ data  {5 keys}",
                '    id             "pi_1"',
                "  ▸ charges        [2 items]",
                "    amount         1250",
                "    metadata       {}",
                '    client_secret  "••••1234"',
            ]

    run(act())


def test_unfolding_shows_what_is_inside_and_folding_hides_it() -> None:
    async def act() -> None:
        async with on_stage(outline := tree(DATA)) as (_, pilot):
            await press(pilot, "j", "j", "right", "right", "l")
            assert lines(outline)[2:6] == [
                "  ▾ charges        [2 items]",
                "    ▾ 0  {2 keys}",
                '        id    "ch_1"',
                "        paid  true",
            ]
            await press(pilot, "l", "left")
            assert way(outline) == ["data", "charges", 0]
            await press(pilot, "h", "left", "left")
            assert lines(outline)[2:4] == [
                "  ▸ charges        [2 items]",
                "    amount         1250",
            ]
            await press(pilot, "left", "left")
            assert lines(outline) == ["▸ data  {5 keys}"]
            await press(pilot, "space", "enter", "enter")
            assert len(lines(outline)) == 6

    run(act())


def test_levels_are_folded_and_unfolded_at_once() -> None:
    async def act() -> None:
        async with on_stage(outline := tree(nested(6))) as (_, pilot):
            depths = []
            for key in ("plus", "plus", "minus", "9", "minus", "0", "plus"):
                await press(pilot, key)
                depths.append(len(lines(outline)))
            assert depths == [3, 4, 3, 7, 6, 1, 2]

    run(act())


def test_a_fold_is_kept_for_other_data_in_the_same_place() -> None:
    async def act() -> None:
        async with on_stage(outline := tree(DATA)) as (_, pilot):
            await press(pilot, "j", "j", "right", "j")
            other = {"other": 1, "charges": [1, 2, 3]}
            outline.set_nodes([json_node(("data",), other, reveal=False, unfolded=True)])
            assert lines(outline)[2:] == [
                "  ▾ charges  [3 items]",
                "      0  1",
                "      1  2",
                "      2  3",
            ]
            assert way(outline) == ["data", "charges", 0]
            outline.set_nodes([json_node(("data",), {}, reveal=False, unfolded=True)])
            assert way(outline) == ["data"]
            outline.set_nodes([json_node(("data",), other, reveal=False, unfolded=True)])
            assert way(outline) == ["data", "charges", 0]

    run(act())


def test_a_long_text_unfolds_to_all_of_it() -> None:
    text = "first line\n" + "word " * 100

    async def act() -> None:
        async with on_stage(outline := tree({"note": text})) as (_, pilot):
            assert lines(outline)[1].endswith("…")
            await press(pilot, "j", "right")
            unfolded = lines(outline)[2:]
            assert unfolded[0] == "    │ first line"
            assert "".join(line[6:].ljust(91) for line in unfolded[1:]).count("word ") == 100
            await press(pilot, "j", "j")
            assert outline.cursor_node is not None
            assert outline.cursor_node.value == text
            await press(pilot, "left")
            assert len(lines(outline)) == 2
            assert way(outline) == ["data", "note"]

    run(act())


def test_very_many_members_come_in_groups() -> None:
    async def act() -> None:
        async with on_stage(outline := tree(list(range(1200)))) as (_, pilot):
            assert lines(outline)[1:] == ["  ▸ 0 … 499", "  ▸ 500 … 999", "  ▸ 1000 … 1199"]
            await press(pilot, "G", "right", "right")
            assert outline.cursor_node is not None
            assert (outline.cursor_node.label, outline.cursor_node.value) == ("1000", 1000)
            outline.set_nodes(
                [json_node(("a",), dict.fromkeys(map(str, range(501)), 0), reveal=False)]
            )
            await press(pilot, "9")
            assert len(lines(outline)) == 504

    run(act())


def test_unfolding_all_of_very_much_stops_in_time() -> None:
    async def act() -> None:
        async with on_stage(outline := tree([[[0] * 400] * 400] * 400)) as (_, pilot):
            await press(pilot, "9")
            assert 20_000 < len(outline._lines) < 22_000

    run(act())


def test_moving_skips_empty_lines_and_finds_sections() -> None:
    nodes = [
        Node(title, title, (), None, lambda: [Node("a"), Node("b")], unfolded=True, heading=True)
        for title in ("one", "two", "three")
    ]  # fmt: skip

    async def act() -> None:
        async with on_stage(outline := Outline(), (30, 6)) as (_, pilot):
            outline.set_nodes(nodes)
            for keys, there in (
                ("jjj", ("two",)), ("k", ("one", "b")), ("n", ("two",)), ("n", ("three",)),
                ("n", ("three", "b")), ("N", ("three",)), ("G", ("three", "b")), ("g", ("one",)),
                ("N", ("one",)),
            ):  # fmt: skip
                await press(pilot, *keys)
                assert way(outline) == list(there)
            await press(pilot, "pagedown")
            assert way(outline) == ["two", "a"]
            await press(pilot, "pageup")
            assert way(outline) == ["one"]

    run(act())


def test_a_click_folds_and_a_double_click_follows() -> None:
    followed: list[Any] = []

    class Links(Outline):
        def on_outline_followed(self, message: Outline.Followed) -> None:
            followed.append((message.entity, message.record_id))

    async def act() -> None:
        async with on_stage(outline := Links()) as (_, pilot):
            inner = Node("in", "in")
            outline.set_nodes([
                Node("a", "a", children=lambda: [inner]), Node("b", "b", link=("cart", "cart_1")),
            ])  # fmt: skip
            await settle(pilot)
            await pilot.click(outline, offset=(3, 0))
            assert lines(outline) == ["▾ a", "    in", "  b"]
            await pilot.click(outline, offset=(3, 2))
            assert (way(outline), followed) == (["b"], [])
            await pilot.double_click(outline, offset=(3, 2))
            assert followed == [("cart", "cart_1")]
            await pilot.click(outline, offset=(3, 20))

    run(act())


def test_nothing_to_show_takes_every_key() -> None:
    async def act() -> None:
        async with on_stage(outline := Outline()) as (_, pilot):
            await press(
                pilot, *"jkhlnNgG09", "minus", "plus", "enter", "space", "pagedown", "pageup"
            )
            assert outline.cursor_node is None
            assert way(outline) == []

    run(act())


@pytest.mark.parametrize("reveal", [False, True])
def test_hostile_data_is_shown_and_not_obeyed(reveal: bool) -> None:
    async def act() -> None:
        async with on_stage(outline := tree(hostile_json(), reveal=reveal)) as (_, pilot):
            await press(pilot, "plus")
            text = outline.text
            assert "a[/nope]b" in text
            assert "[@click=app.quit]x[/]" in text
            assert "␛" in text or "\\u001b" in text
            for name in HOSTILE:
                assert name in text
            for _ in range(6):
                await press(pilot, "pagedown")
                drawn(pilot.app)

    run(act())


def test_every_size_is_drawn_however_deep_the_data() -> None:
    async def act() -> None:
        async with on_stage(outline := tree(hostile_json())) as (_, pilot):
            await press(pilot, "9")
            for size in SIZES:
                await pilot.resize_terminal(*size)
                await press(pilot, "G", "k", "left", "right", "g")
                drawn(pilot.app)
            assert len(outline._lines) > 2200

    run(act())
