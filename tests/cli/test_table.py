from __future__ import annotations

import pytest

from localpay.cli.table import table
from localpay.text import width

ULID = "01M82FCRE43B40271W8161163X"


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    lines = list(table(["id", "amount"], [["a", "1.00"], ["bcd", "10.00"]], right=frozenset({1})))

    assert lines == [
        "id   amount",
        "a      1.00",
        "bcd   10.00",
    ]


def test_columns_line_up_by_the_cells_that_characters_take() -> None:
    lines = list(table(["name", "next"], [["漢字", "x"], ["e\u0301te\u0301", "x"], ["plain", "x"]]))

    assert lines == [
        "name   next",
        "漢字   x",
        "e\u0301te\u0301    x",
        "plain  x",
    ]


def test_controls_are_shown_and_not_obeyed() -> None:
    lines = list(table(["a\tb"], [["line\nbreak"], ["\x1b[31mred"], ["\u202e"]]))

    assert lines == ["a␉b", "line␊break", "␛[31mred", "\\u202e"]


def test_nothing_is_cut_without_a_terminal() -> None:
    assert list(table(["a"], [["x" * 5000]]))[1] == "x" * 5000


@pytest.mark.parametrize("room", [24, 40, 80])
def test_lines_fit_a_terminal(room: int) -> None:
    rows = [[f"ps_{ULID}", "漢字" * 20, "e" * 30]]

    for line in table(["id", "name", "message"], rows, room=room):
        assert width(line) <= room


def test_a_terminal_too_narrow_for_all_columns_gets_the_beginnings_of_all() -> None:
    lines = list(table(["first", "second", "third"], [["x" * 20, "y" * 20, "z" * 20]], room=1))

    assert lines[1] == "xxxxx…  yyyyy…  zzzzz…"


def test_rows_after_the_thousandth_are_not_kept_to_be_measured() -> None:
    asked = 0

    def rows() -> object:
        nonlocal asked
        for _ in range(100_000):
            asked += 1
            yield ["x"]

    lines = table(["a"], rows())  # type: ignore[arg-type]
    next(lines)

    assert asked == 1000
